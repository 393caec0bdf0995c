/* mpmc_rendezvous.c: random traffic between many senders and receivers that meet.
 *
 * SPDX-License-Identifier: MIT */
#define STRESS_FLAVOUR SLUICE_MPMC
#define STRESS_BUFFER SLUICE_RENDEZVOUS
#define STRESS_MANY_TX 1
#define STRESS_MANY_RX 1
#include "stress.inc.h"
