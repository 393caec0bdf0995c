/* chain_send.c: what a sender of a shared chain does once per segment: going on to the next, making it where there is none, and
 * giving claimed cells back. The algorithm: <sluice/detail/chain.h>.
 *
 * SPDX-License-Identifier: MIT */
#include "queue/segments.h"

/* Sets the claim word back from what this sender's claim has made of it, if nobody has claimed, or looked, since. */
static bool retract(struct sluice__chain_segment *segment, uint64_t left_at, uint64_t to)
{
    uint64_t seen = left_at;
    do {
        /* [CHAINTX.X2] release: this sender is done with the cells. Pairs with [CHAINTX.X1] and [CHAINTX.X3].
         * Without it: as there. */
        if (sluice__a64_cas_release(&segment->claim, &seen, to))
            return true;
    } while (seen == left_at); /* the instruction may fail for no reason */
    return false;
}

void sluice__chain_give_back(struct sluice__chain_tx *c, uint64_t from, uint64_t count)
{
    if (retract(c->at.segment, c->left_at, from - c->at.base))
        return;
    for (uint64_t i = 0; i < count; i++)
        /* relaxed: nobody reads the cell; that this sender is done with it when the segment is used again is its slot's to say */
        sluice__a8_store_relaxed(sluice__chain_mark(&c->at, from + i), SLUICE__CHAIN_VOID);
}

/* Links a segment to a new one, whose first `want` cells are then the caller's. OK: *next is the successor now, made here if *made,
 * or what somebody else has put there; NO_MEMORY. */
static enum sluice_status append(struct sluice__chain_tx *c, uint64_t want, uint64_t *next, bool *made)
{
    struct sluice__chain_segment *segment = sluice__chain_new_segment(c->chain, c->at.base + c->cells, want);
    if (!segment)
        return SLUICE_NO_MEMORY;
    *next = 0;
    do {
        /* [CHAINLINK.P1] release: the segment is made. Pairs with [CHAINLINK.C1].
         * Without it: as there. */
        *made = sluice__a64_cas_release(&c->at.segment->link.next, next, sluice__chain_address(segment));
    } while (!*made && *next == 0);
    if (*made) {
        *next = sluice__chain_address(segment);
        return SLUICE_OK;
    }
    sluice__chain_pool_put(&c->chain->pool, &segment->link);
    *next = sluice__chain_next(c->at.segment); /* once more, for its acquire: this sender may show it to others */
    return SLUICE_OK;
}

enum sluice_status sluice__chain_claim_on(struct sluice__chain_tx *c, uint64_t want, uint64_t seen)
{
    struct sluice__chain *chain = c->chain;
    while (seen >= c->cells) {
        struct sluice__chain_segment *segment = c->at.segment;
        bool made = false;
        if (seen & SLUICE__CHAIN_CLAIM_SEALED)
            return SLUICE_CLOSED;
        uint64_t next = sluice__chain_next(segment);
        if (next == 0 && append(c, want, &next, &made) != SLUICE_OK) {
            /* Without a trace, as far as nobody has come meanwhile: the word must not grow for ever. */
            retract(segment, seen + want, seen);
            return SLUICE_NO_MEMORY;
        }
        if (next == SLUICE__CHAIN_SEALED)
            return SLUICE_CLOSED;
        sluice__chain_move(&chain->last, segment, sluice__chain_segment_at(next));
        if (made) { /* with cells of its own in it, it cannot be retired before it is named */
            sluice__chain_name(chain, c->slot, sluice__chain_segment_at(next));
            sluice__chain_enter(chain, &c->at, sluice__chain_segment_at(next));
            seen = 0;
        } else {
            sluice__chain_enter(chain, &c->at, sluice__chain_follow(chain, c->slot, &chain->last));
            /* [CHAINTX.X3] acquire: as [CHAINTX.X1]. Pairs with [CHAINTX.X2].
             * Without it: as there. */
            seen = sluice__a64_add_acquire(&c->at.segment->claim, want);
        }
        c->left_at = seen + want;
    }
    return SLUICE_OK;
}

enum sluice_status sluice__chain_grow(struct sluice__chain_tx *c)
{
    struct sluice__chain_segment *segment = sluice__chain_new_segment(c->chain, c->at.base + c->cells, 0);
    if (!segment)
        return SLUICE_NO_MEMORY;
    /* [CHAINLINK.P2] release: the segment is made, and this sender never touches the one before it again. Pairs with [CHAINLINK.C1].
     * Without it: as there. */
    sluice__a64_store_release(&c->at.segment->link.next, sluice__chain_address(segment));
    sluice__chain_enter(c->chain, &c->at, segment);
    c->position = 0;
    return SLUICE_OK;
}
