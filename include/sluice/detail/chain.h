/* sluice/detail/chain.h: chains: queues without a limit, made of segments. What all of them have in common, and the algorithm of
 * those with several senders, several receivers or both (the SPSC chain: spsc_chain.h). One text for the kinds mpsc_chain,
 * spmc_chain and mpmc_chain, which differ in two constants, and for both interfaces; its compiled half is src/queue/segments.c.
 *
 * Algorithm: a list of arrays that are filled by fetch-and-add and never used twice while anyone can see them (A. Morrison, Y. Afek,
 * "Fast Concurrent Queues for x86 Processors", 2013; C. Yang, J. Mellor-Crummey, "A Wait-Free Queue as Fast as Fetch-and-Add",
 * 2016), the list itself as in M. Michael, M. Scott, "Simple, Fast, and Practical …", 1996. Other than there a cell is never given
 * up by a receiver: it is published by a mark of its own, so that messages of any size lie in it contiguously, and a receiver takes
 * marked cells only. Who may still look at a segment is answered by one word per endpoint (M. Michael, "Hazard Pointers", 2004).
 *
 *     head                                                last
 *     [ link | claim | taken | marks | cells ]  ->  [ link | claim | taken | marks | cells ]  ->  0
 *
 *     one segment, S = 8:      marks   R  R  R  V  R  _  R  _ |END        R: published, V: given back, _: nothing yet
 *                              cells   a  b  c  .  d  .  e  .
 *                                         ^taken = 1       ^claim = 7     d may be received, e must wait for the cell before it
 *
 * Messages are counted for ever: cell k of a segment has the index base + k, base grows by S from one segment to the next.
 *
 * Invariants
 *   1. claim only grows while it can be seen who has seen it: it is set back only by a sender that finds it as its own claim left
 *      it, so that nobody has claimed, or found the segment full, since. Values of S or more mean: full, go on to the next.
 *   2. A cell belongs to the sender that claimed it until its mark is set, and then to the receiver that moved `taken` over it.
 *      taken moves over marked cells only, and a cell in [taken, S) is marked once.
 *   3. A segment gets a successor when it is full, or is sealed by one that is no segment; that is never changed.
 *   4. head and last are moved over a segment by who can see its successor. last is moved off it before head is. When head is, all
 *      its cells are taken, and it is retired: it can be reached only by endpoints that already had it.
 *   5. An endpoint touches a segment only if its hazard word named it, with a full fence after that, when it was still head or last
 *      (or when a cell of it was the endpoint's own); the word keeps it until it is changed. A retired segment is given to the pool
 *      only when no hazard word names it after a full fence. (src/queue/segments.c)
 *   6. The only receiver, and the only sender, need no hazard word: the one alone retires, the other never touches a segment again
 *      that it has linked to the next.
 *   7. Seal: once `claim` carries SEALED, or the link is SEALED, nothing more can be claimed. It is set by a receiver of a closed
 *      channel that found everything taken that was claimed, in the same instruction that finds it still so.
 *
 * Linearisation points: a send at [CHAINTX.X1], its fetch-and-add (one sender: its mark, [CHAINTX.P1]); a receive at [CHAINRX.X1]
 * (one receiver: its step over the mark); empty at the read of the mark, or of the claim word beside it.
 *
 * Progress. One sender: wait-free beside the allocator. Several: lock-free; a sender is sent on to another segment only because
 * others have filled one. A sender that stops between claim and mark holds up the messages after its own (receivers: BUSY), in its
 * segment and those after it; other senders go on. One receiver: wait-free. Several: lock-free, a failed compare-and-swap means that
 * another has taken; after a bounded number of them BUSY. A receiver that stops holds up nobody. What a stopped or idle endpoint
 * pins: one segment, and for one that was stopped in the middle of retiring, those in its hand.
 *
 * Cost per message. Sending: one fetch-and-add (several senders) or none (one); receiving: one compare-and-swap (several) or none
 * (one), for a whole run. Lines: the cells', one of marks per 64 messages, the claim word among senders, the taken word among
 * receivers; senders never touch taken, receivers look at claim only where they find nothing. Fences: one per endpoint and segment.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLUICE_DETAIL_CHAIN_H
#define SLUICE_DETAIL_CHAIN_H

#include <sluice/detail/run.h>

#ifdef __cplusplus
extern "C" {
#endif

struct sluice__chain_link {
    sluice__a64 next; /* the following segment, an address; 0: there is none yet; SLUICE__CHAIN_SEALED: there will be none */
    uint64_t base;    /* index of the first cell; constant while the segment can be reached */
};

