/* mpmc_unbounded_napping.c: the explorer's scenarios on a chain with many senders and receivers, who nap before they sleep.
 *
 * SPDX-License-Identifier: MIT */
#define GROUP "mpmc_unbounded_napping"
#define KIND_FLAVOUR SLUICE_MPMC
#define KIND_BUFFER SLUICE_UNBOUNDED
#define KIND_ORDER SLUICE_TOTAL
#define KIND_MANY_TX 1
#define KIND_MANY_RX 1
#define KIND_WAIT SLUICE_WAIT_THROUGHPUT
#include "../scenarios.inc.h"
