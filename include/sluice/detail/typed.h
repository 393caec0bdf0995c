/* sluice/detail/typed.h: the public names of one typed channel, the same for every flavour: argument checks,
 * hardened checks, and the triples. Included by <sluice/channel.h> for each channel, after the operations of
 * its flavour. What each function does stands in <sluice/channel.h>.
 *
 * SPDX-License-Identifier: MIT */

#define SLUICE__ON(endpoint, function, complete, call) \
    SLUICE__CALL(endpoint, SLUICE__STRING(SLUICE_NAME) function, complete, call)

/* ---- opening and dropping ---- */

#ifdef SLUICE_DROP
SLUICE_MAYBE_UNUSED void SLUICE__N(__destroy)(void *cell, void *context)
{
    (void)context;
    SLUICE__N(_message) message;
    memcpy(&message, cell, sizeof message);
    SLUICE_DROP(message);
}
#endif

SLUICE_NODISCARD SLUICE_MAYBE_UNUSED enum sluice_status SLUICE__N(_open)(SLUICE__N(_tx) *tx, SLUICE__N(_rx) *rx,
                                                                         const struct sluice_options *options)
{
    if (!tx || !rx)
        return SLUICE_INVALID;
    struct sluice__channel_type type;
    memset(&type, 0, sizeof type);
    type.name = SLUICE__STRING(SLUICE_NAME);
    type.flavour = SLUICE_FLAVOUR;
    type.buffer = SLUICE_BUFFER;
    type.order = SLUICE_ORDER;
    type.message_bytes = sizeof(SLUICE__N(_message));
    type.message_alignment = SLUICE_ALIGNOF(SLUICE__N(_message));
    type.hardened = SLUICE_HARDENED;
#ifdef SLUICE_DROP
    type.destroy = SLUICE__N(__destroy);
#endif
    struct sluice__end *sender, *receiver;
    enum sluice_status status = sluice__channel_open(&type, options, &sender, &receiver);
    if (status == SLUICE_OK) {
        *tx = (SLUICE__N(_tx))(void *)sender;
        *rx = (SLUICE__N(_rx))(void *)receiver;
    }
    return status;
}

#if SLUICE_FLAVOUR == SLUICE_SPSC
#define SLUICE__FOR_MORE_TX "SLUICE_MPSC"
#define SLUICE__FOR_MORE_RX "SLUICE_SPMC"
#else
#define SLUICE__FOR_MORE_TX "SLUICE_MPMC"
#define SLUICE__FOR_MORE_RX "SLUICE_MPMC"
#endif

#if SLUICE_FLAVOUR == SLUICE_SPSC || SLUICE_FLAVOUR == SLUICE_SPMC
SLUICE__N(_tx) SLUICE__N(_tx_clone)(SLUICE__N(_tx) tx)
    SLUICE_UNAVAILABLE("this flavour has one sender: for more use SLUICE_FLAVOUR " SLUICE__FOR_MORE_TX);
#else
SLUICE_NODISCARD SLUICE_MAYBE_UNUSED SLUICE__N(_tx) SLUICE__N(_tx_clone)(SLUICE__N(_tx) tx)
{
    return (SLUICE__N(_tx))(void *)sluice__end_clone(tx ? &tx->end : NULL, SLUICE__STRING(SLUICE_NAME) "_tx_clone");
}
#endif

#if SLUICE_FLAVOUR == SLUICE_SPSC || SLUICE_FLAVOUR == SLUICE_MPSC
SLUICE__N(_rx) SLUICE__N(_rx_clone)(SLUICE__N(_rx) rx)
    SLUICE_UNAVAILABLE("this flavour has one receiver: for more use SLUICE_FLAVOUR " SLUICE__FOR_MORE_RX);
#else
SLUICE_NODISCARD SLUICE_MAYBE_UNUSED SLUICE__N(_rx) SLUICE__N(_rx_clone)(SLUICE__N(_rx) rx)
{
    return (SLUICE__N(_rx))(void *)sluice__end_clone(rx ? &rx->end : NULL, SLUICE__STRING(SLUICE_NAME) "_rx_clone");
}
#endif
#undef SLUICE__FOR_MORE_TX
#undef SLUICE__FOR_MORE_RX