#define SLUICE__CHAIN_SEALED UINT64_C(1) /* in link.next */

#define SLUICE__CHAIN_CELLS_MIN 16 /* of a segment, however large they are */

/* ---- chains that several senders, or several receivers, share ---- */

/* Marks; 0: nothing yet. */
#define SLUICE__CHAIN_READY 1 /* a message */
#define SLUICE__CHAIN_VOID 2  /* given back: receivers pass over it */
#define SLUICE__CHAIN_END 3   /* after the last cell's */

/* In the claim word, beside how many cells were claimed; once it is set the number says nothing any more: senders that come too late
 * add to it. */
#define SLUICE__CHAIN_CLAIM_SEALED (UINT64_C(1) << 63)

struct sluice__chain_segment {
    SLUICE_ALIGNED(SLUICE_CACHE_LINE) struct sluice__chain_link link; /* written once in a life */
    struct sluice__chain_segment *also; /* of a retired one, by who has it in hand: another that it has in hand */
    SLUICE_ALIGNED(SLUICE_CACHE_LINE) sluice__a64 claim; /* written by senders */
    SLUICE_ALIGNED(SLUICE_CACHE_LINE) sluice__a64 taken; /* written by receivers */
    /* marks, S + 1 bytes, and cells follow */
};

SLUICE_STATIC_ASSERT(offsetof(struct sluice__chain_segment, link) == 0, "a link is its segment's address");
SLUICE_STATIC_ASSERT(sizeof(struct sluice__chain_segment) == 3 * SLUICE_CACHE_LINE, "each side's word has its lines for itself");

/* What an endpoint shows to the others. Never freed before the queue, and used again. */
struct SLUICE_ALIGNED(SLUICE_CACHE_LINE) sluice__chain_slot {
    sluice__a64 hazard; /* the segment that the owner may touch; 0: none */
    sluice__a64 heirloom; /* a retired segment that the owner must see to when it has left it; 0: none */
    sluice__a64 sent;     /* messages published under this slot, ever */
    sluice__a64 received; /* messages released */
    struct sluice__chain_slot *next; /* constant */
    sluice__a32 state;               /* free, used, or an orphan: its owner is gone and the messages [from, to) are anyone's */
    uint64_t from, to;
};

SLUICE_STATIC_ASSERT(sizeof(struct sluice__chain_slot) == SLUICE_CACHE_LINE, "an endpoint's counts are its own lines");

struct sluice__chain;

/* A cursor's segment. */
struct sluice__chain_place {
    uintptr_t lap;   /* where the cell of index 0 would lie (may wrap; only sums are used) */
    uintptr_t marks; /* where the mark of index 0 would lie */
    uint64_t base;
    struct sluice__chain_segment *segment;
};

struct sluice__chain_tx {
    struct sluice__chain_place at;
    struct sluice__chain_slot *slot;
    uint64_t cells;    /* S */
    uint64_t position; /* one sender: the next cell, counted in the segment */
    uint64_t left_at;  /* several: what the last claim made of the claim word */
    uint64_t held_from; /* the user's reservation */
    uint64_t held_to;
    struct sluice__chain *chain;
};

struct sluice__chain_rx {
    struct sluice__chain_place at;
    struct sluice__chain_slot *slot;
    uint64_t first; /* the next message of this end. Several: those in [first, end) are taken and its own */
    uint64_t end;   /* one: = first; several: where `taken` was when last seen */
    uint32_t keeps; /* several: whether it is counted among those that hold the channel's end off */
    uint64_t held_from; /* what the user peeked at */
    uint64_t held_to;
    struct sluice__chain *chain;
};

SLUICE_STATIC_ASSERT(sizeof(struct sluice__chain_tx) <= SLUICE_CACHE_LINE && sizeof(struct sluice__chain_rx) <= SLUICE_CACHE_LINE,
                     "one pair of lines each");

