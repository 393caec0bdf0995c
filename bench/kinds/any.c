/* any.c: the any-channel, whose flavour and message size are given at run time: what that costs.
 *
 * SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "harness.h"

#define ADAPTER "adapter_any.h"
#include "sizes.inc.h"

extern const struct bench_implementation bench_any_spsc_bounded_total;

const struct bench_implementation bench_any_spsc_bounded_total = {
    .name = "sluice-any",
    .flavour = "spsc",
    .order = "total",
    .buffer = BENCH_BOUNDED,
    .senders_max = 1,
    .receivers_max = 1,
    .sleeps = true,
    .ops = { &ops_8, &ops_64, &ops_256 },
};
