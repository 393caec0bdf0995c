/* mutex_unbounded.c: the contract, for the mutex baseline without a limit.
 *
 * SPDX-License-Identifier: MIT */
#define CONTRACT_FLAVOUR SLUICE_MUTEX
#define CONTRACT_BUFFER SLUICE_UNBOUNDED
#define CONTRACT_MANY_TX 1
#define CONTRACT_MANY_RX 1
#include "contract.inc.h"
