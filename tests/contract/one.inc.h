/* one.inc.h: single messages, deadlines, handles and iteration. Part of contract.inc.h.
 *
 * SPDX-License-Identifier: MIT */

static void first_in_first_out(void)
{
    for (size_t i = 0; i < CAPACITIES; i++) {
        numbers_tx tx = NULL;
        numbers_rx rx = NULL;
        open_numbers(&tx, &rx, capacities[i]);
        uint64_t sent = 0, received = 0, random = i;
        while (received < 10 * capacities[i] + 100) {
            for (uint64_t n = kit_below(&random, capacities[i]) + 1; n && sent - received < capacities[i]; n--)
                CHECK_STATUS(numbers_try_send(tx, sent++), SLUICE_OK);
            for (uint64_t n = kit_below(&random, capacities[i]) + 1; n && received < sent; n--)
                expect_number(rx, received++);
        }
        numbers_tx_drop(&tx);
        numbers_rx_drop(&rx);
    }
}

static void a_past_deadline_is_a_try(void)
{
    numbers_tx tx = NULL;
    numbers_rx rx = NULL;
    open_numbers(&tx, &rx, 2);
    sluice_deadline past[] = { SLUICE_NOW, 1, kit_now() - 1 };
    for (size_t i = 0; i < sizeof past / sizeof *past; i++) {
        uint64_t got = 77;
        CHECK_STATUS(numbers_recv_until(rx, &got, past[i]), SLUICE_TIMED_OUT);
        CHECK_EQ_INT(got, 77);
        CHECK_STATUS(numbers_send_until(tx, 1, past[i]), SLUICE_OK);
        CHECK_STATUS(numbers_send_until(tx, 2, past[i]), SLUICE_OK);
        if (bounded)
            CHECK_STATUS(numbers_send_until(tx, 3, past[i]), SLUICE_TIMED_OUT);
        for (uint64_t n = 1; n <= 2; n++) {
            CHECK_STATUS(numbers_recv_until(rx, &got, past[i]), SLUICE_OK);
            CHECK_EQ_INT(got, n);
        }
    }
    numbers_tx_drop(&tx);
    numbers_rx_drop(&rx);
}

/* Late is allowed, early is not. */
static void deadlines_are_never_early(void)
{
    static const unsigned spans_us[] = { 1, 20, 100, 1000, 5000 };
    numbers_tx tx = NULL;
    numbers_rx rx = NULL;
    open_numbers(&tx, &rx, 1);
    for (size_t i = 0; i < sizeof spans_us / sizeof *spans_us; i++) {
        uint64_t got = 77, *cells = NULL;
        size_t n = 88;
        sluice_deadline d;
        d = sluice_in_us(spans_us[i]);
        CHECK_STATUS(numbers_recv_until(rx, &got, d), SLUICE_TIMED_OUT);
        CHECK(kit_now() >= d);
        d = sluice_in_us(spans_us[i]);
        CHECK_STATUS(numbers_recv_n_until(rx, &got, 1, &n, d), SLUICE_TIMED_OUT);
        CHECK(kit_now() >= d);
        d = sluice_in_us(spans_us[i]);
        CHECK_STATUS(numbers_peek_until(rx, 1, &cells, &n, d), SLUICE_TIMED_OUT);
        CHECK(kit_now() >= d);
        CHECK(got == 77 && cells == NULL && n == 88);
        if (!bounded)
            continue;
        CHECK_STATUS(numbers_send(tx, 1), SLUICE_OK);
        d = sluice_in_us(spans_us[i]);
        CHECK_STATUS(numbers_send_until(tx, 2, d), SLUICE_TIMED_OUT);
        CHECK(kit_now() >= d);
        d = sluice_in_us(spans_us[i]);
        CHECK_STATUS(numbers_send_n_until(tx, &got, 1, &n, d), SLUICE_TIMED_OUT);
        CHECK(kit_now() >= d);
        d = sluice_in_us(spans_us[i]);
        CHECK_STATUS(numbers_reserve_until(tx, 1, &cells, &n, d), SLUICE_TIMED_OUT);
        CHECK(kit_now() >= d);
        CHECK(cells == NULL && n == 88);
        expect_number(rx, 1);
    }
    numbers_tx_drop(&tx);
    numbers_rx_drop(&rx);
}

