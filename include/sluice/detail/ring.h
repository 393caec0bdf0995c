/* sluice/detail/ring.h: the rings with several senders, several receivers, or both: what one end does when nothing is in its way,
 * inlined. The rest of each operation is src/queue/ring_again.c, making and unmaking is src/queue/ring.c. The kinds mpsc, spmc and
 * mpmc put a sending half and a receiving half together.
 *
 * Algorithm: claims by compare-and-swap of one index for a whole run, as in DPDK's ring (O. Matz and others), published cell by cell
 * as in D. Vyukov's bounded queue, but with the laps' marks in an array of their own, so that runs are contiguous messages, and
 * with the readers' positions announced, as hazard pointers are (M. Michael, 2004), so that nobody waits to release in order.
 *
 *      cells    [ 8 ][ 9 ][10 ][   ][ 4 ][ 5 ][ 6 ][ 7 ]     P cells, a power of two, at least the capacity
 *      marks    [ b ][ b ][ a ][ a ][ a ][ a ][ a ][ a ]     several senders: one byte each, by turns a and b from lap to lap
 *                               ^    ^         ^
 *      tail = 11, claimed by senders |         |             10 is claimed, and not published yet
 *      a receiver's slot: 4, copying |         |             its room is not free before it is done
 *      head = 6, claimed by receivers          |
 *
 *      line 0  tail      written by the senders        one sender: its position, published
 *      line 1  head      written by the receivers      one receiver: its position, published
 *      line 2  voids …   written where a reservation was given back with another behind it, and on clone and drop
 *      line 3  constants, and the list of slots, written on clone
 *      a slot for each of several receivers; each end's cursor in its own endpoint block
 *
 * Positions count in steps of SLUICE__RING_STEP modulo 2^64, so that two bits are left for flags, and arithmetic wraps by itself.
 *
 * Invariants
 *   1. low <= head <= tail <= low + capacity, as distances, where low is the smallest of head and what the slots announce.
 *   2. A cell in [head, tail) is published or void where its mark is that of its lap; else its sender is in the middle of it. The
 *      mark of the lap before is the other one: no cell is passed over before it was marked, so no mark is two laps old.
 *   3. Of cells claimed by receivers, those that they are not done with lie at or after what their slot announces, which it does
 *      before the claim, and as long as that lasts.
 *   4. low only grows, as far as it stands for claimed cells: head is never taken back, and a slot keeps its range when it goes
 *      from hand to hand. So a limit that was seen once stays allowed.
 *   5. tail is taken back only by the sender whose cells are the last, and they were not published.
 *   6. SEALED is never unset in tail, and no claim succeeds on a sealed one: what will ever be sent lies before it.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLUICE_DETAIL_RING_H
#define SLUICE_DETAIL_RING_H

#include <sluice/detail/run.h>

#ifdef __cplusplus
extern "C" {
#endif

#define SLUICE__RING_STEP UINT64_C(4)  /* from one position to the next */
#define SLUICE__RING_FLAGS UINT64_C(3) /* what is not position in tail, head and slots */

#define SLUICE__RING_SEALED UINT64_C(1)    /* in tail: no more claims */
#define SLUICE__RING_OVER UINT64_C(2)      /* in tail: sealed, and nothing left for any of several receivers */
#define SLUICE__RING_RETURNED UINT64_C(1)  /* in head: there may be slots with ABANDONED */
#define SLUICE__RING_KEPT UINT64_C(1)      /* in a slot: [announced, end) is being looked at by the user */
#define SLUICE__RING_IDLE UINT64_C(2)      /* a slot's whole value: nothing is announced */
#define SLUICE__RING_ABANDONED UINT64_C(3) /* in a slot: [announced, end) came back; whoever clears the flag has it */

#define SLUICE__RING_PUBLISHED 2u /* marks: plus the lap's parity; 0: not used yet */
#define SLUICE__RING_VOID 4u

/* Senders ask for the line this many bytes ahead while they write, where it is theirs by then. To be tuned. */
#define SLUICE__RING_AHEAD 128u

/* Where one of several receivers says what it is reading. Lives as long as the ring, in use by one endpoint after another. */
struct sluice__ring_slot {
    SLUICE_ALIGNED(SLUICE_CACHE_LINE) sluice__a64 announced; /* by its receiver; read by senders once per run */
    sluice__a64 end;  /* of what is KEPT or ABANDONED */
    sluice__a32 used; /* an endpoint has it, or it is ABANDONED */
    struct sluice__ring_slot *next; /* constant once it is in the list */
};

