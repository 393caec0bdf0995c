/* ring.c: the life of a ring with several senders or receivers: making it, its cursors, the receivers' slots, and
 * what is left in it. The algorithm stands in <sluice/detail/ring.h>, its second tries in ring_again.c.
 *
 * Who may call: init, destroy, leftover and discard one thread with no receiver left; attach, detach and seal any;
 * length any.
 *
 * SPDX-License-Identifier: MIT */
#include "queue/ring.h"

#include "thread/os.h"

#include <string.h>

#define STEP SLUICE__RING_STEP
#define FLAGS SLUICE__RING_FLAGS

/* ---- making ---- */

static uint64_t cell_count(uint64_t capacity)
{
    uint64_t cells = 1;
    while (cells < capacity)
        cells *= 2;
    return cells;
}

/* Marks are a line away from cells. */
static size_t marks_offset(uint64_t capacity, size_t message_bytes)
{
    size_t bytes = (size_t)cell_count(capacity) * message_bytes;
    return (bytes + SLUICE_CACHE_LINE - 1) / SLUICE_CACHE_LINE * SLUICE_CACHE_LINE + SLUICE_CACHE_LINE;
}

size_t sluice__ring_one_memory(uint64_t capacity, size_t message_bytes)
{
    /* Half the address space is valid to ask for, and more than can be had. */
    if (capacity > SIZE_MAX / 8 / (message_bytes + 1))
        return SIZE_MAX / 2;
    return (size_t)cell_count(capacity) * message_bytes;
}

size_t sluice__ring_many_memory(uint64_t capacity, size_t message_bytes)
{
    if (capacity > SIZE_MAX / 8 / (message_bytes + 1))
        return SIZE_MAX / 2;
    return marks_offset(capacity, message_bytes) + (size_t)cell_count(capacity);
}

enum sluice_status sluice__ring_init(void *queue, const struct sluice__geometry *g, bool many_tx, bool many_rx)
{
    struct sluice__ring *r = queue;
    uint64_t cells = cell_count(g->capacity), first = g->first * STEP;
    r->cells = g->cells;
    r->mask = cells * STEP - 1;
    r->capacity = g->capacity * STEP;
    r->message_bytes = g->message_bytes;
    r->many[0] = many_tx;
    r->many[1] = many_rx;
    if (many_tx) {
        r->marks = (sluice__a8 *)(r->cells + marks_offset(g->capacity, g->message_bytes));
        memset(r->marks, 0, (size_t)cells);
    }
    sluice__a64_store_relaxed(&r->tail, first);    /* relaxed: not shared yet */
    sluice__a64_store_relaxed(&r->head, first);    /* relaxed: not shared yet */
    sluice__a64_store_relaxed(&r->voids, 0);       /* relaxed: not shared yet */
    sluice__a64_store_relaxed(&r->free_slots, 0);  /* relaxed: not shared yet */
    sluice__a64_store_relaxed(&r->returned, 0);    /* relaxed: not shared yet */
    sluice__a64_store_relaxed(&r->slots, 0);       /* relaxed: not shared yet */
    return SLUICE_OK;
}

void sluice__ring_destroy(void *queue)
{
    struct sluice__ring_slot *s = sluice__ring_first_slot(queue);
    while (s) {
        struct sluice__ring_slot *next = s->next;
        sluice__os_free(s);
        s = next;
    }
}

/* ---- slots ---- */

static struct sluice__ring_slot *used_before(struct sluice__ring *r)
{
    if (sluice__a64_load_relaxed(&r->free_slots) == 0) /* relaxed: hint */
        return NULL;
    for (struct sluice__ring_slot *s = sluice__ring_first_slot(r); s; s = s->next) {
        uint32_t used = sluice__a32_load_relaxed(&s->used); /* relaxed: revalidated at [RING.S4] */
        /* [RING.S4] acquire: the receiver that had it is done with it, and with what it took. Pairs with [RING.S3].
         * Without it: its last announcement could come after our first; and a sender that goes by ours write over
         * a message that it still reads. */
        if (used == 0 && sluice__a32_cas_acquire(&s->used, &used, 1)) {
            sluice__a64_add_relaxed(&r->free_slots, UINT64_MAX); /* relaxed: hint */
            return s;
        }
    }
    return NULL;
}

