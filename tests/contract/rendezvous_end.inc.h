/* rendezvous_end.inc.h: deadlines, closing, and whose the message is then. Part of rendezvous.inc.h.
 *
 * SPDX-License-Identifier: MIT */

/* Late is allowed, early is not. */
static void deadlines_are_never_early(void)
{
    static const unsigned spans_us[] = { 1, 20, 100, 1000, 5000 };
    numbers_tx tx = NULL;
    numbers_rx rx = NULL;
    open_numbers(&tx, &rx);
    for (size_t i = 0; i < sizeof spans_us / sizeof *spans_us; i++)
        for (int how = 0; how < 4; how++) {
            uint64_t m = 77;
            size_t n = 88;
            sluice_deadline d = sluice_in_us(spans_us[i]);
            switch (how) {
            case 0: CHECK_STATUS(numbers_send_until(tx, 1, d), SLUICE_TIMED_OUT); break;
            case 1: CHECK_STATUS(numbers_send_n_until(tx, &m, 1, &n, d), SLUICE_TIMED_OUT); break;
            case 2: CHECK_STATUS(numbers_recv_until(rx, &m, d), SLUICE_TIMED_OUT); break;
            case 3: CHECK_STATUS(numbers_recv_n_until(rx, &m, 1, &n, d), SLUICE_TIMED_OUT); break;
            }
            CHECK(kit_now() >= d);
            CHECK(m == 77 && n == 88);
            CHECK_STATUS(numbers_try_send(tx, 1), SLUICE_FULL); /* nothing is left of who waited */
            CHECK_STATUS(numbers_try_recv(rx, &m), SLUICE_EMPTY);
        }
    numbers_tx_drop(&tx);
    numbers_rx_drop(&rx);
}

/* Taken in part: what was taken counts, the rest is still the sender's. */
static void a_batch_is_cut_by_its_deadline(void)
{
    struct caller c = caller(3, 5, 0);
    numbers_rx rx = NULL;
    uint64_t m = 77;
    c.deadline = sluice_in_ms(1000);
    open_numbers(&c.tx, &rx);
    pthread_t thread = start_waiting(call_send, &c);
    for (uint64_t i = 0; i < 2; i++) {
        CHECK_STATUS(numbers_try_recv(rx, &m), SLUICE_OK);
        CHECK_EQ_INT(m, i);
    }
    kit_join(thread);
    CHECK(kit_now() >= c.deadline);
    CHECK_STATUS(c.status, SLUICE_OK);
    CHECK_EQ_INT(c.done, 2);
    CHECK_STATUS(numbers_send_n_until(c.tx, c.messages, 3, &c.done, c.deadline), SLUICE_TIMED_OUT);
    CHECK_STATUS(numbers_try_recv(rx, &m), SLUICE_EMPTY);
    numbers_tx_drop(&c.tx);
    numbers_rx_drop(&rx);
}

static void check_closed_for_ever(numbers_tx tx, numbers_rx rx)
{
    for (int i = 0; i < 3; i++) {
        uint64_t m = 77;
        size_t n = 88;
        if (tx) {
            CHECK_STATUS(numbers_try_send(tx, 1), SLUICE_CLOSED);
            CHECK_STATUS(numbers_send(tx, 1), SLUICE_CLOSED);
            CHECK_STATUS(numbers_send_until(tx, 1, SLUICE_NOW), SLUICE_CLOSED);
            CHECK_STATUS(numbers_send_n(tx, &m, 1, &n), SLUICE_CLOSED);
            CHECK_STATUS(numbers_try_send_n(tx, &m, 1, &n), SLUICE_CLOSED);
            CHECK(numbers_tx_is_closed(tx));
        }
        if (rx) {
            CHECK_STATUS(numbers_try_recv(rx, &m), SLUICE_CLOSED);
            CHECK_STATUS(numbers_recv(rx, &m), SLUICE_CLOSED);
            CHECK_STATUS(numbers_recv_until(rx, &m, SLUICE_NOW), SLUICE_CLOSED);
            CHECK_STATUS(numbers_recv_n(rx, &m, 1, &n), SLUICE_CLOSED);
            CHECK_STATUS(numbers_try_recv_n(rx, &m, 1, &n), SLUICE_CLOSED);
            CHECK(numbers_rx_is_closed(rx));
        }
        CHECK(m == 77 && n == 88);
    }
}