struct sluice__ring {
    SLUICE_ALIGNED(SLUICE_CACHE_LINE) sluice__a64 tail; /* next to claim for writing; SEALED, OVER */
    SLUICE_ALIGNED(SLUICE_CACHE_LINE) sluice__a64 head; /* next to claim for reading; RETURNED */
    SLUICE_ALIGNED(SLUICE_CACHE_LINE) sluice__a64 voids; /* void cells not passed over yet, in steps; for the length only */
    sluice__a64 free_slots;                              /* how many slots are not in use; hint */
    sluice__a64 returned;                                /* how many are ABANDONED; set after the slot is */
    SLUICE_ALIGNED(SLUICE_CACHE_LINE) sluice__a64 slots; /* address of the first */
    char *cells;
    sluice__a8 *marks;    /* several senders */
    uint64_t mask;        /* of positions within a lap */
    uint64_t capacity;    /* in steps */
    size_t message_bytes;
    int many[2];          /* [side] */
};

SLUICE_STATIC_ASSERT(offsetof(struct sluice__ring, tail) == 0 && offsetof(struct sluice__ring, head) == SLUICE_CACHE_LINE,
                     "the indices have different writers: different lines");
SLUICE_STATIC_ASSERT(offsetof(struct sluice__ring, voids) == 2 * SLUICE_CACHE_LINE &&
                         offsetof(struct sluice__ring, slots) == 3 * SLUICE_CACHE_LINE,
                     "what is read once per run shares no line with what is written by messages");
SLUICE_STATIC_ASSERT(sizeof(struct sluice__ring_slot) == SLUICE_CACHE_LINE, "a slot is its receiver's alone");

struct sluice__ring_tx {
    uint64_t position; /* one sender: next cell; several: the tail as last seen */
    uint64_t limit;    /* there is room before it; may lie behind position where others moved on */
    char *cells;
    uint64_t mask;
    sluice__a8 *marks;
    struct sluice__ring *ring;
    uint64_t held_from, held_to; /* what the user has reserved */
};

struct sluice__ring_rx {
    uint64_t position; /* one receiver: next cell; several: the head as last seen */
    uint64_t seen;     /* one sender: the tail as last seen */
    char *cells;
    uint64_t mask;
    sluice__a8 *marks;
    struct sluice__ring *ring;
    struct sluice__ring_slot *slot; /* several receivers */
    uint64_t taken_from, taken_to;  /* several: claimed and not released */
    uint64_t kept_from, kept_to;    /* what the user has peeked at */
};

SLUICE_STATIC_ASSERT(sizeof(struct sluice__ring_tx) <= 64, "one line");
SLUICE_STATIC_ASSERT(sizeof(struct sluice__ring_rx) <= SLUICE_CACHE_LINE, "one pair of lines");

/* The compiled rest (src/queue/ring_again.c). */
/* One sender: moves limit. OK: there is room. FULL, BUSY. */
SLUICE_API SLUICE_NODISCARD enum sluice_status sluice__ring_look_for_room(struct sluice__ring_tx *c);
/* Several: claims up to `want` cells; `lost`: the caller has just lost a race for the tail. OK, FULL, BUSY, CLOSED. */
SLUICE_API SLUICE_NODISCARD enum sluice_status sluice__ring_claim_again(struct sluice__ring_tx *c, uint64_t want, int lost,
                                                                        uint64_t *first, uint64_t *count);
/* Several: gives back claimed cells, up to the end of the claim. */
SLUICE_API void sluice__ring_give_back(struct sluice__ring_tx *c, uint64_t first, uint64_t count);
/* Takes up to `want` messages. OK, EMPTY, BUSY. */
SLUICE_API SLUICE_NODISCARD enum sluice_status sluice__ring_take_again(struct sluice__ring_rx *c, uint64_t want, int lost,
                                                                       uint64_t *first, uint64_t *count);
/* The channel is closed: whether nothing is left or still on its way. Seals the ring, if nobody has yet. */
SLUICE_API int sluice__ring_is_over(struct sluice__ring_rx *c);

/* ---- cells ---- */

SLUICE_INLINE uint64_t sluice__ring_index(uint64_t position, uint64_t mask)
{
    return (position & mask) / SLUICE__RING_STEP;
}

