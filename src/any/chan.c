/* chan.c: the any-channel's calls: argument and hardened checks, and on to the operations of the endpoint's kind. What each does
 * stands in <sluice/chan.h>.
 *
 * SPDX-License-Identifier: MIT */
#include "any/any.h"

#include <sluice/chan.h>

/* ---- one message ---- */

enum sluice_status sluice_chan_try_send(sluice_chan_tx *tx, const void *message)
{
    SLUICE__CALL(tx, "sluice_chan_try_send", message, tx->end.any->send_one(&tx->end, message, 1, SLUICE_NOW));
}

enum sluice_status sluice_chan_send(sluice_chan_tx *tx, const void *message)
{
    SLUICE__CALL(tx, "sluice_chan_send", message, tx->end.any->send_one(&tx->end, message, 0, SLUICE_FOREVER));
}

enum sluice_status sluice_chan_send_until(sluice_chan_tx *tx, const void *message, sluice_deadline deadline)
{
    SLUICE__CALL(tx, "sluice_chan_send_until", message, tx->end.any->send_one(&tx->end, message, 0, deadline));
}

enum sluice_status sluice_chan_try_recv(sluice_chan_rx *rx, void *message)
{
    SLUICE__CALL(rx, "sluice_chan_try_recv", message, rx->end.any->recv_one(&rx->end, message, 1, SLUICE_NOW));
}

enum sluice_status sluice_chan_recv(sluice_chan_rx *rx, void *message)
{
    SLUICE__CALL(rx, "sluice_chan_recv", message, rx->end.any->recv_one(&rx->end, message, 0, SLUICE_FOREVER));
}

enum sluice_status sluice_chan_recv_until(sluice_chan_rx *rx, void *message, sluice_deadline deadline)
{
    SLUICE__CALL(rx, "sluice_chan_recv_until", message, rx->end.any->recv_one(&rx->end, message, 0, deadline));
}

/* ---- batches ---- */

enum sluice_status sluice_chan_try_send_n(sluice_chan_tx *tx, const void *messages, size_t n, size_t *sent)
{
    SLUICE__CALL(tx, "sluice_chan_try_send_n", (messages || !n) && sent,
                 tx->end.any->send_some(&tx->end, messages, n, sent, 1, SLUICE_NOW));
}

enum sluice_status sluice_chan_send_n(sluice_chan_tx *tx, const void *messages, size_t n, size_t *sent)
{
    SLUICE__CALL(tx, "sluice_chan_send_n", (messages || !n) && sent,
                 tx->end.any->send_some(&tx->end, messages, n, sent, 0, SLUICE_FOREVER));
}

enum sluice_status sluice_chan_send_n_until(sluice_chan_tx *tx, const void *messages, size_t n, size_t *sent,
                                            sluice_deadline deadline)
{
    SLUICE__CALL(tx, "sluice_chan_send_n_until", (messages || !n) && sent,
                 tx->end.any->send_some(&tx->end, messages, n, sent, 0, deadline));
}

enum sluice_status sluice_chan_try_recv_n(sluice_chan_rx *rx, void *messages, size_t max, size_t *got)
{
    SLUICE__CALL(rx, "sluice_chan_try_recv_n", (messages || !max) && got,
                 rx->end.any->recv_some(&rx->end, messages, max, got, 1, SLUICE_NOW));
}

enum sluice_status sluice_chan_recv_n(sluice_chan_rx *rx, void *messages, size_t max, size_t *got)
{
    SLUICE__CALL(rx, "sluice_chan_recv_n", (messages || !max) && got,
                 rx->end.any->recv_some(&rx->end, messages, max, got, 0, SLUICE_FOREVER));
}

enum sluice_status sluice_chan_recv_n_until(sluice_chan_rx *rx, void *messages, size_t max, size_t *got,
                                            sluice_deadline deadline)
{
    SLUICE__CALL(rx, "sluice_chan_recv_n_until", (messages || !max) && got,
                 rx->end.any->recv_some(&rx->end, messages, max, got, 0, deadline));
}

/* ---- in place ---- */

enum sluice_status sluice_chan_try_reserve(sluice_chan_tx *tx, size_t max, void **cells, size_t *count)
{
    SLUICE__CALL(tx, "sluice_chan_try_reserve", max && cells && count,
                 tx->end.any->reserve(&tx->end, max, cells, count, 1, SLUICE_NOW));
}

