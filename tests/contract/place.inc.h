/* place.inc.h: reserve, commit, abort; peek, release. Part of contract.inc.h.
 *
 * SPDX-License-Identifier: MIT */

static void what_is_committed_arrives(void)
{
    numbers_tx tx = NULL;
    numbers_rx rx = NULL;
    open_numbers(&tx, &rx, 5);
    uint64_t sent = 0, received = 0;
    for (int round = 0; round < 50; round++) {
        uint64_t *cells = NULL, m = 0;
        size_t n = 0, take = (size_t)round % 5 + 1;
        CHECK_STATUS(numbers_try_reserve(tx, take, &cells, &n), SLUICE_OK);
        REQUIRE(n >= 1 && n <= take);
        for (size_t i = 0; i < n; i++)
            cells[i] = sent + i;
        CHECK_EMPTY(numbers_try_recv(rx, &m), senders_share); /* not before it is committed */
        size_t commit = n - (size_t)round % 2 * (n / 2);      /* often only a part */
        CHECK_STATUS(numbers_commit(tx, commit), SLUICE_OK);
        CHECK_STATUS(numbers_commit(tx, 1), SLUICE_INVALID);
        sent += commit;
        while (received < sent)
            expect_number(rx, received++);
        CHECK_STATUS(numbers_try_recv(rx, &m), SLUICE_EMPTY);
    }
    numbers_tx_drop(&tx);
    numbers_rx_drop(&rx);
}

static void commit_needs_a_reservation(void)
{
    numbers_tx tx = NULL;
    numbers_rx rx = NULL;
    open_numbers(&tx, &rx, 4);
    uint64_t *cells = NULL, m = 0;
    size_t n = 0;
    CHECK_STATUS(numbers_commit(tx, 1), SLUICE_INVALID);
    CHECK_STATUS(numbers_commit(tx, SIZE_MAX), SLUICE_INVALID);
    CHECK_STATUS(numbers_try_reserve(tx, 2, &cells, &n), SLUICE_OK);
    CHECK_STATUS(numbers_commit(tx, n + 1), SLUICE_INVALID); /* nothing was done: it still stands */
    cells[0] = 5;
    CHECK_STATUS(numbers_commit(tx, 1), SLUICE_OK);
    expect_number(rx, 5);
    CHECK_STATUS(numbers_try_reserve(tx, 1, &cells, &n), SLUICE_OK);
    numbers_abort(tx);
    CHECK_STATUS(numbers_commit(tx, 1), SLUICE_INVALID);
    numbers_abort(tx); /* nothing to give back */
    CHECK_STATUS(numbers_try_reserve(tx, 1, &cells, &n), SLUICE_OK);
    CHECK_STATUS(numbers_commit(tx, 0), SLUICE_OK);
    CHECK_STATUS(numbers_commit(tx, 1), SLUICE_INVALID);
    CHECK_STATUS(numbers_try_recv(rx, &m), SLUICE_EMPTY);
    CHECK_STATUS(numbers_try_reserve(tx, 0, &cells, &n), SLUICE_INVALID);
    numbers_tx_drop(&tx);
    numbers_rx_drop(&rx);
}

/* Any other send, or another reserve, gives a reservation back: no room is lost. */
static void reservations_are_given_back(void)
{
    numbers_tx tx = NULL;
    numbers_rx rx = NULL;
    open_numbers(&tx, &rx, 3);
    uint64_t *cells = NULL, batch[2] = { 8, 9 };
    size_t n = 0;
    for (int lap = 0; lap < 6; lap++) {
        CHECK_STATUS(numbers_try_reserve(tx, 3, &cells, &n), SLUICE_OK);
        cells[0] = 66;
        CHECK_STATUS(numbers_try_reserve(tx, 3, &cells, &n), SLUICE_OK);
        cells[0] = 67;
        CHECK_STATUS(numbers_try_send(tx, 7), SLUICE_OK);
        CHECK_STATUS(numbers_commit(tx, 1), SLUICE_INVALID);
        CHECK_STATUS(numbers_try_reserve(tx, 2, &cells, &n), SLUICE_OK);
        CHECK_STATUS(numbers_try_send_n(tx, batch, 2, &n), SLUICE_OK);
        CHECK_EQ_INT(n, 2);
        CHECK_STATUS(numbers_commit(tx, 1), SLUICE_INVALID);
        if (bounded)
            CHECK_STATUS(numbers_try_reserve(tx, 1, &cells, &n), SLUICE_FULL);
        expect_number(rx, 7);
        expect_number(rx, 8);
        expect_number(rx, 9);
    }
    numbers_tx_drop(&tx); /* with nothing reserved */
    numbers_rx_drop(&rx);
    open_numbers(&tx, &rx, 3);
    CHECK_STATUS(numbers_try_reserve(tx, 3, &cells, &n), SLUICE_OK);
    numbers_tx_drop(&tx); /* with something reserved: as an abort */
    CHECK_STATUS(numbers_try_recv(rx, batch), SLUICE_CLOSED);
    numbers_rx_drop(&rx);
}

