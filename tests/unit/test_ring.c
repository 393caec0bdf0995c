/* test_ring.c: the rings with several senders or receivers, by their cursors: runs, laps, void cells, hands full,
 * with positions anywhere, the ends of 32 and 64 bits included, and capacities that are no powers of two.
 *
 * SPDX-License-Identifier: MIT */
#define _GNU_SOURCE 1

#include "../kit.h"
#include "ring_kind.h"
#include "ring_walk.inc.h"

static const uint64_t firsts[] = { 0, 1, 0x3fffffff, 0xfffffff0, 0xffffffff, UINT64_C(0x3ffffffffffffff9),
                                   UINT64_C(0x7ffffffffffffff9),
                                   UINT64_MAX - 1000, UINT64_MAX - 2, UINT64_MAX };
static const uint64_t capacities[] = { 1, 2, 3, 5, 7, 64, 999 };

static void every_answer_is_the_models(void)
{
    for (size_t k = 0; k < KINDS; k++)
        for (size_t i = 0; i < sizeof firsts / sizeof *firsts; i++)
            for (size_t j = 0; j < sizeof capacities / sizeof *capacities; j++)
                for (uint64_t seed = 0; seed < 4; seed++)
                    walk(&kinds[k], capacities[j], firsts[i], seed);
}

/* A claim that is not published holds up what was sent after it, and nothing else. */
static void an_unpublished_claim_is_busy(void)
{
    for (size_t k = 0; k < KINDS; k++) {
        struct ring r;
        struct sluice__run claimed, run;
        make_ring(&r, &kinds[k], 3, UINT64_MAX);
        if (r.tx_count > 1) {
            CHECK_STATUS(r.kind->claim(&r.tx[0], 1, &claimed), SLUICE_OK);
            CHECK_STATUS(r.kind->take(&r.rx[0], 1, &run), SLUICE_BUSY);
            put(&r, 1, 8);
            CHECK_STATUS(r.kind->take(&r.rx[0], 1, &run), SLUICE_BUSY);
            CHECK_EQ_INT(r.kind->flavour->ready(&r.rx[0], 1), 0);
            put(&r, 2, 9);
            CHECK_STATUS(r.kind->claim(&r.tx[1], 1, &run), SLUICE_FULL);
            r.kind->flavour->seal(r.queue);
            CHECK_STATUS(r.kind->take_last(&r.rx[0], 1, &run), SLUICE_BUSY);
            CHECK(r.kind->flavour->pending(&r.rx[0]));
            CHECK_STATUS(r.kind->claim(&r.tx[1], 1, &run), SLUICE_CLOSED);
            write_number(&claimed, 0, 7);
            r.kind->publish(&r.tx[0], &claimed, 1);
            for (uint64_t n = 7; n <= 9; n++)
                get(&r, (int)n % r.rx_count, n);
            CHECK(!r.kind->flavour->pending(&r.rx[0]));
            CHECK_STATUS(r.kind->take_last(&r.rx[0], 1, &run), SLUICE_CLOSED);
        }
        free_ring(&r);
    }
}

/* A receiver in the middle of its copy keeps the room: BUSY; one whose user looks at it: FULL. The others receive
 * past it. */
static void room_that_is_being_read_is_busy(void)
{
    for (size_t k = 0; k < KINDS; k++) {
        struct ring r;
        struct sluice__run taken, run;
        make_ring(&r, &kinds[k], 3, 0xffffffff);
        if (r.rx_count > 1) {
            for (uint64_t n = 0; n < 3; n++)
                put(&r, (int)n % r.tx_count, n);
            CHECK_STATUS(r.kind->claim(&r.tx[0], 1, &run), SLUICE_FULL);
            CHECK_STATUS(r.kind->take(&r.rx[0], 1, &taken), SLUICE_OK);
            get(&r, 1, 1);
            CHECK_STATUS(r.kind->claim(&r.tx[0], 1, &run), SLUICE_BUSY);
            r.kind->keep(&r.rx[0], &taken, 0, 1);
            CHECK_STATUS(r.kind->claim(&r.tx[0], 1, &run), SLUICE_FULL);
            CHECK_EQ_INT(r.kind->flavour->ready(&r.tx[0], 0), 0);
            get(&r, 2, 2);
            CHECK_EQ_INT(r.kind->flavour->length(r.queue), 1);
            CHECK_STATUS(r.kind->take(&r.rx[1], 1, &run), SLUICE_EMPTY);
            CHECK(r.kind->flavour->pending(&r.rx[1])); /* it may come back */
            r.kind->release(&r.rx[0], &taken, 1);
            CHECK_EQ_INT(r.kind->flavour->ready(&r.tx[0], 0), 3);
            CHECK(!r.kind->flavour->pending(&r.rx[1]));
        }
        free_ring(&r);
    }
}

