/* any.c: the any-channel, whose flavour and message size are given at run time: what that costs.
 *
 * SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "harness.h"

#define ADAPTER "adapter_any.h"
#include "sizes.inc.h"

#define ANY(flavour_word, senders, receivers)                                           \
    extern const struct bench_implementation bench_any_##flavour_word##_bounded_total;  \
    const struct bench_implementation bench_any_##flavour_word##_bounded_total = {      \
        .name = "sluice-any",                                                           \
        .flavour = #flavour_word,                                                       \
        .order = "total",                                                               \
        .buffer = BENCH_BOUNDED,                                                        \
        .senders_max = senders,                                                         \
        .receivers_max = receivers,                                                     \
        .sleeps = true,                                                                 \
        .ops = { &ops_8, &ops_64, &ops_256 },                                           \
    }

ANY(spsc, 1, 1);
ANY(mpmc, BENCH_ENDS_MAX, BENCH_ENDS_MAX);
