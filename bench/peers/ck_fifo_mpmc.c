/* ck_fifo_mpmc.c: Concurrency Kit's list for many producers and consumers.
 *
 * SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "peer.h"

#define ADAPTER "peers/ck_fifo_mpmc.inc.h"
#include "../size_8.inc.h"

PEER_EXPORT const struct bench_implementation bench_peer_ck_fifo_mpmc;

const struct bench_implementation bench_peer_ck_fifo_mpmc = {
    .name = "ck-fifo",
    .flavour = "mpmc",
    .order = "total",
    .buffer = BENCH_UNBOUNDED,
    .senders_max = BENCH_ENDS_MAX,
    .receivers_max = BENCH_ENDS_MAX,
    .sleeps = false,
    .project = PEER_PROJECT,
    .ops = { &ops_8 },
};
