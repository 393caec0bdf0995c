/* barrier.c: a full memory barrier on every thread of the process, by membarrier(2).
 *
 * SPDX-License-Identifier: MIT */
#include "thread/barrier.h"

#include "thread/os.h"

#define PATIENCE UINT64_C(20000000) /* ns: no store stays in a store buffer over several timer ticks */

enum barrier { BARRIER_UNKNOWN = 0, BARRIER_MEMBARRIER, BARRIER_REFUSED };
static sluice__a32 process_barrier; /* enum barrier; moves only forward */

bool sluice__barrier_works(void)
{
    uint32_t mode = sluice__a32_load_relaxed(&process_barrier); /* relaxed: a number on its own; registering twice is harmless */
    while (mode == BARRIER_UNKNOWN) {
        uint32_t found = sluice__os_membarrier_register() == 0 ? BARRIER_MEMBARRIER : BARRIER_REFUSED;
        if (sluice__a32_cas_relaxed(&process_barrier, &mode, found)) /* relaxed: as above; not over another's REFUSED */
            mode = found;
    }
    return mode == BARRIER_MEMBARRIER;
}

bool sluice__barrier_on_all_threads(void)
{
    if (!sluice__barrier_works())
        return false;
    if (sluice__os_membarrier() == 0)
        return true;
    /* A forked child, say: the registration may have stayed with the parent. */
    if (sluice__os_membarrier_register() == 0 && sluice__os_membarrier() == 0)
        return true;
    sluice__a32_store_relaxed(&process_barrier, BARRIER_REFUSED); /* relaxed: a number on its own */
    return false;
}

void sluice__barrier_by_patience(void)
{
    for (uint64_t end = sluice__os_now() + PATIENCE; sluice__os_now() < end;)
        sluice__os_yield();
}
