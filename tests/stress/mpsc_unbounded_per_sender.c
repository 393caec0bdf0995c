/* mpsc_unbounded_per_sender.c: random traffic through many senders and one receiver over lanes of chains.
 *
 * SPDX-License-Identifier: MIT */
#define STRESS_FLAVOUR SLUICE_MPSC
#define STRESS_BUFFER SLUICE_UNBOUNDED
#define STRESS_ORDER SLUICE_PER_SENDER
#define STRESS_MANY_TX 1
#define STRESS_MANY_RX 0
#include "stress.inc.h"
