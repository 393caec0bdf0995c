/* sluice/detail/mpmc_lanes.h: lanes with several receivers, bounded: each sender has a ring for itself. The lanes themselves, and why
 * nothing gets lost, in lanes.h; the receivers' compiled half in src/mpmc/lanes.c.
 *
 * Source: leases are biased locks (K. Kawachiya et al., "Lock Reservation", 2002), revoked by the asymmetric Dekker scheme of the gate.
 *
 *     lane 0    lock (7, LEASED)  holder ──▶ seat of A: inside 1         A receives from it, without an RMW
 *     lane 1    lock (3, FREE)
 *     lane 2    lock (9, LEASED)  holder ──▶ seat of B: inside 0         B is elsewhere: whoever wants its messages may revoke
 *
 * A receiver leases a hot lane that has messages, and receives from it, as an only receiver would, for a turn: until it finds the lane
 * empty, at most SLUICE__LANES_QUANTUM messages and about 16 KiB. So a lane's messages are received one after the other, in their order,
 * whoever receives them; and a receiver that keeps up with a sender does not lock the lane for each message.
 *
 * Around each receive its `inside` is set. Who finds nothing but leased lanes, and finds one leased by the same for some
 * microseconds, revokes that lease: it changes the lock from LEASED to REVOKING, makes a heavy barrier, and reads `inside`.
 *   Receiver: inside = 1; [MPMCLANES.N1]; read the lock.     Revoker: lock = REVOKING; heavy barrier; read inside.
 *   If the barrier came before the receiver's read of the lock, that reads REVOKING, and the receiver gives the lane up. If it came
 *   after it, it came after the store to `inside` too, and the revoker sees that, and leaves the lane to the receiver.
 *   Who of both has the lane is decided by a compare-and-swap of the lock, whose number makes sure that it is the same lease.
 * So a receiver that is slow or stopped between two calls keeps nothing from the others. One that has lost a lease takes turns of one
 * message for a while, after which it unlocks the lane in the same call: work that takes long per message needs few revocations.
 *
 * What a user peeks at stays in its lane, with its receiver `inside`: the messages behind it wait for the release. (`kept` says so, so
 * that nobody tries to revoke, and waiters may sleep; LETS_GO asks the typed channel to wake them.)
 *
 * Where membarrier is refused no lease is given: each turn is one message.
 *
 * Invariants
 *   1. Between taking and releasing, a receiver's seat is `inside`, or its lane is LOCKED by it; only then does it touch the lane's cursor.
 *   2. A lock's number grows with each holder; (n, LEASED) and (n, REVOKING) are of one lease, given by the receiver in `holder`.
 *   3. `left` is 0 where no lease is held, where the turn is over, and where the user holds a peek: then the compiled half is asked.
 *
 * Progress: a receive within a turn is wait-free, the next turn's beginning not lock-free: a receiver that stops in the middle of a receive
 * keeps its lane, whose messages wait; all other lanes go on, and so does the sender until its ring is full. No receiver waits for a
 * lock: it goes to the next lane, and answers BUSY when there is no other with messages; nor does one wait for a revoker.
 *
 * Cost per turn: two RMWs. Per message: two stores to a line of the receiver's own, a look at the lock.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLUICE_DETAIL_MPMC_LANES_H
#define SLUICE_DETAIL_MPMC_LANES_H

#include <sluice/detail/lanes.h>
#include <sluice/detail/spsc.h>

#ifdef __cplusplus
extern "C" {
#endif

struct sluice__mpmc_lanes_cursor {
    /* for each message */
    void *cursor;  /* the lane's receiving cursor */
    uint64_t left; /* messages of this turn; see invariant 3 */
    uint64_t lease; /* the lock's word while it is this receiver's; 0: it has none */
    struct sluice__lane *lane; /* where the receiver is, or was last */
    struct sluice__lanes_seat *seat;
    uint32_t again;  /* whether the last run ended for a reason of layout, or of the turn */
    uint32_t others; /* whether there may be other hot lanes */
    uint32_t keeps;  /* whether the user holds a peek */
    uint32_t let_go; /* whether a peek has ended, so that others may find messages */
    /* between turns */
    struct sluice__lanes *lanes;
    uint64_t kept_left;    /* of the turn, when the user began to peek */
    uint32_t singles;      /* turns of one message to come */
    uint32_t singles_next; /* how many to take when a lease is lost again */
};

/* Begins a turn, or goes on after a peek: the receiver is inside a lane with at least one message of its own. OK, EMPTY, BUSY: what is
 * in the channel is in a lane that another receiver has. */
SLUICE_API enum sluice_status sluice__mpmc_lanes_fetch(struct sluice__mpmc_lanes_cursor *c);
/* The same on a closed channel, over all lanes. OK, BUSY: also where others keep messages or are about to find the end; CLOSED. */
SLUICE_API enum sluice_status sluice__mpmc_lanes_last(struct sluice__mpmc_lanes_cursor *c);
/* Ends a turn with the release just made, or a peek, unless part of that is held still. */
SLUICE_API void sluice__mpmc_lanes_finish(struct sluice__mpmc_lanes_cursor *c, int holds_more);

#ifdef __cplusplus
}
#endif

#define sluice__mpmc_lanes_TX_IS_SHARED 0
#define sluice__mpmc_lanes_RX_IS_SHARED 1
#define sluice__mpmc_lanes_TAKE_FREES_ROOM 0
#define sluice__mpmc_lanes_ROOM_GATE(rx, front) ((const struct sluice__gate *)(const void *)(rx)->lane->gate)
#define sluice__mpmc_lanes_LETS_GO(rx, front) ((rx)->let_go && ((rx)->let_go = 0, 1))

#define SLUICE__LANES(suffix) sluice__mpmc_lanes_##suffix
#define SLUICE__LANE(operation) sluice__spsc_##operation
#include <sluice/detail/lanes_sender.h>
#include <sluice/detail/mpmc_lanes_receiver.h>
#undef SLUICE__LANES
#undef SLUICE__LANE

#endif
