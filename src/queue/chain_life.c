/* chain_life.c: making and unmaking shared chains and their endpoints, and what the channel layer asks of them. The flavours that
 * are made of this: src/mpsc/chain.c, src/spmc/chain.c, src/mpmc/chain.c.
 *
 * SPDX-License-Identifier: MIT */
#include "queue/receiving.h"

#include "thread/os.h"

#include <string.h>

#define BATCH_SEEN_MAX 256 /* marks that ready counts: enough to tell a batch from single messages */

enum sluice_status sluice__chain_init(struct sluice__chain *chain, const struct sluice__geometry *geometry, bool many_tx, bool many_rx)
{
    chain->many_tx = many_tx;
    chain->many_rx = many_rx;
    sluice__chain_pool_init(&chain->pool, geometry, sizeof(struct sluice__chain_segment) + 1, 1);
    struct sluice__chain_segment *segment = sluice__chain_new_segment(chain, geometry->first, 0);
    if (!segment)
        return SLUICE_NO_MEMORY;
    sluice__a64_store_relaxed(&chain->head, sluice__chain_address(segment)); /* relaxed: not shared yet */
    sluice__a64_store_relaxed(&chain->last, sluice__chain_address(segment)); /* relaxed: not shared yet */
    return SLUICE_OK;
}

void sluice__chain_destroy(void *queue)
{
    struct sluice__chain *chain = queue;
    uint64_t segment = sluice__a64_load_relaxed(&chain->head); /* relaxed: nobody else is left */
    while (segment && segment != SLUICE__CHAIN_SEALED) {
        uint64_t next = sluice__chain_next(sluice__chain_segment_at(segment));
        sluice__os_free(sluice__chain_segment_at(segment));
        segment = next;
    }
    sluice__chain_pool_empty(&chain->pool);
    struct sluice__chain_slot *slot = sluice__chain_first_slot(chain);
    while (slot) {
        struct sluice__chain_slot *next = slot->next;
        sluice__os_free(slot);
        slot = next;
    }
}

enum sluice_status sluice__chain_attach(void *queue, int side, void *cursor)
{
    struct sluice__chain *chain = queue;
    struct sluice__chain_slot *slot = sluice__chain_slot_take(chain);
    if (!slot)
        return SLUICE_NO_MEMORY;
    bool many = side == 0 ? chain->many_tx : chain->many_rx;
    const sluice__a64 *end = side == 0 && many ? &chain->last : &chain->head;
    struct sluice__chain_segment *segment = many ? sluice__chain_follow(chain, slot, end)
                                                 : sluice__chain_segment_at(sluice__a64_load_relaxed(end)); /* relaxed: at open */
    struct sluice__chain_place at;
    sluice__chain_enter(chain, &at, segment);
    if (side == 0)
        *(struct sluice__chain_tx *)cursor =
            (struct sluice__chain_tx){ .at = at, .slot = slot, .cells = chain->pool.cells, .chain = chain };
    else
        *(struct sluice__chain_rx *)cursor =
            (struct sluice__chain_rx){ .at = at, .slot = slot, .first = at.base, .end = at.base, .chain = chain };
    return SLUICE_OK;
}

/* One sender: what is reserved was never claimed. */
static void detach_sender(struct sluice__chain_tx *c)
{
    if (c->chain->many_tx && c->held_from != c->held_to)
        sluice__chain_give_back(c, c->held_from, c->held_to - c->held_from);
    sluice__chain_slot_give(c->chain, c->slot);
}

void sluice__chain_detach(void *cursor, int side)
{
    if (side == 0) {
        detach_sender(cursor);
        return;
    }
    struct sluice__chain_rx *c = cursor;
    if (c->chain->many_rx) {
        sluice__chain_leave(c);
        return;
    }
    sluice__a64_store_relaxed(&c->at.segment->taken, c->first - c->at.base); /* relaxed: for leftover, which comes after this */
    sluice__chain_slot_give(c->chain, c->slot);
}

/* Counted up to the first cell without a message: but if there may be more behind that, at least one more, so that a woken receiver
 * wakes another. */
static uint64_t count_ready(const struct sluice__chain_rx *c)
{
    uint64_t n = sluice__chain_count(&c->at, c->end, BATCH_SEEN_MAX);
    switch (sluice__a8_load_relaxed(sluice__chain_mark(&c->at, c->end + n))) { /* relaxed: hint */
    case SLUICE__CHAIN_VOID:
        return n + 1;
    case SLUICE__CHAIN_END:
        return n + (sluice__chain_next(c->at.segment) > SLUICE__CHAIN_SEALED);
    default:
        return n; /* who is in the middle of a send there wakes for what follows */
    }
}

