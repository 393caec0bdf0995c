/* test_spsc.c: the ring's cursor on its own: runs, laps and distances, with indices anywhere, the ends of 32 and 64 bits
 * included, and capacities that divide nothing.
 *
 * SPDX-License-Identifier: MIT */
#define _GNU_SOURCE 1

#include "../kit.h"
#include "flavour.h"

#include <sluice/detail/spsc.h>

#define CELL 24 /* bytes: no power of two either */

struct ring {
    void *queue;
    char *cells;
    struct sluice__spsc_cursor tx, rx;
};

static void make_ring(struct ring *r, uint64_t capacity, uint64_t first)
{
    const struct sluice__flavour *f = &sluice__spsc_flavour;
    r->queue = aligned_alloc(SLUICE_CACHE_LINE, f->queue_bytes);
    r->cells = malloc(capacity * CELL);
    REQUIRE(r->queue && r->cells);
    memset(r->queue, 0, f->queue_bytes);
    struct sluice__geometry geometry = { .capacity = capacity, .message_bytes = CELL, .alignment = 8,
                                         .cells = r->cells, .first = first };
    REQUIRE(f->init(r->queue, &geometry) == SLUICE_OK);
    REQUIRE(f->attach(r->queue, 0, &r->tx) == SLUICE_OK);
    REQUIRE(f->attach(r->queue, 1, &r->rx) == SLUICE_OK);
}

static void free_ring(struct ring *r)
{
    sluice__spsc_flavour.destroy(r->queue);
    free(r->queue);
    free(r->cells);
}

static const uint64_t firsts[] = { 0, 1, 0x7fffffff, 0xfffffff0, 0xffffffff, UINT64_C(0x7ffffffffffffff9),
                                   UINT64_MAX - 1000, UINT64_MAX - 2, UINT64_MAX };
static const uint64_t sizes[] = { 1, 2, 3, 5, 7, 64, 999, 1000 };

/* Runs of random lengths on both ends: each cell is the right one, and full and empty are exact. */
/* The run's length; *cells is its first cell. */
static uint64_t run_of(struct sluice__spsc_cursor *c, uint64_t want, void **cells)
{
    struct sluice__run run = sluice__spsc_run(c, CELL, want);
    if (run.count)
        *cells = run.cells;
    CHECK(run.first == c->position);
    return run.count;
}

static void pass_cells(struct sluice__spsc_cursor *c, uint64_t count)
{
    sluice__spsc_pass(c, c->position, count);
}

static void walk(uint64_t capacity, uint64_t first)
{
    struct ring r;
    make_ring(&r, capacity, first);
    uint64_t sent = 0, received = 0, random = capacity + first;
    for (int round = 0; round < KIT_ROUNDS(5000); round++) {
        void *cells = NULL;
        uint64_t want = kit_below(&random, capacity + 2) + 1, room = capacity - (sent - received);
        uint64_t run = run_of(&r.tx, want, &cells);
        uint64_t at = sent % capacity, lap = capacity - at, inside = sent - received;
        REQUIRE(run <= want && run <= room && run <= lap && (run > 0) == (room > 0));
        /* All there is, as far as it is contiguous: a short run is the lap's end or the limit's. */
        CHECK(run == want || run == room || run == lap);
        if (run) {
            CHECK((char *)cells == r.cells + at * CELL);
            for (uint64_t i = 0; i < run; i++)
                memcpy((char *)cells + i * CELL, &(uint64_t){ sent + i }, 8);
            uint64_t pass = kit_below(&random, run) + 1;
            pass_cells(&r.tx, pass);
            sent += pass;
            CHECK_EQ_INT(sluice__spsc_more(&r.tx), sent % capacity == 0);
        }
        CHECK_EQ_INT(sluice__spsc_flavour.length(r.queue), sent - received);
        inside = sent - received;
        CHECK((sluice__spsc_flavour.ready(&r.rx, 1) > 0) == (inside > 0));
        want = kit_below(&random, capacity + 2) + 1;
        run = run_of(&r.rx, want, &cells);
        at = received % capacity;
        lap = capacity - at;
        REQUIRE(run <= want && run <= inside && run <= lap && (run > 0) == (inside > 0));
        if (run) {
            CHECK((char *)cells == r.cells + at * CELL);
            uint64_t pass = kit_below(&random, run) + 1, value;
            for (uint64_t i = 0; i < run; i++) {
                memcpy(&value, (char *)cells + i * CELL, 8);
                CHECK_EQ_INT(value, received + i);
            }
            pass_cells(&r.rx, pass);
            received += pass;
        }
        CHECK((sluice__spsc_flavour.ready(&r.tx, 0) > 0) == (sent - received < capacity));
        CHECK_EQ_INT(sluice__spsc_flavour.length(r.queue), sent - received);
    }
    free_ring(&r);
}

