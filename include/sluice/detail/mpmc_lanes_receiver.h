/* sluice/detail/mpmc_lanes_receiver.h: a receiver's end of a kind of lanes with several, as run.h wants it. Included as
 * lanes_sender.h is.
 *
 * SPDX-License-Identifier: MIT */

typedef struct sluice__mpmc_lanes_cursor SLUICE__LANES(rx);

/* A run of what is in hand, at least one message. */
SLUICE_INLINE void SLUICE__LANES(serve)(const SLUICE__LANES(rx) *rx, size_t size, uint64_t want, struct sluice__run *run)
{
    run->place = NULL;
    run->first = rx->first;
    run->count = rx->limit - run->first < want ? rx->limit - run->first : want;
    run->cells = (void *)(rx->lap + (uintptr_t)(run->first * size));
}

SLUICE_INLINE enum sluice_status SLUICE__LANES(take)(SLUICE__LANES(rx) *rx, size_t size, uint64_t want, struct sluice__run *run)
{
    if (sluice__unlikely(rx->first == rx->limit)) {
        enum sluice_status status = sluice__mpmc_lanes_fetch(rx);
        if (status != SLUICE_OK)
            return status;
    }
    SLUICE__LANES(serve)(rx, size, want, run);
    return SLUICE_OK;
}

SLUICE_INLINE enum sluice_status SLUICE__LANES(take_last)(SLUICE__LANES(rx) *rx, size_t size, uint64_t want,
                                                          struct sluice__run *run)
{
    enum sluice_status status = sluice__mpmc_lanes_last(rx);
    if (status == SLUICE_OK)
        SLUICE__LANES(serve)(rx, size, want, run);
    return status;
}

SLUICE_INLINE void SLUICE__LANES(release)(SLUICE__LANES(rx) *rx, size_t size, const struct sluice__run *run, uint64_t count)
{
    rx->first = run->first + count;
    if (rx->deferred) {
        SLUICE__LANE(rx) *c = (SLUICE__LANE(rx) *)rx->deferred;
        struct sluice__run back; /* the same messages, where they lie in the lane */
        if (SLUICE__LANE(take)(c, size, count, &back) == SLUICE_OK)
            SLUICE__LANE(release)(c, size, &back, count);
    } else {
        /* [MPMCLANES.H1] release: the messages are out. Pairs with [MPMCLANES.H2].
         * Without it: another receiver could tell the end before this one's work on the last message is seen. */
        sluice__a64_store_release(&rx->hand->held, rx->limit - rx->first);
    }
}

/* Where the hand is empty and there may be more to fill it with. */
SLUICE_INLINE int SLUICE__LANES(more)(const SLUICE__LANES(rx) *rx)
{
    return rx->first != rx->limit || rx->others;
}

SLUICE_INLINE void SLUICE__LANES(keep)(SLUICE__LANES(rx) *rx, const struct sluice__run *run, uint64_t from, uint64_t count)
{
    rx->kept_from = run->first + from;
    rx->kept_to = run->first + from + count;
}

SLUICE_INLINE uint64_t SLUICE__LANES(kept)(const SLUICE__LANES(rx) *rx, size_t size, struct sluice__run *run)
{
    run->first = rx->first;
    run->count = rx->kept_from == rx->first ? rx->kept_to - rx->first : 0;
    run->cells = (void *)(rx->lap + (uintptr_t)(run->first * size));
    return run->count;
}
