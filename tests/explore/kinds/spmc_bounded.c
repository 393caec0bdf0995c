/* spmc_bounded.c: the explorer's scenarios on a ring with several receivers.
 *
 * SPDX-License-Identifier: MIT */
#define GROUP "spmc_bounded"
#define KIND_FLAVOUR SLUICE_SPMC
#define KIND_BUFFER SLUICE_BOUNDED
#define KIND_ORDER SLUICE_TOTAL
#define KIND_MANY_TX 0
#define KIND_MANY_RX 1
#include "../scenarios.inc.h"
