/* chain.c: the compiled half of the SPMC chain: one sender, several receivers, no limit. The algorithm, its invariants and its
 * picture stand in <sluice/detail/chain.h>, what all shared chains have in common in src/queue.
 *
 * SPDX-License-Identifier: MIT */
#include "flavour.h"
#include "queue/chain.h"

static enum sluice_status init(void *queue, const struct sluice__geometry *geometry)
{
    return sluice__chain_init(queue, geometry, false, true);
}

const struct sluice__flavour sluice__spmc_chain_flavour = {
    .queue_bytes = sizeof(struct sluice__chain),
    .cursor_bytes = { sizeof(struct sluice__chain_tx), sizeof(struct sluice__chain_rx) },
    .many = { false, true },
    .init = init,
    .destroy = sluice__chain_destroy,
    .attach = sluice__chain_attach,
    .detach = sluice__chain_detach,
    .ready = sluice__chain_ready,
    .pending = sluice__chain_pending,
    .length = sluice__chain_length,
    .leftover = sluice__chain_leftover,
    .discard = sluice__chain_discard,
};