/* Cells from a position to the end of its lap. */
SLUICE_INLINE uint64_t sluice__ring_to_lap_end(uint64_t position, uint64_t mask)
{
    return (mask - (position & mask)) / SLUICE__RING_STEP + 1;
}

/* The mark of a cell that is PUBLISHED or VOID in the lap of that position. */
SLUICE_INLINE uint8_t sluice__ring_mark(unsigned what, uint64_t position, uint64_t mask)
{
    return (uint8_t)(what + ((position & (mask + 1)) != 0));
}

SLUICE_INLINE void sluice__ring_set_run(struct sluice__run *run, uint64_t first, uint64_t count, char *cells, uint64_t mask,
                                        size_t size)
{
    run->first = first;
    run->count = count;
    run->place = NULL;
    run->cells = cells + sluice__ring_index(first, mask) * size;
}

/* How many cells a run from `first` may have: at most `want`, before `limit`, in one lap. */
SLUICE_INLINE uint64_t sluice__ring_fit(uint64_t first, uint64_t limit, uint64_t mask, uint64_t want)
{
    uint64_t open = (limit - first) / SLUICE__RING_STEP, lap = sluice__ring_to_lap_end(first, mask);
    if (want == 1)
        return 1; /* both are at least that */
    open = open < lap ? open : lap;
    return open < want ? open : want;
}

/* Whether there are `want` cells or more from `first` to `limit`, which may lie behind it. */
SLUICE_INLINE int sluice__ring_has(uint64_t first, uint64_t limit, uint64_t want)
{
    int64_t open = (int64_t)(limit - first);
    return open > 0 && (uint64_t)open / SLUICE__RING_STEP >= want;
}

/* Marks a run of claimed cells, whose first is what a receiver sees first. */
SLUICE_INLINE void sluice__ring_mark_run(sluice__a8 *marks, uint64_t mask, uint64_t first, uint64_t count, unsigned what)
{
    sluice__a8 *mark = marks + sluice__ring_index(first, mask);
    uint8_t value = sluice__ring_mark(what, first, mask);
    for (uint64_t i = count; --i > 0;)
        sluice__a8_store_relaxed(&mark[i], value); /* relaxed: nobody gets here before [RING.P1] */
    /* [RING.P1] release: the run's messages are whole, and its other marks set. Pairs with [RING.C1].
     * Without it: a receiver could copy a cell before its message is in it. */
    sluice__a8_store_release(mark, value);
}

/* How many marks from `first` on are `what`, at most `want`, in one lap. */
SLUICE_INLINE uint64_t sluice__ring_marked(const sluice__a8 *marks, uint64_t mask, uint64_t first, uint64_t want, unsigned what)
{
    const sluice__a8 *mark = marks + sluice__ring_index(first, mask);
    uint8_t value = sluice__ring_mark(what, first, mask);
    uint64_t lap = want == 1 ? 1 : sluice__ring_to_lap_end(first, mask), most = want < lap ? want : lap, n = 0;
    /* [RING.C1] acquire: the message that the mark stands for. Pairs with [RING.P1].
     * Without it: the bytes that the cell had a lap ago could be received. */
    while (n < most && sluice__a8_load_acquire(&mark[n]) == value)
        n++;
    return n;
}

/* ---- one sender ---- */

SLUICE_INLINE enum sluice_status sluice__ring_one_claim(struct sluice__ring_tx *c, size_t size, uint64_t want,
                                                        struct sluice__run *run)
{
    if (sluice__unlikely(!sluice__ring_has(c->position, c->limit, want))) {
        enum sluice_status status = sluice__ring_look_for_room(c);
        if (status != SLUICE_OK)
            return status;
    }
    sluice__ring_set_run(run, c->position, sluice__ring_fit(c->position, c->limit, c->mask, want), c->cells, c->mask, size);
    return SLUICE_OK;
}

SLUICE_INLINE void sluice__ring_one_publish(struct sluice__ring_tx *c, const struct sluice__run *run, uint64_t count)
{
    if (!count)
        return;
    c->position = run->first + count * SLUICE__RING_STEP;
    /* [RING.P2] release: the messages before it are whole. Pairs with [RING.C3] and with [RING.C4].
     * Without it: as [RING.P1]. */
    sluice__a64_store_release(&c->ring->tail, c->position);
}

SLUICE_INLINE uint64_t sluice__ring_one_held(const struct sluice__ring_tx *c, size_t size, struct sluice__run *run)
{
    uint64_t count = c->held_from == c->position ? (c->held_to - c->held_from) / SLUICE__RING_STEP : 0;
    sluice__ring_set_run(run, c->position, count, c->cells, c->mask, size);
    return count;
}

