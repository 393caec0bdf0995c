/* sched.c: who runs. A thread runs until its next visible step; then whoever is chosen does its own, on its own stack.
 *
 * SPDX-License-Identifier: MIT */
#include "engine.h"

#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "switch.h"

struct ex ex;

/* So many steps a thread does while others could do theirs; then it is their turn. Longer than anything that gets anywhere: loops that look
 * again and again for what another thread has begun. */
#define TURN_MAX 400
#define SPINS_MAX 3 /* looks in vain, with pauses between, before a spinning thread has to wait for somebody's write */

struct ex_thread *ex_self(void)
{
    return &ex.thread[ex.current];
}

__attribute__((noreturn)) static void leave(void)
{
    void *nobody;
    ex.running = false;
    ex.current = 0;
    ex_switch(&nobody, ex.main_stack_pointer);
    __builtin_unreachable();
}

void ex_fail(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int n = ex.failed ? 0 : snprintf(ex.failure, sizeof ex.failure, "thread %u: ", ex.current);
    if (!ex.failed)
        vsnprintf(ex.failure + n, sizeof ex.failure - (size_t)n, format, arguments);
    va_end(arguments);
    ex.failed = true;
    leave();
}

static void crashed(int signal_number)
{
    ex_fail("crashed by signal %d", signal_number);
}

static void catch_crashes(void)
{
    static char stack[65536];
    static bool done;
    if (done)
        return;
    done = true;
    sigaltstack(&(stack_t){ .ss_sp = stack, .ss_size = sizeof stack }, NULL);
    struct sigaction action = { .sa_handler = crashed, .sa_flags = SA_NODEFER | SA_ONSTACK };
    sigaction(SIGSEGV, &action, NULL);
    sigaction(SIGBUS, &action, NULL);
    sigaction(SIGFPE, &action, NULL);
    sigaction(SIGILL, &action, NULL);
}

/* ---- who can run ---- */

static bool has_written_since(const struct ex_thread *t)
{
    return ex.writes != t->relaxed_at;
}

static bool is_stopped(const struct ex_thread *t)
{
    return t->steps >= t->last_step;
}

/* Those who can do a step. Those who only could because time passes, or because nobody else can, are in *late. */
static unsigned find_enabled(unsigned *late)
{
    unsigned ready = 0;
    *late = 0;
    for (unsigned i = 1; i <= ex.threads; i++) {
        struct ex_thread *t = &ex.thread[i];
        if (t->state == EX_RUNS && !is_stopped(t))
            *(t->relaxed > SPINS_MAX && !has_written_since(t) ? late : &ready) |= EX_BIT(i);
        else if (t->state == EX_SLEEPS && t->deadline != UINT64_MAX && !is_stopped(t))
            *late |= EX_BIT(i);
        if (t->buffered)
            ready |= EX_BIT(i + EX_THREADS);
    }
    return ready;
}

static unsigned sleepers(void)
{
    unsigned set = 0;
    for (unsigned i = 1; i <= ex.threads; i++)
        if (ex.thread[i].state == EX_SLEEPS && ex.thread[i].deadline != UINT64_MAX && !is_stopped(&ex.thread[i]))
            set |= EX_BIT(i);
    return set;
}

/* The one after `from`, round about. */
static unsigned next_of(unsigned set, unsigned from)
{
    for (unsigned i = 1; i <= EX_ACTORS; i++)
        if (set & EX_BIT((from + i) % EX_ACTORS))
            return (from + i) % EX_ACTORS;
    return 0;
}

#define ALL_THREADS ((1u << EX_THREADS) - 1)

static void report_deadlock(void)
{
    char text[256];
    int n = 0;
    for (unsigned i = 1; i <= ex.threads; i++) {
        const struct ex_thread *t = &ex.thread[i];
        if (t->state == EX_ENDED)
            continue;
        char name[64];
        ex_heap_name(t->waits_for, name, sizeof name);
        n += snprintf(text + n, sizeof text - (size_t)n, " thread %u %s %s;", i, t->state == EX_LOCKS ? "wants the lock" : "sleeps on",
                      name);
        if (n >= (int)sizeof text)
            break;
    }
    ex_fail("deadlock or lost wake-up:%s nobody else can run", text);
}

/* Chooses who does the next step. */
static unsigned pick(bool is_free)
{
    unsigned late, ready = find_enabled(&late), timed = sleepers();
    unsigned enabled = ready | timed;
    if (!(ready & ALL_THREADS))
        enabled |= late; /* who spins in vain looks again when nobody else can do anything */
    if (!enabled && ex.may_get_stuck)
        leave();
    if (!enabled)
        report_deadlock();
    unsigned standard, usual = ready & ALL_THREADS, others = usual & ~EX_BIT(ex.current);
    bool is_enough = ex.turn > TURN_MAX && others;
    if (is_enough) {
        enabled &= ~EX_BIT(ex.current);
        usual = others;
        ex.thread[ex.current].priority = --ex.lowest;
    }
    if (usual & EX_BIT(ex.current))
        standard = ex.current;
    else if (usual)
        standard = next_of(usual, ex.current);
    else if (ready)
        standard = next_of(ready, ex.current);
    else
        standard = next_of(enabled & ~timed ? enabled & ~timed : enabled, ex.current);
    return ex_choose_actor(enabled, standard, is_free);
}

