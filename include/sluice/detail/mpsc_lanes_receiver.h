/* sluice/detail/mpsc_lanes_receiver.h: the one receiver's end of a kind of lanes, as run.h wants it. Included as lanes_sender.h is.
 *
 * SPDX-License-Identifier: MIT */

typedef struct sluice__mpsc_lanes_cursor SLUICE__LANES(rx);

/* A run on the lane where the receiver is, within its turn. */
SLUICE_INLINE enum sluice_status SLUICE__LANES(take_here)(SLUICE__LANES(rx) *rx, size_t size, uint64_t want,
                                                          struct sluice__run *run)
{
    SLUICE__LANE(rx) *c = (SLUICE__LANE(rx) *)rx->cursor;
    uint64_t left = rx->turn_end - c->position;
    if (sluice__unlikely(left == 0))
        return SLUICE_EMPTY;
    return SLUICE__LANE(take)(c, size, want < left ? want : left, run);
}

/* A run on the lane where the receiver has just gone, which has messages. */
SLUICE_INLINE enum sluice_status SLUICE__LANES(take_anew)(SLUICE__LANES(rx) *rx, size_t size, uint64_t want,
                                                          struct sluice__run *run)
{
    rx->turn_end = ((SLUICE__LANE(rx) *)rx->cursor)->position + SLUICE__LANES_QUANTUM;
    return SLUICE__LANES(take_here)(rx, size, want, run);
}

SLUICE_INLINE enum sluice_status SLUICE__LANES(take)(SLUICE__LANES(rx) *rx, size_t size, uint64_t want, struct sluice__run *run)
{
    enum sluice_status status = SLUICE__LANES(take_here)(rx, size, want, run);
    if (sluice__likely(status == SLUICE_OK))
        return status;
    if (sluice__mpsc_lanes_turn(rx))
        return SLUICE__LANES(take_anew)(rx, size, want, run);
    rx->turn_end = ((SLUICE__LANE(rx) *)rx->cursor)->position; /* an empty lane is none to stay on: others would wait longer */
    return SLUICE_EMPTY;
}

SLUICE_INLINE enum sluice_status SLUICE__LANES(take_last)(SLUICE__LANES(rx) *rx, size_t size, uint64_t want,
                                                          struct sluice__run *run)
{
    return sluice__mpsc_lanes_last(rx) ? SLUICE__LANES(take_anew)(rx, size, want, run) : SLUICE_CLOSED;
}

SLUICE_INLINE void SLUICE__LANES(release)(SLUICE__LANES(rx) *rx, size_t size, const struct sluice__run *run, uint64_t count)
{
    SLUICE__LANE(release)((SLUICE__LANE(rx) *)rx->cursor, size, run, count);
}

/* Also where the turn is over, or another lane may have messages. */
SLUICE_INLINE int SLUICE__LANES(more)(const SLUICE__LANES(rx) *rx)
{
    const SLUICE__LANE(rx) *c = (const SLUICE__LANE(rx) *)rx->cursor;
    return SLUICE__LANE(more)(c) || rx->others || c->position == rx->turn_end;
}

SLUICE_INLINE void SLUICE__LANES(keep)(SLUICE__LANES(rx) *rx, const struct sluice__run *run, uint64_t from, uint64_t count)
{
    SLUICE__LANE(keep)((SLUICE__LANE(rx) *)rx->cursor, run, from, count);
}

SLUICE_INLINE uint64_t SLUICE__LANES(kept)(const SLUICE__LANES(rx) *rx, size_t size, struct sluice__run *run)
{
    return SLUICE__LANE(kept)((const SLUICE__LANE(rx) *)rx->cursor, size, run);
}
