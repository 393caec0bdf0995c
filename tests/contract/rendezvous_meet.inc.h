/* rendezvous_meet.inc.h: who meets whom, and who meets nobody. Part of rendezvous.inc.h.
 *
 * SPDX-License-Identifier: MIT */

static void there_is_no_place_inside(void)
{
    struct sluice_options ignored[] = { { .capacity = 0 }, { .capacity = 5 }, { .capacity = SIZE_MAX } };
    for (int i = -1; i < 3; i++) {
        numbers_tx tx = NULL;
        numbers_rx rx = NULL;
        REQUIRE(numbers_open(&tx, &rx, i < 0 ? NULL : &ignored[i]) == SLUICE_OK);
        CHECK(numbers_tx_capacity(tx) == 0 && numbers_rx_capacity(rx) == 0);
        CHECK(numbers_tx_len_hint(tx) == 0 && numbers_rx_len_hint(rx) == 0);
        CHECK(!numbers_tx_is_closed(tx) && !numbers_rx_is_closed(rx) && numbers_same_channel(tx, rx));
        numbers_tx_drop(&tx);
        numbers_rx_drop(&rx);
    }
}

static void wrong_arguments_are_invalid(void)
{
    numbers_tx tx = NULL;
    numbers_rx rx = NULL;
    CHECK_STATUS(numbers_open(NULL, &rx, NULL), SLUICE_INVALID);
    CHECK_STATUS(numbers_open(&tx, NULL, NULL), SLUICE_INVALID);
    open_numbers(&tx, &rx);
    uint64_t m = 1;
    size_t n = 9;
    CHECK_STATUS(numbers_send(NULL, 1), SLUICE_INVALID);
    CHECK_STATUS(numbers_recv(NULL, &m), SLUICE_INVALID);
    CHECK_STATUS(numbers_recv(rx, NULL), SLUICE_INVALID);
    CHECK_STATUS(numbers_send_from(tx, NULL), SLUICE_INVALID);
    CHECK_STATUS(numbers_send_n(tx, NULL, 1, &n), SLUICE_INVALID);
    CHECK_STATUS(numbers_send_n(tx, &m, 1, NULL), SLUICE_INVALID);
    CHECK_STATUS(numbers_recv_n(rx, NULL, 1, &n), SLUICE_INVALID);
    CHECK_STATUS(numbers_recv_n(rx, &m, 1, NULL), SLUICE_INVALID);
    CHECK(m == 1 && n == 9);
#ifdef ANY_INC_H /* typed channels do not compile this */
    uint64_t *cells = NULL;
    CHECK_STATUS(numbers_reserve(tx, 1, &cells, &n), SLUICE_INVALID);
    CHECK_STATUS(numbers_commit(tx, 0), SLUICE_INVALID);
    numbers_abort(tx);
    CHECK_STATUS(numbers_peek(rx, 1, &cells, &n), SLUICE_INVALID);
    CHECK_STATUS(numbers_release(rx, 0), SLUICE_INVALID);
    CHECK(!cells && n == 9);
#endif
    numbers_tx_drop(&tx);
    numbers_rx_drop(&rx);
}

