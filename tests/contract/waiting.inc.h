/* waiting.inc.h: calls that block, and what ends them. The other thread is seen asleep before it is woken, so that it is
 * the wake-up that is tested. Part of contract.inc.h.
 *
 * SPDX-License-Identifier: MIT */

/* What a thread does to its end, and what it got. */
struct waiter {
    numbers_tx tx;
    numbers_rx rx;
    int how;
    enum sluice_status status;
    uint64_t number;
    size_t count;
    int tid; /* set when the thread is about to wait */
};

enum { WAYS_TO_WAIT = 6, WAYS_TO_SEND = 8 };

static void *wait_for_room(void *argument)
{
    struct waiter *w = argument;
    uint64_t batch[1] = { w->number }, *cells = NULL;
    sluice_deadline late = sluice_in_ms(600000);
    __atomic_store_n(&w->tid, kit_tid(), __ATOMIC_RELEASE);
    switch (w->how) {
    case 0: w->status = numbers_send(w->tx, w->number); return NULL;
    case 1: w->status = numbers_send_until(w->tx, w->number, late); return NULL;
    case 6: w->status = numbers_send_from(w->tx, &w->number); return NULL;
    case 7: w->status = numbers_send_from_until(w->tx, &w->number, late); return NULL;
    case 2: w->status = numbers_send_n(w->tx, batch, 1, &w->count); return NULL;
    case 3: w->status = numbers_send_n_until(w->tx, batch, 1, &w->count, late); return NULL;
    case 4: w->status = numbers_reserve(w->tx, 1, &cells, &w->count); break;
    case 5: w->status = numbers_reserve_until(w->tx, 1, &cells, &w->count, late); break;
    }
    if (w->status == SLUICE_OK) {
        cells[0] = w->number;
        w->status = numbers_commit(w->tx, 1);
    }
    return NULL;
}

static void *wait_for_message(void *argument)
{
    struct waiter *w = argument;
    uint64_t *cells = NULL;
    sluice_deadline late = sluice_in_ms(600000);
    __atomic_store_n(&w->tid, kit_tid(), __ATOMIC_RELEASE);
    switch (w->how) {
    case 0: w->status = numbers_recv(w->rx, &w->number); return NULL;
    case 1: w->status = numbers_recv_until(w->rx, &w->number, late); return NULL;
    case 2: w->status = numbers_recv_n(w->rx, &w->number, 1, &w->count); return NULL;
    case 3: w->status = numbers_recv_n_until(w->rx, &w->number, 1, &w->count, late); return NULL;
    case 4: w->status = numbers_peek(w->rx, 1, &cells, &w->count); break;
    case 5: w->status = numbers_peek_until(w->rx, 1, &cells, &w->count, late); break;
    }
    if (w->status == SLUICE_OK) {
        w->number = cells[0];
        w->status = numbers_release(w->rx, 1);
    }
    return NULL;
}

static void a_blocked_sender_is_woken(void)
{
    /* The last event takes a second sender: one endpoint is one thread's at a time. */
    for (int event = 0; bounded && event < (CONTRACT_MANY_TX ? 5 : 4); event++)
        for (int how = 0; how < WAYS_TO_SEND; how++) {
            struct waiter w = { .how = how, .number = 2, .status = SLUICE_INVALID };
            uint64_t *cells = NULL, batch[1];
            size_t n = 0;
            open_numbers(&w.tx, &w.rx, 1);
            CHECK_STATUS(numbers_send(w.tx, 1), SLUICE_OK);
#if CONTRACT_MANY_TX
            SLUICE_AUTO(numbers_tx) other = numbers_tx_clone(w.tx);
#else
            numbers_tx other = NULL;
#endif
            pthread_t thread = kit_start(wait_for_room, &w);
            kit_await_asleep(&w.tid);
            bool room = event < 3;
            if (event == 0) {
                expect_number(w.rx, 1);
            } else if (event == 1) {
                CHECK_STATUS(numbers_try_recv_n(w.rx, batch, 1, &n), SLUICE_OK);
            } else if (event == 2) {
                CHECK_STATUS(numbers_try_peek(w.rx, 1, &cells, &n), SLUICE_OK);
                CHECK_STATUS(numbers_release(w.rx, 1), SLUICE_OK);
            } else if (event == 3) {
                numbers_rx_drop(&w.rx);
            } else {
                numbers_tx_close(other);
            }
            kit_join(thread);
            CHECK_STATUS(w.status, room ? SLUICE_OK : SLUICE_CLOSED);
            if (room)
                expect_number(w.rx, 2);
            numbers_tx_drop(&w.tx);
            numbers_rx_drop(&w.rx);
        }
}