SLUICE_MAYBE_UNUSED void SLUICE__N(_tx_drop)(SLUICE__N(_tx) *tx)
{
    if (!tx || !*tx)
        return;
    sluice__end_drop(&(*tx)->end, SLUICE__STRING(SLUICE_NAME) "_tx_drop");
    *tx = NULL;
}

SLUICE_MAYBE_UNUSED void SLUICE__N(_rx_drop)(SLUICE__N(_rx) *rx)
{
    if (!rx || !*rx)
        return;
    sluice__end_drop(&(*rx)->end, SLUICE__STRING(SLUICE_NAME) "_rx_drop");
    *rx = NULL;
}

SLUICE_MAYBE_UNUSED void SLUICE__N(_tx_close)(SLUICE__N(_tx) tx)
{
    if (tx)
        sluice__end_seal(&tx->end, SLUICE__STRING(SLUICE_NAME) "_tx_close");
}

/* ---- one message ---- */

/* (By value: const, so that gcc need not copy onto the stack what the caller has in a variable of its own.) */
SLUICE_NODISCARD SLUICE_INLINE enum sluice_status SLUICE__N(_try_send)(SLUICE__N(_tx) tx, const SLUICE__N(_message) message)
{
    SLUICE__ON(tx, "_try_send", 1, SLUICE__N(__send_one)(tx, &message, 1, SLUICE_NOW));
}

SLUICE_NODISCARD SLUICE_INLINE enum sluice_status SLUICE__N(_send)(SLUICE__N(_tx) tx, const SLUICE__N(_message) message)
{
    SLUICE__ON(tx, "_send", 1, SLUICE__N(__send_one)(tx, &message, 0, SLUICE_FOREVER));
}

SLUICE_NODISCARD SLUICE_INLINE enum sluice_status SLUICE__N(_send_until)(SLUICE__N(_tx) tx, const SLUICE__N(_message) message,
                                                                         sluice_deadline deadline)
{
    SLUICE__ON(tx, "_send_until", 1, SLUICE__N(__send_one)(tx, &message, 0, deadline));
}

SLUICE_NODISCARD SLUICE_INLINE enum sluice_status SLUICE__N(_try_send_from)(SLUICE__N(_tx) tx, const SLUICE__N(_message) *message)
{
    SLUICE__ON(tx, "_try_send_from", message, SLUICE__N(__send_one)(tx, message, 1, SLUICE_NOW));
}

SLUICE_NODISCARD SLUICE_INLINE enum sluice_status SLUICE__N(_send_from)(SLUICE__N(_tx) tx, const SLUICE__N(_message) *message)
{
    SLUICE__ON(tx, "_send_from", message, SLUICE__N(__send_one)(tx, message, 0, SLUICE_FOREVER));
}

SLUICE_NODISCARD SLUICE_INLINE enum sluice_status SLUICE__N(_send_from_until)(SLUICE__N(_tx) tx, const SLUICE__N(_message) *message,
                                                                              sluice_deadline deadline)
{
    SLUICE__ON(tx, "_send_from_until", message, SLUICE__N(__send_one)(tx, message, 0, deadline));
}

SLUICE_NODISCARD SLUICE_INLINE enum sluice_status SLUICE__N(_try_recv)(SLUICE__N(_rx) rx, SLUICE__N(_message) *message)
{
    SLUICE__ON(rx, "_try_recv", message, SLUICE__N(__recv_one)(rx, message, 1, SLUICE_NOW));
}

SLUICE_NODISCARD SLUICE_INLINE enum sluice_status SLUICE__N(_recv)(SLUICE__N(_rx) rx, SLUICE__N(_message) *message)
{
    SLUICE__ON(rx, "_recv", message, SLUICE__N(__recv_one)(rx, message, 0, SLUICE_FOREVER));
}

