/* lanes_kind.inc.h: what every kind of lanes must do, step by step on one thread, so that each step of the protocol of
 * <sluice/detail/lanes.h> stands where the test puts it. Included by test_lanes.c once for each kind, with
 *
 *     KIND, INNER    the kind's name, and its lanes' kind of queue       MANY_RX    1: several receivers
 *
 * SPDX-License-Identifier: MIT */

#define OP_(kind, operation) sluice__##kind##_##operation
#define OP(kind, operation) OP_(kind, operation)
#define TEST_(kind, name) kind##_##name
#define TEST(kind, name) TEST_(kind, name)
#define T(name) TEST(KIND, name)
#define RUN_OF_KIND(test) RUN(test)
#define K(operation) OP(KIND, operation)
#define I(operation) OP(INNER, operation)

static const struct sluice__flavour *const T(flavour) = &K(flavour);

static enum sluice_status T(send)(K(tx) *tx, uint64_t message)
{
    struct sluice__run run = { 0, 0, NULL, NULL };
    enum sluice_status status = K(claim)(tx, 8, 1, &run);
    if (status != SLUICE_OK)
        return status;
    memcpy(run.cells, &message, 8);
    K(publish)(tx, 8, &run, 1);
    return run.count ? SLUICE_OK : SLUICE_CLOSED;
}

static void T(send_all)(K(tx) *tx, uint64_t first, uint64_t count)
{
    for (uint64_t i = 0; i < count; i++)
        CHECK_STATUS(T(send)(tx, first + i), SLUICE_OK);
}

/* The first half of a send: the message is in the lane, and the lane's state not read yet. */
static void T(publish_only)(K(tx) *tx, uint64_t message)
{
    struct sluice__run run = { 0, 0, NULL, NULL };
    REQUIRE(I(claim)(tx->cursor, 8, 1, &run) == SLUICE_OK);
    memcpy(run.cells, &message, 8);
    I(publish)(tx->cursor, 8, &run, 1);
}

static enum sluice_status T(finish)(K(rx) *rx, enum sluice_status status, const struct sluice__run *run, uint64_t *message)
{
    if (status != SLUICE_OK)
        return status;
    memcpy(message, run->cells, 8);
    K(release)(rx, 8, run, 1);
    return SLUICE_OK;
}

static enum sluice_status T(recv)(K(rx) *rx, uint64_t *message)
{
    struct sluice__run run = { 0, 0, NULL, NULL };
    return T(finish)(rx, K(take)(rx, 8, 1, &run), &run, message);
}

/* On a closed channel. */
static enum sluice_status T(recv_last)(K(rx) *rx, uint64_t *message)
{
    struct sluice__run run = { 0, 0, NULL, NULL };
    enum sluice_status status = K(take)(rx, 8, 1, &run);
    return T(finish)(rx, status == SLUICE_OK ? status : K(take_last)(rx, 8, 1, &run), &run, message);
}

static void T(expect)(K(rx) *rx, uint64_t expected)
{
    uint64_t got = UINT64_MAX;
    CHECK_STATUS(T(recv)(rx, &got), SLUICE_OK);
    CHECK_EQ_INT(got, expected);
}

static void T(expect_end)(K(rx) *rx)
{
    uint64_t got = 77;
    for (int i = 0; i < 2; i++) {
        CHECK_STATUS(T(recv)(rx, &got), SLUICE_EMPTY);
        CHECK_STATUS(T(recv_last)(rx, &got), SLUICE_CLOSED);
    }
    CHECK_EQ_INT(got, 77);
}

/* A queue with so many senders, and one receiver. */
static struct sluice__lanes *T(make)(uint64_t capacity, K(tx) *tx, unsigned senders, K(rx) *rx)
{
    struct sluice__geometry geometry = { .capacity = capacity, .message_bytes = 8, .alignment = SLUICE_CACHE_LINE };
    void *queue = make_queue(T(flavour), &geometry);
    for (unsigned i = 0; i < senders; i++)
        REQUIRE(T(flavour)->attach(queue, 0, &tx[i]) == SLUICE_OK);
    REQUIRE(T(flavour)->attach(queue, 1, rx) == SLUICE_OK);
    return queue;
}