static void a_blocked_receiver_is_woken(void)
{
    for (int event = 0; event < 5; event++)
        for (int how = 0; how < WAYS_TO_WAIT; how++) {
            struct waiter w = { .how = how, .number = 77, .status = SLUICE_INVALID };
            uint64_t *cells = NULL, batch[1] = { 2 };
            size_t n = 0;
            open_numbers(&w.tx, &w.rx, 3);
            pthread_t thread = kit_start(wait_for_message, &w);
            kit_await_asleep(&w.tid);
            bool message = event < 3;
            if (event == 0) {
                CHECK_STATUS(numbers_try_send(w.tx, 2), SLUICE_OK);
            } else if (event == 1) {
                CHECK_STATUS(numbers_try_send_n(w.tx, batch, 1, &n), SLUICE_OK);
            } else if (event == 2) {
                CHECK_STATUS(numbers_try_reserve(w.tx, 1, &cells, &n), SLUICE_OK);
                cells[0] = 2;
                CHECK_STATUS(numbers_commit(w.tx, 1), SLUICE_OK);
            } else if (event == 3) {
                numbers_tx_drop(&w.tx);
            } else {
                numbers_tx_close(w.tx);
            }
            kit_join(thread);
            CHECK_STATUS(w.status, message ? SLUICE_OK : SLUICE_CLOSED);
            CHECK_EQ_INT(w.number, message ? 2 : 77);
            numbers_tx_drop(&w.tx);
            numbers_rx_drop(&w.rx);
        }
}

/* A batch larger than the ring gets through piece by piece; closed half-way, it comes back short. */
struct long_batch {
    numbers_tx tx;
    uint64_t messages[20];
    size_t sent;
    enum sluice_status status, next;
    int tid;
};

static void *send_long_batch(void *argument)
{
    struct long_batch *b = argument;
    __atomic_store_n(&b->tid, kit_tid(), __ATOMIC_RELEASE);
    b->status = numbers_send_n(b->tx, b->messages, 20, &b->sent);
    b->next = numbers_send_n(b->tx, b->messages, 1, &(size_t){ 0 });
    return NULL;
}

static void a_blocked_batch_is_cut_by_the_close(void)
{
    for (uint64_t received = 0; bounded && received < 6; received++) {
        struct long_batch b = { .status = SLUICE_INVALID, .next = SLUICE_INVALID };
        numbers_rx rx = NULL;
        for (uint64_t i = 0; i < 20; i++)
            b.messages[i] = i;
        open_numbers(&b.tx, &rx, 3);
        pthread_t thread = kit_start(send_long_batch, &b);
        for (uint64_t n = 0; n < received; n++) {
            uint64_t got = 77;
            CHECK_STATUS(numbers_recv(rx, &got), SLUICE_OK);
            CHECK_EQ_INT(got, n);
        }
        kit_await_asleep(&b.tid); /* full again */
        CHECK_EQ_INT(numbers_rx_len_hint(rx), 3);
        numbers_rx_drop(&rx);
        kit_join(thread);
        CHECK_STATUS(b.status, SLUICE_OK);
        CHECK_EQ_INT(b.sent, received + 3);
        CHECK_STATUS(b.next, SLUICE_CLOSED);
        numbers_tx_drop(&b.tx);
    }
}

/* ---- two threads at full speed: order, and precise answers once the other is gone ---- */

struct stream {
    numbers_tx tx;
    uint64_t count;
};

static void *send_stream(void *argument)
{
    struct stream *s = argument;
    for (uint64_t n = 0; n < s->count; n++)
        if (!CHECK_STATUS(numbers_send(s->tx, n), SLUICE_OK))
            break;
    numbers_tx_drop(&s->tx);
    return NULL;
}

static void a_stream_arrives_in_order(void)
{
    for (size_t i = 0; i < CAPACITIES; i++) {
        struct stream s = { .count = (uint64_t)KIT_ROUNDS(capacities[i] < 64 ? 3000 : 50000) };
        numbers_rx rx = NULL;
        open_numbers(&s.tx, &rx, capacities[i]);
        pthread_t thread = kit_start(send_stream, &s);
        uint64_t expected = 0;
        SLUICE_FOR_EACH(numbers, rx, m) {
            if (m != expected)
                CHECK_EQ_INT(m, expected);
            expected++;
        }
        CHECK_EQ_INT(expected, s.count);
        kit_join(thread);
        numbers_rx_drop(&rx);
    }
}

static void answers_are_exact_after_a_join(void)
{
    for (int round = 0; round < KIT_ROUNDS(300); round++) {
        struct stream s = { .count = 5 };
        numbers_rx rx = NULL;
        open_numbers(&s.tx, &rx, 5);
        kit_join(kit_start(send_stream, &s));
        CHECK_EQ_INT(numbers_rx_len_hint(rx), 5);
        for (uint64_t n = 0; n < 5; n++)
            expect_number(rx, n);
        uint64_t got = 77;
        CHECK_STATUS(numbers_try_recv(rx, &got), SLUICE_CLOSED);
        numbers_rx_drop(&rx);
    }
}

static void run_waiting(void)
{
    RUN(a_blocked_sender_is_woken);
    RUN(a_blocked_receiver_is_woken);
    RUN(a_blocked_batch_is_cut_by_the_close);
    RUN(a_stream_arrives_in_order);
    RUN(answers_are_exact_after_a_join);
}
