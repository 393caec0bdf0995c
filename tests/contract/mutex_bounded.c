/* mutex_bounded.c: the contract, for the mutex baseline with a capacity.
 *
 * SPDX-License-Identifier: MIT */
#define CONTRACT_FLAVOUR SLUICE_MUTEX
#define CONTRACT_BUFFER SLUICE_BOUNDED
#define CONTRACT_MANY_TX 1
#define CONTRACT_MANY_RX 1
#include "contract.inc.h"
