/* sluice/detail/ring_rx.h: the receiving halves of the rings: one receiver of several senders, and several
 * receivers.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLUICE_DETAIL_RING_RX_H
#define SLUICE_DETAIL_RING_RX_H

#include <sluice/detail/ring.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Takes up to `want` messages. OK, EMPTY, BUSY. */
SLUICE_API SLUICE_NODISCARD enum sluice_status sluice__ring_take_again(struct sluice__ring_rx *c, uint64_t want,
                                                                       int lost,
                                                                       uint64_t *first, uint64_t *count);
/* The channel is closed: whether nothing is left or still on its way. Seals the ring, if nobody has yet. */
SLUICE_API int sluice__ring_is_over(struct sluice__ring_rx *c);

/* ---- one receiver, of several senders ---- */

SLUICE_INLINE enum sluice_status sluice__ring_one_take(struct sluice__ring_rx *c, size_t size, uint64_t want,
                                                       struct sluice__run *run)
{
    uint64_t first = c->position;
    uint64_t count = sluice__ring_marked(c->marks, c->mask, first, want, SLUICE__RING_PUBLISHED);
    if (sluice__unlikely(!count)) {
        uint64_t other_first, other_count; /* so that first and count need not be in memory */
        enum sluice_status status = sluice__ring_take_again(c, want, 0, &other_first, &other_count);
        if (status != SLUICE_OK)
            return status;
        first = other_first;
        count = other_count;
    }
    sluice__ring_set_run(run, first, want == 1 ? 1 : count, c->cells, c->mask, size);
    return SLUICE_OK;
}

SLUICE_INLINE void sluice__ring_one_release(struct sluice__ring_rx *c, const struct sluice__run *run,
                                            uint64_t count)
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

SLUICE_INLINE void sluice__ring_one_keep(struct sluice__ring_rx *c, const struct sluice__run *run, uint64_t from,
                                         uint64_t count)
{
    c->kept_from = run->first + from * SLUICE__RING_STEP;
    c->kept_to = c->kept_from + count * SLUICE__RING_STEP;
}

/* What was peeked and not released, unless the receiver has gone on: then `next` is another. */
SLUICE_INLINE uint64_t sluice__ring_kept(const struct sluice__ring_rx *c, uint64_t next, size_t size,
                                         struct sluice__run *run)
{
    uint64_t count = c->kept_from == next ? (c->kept_to - c->kept_from) / SLUICE__RING_STEP : 0;
    sluice__ring_set_run(run, next, count, c->cells, c->mask, size);
    return count;
}

/* ---- several receivers; tx_many: whether there are several senders, a constant ---- */

/* How long a run from `first` can be, at most `want`. One sender: by the tail as last seen. */
SLUICE_INLINE uint64_t sluice__ring_readable(const struct sluice__ring_rx *c, uint64_t first, uint64_t want, int tx_many)
{
    if (tx_many)
        return sluice__ring_marked(c->marks, c->mask, first, want, SLUICE__RING_PUBLISHED);
    return sluice__ring_has(first, c->seen, 1) ? sluice__ring_fit(first, c->seen, c->mask, want) : 0;
}

/* One sender: looks where it is. */
SLUICE_INLINE void sluice__ring_see_tail(struct sluice__ring_rx *c)
{
    /* [RING.C3] acquire: the messages before it are whole. Pairs with [RING.P2].
     * Without it: as [RING.C1]. */
    c->seen = sluice__a64_load_acquire(&c->ring->tail) & ~SLUICE__RING_FLAGS;
}

/* Announces, and claims [first, first + count). */
SLUICE_INLINE int sluice__ring_announce_and_claim(struct sluice__ring_rx *c, uint64_t first, uint64_t count)
{
    uint64_t seen = first;
    /* [RING.A1] release: what was announced before is done with. Pairs with [RING.L2].
     * Without it: a sender that sees this announcement could write over a message whose copy is not finished. */
    sluice__a64_store_release(&c->slot->announced, first);
    /* [RING.H1] release: who sees the head moved sees the announcement, too. Pairs with [RING.L1], with [RING.C4],
     * with [RING.C6] and with [RING.C8].
     * Without it: a sender could take the cells for free, or a receiver see the marks of a run and not its messages. */
    return sluice__a64_cas_release(&c->ring->head, &seen, first + count * SLUICE__RING_STEP);
}