SLUICE_NODISCARD SLUICE_INLINE enum sluice_status SLUICE__N(_recv_until)(SLUICE__N(_rx) rx, SLUICE__N(_message) *message,
                                                                         sluice_deadline deadline)
{
    SLUICE__ON(rx, "_recv_until", message, SLUICE__N(__recv_one)(rx, message, 0, deadline));
}

/* ---- batches ---- */

SLUICE_NODISCARD SLUICE_MAYBE_UNUSED enum sluice_status SLUICE__N(_try_send_n)(
    SLUICE__N(_tx) tx, const SLUICE__N(_message) *messages, size_t n, size_t *sent)
{
    SLUICE__ON(tx, "_try_send_n", (messages || !n) && sent,
               SLUICE__N(__send_some)(tx, messages, n, sent, 1, SLUICE_NOW));
}

SLUICE_NODISCARD SLUICE_MAYBE_UNUSED enum sluice_status SLUICE__N(_send_n)(
    SLUICE__N(_tx) tx, const SLUICE__N(_message) *messages, size_t n, size_t *sent)
{
    SLUICE__ON(tx, "_send_n", (messages || !n) && sent,
               SLUICE__N(__send_some)(tx, messages, n, sent, 0, SLUICE_FOREVER));
}

SLUICE_NODISCARD SLUICE_MAYBE_UNUSED enum sluice_status SLUICE__N(_send_n_until)(
    SLUICE__N(_tx) tx, const SLUICE__N(_message) *messages, size_t n, size_t *sent, sluice_deadline deadline)
{
    SLUICE__ON(tx, "_send_n_until", (messages || !n) && sent,
               SLUICE__N(__send_some)(tx, messages, n, sent, 0, deadline));
}

SLUICE_NODISCARD SLUICE_MAYBE_UNUSED enum sluice_status SLUICE__N(_try_recv_n)(
    SLUICE__N(_rx) rx, SLUICE__N(_message) *messages, size_t max, size_t *got)
{
    SLUICE__ON(rx, "_try_recv_n", (messages || !max) && got,
               SLUICE__N(__recv_some)(rx, messages, max, got, 1, SLUICE_NOW));
}

SLUICE_NODISCARD SLUICE_MAYBE_UNUSED enum sluice_status SLUICE__N(_recv_n)(
    SLUICE__N(_rx) rx, SLUICE__N(_message) *messages, size_t max, size_t *got)
{
    SLUICE__ON(rx, "_recv_n", (messages || !max) && got,
               SLUICE__N(__recv_some)(rx, messages, max, got, 0, SLUICE_FOREVER));
}

SLUICE_NODISCARD SLUICE_MAYBE_UNUSED enum sluice_status SLUICE__N(_recv_n_until)(
    SLUICE__N(_rx) rx, SLUICE__N(_message) *messages, size_t max, size_t *got, sluice_deadline deadline)
{
    SLUICE__ON(rx, "_recv_n_until", (messages || !max) && got,
               SLUICE__N(__recv_some)(rx, messages, max, got, 0, deadline));
}

/* ---- in place ---- */

#ifdef SLUICE__KIND_IS_RENDEZVOUS
#define SLUICE__NO_CELLS SLUICE_UNAVAILABLE("a rendezvous channel has no cells: use send")
enum sluice_status SLUICE__N(_try_reserve)(SLUICE__N(_tx) tx, size_t max, SLUICE__N(_message) **cells, size_t *count)
    SLUICE__NO_CELLS;
enum sluice_status SLUICE__N(_reserve)(SLUICE__N(_tx) tx, size_t max, SLUICE__N(_message) **cells, size_t *count)
    SLUICE__NO_CELLS;
enum sluice_status SLUICE__N(_reserve_until)(SLUICE__N(_tx) tx, size_t max, SLUICE__N(_message) **cells, size_t *count, sluice_deadline deadline)
    SLUICE__NO_CELLS;
