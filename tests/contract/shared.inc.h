/* shared.inc.h: one endpoint in the middle of something while others of its side go on: reservations among senders, peeks
 * among receivers, and who is woken when they end. Part of contract.inc.h.
 *
 * SPDX-License-Identifier: MIT */

#if CONTRACT_MANY_TX

/* Ways in which a reservation ends. */
enum { ABORTED, PARTLY_COMMITTED, COMMITTED, FORGOTTEN, DROPPED_WITH, ENDINGS };

/* Sends from `first` on until something other than OK comes, `max` at most. How many went in. */
static uint64_t send_until_refused(numbers_tx tx, uint64_t first, uint64_t max)
{
    for (uint64_t n = 0; n < max; n++) {
        enum sluice_status status = numbers_try_send(tx, first + n);
        if (status != SLUICE_OK) {
            CHECK(bounded && (status == SLUICE_FULL || status == SLUICE_BUSY));
            return n;
        }
    }
    return max;
}

/* Ends the reservation of `n` cells, filled with 100, 101, …; how many messages that sent, 200 as the last included. */
static uint64_t end_reservation(numbers_tx *tx, int ending, uint64_t n)
{
    uint64_t sent = ending == PARTLY_COMMITTED ? n / 2 : ending == COMMITTED ? n : 0;
    switch (ending) {
    case ABORTED:
        numbers_abort(*tx);
        break;
    case FORGOTTEN: /* a send that finds no room gives it back, too */
        sent = numbers_try_send(*tx, 100) == SLUICE_OK;
        break;
    case DROPPED_WITH:
        numbers_tx_drop(tx);
        break;
    default:
        CHECK_STATUS(numbers_commit(*tx, (size_t)sent), SLUICE_OK);
    }
    return sent;
}

/* Receives what there is: each of the two senders' messages in its order, from 0 and from 100 on, and nothing else. */
static void expect_two_senders(numbers_rx rx, uint64_t low, uint64_t high)
{
    uint64_t next[2] = { 0, 100 }, got = 77;
    for (uint64_t n = 0; n < low + high; n++) {
        if (!CHECK_STATUS(numbers_try_recv(rx, &got), SLUICE_OK))
            return;
        CHECK_EQ_INT(got, next[got >= 100]);
        next[got >= 100]++;
    }
    CHECK(next[0] == low && next[1] == 100 + high);
    CHECK_STATUS(numbers_try_recv(rx, &got), SLUICE_EMPTY);
}

static void others_send_past_a_reservation(void)
{
    for (uint64_t capacity = 1; capacity <= 6; capacity++)
        for (int ending = 0; ending < ENDINGS; ending++) {
            numbers_tx tx = NULL, other;
            numbers_rx rx = NULL;
            open_numbers(&tx, &rx, (size_t)capacity);
            REQUIRE((other = numbers_tx_clone(tx)) != NULL);
            for (int lap = 0; lap < 4; lap++) {
                uint64_t *cells = NULL, got = 77;
                size_t n = 0;
                uint64_t before = send_until_refused(other, 0, kit_scramble(capacity + (uint64_t)lap) % capacity);
                CHECK_STATUS(numbers_try_reserve(tx, (size_t)lap + 1, &cells, &n), SLUICE_OK);
                for (size_t i = 0; i < n; i++)
                    cells[i] = 100 + i;
                uint64_t after = send_until_refused(other, before, 10);
                CHECK(!bounded || per_sender || before + after + n <= capacity);
                if (before == 0 && after == 0)
                    CHECK_EMPTY(numbers_try_recv(rx, &got), senders_share);
                uint64_t sent = end_reservation(&tx, ending, n);
                expect_two_senders(rx, before + after, sent);
                if (!tx)
                    REQUIRE((tx = numbers_tx_clone(other)) != NULL);
                /* All the room is back. */
                CHECK_EQ_INT(send_until_refused(lap % 2 ? tx : other, 0, capacity), capacity);
                expect_two_senders(rx, capacity, 0);
            }
            numbers_tx_drop(&tx);
            numbers_tx_drop(&other);
            check_drained_for_ever(rx);
            numbers_rx_drop(&rx);
        }
}

