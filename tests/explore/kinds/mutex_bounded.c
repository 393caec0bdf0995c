/* mutex_bounded.c: the explorer's scenarios on the baseline, a ring under a mutex.
 *
 * SPDX-License-Identifier: MIT */
#define GROUP "mutex_bounded"
#define KIND_FLAVOUR SLUICE_MUTEX
#define KIND_BUFFER SLUICE_BOUNDED
#define KIND_ORDER SLUICE_TOTAL
#define KIND_MANY_TX 1
#define KIND_MANY_RX 1
#include "../scenarios.inc.h"
