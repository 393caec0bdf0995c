/* mpmc_bounded.c: random traffic through several senders and several receivers over a ring.
 *
 * SPDX-License-Identifier: MIT */
#define STRESS_FLAVOUR SLUICE_MPMC
#define STRESS_BUFFER SLUICE_BOUNDED
#define STRESS_MANY_TX 1
#define STRESS_MANY_RX 1
#include "stress.inc.h"
