/* os.c: the operating system that explored code sees: a clock that moves when somebody waits, futexes, locks and memory of the
 * explorer's own. Whatever a system may do, it does at some choice: a sleeper is woken, or its deadline passes, or it returns for no
 * reason; an allocation fails.
 *
 * SPDX-License-Identifier: MIT */
#include "thread/os.h"

#include <errno.h>
#include <string.h>

#include "thread/cpu.h"

#include "engine.h"
#include "explore.h"
#include "explore_atomic.h"

#define BEGINNING UINT64_C(1000000000)

unsigned explore_lanes_waste = 4096;
unsigned explore_lanes_visits = 16;
uint64_t explore_first_position;

static void *owns[EX_THREADS];
static bool refuses_membarrier;

void ex_os_begin(void)
{
    ex.now = BEGINNING;
    explore_first_position = 0;
    refuses_membarrier = false;
    memset(owns, 0, sizeof owns);
}

void ex_os_warm_up(void)
{
    ex.execution = 1;
    ex_heap_begin();
    ex_os_begin();
    sluice__cpu_count_refresh();
    ex_memory_keep();
}

/* ---- time, CPUs ---- */

uint64_t sluice__os_now(void)
{
    return ex.now;
}

uint64_t sluice__os_ticks(void)
{
    return ex.now;
}

uint64_t sluice__os_ticks_per_us(void)
{
    return 1000;
}

#define YIELD UINT64_C(200000) /* ns */

void sluice__os_yield(void)
{
    sluice__compiler_barrier();
    ex_pass_time(ex.now + YIELD);
    sluice__cpu_relax();
}

int sluice__os_cpu(void)
{
    return (int)ex.current;
}

unsigned sluice__os_affinity_count(void)
{
    return EX_THREADS;
}

int sluice__os_read_file(const char *path, char *buffer, size_t size)
{
    (void)path, (void)buffer, (void)size;
    return ENOENT;
}

/* ---- sleeping ---- */

struct ex_place *ex_queue_of(const void *word)
{
    return ex_place_of(word, 4);
}

static const int reasons[] = { 0, EINTR, EAGAIN, ETIMEDOUT };

int sluice__os_futex_wait(sluice__a32 *word, uint32_t expected, uint64_t deadline)
{
    if (!ex.running) {
        if (word->value != expected)
            return EAGAIN;
        if (deadline == UINT64_MAX)
            ex_fail("the only thread sleeps for ever");
        ex.now = ex.now < deadline ? deadline : ex.now;
        return ETIMEDOUT;
    }
    ex_point();
    ex_drain(ex.current); /* the kernel's own locked operations */
    ex_heap_check(word, sizeof *word, false);
    ex_touch(ex_queue_of(word), true);
    if (word->value != expected)
        return EAGAIN;
    if (ex_choose_fault())
        return reasons[ex_choose(4)]; /* past the deadline, it says, before that is so: a clock read earlier */
    ex_say(word, "sleeps while it is %x, at", expected);
    ex_block(EX_SLEEPS, word, deadline);
    ex_touch(ex_queue_of(word), true);
    ex_say(word, "wakes (%d)", ex_self()->woken_with);
    return ex_self()->woken_with;
}

unsigned ex_waiters_at(const void *word, enum ex_state state, unsigned *waiters)
{
    unsigned n = 0;
    for (unsigned i = 1; i <= ex.threads; i++)
        if (ex.thread[i].state == state && ex.thread[i].waits_for == word)
            waiters[n++] = i;
    return n;
}

void ex_wake_some(const void *word, int count)
{
    unsigned waiters[EX_THREADS], n;
    while (count-- > 0 && (n = ex_waiters_at(word, EX_SLEEPS, waiters)) > 0) {
        unsigned which = count + 1 >= (int)n ? 0 : ex_choose(n);
        ex_say(word, "wakes thread %u, at", waiters[which]);
        ex_wake(waiters[which], 0);
        ex.writes++;
    }
}

void sluice__os_futex_wake(sluice__a32 *word, int count)
{
    if (!ex.running)
        return;
    ex_point();
    ex_drain(ex.current); /* as for the waiter: its barrier lies between the caller's stores and its look at who waits */
    ex_say(word, "futex wake of %d at", count);
    ex_touch(ex_queue_of(word), true); /* the address only: it may be anything by now */
    ex_wake_some(word, count);
}

/* ---- membarrier ---- */

int sluice__os_membarrier_register(void)
{
    return refuses_membarrier ? EPERM : 0;
}

/* It may also begin to be refused. (Not in RA: that stores are seen by everyone after a while is not in its terms.) */
int sluice__os_membarrier(void)
{
    if (ex.mode != EX_RA && !refuses_membarrier && ex.bounds.refusals > 0 && ex_choose_fault())
        refuses_membarrier = true;
    if (refuses_membarrier) {
        ex_say(NULL, "membarrier is refused");
        return EPERM;
    }
    ex_barrier_on_all();
    return 0;
}

/* ---- memory ---- */

void *sluice__os_allocate(size_t alignment, size_t bytes)
{
    if (ex_choose_fault()) {
        ex_say(NULL, "is out of memory");
        return NULL;
    }
    void *memory = ex_heap_allocate(alignment, bytes);
    ex_say(memory, "allocates %zu bytes:", bytes);
    return memory;
}

void sluice__os_free(void *memory)
{
    if (!memory)
        return;
    if (ex.running && ex_self()->buffered) {
        ex_point();
        ex_drain(ex.current); /* who gets the memory next gets it through the allocator's locks */
    }
    ex_say(memory, "frees");
    ex_heap_free(memory);
}

void sluice__os_discard(void *memory, size_t bytes)
{
    ex_race_range(memory, bytes, true, __builtin_return_address(0));
}

/* ---- threads: the scenario's are the explorer's ---- */

int sluice__os_thread_start(sluice__os_thread *thread, void *(*body)(void *), void *arg,
                            const struct sluice__os_thread_options *options)
{
    (void)thread, (void)body, (void)arg, (void)options;
    return EAGAIN;
}

int sluice__os_thread_join(sluice__os_thread thread, void **result, int *cancelled)
{
    (void)thread, (void)result, (void)cancelled;
    return EINVAL;
}

int sluice__os_thread_detach(sluice__os_thread thread)
{
    (void)thread;
    return 0;
}

void *sluice__os_thread_guard(void *(*body)(void *), void *arg, void (*at_end)(void *))
{
    void *result = body(arg);
    at_end(arg);
    return result;
}

uint64_t sluice__os_thread_id(void)
{
    return ex.current + 1;
}

int sluice__os_thread_has_ended(uint64_t id)
{
    (void)id;
    return 0; /* what it is asked for needs a hardened library */
}

void sluice__os_thread_name(char *name)
{
    memset(name, 0, SLUICE_OS_NAME_BYTES);
}

void *sluice__os_own(void)
{
    return owns[ex.current];
}

void sluice__os_set_own(void *value)
{
    owns[ex.current] = value;
}

int sluice__os_at_thread_end(void (*at_end)(void *), void *value)
{
    (void)at_end, (void)value;
    return 0;
}

/* ---- for scenarios ---- */

void explore_refuse_membarrier(void)
{
    refuses_membarrier = true;
}

void explore_set_first_position(uint64_t first)
{
    explore_first_position = first;
}

void *explore_allocate(size_t bytes)
{
    return ex_heap_allocate(64, bytes);
}

void explore_free(void *memory)
{
    ex_heap_free(memory);
}
