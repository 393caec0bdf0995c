/* mpsc_bounded.c: the explorer's scenarios on a ring with several senders.
 *
 * SPDX-License-Identifier: MIT */
#define GROUP "mpsc_bounded"
#define KIND_FLAVOUR SLUICE_MPSC
#define KIND_BUFFER SLUICE_BOUNDED
#define KIND_ORDER SLUICE_TOTAL
#define KIND_MANY_TX 1
#define KIND_MANY_RX 0
#include "../scenarios.inc.h"