static void T(a_lane_is_cold_until_its_first_message)(void)
{
    K(tx) tx[3];
    K(rx) rx;
    uint64_t got;
    struct sluice__lanes *q = T(make)(4, tx, 3, &rx);
    CHECK_EQ_INT(hot_count(q), 0);
    CHECK_STATUS(T(recv)(&rx, &got), SLUICE_EMPTY);
    CHECK_EQ_INT(T(flavour)->ready(&rx, 1), 0);
    CHECK_STATUS(T(send)(&tx[1], 5), SLUICE_OK);
    CHECK(is_hot(tx[1].lane) && hot_count(q) == 1);
    CHECK_EQ_INT(T(flavour)->ready(&rx, 1), 1);
    CHECK_STATUS(T(send)(&tx[1], 6), SLUICE_OK);
    CHECK_EQ_INT(T(flavour)->length(q), 2);
    T(expect)(&rx, 5);
    T(expect)(&rx, 6);
    CHECK_STATUS(T(recv)(&rx, &got), SLUICE_EMPTY);
    free_queue(T(flavour), q);
}

static void T(idle_lanes_go_cold_and_come_back)(void)
{
    K(tx) tx[3];
    K(rx) rx;
    uint64_t got;
    struct sluice__lanes *q = T(make)(4, tx, 3, &rx);
    for (uint64_t round = 0; round < 5; round++) {
        for (uint64_t i = 0; i < 3; i++)
            CHECK_STATUS(T(send)(&tx[i], i), SLUICE_OK);
        CHECK_EQ_INT(hot_count(q), 3);
        CHECK_EQ_INT(sluice__lanes_cool(q), 0); /* there are messages in them */
        for (int i = 0; i < 3; i++)
            CHECK_STATUS(T(recv)(&rx, &got), SLUICE_OK);
        CHECK_STATUS(T(recv)(&rx, &got), SLUICE_EMPTY);
        CHECK_EQ_INT(sluice__lanes_cool(q), 0); /* they were used since the last time */
        CHECK_EQ_INT(sluice__lanes_cool(q), 3);
        CHECK_EQ_INT(hot_count(q), 0);
        CHECK(!is_hot(tx[0].lane) && !is_hot(tx[2].lane));
        CHECK_EQ_INT(T(flavour)->ready(&rx, 1), 0);
    }
    free_queue(T(flavour), q);
}

/* A sender stopped between its publish and its look at the state, while the lane goes cold: before, and after. */
static void T(a_message_beside_the_cold_is_found)(void)
{
    K(tx) tx[2];
    K(rx) rx;
    uint64_t got;
    struct sluice__lanes *q = T(make)(4, tx, 2, &rx);
    CHECK_STATUS(T(send)(&tx[0], 1), SLUICE_OK);
    T(expect)(&rx, 1);
    CHECK_EQ_INT(sluice__lanes_cool(q), 0);
    T(publish_only)(&tx[0], 2);
    CHECK_EQ_INT(sluice__lanes_cool(q), 0); /* the receiver's look finds it */
    CHECK(is_hot(tx[0].lane));
    CHECK_EQ_INT(sluice__lanes_attend(tx[0].lane), 0);
    T(expect)(&rx, 2);
    CHECK_STATUS(T(recv)(&rx, &got), SLUICE_EMPTY); /* which ends the receiver's turn there */
    CHECK_EQ_INT(sluice__lanes_cool(q) + sluice__lanes_cool(q), 1);
    T(publish_only)(&tx[0], 3);
    CHECK_STATUS(T(recv)(&rx, &got), SLUICE_EMPTY); /* its sender has not said so */
    CHECK_EQ_INT(sluice__lanes_attend(tx[0].lane), 0);
    CHECK(is_hot(tx[0].lane));
    T(expect)(&rx, 3);
    free_queue(T(flavour), q);
}

