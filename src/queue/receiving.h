/* queue/receiving.h: receiving from a shared chain, as far as other files of it need it.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLUICE_QUEUE_RECEIVING_H
#define SLUICE_QUEUE_RECEIVING_H

#include "queue/segments.h"

#define SLUICE__CHAIN_ENDED (UINT64_C(1) << 63) /* in a segment's taken word */

/* Goes, over voids and segment ends, to where the next message is or will be; takes nothing. OK: it is there; EMPTY; BUSY. */
enum sluice_status sluice__chain_reach(struct sluice__chain_rx *c);
/* Several receivers: the end of an endpoint. What it took and did not release goes back into its segment, or is left in its slot. */
void sluice__chain_leave(struct sluice__chain_rx *c);
/* A slot whose owner left messages, the caller's now; NULL: none. */
struct sluice__chain_slot *sluice__chain_orphan(struct sluice__chain *chain);

#endif
