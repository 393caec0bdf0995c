/* sequence_calls.h: the calls, and what the model says to their answers. Part of sequence.h.
 *
 * SPDX-License-Identifier: MIT */

static inline uint8_t next_byte(struct sequence *s)
{
    if (s->left == 0)
        return 0;
    s->left--;
    return *s->data++;
}

/* ---- sending ---- */

/* A status of a send that did not send. `until`: TIMED_OUT stands for FULL and BUSY. */
static inline void check_not_sent(const struct sequence *s, unsigned sender, enum sluice_status status, bool until)
{
    if (is_closed_for_senders(s)) {
        EXPECT(status == SLUICE_CLOSED);
        return;
    }
    if (s->buffer == SLUICE_RENDEZVOUS) {
        EXPECT(status == (until ? SLUICE_TIMED_OUT : SLUICE_FULL));
        return;
    }
    EXPECT(until ? status == SLUICE_TIMED_OUT : status == SLUICE_FULL || status == SLUICE_BUSY);
    bool held = all_reserved(s) || somebody_peeks(s) || s->gave_back;
    EXPECT(s->buffer == SLUICE_BOUNDED || held);
    EXPECT(room_for(s, sender) == 0 || held);
    EXPECT(status != SLUICE_BUSY || held);
}

static inline void check_sent(struct sequence *s, unsigned sender, size_t n)
{
    EXPECT(!is_closed_for_senders(s) && s->buffer != SLUICE_RENDEZVOUS);
    EXPECT(n >= 1 && n <= room_for(s, sender));
    while (n--)
        put_inside(s, sender);
}

static inline void give_back_unless_closed(struct sequence *s, unsigned sender)
{
    if (!is_closed_for_senders(s))
        unreserve(s, sender);
}

static inline void call_send(struct sequence *s, unsigned e, bool until)
{
    uint8_t message[4096];
    if (s->buffer == SLUICE_UNBOUNDED && room_for(s, e) == 0)
        return; /* of the model */
    give_back_unless_closed(s, e);
    write_message(s, s->lane[e] << 32 | s->count[e], message);
    enum sluice_status status = until ? sluice_chan_send_until(s->tx[e], message, SLUICE_NOW) : sluice_chan_try_send(s->tx[e], message);
    if (status == SLUICE_OK)
        check_sent(s, e, 1);
    else
        check_not_sent(s, e, status, until);
}

static inline void call_send_n(struct sequence *s, unsigned e, size_t n, bool until)
{
    static uint8_t messages[RUN * 4096];
    size_t sent = 99;
    if ((s->buffer == SLUICE_UNBOUNDED && room_for(s, e) < n) || (n == 0 && s->reserved[e]))
        return; /* of the model; whether sending nothing gives a reservation back is said nowhere */
    give_back_unless_closed(s, e);
    for (size_t i = 0; i < n; i++)
        write_message(s, s->lane[e] << 32 | (s->count[e] + i), messages + i * s->bytes);
    enum sluice_status status = until ? sluice_chan_send_n_until(s->tx[e], messages, n, &sent, SLUICE_NOW)
                                      : sluice_chan_try_send_n(s->tx[e], messages, n, &sent);
    if (status != SLUICE_OK) {
        EXPECT(n > 0 && sent == 99);
        check_not_sent(s, e, status, until);
    } else if (n == 0) {
        EXPECT(sent == 0);
    } else {
        size_t room = room_for(s, e);
        EXPECT(sent <= n && (sent == n || sent == room || all_reserved(s) || somebody_peeks(s) || s->gave_back));
        check_sent(s, e, sent);
    }
}

static inline void call_reserve(struct sequence *s, unsigned e, size_t max)
{
    void *cells = NULL;
    size_t n = 99;
    if (s->buffer == SLUICE_UNBOUNDED && room_for(s, e) < max)
        return;
    if (max && s->buffer != SLUICE_RENDEZVOUS) /* else it is INVALID, and nothing is done */
        unreserve(s, e);
    enum sluice_status status = sluice_chan_try_reserve(s->tx[e], max, &cells, &n);
    if (max == 0 || s->buffer == SLUICE_RENDEZVOUS) {
        EXPECT(status == SLUICE_INVALID && n == 99);
        return;
    }
    if (status != SLUICE_OK) {
        EXPECT(n == 99 && !cells);
        check_not_sent(s, e, status, false);
        return;
    }
    EXPECT(!is_closed_for_senders(s) && n >= 1 && n <= max && n <= room_for(s, e));
    s->reserved[e] = n;
    s->cells[e] = cells;
    for (unsigned i = 0; i < ENDS; i++)
        s->mixed |= i != e && s->reserved[i];
}

