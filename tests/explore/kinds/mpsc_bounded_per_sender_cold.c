/* mpsc_bounded_per_sender_cold.c: the explorer's scenarios on lanes of rings with one receiver, which go cold at once.
 *
 * SPDX-License-Identifier: MIT */
#define GROUP "mpsc_bounded_per_sender_cold"
#define KIND_FLAVOUR SLUICE_MPSC
#define KIND_BUFFER SLUICE_BOUNDED
#define KIND_ORDER SLUICE_PER_SENDER
#define KIND_MANY_TX 1
#define KIND_MANY_RX 0
#define KIND_COLD
#include "../scenarios.inc.h"
