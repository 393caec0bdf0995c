/* spsc_unbounded.c: the contract, for one sender and one receiver over a chain.
 *
 * SPDX-License-Identifier: MIT */
#define CONTRACT_FLAVOUR SLUICE_SPSC
#define CONTRACT_BUFFER SLUICE_UNBOUNDED
#define CONTRACT_MANY_TX 0
#define CONTRACT_MANY_RX 0
#include "contract.inc.h"
