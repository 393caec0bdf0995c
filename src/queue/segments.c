/* segments.c: slots, hazard words and the retiring of segments. The scheme, and why it holds: queue/segments.h.
 *
 * SPDX-License-Identifier: MIT */
#include "queue/segments.h"

#include "thread/os.h"

#include <string.h>

/* ---- segments ---- */

struct sluice__chain_segment *sluice__chain_new_segment(struct sluice__chain *chain, uint64_t base, uint64_t claimed)
{
    struct sluice__chain_segment *segment = (void *)sluice__chain_pool_get(&chain->pool);
    if (!segment)
        return NULL;
    segment->link.base = base;
    sluice__a64_store_relaxed(&segment->link.next, 0);    /* relaxed: not shared yet */
    sluice__a64_store_relaxed(&segment->claim, claimed);  /* relaxed: not shared yet */
    sluice__a64_store_relaxed(&segment->taken, 0);        /* relaxed: not shared yet */
    memset(segment + 1, 0, (size_t)chain->pool.cells); /* the marks */
    sluice__a8_store_relaxed((sluice__a8 *)(segment + 1) + chain->pool.cells, SLUICE__CHAIN_END); /* relaxed: not shared yet */
    return segment;
}

void sluice__chain_enter(struct sluice__chain *chain, struct sluice__chain_place *at, struct sluice__chain_segment *segment)
{
    const struct sluice__chain_pool *pool = &chain->pool;
    at->segment = segment;
    at->base = segment->link.base;
    at->marks = (uintptr_t)(segment + 1) - (uintptr_t)at->base;
    at->lap = (uintptr_t)segment + pool->cells_at - (uintptr_t)(at->base * pool->message_bytes);
}

bool sluice__chain_move(sluice__a64 *end, const struct sluice__chain_segment *from, const struct sluice__chain_segment *to)
{
    uint64_t seen = sluice__chain_address(from);
    do {
        /* [CHAINLINK.P3] release: the successor is made, as it was before it was linked. Pairs with [CHAINLINK.C2].
         * Without it: who gets the segment from here could see it as it was before. */
        if (sluice__a64_cas_release(end, &seen, sluice__chain_address(to)))
            return true;
    } while (seen == sluice__chain_address(from)); /* the instruction may fail for no reason */
    return false;
}

/* ---- hazard words ---- */

static uint64_t named(const struct sluice__chain_slot *slot)
{
    /* [CHAINHAZARD.C1] acquire: what the owner did to a segment before it left it. Pairs with [CHAINHAZARD.P1].
     * Without it: its last accesses could come after the next user's. */
    return sluice__a64_load_acquire(&slot->hazard);
}

static uint64_t exchange_box(struct sluice__chain_slot *slot, uint64_t segment)
{
    /* [CHAINHAZARD.X1] acq_rel: who gets the segment knows what was found out about it: that it is unlinked, and left by the slots
     * before this one. Pairs with [CHAINHAZARD.X1], of others who fill or empty the box.
     * Without it: it could go to the pool while one of them still works on it. */
    return sluice__a64_exchange_acq_rel(&slot->heirloom, segment);
}

static struct sluice__chain_segment *push(struct sluice__chain_segment *hand, uint64_t address)
{
    struct sluice__chain_segment *segment = sluice__chain_segment_at(address);
    if (!segment)
        return hand;
    segment->also = hand;
    return segment;
}

/* The slot names the segment: lets its owner inherit it. Adds what must be seen to instead to the hand: what was in the box, and the
 * segment itself if the owner has left it meanwhile. */
static struct sluice__chain_segment *hand_over(struct sluice__chain_slot *slot, struct sluice__chain_segment *segment,
                                               struct sluice__chain_segment *hand)
{
    hand = push(hand, exchange_box(slot, sluice__chain_address(segment)));
    /* [CHAINHAZARD.F1] full fence: the box is filled before the word is read again. Pairs with [CHAINHAZARD.F2].
     * Without it: the owner could leave with a look into the empty box, and nobody see to the segment. */
    sluice__fence_full();
    if (named(slot) == sluice__chain_address(segment))
        return hand;
    return push(hand, exchange_box(slot, 0)); /* or 0: the owner has it */
}

