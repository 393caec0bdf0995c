/* chain_ends.inc.h: order, ends of segments, what is given back, the end. Part of test_chain.c.
 *
 * SPDX-License-Identifier: MIT */

static const uint64_t firsts[] = { 0, 0xfffffff0, UINT64_MAX - 20, UINT64_MAX };

static void counts_around_the_ends_of_segments(void)
{
    FOR_EACH_KIND(k)
        for (size_t f = 0; f < 4; f++)
            for (uint64_t segments = 0; segments < 4; segments++)
                for (int off = -1; off <= 1; off++) {
                    struct chain *c = open_chain(k, firsts[f]);
                    uint64_t n = segments * c->s + (uint64_t)off;
                    if (n > 4 * c->s)
                        n = 0;
                    expect_status(c, 0, SLUICE_EMPTY);
                    send_many(c, 0, n);
                    CHECK_EQ_INT(k->flavour->length(c->queue), n);
                    CHECK((k->flavour->ready(c->rx[0].room, 1) > 0) == (n > 0));
                    expect_many(c, 0, n);
                    expect_status(c, 0, SLUICE_EMPTY);
                    CHECK_EQ_INT(k->flavour->length(c->queue), 0);
                    send_many(c, n, n + 3); /* and on from there */
                    expect_many(c, n, n + 3);
                    expect_end(c, 0, SLUICE_CLOSED);
                    CHECK_EQ_INT(close_chain(c, 0, 0), 0);
                }
}

/* Sealed where each count ends: nothing more can be claimed, and what was is received. */
static void the_end_is_sealed_anywhere(void)
{
    FOR_EACH_KIND(k)
        for (uint64_t n = 0; n <= 2 * sluice__chain_cells(BYTES) + 1; n++) {
            struct chain *c = open_chain(k, UINT64_MAX - 20);
            struct sluice__run run;
            send_many(c, 0, n);
            expect_many(c, 0, n);
            for (int i = 0; i < 3; i++)
                expect_end(c, 0, SLUICE_CLOSED);
            for (uint64_t want = 1; k->many_tx && want < 40; want += 13)
                CHECK_STATUS(k->claim(c->tx[0].room, want, &run), SLUICE_CLOSED);
            expect_end(c, 0, SLUICE_CLOSED);
            CHECK_EQ_INT(close_chain(c, 0, 0), 0);
        }
}

/* Runs of random lengths with parts given back, and random takes. */
static void runs_are_contiguous_and_ordered(void)
{
    FOR_EACH_KIND(k)
        for (size_t f = 0; f < 4; f++) {
            struct chain *c = open_chain(k, firsts[f]);
            uint64_t sent = 0, received = 0, random = f;
            for (int round = 0; round < KIT_ROUNDS(20000); round++) {
                struct sluice__run run;
                uint64_t want = kit_below(&random, 3 * c->s) + 1;
                if (sent - received < 5 * c->s && kit_below(&random, 2)) {
                    CHECK_STATUS(k->claim(c->tx[0].room, want, &run), SLUICE_OK);
                    REQUIRE(run.count >= 1 && run.count <= want && run.count <= c->s);
                    uint64_t count = kit_below(&random, run.count + 1);
                    for (uint64_t i = 0; i < count; i++) {
                        uint64_t number = sent + i;
                        memcpy((char *)run.cells + i * BYTES, &number, 8);
                        memcpy((char *)run.cells + (i + 1) * BYTES - 8, &number, 8);
                    }
                    k->publish(c->tx[0].room, &run, count);
                    sent += count;
                } else if (sent == received) {
                    expect_status(c, 0, SLUICE_EMPTY);
                } else {
                    CHECK_STATUS(k->take(c->rx[0].room, want, &run), SLUICE_OK);
                    REQUIRE(run.count >= 1 && run.count <= want && run.count <= sent - received);
                    for (uint64_t i = 0; i < run.count; i++)
                        CHECK_EQ_INT(number_at(&run, i), received + i);
                    uint64_t count = kit_below(&random, run.count + 1);
                    k->release(c->rx[0].room, &run, count);
                    received += count;
                }
                CHECK_EQ_INT(k->flavour->length(c->queue), sent - received);
            }
            CHECK_EQ_INT(close_chain(c, 0, 0), sent - received);
        }
}

