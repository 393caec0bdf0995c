/* spsc_unbounded_napping.c: the explorer's scenarios on a chain with one sender and one receiver, who nap before they sleep.
 *
 * SPDX-License-Identifier: MIT */
#define GROUP "spsc_unbounded_napping"
#define KIND_FLAVOUR SLUICE_SPSC
#define KIND_BUFFER SLUICE_UNBOUNDED
#define KIND_ORDER SLUICE_TOTAL
#define KIND_MANY_TX 0
#define KIND_MANY_RX 0
#define KIND_WAIT SLUICE_WAIT_THROUGHPUT
#include "../scenarios.inc.h"
