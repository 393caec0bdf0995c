/* sluice/detail/mpmc_lanes.h: lanes with several receivers, bounded: each sender has a ring for itself. The lanes themselves, and why
 * nothing gets lost, in lanes.h; the receivers' compiled half in src/mpmc/lanes.c.
 *
 *     lanes      [ . . 3 4 5 6 7 8 ]   locked by one receiver for as long as it takes to copy a quantum out
 *                      └─┬─┘
 *     hand A     [ 3 4 5 ]             received from here, without a look at anything shared
 *     hand B     [ ]
 *
 * A receiver whose hand is empty goes round the hot lanes: it locks the first one that has messages and is not locked, copies a
 * quantum into its hand, gives their room back, and unlocks. The quantum follows the backlog: half of this receiver's share of what
 * is in the lane, at least one message, at most SLUICE__MPMC_LANES_QUANTUM and about 4 KiB. So what waits behind a receiver that is
 * slow is a quantum, never a lane; and where there is little, each takes one message at a time.
 *
 * A receiver that is alone takes what is there, and gives the room of each message back when that is released, not before: then full
 * is exact, and so are the questions. The copies in its hand count for nothing; when a second receiver is cloned (by the owner of
 * the first, which therefore is in no other call) they are forgotten, except those that the user is peeking at, which leave the lane.
 *
 * So each receiver gets each sender's messages in their order, and nothing is said between receivers.
 *
 * What is in a hand is inside the channel: len_hint counts it, others are told BUSY and not EMPTY, and the channel does not end for
 * them before it is received. The
 * hand of a dropped receiver is abandoned with what is in it; the next receiver that looks for messages takes it over before it
 * looks at any lane. Without receivers it is destroyed with the rest.
 *
 * Progress: a receive from the hand is wait-free. Filling it is not lock-free: a receiver that stops in the middle of its copy keeps
 * its lane, whose messages wait; all other lanes go on, and so does the sender until its ring is full. No receiver waits for a lock:
 * it goes to the next lane, and answers BUSY when there is no other with messages. The end is told when every hand is empty: a
 * receiver that stops with messages in hand holds it off, as one that peeks does.
 *
 * Cost per quantum: two RMWs, a copy of its messages. Per message: a store to a line of the receiver's own.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLUICE_DETAIL_MPMC_LANES_H
#define SLUICE_DETAIL_MPMC_LANES_H

#include <sluice/detail/lanes.h>
#include <sluice/detail/spsc.h>

#ifdef __cplusplus
extern "C" {
#endif

#define SLUICE__MPMC_LANES_QUANTUM 32 /* messages */

/* What a receiver holds; in the queue, so that it outlives the receiver. */
struct sluice__lanes_hand {
    SLUICE_ALIGNED(SLUICE_CACHE_LINE) sluice__a64 held; /* messages that are in no lane any more; written by the owner */
    char *rest;                                         /* abandoned: where they begin */
    SLUICE_ALIGNED(SLUICE_CACHE_LINE) sluice__a32 state; /* whose it is */
    char *cells;                                         /* constant */
    sluice__a64 next;                                    /* constant: the next hand's address */
};

struct sluice__mpmc_lanes_cursor {
    uint64_t first, limit; /* the messages in hand; counted for ever, so that each has a number of its own */
    uintptr_t lap;         /* where message 0 would lie (may wrap; only sums are used) */
    void *deferred;        /* the only receiver's: the lane's receiving cursor, which is moved with each message; else NULL */
    struct sluice__lanes_hand *hand;
    struct sluice__lane *lane; /* where the receiver was last */
    struct sluice__lanes *lanes;
    uint64_t kept_from, kept_to; /* what the user peeks at; void as soon as `first` has moved otherwise */
    uint32_t others;             /* whether there may be more where that came from */
};

/* Fills an empty hand. OK, EMPTY, BUSY: what is inside is in a lane that another receiver has locked, or in another's hand. */
SLUICE_API enum sluice_status sluice__mpmc_lanes_fetch(struct sluice__mpmc_lanes_cursor *c);
/* The same on a closed channel, over all lanes. OK, BUSY: also where others have messages in hand; CLOSED. */
SLUICE_API enum sluice_status sluice__mpmc_lanes_last(struct sluice__mpmc_lanes_cursor *c);

#ifdef __cplusplus
}
#endif

#define sluice__mpmc_lanes_TX_IS_SHARED 0
#define sluice__mpmc_lanes_RX_IS_SHARED 1
#define sluice__mpmc_lanes_TAKE_FREES_ROOM 1
#define sluice__mpmc_lanes_ROOM_GATE(rx, front) ((const struct sluice__gate *)(const void *)(rx)->lane->gate)

#define SLUICE__LANES(suffix) sluice__mpmc_lanes_##suffix
#define SLUICE__LANE(operation) sluice__spsc_##operation
#include <sluice/detail/lanes_sender.h>
#include <sluice/detail/mpmc_lanes_receiver.h>
#undef SLUICE__LANES
#undef SLUICE__LANE

#endif
