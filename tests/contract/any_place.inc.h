/* any_place.inc.h: the in-place half of any.inc.h, which includes it.
 *
 * SPDX-License-Identifier: MIT */

/* The call on *cells as the any-channel takes it: as a void pointer, and NULL where the caller gave NULL. */
#define ANY_IN_PLACE(call)                                                     \
    do {                                                                       \
        void *first = cells ? (void *)*cells : NULL, **any_cells = cells ? &first : NULL; \
        enum sluice_status status = call;                                      \
        if (cells)                                                             \
            *cells = first;                                                    \
        return status;                                                         \
    } while (0)

ANY_STATUS ANY(_try_reserve)(ANY(_tx) tx, size_t max, ANY(_message) **cells, size_t *count)
{
    ANY_IN_PLACE(sluice_chan_try_reserve(tx, max, any_cells, count));
}

ANY_STATUS ANY(_reserve)(ANY(_tx) tx, size_t max, ANY(_message) **cells, size_t *count)
{
    ANY_IN_PLACE(sluice_chan_reserve(tx, max, any_cells, count));
}

ANY_STATUS ANY(_reserve_until)(ANY(_tx) tx, size_t max, ANY(_message) **cells, size_t *count, sluice_deadline deadline)
{
    ANY_IN_PLACE(sluice_chan_reserve_until(tx, max, any_cells, count, deadline));
}

ANY_STATUS ANY(_commit)(ANY(_tx) tx, size_t count)
{
    return sluice_chan_commit(tx, count);
}

ANY_FUNCTION void ANY(_abort)(ANY(_tx) tx)
{
    sluice_chan_abort(tx);
}

ANY_STATUS ANY(_try_peek)(ANY(_rx) rx, size_t max, ANY(_message) **cells, size_t *count)
{
    ANY_IN_PLACE(sluice_chan_try_peek(rx, max, any_cells, count));
}

ANY_STATUS ANY(_peek)(ANY(_rx) rx, size_t max, ANY(_message) **cells, size_t *count)
{
    ANY_IN_PLACE(sluice_chan_peek(rx, max, any_cells, count));
}

ANY_STATUS ANY(_peek_until)(ANY(_rx) rx, size_t max, ANY(_message) **cells, size_t *count, sluice_deadline deadline)
{
    ANY_IN_PLACE(sluice_chan_peek_until(rx, max, any_cells, count, deadline));
}

ANY_STATUS ANY(_release)(ANY(_rx) rx, size_t count)
{
    return sluice_chan_release(rx, count);
}

#undef ANY_IN_PLACE
