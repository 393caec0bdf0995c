/* spmc_unbounded.c: random traffic through one sender and several receivers over a chain.
 *
 * SPDX-License-Identifier: MIT */
#define STRESS_FLAVOUR SLUICE_SPMC
#define STRESS_BUFFER SLUICE_UNBOUNDED
#define STRESS_MANY_TX 0
#define STRESS_MANY_RX 1
#include "stress.inc.h"
