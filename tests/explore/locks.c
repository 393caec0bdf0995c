/* locks.c: mutexes and condition variables that explored code sees. Whoever unlocks lets all try who want the lock.
 *
 * SPDX-License-Identifier: MIT */
#include "thread/os.h"

#include <errno.h>

#include "engine.h"
#include "explore_atomic.h"

/* ---- locks: the first word says who has it, and one more ---- */

static uint32_t *owner_of(sluice__os_mutex *mutex)
{
    return (uint32_t *)(void *)mutex;
}

int sluice__os_mutex_init(sluice__os_mutex *mutex, int checked)
{
    (void)checked;
    if (ex_choose_fault())
        return EAGAIN;
    *owner_of(mutex) = 0;
    return 0;
}

static void acquire(sluice__os_mutex *mutex)
{
    struct ex_place *place = ex_queue_of(mutex);
    *owner_of(mutex) = ex.current + 1;
    ex_clock_join(&ex_self()->clock, &place->released);
    if (ex.mode == EX_RA)
        ex_weak_newest(place, EXPLORE_ACQUIRE);
}

/* Waits in line for the lock; whoever unlocks lets all of them try. */
static void lock(sluice__os_mutex *mutex)
{
    while (*owner_of(mutex)) {
        if (*owner_of(mutex) == ex.current + 1)
            ex_fail("locked twice");
        ex_block(EX_LOCKS, mutex, UINT64_MAX);
        ex_touch(ex_queue_of(mutex), true);
    }
    acquire(mutex);
}

int sluice__os_mutex_lock(sluice__os_mutex *mutex)
{
    if (!ex.running)
        return 0;
    ex_point();
    ex_drain(ex.current);
    ex_accessed(ex_queue_of(mutex), true);
    ex_touch(ex_queue_of(mutex), true);
    lock(mutex);
    ex_say(mutex, "locks");
    return 0;
}

int sluice__os_mutex_try_lock(sluice__os_mutex *mutex)
{
    if (!ex.running)
        return 0;
    ex_point();
    ex_drain(ex.current);
    ex_accessed(ex_queue_of(mutex), true);
    ex_touch(ex_queue_of(mutex), true);
    if (*owner_of(mutex)) {
        ex_say(mutex, "does not get the lock");
        return EBUSY;
    }
    acquire(mutex);
    ex_say(mutex, "locks");
    return 0;
}

static void unlock(sluice__os_mutex *mutex)
{
    struct ex_place *place = ex_queue_of(mutex);
    if (*owner_of(mutex) != ex.current + 1)
        ex_fail("unlocked what it had not locked");
    place->released = ex_self()->clock;
    ex_clock_tick(ex_self());
    if (ex.mode == EX_RA)
        ex_weak_store(place, 0, EXPLORE_RELEASE, false);
    *owner_of(mutex) = 0;
    unsigned waiters[EX_THREADS], n = ex_waiters_at(mutex, EX_LOCKS, waiters);
    for (unsigned i = 0; i < n; i++)
        ex_wake(waiters[i], 0);
    ex.writes++;
}

int sluice__os_mutex_unlock(sluice__os_mutex *mutex)
{
    if (!ex.running)
        return 0;
    ex_point();
    ex_drain(ex.current);
    ex_accessed(ex_queue_of(mutex), true);
    ex_touch(ex_queue_of(mutex), true);
    ex_say(mutex, "unlocks");
    unlock(mutex);
    return 0;
}

void sluice__os_mutex_destroy(sluice__os_mutex *mutex)
{
    if (ex.running && *owner_of(mutex))
        ex_fail("destroyed a lock that is held");
}

/* ---- condition variables ---- */

int sluice__os_condition_init(sluice__os_condition *condition)
{
    (void)condition;
    return ex_choose_fault() ? EAGAIN : 0;
}

int sluice__os_condition_wait(sluice__os_condition *condition, sluice__os_mutex *mutex, uint64_t deadline)
{
    if (!ex.running)
        ex_fail("the only thread waits for a condition");
    ex_point();
    ex_drain(ex.current);
    ex_touch(ex_queue_of(mutex), true);
    ex_touch(ex_queue_of(condition), true);
    unlock(mutex);
    int with = 0;
    if (!ex_choose_fault()) {
        ex_say(condition, "waits for");
        ex_block(EX_SLEEPS, condition, deadline);
        with = ex_self()->woken_with;
        ex_touch(ex_queue_of(condition), true);
    } else {
        ex_point_free();
    }
    ex_touch(ex_queue_of(mutex), true);
    lock(mutex);
    ex_say(condition, "was woken (%d) by", with);
    return with;
}

void sluice__os_condition_signal(sluice__os_condition *condition)
{
    if (!ex.running)
        return;
    ex_point();
    ex_heap_check(condition, sizeof *condition, true);
    ex_touch(ex_queue_of(condition), true);
    ex_say(condition, "signals");
    ex_wake_some(condition, 1);
}

void sluice__os_condition_broadcast(sluice__os_condition *condition)
{
    if (!ex.running)
        return;
    ex_point();
    ex_heap_check(condition, sizeof *condition, true);
    ex_touch(ex_queue_of(condition), true);
    ex_say(condition, "broadcasts");
    ex_wake_some(condition, EX_THREADS);
}

void sluice__os_condition_destroy(sluice__os_condition *condition)
{
    (void)condition;
}
