/* chain_recv.c: what a receiver of a shared chain does where the next cell is not simply a message: passing over voids and segment
 * ends, telling empty from busy and from the end, and taking up what a dropped receiver left. The algorithm: <sluice/detail/chain.h>.
 *
 * The `taken` word of the segment in which a chain with several receivers has ended carries ENDED: nothing can be given back to it
 * any more, so that an end that one receiver was told stays the end.
 *
 * SPDX-License-Identifier: MIT */
#include "queue/receiving.h"

#define FAILURES_MAX 8 /* of a step, because others made theirs; then BUSY: it will be better a little later */

static uint8_t mark_at(const struct sluice__chain_rx *c)
{
    return sluice__a8_load_relaxed(sluice__chain_mark(&c->at, c->end)); /* relaxed: who takes a message reads its mark at [CHAINRX.C1] */
}

/* Several receivers: where `taken` stands; nothing is this end's own. */
static void see_taken(struct sluice__chain_rx *c)
{
    uint64_t taken = sluice__a64_load_relaxed(&c->at.segment->taken); /* relaxed: revalidated at [CHAINRX.X1] */
    c->first = c->end = c->at.base + (taken & ~SLUICE__CHAIN_ENDED);
}

/* Moves `taken`, which stands at `end`, over the void there. */
static bool pass_void(struct sluice__chain_rx *c)
{
    bool passed = !c->chain->many_rx || sluice__chain_grab(c, 1);
    if (passed)
        c->first = c->end = c->chain->many_rx ? c->end : c->end + 1;
    return passed;
}

static void stay_away(unsigned failures)
{
    for (unsigned i = 0; i < 4u << failures; i++)
        sluice__cpu_relax();
}

/* Goes from a segment of which everything is taken to the next. */
static void go_on(struct sluice__chain_rx *c, uint64_t next)
{
    struct sluice__chain *chain = c->chain;
    struct sluice__chain_segment *from = c->at.segment, *to = sluice__chain_segment_at(next);
    if (chain->many_tx)
        sluice__chain_move(&chain->last, from, to); /* before head: invariant 4 */
    bool moved = true;
    if (chain->many_rx) {
        moved = sluice__chain_move(&chain->head, from, to);
        to = sluice__chain_follow(chain, c->slot, &chain->head);
    } else {
        sluice__a64_store_relaxed(&chain->head, next); /* relaxed: for the next one to be the only receiver, who comes after this one */
    }
    sluice__chain_enter(chain, &c->at, to);
    c->first = c->end = c->at.base; /* see_taken comes, where there are several */
    if (moved)
        sluice__chain_retire(chain, from);
}

/* Nothing is published where the next message must be. */
static enum sluice_status empty_or_busy(const struct sluice__chain_rx *c)
{
    if (!c->chain->many_tx)
        return SLUICE_EMPTY;
    uint64_t claimed = sluice__a64_load_relaxed(&c->at.segment->claim); /* relaxed: what happened before the call is counted */
    if ((claimed & SLUICE__CHAIN_CLAIM_SEALED) || claimed <= c->end - c->at.base)
        return SLUICE_EMPTY;
    return sluice__chain_inside(c->chain) ? SLUICE_BUSY : SLUICE_EMPTY; /* a reservation, say, with nothing behind it */
}

enum sluice_status sluice__chain_reach(struct sluice__chain_rx *c)
{
    unsigned failures = 0;
    for (;;) {
        if (c->chain->many_rx)
            see_taken(c);
        uint64_t next;
        switch (mark_at(c)) {
        case SLUICE__CHAIN_READY:
            return SLUICE_OK;
        case SLUICE__CHAIN_VOID:
            if (!pass_void(c) && ++failures == FAILURES_MAX)
                return SLUICE_BUSY;
            break;
        case SLUICE__CHAIN_END:
            next = sluice__chain_next(c->at.segment);
            if (next == 0 || next == SLUICE__CHAIN_SEALED)
                return SLUICE_EMPTY;
            go_on(c, next);
            break;
        default:
            return empty_or_busy(c);
        }
    }
}

