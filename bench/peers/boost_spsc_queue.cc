/* boost_spsc_queue.cc: Boost.Lockfree's spsc_queue.
 *
 * SPDX-License-Identifier: MIT */
#include "peer.h"

#define ADAPTER "peers/boost_spsc_queue.inc.h"
#include "../sizes.inc.h"

PEER_EXPORT const struct bench_implementation bench_peer_boost_spsc_queue;

const struct bench_implementation bench_peer_boost_spsc_queue = {
    .name = "boost-spsc-queue",
    .flavour = "spsc",
    .order = "total",
    .buffer = BENCH_BOUNDED,
    .senders_max = 1,
    .receivers_max = 1,
    .sleeps = false,
    .project = PEER_PROJECT,
    .ops = { &ops_8, &ops_64, &ops_256 },
};