enum sluice_status SLUICE__N(_commit)(SLUICE__N(_tx) tx, size_t count) SLUICE__NO_CELLS;
void SLUICE__N(_abort)(SLUICE__N(_tx) tx) SLUICE__NO_CELLS;
#undef SLUICE__NO_CELLS
#define SLUICE__NO_CELLS SLUICE_UNAVAILABLE("a rendezvous channel has no cells: use recv")
enum sluice_status SLUICE__N(_try_peek)(SLUICE__N(_rx) rx, size_t max, SLUICE__N(_message) **cells, size_t *count)
    SLUICE__NO_CELLS;
enum sluice_status SLUICE__N(_peek)(SLUICE__N(_rx) rx, size_t max, SLUICE__N(_message) **cells, size_t *count)
    SLUICE__NO_CELLS;
enum sluice_status SLUICE__N(_peek_until)(SLUICE__N(_rx) rx, size_t max, SLUICE__N(_message) **cells, size_t *count, sluice_deadline deadline)
    SLUICE__NO_CELLS;
enum sluice_status SLUICE__N(_release)(SLUICE__N(_rx) rx, size_t count) SLUICE__NO_CELLS;
#undef SLUICE__NO_CELLS
#else
SLUICE_MAYBE_UNUSED enum sluice_status SLUICE__N(__reserve_cells)(
    SLUICE__N(_tx) tx, size_t max, SLUICE__N(_message) **cells, size_t *count, int try_only,
    sluice_deadline deadline)
{
    void *first = NULL;
    enum sluice_status status = SLUICE__N(__reserve)(tx, max, &first, count, try_only, deadline);
    if (status == SLUICE_OK)
        *cells = (SLUICE__N(_message) *)first;
    return status;
}

SLUICE_MAYBE_UNUSED enum sluice_status SLUICE__N(__peek_cells)(
    SLUICE__N(_rx) rx, size_t max, SLUICE__N(_message) **cells, size_t *count, int try_only,
    sluice_deadline deadline)
{
    void *first = NULL;
    enum sluice_status status = SLUICE__N(__peek)(rx, max, &first, count, try_only, deadline);
    if (status == SLUICE_OK)
        *cells = (SLUICE__N(_message) *)first;
    return status;
}

SLUICE_NODISCARD SLUICE_MAYBE_UNUSED enum sluice_status SLUICE__N(_try_reserve)(
    SLUICE__N(_tx) tx, size_t max, SLUICE__N(_message) **cells, size_t *count)
{
    SLUICE__ON(tx, "_try_reserve", max && cells && count,
               SLUICE__N(__reserve_cells)(tx, max, cells, count, 1, SLUICE_NOW));
}

SLUICE_NODISCARD SLUICE_MAYBE_UNUSED enum sluice_status SLUICE__N(_reserve)(
    SLUICE__N(_tx) tx, size_t max, SLUICE__N(_message) **cells, size_t *count)
{
    SLUICE__ON(tx, "_reserve", max && cells && count,
               SLUICE__N(__reserve_cells)(tx, max, cells, count, 0, SLUICE_FOREVER));
}

SLUICE_NODISCARD SLUICE_MAYBE_UNUSED enum sluice_status SLUICE__N(_reserve_until)(
    SLUICE__N(_tx) tx, size_t max, SLUICE__N(_message) **cells, size_t *count, sluice_deadline deadline)
{
    SLUICE__ON(tx, "_reserve_until", max && cells && count,
               SLUICE__N(__reserve_cells)(tx, max, cells, count, 0, deadline));
}

SLUICE_NODISCARD SLUICE_MAYBE_UNUSED enum sluice_status SLUICE__N(_commit)(SLUICE__N(_tx) tx, size_t count)
{
    SLUICE__ON(tx, "_commit", 1,
               SLUICE__N(__commit)(tx, count));
}

SLUICE_MAYBE_UNUSED void SLUICE__N(_abort)(SLUICE__N(_tx) tx)
{
    char token = 0;
    static const char where[] = SLUICE__STRING(SLUICE_NAME) "_abort";
    if (!tx || !sluice__end_enter(&tx->end, &token, where))
        return;
    SLUICE__N(__abort)(tx);
    sluice__end_leave(&tx->end, &token, where);
}

