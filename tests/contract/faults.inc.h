/* faults.inc.h: memory that runs out, and memory that must not be asked for. Part of contract.inc.h; needs the library of
 * tests/seam.
 *
 * SPDX-License-Identifier: MIT */

/* One open whose n-th allocation, or n-th mutex or condition variable, fails. Whether it noticed. */
static bool open_failed(void (*fail)(uint64_t), uint64_t n)
{
    tokens_tx tx = NULL;
    tokens_rx rx = NULL;
    int64_t blocks = faulty_blocks();
    fail(n);
    enum sluice_status status = tokens_open(&tx, &rx, &(struct sluice_options){ .capacity = 4 });
    fail(0);
    if (status == SLUICE_NO_MEMORY) {
        CHECK(tx == NULL && rx == NULL);
        CHECK_EQ_INT(faulty_blocks(), blocks);
        return true;
    }
    CHECK_STATUS(status, SLUICE_OK);
    CHECK_STATUS(tokens_send(tx, (struct token){ 1 }), SLUICE_OK);
    tokens_tx_drop(&tx);
    tokens_rx_drop(&rx);
    return false;
}

static void fail_once(uint64_t n)
{
    faulty_allocation_fails(n, 0);
}

/* Each of the first 20 fails; each several times, since every 100 ms open counts the CPUs too, whose allocations come
 * before its own and may fail unnoticed. */
static void open_survives_every_failure(void)
{
    void (*const fail[])(uint64_t n) = { fail_once, faulty_sync_object_fails };
    for (int kind = 0; kind < 2; kind++) {
        int places = 0;
        for (uint64_t n = 1; n <= 20; n++) {
            bool noticed = false;
            for (int i = 0; i < 10; i++)
                noticed |= open_failed(fail[kind], n);
            places += noticed;
        }
        if (kind == 0)
            CHECK(places >= 3); /* the channel, a sender, a receiver, at the least */
        else
            CHECK_EQ_INT(places, CONTRACT_FLAVOUR == SLUICE_MUTEX ? 3 : 0);
    }
}

#if CONTRACT_MANY_TX || CONTRACT_MANY_RX
/* Clones and drops an endpoint of each side that can be cloned, while the n-th allocation fails. How many clones failed. */
static unsigned clone_both(tokens_tx tx, tokens_rx rx, uint64_t n)
{
    unsigned failures = 0;
    (void)tx, (void)rx;
#if CONTRACT_MANY_TX
    faulty_allocation_fails(n, 0);
    tokens_tx more_tx = tokens_tx_clone(tx);
    faulty_allocation_fails(0, 0);
    failures += !more_tx;
    tokens_tx_drop(&more_tx);
#endif
#if CONTRACT_MANY_RX
    faulty_allocation_fails(n, 0);
    tokens_rx more_rx = tokens_rx_clone(rx);
    faulty_allocation_fails(0, 0);
    failures += !more_rx;
    tokens_rx_drop(&more_rx);
#endif
    return failures;
}

/* What a queue keeps for the next clone it frees with the channel, and it does not keep more and more. */
static void clone_survives_every_failure(void)
{
    tokens_tx tx = NULL;
    tokens_rx rx = NULL;
    int64_t at_first = faulty_blocks(), kept;
    open_tokens(&tx, &rx, 4);
    unsigned failures = 0;
    for (uint64_t n = 1; n <= 6; n++)
        failures += clone_both(tx, rx, n);
    CHECK(failures >= CONTRACT_MANY_TX + CONTRACT_MANY_RX);
    kept = faulty_blocks();
    for (int i = 0; i < 50; i++)
        failures = clone_both(tx, rx, 0) + clone_both(tx, rx, 1);
    CHECK(failures >= CONTRACT_MANY_TX + CONTRACT_MANY_RX);
    if (!SLUICE_HARDENED) /* which keeps dropped endpoints for a while */
        CHECK_EQ_INT(faulty_blocks(), kept);
    CHECK_STATUS(tokens_send(tx, (struct token){ 1 }), SLUICE_OK); /* it goes on working, and is still open */
    struct token got = { 0 };
    CHECK_STATUS(tokens_try_recv(rx, &got), SLUICE_OK);
    CHECK_STATUS(tokens_try_recv(rx, &got), SLUICE_EMPTY);
    tokens_tx_drop(&tx);
    CHECK_STATUS(tokens_try_recv(rx, &got), SLUICE_CLOSED);
    tokens_rx_drop(&rx);
    if (!SLUICE_HARDENED)
        CHECK_EQ_INT(faulty_blocks(), at_first);
}
#endif