static void commit_on_a_closed_channel_sends_nothing(void)
{
    for (int sealed = 0; sealed < 2; sealed++) {
        tokens_tx tx = NULL;
        tokens_rx rx = NULL;
        struct token *cells = NULL, got = { 0 };
        size_t n = 0;
        open_tokens(&tx, &rx, 4);
        CHECK_STATUS(tokens_try_reserve(tx, 2, &cells, &n), SLUICE_OK);
        for (size_t i = 0; i < n; i++)
            cells[i] = (struct token){ i };
        if (sealed)
            tokens_tx_close(tx);
        else
            tokens_rx_drop(&rx);
        CHECK_STATUS(tokens_commit(tx, 1), SLUICE_CLOSED);
        CHECK_STATUS(tokens_commit(tx, 1), SLUICE_INVALID); /* they were given back */
        if (sealed)
            CHECK_STATUS(tokens_try_recv(rx, &got), SLUICE_CLOSED);
        tokens_rx_drop(&rx);
        tokens_tx_drop(&tx);
        check_destroyed(0, 0);
    }
}

/* Messages stay until they are released, in order, and in their room. */
static void peeked_messages_stay(void)
{
    numbers_tx tx = NULL;
    numbers_rx rx = NULL;
    open_numbers(&tx, &rx, 4);
    uint64_t sent = 0, received = 0;
    for (int round = 0; round < 30; round++) {
        uint64_t *cells = NULL;
        size_t n = 0, again = 0;
        while (sent - received < 4)
            CHECK_STATUS(numbers_send(tx, sent++), SLUICE_OK);
        CHECK_STATUS(numbers_try_peek(rx, 3, &cells, &n), SLUICE_OK);
        REQUIRE(n >= 1 && n <= 3);
        for (size_t i = 0; i < n; i++)
            CHECK_EQ_INT(cells[i], received + i);
        if (bounded)
            CHECK_FULL(numbers_try_send(tx, 99), receivers_share);
        CHECK_EQ_INT(numbers_rx_len_hint(rx), 4);
        CHECK_STATUS(numbers_release(rx, n + 1), SLUICE_INVALID);
        CHECK_STATUS(numbers_release(rx, 0), SLUICE_OK);
        CHECK_STATUS(numbers_try_peek(rx, n, &cells, &again), SLUICE_OK); /* the same ones again */
        CHECK_EQ_INT(again, n);
        CHECK_EQ_INT(cells[0], received);
        CHECK_STATUS(numbers_release(rx, 1), SLUICE_OK); /* in steps, too */
        received++;
        if (n > 1) {
            CHECK_STATUS(numbers_release(rx, 1), SLUICE_OK);
            received++;
        }
        CHECK_STATUS(numbers_release(rx, n), SLUICE_INVALID);
        if (round % 3 == 0) /* what was peeked and not released is received by another call */
            expect_number(rx, received++);
    }
    uint64_t *untouched = NULL;
    size_t none = 88;
    while (received < sent)
        expect_number(rx, received++);
    CHECK_STATUS(numbers_try_peek(rx, 1, &untouched, &none), SLUICE_EMPTY);
    CHECK(untouched == NULL && none == 88);
    CHECK_STATUS(numbers_release(rx, 1), SLUICE_INVALID);
    CHECK_STATUS(numbers_try_peek(rx, 0, &untouched, &none), SLUICE_INVALID);
    numbers_tx_drop(&tx);
    numbers_rx_drop(&rx);
}

/* A peek outlives the senders, and its messages the close. */
static void peek_and_release_after_the_close(void)
{
    numbers_tx tx = NULL;
    numbers_rx rx = NULL;
    open_numbers(&tx, &rx, 4);
    uint64_t *cells = NULL, m = 0;
    size_t n = 0;
    for (uint64_t i = 0; i < 3; i++)
        CHECK_STATUS(numbers_send(tx, i), SLUICE_OK);
    CHECK_STATUS(numbers_peek(rx, 2, &cells, &n), SLUICE_OK);
    CHECK(n >= 1 && cells[0] == 0);
    numbers_tx_drop(&tx);
    CHECK_EQ_INT(cells[0], 0);
    CHECK_STATUS(numbers_release(rx, 1), SLUICE_OK);
    expect_number(rx, 1);
    expect_number(rx, 2);
    CHECK_STATUS(numbers_recv(rx, &m), SLUICE_CLOSED);
    numbers_rx_drop(&rx);
}

static void run_place(void)
{
    RUN(what_is_committed_arrives);
    RUN(commit_needs_a_reservation);
    RUN(reservations_are_given_back);
    RUN(commit_on_a_closed_channel_sends_nothing);
    RUN(peeked_messages_stay);
    RUN(peek_and_release_after_the_close);
}