/* The compiled half: what happens once per segment, or where there is nothing. */

/* Several senders: the segment was full, or sealed, when the claim word said `seen` and was made seen + want. Claims in a later one:
 * OK, the claim left its word at left_at; CLOSED; NO_MEMORY. */
SLUICE_API SLUICE_NODISCARD enum sluice_status sluice__chain_claim_on(struct sluice__chain_tx *c, uint64_t want, uint64_t seen);
/* Several senders: gives [from, from + count), the end of the last claim, back. */
SLUICE_API void sluice__chain_give_back(struct sluice__chain_tx *c, uint64_t from, uint64_t count);
/* One sender: goes on to a new segment. OK, NO_MEMORY. */
SLUICE_API SLUICE_NODISCARD enum sluice_status sluice__chain_grow(struct sluice__chain_tx *c);
/* Goes to where the next message is, over voids and ends of segments. OK: it is at `first` (several receivers: up to `want` of them
 * are taken); EMPTY; BUSY. */
SLUICE_API SLUICE_NODISCARD enum sluice_status sluice__chain_find(struct sluice__chain_rx *c, uint64_t want);
/* For a receiver of a closed channel that found nothing: seals the chain if that is all. CLOSED; BUSY: not yet. */
SLUICE_API SLUICE_NODISCARD enum sluice_status sluice__chain_finish(struct sluice__chain_rx *c);
/* Several receivers: from now on, or no longer, messages that this one holds may come back. */
SLUICE_API void sluice__chain_hold_off(struct sluice__chain_rx *c);
SLUICE_API void sluice__chain_let_go(struct sluice__chain_rx *c);

SLUICE_INLINE sluice__a8 *sluice__chain_mark(const struct sluice__chain_place *at, uint64_t index)
{
    return (sluice__a8 *)(at->marks + (uintptr_t)index);
}

SLUICE_INLINE void sluice__chain_make_run(struct sluice__run *run, const struct sluice__chain_place *at, size_t size,
                                          uint64_t first, uint64_t count)
{
    run->first = first;
    run->count = count;
    run->cells = (void *)(at->lap + (uintptr_t)(first * size));
    run->place = NULL; /* a run is passed on before its cursor goes elsewhere */
}

/* ---- sending; `many`: whether there are several senders ---- */

SLUICE_INLINE enum sluice_status sluice__chain_claim(struct sluice__chain_tx *c, size_t size, uint64_t want, struct sluice__run *run,
                                                     int many)
{
    enum sluice_status status = SLUICE_OK;
    uint64_t cell, most = want <= SLUICE__CHAIN_CELLS_MIN || want < c->cells ? want : c->cells;
    if (many) {
        /* [CHAINTX.X1] acquire: cells that another sender gave back are done with. Pairs with [CHAINTX.X2].
         * Without it: what it wrote to them could come after what this one writes. */
        cell = sluice__a64_add_acquire(&c->at.segment->claim, most);
        c->left_at = cell + most;
        if (sluice__unlikely(cell >= c->cells))
            status = sluice__chain_claim_on(c, most, cell);
        cell = c->left_at - most;
    } else {
        if (sluice__unlikely(c->position == c->cells))
            status = sluice__chain_grow(c);
        cell = c->position;
    }
    if (sluice__unlikely(status != SLUICE_OK))
        return status;
    if (most > 1 && most > c->cells - cell)
        most = c->cells - cell;
    sluice__chain_make_run(run, &c->at, size, c->at.base + cell, most);
    return SLUICE_OK;
}

SLUICE_INLINE void sluice__chain_publish(struct sluice__chain_tx *c, const struct sluice__run *run, uint64_t count, int many)
{
    /* relaxed: owner-only but for sums, which [CHAINRX.P2] orders */
    sluice__a64_store_relaxed(&c->slot->sent, sluice__a64_load_relaxed(&c->slot->sent) + count); /* relaxed: owner-only */
    for (uint64_t i = 0; i < count; i++)
        /* [CHAINTX.P1] release: the message in the cell. Pairs with [CHAINRX.C1].
         * Without it: a receiver could copy a cell before its message is in it. */
        sluice__a8_store_release(sluice__chain_mark(&c->at, run->first + i), SLUICE__CHAIN_READY);
    if (!many)
        c->position += count;
    else if (sluice__unlikely(count < run->count))
        sluice__chain_give_back(c, run->first + count, run->count - count);
}

