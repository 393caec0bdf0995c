/* ring.c: the compiled half of the SPMC ring. Its parts are those of all rings: src/queue/ring.c, ring_again.c.
 *
 * SPDX-License-Identifier: MIT */
#include "queue/ring.h"

#include <sluice/detail/spmc.h>

static enum sluice_status init(void *queue, const struct sluice__geometry *geometry)
{
    return sluice__ring_init(queue, geometry, false, true);
}

const struct sluice__flavour sluice__spmc_flavour = {
    .queue_bytes = sizeof(struct sluice__ring),
    .cursor_bytes = { sizeof(sluice__spmc_tx), sizeof(sluice__spmc_rx) },
    .many = { false, true },
    .memory = sluice__ring_one_memory,
    .init = init,
    .destroy = sluice__ring_destroy,
    .attach = sluice__ring_attach,
    .detach = sluice__ring_detach,
    .ready = sluice__ring_ready,
    .pending = sluice__ring_pending,
    .length = sluice__ring_length,
    .leftover = sluice__ring_leftover,
    .discard = sluice__ring_discard,
};
