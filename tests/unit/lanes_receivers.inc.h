/* lanes_receivers.inc.h: several receivers of lanes, over rings: turns, leases and their loss, peeks. Part of test_lanes.c.
 *
 * SPDX-License-Identifier: MIT */

#define flavour mpmc_lanes_flavour

static struct sluice__lanes *make_with(uint64_t capacity, struct sluice__lanes_tx *tx, unsigned senders,
                                       struct sluice__mpmc_lanes_cursor *rx, unsigned receivers)
{
    struct sluice__lanes *q = mpmc_lanes_make(capacity, tx, senders, &rx[0]);
    for (unsigned r = 1; r < receivers; r++)
        REQUIRE(flavour->attach(q, 1, &rx[r]) == SLUICE_OK);
    return q;
}

/* A turn lasts until the lane is found empty, at most a quantum; nothing leaves the lane before it is received. */
static void a_turn_ends_empty_or_after_a_quantum(void)
{
    static const uint64_t inside[] = { 1, 2, 7, 255, 256, 257, 500 };
    for (size_t i = 0; i < sizeof inside / sizeof *inside; i++) {
        struct sluice__lanes_tx tx;
        struct sluice__mpmc_lanes_cursor rx[2];
        uint64_t got = 77, turn = inside[i] < 256 ? inside[i] : 256;
        struct sluice__lanes *q = make_with(500, &tx, 1, rx, 2);
        mpmc_lanes_send_all(&tx, 0, inside[i]);
        for (uint64_t n = 0; n < turn; n++) {
            mpmc_lanes_expect(&rx[0], n);
            CHECK_EQ_INT(rx[0].lease != 0, n < 255);
            CHECK_EQ_INT(sluice__lane_length(tx.lane), inside[i] - n - 1);
            CHECK_EQ_INT(flavour->length(q), inside[i] - n - 1);
        }
        if (turn < 256) { /* the lease of an empty lane goes with the next look */
            CHECK_STATUS(mpmc_lanes_recv(&rx[0], &got), SLUICE_EMPTY);
            CHECK_EQ_INT(rx[0].lease, 0);
        } else if (inside[i] > turn) {
            mpmc_lanes_expect(&rx[1], turn);
        }
        free_queue(flavour, q);
    }
}

/* What comes into a lane that is leased and empty: its receiver has it without a lock, any other by revoking. */
static void an_empty_lane_may_stay_leased(void)
{
    struct sluice__lanes_tx tx;
    struct sluice__mpmc_lanes_cursor rx[2];
    struct sluice__lanes *q = make_with(5, &tx, 1, rx, 2);
    uint64_t lease = 0;
    for (uint64_t n = 0; n < 10; n++) {
        mpmc_lanes_send_all(&tx, n, 1);
        mpmc_lanes_expect(&rx[0], n);
        CHECK(rx[0].lease != 0 && (n == 0 || rx[0].lease == lease));
        lease = rx[0].lease;
    }
    mpmc_lanes_send_all(&tx, 10, 1);
    mpmc_lanes_expect(&rx[1], 10);
    mpmc_lanes_send_all(&tx, 11, 1);
    mpmc_lanes_expect(&rx[0], 11);
    CHECK_EQ_INT(rx[0].lease, 0); /* it has lost one */
    free_queue(flavour, q);
}

static void room_is_exact(void)
{
    for (unsigned receivers = 1; receivers <= 2; receivers++) {
        struct sluice__lanes_tx tx;
        struct sluice__mpmc_lanes_cursor rx[2];
        struct sluice__lanes *q = make_with(5, &tx, 1, rx, receivers);
        for (uint64_t i = 0; i < 100; i++) {
            while (mpmc_lanes_send(&tx, i) == SLUICE_OK)
                continue;
            CHECK_EQ_INT(flavour->length(q), 5);
            uint64_t got;
            CHECK_STATUS(mpmc_lanes_recv(&rx[i % receivers], &got), SLUICE_OK);
            CHECK_EQ_INT(sluice__lanes_room(&tx), 1);
            CHECK_EQ_INT(flavour->length(q), 4);
        }
        free_queue(flavour, q);
    }
}