/* One try, by what is known. *lost: another was quicker. */
SLUICE_INLINE int sluice__ring_take_known(struct sluice__ring_rx *c, uint64_t want, uint64_t *count, int *lost,
                                          int tx_many)
{
    uint64_t first = c->position;
    *lost = 0;
    if (sluice__unlikely(c->taken_from != c->taken_to)) /* that first */
        return 0;
    /* relaxed: revalidated at [RING.H1]. Where another receiver has moved the head there is no use in looking at the tail. */
    if (!tx_many && !sluice__ring_has(first, c->seen, want) && sluice__a64_load_relaxed(&c->ring->head) == first)
        sluice__ring_see_tail(c);
    *count = sluice__ring_readable(c, first, want, tx_many);
    if (sluice__unlikely(!*count))
        return 0;
    *lost = !sluice__ring_announce_and_claim(c, first, *count);
    if (sluice__unlikely(*lost))
        return 0;
    c->position = c->taken_to = first + *count * SLUICE__RING_STEP;
    c->taken_from = first;
    return 1;
}

SLUICE_INLINE enum sluice_status sluice__ring_many_take(struct sluice__ring_rx *c, size_t size, uint64_t want,
                                                        struct sluice__run *run, int tx_many)
{
    uint64_t first = c->position, count = 0;
    int lost;
    if (sluice__unlikely(!sluice__ring_take_known(c, want, &count, &lost, tx_many))) {
        uint64_t other_first, other_count; /* so that first and count need not be in memory */
        enum sluice_status status = sluice__ring_take_again(c, want, lost, &other_first, &other_count);
        if (status != SLUICE_OK)
            return status;
        first = other_first;
        count = other_count;
    }
    sluice__ring_set_run(run, first, want == 1 ? 1 : count, c->cells, c->mask, size);
    return SLUICE_OK;
}

/* Announces what is left of the run that was taken: looked at, not copied. */
SLUICE_INLINE void sluice__ring_announce_rest(struct sluice__ring_rx *c)
{
    sluice__a64_store_relaxed(&c->slot->end, c->taken_to); /* relaxed: for the length hint; ordered by [RING.A3] */
    /* [RING.A2] release: what is before it is copied out. Pairs with [RING.L2].
     * Without it: a sender could write over a message that is still being read. */
    sluice__a64_store_release(&c->slot->announced, c->taken_from | SLUICE__RING_KEPT);
}

SLUICE_INLINE void sluice__ring_many_release(struct sluice__ring_rx *c, const struct sluice__run *run,
                                             uint64_t count)
{
    if (!count)
        return;
    c->taken_from = run->first + count * SLUICE__RING_STEP;
    if (sluice__unlikely(c->taken_from != c->taken_to)) {
        sluice__ring_announce_rest(c);
        return;
    }
    /* [RING.R2] release: the messages are copied out. Pairs with [RING.L2].
     * Without it: as [RING.R1]. */
    sluice__a64_store_release(&c->slot->announced, SLUICE__RING_IDLE);
}

SLUICE_INLINE int sluice__ring_many_more(const struct sluice__ring_rx *c)
{
    return (c->taken_to & c->mask) == 0 || c->taken_to == c->kept_to; /* what was peeked comes alone */
}

SLUICE_INLINE void sluice__ring_many_keep(struct sluice__ring_rx *c, const struct sluice__run *run, uint64_t from,
                                          uint64_t count)
{
    sluice__ring_one_keep(c, run, from, count);
    if (c->taken_from != c->taken_to)
        sluice__ring_announce_rest(c);
}

#ifdef __cplusplus
}
#endif

#endif
