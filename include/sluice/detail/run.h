/* sluice/detail/run.h: runs of cells, and what every kind of queue offers to the typed channel in their terms.
 *
 * A kind K (spsc, mpsc_chain, …) has a header sluice/detail/K.h with these, all inlined; typed_queue.h makes every operation of a
 * channel from them, the any-channel too. `size` is the bytes of a message (a constant in a typed channel), `want` at least 1.
 *
 *   sluice__K_tx, sluice__K_rx               the cursors: types, one of them in each endpoint's block
 *   sluice__K_TX_IS_SHARED, …_RX_IS_SHARED   macros, 0 or 1: whether a run, once claimed (taken), is this end's alone in a queue
 *                                            that others of its side use, so that it must be published (released) or given back
 *
 *   status claim(tx, size, want, run)        a run of 1 to want cells to write to: OK, FULL, BUSY (a peer, or a receiver in the very
 *                                            cell, is in mid-step: a bounded number of tries was made), CLOSED, NO_MEMORY
 *   void publish(tx, size, run, count)       the run's first `count` cells are sent, the rest is given back. Sets run->count to 0
 *                                            where it refuses all of them, since the channel was closed meanwhile
 *   status take(rx, size, want, run)         a run of 1 to want messages: OK, EMPTY, BUSY (a sender is in the middle of the very cell)
 *   status take_last(rx, size, want, run)    the same once the channel is known to be closed: also CLOSED, when nothing that was
 *                                            accepted is left or still on its way
 *   void release(rx, size, run, count)       the run's first `count` messages are out; the rest will be taken next by this end
 *   int more(rx)                             whether the run just released ended for a reason of layout, so that it is worth
 *                                            asking for another at once
 *   void hold(tx, run, from, count)          the user holds the run's cells [from, from + count); count 0: nothing any more
 *   uint64_t held(tx, size, run)             what the user holds of what was claimed; 0 also where another claim came in between
 *   void keep(rx, run, from, count)          likewise for what was peeked
 *   uint64_t kept(rx, size, run)             0 also where another take came in between
 *
 * Three words about each kind stand in kinds.h: where the senders wait whom a release may serve, whether taking frees room, and
 * whether a release may have let others of its side go on.
 *
 * Where TX_IS_SHARED, claim is not called while something is held: the typed channel gives it back first. Where RX_IS_SHARED, take
 * begins with what was taken and not released.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLUICE_DETAIL_RUN_H
#define SLUICE_DETAIL_RUN_H

#include <sluice/detail/atomic.h>
#include <sluice/status.h>

/* Cells of one end, one beside the other in memory. */
struct sluice__run {
    uint64_t first; /* index of the first */
    uint64_t count; /* 0: there are none */
    void *cells;    /* set only where count is not 0 */
    void *place;    /* what else the kind needs to find them again: a segment, a lane */
};

#endif
