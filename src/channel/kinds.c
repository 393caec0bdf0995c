/* kinds.c: which kind of queue serves which channel. The same table for typed channels: <sluice/detail/kind_of.h>.
 *
 * SPDX-License-Identifier: MIT */
#include "channel/channel.h"

/* One kind for all orders. */
#define RENDEZVOUS { [SLUICE_TOTAL] = &sluice__rendezvous_flavour, [SLUICE_PER_SENDER] = &sluice__rendezvous_flavour }

/* [flavour][buffer][order] */
static const struct sluice__flavour *const kinds[SLUICE_MUTEX + 1][SLUICE_RENDEZVOUS + 1][SLUICE_PER_SENDER + 1] = {
    [SLUICE_SPSC] = {
        [SLUICE_BOUNDED] = { [SLUICE_TOTAL] = &sluice__spsc_flavour, [SLUICE_PER_SENDER] = &sluice__spsc_flavour },
        [SLUICE_UNBOUNDED] = { [SLUICE_TOTAL] = &sluice__spsc_chain_flavour,
                               [SLUICE_PER_SENDER] = &sluice__spsc_chain_flavour },
        [SLUICE_RENDEZVOUS] = RENDEZVOUS,
    },
    [SLUICE_MPSC] = {
        [SLUICE_BOUNDED] = { [SLUICE_TOTAL] = &sluice__mpsc_flavour, [SLUICE_PER_SENDER] = &sluice__mpsc_lanes_flavour },
        [SLUICE_UNBOUNDED] = { [SLUICE_TOTAL] = &sluice__mpsc_chain_flavour,
                               [SLUICE_PER_SENDER] = &sluice__mpsc_lanes_chain_flavour },
        [SLUICE_RENDEZVOUS] = RENDEZVOUS,
    },
    [SLUICE_SPMC] = {
        [SLUICE_BOUNDED] = { [SLUICE_TOTAL] = &sluice__spmc_flavour, [SLUICE_PER_SENDER] = &sluice__spmc_flavour },
        [SLUICE_UNBOUNDED] = { [SLUICE_TOTAL] = &sluice__spmc_chain_flavour,
                               [SLUICE_PER_SENDER] = &sluice__spmc_chain_flavour },
        [SLUICE_RENDEZVOUS] = RENDEZVOUS,
    },
    [SLUICE_MPMC] = {
        [SLUICE_BOUNDED] = { [SLUICE_TOTAL] = &sluice__mpmc_flavour, [SLUICE_PER_SENDER] = &sluice__mpmc_lanes_flavour },
        [SLUICE_UNBOUNDED] = { [SLUICE_TOTAL] = &sluice__mpmc_chain_flavour,
                               [SLUICE_PER_SENDER] = &sluice__mpmc_lanes_chain_flavour },
        [SLUICE_RENDEZVOUS] = RENDEZVOUS,
    },
    [SLUICE_MUTEX] = {
        [SLUICE_BOUNDED] = { [SLUICE_TOTAL] = &sluice__mutex_flavour, [SLUICE_PER_SENDER] = &sluice__mutex_flavour },
        [SLUICE_UNBOUNDED] = { [SLUICE_TOTAL] = &sluice__mutex_flavour, [SLUICE_PER_SENDER] = &sluice__mutex_flavour },
        [SLUICE_RENDEZVOUS] = RENDEZVOUS,
    },
};

const struct sluice__flavour *sluice__kind_of(uint32_t flavour, uint32_t buffer, uint32_t order)
{
    if (flavour > SLUICE_MUTEX || buffer > SLUICE_RENDEZVOUS || order > SLUICE_PER_SENDER)
        return NULL;
    return kinds[flavour][buffer][order];
}
