/* closing.inc.h: dropping, closing and who destroys what. Part of contract.inc.h.
 *
 * SPDX-License-Identifier: MIT */

/* Every way to receive, on a closed and drained channel: CLOSED, again and again, nothing touched. */
static void check_drained_for_ever(numbers_rx rx)
{
    for (int i = 0; i < 3; i++) {
        uint64_t m = 77, *cells = NULL;
        size_t n = 88;
        CHECK_STATUS(numbers_try_recv(rx, &m), SLUICE_CLOSED);
        CHECK_STATUS(numbers_recv(rx, &m), SLUICE_CLOSED);
        CHECK_STATUS(numbers_recv_until(rx, &m, SLUICE_NOW), SLUICE_CLOSED);
        CHECK_STATUS(numbers_recv_until(rx, &m, SLUICE_FOREVER), SLUICE_CLOSED);
        CHECK_STATUS(numbers_try_recv_n(rx, &m, 1, &n), SLUICE_CLOSED);
        CHECK_STATUS(numbers_recv_n(rx, &m, 1, &n), SLUICE_CLOSED);
        CHECK_STATUS(numbers_recv_n_until(rx, &m, 1, &n, SLUICE_FOREVER), SLUICE_CLOSED);
        CHECK_STATUS(numbers_try_peek(rx, 1, &cells, &n), SLUICE_CLOSED);
        CHECK_STATUS(numbers_peek(rx, 1, &cells, &n), SLUICE_CLOSED);
        CHECK_STATUS(numbers_peek_until(rx, 1, &cells, &n, SLUICE_FOREVER), SLUICE_CLOSED);
        CHECK(m == 77 && n == 88 && cells == NULL);
        CHECK(numbers_rx_is_closed(rx));
    }
}

/* Every way to send, on a closed channel. */
static void check_sends_fail(numbers_tx tx)
{
    for (int i = 0; i < 3; i++) {
        uint64_t m = 77, *cells = NULL;
        size_t n = 88;
        CHECK_STATUS(numbers_try_send(tx, 1), SLUICE_CLOSED);
        CHECK_STATUS(numbers_send(tx, 1), SLUICE_CLOSED);
        CHECK_STATUS(numbers_send_until(tx, 1, SLUICE_NOW), SLUICE_CLOSED);
        CHECK_STATUS(numbers_send_until(tx, 1, SLUICE_FOREVER), SLUICE_CLOSED);
        CHECK_STATUS(numbers_try_send_n(tx, &m, 1, &n), SLUICE_CLOSED);
        CHECK_STATUS(numbers_send_n(tx, &m, 1, &n), SLUICE_CLOSED);
        CHECK_STATUS(numbers_send_n_until(tx, &m, 1, &n, SLUICE_FOREVER), SLUICE_CLOSED);
        CHECK_STATUS(numbers_try_reserve(tx, 1, &cells, &n), SLUICE_CLOSED);
        CHECK_STATUS(numbers_reserve(tx, 1, &cells, &n), SLUICE_CLOSED);
        CHECK_STATUS(numbers_reserve_until(tx, 1, &cells, &n, SLUICE_FOREVER), SLUICE_CLOSED);
        CHECK(m == 77 && n == 88 && cells == NULL);
        CHECK(numbers_tx_is_closed(tx));
    }
}

static void receivers_drain_after_the_last_sender(void)
{
    for (size_t left = 0; left <= 3; left++) {
        numbers_tx tx = NULL;
        numbers_rx rx = NULL;
        open_numbers(&tx, &rx, 3);
        for (uint64_t n = 0; n < left; n++)
            CHECK_STATUS(numbers_send(tx, n), SLUICE_OK);
        CHECK(!numbers_rx_is_closed(rx) && !numbers_tx_is_closed(tx));
        numbers_tx_drop(&tx);
        CHECK(tx == NULL);
        CHECK(numbers_rx_is_closed(rx));
        for (uint64_t n = 0; n < left; n++)
            expect_number(rx, n);
        check_drained_for_ever(rx);
        numbers_rx_drop(&rx);
        CHECK(rx == NULL);
    }
}