static inline void call_commit(struct sequence *s, unsigned e, size_t n)
{
    size_t reserved = s->reserved[e];
    for (size_t i = 0; i < n && i < reserved; i++)
        write_message(s, s->lane[e] << 32 | (s->count[e] + i), (char *)s->cells[e] + i * s->bytes);
    enum sluice_status status = sluice_chan_commit(s->tx[e], n);
    if (is_closed_for_senders(s) && s->buffer != SLUICE_RENDEZVOUS) { /* a send that was told CLOSED may have given it back, or not */
        EXPECT(status == SLUICE_CLOSED || status == SLUICE_INVALID || (status == SLUICE_OK && n == 0));
        EXPECT(status != SLUICE_INVALID || n > 0);
        if (status != SLUICE_INVALID)
            unreserve(s, e);
        return;
    }
    if (s->buffer == SLUICE_RENDEZVOUS || n > reserved) {
        EXPECT(status == SLUICE_INVALID);
        return;
    }
    EXPECT(status == SLUICE_OK);
    s->gave_back |= n < reserved;
    s->reserved[e] = 0;
    while (n--)
        put_inside(s, e);
}

/* ---- receiving ---- */

static inline void check_not_received(struct sequence *s, unsigned receiver, enum sluice_status status, bool until)
{
    bool closed = is_closed_for_receivers(s), for_me = false;
    if (status == SLUICE_CLOSED) {
        EXPECT(closed && s->length == 0);
        return;
    }
    EXPECT(until ? status == SLUICE_TIMED_OUT : status == SLUICE_EMPTY || status == SLUICE_BUSY);
    for (size_t i = 0; i < s->length; i++)
        for_me |= is_for(s, i, receiver);
    if (is_exact_for(s, receiver))
        EXPECT(!for_me && !closed && status != SLUICE_BUSY);
    EXPECT(!for_me || all_reserved(s) || s->gave_back || (is_lanes(s) && others_peek(s, receiver)));
    if (status == SLUICE_EMPTY && s->length == 0 && all_reserved(s) == 0)
        s->gave_back = false; /* it has passed over everything */
}

static inline void take_received(struct sequence *s, unsigned e, const void *message)
{
    size_t at = find_inside(s, e, read_message(s, message), 0);
    EXPECT(s->peeked[e] == 0 || s->inside[at].held_by == e + 1); /* what was peeked at and not released comes again first */
    take_out(s, at);
    loosen(s, e);
}

static inline void call_recv(struct sequence *s, unsigned e, bool until)
{
    uint8_t message[4096];
    enum sluice_status status = until ? sluice_chan_recv_until(s->rx[e], message, SLUICE_NOW) : sluice_chan_try_recv(s->rx[e], message);
    if (status == SLUICE_OK)
        take_received(s, e, message);
    else
        check_not_received(s, e, status, until);
}

static inline void call_recv_n(struct sequence *s, unsigned e, size_t max, bool until)
{
    static uint8_t messages[RUN * 4096];
    size_t got = 99;
    enum sluice_status status = until ? sluice_chan_recv_n_until(s->rx[e], messages, max, &got, SLUICE_NOW)
                                      : sluice_chan_try_recv_n(s->rx[e], messages, max, &got);
    if (max == 0) {
        EXPECT(status == SLUICE_OK && got == 0);
        return;
    }
    EXPECT(status == SLUICE_OK || s->peeked[e] == 0);
    if (status != SLUICE_OK) {
        EXPECT(got == 99);
        check_not_received(s, e, status, until);
        return;
    }
    EXPECT(got >= 1 && got <= max);
    for (size_t i = 0; i < got; i++)
        take_received(s, e, messages + i * s->bytes);
}

static inline void call_peek(struct sequence *s, unsigned e, size_t max)
{
    void *cells = NULL;
    size_t n = 99;
    enum sluice_status status = sluice_chan_try_peek(s->rx[e], max, &cells, &n);
    if (max == 0 || s->buffer == SLUICE_RENDEZVOUS) {
        EXPECT(status == SLUICE_INVALID && n == 99);
        return;
    }
    EXPECT(status == SLUICE_OK || s->peeked[e] == 0);
    if (status != SLUICE_OK) {
        EXPECT(n == 99 && !cells);
        check_not_received(s, e, status, false);
        return;
    }
    EXPECT(n >= 1 && n <= max && n <= s->length);
    for (size_t i = 0; i < n; i++) {
        size_t at = find_inside(s, e, read_message(s, (char *)cells + i * s->bytes), i);
        EXPECT(i || s->peeked[e] == 0 || s->inside[at].held_by == e + 1);
        struct model_message found = s->inside[at]; /* to the front, in the order in which they were shown */
        memmove(&s->inside[i + 1], &s->inside[i], (at - i) * sizeof found);
        s->inside[i] = found;
    }
    loosen(s, e);
    for (size_t i = 0; i < n; i++) {
        s->inside[i].held_by = e + 1;
        s->inside[i].loosely = false;
    }
    s->peeked[e] = n;
}

