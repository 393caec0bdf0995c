/* gate.c: the explorer's scenarios on a gate alone: a count of items, askers who add to it and wake, sleepers who take.
 *
 * SPDX-License-Identifier: MIT */
#include "channel/gate.h"
#include "thread/os.h"

#include <string.h>

#include <sluice/status.h>

#include "explore.h"

static struct shared {
    struct sluice__gate gate;
    sluice__a32 items;
    sluice__a32 closed;
    sluice__a32 slot[3]; /* items of a lone asker's, each 0 or 1 */
    sluice__a32 nothing; /* to sleep on for a while */
} *s;
static unsigned taken, added;
static bool often[EXPLORE_THREADS];
static unsigned slots_used; /* of slot[] */

static void prepare(void)
{
    s = explore_allocate(sizeof *s);
    memset(s, 0, sizeof *s);
    sluice__gate_init(&s->gate);
    taken = added = 0;
    slots_used = 2;
    memset(often, 0, sizeof often);
}

static void prepare_often(void)
{
    prepare();
    memset(often, 1, sizeof often);
}

static void prepare_mixed(void)
{
    prepare();
    often[1] = true;
}

static void prepare_refused(void)
{
    explore_refuse_membarrier();
    prepare();
}

/* membarrier began to be refused when the gate was in use already, and that is long ago. */
static void prepare_settled_long_ago(void)
{
    prepare_refused();
    sluice__a32_store_relaxed(&s->gate.attention, SLUICE__GATE_FENCED | SLUICE__GATE_SETTLED);
    sluice__a64_store_relaxed(&s->gate.fenced_at, 1);
}

static void prepare_three_slots(void)
{
    prepare();
    slots_used = 3;
}

static void prepare_two_inside(void)
{
    prepare();
    sluice__a32_store_relaxed(&s->items, 2);
    added = 2;
}

static void finish(void)
{
    EXPLORE_CHECK(sluice__a32_load_relaxed(&s->items) == added - taken);
    EXPLORE_CHECK((sluice__a32_load_relaxed(&s->gate.attention) & ~(SLUICE__GATE_FENCED | SLUICE__GATE_SETTLED)) == 0);
    explore_free(s);
}

/* ---- askers ---- */

static void ask(void)
{
    if (sluice__gate_is_wanted(&s->gate))
        sluice__gate_wake(&s->gate);
}

static void add_one(void)
{
    sluice__a32_add_release(&s->items, 1); /* on x86 a fence, too: the one without is below */
    added++;
    ask();
}

static void add_two(void)
{
    add_one();
    add_one();
}

/* The only asker: a store, not a locked operation. */
static void store_one(void)
{
    sluice__a32_store_release(&s->items, 1);
    added++;
    ask();
}

/* Likewise more than once: what comes after the first may not be seen for a while, though its asker found nobody to wake. */
static void store_slots(void)
{
    for (unsigned i = 0; i < slots_used; i++) {
        sluice__a32_store_release(&s->slot[i], 1);
        ask();
    }
}

static void close_it(void)
{
    sluice__a32_or_acq_rel(&s->closed, 1);
    sluice__gate_wake_all(&s->gate);
}

static void unfence(void)
{
    sluice__gate_unfence(&s->gate);
    add_one();
}

static void unfence_and_store(void)
{
    sluice__gate_unfence(&s->gate);
    store_one();
}

/* Nobody's doing: for as long as it takes a gate to be settled, and more. (The word is touched so that the search sees a reason to let
 * it pass at one moment and not another.) */
static void time_passes(void)
{
    sluice__os_futex_wait(&s->nothing, 0, explore_now() + 25000000);
    sluice__a32_or_relaxed(&s->gate.attention, 0);
}

/* ---- sleepers, as src/channel/wait.c does it ---- */

static bool is_there(void)
{
    return sluice__a32_load_acquire(&s->items) != 0 || sluice__a32_load_acquire(&s->closed) != 0;
}

static bool take(void)
{
    uint32_t there = sluice__a32_load_acquire(&s->items);
    while (there)
        if (sluice__a32_cas_acq_rel(&s->items, &there, there - 1)) {
            taken++;
            return true;
        }
    return false;
}

static uint32_t items(void)
{
    return sluice__a32_load_acquire(&s->items);
}