/* Sealed with a reservation open: whatever becomes of it, it sends nothing, and receivers come to an end. */
static void a_seal_with_a_reservation_open(void)
{
    for (int ending = 0; ending < ENDINGS; ending++)
        for (int by_other = 0; by_other < 2; by_other++) {
            numbers_tx tx = NULL, other;
            numbers_rx rx = NULL;
            uint64_t *cells = NULL, got = 77;
            size_t n = 0;
            open_numbers(&tx, &rx, 8);
            REQUIRE((other = numbers_tx_clone(tx)) != NULL);
            CHECK_STATUS(numbers_send(other, 0), SLUICE_OK);
            CHECK_STATUS(numbers_try_reserve(tx, 2, &cells, &n), SLUICE_OK);
            CHECK_STATUS(numbers_send(other, 1), SLUICE_OK);
            numbers_tx_close(by_other ? other : tx);
            uint64_t first = 0;
            expect_number(rx, first++);
            enum sluice_status status = numbers_try_recv(rx, &got);
            CHECK(status == SLUICE_OK || (status == SLUICE_BUSY && senders_share));
            first += status == SLUICE_OK;
            if (ending == PARTLY_COMMITTED || ending == COMMITTED)
                CHECK_STATUS(numbers_commit(tx, ending == COMMITTED ? n : n / 2), SLUICE_CLOSED);
            else
                CHECK_EQ_INT(end_reservation(&tx, ending, n), 0);
            while (first < 2)
                expect_number(rx, first++);
            check_drained_for_ever(rx);
            numbers_tx_drop(&tx);
            numbers_tx_drop(&other);
            numbers_rx_drop(&rx);
        }
}

/* The last receiver goes while one sender is in the middle of its message and another has sent past it. */
static void no_receiver_with_a_reservation_open(void)
{
    for (int ending = 0; ending < ENDINGS; ending++)
        for (int first_out = 0; first_out < 2; first_out++) {
            tokens_tx tx = NULL, other;
            tokens_rx rx = NULL;
            struct token *cells = NULL;
            size_t n = 0;
            open_tokens(&tx, &rx, 8);
            REQUIRE((other = tokens_tx_clone(tx)) != NULL);
            CHECK_STATUS(tokens_send(other, (struct token){ 0 }), SLUICE_OK);
            CHECK_STATUS(tokens_try_reserve(tx, 2, &cells, &n), SLUICE_OK);
            for (size_t i = 0; i < n; i++)
                cells[i] = (struct token){ 100 };
            CHECK_STATUS(tokens_send(other, (struct token){ 1 }), SLUICE_OK);
            CHECK_STATUS(tokens_send(other, (struct token){ 2 }), SLUICE_OK);
            tokens_rx_drop(&rx);
            if (first_out)
                tokens_tx_drop(&other);
            if (ending == ABORTED)
                tokens_abort(tx);
            else if (ending == FORGOTTEN)
                CHECK_STATUS(tokens_try_send(tx, (struct token){ 100 }), SLUICE_CLOSED);
            else if (ending != DROPPED_WITH)
                CHECK_STATUS(tokens_commit(tx, n / (ending == COMMITTED ? 1 : 2)), SLUICE_CLOSED);
            tokens_tx_drop(&tx);
            tokens_tx_drop(&other);
            check_destroyed(0, 3);
        }
}

