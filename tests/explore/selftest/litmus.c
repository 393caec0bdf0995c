/* litmus.c: what each memory mode allows and what it does not, on two words.
 *
 * SPDX-License-Identifier: MIT */
#include <sluice/detail/atomic.h>

#include "explore.h"

static struct shared {
    sluice__a32 x, y;
    uint64_t payload;
} *s;
static uint32_t a, b, c, d;

static void prepare(void)
{
    s = explore_allocate(sizeof *s);
    sluice__a32_store_relaxed(&s->x, 0);
    sluice__a32_store_relaxed(&s->y, 0);
    s->payload = 0;
    a = b = c = d = 7;
}

static void give_up(void)
{
    explore_free(s);
}

/* ---- store buffering: each stores, then reads the other's ---- */

static void sb_1(void)
{
    sluice__a32_store_release(&s->x, 1);
    a = sluice__a32_load_acquire(&s->y);
}

static void sb_2(void)
{
    sluice__a32_store_release(&s->y, 1);
    b = sluice__a32_load_acquire(&s->x);
}

static void sb_fenced_1(void)
{
    sluice__a32_store_relaxed(&s->x, 1);
    sluice__fence_full();
    a = sluice__a32_load_relaxed(&s->y);
}

static void sb_fenced_2(void)
{
    sluice__a32_store_relaxed(&s->y, 1);
    sluice__fence_full();
    b = sluice__a32_load_relaxed(&s->x);
}

static void sb_check(void)
{
    EXPLORE_CHECK(a == 1 || b == 1);
    give_up();
}

/* ---- message passing ---- */

static void mp_send(void)
{
    sluice__a32_store_relaxed(&s->x, 1);
    sluice__a32_store_release(&s->y, 1);
}

static void mp_send_relaxed(void)
{
    sluice__a32_store_relaxed(&s->x, 1);
    sluice__a32_store_relaxed(&s->y, 1);
}

static void mp_receive(void)
{
    a = sluice__a32_load_acquire(&s->y);
    b = sluice__a32_load_relaxed(&s->x);
}

static void mp_receive_relaxed(void)
{
    a = sluice__a32_load_relaxed(&s->y);
    b = sluice__a32_load_relaxed(&s->x);
}

static void mp_check(void)
{
    EXPLORE_CHECK(a == 0 || b == 1);
    give_up();
}

/* ---- message passing by plain memory: races are told by C11's rules in every mode ---- */

static void plain_send(void)
{
    s->payload = 5;
    sluice__a32_store_release(&s->y, 1);
}

static void plain_send_relaxed(void)
{
    s->payload = 5;
    sluice__a32_store_relaxed(&s->y, 1);
}

static void plain_receive(void)
{
    if (sluice__a32_load_acquire(&s->y))
        EXPLORE_CHECK(s->payload == 5);
}

static void plain_receive_unordered(void)
{
    if (sluice__a32_load_relaxed(&s->y))
        EXPLORE_CHECK(s->payload == 5);
}

static void plain_send_fenced(void)
{
    s->payload = 5;
    sluice__fence_full();
    sluice__a32_store_relaxed(&s->y, 1);
}

static void plain_receive_fenced(void)
{
    if (sluice__a32_load_relaxed(&s->y)) {
        sluice__fence_full();
        EXPLORE_CHECK(s->payload == 5);
    }
}

/* ---- independent reads of independent writes ---- */

static void write_x(void)
{
    sluice__a32_store_release(&s->x, 1);
}

static void write_y(void)
{
    sluice__a32_store_release(&s->y, 1);
}

static void read_xy(void)
{
    a = sluice__a32_load_acquire(&s->x);
    b = sluice__a32_load_acquire(&s->y);
}

static void read_yx(void)
{
    c = sluice__a32_load_acquire(&s->y);
    d = sluice__a32_load_acquire(&s->x);
}

static void read_xy_fenced(void)
{
    a = sluice__a32_load_acquire(&s->x);
    sluice__fence_full();
    b = sluice__a32_load_acquire(&s->y);
}

static void read_yx_fenced(void)
{
    c = sluice__a32_load_acquire(&s->y);
    sluice__fence_full();
    d = sluice__a32_load_acquire(&s->x);
}

static void iriw_check(void)
{
    EXPLORE_CHECK(!(a == 1 && b == 0 && c == 1 && d == 0));
    give_up();
}

/* ---- one place: who read the new value does not read the old one again ---- */

static void read_x_twice(void)
{
    a = sluice__a32_load_relaxed(&s->x);
    b = sluice__a32_load_relaxed(&s->x);
}

static void coherence_check(void)
{
    EXPLORE_CHECK(!(a == 1 && b == 0));
    give_up();
}

/* ---- a release sequence, and a chain of three threads ---- */

static void add_relaxed_to_y(void)
{
    sluice__a32_add_relaxed(&s->y, 1);
}

static void plain_receive_two(void)
{
    if (sluice__a32_load_acquire(&s->y) == 2)
        EXPLORE_CHECK(s->payload == 5);
}

static void add(void)
{
    uint32_t seen = sluice__a32_load_relaxed(&s->x);
    while (!sluice__a32_cas_relaxed(&s->x, &seen, seen + 1)) {
    }
}

static void add_carelessly(void)
{
    sluice__a32_store_relaxed(&s->x, sluice__a32_load_relaxed(&s->x) + 1);
}

static void three_check(void)
{
    EXPLORE_CHECK(sluice__a32_load_relaxed(&s->x) == 3);
    give_up();
}

#define WEAK (EXPLORE_IN_TSO | EXPLORE_IN_RA)

static const struct explore_scenario scenarios[] = {
    { "store_buffering", prepare, { sb_1, sb_2 }, sb_check, .fails_in = WEAK },
    { "store_buffering_fenced", prepare, { sb_fenced_1, sb_fenced_2 }, sb_check },
    { "store_buffering_half_fenced", prepare, { sb_fenced_1, sb_2 }, sb_check, .fails_in = WEAK },
    { "message_passing", prepare, { mp_send, mp_receive }, mp_check },
    { "message_passing_relaxed", prepare, { mp_send_relaxed, mp_receive_relaxed }, mp_check, .fails_in = EXPLORE_IN_RA },
    { "message_passing_released_only", prepare, { mp_send, mp_receive_relaxed }, mp_check, .fails_in = EXPLORE_IN_RA },
    { "message_passing_acquired_only", prepare, { mp_send_relaxed, mp_receive }, mp_check, .fails_in = EXPLORE_IN_RA },
    { "plain", prepare, { plain_send, plain_receive }, give_up },
    { "plain_fenced", prepare, { plain_send_fenced, plain_receive_fenced }, give_up },
    { "plain_not_released", prepare, { plain_send_relaxed, plain_receive }, give_up, EXPLORE_IN_ALL, "data race" },
    { "plain_not_acquired", prepare, { plain_send, plain_receive_unordered }, give_up, EXPLORE_IN_ALL, "data race" },
    { "release_sequence", prepare, { plain_send, add_relaxed_to_y, plain_receive_two }, give_up },
    { "iriw", prepare, { write_x, write_y, read_xy, read_yx }, iriw_check, .fails_in = EXPLORE_IN_RA },
    { "iriw_fenced", prepare, { write_x, write_y, read_xy_fenced, read_yx_fenced }, iriw_check },
    { "coherence", prepare, { write_x, read_x_twice }, coherence_check },
    { "counter", prepare, { add, add, add }, three_check },
    { "counter_careless", prepare, { add_carelessly, add, add }, three_check, .fails_in = EXPLORE_IN_ALL },
};
EXPLORE_SCENARIOS("litmus", scenarios)