/* The receiver alone sees to it that what was hot once does not slow it for ever. */
static void T(one_busy_sender_among_a_thousand)(void)
{
    enum { SENDERS = 1000 };
    static K(tx) tx[SENDERS];
    K(rx) rx;
    uint64_t sum = 0, got = 0;
    struct sluice__lanes *q = T(make)(4, tx, SENDERS, &rx);
    for (uint64_t i = 0; i < SENDERS; i++)
        CHECK_STATUS(T(send)(&tx[i], i), SLUICE_OK);
    CHECK_EQ_INT(hot_count(q), SENDERS);
    CHECK_EQ_INT(T(flavour)->length(q), SENDERS);
    for (uint64_t i = 0; i < SENDERS; i++, sum += got)
        CHECK_STATUS(T(recv)(&rx, &got), SLUICE_OK);
    CHECK_EQ_INT(sum, SENDERS * (SENDERS - 1) / 2);
    unsigned rounds = 0;
    for (; hot_count(q) > 1 && rounds < 100000; rounds++) {
        CHECK_STATUS(T(send)(&tx[777], rounds), SLUICE_OK);
        T(expect)(&rx, rounds);
    }
    CHECK(rounds < 100000 && is_hot(tx[777].lane));
    for (uint64_t i = 0; i < SENDERS; i += 100) /* and each comes back */
        CHECK_STATUS(T(send)(&tx[i], i), SLUICE_OK);
    for (uint64_t i = 0; i < SENDERS; i += 100)
        CHECK_STATUS(T(recv)(&rx, &got), SLUICE_OK);
    free_queue(T(flavour), q);
}

/* Full lanes take turns of a quantum at most. */
static void T(no_lane_waits_for_more_than_the_others_quanta)(void)
{
    enum { EACH = 300, SENDERS = 3 };
    K(tx) tx[SENDERS];
    K(rx) rx;
    uint64_t due[SENDERS] = { 0 }, last = SENDERS, stay = 0, got = 0;
    struct sluice__lanes *q = T(make)(EACH, tx, SENDERS, &rx);
    for (uint64_t s = 0; s < SENDERS; s++)
        T(send_all)(&tx[s], s << 32, EACH);
    for (uint64_t i = 0; i < SENDERS * EACH; i++) {
        CHECK_STATUS(T(recv)(&rx, &got), SLUICE_OK);
        uint64_t sender = got >> 32;
        REQUIRE(sender < SENDERS);
        CHECK_EQ_INT(got & 0xffffffff, due[sender]++);
        stay = sender == last ? stay + 1 : 1;
        last = sender;
        CHECK(stay <= SLUICE__LANES_QUANTUM || due[(sender + 1) % SENDERS] == EACH);
    }
    CHECK_STATUS(T(recv)(&rx, &got), SLUICE_EMPTY);
    free_queue(T(flavour), q);
}

static void T(a_dropped_senders_lane_is_drained_and_used_again)(void)
{
    K(tx) tx[2];
    K(rx) rx;
    uint64_t got;
    struct sluice__run run = { 0, 0, NULL, NULL };
    struct sluice__lanes *q = T(make)(4, tx, 1, &rx);
    struct sluice__lane *lane = tx[0].lane;
    for (uint64_t round = 0; round < 6; round++) {
        T(send_all)(&tx[0], 10 * round, 3);
        if (round % 2) { /* a reservation goes with its sender */
            CHECK_STATUS(K(claim)(&tx[0], 8, 1, &run), SLUICE_OK);
            K(hold)(&tx[0], &run, 0, 1);
            CHECK_EQ_INT(K(held)(&tx[0], 8, &run), 1);
        }
        T(flavour)->detach(&tx[0], 0);
        for (uint64_t i = 0; i < 3; i++) {
            REQUIRE(T(flavour)->attach(q, 0, &tx[1]) == SLUICE_OK);
            CHECK(tx[1].lane != lane); /* there are messages in it */
            T(flavour)->detach(&tx[1], 0); /* which, unused, is spare at once */
            T(expect)(&rx, 10 * round + i);
        }
        CHECK_STATUS(T(recv)(&rx, &got), SLUICE_EMPTY); /* finds that its sender is gone */
        CHECK(!is_hot(lane));
        REQUIRE(T(flavour)->attach(q, 0, &tx[0]) == SLUICE_OK);
        CHECK(tx[0].lane == lane);
        CHECK_EQ_INT(K(held)(&tx[0], 8, &run), 0);
    }
    free_queue(T(flavour), q);
}

