/* mpmc_unbounded_per_sender_edge.c: the explorer's scenarios on lanes of chains with several receivers, at the end of a segment.
 *
 * SPDX-License-Identifier: MIT */
#define GROUP "mpmc_unbounded_per_sender_edge"
#define KIND_FLAVOUR SLUICE_MPMC
#define KIND_BUFFER SLUICE_UNBOUNDED
#define KIND_ORDER SLUICE_PER_SENDER
#define KIND_MANY_TX 1
#define KIND_MANY_RX 1
#define KIND_EDGE
#include "../scenarios.inc.h"