/* ---- several senders ---- */

SLUICE_INLINE enum sluice_status sluice__ring_many_claim(struct sluice__ring_tx *c, size_t size, uint64_t want,
                                                         struct sluice__run *run)
{
    uint64_t first = c->position, count = 0, seen = first;
    int lost = 0;
    if (sluice__likely(sluice__ring_has(first, c->limit, want))) {
        count = sluice__ring_fit(first, c->limit, c->mask, want);
        /* [RING.T1] acq_rel: what the last owner of a cell that was given back did with it comes before. Pairs with [RING.T3].
         * Without it: the bytes of an abandoned reservation could land in this message. */
        lost = !sluice__a64_cas_acq_rel(&c->ring->tail, &seen, first + count * SLUICE__RING_STEP);
    }
    if (sluice__unlikely(lost || count == 0)) {
        enum sluice_status status = sluice__ring_claim_again(c, want, lost, &first, &count);
        if (status != SLUICE_OK)
            return status;
    }
    c->position = first + count * SLUICE__RING_STEP;
    if (want == 1)
        count = 1; /* known to the compiler, then */
    sluice__ring_set_run(run, first, count, c->cells, c->mask, size);
    uint64_t ahead = first + SLUICE__RING_STEP * (SLUICE__RING_AHEAD > size ? SLUICE__RING_AHEAD / size : 1);
    if (SLUICE__RING_AHEAD && (int64_t)(c->limit - ahead) > 0)
        sluice__prefetch_for_write(c->cells + sluice__ring_index(ahead, c->mask) * size);
    return SLUICE_OK;
}

SLUICE_INLINE void sluice__ring_many_publish(struct sluice__ring_tx *c, const struct sluice__run *run, uint64_t count)
{
    if (sluice__likely(count))
        sluice__ring_mark_run(c->marks, c->mask, run->first, count, SLUICE__RING_PUBLISHED);
    if (sluice__unlikely(count < run->count))
        sluice__ring_give_back(c, run->first + count * SLUICE__RING_STEP, run->count - count);
}

SLUICE_INLINE uint64_t sluice__ring_many_held(const struct sluice__ring_tx *c, size_t size, struct sluice__run *run)
{
    uint64_t count = (c->held_to - c->held_from) / SLUICE__RING_STEP; /* claimed: nothing comes in between */
    sluice__ring_set_run(run, c->held_from, count, c->cells, c->mask, size);
    return count;
}

SLUICE_INLINE void sluice__ring_hold(struct sluice__ring_tx *c, const struct sluice__run *run, uint64_t from, uint64_t count)
{
    c->held_from = run->first + from * SLUICE__RING_STEP;
    c->held_to = c->held_from + count * SLUICE__RING_STEP;
}

/* ---- one receiver, of several senders ---- */

SLUICE_INLINE enum sluice_status sluice__ring_one_take(struct sluice__ring_rx *c, size_t size, uint64_t want, struct sluice__run *run)
{
    uint64_t first = c->position;
    uint64_t count = sluice__ring_marked(c->marks, c->mask, first, want, SLUICE__RING_PUBLISHED);
    if (sluice__unlikely(!count)) {
        enum sluice_status status = sluice__ring_take_again(c, want, 0, &first, &count);
        if (status != SLUICE_OK)
            return status;
    }
    sluice__ring_set_run(run, first, want == 1 ? 1 : count, c->cells, c->mask, size);
    return SLUICE_OK;
}

SLUICE_INLINE void sluice__ring_one_release(struct sluice__ring_rx *c, const struct sluice__run *run, uint64_t count)
{
    if (!count)
        return;
    c->position = run->first + count * SLUICE__RING_STEP;
    /* [RING.R1] release: the messages before it are copied out. Pairs with [RING.L1].
     * Without it: a sender could write over a message that is still being read. */
    sluice__a64_store_release(&c->ring->head, c->position);
}

SLUICE_INLINE int sluice__ring_one_more(const struct sluice__ring_rx *c)
{
    return (c->position & c->mask) == 0;
}

SLUICE_INLINE void sluice__ring_one_keep(struct sluice__ring_rx *c, const struct sluice__run *run, uint64_t from, uint64_t count)
{
    c->kept_from = run->first + from * SLUICE__RING_STEP;
    c->kept_to = c->kept_from + count * SLUICE__RING_STEP;
}

