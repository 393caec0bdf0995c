/* spsc_rendezvous.c: the contract of channels without a place for messages, for one sender and one receiver.
 *
 * SPDX-License-Identifier: MIT */
#define CONTRACT_FLAVOUR SLUICE_SPSC
#define CONTRACT_MANY_TX 0
#define CONTRACT_MANY_RX 0
#include "rendezvous.inc.h"