static void a_waiting_receiver_is_told_of_the_end(void)
{
    for (int sealed = 0; sealed < 2; sealed++)
        for (int how = 0; how < WAYS; how++) {
            struct caller c = caller(how, 5, 70);
            numbers_tx tx = NULL;
            open_numbers(&tx, &c.rx);
            pthread_t thread = start_waiting(call_recv, &c);
            if (sealed)
                numbers_tx_close(tx);
            else
                numbers_tx_drop(&tx);
            kit_join(thread);
            CHECK_STATUS(c.status, SLUICE_CLOSED);
            CHECK(c.done == 0 && c.messages[0] == 70);
            check_closed_for_ever(tx, c.rx);
            numbers_tx_drop(&tx);
            numbers_rx_drop(&c.rx);
        }
}

static void a_waiting_sender_is_told_of_the_end(void)
{
    for (int sealed = 0; sealed <= CONTRACT_MANY_TX; sealed++) /* by another sender: one endpoint is one thread's at a time */
        for (int how = 0; how < WAYS; how++) {
            struct caller c = caller(how, 5, 0);
            numbers_rx rx = NULL;
            open_numbers(&c.tx, &rx);
#if CONTRACT_MANY_TX
            SLUICE_AUTO(numbers_tx) other = numbers_tx_clone(c.tx);
#else
            numbers_tx other = NULL;
#endif
            pthread_t thread = start_waiting(call_send, &c);
            if (sealed)
                numbers_tx_close(other);
            else
                numbers_rx_drop(&rx);
            kit_join(thread);
            CHECK_STATUS(c.status, SLUICE_CLOSED);
            CHECK_EQ_INT(c.done, 0);
            check_closed_for_ever(c.tx, rx);
            numbers_tx_drop(&c.tx);
            numbers_rx_drop(&rx);
        }
}

static void a_batch_is_cut_by_the_close(void)
{
    struct caller c = caller(2, 5, 0);
    numbers_rx rx = NULL;
    uint64_t m = 77;
    open_numbers(&c.tx, &rx);
    pthread_t thread = start_waiting(call_send, &c);
    CHECK_STATUS(numbers_recv(rx, &m), SLUICE_OK);
    CHECK_EQ_INT(m, 0);
    numbers_rx_drop(&rx);
    kit_join(thread);
    CHECK_STATUS(c.status, SLUICE_OK);
    CHECK_EQ_INT(c.done, 1);
    check_closed_for_ever(c.tx, NULL);
    numbers_tx_drop(&c.tx);
}

#if CONTRACT_MANY_TX
static void the_channel_is_open_until_the_last_sender(void)
{
    struct caller c = caller(0, 1, 70);
    numbers_tx tx = NULL;
    open_numbers(&tx, &c.rx);
    numbers_tx other = numbers_tx_clone(tx);
    REQUIRE(other);
    pthread_t thread = start_waiting(call_recv, &c);
    numbers_tx_drop(&tx);
    CHECK(!numbers_tx_is_closed(other));
    CHECK_STATUS(numbers_try_send(other, 5), SLUICE_OK);
    kit_join(thread);
    CHECK_STATUS(c.status, SLUICE_OK);
    CHECK_EQ_INT(c.messages[0], 5);
    numbers_tx_drop(&other);
    check_closed_for_ever(NULL, c.rx);
    numbers_rx_drop(&c.rx);
}
#endif

#if CONTRACT_MANY_TX
static void a_crowd_of_senders_is_told_of_the_end(void)
{
    struct caller c[CROWD];
    pthread_t threads[CROWD];
    numbers_tx tx = NULL;
    numbers_rx rx = NULL;
    open_numbers(&tx, &rx);
    for (int i = 0; i < CROWD; i++) {
        c[i] = caller(i, 3, 0);
        REQUIRE((c[i].tx = numbers_tx_clone(tx)) != NULL);
        threads[i] = start_waiting(call_send, &c[i]);
    }
    numbers_tx_close(tx);
    for (int i = 0; i < CROWD; i++) {
        kit_join(threads[i]);
        CHECK_STATUS(c[i].status, SLUICE_CLOSED);
        CHECK_EQ_INT(c[i].done, 0);
        numbers_tx_drop(&c[i].tx);
    }
    check_closed_for_ever(tx, rx);
    numbers_tx_drop(&tx);
    numbers_rx_drop(&rx);
}
#endif

