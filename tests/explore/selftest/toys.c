/* toys.c: small things with a fault each, which the explorer must find, and the same without, in which it must find none.
 *
 * SPDX-License-Identifier: MIT */
#include <string.h>

#include "thread/os.h"

#include "explore.h"

static struct shared {
    sluice__a32 published, wanted, turns;
    uint64_t payload;
    sluice__os_mutex lock, other_lock;
    sluice__os_condition condition;
    uint32_t ready, count;
} *s;


static void prepare(void)
{
    s = explore_allocate(sizeof *s);
    memset(s, 0, sizeof *s);
    EXPLORE_CHECK(sluice__os_mutex_init(&s->lock, 0) == 0 && sluice__os_mutex_init(&s->other_lock, 0) == 0);
    EXPLORE_CHECK(sluice__os_condition_init(&s->condition) == 0);
}

static void finish(void)
{
    explore_free(s);
}

/* ---- a cell: published by a word ---- */

static void cell_send(void)
{
    s->payload = 1;
    sluice__a32_store_release(&s->published, 1);
}

static void cell_send_early(void)
{
    sluice__a32_store_release(&s->published, 1);
    s->payload = 1;
}

static void cell_receive(void)
{
    if (sluice__a32_load_acquire(&s->published))
        EXPLORE_CHECK(s->payload == 1);
}

/* ---- gates: one publishes and wakes, one announces itself, looks and sleeps ---- */

static void wake(void)
{
    sluice__a32_add_release(&s->turns, 1);
    sluice__os_futex_wake(&s->turns, 1);
}

static void gate_send(void)
{
    sluice__a32_store_release(&s->published, 1);
    sluice__compiler_barrier();
    if (sluice__a32_load_relaxed(&s->wanted))
        wake();
}

static void gate_send_no_compiler_barrier(void)
{
    sluice__a32_store_release(&s->published, 1);
    if (sluice__a32_load_relaxed(&s->wanted))
        wake();
}

static void gate_send_fenced(void)
{
    sluice__a32_store_release(&s->published, 1);
    sluice__fence_full();
    if (sluice__a32_load_relaxed(&s->wanted))
        wake();
}

static void sleep_until_published(int heavy, int fence)
{
    uint32_t ticket = sluice__a32_load_acquire(&s->turns);
    sluice__a32_store_relaxed(&s->wanted, 1);
    if (heavy)
        EXPLORE_CHECK(sluice__os_membarrier() == 0);
    if (fence)
        sluice__fence_full();
    while (!sluice__a32_load_acquire(&s->published) && sluice__a32_load_relaxed(&s->turns) == ticket)
        sluice__os_futex_wait(&s->turns, ticket, UINT64_MAX);
}

static void gate_receive(void)
{
    sleep_until_published(1, 0);
}

static void gate_receive_fenced(void)
{
    sleep_until_published(0, 1);
}

static void gate_receive_no_barrier(void)
{
    sleep_until_published(0, 0);
}

/* Looks, and announces itself after that. */
static void gate_receive_late(void)
{
    if (sluice__a32_load_acquire(&s->published))
        return;
    uint32_t ticket = sluice__a32_load_acquire(&s->turns);
    sluice__a32_add_acq_rel(&s->wanted, 1);
    sluice__os_futex_wait(&s->turns, ticket, UINT64_MAX);
}

/* ---- a wake-up that one who gave up has taken: whoever comes out is to wake the next ---- */

static void wait_for_it(uint64_t deadline, bool passes_on)
{
    for (;;) {
        uint32_t ticket = sluice__a32_load_acquire(&s->turns);
        if (sluice__a32_load_acquire(&s->published))
            break;
        sluice__os_futex_wait(&s->turns, ticket, deadline);
        if (deadline != UINT64_MAX) { /* woken or not, it has no more time */
            if (passes_on)
                wake();
            return;
        }
    }
    wake();
}

static void wait_shortly(void)
{
    wait_for_it(explore_now() + 1000, false);
}

static void wait_shortly_pass_on(void)
{
    wait_for_it(explore_now() + 1000, true);
}

static void wait_long(void)
{
    wait_for_it(UINT64_MAX, false);
}

static void publish_one(void)
{
    sluice__a32_store_release(&s->published, 1);
    wake();
}

