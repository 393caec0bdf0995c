/* mpsc_bounded.c: random traffic through several senders and one receiver over a ring.
 *
 * SPDX-License-Identifier: MIT */
#define STRESS_FLAVOUR SLUICE_MPSC
#define STRESS_BUFFER SLUICE_BOUNDED
#define STRESS_MANY_TX 1
#define STRESS_MANY_RX 0
#include "stress.inc.h"
