/* sluice/detail/lanes_sender.h: the sender's end of a kind of lanes, as run.h wants it. Included once for each such kind, by its
 * header, which sets before and unsets after:
 *
 *     SLUICE__LANES(suffix)      the kind's names      SLUICE__LANE(operation)    those of the SPSC queue that its lanes are
 *
 * SPDX-License-Identifier: MIT */

typedef struct sluice__lanes_tx SLUICE__LANES(tx);

SLUICE_INLINE enum sluice_status SLUICE__LANES(claim)(SLUICE__LANES(tx) *tx, size_t size, uint64_t want, struct sluice__run *run)
{
    return SLUICE__LANE(claim)((SLUICE__LANE(tx) *)tx->cursor, size, want, run);
}

SLUICE_INLINE void SLUICE__LANES(publish)(SLUICE__LANES(tx) *tx, size_t size, struct sluice__run *run, uint64_t count)
{
    struct sluice__lane *lane = tx->lane;
    SLUICE__LANE(publish)((SLUICE__LANE(tx) *)tx->cursor, size, run, count);
    if (count && sluice__lanes_is_called(lane) && sluice__lanes_attend(lane))
        run->count = 0;
}

SLUICE_INLINE void SLUICE__LANES(hold)(SLUICE__LANES(tx) *tx, const struct sluice__run *run, uint64_t from, uint64_t count)
{
    tx->holds = count != 0;
    SLUICE__LANE(hold)((SLUICE__LANE(tx) *)tx->cursor, run, from, count);
}

SLUICE_INLINE uint64_t SLUICE__LANES(held)(const SLUICE__LANES(tx) *tx, size_t size, struct sluice__run *run)
{
    uint64_t count = SLUICE__LANE(held)((const SLUICE__LANE(tx) *)tx->cursor, size, run);
    if (!tx->holds) /* what the lane's last sender held is not this one's */
        run->count = count = 0;
    return count;
}
