/* spsc_rendezvous.c: random traffic between one sender and one receiver that meet.
 *
 * SPDX-License-Identifier: MIT */
#define STRESS_FLAVOUR SLUICE_SPSC
#define STRESS_BUFFER SLUICE_RENDEZVOUS
#define STRESS_MANY_TX 0
#define STRESS_MANY_RX 0
#include "stress.inc.h"
