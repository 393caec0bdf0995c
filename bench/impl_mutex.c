/* impl_mutex.c: the baseline, a ring under one mutex with two condition variables (SLUICE_MUTEX), blocking calls.
 *
 * SPDX-License-Identifier: MIT */
#include "harness.h"

#define ADAPTER "adapter_typed.h"
#define ADAPTER_FLAVOUR SLUICE_MUTEX
#define ADAPTER_SENDERS BENCH_ENDS_MAX
#define ADAPTER_RECEIVERS BENCH_ENDS_MAX
#include "sizes.inc.h"

const struct bench_implementation bench_mutex = {
    .name = "mutex",
    .flavour = "-",
    .buffer = "bounded",
    .order = "total",
    .senders_max = BENCH_ENDS_MAX,
    .receivers_max = BENCH_ENDS_MAX,
    .sleeps = true,
    .ops = { &ops_8, &ops_64, &ops_256 },
};