/* Where nobody waits, every call without time of its own finds nobody, and touches nothing. */
static void alone_one_meets_nobody(void)
{
    numbers_tx tx = NULL;
    numbers_rx rx = NULL;
    open_numbers(&tx, &rx);
    for (int i = 0; i < 3; i++) {
        uint64_t m = 77, out[3] = { 1, 2, 3 };
        size_t n = 88;
        CHECK_STATUS(numbers_try_send(tx, 1), SLUICE_FULL);
        CHECK_STATUS(numbers_try_recv(rx, &m), SLUICE_EMPTY);
        CHECK_STATUS(numbers_try_send_n(tx, out, 3, &n), SLUICE_FULL);
        CHECK_STATUS(numbers_try_recv_n(rx, &m, 1, &n), SLUICE_EMPTY);
        sluice_deadline past[] = { SLUICE_NOW, 1, kit_now() - 1 };
        for (int k = 0; k < 3; k++) {
            CHECK_STATUS(numbers_send_until(tx, 1, past[k]), SLUICE_TIMED_OUT);
            CHECK_STATUS(numbers_send_from_until(tx, &m, past[k]), SLUICE_TIMED_OUT);
            CHECK_STATUS(numbers_recv_until(rx, &m, past[k]), SLUICE_TIMED_OUT);
            CHECK_STATUS(numbers_send_n_until(tx, out, 3, &n, past[k]), SLUICE_TIMED_OUT);
            CHECK_STATUS(numbers_recv_n_until(rx, &m, 1, &n, past[k]), SLUICE_TIMED_OUT);
        }
        CHECK(m == 77 && n == 88);
        CHECK_STATUS(numbers_send_n(tx, NULL, 0, &n), SLUICE_OK);
        CHECK_EQ_INT(n, 0);
        n = 88;
        CHECK_STATUS(numbers_recv_n(rx, NULL, 0, &n), SLUICE_OK);
        CHECK_EQ_INT(n, 0);
        CHECK(numbers_tx_len_hint(tx) == 0);
    }
    numbers_tx_drop(&tx);
    numbers_rx_drop(&rx);
}

static void *keep_trying_to_send(void *argument)
{
    numbers_tx tx = argument;
    for (int i = 0; i < KIT_ROUNDS(20000); i++)
        if (i % 2)
            CHECK_STATUS(numbers_try_send(tx, 1), SLUICE_FULL);
        else
            CHECK_STATUS(numbers_send_until(tx, 1, SLUICE_NOW), SLUICE_TIMED_OUT);
    return NULL;
}

/* Neither of two tries waits, so they never meet. */
static void two_tries_never_meet(void)
{
    numbers_tx tx = NULL;
    numbers_rx rx = NULL;
    open_numbers(&tx, &rx);
    pthread_t thread = kit_start(keep_trying_to_send, tx);
    uint64_t m = 77;
    for (int i = 0; i < KIT_ROUNDS(20000); i++)
        if (i % 2)
            CHECK_STATUS(numbers_try_recv(rx, &m), SLUICE_EMPTY);
        else
            CHECK_STATUS(numbers_recv_until(rx, &m, SLUICE_NOW), SLUICE_TIMED_OUT);
    CHECK_EQ_INT(m, 77);
    kit_join(thread);
    numbers_tx_drop(&tx);
    numbers_rx_drop(&rx);
}

static void a_waiting_receiver_is_met(void)
{
    for (int how = 0; how < WAYS; how++)
        for (int batch = 0; batch < 2; batch++) {
            struct caller c = caller(how, 5, 70);
            numbers_tx tx = NULL;
            uint64_t out[3] = { 1, 2, 3 };
            size_t sent = 88, expected = batch && how >= 2 ? 3 : 1;
            open_numbers(&tx, &c.rx);
            pthread_t thread = start_waiting(call_recv, &c);
            CHECK_EQ_INT(numbers_tx_len_hint(tx), 0);
            if (batch) {
                CHECK_STATUS(numbers_try_send_n(tx, out, 3, &sent), SLUICE_OK);
                CHECK_EQ_INT(sent, expected);
            } else {
                CHECK_STATUS(numbers_try_send(tx, 1), SLUICE_OK);
            }
            CHECK_STATUS(numbers_try_send(tx, 9), SLUICE_FULL); /* it has met already */
            kit_join(thread);
            CHECK_STATUS(c.status, SLUICE_OK);
            CHECK_EQ_INT(c.done, expected);
            for (uint64_t i = 0; i < 5; i++)
                CHECK_EQ_INT(c.messages[i], i < expected ? 1 + i : 70 + i);
            numbers_tx_drop(&tx);
            numbers_rx_drop(&c.rx);
        }
}

