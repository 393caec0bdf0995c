/* mpmc_unbounded_per_sender_refused.c: the explorer's scenarios on lanes of chains with several receivers, without membarrier.
 *
 * SPDX-License-Identifier: MIT */
#define GROUP "mpmc_unbounded_per_sender_refused"
#define KIND_FLAVOUR SLUICE_MPMC
#define KIND_BUFFER SLUICE_UNBOUNDED
#define KIND_ORDER SLUICE_PER_SENDER
#define KIND_MANY_TX 1
#define KIND_MANY_RX 1
#define KIND_REFUSED
#define KIND_COLD
#include "../scenarios.inc.h"