/* ---- several senders ---- */

/* A reservation of `want` cells at each place of a segment; another sends or not; then it is given back, all or but one. */
static void reservations_given_back_leave_no_gap(void)
{
    const struct kind *const two[] = { &mpsc_chain, &mpmc_chain };
    for (int i = 0; i < 2; i++)
        for (uint64_t at = 0; at <= sluice__chain_cells(BYTES); at++)
            for (uint64_t want = 1; want <= 5; want += 2)
                for (int after = 0; after < 3; after++) {
                    const struct kind *k = two[i];
                    struct chain *c = open_chain(k, UINT64_MAX - 5);
                    struct sluice__run run, again;
                    add_end(c, 0);
                    send_many(c, 0, at);
                    REQUIRE(k->claim(c->tx[1].room, want, &run) == SLUICE_OK);
                    CHECK_EQ_INT(k->flavour->length(c->queue), at);
                    expect_many(c, 0, at);
                    expect_status(c, 0, SLUICE_EMPTY); /* a reservation is nothing yet */
                    send_many(c, at, at + (uint64_t)after);
                    if (after)
                        expect_status(c, 0, SLUICE_BUSY); /* but others have sent behind it */
                    expect_end(c, 0, SLUICE_BUSY);
                    k->publish(c->tx[1].room, &run, 0);
                    REQUIRE(k->claim(c->tx[1].room, 1, &again) == SLUICE_OK);
                    if (after == 0)
                        CHECK(again.first == run.first && again.cells == run.cells); /* the very cells, once more */
                    k->publish(c->tx[1].room, &again, 0);
                    expect_many(c, at, at + (uint64_t)after);
                    expect_status(c, 0, SLUICE_EMPTY);
                    send_many(c, 70, 75);
                    CHECK_EQ_INT(k->flavour->length(c->queue), 5);
                    if (after == 1) {
                        expect_many(c, 70, 75);
                        expect_end(c, 0, SLUICE_CLOSED);
                    }
                    CHECK_EQ_INT(close_chain(c, 0, 0), after == 1 ? 0 : 5);
                }
}

/* Who holds a reservation and goes gives it back; also where no receiver is left and others have sent behind it. */
static void a_senders_drop_gives_back(void)
{
    const struct kind *const two[] = { &mpsc_chain, &mpmc_chain };
    for (int i = 0; i < 2; i++)
        for (int no_receiver = 0; no_receiver < 2; no_receiver++) {
            const struct kind *k = two[i];
            struct chain *c = open_chain(k, 0);
            struct sluice__run run;
            void *cells;
            add_end(c, 0);
            REQUIRE(k->claim(c->tx[1].room, 3, &run) == SLUICE_OK);
            k->hold(c->tx[1].room, &run, 3);
            send_many(c, 0, 2 * c->s);
            if (no_receiver) {
                drop_end(c, 1, 0);
                CHECK_EQ_INT(k->flavour->leftover(c->queue, &cells), 0); /* not before the one in front is decided */
            }
            drop_end(c, 0, 1);
            c->txs = 1;
            if (!no_receiver)
                expect_many(c, 0, 5);
            uint64_t inside = 2 * c->s - (no_receiver ? 0 : 5); /* (c goes with the chain) */
            CHECK_EQ_INT(close_chain(c, 0, no_receiver), inside);
        }
}

/* ---- several receivers ---- */