static void indices_count_through_every_wrap(void)
{
    for (size_t i = 0; i < sizeof firsts / sizeof *firsts; i++)
        for (size_t j = 0; j < sizeof sizes / sizeof *sizes; j++)
            walk(sizes[j], firsts[i]);
}

/* What a channel that goes down destroys: the very cells between the indices. */
static void leftovers_are_what_is_inside(void)
{
    const struct sluice__flavour *f = &sluice__spsc_flavour;
    for (size_t i = 0; i < sizeof firsts / sizeof *firsts; i++)
        for (size_t j = 0; j < sizeof sizes / sizeof *sizes; j++)
            for (uint64_t shift = 0; shift < 4; shift++) {
                struct ring r;
                make_ring(&r, sizes[j], firsts[i]);
                void *cells = NULL;
                uint64_t fill = sizes[j], moved = shift % sizes[j];
                for (uint64_t n = 0; n < moved + fill; n++) {
                    if (n >= fill) {
                        REQUIRE(run_of(&r.rx, 1, &cells) == 1);
                        pass_cells(&r.rx, 1);
                    }
                    REQUIRE(run_of(&r.tx, 1, &cells) == 1);
                    memcpy(cells, &n, 8);
                    pass_cells(&r.tx, 1);
                }
                uint64_t expected = moved, count, value;
                while ((count = f->leftover(r.queue, &cells)) > 0) {
                    for (uint64_t n = 0; n < count; n++) {
                        memcpy(&value, (char *)cells + n * CELL, 8);
                        CHECK_EQ_INT(value, expected++);
                    }
                    f->discard(r.queue, count);
                }
                CHECK_EQ_INT(expected, moved + fill);
                CHECK_EQ_INT(f->length(r.queue), 0);
                free_ring(&r);
            }
}

static void holding_ends_with_the_next_move(void)
{
    struct ring r;
    for (size_t i = 0; i < sizeof firsts / sizeof *firsts; i++) {
        make_ring(&r, 5, firsts[i]);
        struct sluice__run run, held;
        CHECK_EQ_INT(sluice__spsc_held(&r.tx, CELL, &held), 0);
        CHECK_STATUS(sluice__spsc_claim(&r.tx, CELL, 3, &run), SLUICE_OK);
        CHECK_EQ_INT(run.count, 3);
        sluice__spsc_hold(&r.tx, &run, 0, 3);
        CHECK_EQ_INT(sluice__spsc_held(&r.tx, CELL, &held), 3);
        CHECK(held.cells == run.cells);
        pass_cells(&r.tx, 1);
        CHECK_EQ_INT(sluice__spsc_held(&r.tx, CELL, &held), 0);
        free_ring(&r);
    }
}

/* The peer's line is read only where what is known does not suffice. */
static void the_peer_is_asked_once_per_run(void)
{
    struct ring r;
    void *cells;
    make_ring(&r, 8, 0);
    for (int i = 0; i < 4; i++) {
        REQUIRE(run_of(&r.tx, 1, &cells) == 1);
        pass_cells(&r.tx, 1);
    }
    CHECK_EQ_INT(run_of(&r.rx, 1, &cells), 1);
    pass_cells(&r.rx, 1);
    const sluice__a64 *peer = r.rx.peer;
    r.rx.peer = NULL; /* a look would fault */
    for (int i = 1; i < 4; i++) {
        CHECK_EQ_INT(run_of(&r.rx, 1, &cells), 1);
        pass_cells(&r.rx, 1);
    }
    r.rx.peer = peer;
    CHECK_EQ_INT(run_of(&r.rx, 1, &cells), 0);
    free_ring(&r);
}

int main(void)
{
    RUN(indices_count_through_every_wrap);
    RUN(leftovers_are_what_is_inside);
    RUN(holding_ends_with_the_next_move);
    RUN(the_peer_is_asked_once_per_run);
    return CHECK_DONE();
}
