/* spsc_unbounded_edge.c: the explorer's scenarios on a chain with one sender and one receiver, at the end of a segment.
 *
 * SPDX-License-Identifier: MIT */
#define GROUP "spsc_unbounded_edge"
#define KIND_FLAVOUR SLUICE_SPSC
#define KIND_BUFFER SLUICE_UNBOUNDED
#define KIND_ORDER SLUICE_TOTAL
#define KIND_MANY_TX 0
#define KIND_MANY_RX 0
#define KIND_EDGE
#include "../scenarios.inc.h"
