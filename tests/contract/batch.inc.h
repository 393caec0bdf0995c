/* batch.inc.h: several messages per call. Part of contract.inc.h.
 *
 * SPDX-License-Identifier: MIT */

static void empty_batches_are_ok(void)
{
    numbers_tx tx = NULL;
    numbers_rx rx = NULL;
    open_numbers(&tx, &rx, 1);
    CHECK_STATUS(numbers_send(tx, 1), SLUICE_OK); /* full, where there is a limit */
    uint64_t m = 77;
    size_t n = 88;
#define ZERO(call)                       \
    do {                                 \
        n = 88;                          \
        CHECK_STATUS(call, SLUICE_OK);   \
        CHECK_EQ_INT(n, 0);              \
    } while (0)
    ZERO(numbers_try_send_n(tx, &m, 0, &n));
    ZERO(numbers_send_n(tx, &m, 0, &n));
    ZERO(numbers_send_n_until(tx, NULL, 0, &n, SLUICE_NOW));
    expect_number(rx, 1);
    ZERO(numbers_try_recv_n(rx, &m, 0, &n)); /* and empty */
    ZERO(numbers_recv_n(rx, &m, 0, &n));
    ZERO(numbers_recv_n_until(rx, NULL, 0, &n, SLUICE_FOREVER));
#undef ZERO
    CHECK_EQ_INT(m, 77);
    numbers_tx_drop(&tx);
    numbers_rx_drop(&rx);
}

static void batches_go_over_the_end_of_the_lap(void)
{
    for (size_t i = 0; i < CAPACITIES; i++) {
        size_t capacity = capacities[i];
        numbers_tx tx = NULL;
        numbers_rx rx = NULL;
        open_numbers(&tx, &rx, capacity);
        static uint64_t out[1000], in[1000];
        uint64_t sent = 0, received = 0, random = i;
        for (int round = 0; round < KIT_ROUNDS(200); round++) {
            size_t n = (size_t)kit_below(&random, capacity) + 1, count = 0;
            for (size_t k = 0; k < n; k++)
                out[k] = sent + k;
            CHECK_STATUS(numbers_send_n(tx, out, n, &count), SLUICE_OK);
            CHECK_EQ_INT(count, n);
            sent += n;
            while (received < sent) { /* one call may stop at the lap's end */
                CHECK_STATUS(numbers_recv_n(rx, in, 1000, &count), SLUICE_OK);
                REQUIRE(count >= 1 && count <= sent - received);
                for (size_t k = 0; k < count; k++)
                    CHECK_EQ_INT(in[k], received + k);
                received += count;
            }
        }
        numbers_tx_drop(&tx);
        numbers_rx_drop(&rx);
    }
}

/* What is not sent stays the caller's, what is beyond *got is untouched. */
static void counts_are_short_where_room_or_messages_are(void)
{
    numbers_tx tx = NULL;
    numbers_rx rx = NULL;
    open_numbers(&tx, &rx, 5);
    const uint64_t out[8] = { 0, 1, 2, 3, 4, 5, 6, 7 };
    for (int lap = 0; lap < 4; lap++) {
        size_t n = 88;
        uint64_t in[8] = { 70, 71, 72, 73, 74, 75, 76, 77 };
        if (bounded) {
            CHECK_STATUS(numbers_try_send_n(tx, out, 8, &n), SLUICE_OK);
            CHECK_EQ_INT(n, 5);
            n = 88;
            CHECK_STATUS(numbers_try_send_n(tx, out, 8, &n), SLUICE_FULL);
            CHECK_EQ_INT(n, 88);
            sluice_deadline d = sluice_in_us(200);
            CHECK_STATUS(numbers_send_n_until(tx, out, 8, &n, d), SLUICE_TIMED_OUT);
            CHECK(n == 88 && kit_now() >= d);
            expect_number(rx, 0);
            expect_number(rx, 1);
            d = sluice_in_us(200);
            CHECK_STATUS(numbers_send_n_until(tx, out + 5, 3, &n, d), SLUICE_OK); /* short; the next call says why */
            CHECK(n == 2 && kit_now() >= d);
        } else {
            CHECK_STATUS(numbers_try_send_n(tx, out, 7, &n), SLUICE_OK);
            CHECK_EQ_INT(n, 7);
            expect_number(rx, 0);
            expect_number(rx, 1);
        }
        CHECK_STATUS(numbers_try_recv_n(rx, in, 2, &n), SLUICE_OK);
        CHECK(n >= 1 && n <= 2 && in[0] == 2 && in[2] == 72);
        size_t got = n;
        while (got < 5) {
            CHECK_STATUS(numbers_recv_n_until(rx, in + got, 8 - got, &n, SLUICE_FOREVER), SLUICE_OK);
            REQUIRE(n >= 1 && n <= 5 - got);
            got += n;
        }
        for (uint64_t k = 0; k < 5; k++)
            CHECK_EQ_INT(in[k], 2 + k);
        CHECK(in[5] == 75 && in[6] == 76 && in[7] == 77);
        n = 88;
        CHECK_STATUS(numbers_try_recv_n(rx, in, 8, &n), SLUICE_EMPTY);
        CHECK_EQ_INT(n, 88);
    }
    numbers_tx_drop(&tx);
    numbers_rx_drop(&rx);
}

/* All of it in one call as far as it is there: a receiver is not left with a false "that was all" before a lap's end. */
static void a_batch_takes_all_there_is(void)
{
    numbers_tx tx = NULL;
    numbers_rx rx = NULL;
    open_numbers(&tx, &rx, 7);
    uint64_t in[7], next = 0, expected = 0;
    for (int round = 0; round < 20; round++) {
        size_t n = 0;
        for (int k = 0; k < 4; k++)
            CHECK_STATUS(numbers_send(tx, next++), SLUICE_OK);
        CHECK_STATUS(numbers_try_recv_n(rx, in, 7, &n), SLUICE_OK);
        CHECK_EQ_INT(n, 4);
        for (size_t k = 0; k < n; k++)
            CHECK_EQ_INT(in[k], expected++);
    }
    numbers_tx_drop(&tx);
    numbers_rx_drop(&rx);
}

static void run_batch(void)
{
    RUN(empty_batches_are_ok);
    RUN(batches_go_over_the_end_of_the_lap);
    RUN(counts_are_short_where_room_or_messages_are);
    RUN(a_batch_takes_all_there_is);
}
