/* sluice/detail/lanes.h: lanes, the queues that promise each sender's order and nothing between senders: one SPSC queue per
 * sender, and receivers that go round. What all kinds of them share; mpsc_lanes.h and mpmc_lanes.h say how receivers work.
 *
 * Source: per-producer queues under one roof (C. Desrochers, "moodycamel::ConcurrentQueue", 2014); what goes cold and comes back
 * is the asymmetric Dekker scheme of the gate (src/channel/gate.c); the rest is sluice's own.
 *
 *     sender A ──▶ [ lane 0: an SPSC queue ]  hot ┐
 *     sender B ──▶ [ lane 1 ]                cold │    receivers go round the lanes whose bit is set in `hot`, and stay on one for
 *     sender C ──▶ [ lane 2 ]                 hot ┘    a quantum
 *     (dropped)    [ lane 3 ]               spare      its next sender goes on where the last one stopped
 *
 *     hot    [ 1 0 1 0 … ]   a bit per lane, 64 in a word: written only when a lane goes cold or comes back
 *     state  a word per lane, on a line of its own, that its sender reads after each message and that is 0 on a busy lane
 *
 * A lane is made at the first clone that finds none spare, and stays until the channel is freed.
 *
 * Invariants
 *   1. A lane that is neither COLD nor spare has its hot bit, or the one who took COLD away is about to set it.
 *   2. A lane that is COLD and has no hot bit is empty, or its sender is about to find COLD, or the receiver that set COLD is about to look.
 *   3. A spare lane is empty; it is made so by its sender if it was COLD, by a receiver that finds it ORPHAN and empty if not.
 *   4. KEPT and ENDED are set only after SEALED and a heavy barrier, or, KEPT, by a sender that has read SEALED.
 *   5. On an ENDED lane every message that was accepted has been taken, and what is in it beyond that its sender has refused.
 *
 * Going cold. The receiver sets COLD on idle lanes, makes one heavy barrier for all of them (membarrier: every running thread
 * executes a full barrier somewhere between two instructions), and looks at each. Sender: publish; [LANES.N1]; read state.
 *   If that barrier came before the sender's read, the sender reads COLD, takes it away and sets the hot bit. If it came after the
 *   read, it came after the publish too, since [LANES.N1] keeps the compiler from exchanging them, and the receiver's look finds the
 *   message and keeps the lane hot. Both may happen: COLD is taken away by one, and hot is set by both or either.
 *   The receiver clears the hot bit [LANES.R3] and then reads the state: if the sender set the bit before, the clearing acquires
 *   that, and COLD is seen to be gone, and the bit is set again; if after, it stays set.
 *
 * The end. A message counts as accepted when its send has answered OK; once a receiver was told CLOSED none may be left or follow.
 *   Closing sets the channel's closed bit, then SEALED on every lane, then makes a heavy barrier, then sets `settled`;
 *   a receiver that finds the channel closed and not settled does all that itself. Then, for each lane, it looks, and if the lane is
 *   empty sets ENDED by a compare-and-swap [LANES.E1]. A sender that reads SEALED after its publish sets KEPT [LANES.E2].
 *   - The sender's read was before the barrier, and it saw no SEALED: then its publish was before the barrier, and the look saw it.
 *   - It saw SEALED and set KEPT before ENDED: the swap fails, the receiver looks again and finds the message. Accepted.
 *   - It saw SEALED and set KEPT after ENDED: if the receiver had taken the message by then, the lane is empty: accepted. If not,
 *     nobody looks at that lane again: the sender is told CLOSED, and the message is its own still.
 *   After KEPT there is no further publish: who sets it has acquired the closed bit, which every claim and commit reads.
 *   So nobody waits for a sender that is stopped in the middle of a send, and nothing is written per message to make that so.
 *   A lane that is made meanwhile: its sender enrols it, fences [LANES.S2], and finds out at its first claim whether the channel is
 *   closed; the sealer comes after that was closed, fences [LANES.S3], and goes through what is enrolled. At least one sees the other.
 *
 * Where membarrier is refused, lanes are born FENCED: their senders take the slow path after each message, fence, and read the
 * state again, and the heavy barrier is a fence. Where it is refused later, lanes stay hot, and the end waits until no store can
 * be in a store buffer any more (sluice__barrier_by_patience), once.
 *
 * Linearisation points: a send at its SPSC publish (a refused one at the read of SEALED); a receive at its SPSC take; CLOSED at the
 * last lane's [LANES.E1]; EMPTY is a statement about each lane at another moment: nothing is said between senders.
 *
 * Progress: a send is wait-free (a chain's: beside the allocator), also where it brings a lane back: two RMWs. A sender that stops
 * delays nobody. Receivers: see the kinds. Cost per message: no RMW, and no line transfer beside the SPSC queue's own.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLUICE_DETAIL_LANES_H
#define SLUICE_DETAIL_LANES_H

#include <sluice/detail/run.h>

#ifdef __cplusplus
extern "C" {
#endif

#define SLUICE__LANE_COLD 1u    /* receivers do not come round to it */
#define SLUICE__LANE_FENCED 2u  /* its sender fences after each message; constant */
#define SLUICE__LANE_SEALED 4u  /* the channel is closed */
#define SLUICE__LANE_KEPT 8u    /* its sender has had its last message accepted after that */
#define SLUICE__LANE_ENDED 16u  /* no receiver looks at it any more */
#define SLUICE__LANE_ORPHAN 32u /* its sender is gone; a receiver makes it spare when it is empty */

