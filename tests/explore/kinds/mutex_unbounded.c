/* mutex_unbounded.c: the explorer's scenarios on the baseline without a limit.
 *
 * SPDX-License-Identifier: MIT */
#define GROUP "mutex_unbounded"
#define KIND_FLAVOUR SLUICE_MUTEX
#define KIND_BUFFER SLUICE_UNBOUNDED
#define KIND_ORDER SLUICE_TOTAL
#define KIND_MANY_TX 1
#define KIND_MANY_RX 1
#include "../scenarios.inc.h"