/* What a receiver that does not call has begun, another goes on with, in order; and the first notices. */
static void an_idle_receiver_keeps_nothing(void)
{
    struct sluice__lanes_tx tx;
    struct sluice__mpmc_lanes_cursor rx[2];
    uint64_t got = 77, n = 0;
    struct sluice__lanes *q = make_with(500, &tx, 1, rx, 2);
    mpmc_lanes_send_all(&tx, 0, 500);
    for (int turns = 0; turns < 10; turns++) {
        struct sluice__mpmc_lanes_cursor *idle = &rx[turns % 2], *other = &rx[!(turns % 2)];
        mpmc_lanes_expect(idle, n++);
        for (int i = 0; i < 5; i++)
            mpmc_lanes_expect(other, n++);
    }
    for (; n < 500; n++)
        mpmc_lanes_expect(&rx[0], n);
    CHECK_STATUS(mpmc_lanes_recv(&rx[1], &got), SLUICE_EMPTY);
    CHECK_STATUS(mpmc_lanes_recv(&rx[0], &got), SLUICE_EMPTY);
    free_queue(flavour, q);
}

/* One that was robbed takes one message at a time for a while, and unlocks at once; robbed again of the next lease, for twice as long;
 * but not if it has kept one in between. */
static void who_lost_a_lease_takes_short_turns(void)
{
    static const int turns[] = { 8, 16, 32, 0, 8 };
    struct sluice__lanes_tx tx;
    struct sluice__mpmc_lanes_cursor rx[2];
    uint64_t n = 0;
    struct sluice__lanes *q = make_with(2000, &tx, 1, rx, 2);
    mpmc_lanes_send_all(&tx, 0, 2000);
    for (size_t i = 0; i < sizeof turns / sizeof *turns; i++) {
        mpmc_lanes_expect(&rx[0], n++);
        CHECK(rx[0].lease != 0);
        struct sluice__mpmc_lanes_cursor *other = &rx[turns[i] != 0];
        do
            mpmc_lanes_expect(other, n++);
        while (other->lease); /* a whole turn */
        for (int turn = 0; turn < turns[i]; turn++) {
            mpmc_lanes_expect(&rx[0], n++);
            CHECK_EQ_INT(rx[0].lease, 0);
        }
    }
    mpmc_lanes_expect(&rx[0], n++);
    CHECK(rx[0].lease != 0);
    free_queue(flavour, q);
}

/* A receiver that is stopped in the middle of a receive keeps its lane: nobody takes the message twice, or the next before it. */
static void a_receiver_inside_is_not_robbed(void)
{
    struct sluice__lanes_tx tx;
    struct sluice__mpmc_lanes_cursor rx[2];
    struct sluice__run run = { 0, 0, NULL, NULL };
    uint64_t got = 77;
    struct sluice__lanes *q = make_with(100, &tx, 1, rx, 2);
    mpmc_lanes_send_all(&tx, 0, 100);
    mpmc_lanes_expect(&rx[0], 0);
    CHECK_STATUS(sluice__mpmc_lanes_take(&rx[0], 8, 1, &run), SLUICE_OK);
    CHECK_STATUS(mpmc_lanes_recv(&rx[1], &got), SLUICE_BUSY);
    CHECK(flavour->ready(&rx[1], 1) > 0); /* it will be done soon: no reason to sleep */
    CHECK_EQ_INT(*(uint64_t *)run.cells, 1);
    sluice__mpmc_lanes_release(&rx[0], 8, &run, 1);
    mpmc_lanes_expect(&rx[0], 2); /* the lease has survived all that */
    mpmc_lanes_expect(&rx[1], 3);
    mpmc_lanes_expect(&rx[0], 4);
    free_queue(flavour, q);
}

