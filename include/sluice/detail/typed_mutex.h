/* sluice/detail/typed_mutex.h: the operations of one typed MUTEX channel: each is a compiled call.
 *
 * SPDX-License-Identifier: MIT */

SLUICE_INLINE enum sluice_status SLUICE__N(__send_one)(SLUICE__N(_tx) tx, const SLUICE__N(_message) *message, int try_only,
                                                       sluice_deadline deadline)
{
    size_t done;
    return sluice__mutex_send(&tx->cursor, message, 1, &done, try_only, deadline);
}

SLUICE_INLINE enum sluice_status SLUICE__N(__recv_one)(SLUICE__N(_rx) rx, SLUICE__N(_message) *message, int try_only,
                                                       sluice_deadline deadline)
{
    size_t done;
    return sluice__mutex_recv(&rx->cursor, message, 1, &done, try_only, deadline);
}

SLUICE_INLINE enum sluice_status SLUICE__N(__send_some)(SLUICE__N(_tx) tx, const SLUICE__N(_message) *messages,
                                                        size_t n, size_t *sent, int try_only, sluice_deadline deadline)
{
    return sluice__mutex_send(&tx->cursor, messages, n, sent, try_only, deadline);
}

SLUICE_INLINE enum sluice_status SLUICE__N(__recv_some)(SLUICE__N(_rx) rx, SLUICE__N(_message) *messages, size_t max,
                                                        size_t *got, int try_only, sluice_deadline deadline)
{
    return sluice__mutex_recv(&rx->cursor, messages, max, got, try_only, deadline);
}

SLUICE_INLINE enum sluice_status SLUICE__N(__reserve)(SLUICE__N(_tx) tx, size_t max, void **cells, size_t *count,
                                                      int try_only, sluice_deadline deadline)
{
    return sluice__mutex_reserve(&tx->cursor, max, cells, count, try_only, deadline);
}

SLUICE_INLINE enum sluice_status SLUICE__N(__commit)(SLUICE__N(_tx) tx, size_t count)
{
    return sluice__mutex_commit(&tx->cursor, count);
}

SLUICE_INLINE void SLUICE__N(__abort)(SLUICE__N(_tx) tx)
{
    sluice__mutex_abort(&tx->cursor);
}

SLUICE_INLINE enum sluice_status SLUICE__N(__peek)(SLUICE__N(_rx) rx, size_t max, void **cells, size_t *count,
                                                   int try_only, sluice_deadline deadline)
{
    return sluice__mutex_peek(&rx->cursor, max, cells, count, try_only, deadline);
}

SLUICE_INLINE enum sluice_status SLUICE__N(__release)(SLUICE__N(_rx) rx, size_t count)
{
    return sluice__mutex_release(&rx->cursor, count);
}
