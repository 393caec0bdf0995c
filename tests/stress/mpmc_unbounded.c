/* mpmc_unbounded.c: random traffic through several senders and several receivers over a chain.
 *
 * SPDX-License-Identifier: MIT */
#define STRESS_FLAVOUR SLUICE_MPMC
#define STRESS_BUFFER SLUICE_UNBOUNDED
#define STRESS_MANY_TX 1
#define STRESS_MANY_RX 1
#include "stress.inc.h"
