/* mpsc_unbounded.c: random traffic through several senders and one receiver over a chain.
 *
 * SPDX-License-Identifier: MIT */
#define STRESS_FLAVOUR SLUICE_MPSC
#define STRESS_BUFFER SLUICE_UNBOUNDED
#define STRESS_MANY_TX 1
#define STRESS_MANY_RX 0
#include "stress.inc.h"
