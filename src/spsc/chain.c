/* chain.c: the compiled half of the SPSC chain: its segments, and what the channel layer asks of it. The algorithm, its invariants
 * and its picture stand in <sluice/detail/spsc_chain.h>.
 *
 * Who may call: grow is the sender's, go_on and ready the receiver's; attach, leftover and discard are called by one thread with no
 * cursor of their side in use; length by any thread.
 *
 * SPDX-License-Identifier: MIT */
#include "flavour.h"
#include "queue/chain.h"

#include <sluice/detail/spsc_chain.h>

struct segment {
    SLUICE_ALIGNED(SLUICE_CACHE_LINE) struct sluice__chain_link link;
};

const size_t sluice__spsc_chain_head_bytes = sizeof(struct segment);

static struct sluice__chain_link *new_segment(struct sluice__chain_pool *pool, uint64_t base)
{
    struct sluice__chain_link *segment = sluice__chain_pool_get(pool);
    if (segment) {
        sluice__a64_store_relaxed(&segment->next, 0); /* relaxed: not shared yet */
        segment->base = base;
    }
    return segment;
}

static struct sluice__chain_link *next_of(const struct sluice__chain_link *segment)
{
    /* relaxed: ordered by [SPSCCHAIN.C1] and [SPSCCHAIN.C2], since the tail is beyond the segment */
    return (struct sluice__chain_link *)(uintptr_t)sluice__a64_load_relaxed(&segment->next);
}

/* Sets the cursor to a segment (invariant 4). */
static void enter(struct sluice__spsc_chain_cursor *c, struct sluice__chain_link *segment)
{
    const struct sluice__chain_pool *pool = c->chain->pool;
    c->segment = segment;
    c->end = segment->base + pool->cells;
    c->lap = (uintptr_t)segment + pool->cells_at - (uintptr_t)(segment->base * pool->message_bytes);
}

enum sluice_status sluice__spsc_chain_make(struct sluice__spsc_chain *chain, struct sluice__chain_pool *pool, uint64_t first)
{
    chain->pool = pool;
    chain->oldest = chain->newest = new_segment(pool, first);
    sluice__a64_store_relaxed(&chain->tail, first); /* relaxed: not shared yet */
    sluice__a64_store_relaxed(&chain->head, first); /* relaxed: not shared yet */
    return chain->oldest ? SLUICE_OK : SLUICE_NO_MEMORY;
}

void sluice__spsc_chain_unmake(struct sluice__spsc_chain *chain)
{
    while (chain->oldest) {
        struct sluice__chain_link *next = next_of(chain->oldest);
        sluice__chain_pool_put(chain->pool, chain->oldest);
        chain->oldest = next;
    }
}

void sluice__spsc_chain_attach(struct sluice__spsc_chain *chain, int side, struct sluice__spsc_chain_cursor *c)
{
    uint64_t position = sluice__a64_load_relaxed(side == 0 ? &chain->tail : &chain->head); /* relaxed: this side's own */
    *c = (struct sluice__spsc_chain_cursor){ .chain = chain, .position = position, .reach = position, .held_from = position,
                                             .held_to = position };
    enter(c, side == 0 ? chain->newest : chain->oldest);
    c->limit = side == 0 ? c->end : position;
}

enum sluice_status sluice__spsc_chain_grow(struct sluice__spsc_chain_cursor *c)
{
    struct sluice__chain_link *segment = new_segment(c->chain->pool, c->end);
    if (!segment)
        return SLUICE_NO_MEMORY;
    sluice__a64_store_relaxed(&c->segment->next, (uint64_t)(uintptr_t)segment); /* relaxed: published by [SPSCCHAIN.P1] */
    c->chain->newest = segment;
    enter(c, segment);
    c->limit = c->end;
    return SLUICE_OK;
}

/* The oldest segment is used up, and the tail beyond it. */
static void drop_oldest(struct sluice__spsc_chain *chain)
{
    struct sluice__chain_link *segment = chain->oldest;
    chain->oldest = next_of(segment);
    sluice__chain_pool_put(chain->pool, segment);
}

