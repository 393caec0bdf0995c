/* mutex_bounded.c: random traffic through the mutex baseline with a capacity.
 *
 * SPDX-License-Identifier: MIT */
#define STRESS_FLAVOUR SLUICE_MUTEX
#define STRESS_BUFFER SLUICE_BOUNDED
#define STRESS_MANY_TX 1
#define STRESS_MANY_RX 1
#include "stress.inc.h"