/* The sender returns when its messages are with a receiver, and not before. */
static void a_waiting_sender_is_met(void)
{
    for (int how = 0; how < WAYS; how++) {
        struct caller c = caller(how, 3, 1);
        numbers_rx rx = NULL;
        size_t all = how < 2 ? 1 : 3;
        open_numbers(&c.tx, &rx);
        pthread_t thread = start_waiting(call_send, &c);
        for (uint64_t i = 0; i < all; i++) {
            uint64_t m = 77;
            CHECK_EQ_INT(numbers_rx_len_hint(rx), 0);
            CHECK(!__atomic_load_n(&c.returned, __ATOMIC_ACQUIRE));
            CHECK_STATUS(numbers_try_recv(rx, &m), SLUICE_OK);
            CHECK_EQ_INT(m, 1 + i);
        }
        uint64_t m = 77;
        CHECK_STATUS(numbers_try_recv(rx, &m), SLUICE_EMPTY);
        kit_join(thread);
        CHECK_STATUS(c.status, SLUICE_OK);
        CHECK_EQ_INT(c.done, all);
        numbers_tx_drop(&c.tx);
        numbers_rx_drop(&rx);
    }
}

static void a_waiting_batch_is_taken_in_pieces(void)
{
    struct caller c = caller(2, 20, 0);
    numbers_rx rx = NULL;
    uint64_t in[32], next = 0;
    open_numbers(&c.tx, &rx);
    pthread_t thread = start_waiting(call_send, &c);
    static const size_t pieces[] = { 1, 5, 7, 32 }, expected[] = { 1, 5, 7, 7 };
    for (int i = 0; i < 4; i++) {
        size_t got = 88;
        if (i % 2)
            CHECK_STATUS(numbers_recv_n(rx, in, pieces[i], &got), SLUICE_OK);
        else
            CHECK_STATUS(numbers_try_recv_n(rx, in, pieces[i], &got), SLUICE_OK);
        CHECK_EQ_INT(got, expected[i]);
        for (size_t k = 0; k < got; k++)
            CHECK_EQ_INT(in[k], next++);
    }
    kit_join(thread);
    CHECK_STATUS(c.status, SLUICE_OK);
    CHECK_EQ_INT(c.done, 20);
    numbers_tx_drop(&c.tx);
    numbers_rx_drop(&rx);
}

enum { CROWD = 4 };

#if CONTRACT_MANY_TX
/* First come, first served; and one receive of several takes from all that wait. */
static void senders_are_met_in_turn(void)
{
    for (int together = 0; together < 2; together++) {
        struct caller c[CROWD];
        pthread_t threads[CROWD];
        numbers_rx rx = NULL;
        for (int i = 0; i < CROWD; i++)
            c[i] = caller(i, (size_t)i + 1, (uint64_t)i * 100);
        open_numbers(&c[0].tx, &rx);
        for (int i = 0; i < CROWD; i++) {
            if (i)
                REQUIRE((c[i].tx = numbers_tx_clone(c[0].tx)) != NULL);
            threads[i] = start_waiting(call_send, &c[i]);
        }
        static const uint64_t expected[] = { 0, 100, 200, 201, 202, 300, 301, 302, 303 };
        uint64_t in[12] = { 0 };
        size_t got = 0;
        if (together)
            CHECK_STATUS(numbers_try_recv_n(rx, in, 12, &got), SLUICE_OK);
        for (; !together && got < 9; got++)
            CHECK_STATUS(numbers_try_recv(rx, &in[got]), SLUICE_OK);
        CHECK_EQ_INT(got, 9);
        for (int i = 0; i < 9; i++)
            CHECK_EQ_INT(in[i], expected[i]);
        for (int i = 0; i < CROWD; i++) {
            kit_join(threads[i]);
            CHECK_STATUS(c[i].status, SLUICE_OK);
            CHECK_EQ_INT(c[i].done, i < 2 ? 1 : i + 1);
            numbers_tx_drop(&c[i].tx);
        }
        numbers_rx_drop(&rx);
    }
}

