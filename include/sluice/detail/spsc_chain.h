/* sluice/detail/spsc_chain.h: the SPSC chain's algorithm: one sender, one receiver, no limit. One text, inlined into every typed
 * channel and compiled once into the library (src/spsc/chain.c).
 *
 * Algorithm: a list of arrays, the used-up ones going round (M. Aldinucci, M. Danelutto, P. Kilpatrick, M. Meneghin, M. Torquati,
 * "An Efficient Unbounded Lock-Free Queue for Multi-core Systems", 2012), here with one published index for all of them. Messages
 * are counted for ever; index i lies in cell i - base of the segment in whose [base, base + S) it is.
 *
 *     oldest                                       newest
 *     [ . . . 3 4 5 6 7 ] -> [ 8 9 … 15 ] -> [ 16 17 _ _ _ ]      S = 8
 *             ^                                      ^
 *             receiver, head = 3                     sender, published tail = 18
 *
 *     line 0  tail                written by the sender     read by the receiver, once per run
 *     line 1  head, oldest        written by the receiver   read by length only
 *     line 2  pool, newest        constant; at the sender's segment ends
 *     each end's cursor lies in its own endpoint block: no line of it is ever shared
 *
 * Invariants
 *   1. head <= tail, as distances modulo 2^64; the messages are those in [head, tail).
 *   2. The sender links a segment to the next before it publishes the first index in that, and never touches it again.
 *   3. The receiver goes to the next segment when the tail is beyond its own: with 2, the link is there, and the old segment is the
 *      receiver's alone, to give back to the pool.
 *   4. cell(i) = lap + i * size for every i in [end - S, end) of a cursor's segment.
 *
 * Linearisation points: a send at [SPSCCHAIN.P1]; a receive at its move of head; empty at [SPSCCHAIN.C1].
 *
 * Progress: every operation is wait-free beside the allocator; neither end ever waits for the other, and one that stops delays
 * nobody. A stopped receiver lets the backlog grow, and pins nothing else. Cost per message: no locked operation (two per segment,
 * in the pool); a line transfer for the tail per run, and the cells' own. The sender never reads the receiver's lines.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLUICE_DETAIL_SPSC_CHAIN_H
#define SLUICE_DETAIL_SPSC_CHAIN_H

#include <sluice/detail/chain.h>
#include <sluice/detail/run.h>

#ifdef __cplusplus
extern "C" {
#endif

struct sluice__chain_pool;

struct sluice__spsc_chain {
    SLUICE_ALIGNED(SLUICE_CACHE_LINE) sluice__a64 tail; /* written by the sender */
    SLUICE_ALIGNED(SLUICE_CACHE_LINE) sluice__a64 head; /* written by the receiver, as is the next */
    struct sluice__chain_link *oldest;                  /* the receiver's segment */
    SLUICE_ALIGNED(SLUICE_CACHE_LINE) struct sluice__chain_pool *pool; /* constant */
    struct sluice__chain_link *newest;                                 /* the sender's segment */
};

SLUICE_STATIC_ASSERT(offsetof(struct sluice__spsc_chain, head) - offsetof(struct sluice__spsc_chain, tail) >= SLUICE_CACHE_LINE,
                     "the indices have different writers: different lines");
SLUICE_STATIC_ASSERT(offsetof(struct sluice__spsc_chain, pool) - offsetof(struct sluice__spsc_chain, head) >= SLUICE_CACHE_LINE,
                     "the sender's words do not share the receiver's line");

struct sluice__spsc_chain_cursor {
    /* touched by every message */
    uint64_t position; /* next cell to use */
    uint64_t limit;    /* cells before it may be used without asking */
    uintptr_t lap;     /* where the cell of index 0 would lie (may wrap; only sums are used) */
    struct sluice__spsc_chain *chain;
    /* touched once per run, or per segment */
    uint64_t reach; /* receiver: the tail when last seen */
    uint64_t end;   /* index after the segment's last cell */
    struct sluice__chain_link *segment;
    /* in-place use: the cells handed out and not passed on yet; void as soon as position has moved otherwise */
    uint64_t held_from;
    uint64_t held_to;
};

SLUICE_STATIC_ASSERT(sizeof(struct sluice__spsc_chain_cursor) <= SLUICE_CACHE_LINE, "one pair of lines");

/* Once per segment, compiled: the sender's step to a new one, and the receiver's to the next. SLUICE_OK or NO_MEMORY. */
SLUICE_API SLUICE_NODISCARD enum sluice_status sluice__spsc_chain_grow(struct sluice__spsc_chain_cursor *sender);
SLUICE_API void sluice__spsc_chain_go_on(struct sluice__spsc_chain_cursor *receiver);

/* Asks how far the receiver may go from its position: the number of cells, in one contiguous run; sets the limit to their end.
 * The sender's line is read only when fewer than `want` messages are known. */
