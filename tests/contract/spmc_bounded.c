/* spmc_bounded.c: the contract, for one sender and several receivers over a ring.
 *
 * SPDX-License-Identifier: MIT */
#define CONTRACT_FLAVOUR SLUICE_SPMC
#define CONTRACT_BUFFER SLUICE_BOUNDED
#define CONTRACT_MANY_TX 0
#define CONTRACT_MANY_RX 1
#include "contract.inc.h"
