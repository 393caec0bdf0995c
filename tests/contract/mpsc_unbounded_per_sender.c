/* mpsc_unbounded_per_sender.c: the contract, for many senders and one receiver over lanes of chains.
 *
 * SPDX-License-Identifier: MIT */
#define CONTRACT_FLAVOUR SLUICE_MPSC
#define CONTRACT_BUFFER SLUICE_UNBOUNDED
#define CONTRACT_ORDER SLUICE_PER_SENDER
#define CONTRACT_MANY_TX 1
#define CONTRACT_MANY_RX 0
#include "contract.inc.h"