#if CONTRACT_MANY_RX
static void a_crowd_of_receivers_is_told_of_the_end(void)
{
    struct caller c[CROWD];
    pthread_t threads[CROWD];
    numbers_tx tx = NULL;
    numbers_rx rx = NULL;
    open_numbers(&tx, &rx);
    for (int i = 0; i < CROWD; i++) {
        c[i] = caller(i, 3, 70);
        REQUIRE((c[i].rx = numbers_rx_clone(rx)) != NULL);
        threads[i] = start_waiting(call_recv, &c[i]);
    }
    numbers_tx_drop(&tx);
    for (int i = 0; i < CROWD; i++) {
        kit_join(threads[i]);
        CHECK_STATUS(c[i].status, SLUICE_CLOSED);
        CHECK(c[i].done == 0 && c[i].messages[0] == 70);
        numbers_rx_drop(&c[i].rx);
    }
    check_closed_for_ever(NULL, rx);
    numbers_rx_drop(&rx);
}
#endif

/* ---- whose the message is ---- */

struct giver {
    tokens_tx tx;
    enum sluice_status status;
    int tid;
};

static void *give(void *argument)
{
    struct giver *g = argument;
    __atomic_store_n(&g->tid, kit_tid(), __ATOMIC_RELEASE);
    g->status = tokens_send(g->tx, 5);
    return NULL;
}

/* It is never the channel's: what was received is the receiver's, all else the sender's, so that nothing is destroyed. */
static void nothing_is_destroyed(void)
{
    for (int received = 0; received < 2; received++) {
        struct giver g = { .status = SLUICE_INVALID };
        tokens_rx rx = NULL;
        uint64_t m = 77;
        REQUIRE(tokens_open(&g.tx, &rx, NULL) == SLUICE_OK);
        CHECK_STATUS(tokens_try_send(g.tx, 4), SLUICE_FULL);
        CHECK_STATUS(tokens_send_until(g.tx, 4, sluice_in_us(50)), SLUICE_TIMED_OUT);
        pthread_t thread = kit_start(give, &g);
        kit_await_asleep(&g.tid);
        if (received) {
            CHECK_STATUS(tokens_recv(rx, &m), SLUICE_OK);
            CHECK_EQ_INT(m, 5);
        }
        tokens_rx_drop(&rx);
        kit_join(thread);
        CHECK_STATUS(g.status, received ? SLUICE_OK : SLUICE_CLOSED);
        tokens_tx_drop(&g.tx);
        CHECK_EQ_INT(__atomic_load_n(&destroyed, __ATOMIC_RELAXED), 0);
    }
}

#ifdef ON_FAULTY_OS
/* Every allocation, and the one lock, may be refused. */
static void open_survives_every_failure(void)
{
    unsigned failures[2] = { 0, 0 };
    for (int kind = 0; kind < 2; kind++)
        for (uint64_t n = 1; n <= 10; n++)
            for (int i = 0; i < 10; i++) { /* every 100 ms open counts the CPUs, whose allocations come before its own */
                numbers_tx tx = NULL;
                numbers_rx rx = NULL;
                int64_t blocks = faulty_blocks();
                if (kind == 0)
                    faulty_allocation_fails(n, 0);
                else
                    faulty_sync_object_fails(n);
                enum sluice_status status = numbers_open(&tx, &rx, NULL);
                faulty_allocation_fails(0, 0);
                faulty_sync_object_fails(0);
                CHECK(status == SLUICE_OK ? tx && rx : status == SLUICE_NO_MEMORY && !tx && !rx);
                failures[kind] += status == SLUICE_NO_MEMORY;
                if (status != SLUICE_OK)
                    CHECK_EQ_INT(faulty_blocks(), blocks);
                numbers_tx_drop(&tx);
                numbers_rx_drop(&rx);
            }
    CHECK(failures[0] >= 3 * 9); /* the channel, a sender, a receiver */
    CHECK_EQ_INT(failures[1], 10);
}
#endif

static void run_end(void)
{
    RUN(deadlines_are_never_early);
    RUN(a_batch_is_cut_by_its_deadline);
    RUN(a_waiting_receiver_is_told_of_the_end);
    RUN(a_waiting_sender_is_told_of_the_end);
    RUN(a_batch_is_cut_by_the_close);
#if CONTRACT_MANY_RX
    RUN(a_crowd_of_receivers_is_told_of_the_end);
#endif
#if CONTRACT_MANY_TX
    RUN(a_crowd_of_senders_is_told_of_the_end);
    RUN(the_channel_is_open_until_the_last_sender);
#endif
    RUN(nothing_is_destroyed);
#ifdef ON_FAULTY_OS
    RUN(open_survives_every_failure);
#endif
}