SLUICE_NODISCARD SLUICE_MAYBE_UNUSED enum sluice_status SLUICE__N(_try_peek)(
    SLUICE__N(_rx) rx, size_t max, SLUICE__N(_message) **cells, size_t *count)
{
    SLUICE__ON(rx, "_try_peek", max && cells && count,
               SLUICE__N(__peek_cells)(rx, max, cells, count, 1, SLUICE_NOW));
}

SLUICE_NODISCARD SLUICE_MAYBE_UNUSED enum sluice_status SLUICE__N(_peek)(
    SLUICE__N(_rx) rx, size_t max, SLUICE__N(_message) **cells, size_t *count)
{
    SLUICE__ON(rx, "_peek", max && cells && count,
               SLUICE__N(__peek_cells)(rx, max, cells, count, 0, SLUICE_FOREVER));
}

SLUICE_NODISCARD SLUICE_MAYBE_UNUSED enum sluice_status SLUICE__N(_peek_until)(
    SLUICE__N(_rx) rx, size_t max, SLUICE__N(_message) **cells, size_t *count, sluice_deadline deadline)
{
    SLUICE__ON(rx, "_peek_until", max && cells && count,
               SLUICE__N(__peek_cells)(rx, max, cells, count, 0, deadline));
}

SLUICE_NODISCARD SLUICE_MAYBE_UNUSED enum sluice_status SLUICE__N(_release)(SLUICE__N(_rx) rx, size_t count)
{
    SLUICE__ON(rx, "_release", 1,
               SLUICE__N(__release)(rx, count));
}
#endif

/* ---- questions; a dropped endpoint is told about and then answered for as NULL is ---- */

#define SLUICE__ALIVE_AT(endpoint, function) SLUICE__IS_ALIVE(endpoint, SLUICE__STRING(SLUICE_NAME) function)

SLUICE_MAYBE_UNUSED size_t SLUICE__N(_tx_len_hint)(SLUICE__N(_tx) tx)
{
    return SLUICE__ALIVE_AT(tx, "_tx_len_hint") ? sluice__end_length(&tx->end) : 0;
}

SLUICE_MAYBE_UNUSED size_t SLUICE__N(_tx_capacity)(SLUICE__N(_tx) tx)
{
    return SLUICE__ALIVE_AT(tx, "_tx_capacity") ? (size_t)tx->end.capacity : 0;
}

SLUICE_MAYBE_UNUSED bool SLUICE__N(_tx_is_closed)(SLUICE__N(_tx) tx)
{
    return !SLUICE__ALIVE_AT(tx, "_tx_is_closed") || sluice__front_may_not_send(tx->end.front);
}

SLUICE_MAYBE_UNUSED size_t SLUICE__N(_rx_len_hint)(SLUICE__N(_rx) rx)
{
    return SLUICE__ALIVE_AT(rx, "_rx_len_hint") ? sluice__end_length(&rx->end) : 0;
}

SLUICE_MAYBE_UNUSED size_t SLUICE__N(_rx_capacity)(SLUICE__N(_rx) rx)
{
    return SLUICE__ALIVE_AT(rx, "_rx_capacity") ? (size_t)rx->end.capacity : 0;
}

SLUICE_MAYBE_UNUSED bool SLUICE__N(_rx_is_closed)(SLUICE__N(_rx) rx)
{
    return !SLUICE__ALIVE_AT(rx, "_rx_is_closed") || sluice__front_is_last_call(rx->end.front);
}

SLUICE_MAYBE_UNUSED bool SLUICE__N(_same_channel)(SLUICE__N(_tx) tx, SLUICE__N(_rx) rx)
{
    return SLUICE__ALIVE_AT(tx, "_same_channel") && SLUICE__ALIVE_AT(rx, "_same_channel") &&
           tx->end.front == rx->end.front;
}

#undef SLUICE__ALIVE_AT
#undef SLUICE__ON