/* A sender asleep for the room that a reservation holds is woken when it goes back. */
static void a_reservation_given_back_wakes_a_sender(void)
{
    for (int ending = 0; bounded && !per_sender && ending < ENDINGS; ending++)
        for (int how = 0; how < WAYS_TO_WAIT; how++) {
            struct waiter w = { .how = how, .number = 0 };
            numbers_tx tx = NULL;
            uint64_t *cells = NULL, got = 77;
            size_t n = 0;
            open_numbers(&tx, &w.rx, 1);
            REQUIRE((w.tx = numbers_tx_clone(tx)) != NULL);
            CHECK_STATUS(numbers_try_reserve(tx, 1, &cells, &n), SLUICE_OK);
            cells[0] = 100;
            pthread_t thread = kit_start(wait_for_room, &w);
            kit_await_asleep(&w.tid);
            bool sent = end_reservation(&tx, ending, n) > 0; /* FORGOTTEN: the other may be quicker */
            while (sent && numbers_recv(w.rx, &got) == SLUICE_OK && got != 100)
                CHECK_EQ_INT(got, 0);
            kit_join(thread);
            CHECK_STATUS(w.status, SLUICE_OK);
            numbers_tx_drop(&tx);
            numbers_tx_drop(&w.tx);
            if (!sent)
                expect_number(w.rx, 0);
            numbers_rx_drop(&w.rx);
        }
}

/* What an aborted reservation leaves between other messages may be free only when a receiver has come past it. One that
 * only peeks behind it wakes the sender, too. */
static void a_peek_past_an_abort_wakes_a_sender(void)
{
    for (int how = 0; bounded && !per_sender && how < WAYS_TO_WAIT; how++) {
        struct waiter w = { .how = how, .number = 2 };
        numbers_tx tx = NULL, other;
        uint64_t *cells = NULL;
        size_t n = 0;
        open_numbers(&tx, &w.rx, 2);
        REQUIRE((other = numbers_tx_clone(tx)) != NULL && (w.tx = numbers_tx_clone(tx)) != NULL);
        CHECK_STATUS(numbers_try_reserve(tx, 1, &cells, &n), SLUICE_OK);
        CHECK_STATUS(numbers_try_send(other, 1), SLUICE_OK);
        pthread_t thread = kit_start(wait_for_room, &w);
        kit_await_asleep(&w.tid);
        numbers_abort(tx);
        if (CONTRACT_FLAVOUR != SLUICE_MUTEX)
            kit_await_asleep(&w.tid); /* again: it was woken to see */
        CHECK_STATUS(numbers_try_peek(w.rx, 1, &cells, &n), SLUICE_OK);
        CHECK_EQ_INT(cells[0], 1);
        kit_join(thread);
        CHECK_STATUS(w.status, SLUICE_OK);
        CHECK_STATUS(numbers_release(w.rx, 1), SLUICE_OK);
        expect_number(w.rx, 2);
        numbers_tx_drop(&tx);
        numbers_tx_drop(&other);
        numbers_tx_drop(&w.tx);
        numbers_rx_drop(&w.rx);
    }
}

/* A receiver asleep behind a reservation is woken by its end: for the message behind it, or for the end of the channel. */
static void a_reservations_end_wakes_the_receiver(void)
{
    for (int sealed = 0; sealed < 2; sealed++)
        for (int ending = 0; ending < ENDINGS; ending++)
            for (int how = 0; how < WAYS_TO_WAIT; how++) {
                struct waiter w = { .how = how, .number = 77 };
                numbers_tx tx = NULL, other;
                uint64_t *cells = NULL, got = 77;
                size_t n = 0;
                open_numbers(&tx, &w.rx, 4);
                REQUIRE((other = numbers_tx_clone(tx)) != NULL);
                CHECK_STATUS(numbers_try_reserve(tx, 1, &cells, &n), SLUICE_OK);
                cells[0] = 100;
                if (!sealed)
                    CHECK_STATUS(numbers_send(other, 0), SLUICE_OK);
                else
                    numbers_tx_close(other);
                pthread_t thread = kit_start(wait_for_message, &w);
                if (senders_share && CONTRACT_FLAVOUR != SLUICE_MUTEX)
                    kit_await_asleep(&w.tid);
                if (!sealed)
                    end_reservation(&tx, ending, n);
                else if (ending == COMMITTED || ending == PARTLY_COMMITTED)
                    CHECK_STATUS(numbers_commit(tx, n), SLUICE_CLOSED);
                else
                    CHECK_EQ_INT(end_reservation(&tx, ending, n), 0);
                kit_join(thread);
                CHECK_STATUS(w.status, sealed ? SLUICE_CLOSED : SLUICE_OK);
                CHECK(sealed ? w.number == 77 : w.number == 0 || w.number == 100);
                if (!sealed && (ending == COMMITTED || ending == FORGOTTEN)) {
                    CHECK_STATUS(numbers_try_recv(w.rx, &got), SLUICE_OK);
                    CHECK_EQ_INT(got + w.number, 100);
                }
                CHECK_STATUS(numbers_try_recv(w.rx, &got), sealed ? SLUICE_CLOSED : SLUICE_EMPTY);
                numbers_tx_drop(&tx);
                numbers_tx_drop(&other);
                numbers_rx_drop(&w.rx);
            }
}
#endif

