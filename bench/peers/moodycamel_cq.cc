/* moodycamel_cq.cc: moodycamel's ConcurrentQueue. Compiled for CQ_TOKENS and CQ_BLOCKS, 0 or 1, and CQ_SYMBOL.
 *
 * SPDX-License-Identifier: MIT */
#include "peer.h"

#define ADAPTER "peers/moodycamel_cq.inc.h"
#include "../size_8.inc.h"

#define IMPLEMENTATION PEER_PASTE(bench_peer_moodycamel_, CQ_SYMBOL)

PEER_EXPORT const struct bench_implementation IMPLEMENTATION;

const struct bench_implementation IMPLEMENTATION = {
    .name = CQ_BLOCKS ? "moodycamel-cq-blocking" : CQ_TOKENS ? "moodycamel-cq-tokens" : "moodycamel-cq",
    .flavour = "-",
    .order = "per-sender",
    .buffer = BENCH_UNBOUNDED,
    .senders_max = BENCH_ENDS_MAX,
    .receivers_max = BENCH_ENDS_MAX,
    .sleeps = CQ_BLOCKS,
    .project = PEER_PROJECT,
    .ops = { &ops_8, nullptr, nullptr },
};
