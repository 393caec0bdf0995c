/* any.inc.h: the names of a typed channel over <sluice/chan.h>, so that what is written for typed channels runs through the
 * any-channel: a test is compiled with -DKIT_CHANNEL='"any.inc.h"'. This takes the parameters of <sluice/channel.h>, and is included
 * in its place for each channel.
 *
 * SPDX-License-Identifier: MIT */

/* ---- once ---- */
#ifndef ANY_INC_H
#define ANY_INC_H

#include <sluice/chan.h>

struct sluice_options { /* the typed channels' */
    size_t capacity;
    uint32_t wait;
};

#define SLUICE_FOR_EACH(name, receiver, message) \
    for (name##_message message; name##_recv((receiver), &message) == SLUICE_OK;)

#define ANY_PASTE_(a, b) a##b
#define ANY_PASTE(a, b) ANY_PASTE_(a, b)

static const char any_context[] = "handed to each destroyer"; /* by its address */

/* What is true of every endpoint right after it was made, whatever the body goes on to test. */
#define ANY_CHECK_END(side, end, flavour, buffer, order, type)                          \
    do {                                                                               \
        CHECK_EQ_INT(sluice_chan_##side##_flavour(end), flavour);                        \
        CHECK_EQ_INT(sluice_chan_##side##_buffer(end), buffer);                          \
        CHECK_EQ_INT(sluice_chan_##side##_order(end), order);                            \
        CHECK_EQ_INT(sluice_chan_##side##_message_bytes(end), sizeof(type));             \
    } while (0)
#endif

/* ---- for each channel ---- */
#ifndef SLUICE_BUFFER
#define SLUICE_BUFFER SLUICE_BOUNDED
#endif
#ifndef SLUICE_ORDER
#define SLUICE_ORDER SLUICE_TOTAL
#endif

#define ANY(suffix) ANY_PASTE(SLUICE_NAME, suffix)
#define ANY_FUNCTION __attribute__((unused)) static inline
#define ANY_STATUS ANY_FUNCTION enum sluice_status

typedef SLUICE_TYPE ANY(_message);
typedef sluice_chan_tx *ANY(_tx);
typedef sluice_chan_rx *ANY(_rx);

#ifdef SLUICE_DROP
static void ANY(_any_destroy)(void *cell, void *context)
{
    ANY(_message) message;
    CHECK(context == any_context);
    memcpy(&message, cell, sizeof message);
    SLUICE_DROP(message);
}
#endif

ANY_STATUS ANY(_open)(ANY(_tx) *tx, ANY(_rx) *rx, const struct sluice_options *options)
{
    struct sluice_chan_options any = {
        .size = sizeof any,
        .flavour = SLUICE_FLAVOUR,
        .buffer = SLUICE_BUFFER,
        .order = SLUICE_ORDER,
        .capacity = options ? options->capacity : 0,
        .wait = options ? options->wait : SLUICE_WAIT_BALANCED,
        .message_bytes = sizeof(ANY(_message)),
        .message_alignment = _Alignof(ANY(_message)),
        .context = (void *)(uintptr_t)any_context,
#ifdef SLUICE_DROP
        .destroy = ANY(_any_destroy),
#endif
    };
    enum sluice_status status = sluice_chan_open(tx, rx, &any);
    if (status == SLUICE_OK) {
        ANY_CHECK_END(tx, *tx, SLUICE_FLAVOUR, SLUICE_BUFFER, SLUICE_ORDER, ANY(_message));
        ANY_CHECK_END(rx, *rx, SLUICE_FLAVOUR, SLUICE_BUFFER, SLUICE_ORDER, ANY(_message));
    }
    return status;
}

ANY_FUNCTION ANY(_tx) ANY(_tx_clone)(ANY(_tx) tx)
{
    ANY(_tx) clone = NULL;
    enum sluice_status status = sluice_chan_tx_clone(tx, &clone);
    CHECK(status == SLUICE_OK ? clone != NULL : clone == NULL);
    CHECK(status != SLUICE_INVALID || tx == NULL);
    if (clone)
        ANY_CHECK_END(tx, clone, SLUICE_FLAVOUR, SLUICE_BUFFER, SLUICE_ORDER, ANY(_message));
    return clone;
}

ANY_FUNCTION ANY(_rx) ANY(_rx_clone)(ANY(_rx) rx)
{
    ANY(_rx) clone = NULL;
    enum sluice_status status = sluice_chan_rx_clone(rx, &clone);
    CHECK(status == SLUICE_OK ? clone != NULL : clone == NULL);
    CHECK(status != SLUICE_INVALID || rx == NULL);
    if (clone)
        ANY_CHECK_END(rx, clone, SLUICE_FLAVOUR, SLUICE_BUFFER, SLUICE_ORDER, ANY(_message));
    return clone;
}

ANY_FUNCTION void ANY(_tx_drop)(ANY(_tx) *tx)
{
    sluice_chan_tx_drop(tx);
}

ANY_FUNCTION void ANY(_rx_drop)(ANY(_rx) *rx)
{
    sluice_chan_rx_drop(rx);
}

ANY_FUNCTION void ANY(_tx_close)(ANY(_tx) tx)
{
    sluice_chan_tx_close(tx);
}

ANY_STATUS ANY(_try_send)(ANY(_tx) tx, ANY(_message) message)
{
    return sluice_chan_try_send(tx, &message);
}

ANY_STATUS ANY(_send)(ANY(_tx) tx, ANY(_message) message)
{
    return sluice_chan_send(tx, &message);
}

ANY_STATUS ANY(_send_until)(ANY(_tx) tx, ANY(_message) message, sluice_deadline deadline)
{
    return sluice_chan_send_until(tx, &message, deadline);
}

ANY_STATUS ANY(_try_send_from)(ANY(_tx) tx, const ANY(_message) *message)
{
    return sluice_chan_try_send(tx, message);
}

ANY_STATUS ANY(_send_from)(ANY(_tx) tx, const ANY(_message) *message)
{
    return sluice_chan_send(tx, message);
}

ANY_STATUS ANY(_send_from_until)(ANY(_tx) tx, const ANY(_message) *message, sluice_deadline deadline)
{
    return sluice_chan_send_until(tx, message, deadline);
}

ANY_STATUS ANY(_try_recv)(ANY(_rx) rx, ANY(_message) *message)
{
    return sluice_chan_try_recv(rx, message);
}

ANY_STATUS ANY(_recv)(ANY(_rx) rx, ANY(_message) *message)
{
    return sluice_chan_recv(rx, message);
}

ANY_STATUS ANY(_recv_until)(ANY(_rx) rx, ANY(_message) *message, sluice_deadline deadline)
{
    return sluice_chan_recv_until(rx, message, deadline);
}

ANY_STATUS ANY(_try_send_n)(ANY(_tx) tx, const ANY(_message) *messages, size_t n, size_t *sent)
{
    return sluice_chan_try_send_n(tx, messages, n, sent);
}

ANY_STATUS ANY(_send_n)(ANY(_tx) tx, const ANY(_message) *messages, size_t n, size_t *sent)
{
    return sluice_chan_send_n(tx, messages, n, sent);
}

ANY_STATUS ANY(_send_n_until)(ANY(_tx) tx, const ANY(_message) *messages, size_t n, size_t *sent, sluice_deadline deadline)
{
    return sluice_chan_send_n_until(tx, messages, n, sent, deadline);
}

ANY_STATUS ANY(_try_recv_n)(ANY(_rx) rx, ANY(_message) *messages, size_t max, size_t *got)
{
    return sluice_chan_try_recv_n(rx, messages, max, got);
}

ANY_STATUS ANY(_recv_n)(ANY(_rx) rx, ANY(_message) *messages, size_t max, size_t *got)
{
    return sluice_chan_recv_n(rx, messages, max, got);
}

ANY_STATUS ANY(_recv_n_until)(ANY(_rx) rx, ANY(_message) *messages, size_t max, size_t *got, sluice_deadline deadline)
{
    return sluice_chan_recv_n_until(rx, messages, max, got, deadline);
}

#include "any_place.inc.h"

ANY_FUNCTION size_t ANY(_tx_len_hint)(ANY(_tx) tx)
{
    return sluice_chan_tx_len_hint(tx);
}

ANY_FUNCTION size_t ANY(_rx_len_hint)(ANY(_rx) rx)
{
    return sluice_chan_rx_len_hint(rx);
}

ANY_FUNCTION size_t ANY(_tx_capacity)(ANY(_tx) tx)
{
    return sluice_chan_tx_capacity(tx);
}

ANY_FUNCTION size_t ANY(_rx_capacity)(ANY(_rx) rx)
{
    return sluice_chan_rx_capacity(rx);
}

ANY_FUNCTION bool ANY(_tx_is_closed)(ANY(_tx) tx)
{
    return sluice_chan_tx_is_closed(tx);
}

ANY_FUNCTION bool ANY(_rx_is_closed)(ANY(_rx) rx)
{
    return sluice_chan_rx_is_closed(rx);
}

ANY_FUNCTION bool ANY(_same_channel)(ANY(_tx) tx, ANY(_rx) rx)
{
    return sluice_chan_same_channel(tx, rx);
}

#undef ANY
#undef ANY_FUNCTION
#undef ANY_STATUS
#undef SLUICE_NAME
#undef SLUICE_TYPE
#undef SLUICE_FLAVOUR
#undef SLUICE_BUFFER
#undef SLUICE_ORDER
#undef SLUICE_DROP