/* What was peeked and not released, unless the receiver has gone on: then `next` is another. */
SLUICE_INLINE uint64_t sluice__ring_kept(const struct sluice__ring_rx *c, uint64_t next, size_t size, struct sluice__run *run)
{
    uint64_t count = c->kept_from == next ? (c->kept_to - c->kept_from) / SLUICE__RING_STEP : 0;
    sluice__ring_set_run(run, next, count, c->cells, c->mask, size);
    return count;
}

/* ---- several receivers; tx_many: whether there are several senders, a constant ---- */

SLUICE_INLINE uint64_t sluice__ring_readable(const struct sluice__ring_rx *c, uint64_t first, uint64_t want, int tx_many)
{
    if (tx_many)
        return sluice__ring_marked(c->marks, c->mask, first, want, SLUICE__RING_PUBLISHED);
    return sluice__ring_has(first, c->seen, 1) ? sluice__ring_fit(first, c->seen, c->mask, want) : 0;
}

/* Announces, and claims [first, first + count). `*seen` is the head found where that fails. */
SLUICE_INLINE int sluice__ring_announce_and_claim(struct sluice__ring_rx *c, uint64_t first, uint64_t count, uint64_t *seen)
{
    *seen = first;
    /* [RING.A1] release: what was announced before is done with. Pairs with [RING.L2].
     * Without it: a sender that sees this announcement could write over a message whose copy is not finished. */
    sluice__a64_store_release(&c->slot->announced, first);
    /* [RING.H1] acq_rel: who sees the head moved sees the announcement, too. Pairs with [RING.L1], with
     * [RING.C4], with [RING.C6] and, of other receivers, with [RING.H1].
     * Without it: a sender could take the cells for free, or a receiver see the marks of a run and not its messages. */
    return sluice__a64_cas_acq_rel(&c->ring->head, seen, first + count * SLUICE__RING_STEP);
}

SLUICE_INLINE enum sluice_status sluice__ring_many_take(struct sluice__ring_rx *c, size_t size, uint64_t want,
                                                        struct sluice__run *run, int tx_many)
{
    uint64_t first = c->position, count = 0, seen;
    int lost = 0;
    if (sluice__likely(c->taken_from == c->taken_to))
        count = sluice__ring_readable(c, first, want, tx_many);
    if (sluice__likely(count))
        lost = !sluice__ring_announce_and_claim(c, first, count, &seen);
    if (sluice__likely(count && !lost)) {
        c->position = c->taken_to = first + count * SLUICE__RING_STEP;
        c->taken_from = first;
    } else {
        enum sluice_status status = sluice__ring_take_again(c, want, lost, &first, &count);
        if (status != SLUICE_OK)
            return status;
    }
    sluice__ring_set_run(run, first, want == 1 ? 1 : count, c->cells, c->mask, size);
    return SLUICE_OK;
}

SLUICE_INLINE void sluice__ring_many_release(struct sluice__ring_rx *c, const struct sluice__run *run, uint64_t count)
{
    if (!count)
        return;
    c->taken_from = run->first + count * SLUICE__RING_STEP;
    /* [RING.R2] release: the messages before it are copied out. Pairs with [RING.L2].
     * Without it: as [RING.R1]. */
    sluice__a64_store_release(&c->slot->announced,
                              c->taken_from == c->taken_to ? SLUICE__RING_IDLE : c->taken_from | SLUICE__RING_KEPT);
}

SLUICE_INLINE int sluice__ring_many_more(const struct sluice__ring_rx *c)
{
    return (c->taken_to & c->mask) == 0 || c->taken_to == c->kept_to; /* what was peeked comes alone */
}

SLUICE_INLINE void sluice__ring_many_keep(struct sluice__ring_rx *c, const struct sluice__run *run, uint64_t from, uint64_t count)
{
    sluice__ring_one_keep(c, run, from, count);
    if (c->taken_from == c->taken_to)
        return;
    sluice__a64_store_relaxed(&c->slot->end, c->taken_to); /* relaxed: ordered by [RING.A2] */
    /* [RING.A2] release: the end, for what is kept. Pairs with [RING.L2] and with [RING.L3].
     * Without it: the length could count from this position to the end of another range. */
    sluice__a64_store_release(&c->slot->announced, c->taken_from | SLUICE__RING_KEPT);
}

#ifdef __cplusplus
}
#endif

#endif
