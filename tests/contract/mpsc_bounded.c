/* mpsc_bounded.c: the contract, for several senders and one receiver over a ring.
 *
 * SPDX-License-Identifier: MIT */
#define CONTRACT_FLAVOUR SLUICE_MPSC
#define CONTRACT_BUFFER SLUICE_BOUNDED
#define CONTRACT_MANY_TX 1
#define CONTRACT_MANY_RX 0
#include "contract.inc.h"
