/* mpsc_unbounded_edge.c: the explorer's scenarios on a chain with several senders, at the end of a segment.
 *
 * SPDX-License-Identifier: MIT */
#define GROUP "mpsc_unbounded_edge"
#define KIND_FLAVOUR SLUICE_MPSC
#define KIND_BUFFER SLUICE_UNBOUNDED
#define KIND_ORDER SLUICE_TOTAL
#define KIND_MANY_TX 1
#define KIND_MANY_RX 0
#define KIND_EDGE
#include "../scenarios.inc.h"
