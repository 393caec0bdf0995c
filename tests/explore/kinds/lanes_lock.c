/* lanes_lock.c: the explorer's scenarios on a lane's lock alone: leases, their revocation, and seats, by receivers that do what
 * <sluice/detail/mpmc_lanes_receiver.h> does around a message. What the lock guards is a plain number.
 *
 * SPDX-License-Identifier: MIT */
#include "queue/lanes.h"

#include <string.h>

#include <sluice/status.h>

#include "explore.h"

static struct shared {
    struct sluice__lanes lanes;
    struct sluice__lane lane;
    uint64_t work;
} *s;

/* A receiver: its seat, and the lock's word while it has a lease. */
static struct receiver {
    struct sluice__lanes_seat *seat;
    uint64_t lease;
} receivers[EXPLORE_THREADS];
static unsigned done; /* the work that was done */

static void work(struct receiver *r)
{
    s->work++;
    done++;
    sluice__a32_store_release(&r->seat->inside, 0);
}

static void begin_turn(struct receiver *r)
{
    sluice__a32_store_relaxed(&r->seat->inside, 1);
    r->lease = sluice__lane_lease(&s->lane, r->seat);
    work(r);
}

static void lock(unsigned i)
{
    if (sluice__lane_try_lock(&s->lane))
        begin_turn(&receivers[i]);
}

static void give_up(struct receiver *r)
{
    if (r->lease)
        sluice__lane_give_up(&s->lane, r->lease);
    r->lease = 0;
}

/* Within a turn, or what ends it. */
static void go_on(unsigned i)
{
    struct receiver *r = &receivers[i];
    sluice__a32_store_relaxed(&r->seat->inside, 1);
    sluice__compiler_barrier();
    if (r->lease && sluice__a64_load_relaxed(&s->lane.lock) == r->lease)
        work(r);
    else
        give_up(r);
}

static void revoke(unsigned i)
{
    uint64_t word = sluice__lane_lock_word(&s->lane);
    if (word && sluice__lane_revoke(&s->lane, word))
        begin_turn(&receivers[i]);
}

static void prepare(void)
{
    s = explore_allocate(sizeof *s);
    memset(s, 0, sizeof *s);
    memset(receivers, 0, sizeof receivers);
    done = 0;
    for (unsigned i = 0; i < 3; i++) {
        receivers[i].seat = sluice__lanes_take_seat(&s->lanes);
        EXPLORE_CHECK(receivers[i].seat);
    }
}

static void prepare_leased(void)
{
    prepare();
    lock(0);
    EXPLORE_CHECK(receivers[0].lease);
}

/* All give up; then the lane is free. */
static void finish(void)
{
    for (unsigned i = 0; i < 3; i++)
        give_up(&receivers[i]);
    EXPLORE_CHECK(s->work == done);
    EXPLORE_CHECK(sluice__lane_lock_word(&s->lane) == 0);
    sluice__lanes_free_seats(&s->lanes);
    explore_free(s);
}

/* ---- a lease is lost, or kept ---- */

static void use_twice(void)
{
    go_on(0);
    go_on(0);
}

static void use_lock_use(void)
{
    go_on(0);
    lock(0);
    go_on(0);
}

static void use_then_give_up(void)
{
    go_on(0);
    give_up(&receivers[0]);
}

static void second_revokes(void)
{
    revoke(1);
}

static void second_revokes_and_uses(void)
{
    revoke(1);
    go_on(1);
}

static void second_locks_or_revokes(void)
{
    lock(1);
    revoke(1);
}

static void third_revokes(void)
{
    revoke(2);
}

/* ---- seats ---- */

static struct sluice__lanes_seat *taken[3];

static void prepare_vacant(void)
{
    prepare();
    sluice__lanes_leave_seat(&s->lanes, receivers[2].seat);
    memset(taken, 0, sizeof taken);
}

static void take_two(void)
{
    taken[0] = sluice__lanes_take_seat(&s->lanes);
    taken[1] = sluice__lanes_take_seat(&s->lanes);
}

static void take_one(void)
{
    taken[2] = sluice__lanes_take_seat(&s->lanes);
}

static void finish_seats(void)
{
    EXPLORE_CHECK(taken[0] && taken[1] && taken[2]);
    EXPLORE_CHECK(taken[0] != taken[1] && taken[1] != taken[2] && taken[0] != taken[2]);
    EXPLORE_CHECK(taken[0] == receivers[2].seat || taken[1] == receivers[2].seat || taken[2] == receivers[2].seat);
    finish();
}

static const struct explore_scenario list[] = {
    { "use_beside_a_revoker", prepare_leased, { use_twice, second_revokes_and_uses }, finish },
    { "give_up_beside_a_revoker", prepare_leased, { use_then_give_up, second_locks_or_revokes }, finish },
    { "two_revoke", prepare_leased, { use_twice, second_revokes_and_uses, third_revokes }, finish },
    { "two_revoke_two_leases", prepare_leased, { use_lock_use, second_revokes, third_revokes }, finish },
    { .name = "seats", .prepare = prepare_vacant, .bodies = { take_two, take_one }, .finish = finish_seats, .faults = -1 },
};

EXPLORE_SCENARIOS("lanes_lock", list)
