/* ck_ring.c: Concurrency Kit's ring. Compiled once for each CK_MODE: spsc, mpsc, spmc, mpmc.
 *
 * SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "peer.h"

#define ADAPTER "peers/ck_ring.inc.h"
#include "../sizes.inc.h"

#define IMPLEMENTATION PEER_PASTE(bench_peer_ck_ring_, CK_MODE)

PEER_EXPORT const struct bench_implementation IMPLEMENTATION;

const struct bench_implementation IMPLEMENTATION = {
    .name = "ck-ring",
    .flavour = PEER_STRING(CK_MODE),
    .order = "total",
    .buffer = BENCH_BOUNDED,
    .senders_max = PEER_PASTE(PEER_SENDERS_, CK_MODE),
    .receivers_max = PEER_PASTE(PEER_RECEIVERS_, CK_MODE),
    .sleeps = false,
    .power_of_two = true,
    .project = PEER_PROJECT,
    .ops = { &ops_8, &ops_64, &ops_256 },
};