/* The range in the caller's slot is anyone's from now on. */
static void leave_orphan(struct sluice__chain_slot *slot)
{
    /* [CHAINRX.P3] release: the range, and that this receiver is done with it. Pairs with [CHAINRX.X3].
     * Without it: as there. */
    sluice__a32_store_release(&slot->state, SLUICE__SLOT_ORPHAN);
}

/* Takes of what a dropped receiver left. The rest stays for others: this one may not come again for long. It stays counted all the time,
 * since nobody is woken for it: who looks in between looks again. */
static bool adopt(struct sluice__chain_rx *c, uint64_t want)
{
    struct sluice__chain *chain = c->chain;
    /* relaxed: a hint; who left something wakes a receiver afterwards */
    if (!sluice__a64_load_relaxed(&chain->orphans) || sluice__a32_load_relaxed(&chain->ended)) /* relaxed: as above */
        return false;
    struct sluice__chain_slot *slot = sluice__chain_orphan(chain);
    if (!slot)
        return false;
    sluice__chain_enter(chain, &c->at, sluice__chain_adopt(chain, c->slot, slot));
    c->first = slot->from;
    if (slot->to - slot->from > want) {
        c->end = slot->from += want;
        leave_orphan(slot);
    } else {
        sluice__a64_add_relaxed(&chain->orphans, UINT64_MAX); /* relaxed: a hint */
        c->end = slot->to;
        c->keeps = 1; /* it was counted when it was peeked at */
        sluice__chain_slot_give(chain, slot);
    }
    return true;
}

enum sluice_status sluice__chain_find(struct sluice__chain_rx *c, uint64_t want)
{
    if (!c->chain->many_rx)
        return sluice__chain_reach(c);
    for (unsigned failures = 0; failures < FAILURES_MAX; failures++) {
        if (adopt(c, want))
            return SLUICE_OK;
        enum sluice_status status = sluice__chain_reach(c);
        if (status != SLUICE_OK || sluice__chain_grab(c, sluice__chain_count(&c->at, c->end, want)))
            return status;
        stay_away(failures);
    }
    return SLUICE_BUSY;
}

/* ---- the end ---- */

/* Seals the segment's claim word if it says that no more than what is taken was ever claimed. */
static bool seal_claims(const struct sluice__chain_rx *c, uint64_t taken)
{
    uint64_t claimed = sluice__a64_load_relaxed(&c->at.segment->claim); /* relaxed: revalidated by the exchange */
    do {
        if (claimed & SLUICE__CHAIN_CLAIM_SEALED)
            return true; /* which nobody does before everything claimed is taken */
        if (claimed != taken)
            return false; /* on its way */
    } while (!sluice__a64_cas_relaxed(&c->at.segment->claim, &claimed, claimed | SLUICE__CHAIN_CLAIM_SEALED)); /* relaxed: the word says all */
    return true;
}

/* The same for a segment that is full: it gets no successor. */
static bool seal_link(const struct sluice__chain_rx *c)
{
    uint64_t next = sluice__chain_next(c->at.segment);
    while (next == 0)
        if (sluice__a64_cas_relaxed(&c->at.segment->link.next, &next, SLUICE__CHAIN_SEALED)) /* relaxed: as in seal_claims */
            return true;
    return next == SLUICE__CHAIN_SEALED;
}

/* Several receivers: makes the end final, if nothing can come back. */
static bool end(struct sluice__chain_rx *c, uint64_t taken)
{
    /* relaxed: what goes back into the segment changes its `taken`, which is compared below */
    if (sluice__a64_load_relaxed(&c->chain->held) != 0)
        return false;
    uint64_t seen = taken, last = taken | SLUICE__CHAIN_ENDED;
    while (taken < c->chain->pool.cells && seen != last) {
        if (seen != taken)
            return false; /* others took, or gave back */
        if (sluice__a64_cas_relaxed(&c->at.segment->taken, &seen, last)) /* relaxed: the word says all */
            break;
    }
    sluice__a32_store_relaxed(&c->chain->ended, 1); /* relaxed: its own calls see it, and others' in time */
    return true;
}

