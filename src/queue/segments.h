/* queue/segments.h: the segments of a chain that several endpoints of a side share: who may touch one, and when it goes back.
 *
 * Every endpoint has a slot with a hazard word that names the segment it may touch. It is set once per segment, with a full fence,
 * and stays set between calls. Who takes the last reference out of the chain (moves head) retires the segment: fence, then a look
 * through all slots. One that still names the segment inherits it: the segment goes into that slot's box, and its owner, who looks
 * into the box whenever it has changed its hazard word, goes on with the search. If none names it, it goes to the pool.
 *
 *     retirer   unlink A · fence · slot 1: no · slot 2: no · slot 3 names A: box := A, fence, still A? then done
 *     owner 3   hazard := B · fence · box holds A: take it · slot 1: no · slot 2: no · slot 3: no · slot 4: no … -> pool
 *
 * So a segment is looked for once per slot that names it, nobody waits for anybody, and an endpoint that stops pins the one segment
 * that it names, not what was retired later.
 *
 * Why nothing is freed under anyone. An endpoint sets its word, fences, and reads again where it got the segment from (head or last);
 * the retirer unlinks (last first, then head), fences, and reads the words. One of the two sees the other: either the endpoint finds
 * the segment unlinked and does not touch it, or the retirer finds it named. A slot that was looked at without a match cannot match
 * rightly later, since the segment cannot be got any more, but by adoption: who takes over what a dropped endpoint left in a segment
 * names it, counts that, and only then lets go the slot that named it so far; who has found none, but a count that has changed, looks
 * again. And leaving: the owner changes its word, fences, looks into the box; who
 * hands over fills the box, fences, looks at the word again. Again one sees the other: the owner takes the segment out, or the one
 * who put it there takes it back.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLUICE_QUEUE_SEGMENTS_H
#define SLUICE_QUEUE_SEGMENTS_H

#include "queue/chain.h"

enum { SLUICE__SLOT_FREE = 0, SLUICE__SLOT_USED, SLUICE__SLOT_ORPHAN };

/* A slot for an endpoint, its hazard word and its box empty; NULL: out of memory. */
struct sluice__chain_slot *sluice__chain_slot_take(struct sluice__chain *chain);
/* Leaves whatever it names, and gives the slot back. */
void sluice__chain_slot_give(struct sluice__chain *chain, struct sluice__chain_slot *slot);
/* The slot's owner will touch this segment from now on (NULL: none), and no other. Only with `follow` and `adopt`, or where a cell of the
 * segment is the owner's, is it sure that it may. */
void sluice__chain_name(struct sluice__chain *chain, struct sluice__chain_slot *slot, struct sluice__chain_segment *segment);
/* Names the segment that an orphan, which the caller has for itself, names, and returns it. To be called before the orphan is let go. */
struct sluice__chain_segment *sluice__chain_adopt(struct sluice__chain *chain, struct sluice__chain_slot *slot,
                                                  const struct sluice__chain_slot *orphan);
/* Names the segment that `end`, head or last, says, and returns it. */
struct sluice__chain_segment *sluice__chain_follow(struct sluice__chain *chain, struct sluice__chain_slot *slot,
                                                   const sluice__a64 *end);
/* Moves `end` from a segment to its successor, unless it has been moved. Returns whether this call did. */
bool sluice__chain_move(sluice__a64 *end, const struct sluice__chain_segment *from, const struct sluice__chain_segment *to);
/* The segment cannot be got any more. By who moved head off it, which does not name it itself any more. */
void sluice__chain_retire(struct sluice__chain *chain, struct sluice__chain_segment *segment);

/* A new segment, of which the first `claimed` cells are the caller's; NULL: out of memory. */
struct sluice__chain_segment *sluice__chain_new_segment(struct sluice__chain *chain, uint64_t base, uint64_t claimed);
/* Where a segment's things lie. */
void sluice__chain_enter(struct sluice__chain *chain, struct sluice__chain_place *at, struct sluice__chain_segment *segment);

static inline struct sluice__chain_slot *sluice__chain_first_slot(const struct sluice__chain *chain)
{
    /* [CHAINSLOT.C1] acquire: a slot is made before it is in the list. Pairs with [CHAINSLOT.P1].
     * Without it: its hazard word could be read before it is empty, or its link before it is there. */
    return (struct sluice__chain_slot *)(uintptr_t)sluice__a64_load_acquire(&chain->slots);
}

static inline uint64_t sluice__chain_address(const void *segment)
{
    return (uint64_t)(uintptr_t)segment;
}

static inline struct sluice__chain_segment *sluice__chain_segment_at(uint64_t address)
{
    return (struct sluice__chain_segment *)(uintptr_t)address;
}

/* The successor of a segment that the caller may touch; 0; or SLUICE__CHAIN_SEALED. */
static inline uint64_t sluice__chain_next(const struct sluice__chain_segment *segment)
{
    /* [CHAINLINK.C1] acquire: the successor is made before it is linked. Pairs with [CHAINLINK.P1] and [CHAINLINK.P2].
     * Without it: its marks could be read as those of its earlier life. */
    return sluice__a64_load_acquire(&segment->link.next);
}

/* All that was sent and not received, as far as the caller can see: what happened before the call is counted. */
uint64_t sluice__chain_inside(const struct sluice__chain *chain);

#endif