#if CONTRACT_MANY_RX

/* One receiver holds a peek while another receives: together they get everything, once, also where the first goes. */
static void others_receive_past_a_peek(void)
{
    enum { RELEASED, PARTLY_RELEASED, RECEIVED_ON, GONE, GONE_AFTER_PART, WAYS };
    for (uint64_t count = 1; count <= 6; count++)
        for (int how = 0; how < WAYS; how++) {
            tokens_tx tx = NULL;
            tokens_rx rx = NULL, other;
            open_tokens(&tx, &rx, 6);
            REQUIRE((other = tokens_rx_clone(rx)) != NULL);
            unsigned received[6] = { 0 };
            struct token *cells = NULL, got = { 77 };
            size_t n = 0, out = 0;
            for (uint64_t i = 0; i < count; i++)
                CHECK_STATUS(tokens_send(tx, (struct token){ i }), SLUICE_OK);
            CHECK_STATUS(tokens_try_peek(rx, (size_t)(count + 1) / 2, &cells, &n), SLUICE_OK);
            REQUIRE(n >= 1 && n <= count);
            enum sluice_status status;
            while ((status = tokens_try_recv(other, &got)) == SLUICE_OK)
                received[got.number % 6]++;
            CHECK(status == SLUICE_EMPTY || status == SLUICE_BUSY);
            for (size_t i = 0; i < n; i++)
                CHECK_EQ_INT(received[cells[i].number % 6], 0); /* what is peeked nobody else gets */
            if (how == RELEASED || how == PARTLY_RELEASED || how == GONE_AFTER_PART)
                out = how == RELEASED ? n : n / 2;
            for (size_t i = 0; i < out; i++)
                received[cells[i].number % 6]++;
            if (out)
                CHECK_STATUS(tokens_release(rx, out), SLUICE_OK);
            if (how == GONE || how == GONE_AFTER_PART)
                tokens_rx_drop(&rx);
            while (rx && tokens_try_recv(rx, &got) == SLUICE_OK)
                received[got.number % 6]++;
            while ((status = tokens_try_recv(other, &got)) == SLUICE_OK)
                received[got.number % 6]++;
            CHECK_STATUS(status, SLUICE_EMPTY);
            for (uint64_t i = 0; i < 6; i++)
                CHECK_EQ_INT(received[i], i < count);
            for (uint64_t i = 0; i < 6; i++) /* all the room is back */
                CHECK_STATUS(tokens_try_send(tx, (struct token){ i }), SLUICE_OK);
            tokens_rx_drop(&rx);
            tokens_tx_drop(&tx);
            check_destroyed(0, 0);
            tokens_rx_drop(&other);
            check_destroyed(0, 6);
        }
}

