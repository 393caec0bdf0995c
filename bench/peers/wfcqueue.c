/* wfcqueue.c: the wait-free concurrent queue of liburcu.
 *
 * SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "peer.h"

#define ADAPTER "peers/wfcqueue.inc.h"
#include "../size_8.inc.h"

PEER_EXPORT const struct bench_implementation bench_peer_wfcqueue;

const struct bench_implementation bench_peer_wfcqueue = {
    .name = "urcu-wfcqueue",
    .flavour = "mpsc",
    .order = "total",
    .buffer = BENCH_UNBOUNDED,
    .senders_max = BENCH_ENDS_MAX,
    .receivers_max = 1,
    .sleeps = false,
    .project = PEER_PROJECT,
    .ops = { &ops_8 },
};
