/* mpmc_unbounded_per_sender.c: the contract, for many senders and many receivers over lanes of chains.
 *
 * SPDX-License-Identifier: MIT */
#define CONTRACT_FLAVOUR SLUICE_MPMC
#define CONTRACT_BUFFER SLUICE_UNBOUNDED
#define CONTRACT_ORDER SLUICE_PER_SENDER
#define CONTRACT_MANY_TX 1
#define CONTRACT_MANY_RX 1
#include "contract.inc.h"