/* A seal ends sending, for every sender; what is in is received. */
static void receivers_drain_after_a_seal(void)
{
    for (size_t left = 0; left <= 3; left++) {
        numbers_tx tx = NULL;
        numbers_rx rx = NULL;
        open_numbers(&tx, &rx, 3);
        for (uint64_t n = 0; n < left; n++)
            CHECK_STATUS(numbers_send(tx, n), SLUICE_OK);
        numbers_tx_close(tx);
        numbers_tx_close(tx); /* once more is nothing more */
        check_sends_fail(tx);
        CHECK(numbers_rx_is_closed(rx));
        for (uint64_t n = 0; n < left; n++)
            expect_number(rx, n);
        check_drained_for_ever(rx);
        check_sends_fail(tx);
        numbers_rx_drop(&rx);
        check_sends_fail(tx);
        numbers_tx_drop(&tx);
    }
}

static void sends_fail_without_receivers(void)
{
    numbers_tx tx = NULL;
    numbers_rx rx = NULL;
    open_numbers(&tx, &rx, 2);
    CHECK_STATUS(numbers_send(tx, 1), SLUICE_OK);
    CHECK_STATUS(numbers_send(tx, 2), SLUICE_OK);
    numbers_rx_drop(&rx);
    check_sends_fail(tx);
    numbers_tx_drop(&tx);
}

/* The last receiver destroys what is inside: once each, on its thread; and not what was received, nor what a failed send
 * left with the caller. */
static void the_last_receiver_destroys(void)
{
    for (uint64_t received = 0; received <= 5; received++) {
        tokens_tx tx = NULL;
        tokens_rx rx = NULL;
        open_tokens(&tx, &rx, 5);
        for (uint64_t n = 0; n < 5; n++)
            CHECK_STATUS(tokens_send(tx, (struct token){ n }), SLUICE_OK);
        for (uint64_t n = 0; n < received; n++) {
            struct token got = { 0 };
            CHECK_STATUS(tokens_recv(rx, &got), SLUICE_OK);
            CHECK_EQ_INT(got.number, n);
        }
        /* over the end of the lap, too */
        for (uint64_t n = 0; n < received; n++)
            CHECK_STATUS(tokens_send(tx, (struct token){ 5 + n }), SLUICE_OK);
        check_destroyed(0, 0);
        tokens_rx_drop(&rx);
        check_destroyed(received, 5 + received);
        CHECK(pthread_equal(destroyer, pthread_self()));
        CHECK_STATUS(tokens_try_send(tx, (struct token){ 200 }), SLUICE_CLOSED);
        tokens_tx_drop(&tx);
        check_destroyed(received, 5 + received);
    }
}

static void what_is_left_is_destroyed_after_the_senders_too(void)
{
    tokens_tx tx = NULL;
    tokens_rx rx = NULL;
    for (int sealed = 0; sealed < 2; sealed++) {
        open_tokens(&tx, &rx, 3);
        for (uint64_t n = 0; n < 3; n++)
            CHECK_STATUS(tokens_send(tx, (struct token){ n }), SLUICE_OK);
        if (sealed)
            tokens_tx_close(tx);
        tokens_tx_drop(&tx);
        check_destroyed(0, 0);
        struct token got = { 0 };
        CHECK_STATUS(tokens_recv(rx, &got), SLUICE_OK);
        CHECK_EQ_INT(got.number, 0);
        tokens_rx_drop(&rx);
        check_destroyed(1, 3);
    }
}

/* A drop for each way in which messages are held at the end: none is lost or doubled. */
static void held_messages_are_destroyed_once(void)
{
    tokens_tx tx = NULL;
    tokens_rx rx = NULL;
    struct token *cells = NULL;
    size_t n = 0;
    open_tokens(&tx, &rx, 4);
    for (uint64_t i = 0; i < 3; i++)
        CHECK_STATUS(tokens_send(tx, (struct token){ i }), SLUICE_OK);
    CHECK_STATUS(tokens_try_reserve(tx, 1, &cells, &n), SLUICE_OK);
    *cells = (struct token){ 100 }; /* never committed: not the channel's */
    CHECK_STATUS(tokens_try_peek(rx, 3, &cells, &n), SLUICE_OK);
    CHECK_STATUS(tokens_release(rx, 1), SLUICE_OK); /* 0 is the caller's now */
    tokens_rx_drop(&rx);
    check_destroyed(1, 3);
    tokens_tx_drop(&tx);
    check_destroyed(1, 3);
}

