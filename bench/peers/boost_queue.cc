/* boost_queue.cc: Boost.Lockfree's queue. Compiled with BOOST_BOUNDED 1 and 0.
 *
 * SPDX-License-Identifier: MIT */
#include "peer.h"

#define ADAPTER "peers/boost_queue.inc.h"
#if BOOST_BOUNDED
#include "../sizes.inc.h"
#define IMPLEMENTATION bench_peer_boost_queue
#else
#include "../size_8.inc.h"
#define IMPLEMENTATION bench_peer_boost_queue_unbounded
#endif

PEER_EXPORT const struct bench_implementation IMPLEMENTATION;

const struct bench_implementation IMPLEMENTATION = {
    .name = "boost-queue",
    .flavour = "-",
    .order = "total",
    .buffer = BOOST_BOUNDED ? BENCH_BOUNDED : BENCH_UNBOUNDED,
    .senders_max = BENCH_ENDS_MAX,
    .receivers_max = BENCH_ENDS_MAX,
    .sleeps = false,
    .project = PEER_PROJECT,
#if BOOST_BOUNDED
    .ops = { &ops_8, &ops_64, &ops_256 },
#else
    .ops = { &ops_8, nullptr, nullptr },
#endif
};