/* What is peeked at stays in its lane, and with it what is behind; others sleep until they are let go. */
static void a_peek_keeps_its_lane(void)
{
    for (uint64_t released = 0; released <= 5; released++) {
        struct sluice__lanes_tx tx[2];
        struct sluice__mpmc_lanes_cursor rx[2];
        struct sluice__run run = { 0, 0, NULL, NULL };
        uint64_t got = 77;
        struct sluice__lanes *q = make_with(20, tx, 2, rx, 2);
        mpmc_lanes_send_all(&tx[0], 0, 20);
        CHECK_STATUS(sluice__mpmc_lanes_take(&rx[0], 8, 5, &run), SLUICE_OK);
        CHECK_EQ_INT(run.count, 5);
        sluice__mpmc_lanes_keep(&rx[0], &run, 0, 5);
        CHECK_EQ_INT(flavour->length(q), 20);
        CHECK_STATUS(mpmc_lanes_recv(&rx[1], &got), SLUICE_BUSY);
        CHECK_EQ_INT(flavour->ready(&rx[1], 1), 0);
        CHECK(flavour->pending(&rx[1]));
        mpmc_lanes_send_all(&tx[1], 100, 1);
        mpmc_lanes_expect(&rx[1], 100); /* other lanes go on */
        if (released) {
            CHECK_EQ_INT(sluice__mpmc_lanes_kept(&rx[0], 8, &run), 5);
            sluice__mpmc_lanes_release(&rx[0], 8, &run, released);
            sluice__mpmc_lanes_keep(&rx[0], &run, released, 5 - released);
            CHECK_EQ_INT(sluice__mpmc_lanes_LETS_GO(&rx[0], NULL), released == 5);
            CHECK_EQ_INT(sluice__mpmc_lanes_kept(&rx[0], 8, &run), 5 - released);
        }
        if (released < 5) {
            CHECK_EQ_INT(sluice__mpmc_lanes_kept(&rx[0], 8, &run), 5 - released);
            CHECK_EQ_INT(*(uint64_t *)run.cells, released);
            CHECK(!sluice__mpmc_lanes_LETS_GO(&rx[0], NULL));
            mpmc_lanes_expect(&rx[0], released); /* any other receive ends the peek */
            CHECK(sluice__mpmc_lanes_LETS_GO(&rx[0], NULL));
        }
        CHECK(!sluice__mpmc_lanes_LETS_GO(&rx[0], NULL));
        CHECK_EQ_INT(sluice__mpmc_lanes_kept(&rx[0], 8, &run), 0);
        for (uint64_t n = released < 5 ? released + 1 : 5; n < 20; n++)
            mpmc_lanes_expect(&rx[n % 2], n);
        free_queue(flavour, q);
    }
}

/* What a receiver had begun, or its user peeked at, is the others' when it is dropped, in order; with nobody left it is left over. */
static void a_dropped_receiver_leaves_all_in_the_lane(void)
{
    for (int c = 0; c < 4; c++) {
        bool heir = c & 1, peeks = c & 2;
        struct sluice__lanes_tx tx;
        struct sluice__mpmc_lanes_cursor rx[2];
        struct sluice__run run = { 0, 0, NULL, NULL };
        uint64_t count, left = 0;
        void *cells;
        struct sluice__lanes *q = make_with(100, &tx, 1, rx, 2);
        mpmc_lanes_send_all(&tx, 0, 100);
        mpmc_lanes_expect(&rx[0], 0);
        if (peeks) {
            CHECK_STATUS(sluice__mpmc_lanes_take(&rx[0], 8, 7, &run), SLUICE_OK);
            sluice__mpmc_lanes_keep(&rx[0], &run, 0, run.count);
        }
        flavour->seal(q);
        flavour->detach(&rx[0], 1);
        CHECK_EQ_INT(flavour->length(q), 99);
        for (uint64_t i = 1; heir && i < 100; i++)
            mpmc_lanes_expect(&rx[1], i);
        if (heir)
            mpmc_lanes_expect_end(&rx[1]);
        flavour->detach(&rx[1], 1);
        while ((count = flavour->leftover(q, &cells)) > 0) {
            CHECK_EQ_INT(*(uint64_t *)cells, 1);
            left += count;
            flavour->discard(q, count);
        }
        CHECK_EQ_INT(left, heir ? 0 : 99);
        CHECK_EQ_INT(flavour->length(q), 0);
        free_queue(flavour, q);
    }
}