/* The first slot that names the segment; NULL: none does, and none will. An adopter names a segment that is unlinked, while the slot that
 * it adopts from names it still: if the one lies before the other in the list, a search in between meets neither, and is made again. */
static struct sluice__chain_slot *find_namer(const struct sluice__chain *chain, const struct sluice__chain_segment *segment)
{
    struct sluice__chain_slot *slot;
    uint64_t adopted;
    do {
        /* [CHAINHAZARD.C2] acquire: what the adopters counted so far have named. Pairs with [CHAINHAZARD.F2].
         * Without it: one could be counted before the search, and its word be read as it was before. */
        adopted = sluice__a64_load_acquire(&chain->adopted);
        slot = sluice__chain_first_slot(chain);
        while (slot && named(slot) != sluice__chain_address(segment))
            slot = slot->next;
    } while (!slot && sluice__a64_load_relaxed(&chain->adopted) != adopted); /* relaxed: ordered by [CHAINHAZARD.C1] */
    return slot;
}

/* Sees to an unlinked segment. */
static void see_to(struct sluice__chain *chain, struct sluice__chain_segment *segment)
{
    struct sluice__chain_segment *hand = push(NULL, sluice__chain_address(segment));
    while (hand) {
        segment = hand;
        hand = hand->also;
        struct sluice__chain_slot *slot = find_namer(chain, segment);
        if (slot)
            hand = hand_over(slot, segment, hand);
        else
            sluice__chain_pool_put(&chain->pool, &segment->link);
    }
}

void sluice__chain_name(struct sluice__chain *chain, struct sluice__chain_slot *slot, struct sluice__chain_segment *segment)
{
    /* [CHAINHAZARD.P1] release: this endpoint is done with the segment that it named before. Pairs with [CHAINHAZARD.C1].
     * Without it: as there. */
    sluice__a64_store_release(&slot->hazard, sluice__chain_address(segment));
    /* [CHAINHAZARD.F2] full fence: the word is set before head, last or the box are read, and before an adoption is counted. Pairs with
     * [CHAINHAZARD.F1], [CHAINHAZARD.F3] and [CHAINHAZARD.C2].
     * Without it: the segment could go to the pool unseen, between the two; or stay in the box for ever. */
    sluice__fence_full();
    if (sluice__a64_load_relaxed(&slot->heirloom)) { /* relaxed: ordered by [CHAINHAZARD.F2], revalidated by the exchange */
        uint64_t inherited = exchange_box(slot, 0);
        if (inherited)
            see_to(chain, sluice__chain_segment_at(inherited));
    }
}

struct sluice__chain_segment *sluice__chain_adopt(struct sluice__chain *chain, struct sluice__chain_slot *slot,
                                                  const struct sluice__chain_slot *orphan)
{
    /* relaxed: ordered by [CHAINRX.X3] */
    struct sluice__chain_segment *segment = sluice__chain_segment_at(sluice__a64_load_relaxed(&orphan->hazard));
    sluice__chain_name(chain, slot, segment);
    sluice__a64_add_relaxed(&chain->adopted, 1); /* relaxed: published by [CHAINHAZARD.F2] */
    return segment;
}

struct sluice__chain_segment *sluice__chain_follow(struct sluice__chain *chain, struct sluice__chain_slot *slot,
                                                   const sluice__a64 *end)
{
    uint64_t seen = sluice__a64_load_relaxed(end), again; /* relaxed: revalidated at [CHAINLINK.C2] */
    for (;;) {
        sluice__chain_name(chain, slot, sluice__chain_segment_at(seen));
        /* [CHAINLINK.C2] acquire: the segment is made. Pairs with [CHAINLINK.P3].
         * Without it: its words could be read as those of its earlier life. */
        again = sluice__a64_load_acquire(end);
        if (again == seen)
            return sluice__chain_segment_at(seen);
        seen = again; /* others have gone on */
    }
}