static struct sluice__ring_slot *new_slot(struct sluice__ring *r)
{
    struct sluice__ring_slot *s = sluice__os_allocate(SLUICE_CACHE_LINE, sizeof *s);
    if (!s)
        return NULL;
    memset(s, 0, sizeof *s);
    sluice__a64_store_relaxed(&s->announced, SLUICE__RING_IDLE); /* relaxed: not shared yet */
    sluice__a32_store_relaxed(&s->used, 1);                      /* relaxed: not shared yet */
    uint64_t first = sluice__a64_load_relaxed(&r->slots); /* relaxed: revalidated at [RING.S2] */
    do {
        s->next = (struct sluice__ring_slot *)(uintptr_t)first;
        /* [RING.S2] release: the slot is there before anyone sees it; those behind it by their own. Pairs with
         * [RING.S1].
         * Without it: as [RING.S1]. */
    } while (!sluice__a64_cas_release(&r->slots, &first, (uint64_t)(uintptr_t)s));
    return s;
}

void sluice__ring_leave_slot(struct sluice__ring *r, struct sluice__ring_slot *slot)
{
    /* [RING.S3] release: this receiver is done with it. Pairs with [RING.S4].
     * Without it: as [RING.S4]. */
    sluice__a32_store_release(&slot->used, 0);
    sluice__a64_add_relaxed(&r->free_slots, 1); /* relaxed: hint */
}

struct sluice__ring_slot *sluice__ring_returned(const struct sluice__ring *r)
{
    if (sluice__a64_load_relaxed(&r->returned) == 0) /* relaxed: who leaves a range wakes a receiver afterwards */
        return NULL;
    for (struct sluice__ring_slot *s = sluice__ring_first_slot(r); s; s = s->next)
        if ((sluice__a64_load_relaxed(&s->announced) & FLAGS) == SLUICE__RING_ABANDONED) /* relaxed: see [RING.A5] */
            return s;
    return NULL;
}

void sluice__ring_note_returned(struct sluice__ring *r)
{
    /* [RING.H3] release: the range is counted. Pairs with [RING.H2] and with [RING.C4].
     * Without it: as [RING.H2]. */
    sluice__a64_or_release(&r->head, SLUICE__RING_RETURNED);
}

/* ---- endpoints ---- */

static void attach_sender(struct sluice__ring *r, struct sluice__ring_tx *c)
{
    uint64_t tail = sluice__a64_load_relaxed(&r->tail) & ~FLAGS; /* relaxed: the first claim will see */
    *c = (struct sluice__ring_tx){ .position = tail, .limit = tail, .cells = r->cells, .mask = r->mask,
                                   .marks = r->marks, .ring = r, .held_from = tail, .held_to = tail };
}

static enum sluice_status attach_receiver(struct sluice__ring *r, struct sluice__ring_rx *c)
{
    /* [RING.C8] acquire: as [RING.C4]. Pairs with [RING.H1].
     * Without it: as [RING.C4]. */
    uint64_t head = sluice__a64_load_acquire(&r->head) & ~FLAGS;
    *c = (struct sluice__ring_rx){ .position = head, .seen = head, .cells = r->cells, .mask = r->mask,
                                   .marks = r->marks, .ring = r, .taken_from = head, .taken_to = head,
                                   .kept_from = head, .kept_to = head };
    if (!r->many[1])
        return SLUICE_OK;
    c->slot = used_before(r);
    if (!c->slot)
        c->slot = new_slot(r);
    return c->slot ? SLUICE_OK : SLUICE_NO_MEMORY;
}

enum sluice_status sluice__ring_attach(void *queue, int side, void *cursor)
{
    if (side == 1)
        return attach_receiver(queue, cursor);
    attach_sender(queue, cursor);
    return SLUICE_OK;
}

static void detach_receiver(struct sluice__ring_rx *c)
{
    if (c->taken_from == c->taken_to) {
        sluice__ring_leave_slot(c->ring, c->slot);
        return;
    }
    sluice__a64_store_relaxed(&c->slot->end, c->taken_to); /* relaxed: ordered by [RING.A3] */
    /* [RING.A3] release: the range's end, its messages, and that those were only looked at. Pairs with [RING.A5] and
     * with [RING.L2].
     * Without it: as [RING.A5]. */
    sluice__a64_store_release(&c->slot->announced, c->taken_from | SLUICE__RING_ABANDONED);
    sluice__a64_add_relaxed(&c->ring->returned, 1); /* relaxed: ordered by [RING.H3] */
    sluice__ring_note_returned(c->ring);
}

