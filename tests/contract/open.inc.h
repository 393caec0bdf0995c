/* open.inc.h: opening, wrong arguments, questions. Part of contract.inc.h.
 *
 * SPDX-License-Identifier: MIT */

/* Capacity exactly as asked, whatever came and went before. */
static void capacity_is_exact(void)
{
    for (size_t i = 0; i < CAPACITIES; i++) {
        size_t capacity = capacities[i];
        numbers_tx tx = NULL;
        numbers_rx rx = NULL;
        open_numbers(&tx, &rx, capacity);
        CHECK(numbers_tx_capacity(tx) == (bounded ? capacity : SIZE_MAX));
        CHECK(numbers_rx_capacity(rx) == (bounded ? capacity : SIZE_MAX));
        for (int lap = 0; lap < 3; lap++) {
            for (uint64_t n = 0; n < capacity; n++)
                CHECK_STATUS(numbers_try_send(tx, n), SLUICE_OK);
            if (bounded)
                CHECK_STATUS(numbers_try_send(tx, 99), SLUICE_FULL);
            expect_number(rx, 0);
            CHECK_STATUS(numbers_try_send(tx, capacity), SLUICE_OK);
            if (bounded)
                CHECK_STATUS(numbers_try_send(tx, 99), SLUICE_FULL);
            for (uint64_t n = 1; n <= capacity; n++)
                expect_number(rx, n);
            uint64_t untouched = 77;
            CHECK_STATUS(numbers_try_recv(rx, &untouched), SLUICE_EMPTY);
            CHECK_EQ_INT(untouched, 77);
        }
        numbers_tx_drop(&tx);
        numbers_rx_drop(&rx);
    }
}

static void length_is_between_0_and_capacity(void)
{
    numbers_tx tx = NULL;
    numbers_rx rx = NULL;
    open_numbers(&tx, &rx, 5);
    for (int lap = 0; lap < 3; lap++) {
        for (size_t n = 0; n < 5; n++) {
            CHECK_EQ_INT(numbers_tx_len_hint(tx), n);
            CHECK_EQ_INT(numbers_rx_len_hint(rx), n);
            CHECK_STATUS(numbers_send(tx, n), SLUICE_OK);
        }
        for (size_t n = 5; n > 0; n--) {
            CHECK_EQ_INT(numbers_tx_len_hint(tx), n);
            CHECK_EQ_INT(numbers_rx_len_hint(rx), n);
            expect_number(rx, 5 - n);
        }
    }
    CHECK_EQ_INT(numbers_rx_len_hint(rx), 0);
    numbers_tx_drop(&tx);
    numbers_rx_drop(&rx);
}

/* Found out before anything is allocated, and nothing is touched. */
static void open_refuses_wrong_arguments(void)
{
    numbers_tx tx = NULL;
    numbers_rx rx = NULL;
    struct sluice_options good = { .capacity = 4 };
#ifdef ON_FAULTY_OS
    uint64_t allocations = faulty_allocations();
#endif
    CHECK_STATUS(numbers_open(NULL, &rx, &good), SLUICE_INVALID);
    CHECK_STATUS(numbers_open(&tx, NULL, &good), SLUICE_INVALID);
    CHECK_STATUS(numbers_open(&tx, &rx, &(struct sluice_options){ .capacity = 4, .wait = SLUICE_WAIT_LATENCY + 1 }), SLUICE_INVALID);
    if (bounded) {
        CHECK_STATUS(numbers_open(&tx, &rx, NULL), SLUICE_INVALID);
        static const size_t wrong[] = { 0, SIZE_MAX, SIZE_MAX / 2 / sizeof(uint64_t) + 1, SIZE_MAX / sizeof(uint64_t),
                                        SIZE_MAX / sizeof(uint64_t) + 2 /* its product wraps to something small */ };
        for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
            CHECK_STATUS(numbers_open(&tx, &rx, &(struct sluice_options){ .capacity = wrong[i] }), SLUICE_INVALID);
    }
#ifdef ON_FAULTY_OS
    CHECK_EQ_INT(faulty_allocations(), allocations);
#endif
    CHECK(tx == NULL && rx == NULL);
}

