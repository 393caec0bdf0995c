/* mpmc_rendezvous.c: the contract of channels without a place for messages, for many senders and receivers.
 *
 * SPDX-License-Identifier: MIT */
#define CONTRACT_FLAVOUR SLUICE_MPMC
#define CONTRACT_MANY_TX 1
#define CONTRACT_MANY_RX 1
#include "rendezvous.inc.h"
