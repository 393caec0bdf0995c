/* mpmc_bounded.c: the explorer's scenarios on a ring with several of both.
 *
 * SPDX-License-Identifier: MIT */
#define GROUP "mpmc_bounded"
#define KIND_FLAVOUR SLUICE_MPMC
#define KIND_BUFFER SLUICE_BOUNDED
#define KIND_ORDER SLUICE_TOTAL
#define KIND_MANY_TX 1
#define KIND_MANY_RX 1
#include "../scenarios.inc.h"
