/* sluice/detail/ring.h: the rings with several senders, several receivers, or both: the algorithm, its memory, and
 * the cells. What an end does when nothing is in its way is inlined: ring_tx.h and ring_rx.h. The rest is
 * compiled: second tries in src/queue/ring_again.c, life in src/queue/ring.c. The kinds mpsc, spmc and mpmc put a
 * sending half and a receiving half together.
 *
 * Algorithm: claims by compare-and-swap of one index for a whole run, as in DPDK's ring (O. Matz and others),
 * published cell by cell as in D. Vyukov's bounded queue, but with the laps' marks in an array of their own, so
 * that runs are contiguous messages, and with the readers' positions announced, as hazard pointers are (M.
 * Michael, 2004), so that nobody waits to release in order.
 *
 *      cells    [ 8 ][ 9 ][10 ][   ][ 4 ][ 5 ][ 6 ][ 7 ]     P cells, a power of two, at least the capacity
 *      marks    [ b ][ b ][ a ][ a ][ a ][ a ][ a ][ a ]     several senders: a byte each, by turns a and b, lap by lap
 *                               ^    ^         ^
 *      tail = 11, claimed by senders |         |             10 is claimed, and not published yet
 *      a receiver's slot: 4, copying |         |             its room is not free before it is done
 *      head = 6, claimed by receivers          |
 *
 *      line 0  tail      written by the senders        one sender: its position, published
 *      line 1  head      written by the receivers      one receiver: its position, published
 *      line 2  voids …   written where a reservation went back with another behind it, on clone and drop
 *      line 3  constants, and the list of slots, written on clone
 *      a slot for each of several receivers; each end's cursor in its own endpoint block
 *
 * Positions count in steps of SLUICE__RING_STEP modulo 2^64, so that two bits are left for flags, and arithmetic
 * wraps by itself.
 *
 * Invariants
 *   1. low <= head <= tail <= low + capacity, as distances, where low is the smallest of head and what the slots
 *      announce.
 *   2. A cell in [head, tail) is published or void where its mark is that of its lap; else its sender is in the
 *      middle of it. The mark of the lap before is the other one: no cell is passed over before it was marked, so no
 *      mark is two laps old.
 *   3. Of cells claimed by receivers, those that they are not done with lie at or after what their slot announces,
 *      which it does before the claim, and as long as that lasts.
 *   4. low only grows, as far as it stands for claimed cells: head is never taken back, and a slot keeps its range
 *      when it goes from hand to hand. So a limit that was seen once stays allowed.
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

/* Where one of several receivers says what it is reading. Lives as long as the ring, in use by one endpoint after
 * another. */
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
    uint64_t mask, capacity; /* of positions within a lap; in steps */
    size_t message_bytes;
    int many[2];          /* [side] */
};

SLUICE_STATIC_ASSERT(offsetof(struct sluice__ring, head) == SLUICE_CACHE_LINE &&
                         offsetof(struct sluice__ring, voids) == 2 * SLUICE_CACHE_LINE &&
                         offsetof(struct sluice__ring, slots) == 3 * SLUICE_CACHE_LINE,
                     "different writers, or writers and readers: different lines");
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

/* ---- cells ---- */

SLUICE_INLINE uint64_t sluice__ring_index(uint64_t position, uint64_t mask)
{
    return (position & mask) / SLUICE__RING_STEP;
}

SLUICE_INLINE uint64_t sluice__ring_to_lap_end(uint64_t position, uint64_t mask)
{
    return (mask - (position & mask)) / SLUICE__RING_STEP + 1;
}

/* The mark of a cell that is PUBLISHED or VOID in the lap of that position. */
SLUICE_INLINE uint8_t sluice__ring_mark(unsigned what, uint64_t position, uint64_t mask)
{
    return (uint8_t)(what + ((position & (mask + 1)) != 0));
}

SLUICE_INLINE void sluice__ring_set_run(struct sluice__run *run, uint64_t first, uint64_t count, char *cells,
                                        uint64_t mask,
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
    return open > 0 && (want == 1 || (uint64_t)open / SLUICE__RING_STEP >= want);
}

/* Marks claimed cells; a receiver gets to the first of them first. */
SLUICE_INLINE void sluice__ring_mark_run(sluice__a8 *marks, uint64_t mask, uint64_t first, uint64_t count,
                                         unsigned what)
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
SLUICE_INLINE uint64_t sluice__ring_marked(const sluice__a8 *marks, uint64_t mask, uint64_t first, uint64_t want,
                                           unsigned what)
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

#ifdef __cplusplus
}
#endif

#endif