/* A message that is there, or room, is taken without a look at the clock's far end. */
static void nothing_to_wait_for_is_ok(void)
{
    numbers_tx tx = NULL;
    numbers_rx rx = NULL;
    open_numbers(&tx, &rx, 3);
    static const sluice_deadline deadlines[] = { SLUICE_NOW, SLUICE_FOREVER, SLUICE_FOREVER - 1, UINT64_MAX / 2 };
    for (size_t i = 0; i < sizeof deadlines / sizeof *deadlines; i++) {
        uint64_t got = 0;
        CHECK_STATUS(numbers_send_until(tx, i, deadlines[i]), SLUICE_OK);
        CHECK_STATUS(numbers_recv_until(rx, &got, deadlines[i]), SLUICE_OK);
        CHECK_EQ_INT(got, i);
        CHECK_STATUS(numbers_send(tx, i + 10), SLUICE_OK);
        CHECK_STATUS(numbers_recv(rx, &got), SLUICE_OK);
        CHECK_EQ_INT(got, i + 10);
    }
    numbers_tx_drop(&tx);
    numbers_rx_drop(&rx);
}

static void padding_and_fields_arrive(void)
{
    SLUICE_AUTO(padded_tx) tx = NULL;
    SLUICE_AUTO(padded_rx) rx = NULL;
    REQUIRE(padded_open(&tx, &rx, &(struct sluice_options){ .capacity = 3 }) == SLUICE_OK);
    for (int i = 0; i < 20; i++) {
        struct padded got = { 0 };
        CHECK_STATUS(padded_send(tx, (struct padded){ (char)i, UINT64_MAX - (uint64_t)i, (char)-i }), SLUICE_OK);
        CHECK_STATUS(padded_recv(rx, &got), SLUICE_OK);
        CHECK(got.first == (char)i && got.second == UINT64_MAX - (uint64_t)i && got.third == (char)-i);
    }
}

static void take_both(tokens_tx tx, tokens_rx rx)
{
    tokens_tx_drop(&tx);
    tokens_rx_drop(&rx);
}

static void handles_move_and_drop_themselves(void)
{
    memset(destroyed, 0, sizeof destroyed);
    {
        SLUICE_AUTO(tokens_tx) tx = NULL;
        SLUICE_AUTO(tokens_rx) rx = NULL;
        REQUIRE(tokens_open(&tx, &rx, &(struct sluice_options){ .capacity = 4 }) == SLUICE_OK);
        CHECK_STATUS(tokens_send(tx, (struct token){ 0 }), SLUICE_OK);
    }
    check_destroyed(0, 1);
    SLUICE_AUTO(tokens_tx) tx = NULL;
    SLUICE_AUTO(tokens_rx) rx = NULL;
    open_tokens(&tx, &rx, 4);
    CHECK_STATUS(tokens_send(tx, (struct token){ 0 }), SLUICE_OK);
    take_both(SLUICE_MOVE(tx), SLUICE_MOVE(rx));
    CHECK(tx == NULL && rx == NULL);
    check_destroyed(0, 1);
}

static void for_each_ends_with_the_channel(void)
{
    numbers_tx tx = NULL;
    numbers_rx rx = NULL;
    open_numbers(&tx, &rx, 10);
    for (uint64_t n = 0; n < 10; n++)
        CHECK_STATUS(numbers_send(tx, n), SLUICE_OK);
    numbers_tx_drop(&tx);
    uint64_t expected = 0;
    SLUICE_FOR_EACH(numbers, rx, m) {
        CHECK_EQ_INT(m, expected);
        expected++;
    }
    CHECK_EQ_INT(expected, 10);
    numbers_rx_drop(&rx);
}

static void run_one(void)
{
    RUN(first_in_first_out);
    RUN(a_past_deadline_is_a_try);
    RUN(deadlines_are_never_early);
    RUN(nothing_to_wait_for_is_ok);
    RUN(padding_and_fields_arrive);
    RUN(handles_move_and_drop_themselves);
    RUN(for_each_ends_with_the_channel);
}
