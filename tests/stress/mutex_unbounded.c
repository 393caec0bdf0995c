/* mutex_unbounded.c: random traffic through the mutex baseline without a limit.
 *
 * SPDX-License-Identifier: MIT */
#define STRESS_FLAVOUR SLUICE_MUTEX
#define STRESS_BUFFER SLUICE_UNBOUNDED
#define STRESS_MANY_TX 1
#define STRESS_MANY_RX 1
#include "stress.inc.h"
