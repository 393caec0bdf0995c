/* sluice/detail/spsc.h: the SPSC ring's algorithm. One text for both ends, inlined into every typed channel
 * and compiled once into the library (src/spsc/spsc.c).
 *
 * Algorithm: Lamport's bounded buffer (L. Lamport, "Specifying Concurrent Program Modules", 1983), each end
 * with its index private and the peer's cached (J. Giacomoni et al., "FastForward", 2008; P. Lee et al.,
 * "MCRingBuffer", 2010), worked in runs: an end asks once how far it may go and then goes there without
 * asking again.
 *
 *      cells    [ 8 ][ 9 ][10 ][   ][   ][ 5 ][ 6 ][ 7 ]       capacity 8
 *                           ^    ^         ^
 *      sender     published tail = 11      |                   both indices count for ever (64 bits);
 *      receiver                  published head = 5            cell of index i: i modulo the capacity
 *
 *      line 0  tail      written by the sender     read by the receiver once per run
 *      line 1  head      written by the receiver   read by the sender once per run
 *      each end's cursor lies in its own endpoint block: no line of it is ever shared
 *
 * The two ends are mirror images: the sender may use the cells in [tail, head + capacity), the receiver those
 * in [head, tail + 0). So there is one cursor, with a `lead` of capacity or 0.
 *
 * Invariants
 *   1. head <= tail <= head + capacity, as distances modulo 2^64.
 *   2. The cells in [head, tail) belong to the receiver and hold messages; all others belong to the sender.
 *   3. position <= limit <= lap_end, and [position, limit) lies within the own cells of invariant 2: the
 *      peer only ever moves its index forward, so what was seen once stays allowed.
 *   4. cell(i) = lap + i * size for every i in [lap_end - capacity, lap_end).
 *
 * Linearisation points: a send at [SPSC.P1] by the sender; a receive at [SPSC.P1] by the receiver; full and
 * empty at [SPSC.C1].
 *
 * Progress: every operation is wait-free, a fixed number of steps; a peer that stops for ever delays nobody
 * beyond the ring being full or empty. Cost per message: no locked operation; a line transfer for the indices
 * per run, and the cells' own.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLUICE_DETAIL_SPSC_H
#define SLUICE_DETAIL_SPSC_H

#include <sluice/detail/run.h>

struct sluice__spsc_cursor {
    /* touched by every message */
    uint64_t position;  /* next cell to use */
    uint64_t limit;     /* cells before it may be used without asking */
    uintptr_t lap;      /* where the cell of index 0 would lie in this lap (may wrap; only sums are used) */
    sluice__a64 *own;   /* the index this end publishes */
    /* touched once per run */
    uint64_t reach;     /* the peer's index when last seen, plus lead */
    uint64_t lap_end;   /* index of the next lap's first cell */
    const sluice__a64 *peer; /* the index the other end publishes */
    uint64_t lead;      /* sender: capacity; receiver: 0 */
    uint64_t capacity;
    uint64_t lap_bytes; /* capacity x the size of a cell */
    /* in-place use: the cells handed out and not passed on yet; void as soon as position has moved otherwise */
    uint64_t held_from;
    uint64_t held_to;
};

SLUICE_STATIC_ASSERT(offsetof(struct sluice__spsc_cursor, own) < 64, "the hot half shares one line");
SLUICE_STATIC_ASSERT(sizeof(struct sluice__spsc_cursor) <= SLUICE_CACHE_LINE, "one pair of lines");

/* Asks how far this end may go from its position: returns the number of cells, in one contiguous run, and sets
 * the limit to their end. 0 means full (sender) or empty (receiver). The peer's line is read only when fewer
 * than `want` cells are known. */
SLUICE_INLINE uint64_t sluice__spsc_look(struct sluice__spsc_cursor *c, uint64_t want)
{
    if (c->position == c->lap_end) {
        c->lap_end += c->capacity;
        c->lap -= c->lap_bytes;
    }
    if (c->reach - c->position < want)
        /* [SPSC.C1] acquire: the peer is done with every cell before its index. Pairs with [SPSC.P1].
         * Without it: the receiver could copy a cell before its message is in it, and the sender overwrite
         * one that is still being copied out. */
        c->reach = sluice__a64_load_acquire(c->peer) + c->lead;
    uint64_t open = c->reach - c->position, lap = c->lap_end - c->position;
    c->limit = c->position + (open < lap ? open : lap);
    return c->limit - c->position;
}