enum sluice_status sluice__chain_finish(struct sluice__chain_rx *c)
{
    const struct sluice__chain *chain = c->chain;
    if (sluice__a32_load_relaxed(&chain->ended)) /* relaxed: by this receiver, or one that another was told of */
        return SLUICE_CLOSED;
    enum sluice_status status = sluice__chain_reach(c);
    if (status != SLUICE_EMPTY && status != SLUICE_BUSY)
        return SLUICE_BUSY; /* something has come after all */
    uint64_t taken = c->end - c->at.base;
    bool full = taken == chain->pool.cells;
    if (chain->many_tx && !(full ? seal_link(c) : seal_claims(c, taken)))
        return SLUICE_BUSY;
    return !chain->many_rx || end(c, taken) ? SLUICE_CLOSED : SLUICE_BUSY;
}

/* ---- what may come back ---- */

void sluice__chain_hold_off(struct sluice__chain_rx *c)
{
    c->keeps = 1;
    sluice__a64_add_relaxed(&c->chain->held, 1); /* relaxed: a count; that it falls is what others rely on */
}

void sluice__chain_let_go(struct sluice__chain_rx *c)
{
    c->keeps = 0;
    sluice__a64_add_relaxed(&c->chain->held, UINT64_MAX); /* relaxed: ordered by [CHAINRX.F1] */
    /* [CHAINRX.F1] full fence: the count has fallen before the caller looks whether the channel is closed, so that somebody may wait for
     * the end. Pairs with [GATE.S2].
     * Without it: a receiver could sleep on a closed channel in which nothing is left, if it sleeps without membarrier. */
    sluice__fence_full();
}

struct sluice__chain_slot *sluice__chain_orphan(struct sluice__chain *chain)
{
    struct sluice__chain_slot *slot;
    for (slot = sluice__chain_first_slot(chain); slot; slot = slot->next) {
        uint32_t state = sluice__a32_load_relaxed(&slot->state); /* relaxed: revalidated at [CHAINRX.X3] */
        while (state == SLUICE__SLOT_ORPHAN) {
            /* [CHAINRX.X3] acquire: the range, and what its last owner did to it. Pairs with [CHAINRX.P3].
             * Without it: they could be read as they were before. */
            if (sluice__a32_cas_acquire(&slot->state, &state, SLUICE__SLOT_USED))
                return slot;
        }
    }
    return NULL;
}

/* Gives what is taken and not released back to the segment, if nobody has taken more since, or found its end. */
static bool put_back(struct sluice__chain_rx *c)
{
    uint64_t from = c->end - c->at.base, seen = from;
    if (from == c->chain->pool.cells)
        return false; /* another may be on its way to the next segment */
    do {
        /* [CHAINRX.X2] release: this receiver is done with the messages. Pairs with [CHAINRX.X1].
         * Without it: as there. */
        if (sluice__a64_cas_release(&c->at.segment->taken, &seen, c->first - c->at.base))
            return true;
    } while (seen == from); /* the instruction may fail for no reason */
    return false;
}

void sluice__chain_leave(struct sluice__chain_rx *c)
{
    struct sluice__chain *chain = c->chain;
    struct sluice__chain_slot *slot = c->slot;
    if (c->first != c->end && !put_back(c)) { /* what an endpoint has between calls was peeked at, and is counted as held */
        slot->from = c->first;
        slot->to = c->end;
        leave_orphan(slot);
        sluice__a64_add_relaxed(&chain->orphans, 1); /* relaxed: a hint; a receiver is woken after it */
        return;
    }
    if (c->keeps)
        sluice__chain_let_go(c);
    sluice__chain_slot_give(chain, slot);
}