static bool sleep_once(bool is_often, uint64_t deadline, bool (*is_something)(void), uint32_t (*count)(void))
{
    bool in_time = true;
    uint32_t ticket = sluice__gate_prepare(&s->gate, is_often);
    bool found = is_something();
    if (!found) {
        in_time = sluice__gate_sleep(&s->gate, ticket, deadline);
        found = is_something();
    }
    uint32_t mine = found ? 1 : 0;
    if (sluice__gate_leave(&s->gate, ticket) && count() > mine)
        sluice__gate_wake(&s->gate);
    return in_time || found;
}

static void take_one_by(bool is_often, uint64_t deadline)
{
    while (!take() && !sluice__a32_load_acquire(&s->closed))
        if (!sleep_once(is_often, deadline, is_there, items))
            return;
}

static uint32_t slots(void)
{
    uint32_t n = 0;
    for (unsigned i = 0; i < slots_used; i++)
        n += sluice__a32_load_acquire(&s->slot[i]);
    return n;
}

static bool is_a_slot(void)
{
    return slots() != 0;
}

static bool take_from(unsigned i)
{
    uint32_t one = 1;
    return sluice__a32_cas_acq_rel(&s->slot[i], &one, 0);
}

static void take_a_slot(void)
{
    for (;;) {
        for (unsigned i = 0; i < slots_used; i++)
            if (take_from(i))
                return;
        (void)sleep_once(false, UINT64_MAX, is_a_slot, slots);
    }
}

static void take_one(void)
{
    take_one_by(often[0], UINT64_MAX);
}

static void another_takes_one(void)
{
    take_one_by(often[1], UINT64_MAX);
}

static void take_one_or_give_up(void)
{
    take_one_by(often[0], explore_now() + 1000000);
}

/* Announces itself, and goes without having slept. */
static void announce(bool is_often)
{
    uint32_t ticket = sluice__gate_prepare(&s->gate, is_often);
    if (sluice__gate_leave(&s->gate, ticket) && sluice__a32_load_acquire(&s->items) > 0)
        sluice__gate_wake(&s->gate);
}

static void announce_only(void)
{
    announce(often[1]);
}

/* The gate is made cheap for sleepers, then for askers again. */
static void announce_both_ways_then_take(void)
{
    announce(true);
    announce(false);
    take_one_by(false, UINT64_MAX);
}

static void announce_then_take_often(void)
{
    announce(true);
    take_one_by(true, UINT64_MAX);
}

static const struct explore_scenario scenarios[] = {
    { "store_take", prepare, { store_one, take_one }, finish },
    { "store_take_often", prepare_often, { store_one, take_one }, finish },
    { "store_take_refused", prepare_refused, { store_one, take_one }, finish },
    { "add_take", prepare, { add_one, take_one }, finish },
    { "add_two_take_two", prepare, { add_two, take_one, another_takes_one }, finish },
    { "add_add_take_take", prepare, { add_one, add_one, take_one, another_takes_one }, finish },
    { "add_add_take_take_mixed", prepare_mixed, { add_one, add_one, take_one, another_takes_one }, finish },
    { "one_gives_up", prepare, { add_two, take_one_or_give_up, another_takes_one }, finish },
    { "one_gives_up_often", prepare_often, { add_two, take_one_or_give_up, another_takes_one }, finish },
    { "one_gives_up_refused", prepare_refused, { add_two, take_one_or_give_up, another_takes_one }, finish },
    { "one_only_announces", prepare, { add_one, announce_only, take_one }, finish },
    { "one_only_announces_mixed", prepare_mixed, { add_one, announce_only, take_one }, finish },
    { "unfenced_meanwhile", prepare_often, { unfence, take_one }, finish },
    { "unfenced_by_one_of_two", prepare_often, { unfence, add_one, take_one, another_takes_one }, finish },
    { "store_two_take_two", prepare, { store_slots, take_a_slot, take_a_slot }, finish },
    { "store_three_take_three", prepare_three_slots, { take_a_slot, take_a_slot, take_a_slot, store_slots }, finish },
    { "settled_while_it_slept", prepare, { store_one, take_one, time_passes }, finish },
    { "settled_long_ago", prepare_settled_long_ago, { unfence_and_store, take_one }, finish },
    { "both_ways", prepare, { store_one, announce_both_ways_then_take }, finish },
    { "unfenced_then_often", prepare, { unfence_and_store, announce_then_take_often }, finish },
    { "unfenced_by_a_fellow", prepare, { store_one, announce_then_take_often, announce_only }, finish },
    { "close", prepare, { close_it, take_one }, finish },
    { "close_two", prepare, { close_it, take_one, another_takes_one }, finish },
    { "inside", prepare_two_inside, { take_one, another_takes_one }, finish },
};
EXPLORE_SCENARIOS("gate", scenarios)
