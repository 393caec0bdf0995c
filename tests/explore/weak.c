/* weak.c: release/acquire memory with full fences, as an abstract machine of views (J. Kang and others, "A Promising Semantics for
 * Relaxed-Memory Concurrency", 2017, without promises; fences as in O. Lahav and others, "Repairing Sequential Consistency in
 * C/C++11", 2017).
 *
 * Every place has a history of the values stored there. A thread's view says of each place how old a value it may still read; what it
 * reads raises that. A release store leaves the thread's view with the value, and an acquire load takes that over. A full fence
 * joins the thread's view with that of all full fences before. A read-modify-write reads the newest value, always. New values come
 * last in their place's history: that two threads' stores to one place are ordered against the order of execution is not modelled.
 *
 * membarrier is a full fence on every thread, twice: so that each has what all had.
 *
 * SPDX-License-Identifier: MIT */
#include "engine.h"

#include <string.h>

#include "explore_atomic.h"

#define VIEWS_MAX 8192
#define OLDEST_MAX 4 /* so many values back can be read */

static uint16_t pool[VIEWS_MAX][EX_PLACES_MAX];
static unsigned pool_used;
static struct ex_message histories[EX_PLACES_MAX][EX_HISTORY_MAX];
static uint16_t fences[EX_PLACES_MAX]; /* what all full fences so far have seen */

static uint16_t *new_view(const uint16_t *from)
{
    if (pool_used == VIEWS_MAX)
        ex_fail("the explorer itself: too many views");
    uint16_t *view = pool[pool_used++];
    if (from)
        memcpy(view, from, sizeof pool[0]);
    else
        memset(view, 0, sizeof pool[0]);
    return view;
}

static void join(uint16_t *into, const uint16_t *from)
{
    for (unsigned i = 0; from && i < ex.places; i++)
        into[i] = into[i] < from[i] ? from[i] : into[i];
}

void ex_weak_begin(void)
{
    pool_used = 0;
    memset(fences, 0, sizeof fences);
    for (unsigned i = 0; i < EX_THREADS; i++) {
        ex.thread[i].view = new_view(NULL);
        ex.thread[i].fence_view = new_view(NULL);
        ex.thread[i].pending_view = new_view(NULL);
    }
}

static struct ex_message *message(struct ex_place *place, unsigned number)
{
    return &place->history[number % EX_HISTORY_MAX];
}

/* The value that plain memory has there is the first of a history, or the next. */
static void see_memory(struct ex_place *place)
{
    if (place->has_history)
        return;
    place->has_history = true;
    if (!place->history)
        place->history = histories[place->index];
    else
        place->oldest = ++place->newest;
    *message(place, place->newest) = (struct ex_message){ .value = ex_raw_get((const void *)place->address, place->bytes) };
    for (unsigned i = 0; i < EX_THREADS; i++)
        ex.thread[i].view[place->index] = place->newest;
}

void ex_weak_forget(struct ex_place *place)
{
    place->has_history = false;
}

static void take_over(const struct ex_message *m, int order)
{
    struct ex_thread *t = ex_self();
    bool acquires = order & EXPLORE_ACQUIRE;
    ex_clock_join(acquires ? &t->clock : &t->pending_clock, &m->released);
    join(acquires ? t->view : t->pending_view, m->view);
}

static uint64_t read_from(struct ex_place *place, unsigned number, int order)
{
    const struct ex_message *m = message(place, number);
    ex_self()->view[place->index] = (uint16_t)number;
    take_over(m, order);
    return m->value;
}

uint64_t ex_weak_load(struct ex_place *place, int order)
{
    see_memory(place);
    ex_touch(place, false);
    unsigned least = ex_self()->view[place->index];
    least = least < place->oldest ? place->oldest : least;
    unsigned choices = place->newest - least + 1u;
    choices = choices > OLDEST_MAX ? OLDEST_MAX : choices;
    unsigned back = 0;
    if (choices > 1)
        ex_touch(ex_special(0), false);
    if (choices > 1 && ex_may(ex.used.stale, ex.bounds.stale) && ex.threads > 1)
        back = ex_choose(choices);
    ex.used.stale += back > 0;
    return read_from(place, place->newest - back, order);
}

uint64_t ex_weak_newest(struct ex_place *place, int order)
{
    see_memory(place);
    return read_from(place, place->newest, order);
}

void ex_weak_store(struct ex_place *place, uint64_t value, int order, bool is_rmw)
{
    struct ex_thread *t = ex_self();
    see_memory(place);
    ex_touch(ex_special(0), false);
    const struct ex_message *before = message(place, place->newest);
    struct ex_message m = { .value = value };
    bool releases = order & EXPLORE_RELEASE;
    unsigned number = ++place->newest;
    if (number - place->oldest >= EX_HISTORY_MAX)
        place->oldest++;
    t->view[place->index] = (uint16_t)number;
    m.released = releases ? t->clock : t->fence_clock;
    m.view = new_view(releases ? t->view : t->fence_view);
    m.view[place->index] = (uint16_t)number;
    if (is_rmw) { /* continues the release sequence */
        ex_clock_join(&m.released, &before->released);
        join(m.view, before->view);
    }
    *message(place, number) = m;
    if (releases)
        ex_clock_tick(t);
}

void ex_weak_fence(struct ex_thread *t)
{
    join(t->view, t->pending_view);
    join(t->view, fences);
    memcpy(fences, t->view, sizeof fences);
    memcpy(t->fence_view, t->view, sizeof fences);
}
