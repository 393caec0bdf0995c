/* impl_sluice.c: sluice's SPSC ring through the typed header, blocking calls.
 *
 * SPDX-License-Identifier: MIT */
#include "harness.h"

#define ADAPTER "adapter_typed.h"
#define ADAPTER_FLAVOUR SLUICE_SPSC
#define ADAPTER_SENDERS 1
#define ADAPTER_RECEIVERS 1
#include "sizes.inc.h"

const struct bench_implementation bench_sluice = {
    .name = "sluice",
    .flavour = "spsc",
    .buffer = "bounded",
    .order = "total",
    .senders_max = 1,
    .receivers_max = 1,
    .sleeps = true,
    .ops = { &ops_8, &ops_64, &ops_256 },
};