uint64_t sluice__chain_ready(void *cursor, int side)
{
    if (side == 0)
        return 1; /* there is no limit */
    struct sluice__chain_rx *c = cursor;
    const struct sluice__chain *chain = c->chain;
    /* relaxed: a hint; who left something wakes a receiver afterwards */
    if (sluice__a64_load_relaxed(&chain->orphans) && !sluice__a32_load_relaxed(&chain->ended)) /* relaxed: as above */
        return 2; /* or more: whoever is woken for them is to wake another */
    return sluice__chain_reach(c) == SLUICE_OK ? count_ready(c) : 0;
}

bool sluice__chain_pending(void *cursor)
{
    return sluice__chain_finish(cursor) != SLUICE_CLOSED;
}

uint64_t sluice__chain_length(const void *queue)
{
    return sluice__chain_inside(queue);
}

/* ---- what nobody received: like a receiver, the only one there is ---- */

static void step_to(struct sluice__chain *chain, struct sluice__chain_segment *from, uint64_t next)
{
    if (chain->many_tx)
        sluice__chain_move(&chain->last, from, sluice__chain_segment_at(next));
    sluice__a64_store_relaxed(&chain->head, next); /* relaxed: no receiver is left */
    sluice__chain_retire(chain, from);
}

/* The first orphan, without making it anyone's. */
static struct sluice__chain_slot *first_orphan(const struct sluice__chain *chain)
{
    struct sluice__chain_slot *slot = sluice__chain_first_slot(chain);
    while (slot && sluice__a32_load_relaxed(&slot->state) != SLUICE__SLOT_ORPHAN) /* relaxed: receivers are gone before this */
        slot = slot->next;
    return slot;
}

static uint64_t taken_in(const struct sluice__chain_segment *segment)
{
    return sluice__a64_load_relaxed(&segment->taken) & ~SLUICE__CHAIN_ENDED; /* relaxed: no receiver is left to move it */
}

static uint64_t left_in_segments(struct sluice__chain *chain, void **cells)
{
    struct sluice__chain_place at;
    for (;;) {
        /* relaxed: no receiver is left to move it */
        sluice__chain_enter(chain, &at, sluice__chain_segment_at(sluice__a64_load_relaxed(&chain->head)));
        uint64_t taken = taken_in(at.segment), next;
        switch (sluice__a8_load_relaxed(sluice__chain_mark(&at, at.base + taken))) { /* relaxed: messages are counted at [CHAINRX.C1] */
        case SLUICE__CHAIN_READY:
            *cells = (char *)at.segment + chain->pool.cells_at + taken * chain->pool.message_bytes;
            return sluice__chain_count(&at, at.base + taken, UINT64_MAX);
        case SLUICE__CHAIN_VOID:
            sluice__a64_store_relaxed(&at.segment->taken, taken + 1); /* relaxed: no receiver is left */
            break;
        case SLUICE__CHAIN_END:
            next = sluice__chain_next(at.segment);
            if (next == 0 || next == SLUICE__CHAIN_SEALED)
                return 0;
            step_to(chain, at.segment, next);
            break;
        default:
            return 0; /* a sender is still at it, or there is nothing */
        }
    }
}

uint64_t sluice__chain_leftover(void *queue, void **cells)
{
    struct sluice__chain *chain = queue;
    const struct sluice__chain_slot *slot = first_orphan(chain);
    if (!slot)
        return left_in_segments(chain, cells);
    struct sluice__chain_place at;
    /* relaxed: its owner is gone */
    sluice__chain_enter(chain, &at, sluice__chain_segment_at(sluice__a64_load_relaxed(&slot->hazard)));
    *cells = (char *)at.segment + chain->pool.cells_at + (slot->from - at.base) * chain->pool.message_bytes;
    return slot->to - slot->from;
}

void sluice__chain_discard(void *queue, uint64_t count)
{
    struct sluice__chain *chain = queue;
    sluice__a64_add_relaxed(&chain->discarded, count); /* relaxed: hint */
    struct sluice__chain_slot *slot = first_orphan(chain);
    if (!slot) {
        /* relaxed: no receiver is left to move it */
        struct sluice__chain_segment *segment = sluice__chain_segment_at(sluice__a64_load_relaxed(&chain->head));
        sluice__a64_store_relaxed(&segment->taken, taken_in(segment) + count); /* relaxed: no receiver is left */
        return;
    }
    slot->from += count;
    if (slot->from != slot->to)
        return;
    sluice__a64_add_relaxed(&chain->held, UINT64_MAX);    /* relaxed: no receiver is left */
    sluice__a64_add_relaxed(&chain->orphans, UINT64_MAX); /* relaxed: no receiver is left */
    sluice__chain_slot_give(chain, slot);
}