void sluice__ring_detach(void *cursor, int side)
{
    struct sluice__ring_tx *tx = cursor;
    struct sluice__ring_rx *rx = cursor;
    if (side == 0 && tx->ring->many[0] && tx->held_from != tx->held_to)
        sluice__ring_give_back(tx, tx->held_from, (tx->held_to - tx->held_from) / STEP);
    else if (side == 1 && rx->ring->many[1])
        detach_receiver(rx);
}

/* ---- the channel's questions ---- */

uint64_t sluice__ring_length(const void *queue)
{
    const struct sluice__ring *r = queue;
    uint64_t inside = 0 - sluice__a64_load_relaxed(&r->voids); /* relaxed: hint */
    for (const struct sluice__ring_slot *s = sluice__ring_first_slot(r); s; s = s->next) {
        uint64_t announced = sluice__a64_load_relaxed(&s->announced); /* relaxed: hint */
        if (announced & SLUICE__RING_KEPT) /* or ABANDONED */
            inside += sluice__a64_load_relaxed(&s->end) - (announced & ~FLAGS); /* relaxed: hint; maybe of another range */
    }
    inside -= sluice__a64_load_relaxed(&r->head) & ~FLAGS; /* relaxed: hint */
    inside += sluice__a64_load_relaxed(&r->tail) & ~FLAGS; /* relaxed: hint; read last, so seldom behind head */
    if ((int64_t)inside < 0)
        return 0;
    return (inside < r->capacity ? inside : r->capacity) / STEP;
}

void sluice__ring_seal(void *queue)
{
    struct sluice__ring *r = queue;
    sluice__a64_or_relaxed(&r->tail, SLUICE__RING_SEALED); /* relaxed: claims of this word come before it or fail */
}

/* ---- what nobody received; no receiver is left ---- */

static uint64_t after_voids(const struct sluice__ring *r, uint64_t first)
{
    uint64_t n;
    while ((n = sluice__ring_marked(r->marks, r->mask, first, UINT64_MAX, SLUICE__RING_VOID)) > 0)
        first += n * STEP;
    return first;
}

/* Messages from the head on, after void cells; 0 also where a sender is still in the middle of one. */
static uint64_t left_at_head(struct sluice__ring *r, uint64_t *first)
{
    uint64_t head = sluice__a64_load_relaxed(&r->head) & ~FLAGS; /* relaxed: no receiver is left to move it */
    *first = head;
    if (!r->many[0]) {
        /* [RING.C7] acquire: the messages before tail are whole. Pairs with [RING.P2].
         * Without it: a message could be destroyed by the bytes it had before it was written. */
        uint64_t tail = sluice__a64_load_acquire(&r->tail) & ~FLAGS;
        return sluice__ring_has(head, tail, 1) ? sluice__ring_fit(head, tail, r->mask, UINT64_MAX) : 0;
    }
    *first = after_voids(r, head);
    return sluice__ring_marked(r->marks, r->mask, *first, UINT64_MAX, SLUICE__RING_PUBLISHED);
}

uint64_t sluice__ring_leftover(void *queue, void **cells)
{
    struct sluice__ring *r = queue;
    struct sluice__ring_slot *s = sluice__ring_returned(r);
    uint64_t first, count;
    if (s) {
        first = sluice__a64_load_relaxed(&s->announced) & ~FLAGS; /* relaxed: no receiver is left to move it */
        count = (sluice__a64_load_relaxed(&s->end) - first) / STEP; /* relaxed: as above */
    } else {
        count = left_at_head(r, &first);
    }
    *cells = r->cells + sluice__ring_index(first, r->mask) * r->message_bytes;
    return count;
}

void sluice__ring_discard(void *queue, uint64_t count)
{
    struct sluice__ring *r = queue;
    struct sluice__ring_slot *s = sluice__ring_returned(r);
    if (!s) {
        uint64_t head = sluice__a64_load_relaxed(&r->head) & ~FLAGS; /* relaxed: no receiver is left to move it */
        uint64_t first = r->many[0] ? after_voids(r, head) : head;
        sluice__a64_add_relaxed(&r->voids, head - first); /* relaxed: a number for the length hint */
        /* [RING.R5] release: the discarded messages have been read. Pairs with [RING.L1].
         * Without it: a sender that has not seen the close could write over a message while it is destroyed. */
        sluice__a64_store_release(&r->head, first + count * STEP);
        return;
    }
    sluice__a64_add_relaxed(&r->returned, UINT64_MAX); /* relaxed: no receiver is left to look */
    /* [RING.R6] release: as [RING.R5]. Pairs with [RING.L2].
     * Without it: as [RING.R5]. */
    sluice__a64_store_release(&s->announced, SLUICE__RING_IDLE);
}
