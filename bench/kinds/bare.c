/* bare.c: the limit: a hand-inlined ring that does nothing but pass messages (bare.h).
 *
 * SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "harness.h"

#define ADAPTER "bare.h"
#include "sizes.inc.h"

extern const struct bench_implementation bench_bare;

const struct bench_implementation bench_bare = {
    .name = "bare",
    .flavour = "spsc",
    .buffer = BENCH_BOUNDED,
    .order = "total",
    .senders_max = 1,
    .receivers_max = 1,
    .sleeps = false,
    .power_of_two = true,
    .ops = { &ops_8, &ops_64, &ops_256 },
};
