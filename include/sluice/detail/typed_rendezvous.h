/* sluice/detail/typed_rendezvous.h: the operations of one rendezvous channel: each is a compiled call. There are no cells, so nothing is
 * done in place: typed channels declare those functions unavailable, the any-channel answers INVALID.
 *
 * SPDX-License-Identifier: MIT */

SLUICE_INLINE enum sluice_status SLUICE__N(__send_one)(SLUICE__N(_tx) tx, const SLUICE__N(_message) *message, int try_only,
                                                       sluice_deadline deadline)
{
    size_t done;
    return sluice__rendezvous_send(&tx->end, message, 1, &done, try_only, deadline);
}

SLUICE_INLINE enum sluice_status SLUICE__N(__recv_one)(SLUICE__N(_rx) rx, SLUICE__N(_message) *message, int try_only,
                                                       sluice_deadline deadline)
{
    size_t done;
    return sluice__rendezvous_recv(&rx->end, message, 1, &done, try_only, deadline);
}

SLUICE_INLINE enum sluice_status SLUICE__N(__send_some)(SLUICE__N(_tx) tx, const SLUICE__N(_message) *messages,
                                                        size_t n, size_t *sent, int try_only, sluice_deadline deadline)
{
    return sluice__rendezvous_send(&tx->end, messages, n, sent, try_only, deadline);
}

SLUICE_INLINE enum sluice_status SLUICE__N(__recv_some)(SLUICE__N(_rx) rx, SLUICE__N(_message) *messages, size_t max,
                                                        size_t *got, int try_only, sluice_deadline deadline)
{
    return sluice__rendezvous_recv(&rx->end, messages, max, got, try_only, deadline);
}

SLUICE_INLINE enum sluice_status SLUICE__N(__reserve)(SLUICE__N(_tx) tx, size_t max, void **cells, size_t *count,
                                                      int try_only, sluice_deadline deadline)
{
    (void)tx, (void)max, (void)cells, (void)count, (void)try_only, (void)deadline;
    return SLUICE_INVALID;
}

SLUICE_INLINE enum sluice_status SLUICE__N(__commit)(SLUICE__N(_tx) tx, size_t count)
{
    (void)tx, (void)count;
    return SLUICE_INVALID;
}

SLUICE_INLINE void SLUICE__N(__abort)(SLUICE__N(_tx) tx)
{
    (void)tx;
}

SLUICE_INLINE enum sluice_status SLUICE__N(__peek)(SLUICE__N(_rx) rx, size_t max, void **cells, size_t *count,
                                                   int try_only, sluice_deadline deadline)
{
    (void)rx, (void)max, (void)cells, (void)count, (void)try_only, (void)deadline;
    return SLUICE_INVALID;
}

SLUICE_INLINE enum sluice_status SLUICE__N(__release)(SLUICE__N(_rx) rx, size_t count)
{
    (void)rx, (void)count;
    return SLUICE_INVALID;
}