/* A sender that is dropped while its lane is cold, or about to be, with a message or without. */
static void T(a_cold_lane_is_left_in_order)(void)
{
    K(tx) tx[2];
    K(rx) rx;
    uint64_t got;
    struct sluice__lanes *q = T(make)(4, tx, 2, &rx);
    CHECK_STATUS(T(send)(&tx[0], 1), SLUICE_OK);
    T(expect)(&rx, 1);
    CHECK_STATUS(T(recv)(&rx, &got), SLUICE_EMPTY); /* the receiver's turn ends */
    CHECK_EQ_INT(sluice__lanes_cool(q) + sluice__lanes_cool(q), 1);
    sluice__a32_or_acq_rel(&tx[1].lane->state, SLUICE__LANE_COLD);
    T(publish_only)(&tx[0], 2); /* and dropped before anyone looked: the drop looks */
    T(flavour)->detach(&tx[0], 0);
    T(expect)(&rx, 2);
    T(flavour)->detach(&tx[1], 0);
    CHECK_STATUS(T(recv)(&rx, &got), SLUICE_EMPTY);
    CHECK_EQ_INT(hot_count(q), 0);
    for (int i = 0; i < 2; i++)
        REQUIRE(T(flavour)->attach(q, 0, &tx[i]) == SLUICE_OK);
    CHECK_EQ_INT(lane_count(q), 2);
    free_queue(T(flavour), q);
}

/* Endpoints that come and go a million times leave no more behind than one. */
static void T(churn_does_not_grow)(void)
{
    K(tx) tx[2];
    K(rx) rx;
    struct sluice__lanes *q = T(make)(4, tx, 1, &rx);
    int64_t blocks = 0;
    for (uint64_t i = 0; i < (uint64_t)KIT_ROUNDS(1000000); i++) {
        REQUIRE(T(flavour)->attach(q, 0, &tx[1]) == SLUICE_OK);
        if (i % 3)
            CHECK_STATUS(T(send)(&tx[1], i), SLUICE_OK);
        if (i % 3 == 1)
            T(expect)(&rx, i);
        T(flavour)->detach(&tx[1], 0);
        if (i % 3 == 2)
            T(expect)(&rx, i);
        if (i == 1000)
            blocks = faulty_blocks();
    }
    CHECK(faulty_blocks() <= blocks + 20);
    CHECK(lane_count(q) <= 20);
    free_queue(T(flavour), q);
}

/* ---- the end, with a sender in the middle of its send ---- */

/* It has claimed, and publishes when a receiver was told the end already: refused, and nobody's but the sender's. */
static void T(published_after_the_end_is_refused)(void)
{
    K(tx) tx[2];
    K(rx) rx;
    struct sluice__run run = { 0, 0, NULL, NULL };
    void *cells;
    for (int was_hot = 0; was_hot < 2; was_hot++) {
        struct sluice__lanes *q = T(make)(4, tx, 2, &rx);
        if (was_hot) {
            CHECK_STATUS(T(send)(&tx[0], 1), SLUICE_OK);
            T(expect)(&rx, 1);
        }
        CHECK_STATUS(K(claim)(&tx[0], 8, 2, &run), SLUICE_OK);
        T(flavour)->seal(q);
        T(expect_end)(&rx);
        memset(run.cells, 0, 8);
        K(publish)(&tx[0], 8, &run, 1);
        CHECK_EQ_INT(run.count, 0);
        T(expect_end)(&rx);
        CHECK_EQ_INT(T(flavour)->ready(&rx, 1), 0);
        CHECK_EQ_INT(T(flavour)->length(q), 0);
        T(flavour)->detach(&tx[0], 0);
        T(expect_end)(&rx);
        T(flavour)->detach(&rx, 1);
        CHECK_EQ_INT(T(flavour)->leftover(q, &cells), 0);
        free_queue(T(flavour), q);
    }
}