/* What a reservation leaves between others' messages is passed over, and its room comes back then, messages or
 * not. */
static void void_cells_are_passed_over(void)
{
    for (size_t k = 0; k < KINDS; k++) {
        struct ring r;
        struct sluice__run reserved, run;
        make_ring(&r, &kinds[k], 3, UINT64_MAX - 1);
        for (int lap = 0; lap < 5 && r.tx_count > 1; lap++) {
            CHECK_STATUS(r.kind->claim(&r.tx[0], 1, &reserved), SLUICE_OK);
            put(&r, 1, 5);
            CHECK_STATUS(r.kind->claim(&r.tx[2], 1, &run), SLUICE_OK);
            r.kind->publish(&r.tx[0], &reserved, 0);
            CHECK_EQ_INT(r.kind->flavour->length(r.queue), 2);
            CHECK_STATUS(r.kind->claim(&r.tx[0], 1, &reserved), SLUICE_FULL);
            CHECK(r.kind->flavour->ready(&r.rx[0], 1) > 0);
            get(&r, 0, 5);
            CHECK_EQ_INT(r.kind->flavour->ready(&r.tx[0], 0), 2);
            r.kind->publish(&r.tx[2], &run, 0); /* the last: taken back, and not void */
            CHECK_EQ_INT(r.kind->flavour->length(r.queue), 0);
            CHECK_STATUS(r.kind->take(&r.rx[0], 1, &run), SLUICE_EMPTY);
        }
        free_ring(&r);
    }
}

/* A full ring of nothing but void cells: a receiver that gets nothing makes the room. */
static void only_void_cells_are_empty(void)
{
    for (size_t k = 0; k < KINDS; k++) {
        struct ring r;
        struct sluice__run a, b, run;
        make_ring(&r, &kinds[k], 2, 0);
        if (r.tx_count > 1) {
            CHECK_STATUS(r.kind->claim(&r.tx[0], 1, &a), SLUICE_OK);
            CHECK_STATUS(r.kind->claim(&r.tx[1], 1, &b), SLUICE_OK);
            r.kind->publish(&r.tx[0], &a, 0);
            r.kind->publish(&r.tx[1], &b, 0);
            CHECK_EQ_INT(r.kind->flavour->ready(&r.tx[2], 0), 1);
            CHECK(r.kind->flavour->ready(&r.rx[0], 1) > 0);
            CHECK_STATUS(r.kind->take(&r.rx[0], 1, &run), SLUICE_EMPTY);
            CHECK_EQ_INT(r.kind->flavour->ready(&r.tx[2], 0), 2);
            CHECK_EQ_INT(r.kind->flavour->ready(&r.rx[0], 1), 0);
        }
        free_ring(&r);
    }
}

/* A receiver that went left messages: they come before what is behind them, whoever takes, and are not lost when
 * nobody does. */
static void abandoned_messages_come_first(void)
{
    for (size_t k = 0; k < KINDS; k++) {
        struct ring r;
        struct sluice__run run;
        make_ring(&r, &kinds[k], 5, UINT64_MAX);
        if (r.rx_count > 1) {
            for (uint64_t n = 0; n < 5; n++)
                put(&r, 0, n);
            get(&r, 0, 0);
            CHECK_STATUS(r.kind->take(&r.rx[0], 2, &run), SLUICE_OK);
            CHECK_EQ_INT(run.count, 2);
            CHECK_STATUS(r.kind->take(&r.rx[1], 1, &run), SLUICE_OK);
            r.kind->flavour->detach(&r.rx[1], 1);
            r.kind->flavour->detach(&r.rx[0], 1);
            CHECK_EQ_INT(r.kind->flavour->length(r.queue), 4);
            uint64_t sum = 0, last = 0;
            for (int i = 0; i < 4; i++) {
                CHECK_STATUS(r.kind->take(&r.rx[2], 1, &run), SLUICE_OK);
                last = read_number(run.cells, 0);
                sum += last;
                r.kind->release(&r.rx[2], &run, 1);
            }
            CHECK(sum == 10 && last == 4);
            CHECK_STATUS(r.kind->take(&r.rx[2], 1, &run), SLUICE_EMPTY);
            CHECK_EQ_INT(r.kind->flavour->ready(&r.tx[0], 0), 5);
        }
        free_ring(&r);
    }
}