/* Two receivers hold peeks and go, one after the other: what they held is destroyed, once. */
static void peeks_of_the_last_receivers_are_destroyed(void)
{
    for (int order = 0; order < 4; order++) {
        tokens_tx tx = NULL;
        tokens_rx rx[2] = { NULL };
        struct token *cells = NULL;
        size_t n = 0;
        open_tokens(&tx, &rx[0], 6);
        REQUIRE((rx[1] = tokens_rx_clone(rx[0])) != NULL);
        for (uint64_t i = 0; i < 6; i++)
            CHECK_STATUS(tokens_send(tx, (struct token){ i }), SLUICE_OK);
        CHECK_STATUS(tokens_try_peek(rx[0], 2, &cells, &n), SLUICE_OK);
        enum sluice_status status = tokens_try_peek(rx[1], 2, &cells, &n);
        CHECK(status == SLUICE_OK || status == SLUICE_BUSY || (status == SLUICE_EMPTY && !senders_share));
        if (order >= 2)
            tokens_tx_drop(&tx);
        tokens_rx_drop(&rx[order % 2]);
        check_destroyed(0, 0);
        tokens_rx_drop(&rx[!(order % 2)]);
        check_destroyed(0, 6);
        tokens_tx_drop(&tx);
        check_destroyed(0, 6);
    }
}

/* While one receiver holds the last message, the channel has not ended for another: the message may come back. */
static void a_peek_holds_the_end_off(void)
{
    for (int gone = 0; gone < 2; gone++) {
        numbers_tx tx = NULL;
        numbers_rx rx = NULL, other;
        uint64_t *cells = NULL, m = 77;
        size_t n = 0;
        open_numbers(&tx, &rx, 3);
        REQUIRE((other = numbers_rx_clone(rx)) != NULL);
        CHECK_STATUS(numbers_send(tx, 5), SLUICE_OK);
        CHECK_STATUS(numbers_try_peek(rx, 1, &cells, &n), SLUICE_OK);
        numbers_tx_drop(&tx);
        CHECK_EMPTY(numbers_try_recv(other, &m), true);
        CHECK_STATUS(numbers_recv_until(other, &m, sluice_in_us(100)), SLUICE_TIMED_OUT);
        if (gone) {
            numbers_rx_drop(&rx);
            expect_number(other, 5);
        } else {
            CHECK_STATUS(numbers_release(rx, 1), SLUICE_OK);
            check_drained_for_ever(rx);
        }
        check_drained_for_ever(other);
        numbers_rx_drop(&rx);
        numbers_rx_drop(&other);
    }
}

/* A receiver asleep on a channel whose only message another holds gets it when that one goes; and a closed channel does not
 * end before. */
static void a_dropped_peek_wakes(void)
{
    for (int closed = 0; closed < 2; closed++)
        for (int how = 0; how < WAYS_TO_WAIT; how++) {
            struct waiter w = { .how = how, .number = 77 };
            numbers_tx tx = NULL;
            numbers_rx rx = NULL;
            uint64_t *cells = NULL, m = 0;
            size_t n = 0;
            open_numbers(&tx, &rx, 2);
            REQUIRE((w.rx = numbers_rx_clone(rx)) != NULL);
            CHECK_STATUS(numbers_send(tx, 5), SLUICE_OK);
            CHECK_STATUS(numbers_try_peek(rx, 1, &cells, &n), SLUICE_OK);
            pthread_t thread = kit_start(wait_for_message, &w);
            kit_await_asleep(&w.tid);
            if (closed && how % 2)
                numbers_tx_drop(&tx);
            numbers_rx_drop(&rx);
            kit_join(thread);
            CHECK_STATUS(w.status, SLUICE_OK);
            CHECK_EQ_INT(w.number, 5);
            CHECK_STATUS(numbers_try_recv(w.rx, &m), tx ? SLUICE_EMPTY : SLUICE_CLOSED);
            numbers_tx_drop(&tx);
            numbers_rx_drop(&w.rx);
        }
}
#endif

static void run_shared(void)
{
#if CONTRACT_MANY_TX
    RUN(others_send_past_a_reservation);
    RUN(a_seal_with_a_reservation_open);
    RUN(no_receiver_with_a_reservation_open);
    RUN(a_reservation_given_back_wakes_a_sender);
    RUN(a_peek_past_an_abort_wakes_a_sender);
    RUN(a_reservations_end_wakes_the_receiver);
#endif
#if CONTRACT_MANY_RX
    RUN(others_receive_past_a_peek);
    RUN(peeks_of_the_last_receivers_are_destroyed);
    RUN(a_peek_holds_the_end_off);
    RUN(a_dropped_peek_wakes);
#endif
}