/* It has published, and reads its state only after the close: accepted, whether it was received by then or not. */
static void T(published_before_the_end_is_accepted)(void)
{
    enum { SEEN_BY_THE_LOOK, RECEIVED_AND_ENDED, KEPT_FIRST, WAYS };
    K(tx) tx[2];
    K(rx) rx;
    uint64_t got = 0;
    for (int was_hot = 0; was_hot < 2; was_hot++)
        for (int way = 0; way < WAYS; way++) {
            struct sluice__lanes *q = T(make)(4, tx, 2, &rx);
            if (was_hot) {
                CHECK_STATUS(T(send)(&tx[0], 1), SLUICE_OK);
                T(expect)(&rx, 1);
            }
            if (way == KEPT_FIRST)
                T(flavour)->seal(q);
            T(publish_only)(&tx[0], 2);
            T(flavour)->seal(q);
            if (way == KEPT_FIRST)
                CHECK_EQ_INT(sluice__lanes_attend(tx[0].lane), 0);
            CHECK_STATUS(T(recv_last)(&rx, &got), SLUICE_OK);
            CHECK_EQ_INT(got, 2);
            if (way == SEEN_BY_THE_LOOK)
                CHECK_EQ_INT(sluice__lanes_attend(tx[0].lane), 0);
            T(expect_end)(&rx);
            if (way == RECEIVED_AND_ENDED)
                CHECK_EQ_INT(sluice__lanes_attend(tx[0].lane), 0);
            T(expect_end)(&rx);
            free_queue(T(flavour), q);
        }
}

/* The closer has not come to sealing: the receiver settles that itself, and lanes that have just come, new or spare, are part of it. */
static void T(settled_by_the_receiver)(void)
{
    K(tx) tx[3];
    K(rx) rx;
    for (int spare = 0; spare < 2; spare++) {
        struct sluice__lanes *q = T(make)(4, tx, 2, &rx);
        CHECK_STATUS(T(send)(&tx[0], 1), SLUICE_OK);
        if (spare)
            T(flavour)->detach(&tx[1], 0);
        REQUIRE(T(flavour)->attach(q, 0, &tx[2]) == SLUICE_OK);
        T(expect)(&rx, 1);
        T(expect_end)(&rx);
        CHECK(sluice__a32_load_relaxed(&tx[2].lane->state) & SLUICE__LANE_SEALED);
        CHECK(sluice__a32_load_relaxed(&q->settled));
        CHECK_STATUS(T(send)(&tx[2], 9), SLUICE_CLOSED); /* which a channel's closed bit would have stopped */
        T(expect_end)(&rx);
        free_queue(T(flavour), q);
    }
}

static void T(leftovers_are_what_was_accepted)(void)
{
    K(tx) tx[3];
    K(rx) rx;
    struct sluice__lanes *q = T(make)(8, tx, 3, &rx);
    void *cells;
    uint64_t seen = 0, count;
    for (uint64_t s = 0; s < 3; s++)
        T(send_all)(&tx[s], s * 8, 8);
    T(expect)(&rx, 0);
    T(flavour)->detach(&tx[1], 0);
    T(flavour)->detach(&rx, 1);
    for (int step = 0; step < 2; step++) {
        while ((count = T(flavour)->leftover(q, &cells)) > 0) {
            for (uint64_t i = 0; i < count; i++)
                seen |= UINT64_C(1) << ((uint64_t *)cells)[i];
            T(flavour)->discard(q, count);
        }
        CHECK_EQ_INT(seen, step ? 0x1fffffe : 0xfffffe);
        if (step == 0)
            CHECK_STATUS(T(send)(&tx[2], 24), SLUICE_OK); /* in mid-send when the last receiver went */
    }
    CHECK_EQ_INT(T(flavour)->length(q), 0);
    free_queue(T(flavour), q);
}

static void T(run)(void)
{
    RUN_OF_KIND(T(a_lane_is_cold_until_its_first_message));
    RUN_OF_KIND(T(idle_lanes_go_cold_and_come_back));
    RUN_OF_KIND(T(a_message_beside_the_cold_is_found));
    RUN_OF_KIND(T(one_busy_sender_among_a_thousand));
    RUN_OF_KIND(T(no_lane_waits_for_more_than_the_others_quanta));
    RUN_OF_KIND(T(a_dropped_senders_lane_is_drained_and_used_again));
    RUN_OF_KIND(T(a_cold_lane_is_left_in_order));
    RUN_OF_KIND(T(churn_does_not_grow));
    RUN_OF_KIND(T(published_after_the_end_is_refused));
    RUN_OF_KIND(T(published_before_the_end_is_accepted));
    RUN_OF_KIND(T(settled_by_the_receiver));
    RUN_OF_KIND(T(leftovers_are_what_was_accepted));
}

#undef OP_
#undef OP
#undef TEST_
#undef TEST
#undef T
#undef K
#undef RUN_OF_KIND
#undef I
#undef KIND
#undef INNER