static void absurd_capacity_is_out_of_memory(void)
{
    if (!bounded)
        return;
    numbers_tx tx = NULL;
    numbers_rx rx = NULL;
    struct sluice_options absurd = { .capacity = SIZE_MAX / 2 / sizeof(uint64_t) };
    CHECK_STATUS(numbers_open(&tx, &rx, &absurd), SLUICE_NO_MEMORY);
    absurd.capacity /= 64;
    CHECK_STATUS(numbers_open(&tx, &rx, &absurd), SLUICE_NO_MEMORY);
    CHECK(tx == NULL && rx == NULL);
}

static void unbounded_needs_no_options(void)
{
    if (bounded)
        return;
    numbers_tx tx = NULL;
    numbers_rx rx = NULL;
    CHECK_STATUS(numbers_open(&tx, &rx, NULL), SLUICE_OK);
    for (uint64_t n = 0; n < 100000; n++)
        CHECK_STATUS(numbers_try_send(tx, n), SLUICE_OK);
    for (uint64_t n = 0; n < 100000; n++)
        expect_number(rx, n);
    numbers_tx_drop(&tx);
    numbers_rx_drop(&rx);
}

/* Of several calls, the first is call 0. */
#define ALL_INVALID(...)                                                             \
    do {                                                                             \
        const enum sluice_status answers[] = { __VA_ARGS__ };                        \
        for (int call = 0; call < (int)(sizeof answers / sizeof *answers); call++)   \
            check_report(answers[call] == SLUICE_INVALID, "%s:%d: call %d: %s, expected SLUICE_INVALID", __FILE__, \
                         __LINE__, call, sluice_status_name(answers[call]));         \
    } while (0)

static void null_endpoints_are_invalid(void)
{
    uint64_t m = 1, *cells = NULL;
    size_t n = 9;
    sluice_deadline d = SLUICE_FOREVER;
    ALL_INVALID(numbers_try_send(NULL, 1), numbers_send(NULL, 1), numbers_send_until(NULL, 1, d),
                numbers_try_send_from(NULL, &m), numbers_send_from(NULL, &m), numbers_send_from_until(NULL, &m, d),
                numbers_try_send_n(NULL, &m, 1, &n), numbers_send_n(NULL, &m, 1, &n),
                numbers_send_n_until(NULL, &m, 1, &n, d), numbers_try_reserve(NULL, 1, &cells, &n),
                numbers_reserve(NULL, 1, &cells, &n), numbers_reserve_until(NULL, 1, &cells, &n, d),
                numbers_commit(NULL, 0));
    ALL_INVALID(numbers_try_recv(NULL, &m), numbers_recv(NULL, &m), numbers_recv_until(NULL, &m, d),
                numbers_try_recv_n(NULL, &m, 1, &n), numbers_recv_n(NULL, &m, 1, &n),
                numbers_recv_n_until(NULL, &m, 1, &n, d), numbers_try_peek(NULL, 1, &cells, &n),
                numbers_peek(NULL, 1, &cells, &n), numbers_peek_until(NULL, 1, &cells, &n, d),
                numbers_release(NULL, 0));
    CHECK(m == 1 && n == 9 && cells == NULL);
    numbers_tx no_tx = NULL;
    numbers_rx no_rx = NULL;
    numbers_tx_drop(NULL); /* NULL is let be */
    numbers_rx_drop(NULL);
    numbers_tx_drop(&no_tx);
    numbers_rx_drop(&no_rx);
    numbers_tx_close(NULL);
    numbers_abort(NULL);
    CHECK(!numbers_same_channel(NULL, NULL));
#if CONTRACT_MANY_TX
    CHECK(numbers_tx_clone(NULL) == NULL);
#endif
#if CONTRACT_MANY_RX
    CHECK(numbers_rx_clone(NULL) == NULL);
#endif
}