void sluice__spsc_chain_go_on(struct sluice__spsc_chain_cursor *c)
{
    drop_oldest(c->chain);
    enter(c, c->chain->oldest);
}

uint64_t sluice__spsc_chain_ready(struct sluice__spsc_chain_cursor *c)
{
    return sluice__spsc_chain_look(c, 1) ? c->reach - c->position : 0;
}

uint64_t sluice__spsc_chain_length(const struct sluice__spsc_chain *chain)
{
    uint64_t head = sluice__a64_load_relaxed(&chain->head); /* relaxed: hint */
    uint64_t tail = sluice__a64_load_relaxed(&chain->tail); /* relaxed: hint; read second, so seldom behind head */
    return tail - head > UINT64_MAX / 2 ? 0 : tail - head;
}

uint64_t sluice__spsc_chain_leftover(struct sluice__spsc_chain *chain, void **cells)
{
    const struct sluice__chain_pool *pool = chain->pool;
    uint64_t head = sluice__a64_load_relaxed(&chain->head); /* relaxed: no receiver is left to move it */
    /* [SPSCCHAIN.C2] acquire: the messages before the tail are whole. Pairs with [SPSCCHAIN.P1].
     * Without it: a message could be destroyed by the bytes it had before it was written. */
    uint64_t inside = sluice__a64_load_acquire(&chain->tail) - head;
    if (inside == 0)
        return 0;
    if (head - chain->oldest->base == pool->cells)
        drop_oldest(chain);
    uint64_t cell = head - chain->oldest->base, rest = pool->cells - cell;
    *cells = (char *)chain->oldest + pool->cells_at + cell * pool->message_bytes;
    return inside < rest ? inside : rest;
}

void sluice__spsc_chain_discard(struct sluice__spsc_chain *chain, uint64_t count)
{
    uint64_t head = sluice__a64_load_relaxed(&chain->head); /* relaxed: no receiver is left to move it */
    sluice__a64_store_relaxed(&chain->head, head + count); /* relaxed: as above; the cells' reuse is ordered by [CHAIN.P1] */
}

/* ---- as a flavour ---- */

struct queue {
    struct sluice__spsc_chain chain;
    struct sluice__chain_pool pool;
};

static enum sluice_status init(void *queue, const struct sluice__geometry *geometry)
{
    struct queue *q = queue;
    sluice__chain_pool_init(&q->pool, geometry, sluice__spsc_chain_head_bytes, 0);
    return sluice__spsc_chain_make(&q->chain, &q->pool, geometry->first);
}

static void destroy(void *queue)
{
    struct queue *q = queue;
    sluice__spsc_chain_unmake(&q->chain);
    sluice__chain_pool_empty(&q->pool);
}

static enum sluice_status attach(void *queue, int side, void *cursor)
{
    sluice__spsc_chain_attach(&((struct queue *)queue)->chain, side, cursor);
    return SLUICE_OK;
}

static void detach(void *cursor, int side)
{
    (void)cursor; /* what is reserved or peeked was never moved */
    (void)side;
}

static uint64_t ready(void *cursor, int side)
{
    return side == 0 ? 1 : sluice__spsc_chain_ready(cursor);
}

static uint64_t length(const void *queue)
{
    return sluice__spsc_chain_length(&((const struct queue *)queue)->chain);
}

static uint64_t leftover(void *queue, void **cells)
{
    return sluice__spsc_chain_leftover(&((struct queue *)queue)->chain, cells);
}

static void discard(void *queue, uint64_t count)
{
    sluice__spsc_chain_discard(&((struct queue *)queue)->chain, count);
}

const struct sluice__flavour sluice__spsc_chain_flavour = {
    .queue_bytes = sizeof(struct queue),
    .cursor_bytes = { sizeof(struct sluice__spsc_chain_cursor), sizeof(struct sluice__spsc_chain_cursor) },
    .init = init,
    .destroy = destroy,
    .attach = attach,
    .detach = detach,
    .ready = ready,
    .length = length,
    .leftover = leftover,
    .discard = discard,
};
