/* spsc.c: the compiled half of the SPSC ring: making it, and what the channel layer asks of it. The algorithm,
 * its invariants and its picture stand in <sluice/detail/spsc.h>, whose text is used here as it is.
 *
 * Who may call: init, destroy, leftover and discard are called by one thread with no end in use on their side;
 * each cursor belongs to its end; length may be called by any thread.
 *
 * SPDX-License-Identifier: MIT */
#include "flavour.h"

#include <sluice/detail/spsc.h>

struct sluice__spsc_queue {
    SLUICE_ALIGNED(SLUICE_CACHE_LINE) sluice__a64 tail; /* written by the sender */
    SLUICE_ALIGNED(SLUICE_CACHE_LINE) sluice__a64 head; /* written by the receiver */
    SLUICE_ALIGNED(SLUICE_CACHE_LINE) struct sluice__geometry geometry; /* constant */
};

SLUICE_STATIC_ASSERT(offsetof(struct sluice__spsc_queue, head) - offsetof(struct sluice__spsc_queue, tail) >=
                         SLUICE_CACHE_LINE, "the indices have different writers: different lines");
SLUICE_STATIC_ASSERT(offsetof(struct sluice__spsc_queue, geometry) - offsetof(struct sluice__spsc_queue, head) >=
                         SLUICE_CACHE_LINE, "constants do not share a line that is written");

static size_t memory(uint64_t capacity, size_t message_bytes)
{
    return (size_t)capacity * message_bytes;
}

static enum sluice_status init(void *queue, const struct sluice__geometry *geometry)
{
    struct sluice__spsc_queue *q = queue;
    q->geometry = *geometry;
    sluice__a64_store_relaxed(&q->tail, geometry->first); /* relaxed: not shared yet */
    sluice__a64_store_relaxed(&q->head, geometry->first); /* relaxed: not shared yet */
    return SLUICE_OK;
}

static void destroy(void *queue)
{
    (void)queue;
}

/* Index i lies in cell (i - first) modulo capacity; the first lap begins at cell 0. */
static enum sluice_status attach(void *queue, int side, void *cursor)
{
    struct sluice__spsc_queue *q = queue;
    const struct sluice__geometry *g = &q->geometry;
    *(struct sluice__spsc_cursor *)cursor = (struct sluice__spsc_cursor){
        .position = g->first,
        .limit = g->first,
        .lap = (uintptr_t)g->cells - (uintptr_t)(g->first * g->message_bytes),
        .own = side == 0 ? &q->tail : &q->head,
        .peer = side == 0 ? &q->head : &q->tail,
        .reach = g->first + (side == 0 ? g->capacity : 0),
        .lap_end = g->first + g->capacity,
        .lead = side == 0 ? g->capacity : 0,
        .capacity = g->capacity,
        .lap_bytes = g->capacity * g->message_bytes,
        .held_from = g->first,
        .held_to = g->first,
    };
    return SLUICE_OK;
}

static void detach(void *cursor, int side)
{
    (void)cursor; /* what is reserved or peeked was never moved */
    (void)side;
}

static uint64_t ready(void *cursor, int side)
{
    (void)side;
    struct sluice__spsc_cursor *c = cursor;
    uint64_t run = sluice__spsc_look(c, 1);
    uint64_t all = c->reach - c->position; /* beyond the lap's end too: the waiter's measure of a batch */
    return run ? all : 0;
}

static uint64_t length(const void *queue)
{
    const struct sluice__spsc_queue *q = queue;
    uint64_t head = sluice__a64_load_relaxed(&q->head); /* relaxed: hint */
    uint64_t tail = sluice__a64_load_relaxed(&q->tail); /* relaxed: hint; read second, so seldom behind head */
    uint64_t n = tail - head;
    return n > UINT64_MAX / 2 ? 0 : n < q->geometry.capacity ? n : q->geometry.capacity;
}

static uint64_t leftover(void *queue, void **cells)
{
    struct sluice__spsc_queue *q = queue;
    const struct sluice__geometry *g = &q->geometry;
    uint64_t head = sluice__a64_load_relaxed(&q->head); /* relaxed: no receiver is left to move it */
    /* [SPSC.C2] acquire: the messages before tail are whole. Pairs with [SPSC.P1].
     * Without it: a message could be destroyed by the bytes it had before it was written. */
    uint64_t n = sluice__a64_load_acquire(&q->tail) - head;
    uint64_t cell = (head - g->first) % g->capacity, lap = g->capacity - cell;
    *cells = (char *)g->cells + cell * g->message_bytes;
    return n < lap ? n : lap;
}

static void discard(void *queue, uint64_t count)
{
    struct sluice__spsc_queue *q = queue;
    uint64_t head = sluice__a64_load_relaxed(&q->head); /* relaxed: no receiver is left to move it */
    /* [SPSC.P2] release: the discarded messages have been read. Pairs with [SPSC.C1].
     * Without it: a sender that has not seen the close could write over a message while it is destroyed. */
    sluice__a64_store_release(&q->head, head + count);
}

const struct sluice__flavour sluice__spsc_flavour = {
    .queue_bytes = sizeof(struct sluice__spsc_queue),
    .cursor_bytes = { sizeof(struct sluice__spsc_cursor), sizeof(struct sluice__spsc_cursor) },
    .memory = memory,
    .init = init,
    .destroy = destroy,
    .attach = attach,
    .detach = detach,
    .ready = ready,
    .length = length,
    .leftover = leftover,
    .discard = discard,
};
