/* glib.c: GLib's GAsyncQueue.
 *
 * SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "peer.h"

#define ADAPTER "peers/glib.inc.h"
#include "../size_8.inc.h"

PEER_EXPORT const struct bench_implementation bench_peer_glib;

const struct bench_implementation bench_peer_glib = {
    .name = "glib-async-queue",
    .flavour = "-",
    .order = "total",
    .buffer = BENCH_UNBOUNDED,
    .senders_max = BENCH_ENDS_MAX,
    .receivers_max = BENCH_ENDS_MAX,
    .sleeps = true,
    .project = PEER_PROJECT,
    .ops = { &ops_8 },
};