SLUICE_INLINE void sluice__chain_hold(struct sluice__chain_tx *c, const struct sluice__run *run, uint64_t from, uint64_t count)
{
    c->held_from = run->first + from;
    c->held_to = run->first + from + count;
}

SLUICE_INLINE uint64_t sluice__chain_held(const struct sluice__chain_tx *c, size_t size, struct sluice__run *run, int many)
{
    uint64_t count = c->held_to - c->held_from;
    if (!many && c->held_from != c->at.base + c->position)
        count = 0; /* something else was sent meanwhile */
    run->count = count;
    if (sluice__unlikely(count))
        sluice__chain_make_run(run, &c->at, size, c->held_from, count);
    return count;
}

/* ---- receiving; `many`: whether there are several receivers ---- */

/* How many messages, `want` at most, lie one beside the other from that index on. */
SLUICE_INLINE uint64_t sluice__chain_count(const struct sluice__chain_place *at, uint64_t index, uint64_t want)
{
    uint64_t n = 0;
    while (n < want) {
        /* [CHAINRX.C1] acquire: the message in the cell. Pairs with [CHAINTX.P1].
         * Without it: it could be copied before it is there. */
        if (sluice__a8_load_acquire(sluice__chain_mark(at, index + n)) != SLUICE__CHAIN_READY)
            break; /* at the segment's last at the latest: END follows it */
        n++;
    }
    return n;
}

/* Takes the messages [end, end + count), all marked, if nobody else has taken of them. */
SLUICE_INLINE int sluice__chain_grab(struct sluice__chain_rx *c, uint64_t count)
{
    uint64_t taken = c->end - c->at.base;
    /* [CHAINRX.X1] acquire: what another receiver gave back untaken it is done with. Pairs with [CHAINRX.X2].
     * Without it: a message that was peeked at, changed in place and given back could be seen unchanged. */
    if (!sluice__a64_cas_acquire(&c->at.segment->taken, &taken, taken + count))
        return 0;
    c->first = c->end;
    c->end += count;
    return 1;
}

SLUICE_INLINE enum sluice_status sluice__chain_take(struct sluice__chain_rx *c, size_t size, uint64_t want, struct sluice__run *run,
                                                    int many)
{
    uint64_t own = c->end - c->first; /* taken and not released; none where there is one receiver */
    uint64_t count = many && sluice__unlikely(own) ? own : sluice__chain_count(&c->at, c->end, want);
    if (sluice__unlikely(!count) || (many && !own && sluice__unlikely(!sluice__chain_grab(c, count)))) {
        enum sluice_status status = sluice__chain_find(c, want);
        if (status != SLUICE_OK)
            return status;
        count = many ? c->end - c->first : sluice__chain_count(&c->at, c->end, want);
    }
    sluice__chain_make_run(run, &c->at, size, c->first, count < want ? count : want);
    return SLUICE_OK;
}

SLUICE_INLINE enum sluice_status sluice__chain_take_last(struct sluice__chain_rx *c, size_t size, uint64_t want,
                                                         struct sluice__run *run, int many)
{
    enum sluice_status status = sluice__chain_take(c, size, want, run, many);
    return status == SLUICE_OK ? SLUICE_OK : sluice__chain_finish(c);
}

SLUICE_INLINE void sluice__chain_release(struct sluice__chain_rx *c, const struct sluice__run *run, uint64_t count, int many)
{
    c->first = run->first + count;
    uint64_t received = sluice__a64_load_relaxed(&c->slot->received) + count; /* relaxed: owner-only */
    /* [CHAINRX.P2] release: that these were sent, as their marks said. Pairs with [CHAINRX.C4].
     * Without it: a sum could count a message as received and not as sent, and an empty chain's answer hide another message. */
    sluice__a64_store_release(&c->slot->received, received);
    if (!many)
        c->end = c->first;
    else if (sluice__unlikely(c->keeps) && c->first == c->end)
        sluice__chain_let_go(c);
}

SLUICE_INLINE int sluice__chain_more(const struct sluice__chain_rx *c)
{
    /* relaxed: a hint */
    return sluice__a8_load_relaxed(sluice__chain_mark(&c->at, c->end)) >= SLUICE__CHAIN_VOID;
}

