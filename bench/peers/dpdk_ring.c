/* dpdk_ring.c: DPDK's ring. Compiled once for each DPDK_MODE with its DPDK_PROD, DPDK_CONS and DPDK_ENDS.
 *
 * SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "peer.h"

#define ADAPTER "peers/dpdk_ring.inc.h"
#include "../sizes.inc.h"

#define IMPLEMENTATION PEER_PASTE(bench_peer_dpdk_ring_, DPDK_MODE)

PEER_EXPORT const struct bench_implementation IMPLEMENTATION;

const struct bench_implementation IMPLEMENTATION = {
    .name = "dpdk-ring",
    .flavour = PEER_STRING(DPDK_MODE),
    .order = "total",
    .buffer = BENCH_BOUNDED,
    .senders_max = PEER_PASTE(PEER_SENDERS_, DPDK_ENDS),
    .receivers_max = PEER_PASTE(PEER_RECEIVERS_, DPDK_ENDS),
    .sleeps = false,
    .power_of_two = true,
    .project = PEER_PROJECT,
    .ops = { &ops_8, &ops_64, &ops_256 },
};
