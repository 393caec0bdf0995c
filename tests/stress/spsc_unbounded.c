/* spsc_unbounded.c: random traffic through one sender and one receiver over a chain.
 *
 * SPDX-License-Identifier: MIT */
#define STRESS_FLAVOUR SLUICE_SPSC
#define STRESS_BUFFER SLUICE_UNBOUNDED
#define STRESS_MANY_TX 0
#define STRESS_MANY_RX 0
#include "stress.inc.h"
