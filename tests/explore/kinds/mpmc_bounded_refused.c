/* mpmc_bounded_refused.c: the explorer's scenarios on a ring with several of both, without membarrier.
 *
 * SPDX-License-Identifier: MIT */
#define GROUP "mpmc_bounded_refused"
#define KIND_FLAVOUR SLUICE_MPMC
#define KIND_BUFFER SLUICE_BOUNDED
#define KIND_ORDER SLUICE_TOTAL
#define KIND_MANY_TX 1
#define KIND_MANY_RX 1
#define KIND_REFUSED
#include "../scenarios.inc.h"
