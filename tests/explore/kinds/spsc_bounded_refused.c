/* spsc_bounded_refused.c: the explorer's scenarios on a ring with one sender and one receiver, without membarrier.
 *
 * SPDX-License-Identifier: MIT */
#define GROUP "spsc_bounded_refused"
#define KIND_FLAVOUR SLUICE_SPSC
#define KIND_BUFFER SLUICE_BOUNDED
#define KIND_ORDER SLUICE_TOTAL
#define KIND_MANY_TX 0
#define KIND_MANY_RX 0
#define KIND_REFUSED
#include "../scenarios.inc.h"
