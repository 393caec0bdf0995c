/* mpsc_unbounded_per_sender.c: the explorer's scenarios on lanes of chains with one receiver.
 *
 * SPDX-License-Identifier: MIT */
#define GROUP "mpsc_unbounded_per_sender"
#define KIND_FLAVOUR SLUICE_MPSC
#define KIND_BUFFER SLUICE_UNBOUNDED
#define KIND_ORDER SLUICE_PER_SENDER
#define KIND_MANY_TX 1
#define KIND_MANY_RX 0
#include "../scenarios.inc.h"
