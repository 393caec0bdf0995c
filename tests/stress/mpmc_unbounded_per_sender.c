/* mpmc_unbounded_per_sender.c: random traffic through many senders and many receivers over lanes of chains.
 *
 * SPDX-License-Identifier: MIT */
#define STRESS_FLAVOUR SLUICE_MPMC
#define STRESS_BUFFER SLUICE_UNBOUNDED
#define STRESS_ORDER SLUICE_PER_SENDER
#define STRESS_MANY_TX 1
#define STRESS_MANY_RX 1
#include "stress.inc.h"