/* A run of at most `want` (>= 1) own cells from the position on. Moves nothing: asking again gives the same run, or a
 * longer one. */
SLUICE_INLINE struct sluice__run sluice__spsc_run(struct sluice__spsc_cursor *c, size_t size, uint64_t want)
{
    struct sluice__run run;
    run.place = NULL;
    run.first = c->position;
    run.count = c->limit - run.first;
    if (sluice__unlikely(run.count < want))
        run.count = sluice__spsc_look(c, want);
    run.count = run.count < want ? run.count : want;
    run.cells = (void *)(c->lap + (uintptr_t)(run.first * size)); /* invariant 4 */
    return run;
}

/* Hands the own cells from the position `first` on, `count` of them, to the peer: publishes messages, or releases room.
 * (The caller gives the position because it has it in a register; memory it must be read from again after a copy.) */
SLUICE_INLINE void sluice__spsc_pass(struct sluice__spsc_cursor *c, uint64_t first, uint64_t count)
{
    c->position = first + count;
    /* [SPSC.P1] release: this end is done with the cells before position. Pairs with [SPSC.C1].
     * Without it: the index could be seen before the message (or, from the receiver, before the copy out
     * is finished). */
    sluice__a64_store_release(c->own, first + count);
}

/* ---- as a kind of queue (run.h). A run is only looked at until it is passed on, so there is nothing to give back; what is
 * held for the user is void as soon as the position has moved otherwise ---- */

typedef struct sluice__spsc_cursor sluice__spsc_tx, sluice__spsc_rx;

#define sluice__spsc_TX_IS_SHARED 0
#define sluice__spsc_RX_IS_SHARED 0

SLUICE_INLINE enum sluice_status sluice__spsc_claim(sluice__spsc_tx *c, size_t size, uint64_t want, struct sluice__run *run)
{
    *run = sluice__spsc_run(c, size, want);
    return sluice__likely(run->count) ? SLUICE_OK : SLUICE_FULL;
}

SLUICE_INLINE void sluice__spsc_publish(sluice__spsc_tx *c, size_t size, const struct sluice__run *run, uint64_t count)
{
    (void)size;
    if (count)
        sluice__spsc_pass(c, run->first, count);
}

SLUICE_INLINE enum sluice_status sluice__spsc_take(sluice__spsc_rx *c, size_t size, uint64_t want, struct sluice__run *run)
{
    *run = sluice__spsc_run(c, size, want);
    return sluice__likely(run->count) ? SLUICE_OK : SLUICE_EMPTY;
}

SLUICE_INLINE enum sluice_status sluice__spsc_take_last(sluice__spsc_rx *c, size_t size, uint64_t want, struct sluice__run *run)
{
    return sluice__spsc_take(c, size, want, run) == SLUICE_OK ? SLUICE_OK : SLUICE_CLOSED;
}

SLUICE_INLINE void sluice__spsc_release(sluice__spsc_rx *c, size_t size, const struct sluice__run *run, uint64_t count)
{
    sluice__spsc_publish(c, size, run, count);
}

SLUICE_INLINE int sluice__spsc_more(const sluice__spsc_rx *c)
{
    return c->position == c->lap_end;
}

SLUICE_INLINE void sluice__spsc_hold(sluice__spsc_tx *c, const struct sluice__run *run, uint64_t from, uint64_t count)
{
    c->held_from = run->first + from;
    c->held_to = run->first + from + count;
}

SLUICE_INLINE uint64_t sluice__spsc_held(const sluice__spsc_tx *c, size_t size, struct sluice__run *run)
{
    run->first = c->position;
    run->count = c->held_from == c->position ? c->held_to - c->position : 0;
    run->cells = (void *)(c->lap + (uintptr_t)(run->first * size));
    return run->count;
}

SLUICE_INLINE void sluice__spsc_keep(sluice__spsc_rx *c, const struct sluice__run *run, uint64_t from, uint64_t count)
{
    sluice__spsc_hold(c, run, from, count);
}

SLUICE_INLINE uint64_t sluice__spsc_kept(const sluice__spsc_rx *c, size_t size, struct sluice__run *run)
{
    return sluice__spsc_held(c, size, run);
}

#endif