enum sluice_status sluice_chan_reserve(sluice_chan_tx *tx, size_t max, void **cells, size_t *count)
{
    SLUICE__CALL(tx, "sluice_chan_reserve", max && cells && count,
                 tx->end.any->reserve(&tx->end, max, cells, count, 0, SLUICE_FOREVER));
}

enum sluice_status sluice_chan_reserve_until(sluice_chan_tx *tx, size_t max, void **cells, size_t *count,
                                             sluice_deadline deadline)
{
    SLUICE__CALL(tx, "sluice_chan_reserve_until", max && cells && count,
                 tx->end.any->reserve(&tx->end, max, cells, count, 0, deadline));
}

enum sluice_status sluice_chan_commit(sluice_chan_tx *tx, size_t count)
{
    SLUICE__CALL(tx, "sluice_chan_commit", 1, tx->end.any->commit(&tx->end, count));
}

void sluice_chan_abort(sluice_chan_tx *tx)
{
    char token = 0;
    static const char where[] = "sluice_chan_abort";
    if (!tx || !sluice__end_enter(&tx->end, &token, where))
        return;
    tx->end.any->abort(&tx->end);
    sluice__end_leave(&tx->end, &token, where);
}

enum sluice_status sluice_chan_try_peek(sluice_chan_rx *rx, size_t max, void **cells, size_t *count)
{
    SLUICE__CALL(rx, "sluice_chan_try_peek", max && cells && count,
                 rx->end.any->peek(&rx->end, max, cells, count, 1, SLUICE_NOW));
}

enum sluice_status sluice_chan_peek(sluice_chan_rx *rx, size_t max, void **cells, size_t *count)
{
    SLUICE__CALL(rx, "sluice_chan_peek", max && cells && count,
                 rx->end.any->peek(&rx->end, max, cells, count, 0, SLUICE_FOREVER));
}

enum sluice_status sluice_chan_peek_until(sluice_chan_rx *rx, size_t max, void **cells, size_t *count,
                                          sluice_deadline deadline)
{
    SLUICE__CALL(rx, "sluice_chan_peek_until", max && cells && count,
                 rx->end.any->peek(&rx->end, max, cells, count, 0, deadline));
}

enum sluice_status sluice_chan_release(sluice_chan_rx *rx, size_t count)
{
    SLUICE__CALL(rx, "sluice_chan_release", 1, rx->end.any->release(&rx->end, count));
}

/* ---- questions, the same of either side; a dropped endpoint is told about and then answered for as NULL is ---- */

#define QUESTION(answer_type, side, question, answer, answer_to_null)                           \
    answer_type sluice_chan_##side##_##question(const sluice_chan_##side *side)                 \
    {                                                                                           \
        return SLUICE__IS_ALIVE(side, "sluice_chan_" #side "_" #question) ? (answer) : (answer_to_null); \
    }

QUESTION(size_t, tx, len_hint, sluice__end_length(&tx->end), 0)
QUESTION(size_t, rx, len_hint, sluice__end_length(&rx->end), 0)
QUESTION(size_t, tx, capacity, (size_t)tx->end.capacity, 0)
QUESTION(size_t, rx, capacity, (size_t)rx->end.capacity, 0)
QUESTION(bool, tx, is_closed, sluice__front_may_not_send(tx->end.front), true)
QUESTION(bool, rx, is_closed, sluice__front_is_last_call(rx->end.front), true)
QUESTION(size_t, tx, message_bytes, tx->end.message_bytes, 0)
QUESTION(size_t, rx, message_bytes, rx->end.message_bytes, 0)
QUESTION(uint32_t, tx, flavour, sluice__channel_of(&tx->end)->type.flavour, 0)
QUESTION(uint32_t, rx, flavour, sluice__channel_of(&rx->end)->type.flavour, 0)
QUESTION(uint32_t, tx, buffer, sluice__channel_of(&tx->end)->type.buffer, 0)
QUESTION(uint32_t, rx, buffer, sluice__channel_of(&rx->end)->type.buffer, 0)
QUESTION(uint32_t, tx, order, sluice__channel_of(&tx->end)->type.order, 0)
QUESTION(uint32_t, rx, order, sluice__channel_of(&rx->end)->type.order, 0)

bool sluice_chan_same_channel(const sluice_chan_tx *tx, const sluice_chan_rx *rx)
{
    return SLUICE__IS_ALIVE(tx, "sluice_chan_same_channel") && SLUICE__IS_ALIVE(rx, "sluice_chan_same_channel") &&
           tx->end.front == rx->end.front;
}