/* Whoever leaves, from wherever in the list, leaves the others in their order. */
static void a_sender_that_times_out_leaves_the_others(void)
{
    for (int leaver = 0; leaver < CROWD; leaver++) {
        struct caller c[CROWD];
        pthread_t threads[CROWD];
        numbers_rx rx = NULL;
        open_numbers(&c[0].tx, &rx);
        numbers_tx first = c[0].tx;
        for (int i = 0; i < CROWD; i++) {
            c[i] = caller(1, 1, (uint64_t)i);
            REQUIRE((c[i].tx = i ? numbers_tx_clone(first) : first) != NULL);
            if (i == leaver)
                c[i].deadline = sluice_in_ms(100);
            threads[i] = i == leaver ? kit_start(call_send, &c[i]) : start_waiting(call_send, &c[i]);
            while (i == leaver && !__atomic_load_n(&c[i].tid, __ATOMIC_ACQUIRE))
                kit_pause_us(100);
            kit_pause_us(i == leaver ? 5000 : 0); /* most likely it is in the list then; else less is tested */
        }
        kit_join(threads[leaver]);
        CHECK_STATUS(c[leaver].status, SLUICE_TIMED_OUT);
        for (int i = 0; i < CROWD; i++) {
            uint64_t m = 77;
            if (i == leaver)
                continue;
            CHECK_STATUS(numbers_try_recv(rx, &m), SLUICE_OK);
            CHECK_EQ_INT(m, i);
            kit_join(threads[i]);
            CHECK_STATUS(c[i].status, SLUICE_OK);
        }
        uint64_t m = 77;
        CHECK_STATUS(numbers_try_recv(rx, &m), SLUICE_EMPTY);
        for (int i = 0; i < CROWD; i++)
            numbers_tx_drop(&c[i].tx);
        numbers_rx_drop(&rx);
    }
}
#endif

#if CONTRACT_MANY_RX
static void receivers_are_met_in_turn(void)
{
    for (int together = 0; together < 2; together++) {
        struct caller c[CROWD];
        pthread_t threads[CROWD];
        numbers_tx tx = NULL;
        uint64_t out[CROWD + 3] = { 0, 1, 2, 3, 4, 5, 6 };
        for (int i = 0; i < CROWD; i++)
            c[i] = caller(i, 2, 70);
        open_numbers(&tx, &c[0].rx);
        for (int i = 0; i < CROWD; i++) {
            if (i)
                REQUIRE((c[i].rx = numbers_rx_clone(c[0].rx)) != NULL);
            threads[i] = start_waiting(call_recv, &c[i]);
        }
        /* Together: one, one, two and two of the seven; the last is nobody's. */
        size_t sent = 0;
        if (together)
            CHECK_STATUS(numbers_try_send_n(tx, out, CROWD + 3, &sent), SLUICE_OK);
        for (; !together && sent < CROWD; sent++)
            CHECK_STATUS(numbers_try_send(tx, sent), SLUICE_OK);
        CHECK_EQ_INT(sent, together ? CROWD + 2 : CROWD);
        static const uint64_t first[2][CROWD] = { { 0, 1, 2, 3 }, { 0, 1, 2, 4 } };
        for (int i = 0; i < CROWD; i++) {
            kit_join(threads[i]);
            CHECK_STATUS(c[i].status, SLUICE_OK);
            CHECK_EQ_INT(c[i].messages[0], first[together][i]);
            CHECK_EQ_INT(c[i].done, together && i >= 2 ? 2 : 1);
            numbers_rx_drop(&c[i].rx);
        }
        numbers_tx_drop(&tx);
    }
}
#endif

static void run_meet(void)
{
    RUN(there_is_no_place_inside);
    RUN(wrong_arguments_are_invalid);
    RUN(alone_one_meets_nobody);
    RUN(two_tries_never_meet);
    RUN(a_waiting_receiver_is_met);
    RUN(a_waiting_sender_is_met);
    RUN(a_waiting_batch_is_taken_in_pieces);
#if CONTRACT_MANY_TX
    RUN(senders_are_met_in_turn);
    RUN(a_sender_that_times_out_leaves_the_others);
#endif
#if CONTRACT_MANY_RX
    RUN(receivers_are_met_in_turn);
#endif
}
