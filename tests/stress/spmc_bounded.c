/* spmc_bounded.c: random traffic through one sender and several receivers over a ring.
 *
 * SPDX-License-Identifier: MIT */
#define STRESS_FLAVOUR SLUICE_SPMC
#define STRESS_BUFFER SLUICE_BOUNDED
#define STRESS_MANY_TX 0
#define STRESS_MANY_RX 1
#include "stress.inc.h"