/* On a channel with room and a message, where a call that went through would show. */
static void null_arguments_are_invalid(void)
{
    numbers_tx tx = NULL;
    numbers_rx rx = NULL;
    open_numbers(&tx, &rx, 4);
    CHECK_STATUS(numbers_send(tx, 5), SLUICE_OK);
    uint64_t m = 1, *cells = NULL;
    size_t n = 9;
    sluice_deadline d = SLUICE_FOREVER;
    ALL_INVALID(numbers_try_send_from(tx, NULL), numbers_send_from(tx, NULL), numbers_send_from_until(tx, NULL, d));
    ALL_INVALID(numbers_try_send_n(tx, NULL, 1, &n), numbers_send_n(tx, NULL, 1, &n),
                numbers_send_n_until(tx, NULL, 1, &n, d), numbers_try_send_n(tx, &m, 1, NULL),
                numbers_send_n(tx, &m, 1, NULL), numbers_send_n_until(tx, &m, 1, NULL, d));
    ALL_INVALID(numbers_try_reserve(tx, 1, NULL, &n), numbers_reserve(tx, 1, NULL, &n),
                numbers_reserve_until(tx, 1, NULL, &n, d), numbers_try_reserve(tx, 1, &cells, NULL),
                numbers_reserve(tx, 1, &cells, NULL), numbers_reserve_until(tx, 1, &cells, NULL, d));
    ALL_INVALID(numbers_try_recv(rx, NULL), numbers_recv(rx, NULL), numbers_recv_until(rx, NULL, d),
                numbers_try_recv_n(rx, NULL, 1, &n), numbers_recv_n(rx, NULL, 1, &n),
                numbers_recv_n_until(rx, NULL, 1, &n, d), numbers_try_recv_n(rx, &m, 1, NULL),
                numbers_recv_n(rx, &m, 1, NULL), numbers_recv_n_until(rx, &m, 1, NULL, d));
    ALL_INVALID(numbers_try_peek(rx, 1, NULL, &n), numbers_peek(rx, 1, NULL, &n), numbers_peek_until(rx, 1, NULL, &n, d),
                numbers_try_peek(rx, 1, &cells, NULL), numbers_peek(rx, 1, &cells, NULL),
                numbers_peek_until(rx, 1, &cells, NULL, d));
    CHECK(m == 1 && n == 9 && cells == NULL);
    CHECK(numbers_same_channel(tx, rx));
    CHECK(!numbers_same_channel(tx, NULL) && !numbers_same_channel(NULL, rx));
    CHECK_EQ_INT(numbers_rx_len_hint(rx), 1);
    expect_number(rx, 5);
    numbers_tx_drop(&tx);
    numbers_rx_drop(&rx);
}

static void channels_do_not_mix(void)
{
    numbers_tx tx[2] = { NULL };
    numbers_rx rx[2] = { NULL };
    for (int i = 0; i < 2; i++)
        open_numbers(&tx[i], &rx[i], 3);
    for (int i = 0; i < 2; i++)
        for (int j = 0; j < 2; j++)
            CHECK(numbers_same_channel(tx[i], rx[j]) == (i == j));
    CHECK_STATUS(numbers_send(tx[0], 10), SLUICE_OK);
    CHECK_STATUS(numbers_send(tx[1], 20), SLUICE_OK);
    expect_number(rx[1], 20);
    numbers_tx_drop(&tx[1]);
    CHECK(numbers_rx_is_closed(rx[1]) && !numbers_rx_is_closed(rx[0]));
    expect_number(rx[0], 10);
    numbers_tx_drop(&tx[0]);
    for (int i = 0; i < 2; i++)
        numbers_rx_drop(&rx[i]);
}

static void run_open(void)
{
    RUN(capacity_is_exact);
    RUN(length_is_between_0_and_capacity);
    RUN(open_refuses_wrong_arguments);
    RUN(absurd_capacity_is_out_of_memory);
    RUN(unbounded_needs_no_options);
    RUN(null_endpoints_are_invalid);
    RUN(null_arguments_are_invalid);
    RUN(channels_do_not_mix);
}