#define SLUICE__LANES_QUANTUM 256 /* messages that a receiver takes from a lane in its turn */

struct sluice__lanes;
struct sluice__lanes_block;
struct sluice__gate;

/* A lane; its SPSC queue, the two cursors and the ring's cells follow in the same allocation. */
struct sluice__lane {
    /* read by the sender after each message, written when something happens to the lane */
    SLUICE_ALIGNED(SLUICE_CACHE_LINE) sluice__a32 state;
    /* constant */
    uint32_t index;                    /* its bit in the block */
    struct sluice__lanes_block *block;
    struct sluice__lanes *lanes;
    void *queue, *tx, *rx;
    /* the channel layer's: where the sender waits for room */
    SLUICE_ALIGNED(SLUICE_CACHE_LINE) unsigned char gate[SLUICE_CACHE_LINE];
    /* the receivers' */
    SLUICE_ALIGNED(SLUICE_CACHE_LINE) sluice__a64 lock; /* whether a receiver works on it, and a number: queue/lanes_lock.c */
    sluice__a64 holder; /* LEASED: the address of its receiver's seat */
    sluice__a32 kept;   /* LEASED: whether that receiver's user peeks at its first messages */
    sluice__a32 served; /* whether it had messages since the receivers last looked for idle lanes */
};

SLUICE_STATIC_ASSERT(offsetof(struct sluice__lane, gate) == SLUICE_CACHE_LINE, "the state has its lines for itself");
SLUICE_STATIC_ASSERT(offsetof(struct sluice__lane, lock) == 2 * SLUICE_CACHE_LINE, "the gate has its lines for itself");

/* What others must know of one of several receivers; in the queue, so that it outlives the receiver. */
struct sluice__lanes_seat {
    /* 0: its receiver is not at the messages of the lane that it leases; 1: it may be; 2: the seat is nobody's */
    SLUICE_ALIGNED(SLUICE_CACHE_LINE) sluice__a32 inside;
    sluice__a64 next; /* constant: the next seat's address */
};

/* A sender's cursor. */
struct sluice__lanes_tx {
    struct sluice__lane *lane;
    void *cursor;   /* the lane's sending cursor */
    uint32_t holds; /* whether the user holds a reservation of this sender */
};

/* Whether a sender that has just published has to call sluice__lanes_attend. */
SLUICE_INLINE int sluice__lanes_is_called(const struct sluice__lane *lane)
{
    /* [LANES.N1] compiler barrier: keeps what was just published before the read below in the program; the receiver's heavy
     * barrier makes the CPU agree. Pairs with [LANES.R1] and [LANES.S9].
     * Without it: a message could lie in a cold lane for ever, or be accepted after a receiver was told the end. */
    sluice__compiler_barrier();
    return sluice__unlikely(sluice__a32_load_relaxed(&lane->state)); /* relaxed: ordered by [LANES.N1] */
}

/* The rare half of a publish: does what the lane's state asks for. Returns whether the messages just published are refused, since
 * the channel has ended without them. Wait-free. */
SLUICE_API int sluice__lanes_attend(struct sluice__lane *lane);

#ifdef __cplusplus
}
#endif

#endif
