/* tbb.cc: oneTBB's concurrent_bounded_queue and concurrent_queue. Compiled with TBB_BOUNDED 1 and 0.
 *
 * SPDX-License-Identifier: MIT */
#include "peer.h"

#define ADAPTER "peers/tbb.inc.h"
#if TBB_BOUNDED
#include "../sizes.inc.h"
#define IMPLEMENTATION bench_peer_tbb_bounded_queue
#else
#include "../size_8.inc.h"
#define IMPLEMENTATION bench_peer_tbb_queue
#endif

PEER_EXPORT const struct bench_implementation IMPLEMENTATION;

const struct bench_implementation IMPLEMENTATION = {
    .name = TBB_BOUNDED ? "tbb-bounded-queue" : "tbb-queue",
    .flavour = "-",
    .order = "per-sender",
    .buffer = TBB_BOUNDED ? BENCH_BOUNDED : BENCH_UNBOUNDED,
    .senders_max = BENCH_ENDS_MAX,
    .receivers_max = BENCH_ENDS_MAX,
    .sleeps = TBB_BOUNDED,
    .project = PEER_PROJECT,
#if TBB_BOUNDED
    .ops = { &ops_8, &ops_64, &ops_256 },
#else
    .ops = { &ops_8, nullptr, nullptr },
#endif
};