/* ---- running ---- */

bool ex_deadline_passes(unsigned thread)
{
    struct ex_thread *t = &ex.thread[thread];
    if (t->state != EX_SLEEPS)
        return false;
    ex_pass_time(t->deadline);
    ex_wake(thread, ETIMEDOUT);
    return true;
}

void ex_wake(unsigned thread, int with)
{
    struct ex_thread *t = &ex.thread[thread];
    t->state = EX_RUNS;
    t->woken_with = with;
    t->relaxed = 0;
    ex_order_join(&ex.order[thread], &ex.order[ex.actor]);
}

/* Lets others do their steps until it is the turn of `self`, or for ever if that one cannot run any more. */
static void schedule(unsigned self, bool is_free)
{
    unsigned actor;
    while ((actor = pick(is_free)) >= EX_THREADS)
        ex_flush_one(actor - EX_THREADS);
    struct ex_thread *t = &ex.thread[actor];
    if (t->relaxed > SPINS_MAX)
        t->relaxed = SPINS_MAX; /* one look more */
    ex.current = actor;
    if (t->state == EX_SLEEPS)
        ex_deadline_passes(actor);
    ex.turn = actor == self ? ex.turn + 1 : 0;
    if (actor != self)
        ex_switch(&ex.thread[self].stack_pointer, t->stack_pointer);
}

void ex_point(void)
{
    ex_self()->looked = true;
    schedule(ex.current, false);
}

void ex_point_free(void)
{
    schedule(ex.current, true);
}

void ex_block(enum ex_state state, void *waits_for, uint64_t deadline)
{
    struct ex_thread *t = ex_self();
    t->state = state;
    t->waits_for = waits_for;
    t->deadline = deadline;
    t->sleeps += state == EX_SLEEPS;
    schedule(ex.current, true);
}

static void run_body(void)
{
    struct ex_thread *t = ex_self();
    t->body();
    if (t->buffered)
        ex_point_free(); /* a thread may be over long before its last stores are seen */
    ex_drain(ex.current);
    t->state = EX_ENDED;
    for (unsigned i = 1; i <= ex.threads; i++)
        if (ex.thread[i].state != EX_ENDED) {
            schedule(ex.current, true);
            break;
        }
    leave();
}

/* ---- one execution ---- */

static void begin(unsigned threads)
{
    if (++ex.execution == 0)
        ex.execution = 1;
    ex.running = false;
    ex.may_get_stuck = false;
    ex.threads = threads;
    ex.current = 0;
    ex.actor = 0;
    ex.step = 0;
    ex.turn = 0;
    ex.lowest = 100;
    ex.writes = 0;
    ex.used = (struct ex_bounds){ 0, 0, 0, 0, 0 };
    ex.events = 0;
    ex.failed = false;
    ex.block = -1;
    memset(ex.order, 0, sizeof ex.order);
    for (unsigned i = 0; i < EX_THREADS; i++) {
        struct ex_thread *t = &ex.thread[i];
        t->state = EX_RUNS;
        t->relaxed = 0;
        t->relaxed_at = UINT64_MAX;
        t->buffered = 0;
        t->steps = t->sleeps = 0;
        t->last_step = UINT32_MAX;
        memset(t->wrote, 0, sizeof t->wrote);
        memset(&t->clock, 0, sizeof t->clock);
        t->clock.of[i] = 1;
        t->fence_clock = t->pending_clock = (struct ex_clock){ { 0 } };
    }
    ex_heap_begin();
    ex_memory_begin();
    ex_os_begin();
    ex_choices_begin();
}

static void (*wanted)(void);

/* The main thread's part is a coroutine's, too, so that it can fail like any other. */
static void run_alone(void)
{
    wanted();
    leave();
}

static void alone(void (*what)(void))
{
    wanted = what;
    ex_switch(&ex.main_stack_pointer, ex_switch_make(ex_stack_of(0), EX_STACK_BYTES, run_alone));
}

void ex_execute(void (*prepare)(void), void (*const *bodies)(void), unsigned threads, void (*finish)(void))
{
    catch_crashes();
    begin(threads);
    alone(prepare);
    for (unsigned i = 1; i <= threads && !ex.failed; i++) {
        struct ex_thread *t = &ex.thread[i];
        t->body = bodies[i - 1];
        t->stack_pointer = ex_switch_make(ex_stack_of(i), EX_STACK_BYTES, run_body);
    }
    if (threads && !ex.failed) {
        ex.running = true;
        ex.current = pick(true);
        ex_switch(&ex.main_stack_pointer, ex.thread[ex.current].stack_pointer);
    }
    if (!ex.failed)
        alone(finish);
    ex_memory_end();
}

void ex_say(const void *place, const char *format, ...)
{
    if (!ex.verbose)
        return;
    char name[64] = "";
    if (place)
        ex_heap_name(place, name, sizeof name);
    va_list arguments;
    va_start(arguments, format);
    fprintf(stderr, "%5u  %*s%u: ", ex.step, (int)ex.current * 4, "", ex.current);
    vfprintf(stderr, format, arguments);
    fprintf(stderr, "%s%s\n", place ? " " : "", name);
    va_end(arguments);
}