void sluice__chain_retire(struct sluice__chain *chain, struct sluice__chain_segment *segment)
{
    /* [CHAINHAZARD.F3] full fence: the segment is unlinked before the words are read. Pairs with [CHAINHAZARD.F2].
     * Without it: an endpoint could get it after its word was looked at. */
    sluice__fence_full();
    see_to(chain, segment);
}

/* ---- slots ---- */

static struct sluice__chain_slot *reuse_slot(struct sluice__chain *chain)
{
    struct sluice__chain_slot *slot;
    for (slot = sluice__chain_first_slot(chain); slot; slot = slot->next) {
        uint32_t state = sluice__a32_load_relaxed(&slot->state); /* relaxed: revalidated at [CHAINSLOT.X1] */
        while (state == SLUICE__SLOT_FREE) {
            /* [CHAINSLOT.X1] acquire: the last owner is done with it. Pairs with [CHAINSLOT.P2].
             * Without it: its counts could be read before its last change of them. */
            if (sluice__a32_cas_acquire(&slot->state, &state, SLUICE__SLOT_USED))
                return slot;
        }
    }
    return NULL;
}

struct sluice__chain_slot *sluice__chain_slot_take(struct sluice__chain *chain)
{
    /* relaxed: a hint; one that is overlooked stays for the next */
    struct sluice__chain_slot *slot = sluice__a64_load_relaxed(&chain->free) ? reuse_slot(chain) : NULL;
    if (slot) {
        sluice__a64_add_relaxed(&chain->free, UINT64_MAX); /* relaxed: a hint */
        return slot;
    }
    slot = sluice__os_allocate(SLUICE_CACHE_LINE, sizeof *slot);
    if (!slot)
        return NULL;
    memset(slot, 0, sizeof *slot);
    sluice__a32_store_relaxed(&slot->state, SLUICE__SLOT_USED); /* relaxed: not shared yet */
    uint64_t seen = sluice__a64_load_relaxed(&chain->slots); /* relaxed: revalidated at [CHAINSLOT.P1] */
    do {
        slot->next = (struct sluice__chain_slot *)(uintptr_t)seen;
        /* [CHAINSLOT.P1] release: the slot is made; as were those after it, whose exchanges this one goes on from. Pairs with [CHAINSLOT.C1].
         * Without it: as there. */
    } while (!sluice__a64_cas_release(&chain->slots, &seen, (uint64_t)(uintptr_t)slot));
    return slot;
}

void sluice__chain_slot_give(struct sluice__chain *chain, struct sluice__chain_slot *slot)
{
    sluice__chain_name(chain, slot, NULL);
    /* [CHAINSLOT.P2] release: this owner is done with it. Pairs with [CHAINSLOT.X1].
     * Without it: as there. */
    sluice__a32_store_release(&slot->state, SLUICE__SLOT_FREE);
    sluice__a64_add_relaxed(&chain->free, 1); /* relaxed: a hint */
}

uint64_t sluice__chain_inside(const struct sluice__chain *chain)
{
    uint64_t sent = 0, received = sluice__a64_load_relaxed(&chain->discarded); /* relaxed: hint */
    const struct sluice__chain_slot *slot, *first = sluice__chain_first_slot(chain);
    for (slot = first; slot; slot = slot->next)
        /* [CHAINRX.C4] acquire: what was counted as received is counted as sent below. Pairs with [CHAINRX.P2].
         * Without it: as there. */
        received += sluice__a64_load_acquire(&slot->received);
    for (slot = sluice__chain_first_slot(chain); slot; slot = slot->next)
        sent += sluice__a64_load_relaxed(&slot->sent); /* relaxed: ordered by [CHAINRX.C4], or before the call */
    return sent - received > UINT64_MAX / 2 ? 0 : sent - received;
}
