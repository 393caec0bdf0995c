/* sluice/detail/mpmc_lanes_receiver.h: a receiver's end of a kind of lanes with several, as run.h wants it. Included as
 * lanes_sender.h is.
 *
 * SPDX-License-Identifier: MIT */

typedef struct sluice__mpmc_lanes_cursor SLUICE__LANES(rx);

/* A run on the lane that the receiver is inside of, within its turn of `left` messages. */
SLUICE_INLINE enum sluice_status SLUICE__LANES(take_here)(SLUICE__LANES(rx) *rx, size_t size, uint64_t left, uint64_t want,
                                                          struct sluice__run *run)
{
    enum sluice_status status = SLUICE__LANE(take)((SLUICE__LANE(rx) *)rx->cursor, size, want < left ? want : left, run);
    if (want > 1) /* (nobody asks `more` after a single message) */
        rx->again = 1;
    return status;
}

SLUICE_INLINE enum sluice_status SLUICE__LANES(take)(SLUICE__LANES(rx) *rx, size_t size, uint64_t want, struct sluice__run *run)
{
    uint64_t left = rx->left, lease = rx->lease; /* read before the barrier makes the compiler forget them */
    const struct sluice__lane *lane = rx->lane;
    if (sluice__likely(left)) {
        sluice__a32_store_relaxed(&rx->seat->inside, 1); /* relaxed: ordered by [MPMCLANES.N1] */
        /* [MPMCLANES.N1] compiler barrier: keeps the store above before the look at the lock in the program; the revoker's heavy
         * barrier makes the CPU agree. Pairs with [MPMCLANES.R1].
         * Without it: two receivers could take the same message. */
        sluice__compiler_barrier();
        /* relaxed: ordered by [MPMCLANES.N1]; as long as it is this lease nobody else has touched the lane */
        if (sluice__likely(sluice__a64_load_relaxed(&lane->lock) == lease) &&
            sluice__likely(SLUICE__LANES(take_here)(rx, size, left, want, run) == SLUICE_OK))
            return SLUICE_OK;
    }
    enum sluice_status status = sluice__mpmc_lanes_fetch(rx);
    return status == SLUICE_OK ? SLUICE__LANES(take_here)(rx, size, rx->left, want, run) : status;
}

SLUICE_INLINE enum sluice_status SLUICE__LANES(take_last)(SLUICE__LANES(rx) *rx, size_t size, uint64_t want,
                                                          struct sluice__run *run)
{
    enum sluice_status status = sluice__mpmc_lanes_last(rx);
    return status == SLUICE_OK ? SLUICE__LANES(take_here)(rx, size, rx->left, want, run) : status;
}

SLUICE_INLINE void SLUICE__LANES(release)(SLUICE__LANES(rx) *rx, size_t size, const struct sluice__run *run, uint64_t count)
{
    uint64_t left = rx->left;
    SLUICE__LANE(release)((SLUICE__LANE(rx) *)rx->cursor, size, run, count);
    if (count > 1)
        rx->again = left == count || SLUICE__LANE(more)((const SLUICE__LANE(rx) *)rx->cursor);
    if (sluice__unlikely(left <= count)) { /* the turn is over, or this was peeked at (invariant 3) */
        sluice__mpmc_lanes_finish(rx, count < run->count);
        return;
    }
    rx->left = left - count;
    /* [MPMCLANES.H1] release: this receiver's work on the lane is done. Pairs with [MPMCLANES.H2].
     * Without it: who revokes the lease could take a message again, or write where this one still reads. */
    sluice__a32_store_release(&rx->seat->inside, 0);
}

SLUICE_INLINE int SLUICE__LANES(more)(const SLUICE__LANES(rx) *rx)
{
    return rx->again || rx->others;
}

SLUICE_INLINE void SLUICE__LANES(keep)(SLUICE__LANES(rx) *rx, const struct sluice__run *run, uint64_t from, uint64_t count)
{
    if (count == 0)
        return; /* the release has ended it */
    SLUICE__LANE(keep)((SLUICE__LANE(rx) *)rx->cursor, run, from, count);
    if (!rx->keeps)
        rx->kept_left = rx->left;
    rx->keeps = 1;
    rx->left = 0;
    sluice__a32_store_relaxed(&rx->lane->kept, 1); /* relaxed: hint */
}

SLUICE_INLINE uint64_t SLUICE__LANES(kept)(const SLUICE__LANES(rx) *rx, size_t size, struct sluice__run *run)
{
    if (!rx->keeps)
        return run->first = run->count = 0;
    return SLUICE__LANE(kept)((const SLUICE__LANE(rx) *)rx->cursor, size, run);
}
