/* ck_fifo_spsc.c: Concurrency Kit's list for one producer and one consumer.
 *
 * SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "peer.h"

#define ADAPTER "peers/ck_fifo_spsc.inc.h"
#include "../size_8.inc.h"

PEER_EXPORT const struct bench_implementation bench_peer_ck_fifo_spsc;

const struct bench_implementation bench_peer_ck_fifo_spsc = {
    .name = "ck-fifo",
    .flavour = "spsc",
    .order = "total",
    .buffer = BENCH_UNBOUNDED,
    .senders_max = 1,
    .receivers_max = 1,
    .sleeps = false,
    .project = PEER_PROJECT,
    .ops = { &ops_8 },
};
