/* ring.c: the compiled half of the MPSC ring. Its parts are those of all rings: src/queue/ring.c, ring_again.c.
 *
 * SPDX-License-Identifier: MIT */
#include "queue/ring.h"

#include <sluice/detail/mpsc.h>

static enum sluice_status init(void *queue, const struct sluice__geometry *geometry)
{
    return sluice__ring_init(queue, geometry, true, false);
}

const struct sluice__flavour sluice__mpsc_flavour = {
    .queue_bytes = sizeof(struct sluice__ring),
    .cursor_bytes = { sizeof(sluice__mpsc_tx), sizeof(sluice__mpsc_rx) },
    .many = { true, false },
    .memory = sluice__ring_many_memory,
    .init = init,
    .destroy = sluice__ring_destroy,
    .attach = sluice__ring_attach,
    .detach = sluice__ring_detach,
    .ready = sluice__ring_ready,
    .pending = sluice__ring_pending,
    .length = sluice__ring_length,
    .seal = sluice__ring_seal,
    .leftover = sluice__ring_leftover,
    .discard = sluice__ring_discard,
};