#if CONTRACT_MANY_TX
static void the_channel_is_open_until_the_last_sender(void)
{
    numbers_tx tx[3] = { NULL };
    numbers_rx rx = NULL;
    open_numbers(&tx[0], &rx, 9);
    tx[1] = numbers_tx_clone(tx[0]);
    REQUIRE(tx[1]);
    numbers_tx_drop(&tx[0]);
    tx[2] = numbers_tx_clone(tx[1]);
    REQUIRE(tx[2]);
    CHECK(numbers_same_channel(tx[2], rx) && numbers_tx_capacity(tx[2]) == numbers_rx_capacity(rx));
    CHECK_STATUS(numbers_send(tx[2], 1), SLUICE_OK);
    CHECK_STATUS(numbers_send(tx[1], 2), SLUICE_OK);
    numbers_tx_drop(&tx[2]);
    CHECK(!numbers_rx_is_closed(rx));
    uint64_t m = 0, first = 0;
    CHECK_STATUS(numbers_recv(rx, &first), SLUICE_OK);
    CHECK(first == 1 || (per_sender && first == 2));
    expect_number(rx, 3 - first);
    CHECK_STATUS(numbers_try_recv(rx, &m), SLUICE_EMPTY);
    numbers_tx_drop(&tx[1]);
    check_drained_for_ever(rx);
    numbers_rx_drop(&rx);
}
#endif

#if CONTRACT_MANY_RX
static void the_channel_is_open_until_the_last_receiver(void)
{
    tokens_tx tx = NULL;
    tokens_rx rx[2] = { NULL };
    open_tokens(&tx, &rx[0], 9);
    rx[1] = tokens_rx_clone(rx[0]);
    REQUIRE(rx[1]);
    for (uint64_t n = 0; n < 4; n++)
        CHECK_STATUS(tokens_send(tx, (struct token){ n }), SLUICE_OK);
    struct token got = { 0 };
    CHECK_STATUS(tokens_recv(rx[1], &got), SLUICE_OK);
    CHECK_EQ_INT(got.number, 0);
    CHECK_STATUS(tokens_recv(rx[0], &got), SLUICE_OK);
    CHECK_EQ_INT(got.number, 1);
    tokens_rx_drop(&rx[0]);
    check_destroyed(0, 0);
    CHECK_STATUS(tokens_send(tx, (struct token){ 4 }), SLUICE_OK);
    tokens_rx_drop(&rx[1]);
    check_destroyed(2, 5);
    CHECK_STATUS(tokens_send(tx, (struct token){ 5 }), SLUICE_CLOSED);
    tokens_tx_drop(&tx);
    check_destroyed(2, 5);
}

/* What one receiver peeked and didn't release goes to another when the first is dropped, before the channel ends. */
static void peeked_messages_come_back(void)
{
    numbers_tx tx = NULL;
    numbers_rx rx = NULL;
    open_numbers(&tx, &rx, 3);
    numbers_rx other = numbers_rx_clone(rx);
    REQUIRE(other);
    for (int lap = 0; lap < 5; lap++) {
        for (uint64_t n = 0; n < 3; n++)
            CHECK_STATUS(numbers_send(tx, n), SLUICE_OK);
        uint64_t *cells = NULL, m = 0;
        size_t n = 0;
        CHECK_STATUS(numbers_try_peek(rx, 3, &cells, &n), SLUICE_OK);
        size_t left = 3 - n;
        CHECK_STATUS(numbers_release(rx, 1), SLUICE_OK);
        if (left == 0)
            CHECK_EMPTY(numbers_try_recv(other, &m), true);
        numbers_rx_drop(&rx);
        expect_number(other, 1);
        expect_number(other, 2);
        rx = numbers_rx_clone(other);
        REQUIRE(rx);
    }
    numbers_tx_drop(&tx);
    check_drained_for_ever(other);
    numbers_rx_drop(&rx);
    numbers_rx_drop(&other);
}
#endif

static void run_closing(void)
{
    RUN(receivers_drain_after_the_last_sender);
    RUN(receivers_drain_after_a_seal);
    RUN(sends_fail_without_receivers);
    RUN(the_last_receiver_destroys);
    RUN(what_is_left_is_destroyed_after_the_senders_too);
    RUN(held_messages_are_destroyed_once);
#if CONTRACT_MANY_TX
    RUN(the_channel_is_open_until_the_last_sender);
#endif
#if CONTRACT_MANY_RX
    RUN(the_channel_is_open_until_the_last_receiver);
    RUN(peeked_messages_come_back);
#endif
}