/* The end does not wait for a receiver that has the last message and does not call again; but for one that peeks. */
static void the_end_comes_beside_an_idle_receiver(void)
{
    for (int peeks = 0; peeks < 2; peeks++) {
        struct sluice__lanes_tx tx;
        struct sluice__mpmc_lanes_cursor rx[2];
        struct sluice__run run = { 0, 0, NULL, NULL };
        uint64_t got = 77;
        struct sluice__lanes *q = make_with(10, &tx, 1, rx, 2);
        mpmc_lanes_send_all(&tx, 0, 9);
        for (uint64_t n = 0; n < 5; n++)
            mpmc_lanes_expect(&rx[0], n);
        CHECK(rx[0].lease != 0);
        if (peeks) {
            CHECK_STATUS(sluice__mpmc_lanes_take(&rx[0], 8, 1, &run), SLUICE_OK);
            sluice__mpmc_lanes_keep(&rx[0], &run, 0, run.count);
        }
        flavour->seal(q);
        for (int i = 0; i < 20; i++) {
            enum sluice_status status = mpmc_lanes_recv_last(&rx[1], &got);
            CHECK(peeks ? status == SLUICE_BUSY : status == SLUICE_BUSY || status == SLUICE_OK || status == SLUICE_CLOSED);
        }
        CHECK_EQ_INT(flavour->length(q), peeks ? 4 : 0);
        if (peeks) {
            sluice__mpmc_lanes_release(&rx[0], 8, &run, run.count);
            for (uint64_t n = 6; n < 9; n++)
                mpmc_lanes_expect(&rx[1], n);
        }
        mpmc_lanes_expect_end(&rx[1]);
        mpmc_lanes_expect_end(&rx[0]);
        free_queue(flavour, q);
    }
}

/* A receiver that finds a lane locked goes to the next; if that is all there is, it says that somebody is busy with it. */
static void a_locked_lane_is_passed_over(void)
{
    struct sluice__lanes_tx tx[2];
    struct sluice__mpmc_lanes_cursor rx[2];
    uint64_t got = 77;
    struct sluice__lanes *q = mpmc_lanes_make(10, tx, 2, &rx[0]);
    REQUIRE(flavour->attach(q, 1, &rx[1]) == SLUICE_OK);
    mpmc_lanes_send_all(&tx[0], 0, 2);
    mpmc_lanes_send_all(&tx[1], 100, 2);
    REQUIRE(sluice__lane_try_lock(tx[0].lane)); /* as one would that is stopped in the middle of its copy */
    mpmc_lanes_expect(&rx[1], 100);
    mpmc_lanes_expect(&rx[0], 101);
    CHECK_STATUS(mpmc_lanes_recv(&rx[1], &got), SLUICE_BUSY);
    CHECK_EQ_INT(flavour->ready(&rx[1], 1), 2); /* no reason to sleep */
    flavour->seal(q);
    CHECK_STATUS(mpmc_lanes_recv_last(&rx[1], &got), SLUICE_BUSY);
    CHECK_EQ_INT(got, 77);
    sluice__lane_unlock(tx[0].lane);
    mpmc_lanes_expect(&rx[1], 0);
    mpmc_lanes_expect(&rx[0], 1);
    mpmc_lanes_expect_end(&rx[0]);
    mpmc_lanes_expect_end(&rx[1]);
    free_queue(flavour, q);
}

/* While bits may be clear for a moment, a waiting receiver looks at all lanes, and none is told EMPTY. */
static void a_cooling_hides_nothing(void)
{
    struct sluice__lanes_tx tx;
    struct sluice__mpmc_lanes_cursor rx;
    uint64_t got = 77;
    struct sluice__lanes *q = mpmc_lanes_make(10, &tx, 1, &rx);
    CHECK_STATUS(mpmc_lanes_send(&tx, 5), SLUICE_OK);
    sluice__a32_add_acq_rel(&q->cooling, 1); /* as a receiver would that is stopped in the middle of it */
    sluice__a64_and_acq_rel(&tx.lane->block->hot, 0);
    CHECK_STATUS(mpmc_lanes_recv(&rx, &got), SLUICE_BUSY);
    CHECK_EQ_INT(flavour->ready(&rx, 1), 1);
    sluice__a64_or_acq_rel(&tx.lane->block->hot, 1);
    sluice__a32_add_acq_rel(&q->cooling, UINT32_MAX);
    mpmc_lanes_expect(&rx, 5);
    CHECK_STATUS(mpmc_lanes_recv(&rx, &got), SLUICE_EMPTY);
    free_queue(flavour, q);
}

#undef flavour
