/* mpmc_bounded.c: the contract, for several senders and several receivers over a ring.
 *
 * SPDX-License-Identifier: MIT */
#define CONTRACT_FLAVOUR SLUICE_MPMC
#define CONTRACT_BUFFER SLUICE_BOUNDED
#define CONTRACT_MANY_TX 1
#define CONTRACT_MANY_RX 1
#include "contract.inc.h"