/* An unbounded send that finds no memory leaves the message with the caller and the channel as it was. */
static void a_send_without_memory_changes_nothing(void)
{
    if (bounded)
        return;
    numbers_tx tx = NULL;
    numbers_rx rx = NULL;
    open_numbers(&tx, &rx, 0);
    uint64_t sent = 0, received = 0, *cells = NULL;
    unsigned failures = 0;
    for (int round = 0; round < 5000 || (failures < 3 && round < 100000); round++) { /* segments hold thousands */
        size_t n = 99;
        faulty_allocation_fails(1, 1);
        enum sluice_status status = round % 3 ? numbers_send(tx, sent) : numbers_send_n(tx, &sent, 1, &n);
        if (status == SLUICE_NO_MEMORY) {
            failures++;
            CHECK(round % 3 || n == 99);
            CHECK_STATUS(numbers_try_reserve(tx, 1, &cells, &n), SLUICE_NO_MEMORY);
            CHECK(cells == NULL);
            CHECK_EQ_INT(numbers_rx_len_hint(rx), sent - received);
            faulty_allocation_fails(0, 0);
            status = numbers_send(tx, sent);
        }
        CHECK_STATUS(status, SLUICE_OK);
        sent++;
        if (round % 4 == 0)
            expect_number(rx, received++);
    }
    faulty_allocation_fails(0, 0);
    CHECK(failures >= 3);
    while (received < sent)
        expect_number(rx, received++);
    numbers_tx_drop(&tx);
    numbers_rx_drop(&rx);
}

/* Bounded: nothing is allocated between open and drop, sleeping included. */
static void no_memory_is_asked_for_while_messages_move(void)
{
    if (!bounded)
        return;
    struct stream s = { .count = (uint64_t)KIT_ROUNDS(20000) };
    numbers_rx rx = NULL;
    open_numbers(&s.tx, &rx, 2);
    uint64_t allocations = faulty_allocations(), waits = faulty_futex_waits(), expected = 0, got;
    faulty_allocation_fails(1, 1);
    CHECK_STATUS(numbers_recv_until(rx, &got, sluice_in_us(300)), SLUICE_TIMED_OUT); /* sleeps at least once */
    pthread_t thread = kit_start(send_stream, &s);
    SLUICE_FOR_EACH(numbers, rx, m)
        expected += m == expected;
    kit_join(thread);
    faulty_allocation_fails(0, 0);
    CHECK_EQ_INT(expected, s.count);
    CHECK_EQ_INT(faulty_allocations(), allocations);
    CHECK(faulty_futex_waits() > waits);
    numbers_rx_drop(&rx);
}

static void dropping_gives_all_memory_back(void)
{
    if (SLUICE_HARDENED)
        return; /* which keeps dropped endpoints for a while */
    int64_t blocks = faulty_blocks();
    tokens_tx tx = NULL;
    tokens_rx rx = NULL;
    open_tokens(&tx, &rx, 200);
    CHECK(faulty_blocks() > blocks);
    for (uint64_t n = 0; n < 200; n++)
        CHECK_STATUS(tokens_send(tx, (struct token){ n }), SLUICE_OK);
    tokens_rx_drop(&rx);
    tokens_tx_drop(&tx);
    CHECK_EQ_INT(faulty_blocks(), blocks);
}

static void run_faults(void)
{
    RUN(open_survives_every_failure);
#if CONTRACT_MANY_TX || CONTRACT_MANY_RX
    RUN(clone_survives_every_failure);
#endif
    RUN(a_send_without_memory_changes_nothing);
    RUN(no_memory_is_asked_for_while_messages_move);
    RUN(dropping_gives_all_memory_back);
}