static inline void call_release(struct sequence *s, unsigned e, size_t n)
{
    enum sluice_status status = sluice_chan_release(s->rx[e], n);
    if (s->buffer == SLUICE_RENDEZVOUS || n > s->peeked[e]) {
        EXPECT(status == SLUICE_INVALID);
        return;
    }
    EXPECT(status == SLUICE_OK);
    s->peeked[e] -= n;
    for (size_t i = 0; n && i < s->length;)
        if (s->inside[i].held_by == e + 1) {
            take_out(s, i);
            n--;
        } else {
            i++;
        }
}

/* ---- endpoints ---- */

static inline void call_tx_clone(struct sequence *s, unsigned e, unsigned to)
{
    sluice_chan_tx *clone = NULL;
    if (s->tx[to])
        return;
    enum sluice_status status = sluice_chan_tx_clone(s->tx[e], &clone);
    EXPECT(status == (s->many_tx ? SLUICE_OK : SLUICE_INVALID) && !clone == !s->many_tx);
    s->tx[to] = clone;
    s->lane[to] = s->lanes++;
    s->count[to] = 0;
}

static inline void call_rx_clone(struct sequence *s, unsigned e, unsigned to)
{
    sluice_chan_rx *clone = NULL;
    if (s->rx[to])
        return;
    enum sluice_status status = sluice_chan_rx_clone(s->rx[e], &clone);
    EXPECT(status == (s->many_rx ? SLUICE_OK : SLUICE_INVALID) && !clone == !s->many_rx);
    s->rx[to] = clone;
}

/* What is inside when nobody is left who could receive it is destroyed: at once with the last receiver. */
static inline void destroy_all(struct sequence *s)
{
    s->to_be_destroyed += s->length;
    s->length = 0;
}

static inline void call_tx_drop(struct sequence *s, unsigned e)
{
    unreserve(s, e);
    s->may_destroy = senders_of(s) + receivers_of(s) == 1;
    if (s->may_destroy)
        destroy_all(s);
    sluice_chan_tx_drop(&s->tx[e]);
    EXPECT(!s->tx[e]);
    EXPECT(s->destroyed == s->to_be_destroyed || (s->later && !s->may_destroy));
    s->may_destroy = false;
}

static inline void call_rx_drop(struct sequence *s, unsigned e)
{
    s->loosened |= holds(s, e);
    s->gave_back |= holds(s, e);
    let_go(s, e);
    s->may_destroy = receivers_of(s) == 1;
    if (s->may_destroy) {
        destroy_all(s);
        s->later = all_reserved(s) != 0;
    }
    sluice_chan_rx_drop(&s->rx[e]);
    EXPECT(!s->rx[e]);
    EXPECT(s->destroyed == s->to_be_destroyed || s->later);
    s->may_destroy = false;
}

static inline void ask_everything(const struct sequence *s, const sluice_chan_tx *tx, const sluice_chan_rx *rx)
{
    size_t capacity = s->buffer == SLUICE_BOUNDED ? s->capacity : s->buffer == SLUICE_UNBOUNDED ? SIZE_MAX : 0;
    bool exact = all_reserved(s) == 0 && !somebody_peeks(s) && !s->gave_back;
    if (tx) {
        EXPECT(sluice_chan_tx_is_closed(tx) == is_closed_for_senders(s));
        EXPECT(sluice_chan_tx_capacity(tx) == capacity && sluice_chan_tx_message_bytes(tx) == s->bytes);
        EXPECT(!exact || sluice_chan_tx_len_hint(tx) == s->length);
    }
    if (rx) {
        EXPECT(sluice_chan_rx_is_closed(rx) == is_closed_for_receivers(s));
        EXPECT(sluice_chan_rx_capacity(rx) == capacity);
        EXPECT(!exact || sluice_chan_rx_len_hint(rx) == s->length);
    }
    if (tx && rx)
        EXPECT(sluice_chan_same_channel(tx, rx));
}
