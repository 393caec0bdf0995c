/* quarantine.c: where the hardened library keeps dropped endpoints for a while, marked, so that a use of a stale handle
 * finds the mark instead of somebody else's memory. The last QUARANTINE blocks are kept; the memory is bounded by that.
 *
 * SPDX-License-Identifier: MIT */
#include "channel/channel.h"

#if SLUICE_HARDENED
#ifndef QUARANTINE /* (A test may want fewer.) */
#define QUARANTINE 1024
#endif

static sluice__a64 kept[QUARANTINE]; /* addresses; 0: none */
static sluice__a32 next;

void sluice__end_free(struct sluice__end *end)
{
    uint32_t place = sluice__a32_add_relaxed(&next, 1) % QUARANTINE; /* relaxed: only spreads the places */
    /* [QUARANTINE.X1] acq_rel: the block that leaves was marked and is no longer touched by who put it there. Pairs
     * with [QUARANTINE.X1], of an earlier call.
     * Without it: it could be freed here while its dropper's last writes are still to come. */
    uint64_t old = sluice__a64_exchange_acq_rel(&kept[place], (uint64_t)(uintptr_t)end);
    sluice__os_free((void *)(uintptr_t)old);
}
#else
void sluice__end_free(struct sluice__end *end)
{
    sluice__os_free(end);
}
#endif