SLUICE_INLINE void sluice__chain_keep(struct sluice__chain_rx *c, const struct sluice__run *run, uint64_t from, uint64_t count,
                                      int many)
{
    c->held_from = run->first + from;
    c->held_to = run->first + from + count;
    if (many && count && !c->keeps)
        sluice__chain_hold_off(c);
}

SLUICE_INLINE uint64_t sluice__chain_kept(const struct sluice__chain_rx *c, size_t size, struct sluice__run *run)
{
    uint64_t count = c->held_from == c->first ? c->held_to - c->held_from : 0;
    sluice__chain_make_run(run, &c->at, size, c->first, count);
    return count;
}

/* ---- as a kind of queue (run.h): kind mpsc_chain, say, with its two constants ---- */

#define SLUICE__CHAIN_KIND(kind, many_tx, many_rx)                                                                                \
    typedef struct sluice__chain_tx sluice__##kind##_tx;                                                                          \
    typedef struct sluice__chain_rx sluice__##kind##_rx;                                                                          \
    SLUICE_INLINE enum sluice_status sluice__##kind##_claim(sluice__##kind##_tx *c, size_t size, uint64_t want,                   \
                                                            struct sluice__run *run)                                              \
    {                                                                                                                             \
        return sluice__chain_claim(c, size, want, run, many_tx);                                                                  \
    }                                                                                                                             \
    SLUICE_INLINE void sluice__##kind##_publish(sluice__##kind##_tx *c, size_t size, const struct sluice__run *run, uint64_t count) \
    {                                                                                                                             \
        (void)size;                                                                                                               \
        sluice__chain_publish(c, run, count, many_tx);                                                                            \
    }                                                                                                                             \
    SLUICE_INLINE enum sluice_status sluice__##kind##_take(sluice__##kind##_rx *c, size_t size, uint64_t want,                    \
                                                           struct sluice__run *run)                                               \
    {                                                                                                                             \
        return sluice__chain_take(c, size, want, run, many_rx);                                                                   \
    }                                                                                                                             \
    SLUICE_INLINE enum sluice_status sluice__##kind##_take_last(sluice__##kind##_rx *c, size_t size, uint64_t want,               \
                                                                struct sluice__run *run)                                          \
    {                                                                                                                             \
        return sluice__chain_take_last(c, size, want, run, many_rx);                                                              \
    }                                                                                                                             \
    SLUICE_INLINE void sluice__##kind##_release(sluice__##kind##_rx *c, size_t size, const struct sluice__run *run, uint64_t count) \
    {                                                                                                                             \
        (void)size;                                                                                                               \
        sluice__chain_release(c, run, count, many_rx);                                                                            \
    }                                                                                                                             \
    SLUICE_INLINE int sluice__##kind##_more(const sluice__##kind##_rx *c)                                                         \
    {                                                                                                                             \
        return sluice__chain_more(c);                                                                                             \
    }                                                                                                                             \
    SLUICE_INLINE void sluice__##kind##_hold(sluice__##kind##_tx *c, const struct sluice__run *run, uint64_t from, uint64_t count) \
    {                                                                                                                             \
        sluice__chain_hold(c, run, from, count);                                                                                  \
    }                                                                                                                             \
    SLUICE_INLINE uint64_t sluice__##kind##_held(const sluice__##kind##_tx *c, size_t size, struct sluice__run *run)              \
    {                                                                                                                             \
        return sluice__chain_held(c, size, run, many_tx);                                                                         \
    }                                                                                                                             \
    SLUICE_INLINE void sluice__##kind##_keep(sluice__##kind##_rx *c, const struct sluice__run *run, uint64_t from, uint64_t count) \
    {                                                                                                                             \
        sluice__chain_keep(c, run, from, count, many_rx);                                                                         \
    }                                                                                                                             \
    SLUICE_INLINE uint64_t sluice__##kind##_kept(const sluice__##kind##_rx *c, size_t size, struct sluice__run *run)              \
    {                                                                                                                             \
        return sluice__chain_kept(c, size, run);                                                                                  \
    }

#ifdef __cplusplus
}
#endif

#endif