/* ---- condition variables ---- */

static void condition_wait(void)
{
    sluice__os_mutex_lock(&s->lock);
    while (!s->ready)
        sluice__os_condition_wait(&s->condition, &s->lock, UINT64_MAX);
    sluice__os_mutex_unlock(&s->lock);
}

static void condition_wait_once(void)
{
    sluice__os_mutex_lock(&s->lock);
    if (!s->ready)
        sluice__os_condition_wait(&s->condition, &s->lock, UINT64_MAX);
    EXPLORE_CHECK(s->ready);
    sluice__os_mutex_unlock(&s->lock);
}

static void condition_wait_no_look(void)
{
    sluice__os_mutex_lock(&s->lock);
    sluice__os_condition_wait(&s->condition, &s->lock, UINT64_MAX);
    sluice__os_mutex_unlock(&s->lock);
}

static void condition_signal(void)
{
    sluice__os_mutex_lock(&s->lock);
    s->ready = 1;
    sluice__os_condition_signal(&s->condition);
    sluice__os_mutex_unlock(&s->lock);
}

/* ---- locks ---- */

static void lock_both(void)
{
    sluice__os_mutex_lock(&s->lock);
    sluice__os_mutex_lock(&s->other_lock);
    s->count++;
    sluice__os_mutex_unlock(&s->other_lock);
    sluice__os_mutex_unlock(&s->lock);
}

static void lock_both_otherwise(void)
{
    sluice__os_mutex_lock(&s->other_lock);
    sluice__os_mutex_lock(&s->lock);
    s->count++;
    sluice__os_mutex_unlock(&s->lock);
    sluice__os_mutex_unlock(&s->other_lock);
}

static void lock_other(void)
{
    sluice__os_mutex_lock(&s->other_lock);
    s->count++;
    sluice__os_mutex_unlock(&s->other_lock);
}

static void lock_first(void)
{
    sluice__os_mutex_lock(&s->lock);
    s->count++;
    sluice__os_mutex_unlock(&s->lock);
}

#define ALL EXPLORE_IN_ALL
#define WEAK (EXPLORE_IN_TSO | EXPLORE_IN_RA)

static const struct explore_scenario scenarios[] = {
    { "cell", prepare, { cell_send, cell_receive }, finish },
    { "cell_early", prepare, { cell_send_early, cell_receive }, finish, ALL, "data race" },
    { "gate", prepare, { gate_send, gate_receive }, finish, .faults = -1 },
    { "gate_fenced", prepare, { gate_send_fenced, gate_receive_fenced }, finish },
    { "gate_no_compiler_barrier", prepare, { gate_send_no_compiler_barrier, gate_receive }, finish, EXPLORE_IN_TSO, "lost wake-up",
      .faults = -1 },
    { "gate_no_membarrier", prepare, { gate_send, gate_receive_no_barrier }, finish, WEAK, "lost wake-up" },
    { "gate_fence_for_membarrier", prepare, { gate_send, gate_receive_fenced }, finish, WEAK, "lost wake-up" },
    { "gate_sender_fence_only", prepare, { gate_send_fenced, gate_receive_no_barrier }, finish, WEAK, "lost wake-up" },
    { "gate_looks_too_early", prepare, { publish_one, gate_receive_late }, finish, ALL, "lost wake-up" },
    { "wake_up_kept", prepare, { publish_one, wait_shortly, wait_long }, finish, ALL, "lost wake-up" },
    { "wake_up_passed_on", prepare, { publish_one, wait_shortly_pass_on, wait_long }, finish },
    { "condition", prepare, { condition_wait, condition_signal }, finish },
    { "condition_if", prepare, { condition_wait_once, condition_signal }, finish, ALL, "s->ready" },
    { "condition_no_look", prepare, { condition_wait_no_look, condition_signal }, finish, ALL, "lost wake-up" },
    { "locks", prepare, { lock_both, lock_both, lock_other }, finish },
    { "locks_crossed", prepare, { lock_both, lock_both_otherwise }, finish, ALL, "deadlock" },
    { "locks_two_for_one", prepare, { lock_first, lock_other }, finish, ALL, "data race" },
};
EXPLORE_SCENARIOS("toys", scenarios)