/* The other side's lines are read only where what is known does not suffice. */
static void the_other_side_is_asked_once_per_run(void)
{
    for (size_t k = 0; k < KINDS; k++) {
        struct ring r;
        make_ring(&r, &kinds[k], 8, 0);
        struct sluice__ring *q = r.queue;
        put(&r, 0, 0);
        uint64_t head = sluice__a64_load_relaxed(&q->head);
        sluice__a64_store_relaxed(&q->head, head - 8 * SLUICE__RING_STEP); /* a sender that looked would find no room */
        for (uint64_t n = 1; n < 8; n++)
            put(&r, 0, n);
        sluice__a64_store_relaxed(&q->head, head);
        get(&r, 0, 0);
        uint64_t tail = sluice__a64_load_relaxed(&q->tail);
        sluice__a64_store_relaxed(&q->tail, head + SLUICE__RING_STEP); /* a receiver that looked would find nothing */
        for (uint64_t n = 1; n < 8; n++)
            get(&r, 0, n);
        sluice__a64_store_relaxed(&q->tail, tail);
        free_ring(&r);
    }
}

/* Receivers that come and go use the same slots. */
static void slots_are_used_again(void)
{
    for (size_t k = 0; k < KINDS; k++) {
        struct ring r;
        make_ring(&r, &kinds[k], 4, 0);
        struct sluice__ring *q = r.queue;
        for (uint64_t n = 0; n < 100 && r.rx_count > 1; n++) {
            struct sluice__run run;
            put(&r, 0, n);
            put(&r, 0, n);
            get(&r, 1, n);
            CHECK_STATUS(r.kind->take(&r.rx[0], 1, &run), SLUICE_OK); /* and goes with it */
            r.kind->flavour->detach(&r.rx[0], 1);
            REQUIRE(r.kind->flavour->attach(r.queue, 1, &r.rx[0]) == SLUICE_OK);
            get(&r, 0, n);
        }
        int slots = 0;
        struct sluice__ring_slot *s = (struct sluice__ring_slot *)(uintptr_t)sluice__a64_load_relaxed(&q->slots);
        for (; s; s = s->next)
            slots++;
        CHECK_EQ_INT(slots, r.rx_count > 1 ? ENDS + 1 : 0); /* one more, for what came back while all were in use */
        free_ring(&r);
    }
}

static void no_capacity_is_too_large_to_ask_for(void)
{
    for (size_t k = 0; k < KINDS; k++) {
        size_t (*memory)(uint64_t, size_t) = kinds[k].flavour->memory;
        CHECK(memory(1, 1) >= 1 && memory(1000, 24) >= 1024 * 24 && memory(1000, 24) < 1025 * 25 + 512);
        for (size_t bytes = 1; bytes <= 65536; bytes = bytes * 2 + 1)
            for (uint64_t capacity = SIZE_MAX / 2 / bytes; capacity > 0; capacity /= 3) {
                size_t asked = memory(capacity, bytes);
                CHECK(asked <= SIZE_MAX / 2 && asked >= capacity * bytes - bytes);
            }
    }
}

int main(void)
{
    RUN(every_answer_is_the_models);
    RUN(an_unpublished_claim_is_busy);
    RUN(room_that_is_being_read_is_busy);
    RUN(void_cells_are_passed_over);
    RUN(only_void_cells_are_empty);
    RUN(abandoned_messages_come_first);
    RUN(the_other_side_is_asked_once_per_run);
    RUN(slots_are_used_again);
    RUN(no_capacity_is_too_large_to_ask_for);
    return CHECK_DONE();
}
