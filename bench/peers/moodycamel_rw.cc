/* moodycamel_rw.cc: moodycamel's ReaderWriterQueue. Compiled for each of RW_BOUNDED and RW_BLOCKS, 0 and 1, and
 * RW_SYMBOL.
 *
 * SPDX-License-Identifier: MIT */
#include "peer.h"

#define ADAPTER "peers/moodycamel_rw.inc.h"
#if RW_BOUNDED
#include "../sizes.inc.h"
#else
#include "../size_8.inc.h"
#endif

#define IMPLEMENTATION PEER_PASTE(bench_peer_moodycamel_, RW_SYMBOL)

PEER_EXPORT const struct bench_implementation IMPLEMENTATION;

const struct bench_implementation IMPLEMENTATION = {
    .name = RW_BLOCKS ? "moodycamel-rw-blocking" : "moodycamel-rw",
    .flavour = "spsc",
    .order = "total",
    .buffer = RW_BOUNDED ? BENCH_BOUNDED : BENCH_UNBOUNDED,
    .senders_max = 1,
    .receivers_max = 1,
    .sleeps = RW_BLOCKS,
    .project = PEER_PROJECT,
#if RW_BOUNDED
    .ops = { &ops_8, &ops_64, &ops_256 },
#else
    .ops = { &ops_8, nullptr, nullptr },
#endif
};