SLUICE_INLINE uint64_t sluice__spsc_chain_look(struct sluice__spsc_chain_cursor *c, uint64_t want)
{
    if (c->reach - c->position < want)
        /* [SPSCCHAIN.C1] acquire: the messages before the tail are whole, and so are the links between them. Pairs with
         * [SPSCCHAIN.P1].
         * Without it: the receiver could copy a cell before its message is in it, or follow a link that is not there. */
        c->reach = sluice__a64_load_acquire(&c->chain->tail);
    if (c->position == c->end && c->reach != c->position)
        sluice__spsc_chain_go_on(c);
    uint64_t open = c->reach - c->position, segment = c->end - c->position;
    c->limit = c->position + (open < segment ? open : segment);
    return c->limit - c->position;
}

/* ---- as a kind of queue (run.h). A run is only looked at until it is passed on, so there is nothing to give back ---- */

typedef struct sluice__spsc_chain_cursor sluice__spsc_chain_tx, sluice__spsc_chain_rx;

#define sluice__spsc_chain_TX_IS_SHARED 0
#define sluice__spsc_chain_RX_IS_SHARED 0

SLUICE_INLINE struct sluice__run sluice__spsc_chain_run(const struct sluice__spsc_chain_cursor *c, size_t size, uint64_t want)
{
    struct sluice__run run;
    run.place = NULL;
    run.first = c->position;
    run.count = c->limit - run.first < want ? c->limit - run.first : want;
    run.cells = (void *)(c->lap + (uintptr_t)(run.first * size)); /* invariant 4 */
    return run;
}

SLUICE_INLINE enum sluice_status sluice__spsc_chain_claim(sluice__spsc_chain_tx *c, size_t size, uint64_t want,
                                                          struct sluice__run *run)
{
    if (sluice__unlikely(c->position == c->limit)) {
        enum sluice_status status = sluice__spsc_chain_grow(c);
        if (status != SLUICE_OK)
            return status;
    }
    *run = sluice__spsc_chain_run(c, size, want);
    return SLUICE_OK;
}

SLUICE_INLINE void sluice__spsc_chain_publish(sluice__spsc_chain_tx *c, size_t size, const struct sluice__run *run, uint64_t count)
{
    (void)size;
    if (!count)
        return;
    c->position = run->first + count;
    /* [SPSCCHAIN.P1] release: the messages before the tail, and the links. Pairs with [SPSCCHAIN.C1] and [SPSCCHAIN.C2].
     * Without it: as there. */
    sluice__a64_store_release(&c->chain->tail, run->first + count);
}

SLUICE_INLINE enum sluice_status sluice__spsc_chain_take(sluice__spsc_chain_rx *c, size_t size, uint64_t want,
                                                         struct sluice__run *run)
{
    if (sluice__unlikely(c->limit - c->position < want) && sluice__spsc_chain_look(c, want) == 0)
        return SLUICE_EMPTY;
    *run = sluice__spsc_chain_run(c, size, want);
    return SLUICE_OK;
}

SLUICE_INLINE enum sluice_status sluice__spsc_chain_take_last(sluice__spsc_chain_rx *c, size_t size, uint64_t want,
                                                              struct sluice__run *run)
{
    return sluice__spsc_chain_take(c, size, want, run) == SLUICE_OK ? SLUICE_OK : SLUICE_CLOSED;
}

SLUICE_INLINE void sluice__spsc_chain_release(sluice__spsc_chain_rx *c, size_t size, const struct sluice__run *run, uint64_t count)
{
    (void)size;
    c->position = run->first + count;
    /* relaxed: a hint to length; the cells' reuse is ordered by [CHAIN.P1] */
    sluice__a64_store_relaxed(&c->chain->head, run->first + count);
}

SLUICE_INLINE int sluice__spsc_chain_more(const sluice__spsc_chain_rx *c)
{
    return c->position == c->end;
}

SLUICE_INLINE void sluice__spsc_chain_hold(sluice__spsc_chain_tx *c, const struct sluice__run *run, uint64_t from, uint64_t count)
{
    c->held_from = run->first + from;
    c->held_to = run->first + from + count;
}

SLUICE_INLINE uint64_t sluice__spsc_chain_held(const sluice__spsc_chain_tx *c, size_t size, struct sluice__run *run)
{
    run->first = c->position;
    run->count = c->held_from == c->position ? c->held_to - c->position : 0;
    run->cells = (void *)(c->lap + (uintptr_t)(run->first * size));
    return run->count;
}

SLUICE_INLINE void sluice__spsc_chain_keep(sluice__spsc_chain_rx *c, const struct sluice__run *run, uint64_t from, uint64_t count)
{
    sluice__spsc_chain_hold(c, run, from, count);
}

SLUICE_INLINE uint64_t sluice__spsc_chain_kept(const sluice__spsc_chain_rx *c, size_t size, struct sluice__run *run)
{
    return sluice__spsc_chain_held(c, size, run);
}

#ifdef __cplusplus
}
#endif

#endif
