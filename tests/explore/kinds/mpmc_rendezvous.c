/* mpmc_rendezvous.c: the explorer's scenarios on a rendezvous.
 *
 * SPDX-License-Identifier: MIT */
#define GROUP "mpmc_rendezvous"
#define KIND_FLAVOUR SLUICE_MPMC
#define KIND_BUFFER SLUICE_RENDEZVOUS
#define KIND_ORDER SLUICE_TOTAL
#define KIND_MANY_TX 1
#define KIND_MANY_RX 1
#include "../scenarios.inc.h"
