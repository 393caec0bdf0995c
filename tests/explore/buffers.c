/* buffers.c: TSO's store buffers, and what makes others' stores visible.
 *
 * A store waits in its buffer by choice; the stores after it then wait, too. It reaches memory when its thread does a locked operation
 * or a fence, when the buffer's turn is chosen, when another's membarrier drains it (from the last compiler barrier on backwards), or when
 * it has become old.
 *
 * SPDX-License-Identifier: MIT */
#include "engine.h"

#include <string.h>

#include "explore_atomic.h"

static void commit(unsigned thread)
{
    struct ex_thread *t = &ex.thread[thread];
    struct ex_store s = t->buffer[0];
    memmove(t->buffer, t->buffer + 1, --t->buffered * sizeof s);
    struct ex_place *place = ex_place_of(s.word, s.bytes);
    ex_order_join(&ex.order[ex.actor], &s.order);
    ex_touch(place, true);
    ex_heap_check(s.word, s.bytes, true);
    ex_raw_set(s.word, s.bytes, s.value);
    place->released = s.released;
    ex.writes++;
    ex_say(s.word, "thread %u's store reaches memory: %llx", thread, (unsigned long long)s.value);
}

void ex_flush_one(unsigned thread)
{
    ex_order_join(&ex.order[thread + EX_THREADS], &ex.thread[thread].buffer[0].order);
    ex_touch(ex_special(0), false);
    commit(thread);
}

void ex_drain(unsigned thread)
{
    if (ex.mode != EX_TSO || !ex.running)
        return;
    ex_order_join(&ex.order[ex.actor], &ex.order[thread + EX_THREADS]);
    while (ex.thread[thread].buffered)
        commit(thread);
}

#define BUFFERED_MAX UINT64_C(10000000) /* ns: no store waits longer, as timer ticks come in between */

void ex_pass_time(uint64_t until)
{
    ex.now = ex.now < until ? until : ex.now;
    for (unsigned i = 1; ex.running && i <= ex.threads; i++)
        while (ex.thread[i].buffered && ex.now - ex.thread[i].buffer[0].at > BUFFERED_MAX)
            commit(i);
}

bool ex_waits_in_buffer(void)
{
    struct ex_thread *t = ex_self();
    if (t->buffered)
        return t->buffered < EX_BUFFER_MAX || (ex_drain(ex.current), false);
    if (ex.mode != EX_TSO || !ex_may(ex.used.delays, ex.bounds.delays) || ex.threads < 2 || ex_choose(2) == 0)
        return false;
    ex.used.delays++;
    return true;
}

void ex_put_in_buffer(void *word, unsigned bytes, uint64_t value, int order)
{
    struct ex_thread *t = ex_self();
    ex_touch(ex_special(0), false);
    t->buffer[t->buffered++] = (struct ex_store){ .word = word, .bytes = (uint8_t)bytes, .value = value, .at = ex.now,
                                                  .released = ex_to_release(order), .order = ex.order[ex.actor] };
    ex_say(word, "stores %llx, in its buffer", (unsigned long long)value);
}

const struct ex_store *ex_in_buffer(const void *word)
{
    const struct ex_thread *t = ex_self();
    for (unsigned i = t->buffered; i-- > 0;)
        if (t->buffer[i].word == word)
            return &t->buffer[i];
    return NULL;
}

void explore_compiler_barrier(void)
{
    struct ex_thread *t = ex_self();
    for (unsigned i = 0; ex.running && i < t->buffered; i++)
        t->buffer[i].issued = true;
}

void ex_barrier_on_all(void)
{
    if (!ex.running || ex.mode == EX_SC)
        return;
    ex_point();
    ex_say(NULL, "membarrier");
    ex_drain(ex.current);
    ex_touch(ex_special(0), true);
    for (unsigned i = 1; i <= ex.threads; i++)
        while (ex.mode == EX_TSO && ex.thread[i].buffered && ex.thread[i].buffer[0].issued)
            commit(i);
    for (unsigned twice = 0; ex.mode == EX_RA && twice < 2; twice++)
        for (unsigned i = 1; i <= ex.threads; i++)
            ex_weak_fence(&ex.thread[i]);
}