/* One takes `mine` messages from place `at` on and keeps them, another takes the rest; the first goes. Nothing is lost or doubled. */
static void what_a_dropped_receiver_held_comes_back(void)
{
    const struct kind *const two[] = { &spmc_chain, &mpmc_chain };
    for (int i = 0; i < 2; i++)
        for (uint64_t at = 0; at < sluice__chain_cells(BYTES); at++)
            for (uint64_t mine = 1; mine <= 4; mine++)
                for (int how = 0; how < 4; how++) { /* bit 0: another took behind it; bit 1: it is destroyed, not received */
                    const struct kind *k = two[i];
                    struct chain *c = open_chain(k, UINT64_MAX - 5);
                    struct sluice__run run;
                    add_end(c, 1);
                    send_many(c, 0, at + 8);
                    expect_many(c, 0, at);
                    REQUIRE(k->take(c->rx[1].room, mine, &run) == SLUICE_OK);
                    k->keep(c->rx[1].room, &run, 0, run.count);
                    uint64_t next = at + run.count, held = run.count;
                    for (; (how & 1) && next < at + 8; next++)
                        expect(c, 0, next);
                    if (how & 1)
                        expect_end(c, 0, SLUICE_BUSY); /* it may come back */
                    CHECK_EQ_INT(k->flavour->length(c->queue), held + at + 8 - next);
                    drop_end(c, 1, 1);
                    c->rxs = 1;
                    CHECK(k->flavour->ready(c->rx[0].room, 1) > 0);
                    if (how & 2) {
                        CHECK_EQ_INT(close_chain(c, 0, 0), held + at + 8 - next);
                        continue;
                    }
                    expect_many(c, at, at + held);
                    expect_many(c, next, at + 8);
                    expect_end(c, 0, SLUICE_CLOSED);
                    CHECK_EQ_INT(close_chain(c, 0, 0), 0);
                }
}

/* What one left, several share: who takes of it does not keep the rest from the others. */
static void what_is_left_is_anyones(void)
{
    const struct kind *const two[] = { &spmc_chain, &mpmc_chain };
    for (int i = 0; i < 2; i++)
        for (int batch = 1; batch <= 3; batch++) {
            const struct kind *k = two[i];
            struct chain *c = open_chain(k, UINT64_MAX - 5);
            struct sluice__run run;
            uint64_t next = 0;
            add_end(c, 1);
            add_end(c, 1);
            send_many(c, 0, c->s);
            REQUIRE(k->take(c->rx[1].room, 7, &run) == SLUICE_OK && run.count == 7);
            k->keep(c->rx[1].room, &run, 0, 7);
            expect_many(c, 7, c->s);
            drop_end(c, 1, 1);
            while (next < 7) {
                void *rx = c->rx[next % 2 * 2].room;
                REQUIRE(k->take(rx, (uint64_t)batch, &run) == SLUICE_OK && run.count <= (uint64_t)batch);
                for (uint64_t n = 0; n < run.count; n++)
                    CHECK_EQ_INT(number_at(&run, n), next++);
                k->release(rx, &run, run.count);
                CHECK_EQ_INT(k->flavour->length(c->queue), 7 - next);
            }
            expect_end(c, 0, SLUICE_CLOSED);
            drop_end(c, 1, 0);
            CHECK_EQ_INT(close_chain(c, 0, 2), 0);
        }
}

/* Told of the end while another had a message in its hand, a receiver is not surprised by it later: it is destroyed. */
static void the_end_stays_the_end(void)
{
    const struct kind *const two[] = { &spmc_chain, &mpmc_chain };
    for (int i = 0; i < 2; i++)
        for (uint64_t n = 1; n <= sluice__chain_cells(BYTES); n++) {
            const struct kind *k = two[i];
            struct chain *c = open_chain(k, 0);
            struct sluice__run run;
            add_end(c, 1);
            add_end(c, 1);
            send_many(c, 0, n);
            expect_many(c, 0, n - 1);
            REQUIRE(k->take(c->rx[1].room, 1, &run) == SLUICE_OK); /* in the middle of a receive */
            expect_end(c, 0, SLUICE_CLOSED);
            k->keep(c->rx[1].room, &run, 0, 1);
            expect_end(c, 0, SLUICE_CLOSED);
            drop_end(c, 1, 1);
            for (int rx = 0; rx < 3; rx += 2) {
                expect_status(c, rx, SLUICE_EMPTY);
                expect_end(c, rx, SLUICE_CLOSED);
            }
            drop_end(c, 1, 0);
            CHECK_EQ_INT(close_chain(c, 0, 2), 1);
        }
}

static void run_ends(void)
{
    RUN(counts_around_the_ends_of_segments);
    RUN(the_end_is_sealed_anywhere);
    RUN(runs_are_contiguous_and_ordered);
    RUN(reservations_given_back_leave_no_gap);
    RUN(a_senders_drop_gives_back);
    RUN(what_a_dropped_receiver_held_comes_back);
    RUN(what_is_left_is_anyones);
    RUN(the_end_stays_the_end);
}
