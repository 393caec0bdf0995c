/* sluice/detail/ring_tx.h: the sending halves of the rings: one sender of several receivers, and several senders.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLUICE_DETAIL_RING_TX_H
#define SLUICE_DETAIL_RING_TX_H

#include <sluice/detail/ring.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The second tries (src/queue/ring_again.c). One sender: moves limit. OK: there is room. FULL, BUSY. */
SLUICE_API SLUICE_NODISCARD enum sluice_status sluice__ring_look_for_room(struct sluice__ring_tx *c);
/* Several: claims up to `want` cells; `lost`: the caller has just lost a race for the tail. OK, FULL, BUSY,
 * CLOSED. */
SLUICE_API SLUICE_NODISCARD enum sluice_status sluice__ring_claim_again(struct sluice__ring_tx *c, uint64_t want,
                                                                        int lost,
                                                                        uint64_t *first, uint64_t *count);
/* Several: gives back claimed cells, up to the end of the claim. */
SLUICE_API void sluice__ring_give_back(struct sluice__ring_tx *c, uint64_t first, uint64_t count);

/* ---- one sender ---- */

SLUICE_INLINE enum sluice_status sluice__ring_one_claim(struct sluice__ring_tx *c, size_t size, uint64_t want,
                                                        struct sluice__run *run)
{
    if (sluice__unlikely(!sluice__ring_has(c->position, c->limit, want))) {
        enum sluice_status status = sluice__ring_look_for_room(c);
        if (status != SLUICE_OK)
            return status;
    }
    uint64_t count = sluice__ring_fit(c->position, c->limit, c->mask, want);
    sluice__ring_set_run(run, c->position, count, c->cells, c->mask, size);
    return SLUICE_OK;
}

SLUICE_INLINE void sluice__ring_one_publish(struct sluice__ring_tx *c, const struct sluice__run *run,
                                            uint64_t count)
{
    if (!count)
        return;
    c->position = run->first + count * SLUICE__RING_STEP;
    /* [RING.P2] release: the messages before it are whole. Pairs with [RING.C3] and with [RING.C7].
     * Without it: as [RING.P1]. */
    sluice__a64_store_release(&c->ring->tail, c->position);
}

SLUICE_INLINE uint64_t sluice__ring_one_held(const struct sluice__ring_tx *c, size_t size, struct sluice__run *run)
{
    uint64_t count = c->held_from == c->position ? (c->held_to - c->held_from) / SLUICE__RING_STEP : 0;
    sluice__ring_set_run(run, c->position, count, c->cells, c->mask, size);
    return count; /* void once the position has moved */
}

/* ---- several senders ---- */

/* One try, by what is known. Stores how many cells were claimed; *lost: they were another's by then. */
SLUICE_INLINE int sluice__ring_claim_known(struct sluice__ring_tx *c, uint64_t want, uint64_t *count, int *lost)
{
    uint64_t seen = c->position, n;
    *lost = 0;
    if (sluice__unlikely(!sluice__ring_has(c->position, c->limit, want)))
        return 0;
    *count = n = sluice__ring_fit(c->position, c->limit, c->mask, want);
    /* [RING.T1] acquire: what the last owner of a cell that was given back did with it comes before. Pairs with
     * [RING.T3].
     * Without it: the bytes of an abandoned reservation could land in this message. */
    *lost = !sluice__a64_cas_acquire(&c->ring->tail, &seen, seen + n * SLUICE__RING_STEP);
    return !*lost;
}

SLUICE_INLINE enum sluice_status sluice__ring_many_claim(struct sluice__ring_tx *c, size_t size, uint64_t want,
                                                         struct sluice__run *run)
{
    uint64_t first = c->position, count = 0;
    int lost;
    if (sluice__unlikely(!sluice__ring_claim_known(c, want, &count, &lost))) {
        uint64_t other_first, other_count; /* so that first and count need not be in memory */
        enum sluice_status status = sluice__ring_claim_again(c, want, lost, &other_first, &other_count);
        if (status != SLUICE_OK)
            return status;
        first = other_first;
        count = other_count;
    }
    if (want == 1)
        count = 1; /* known to the compiler, then */
    c->position = first + count * SLUICE__RING_STEP;
    sluice__ring_set_run(run, first, count, c->cells, c->mask, size);
    uint64_t ahead = first + SLUICE__RING_STEP * (SLUICE__RING_AHEAD > size ? SLUICE__RING_AHEAD / size : 1);
    if (SLUICE__RING_AHEAD && (int64_t)(c->limit - ahead) > 0)
        sluice__prefetch_for_write(c->cells + sluice__ring_index(ahead, c->mask) * size);
    return SLUICE_OK;
}

SLUICE_INLINE void sluice__ring_many_publish(struct sluice__ring_tx *c, const struct sluice__run *run,
                                             uint64_t count)
{
    if (sluice__likely(count))
        sluice__ring_mark_run(c->marks, c->mask, run->first, count, SLUICE__RING_PUBLISHED);
    if (sluice__unlikely(count < run->count))
        sluice__ring_give_back(c, run->first + count * SLUICE__RING_STEP, run->count - count);
}

SLUICE_INLINE uint64_t sluice__ring_many_held(const struct sluice__ring_tx *c, size_t size,
                                              struct sluice__run *run)
{
    run->count = 0;
    if (sluice__unlikely(c->held_from != c->held_to)) /* claimed: nothing comes in between */
        sluice__ring_set_run(run, c->held_from, (c->held_to - c->held_from) / SLUICE__RING_STEP, c->cells, c->mask,
                             size);
    return run->count;
}

SLUICE_INLINE void sluice__ring_hold(struct sluice__ring_tx *c, const struct sluice__run *run, uint64_t from,
                                     uint64_t count)
{
    c->held_from = run->first + from * SLUICE__RING_STEP;
    c->held_to = c->held_from + count * SLUICE__RING_STEP;
}

#ifdef __cplusplus
}
#endif

#endif
