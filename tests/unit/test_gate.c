/* test_gate.c: many sleepers and many wakers on one gate: no wake-up may be lost, with membarrier, with fences, and when
 * membarrier begins to be refused in mid-run; a wake-up that meets a timeout is passed on; wake_all wakes all.
 *
 * The gate is used as the channel layer uses it: each waker adds a permit and asks whether it is wanted; each sleeper takes
 * one permit, waiting while there is none. As many permits are added as are taken, so a lost wake-up is a hang, which the
 * alarm turns into a failure.
 *
 * SPDX-License-Identifier: MIT */
#define _GNU_SOURCE 1

#include <errno.h>
#include <signal.h>
#include <sys/wait.h>

#include "../kit.h"
#include "channel/gate.h"
#include "faulty.h"

#define HANG_SECONDS 60

static struct sluice__gate gate;
static uint64_t permits; /* what is waited for; plain relaxed accesses, as weak as a flavour's may be */
static uint64_t taken, timeouts, passed_on;
static int closed;

/* Which side pays: asking is cheap, sleeping is cheap, or it changes all the time, from either side. */
static enum { RARELY, OFTEN, MIXED } sleeping;

static bool a_coin(void)
{
    static _Thread_local uint32_t state = 88675123;
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    return state & 1;
}

static void add_permit(void)
{
    __atomic_fetch_add(&permits, 1, __ATOMIC_RELEASE);
    if (sluice__gate_is_wanted(&gate) && !sluice__gate_wake(&gate) && sleeping == MIXED && a_coin())
        sluice__gate_unfence(&gate);
}

static bool take_permit(void)
{
    uint64_t seen = __atomic_load_n(&permits, __ATOMIC_ACQUIRE);
    while (seen)
        if (__atomic_compare_exchange_n(&permits, &seen, seen - 1, true, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
            return true;
    return false;
}

static bool look(void)
{
    return __atomic_load_n(&permits, __ATOMIC_ACQUIRE) || __atomic_load_n(&closed, __ATOMIC_ACQUIRE);
}

/* One announced wait, as in wait.c. False: the deadline passed. */
static bool wait_once(sluice_deadline deadline)
{
    bool in_time = true;
    uint32_t ticket = sluice__gate_prepare(&gate, sleeping == MIXED ? a_coin() : sleeping == OFTEN);
    if (!look())
        in_time = sluice__gate_sleep(&gate, ticket, deadline);
    bool found = look();
    uint64_t own = found ? 1 : 0; /* who timed out takes none */
    if (sluice__gate_leave(&gate, ticket) && __atomic_load_n(&permits, __ATOMIC_ACQUIRE) > own) {
        __atomic_fetch_add(&passed_on, 1, __ATOMIC_RELAXED);
        sluice__gate_wake(&gate);
    }
    return found || in_time;
}

struct party {
    uint64_t count, random;
    bool timed;
    int tid;
};

static void *take_many(void *argument)
{
    struct party *p = argument;
    __atomic_store_n(&p->tid, kit_tid(), __ATOMIC_RELEASE);
    while (p->count && !__atomic_load_n(&closed, __ATOMIC_ACQUIRE)) {
        if (take_permit()) {
            p->count--;
            __atomic_fetch_add(&taken, 1, __ATOMIC_RELAXED);
        } else {
            /* Short deadlines fall together with wake-ups often. */
            sluice_deadline d = p->timed && kit_below(&p->random, 2) ? sluice_in_us(kit_below(&p->random, 60)) : SLUICE_FOREVER;
            if (!wait_once(d))
                __atomic_fetch_add(&timeouts, 1, __ATOMIC_RELAXED);
        }
    }
    return NULL;
}

static void *add_many(void *argument)
{
    struct party *p = argument;
    for (; p->count; p->count--) {
        add_permit();
        if (kit_below(&p->random, 4) == 0)
            for (volatile uint64_t i = kit_below(&p->random, 4000); i; i--) {
            }
        if (kit_below(&p->random, 50) == 0)
            kit_pause_us((unsigned)kit_below(&p->random, 60));
    }
    return NULL;
}

/* As many permits as are taken, by so many threads. */
static void exchange(unsigned wakers, unsigned sleepers, bool timed, uint64_t each, uint64_t seed)
{
    struct party parties[16];
    pthread_t threads[16];
    alarm(HANG_SECONDS);
    sluice__gate_init(&gate);
    permits = taken = timeouts = 0;
    closed = 0;
    for (unsigned i = 0; i < wakers + sleepers; i++) {
        parties[i] = (struct party){ .count = i < wakers ? each * sleepers : each * wakers, .random = seed + i * 1000,
                                     .timed = timed };
        threads[i] = kit_start(i < wakers ? add_many : take_many, &parties[i]);
    }
    for (unsigned i = 0; i < wakers + sleepers; i++)
        kit_join(threads[i]);
    alarm(0);
    CHECK_EQ_INT(taken, each * wakers * sleepers);
    CHECK_EQ_INT(permits, 0);
}

static void all_shapes(void)
{
    static const struct {
        unsigned wakers, sleepers;
    } shapes[] = { { 1, 1 }, { 1, 4 }, { 4, 1 }, { 3, 3 }, { 1, 8 } };
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++)
        for (int timed = 0; timed < 2; timed++) {
            unsigned pairs = shapes[i].wakers * shapes[i].sleepers;
            exchange(shapes[i].wakers, shapes[i].sleepers, timed, (uint64_t)KIT_ROUNDS(8000) / pairs, i * 2 + (size_t)timed);
        }
}

/* ---- in children, as the process remembers whether membarrier works ---- */

static void expect_child_ok(void (*body)(uint64_t), uint64_t argument)
{
    fflush(stdout);
    pid_t child = fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        body(argument);
        _exit(check_failure_count() != 0);
    }
    int status = 0;
    REQUIRE(waitpid(child, &status, 0) == child);
    check_report(WIFEXITED(status) && WEXITSTATUS(status) == 0, "%s:%d: child %llu ended with %x%s", __FILE__, __LINE__,
                 (unsigned long long)argument, (unsigned)status,
                 WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM ? ": a lost wake-up" : "");
}

static void with_membarrier(uint64_t unused)
{
    (void)unused;
    for (int mode = RARELY; mode <= MIXED; mode++) {
        sleeping = mode;
        all_shapes();
        CHECK(faulty_membarrier_calls() > 0);
    }
}

static void with_fences(uint64_t error)
{
    faulty_membarrier((int)error, (int)error, 0);
    sluice__gate_init(&gate);
    CHECK(gate.attention.value & SLUICE__GATE_FENCED);
    sleeping = error == EPERM ? MIXED : RARELY;
    all_shapes();
    CHECK_EQ_INT(faulty_membarrier_calls(), 0);
}

/* The call is refused after some successes, re-registering too; the gate goes on with fences. */
static void with_a_change(uint64_t calls)
{
    sleeping = calls % 3;
    sluice__gate_init(&gate);
    faulty_membarrier(0, 0, 0);
    exchange(1, 1, false, 1, calls); /* registered while it still works */
    faulty_membarrier(EPERM, EPERM, calls);
    exchange(2, 3, calls % 2, (uint64_t)KIT_ROUNDS(2000) / 6, calls);
    exchange(1, 1, calls % 2, (uint64_t)KIT_ROUNDS(1000), calls);
}

static void no_wake_up_is_lost_with_membarrier(void)
{
    expect_child_ok(with_membarrier, 0);
}

static void no_wake_up_is_lost_with_fences(void)
{
    expect_child_ok(with_fences, ENOSYS);
    expect_child_ok(with_fences, EPERM);
}

static void no_wake_up_is_lost_when_membarrier_dies(void)
{
    for (uint64_t i = 0; i < (uint64_t)KIT_ROUNDS(30); i++)
        expect_child_ok(with_a_change, i < 10 ? i : i * i);
}

static void with_interrupted_waits(uint64_t unused)
{
    (void)unused;
    faulty_futex(500);
    all_shapes();
}

static void no_wake_up_is_lost_under_interruptions(void)
{
    expect_child_ok(with_interrupted_waits, 0);
}

/* ---- single steps ---- */

/* On a new gate; each takes one permit. */
static void start_eight(struct party parties[8], pthread_t threads[8], bool await_asleep)
{
    sluice__gate_init(&gate);
    permits = taken = 0;
    closed = 0;
    for (unsigned i = 0; i < 8; i++) {
        parties[i] = (struct party){ .count = 1 };
        threads[i] = kit_start(take_many, &parties[i]);
    }
    for (unsigned i = 0; await_asleep && i < 8; i++)
        kit_await_asleep(&parties[i].tid);
}

/* Eight sleep; one wake-up for two permits must in the end get two of them up: the first passes it on. */
static void a_wake_up_is_passed_on(void)
{
    struct party parties[8];
    pthread_t threads[8];
    alarm(HANG_SECONDS);
    for (int round = 0; round < KIT_ROUNDS(100); round++) {
        start_eight(parties, threads, round % 10 == 0);
        __atomic_fetch_add(&permits, 8, __ATOMIC_RELEASE);
        if (sluice__gate_is_wanted(&gate))
            sluice__gate_wake(&gate); /* one, for all of them */
        for (unsigned i = 0; i < 8; i++)
            kit_join(threads[i]);
        CHECK_EQ_INT(taken, 8);
    }
    alarm(0);
    CHECK(passed_on > 0);
}

static void wake_all_wakes_all(void)
{
    struct party parties[8];
    pthread_t threads[8];
    alarm(HANG_SECONDS);
    for (int round = 0; round < KIT_ROUNDS(100); round++) {
        start_eight(parties, threads, round % 10 == 0);
        __atomic_store_n(&closed, 1, __ATOMIC_RELEASE);
        sluice__gate_wake_all(&gate);
        for (unsigned i = 0; i < 8; i++)
            kit_join(threads[i]);
        CHECK_EQ_INT(taken, 0);
    }
    alarm(0);
}

/* A was woken; before it leaves C comes, announces itself, finds a message and goes. B still sleeps: A must still pass its
 * wake-up on, although C has set WANTED. */
static void a_passer_by_does_not_relieve_the_woken(void)
{
    sluice__gate_init(&gate);
    uint32_t a = sluice__gate_prepare(&gate, false);
    uint32_t b = sluice__gate_prepare(&gate, false);
    CHECK(sluice__gate_wake(&gate));
    CHECK(sluice__gate_sleep(&gate, a, SLUICE_FOREVER));
    uint32_t c = sluice__gate_prepare(&gate, false);
    CHECK(!sluice__gate_leave(&gate, c)); /* nothing was taken from anybody by this one */
    CHECK(sluice__gate_leave(&gate, a));
    CHECK(sluice__gate_wake(&gate));
    CHECK(!sluice__gate_leave(&gate, b));
}

#define FENCING (SLUICE__GATE_FENCED | SLUICE__GATE_SETTLED)

/* An idle gate costs its askers no system call and no write. */
static void nobody_is_woken_where_nobody_sleeps(void)
{
    sluice__gate_init(&gate);
    CHECK(!sluice__gate_is_wanted(&gate) || (gate.attention.value & SLUICE__GATE_FENCED));
    CHECK(!sluice__gate_wake(&gate));
    CHECK_EQ_INT(gate.turns.value, 0);
    uint32_t ticket = sluice__gate_prepare(&gate, false);
    CHECK(sluice__gate_is_wanted(&gate));
    CHECK(sluice__gate_wake(&gate));
    CHECK_EQ_INT(gate.turns.value, ticket + 1);
    CHECK(!(gate.attention.value & SLUICE__GATE_WANTED)); /* one wake-up is on its way: no more are sent */
    CHECK(!sluice__gate_wake(&gate));
    CHECK_EQ_INT(gate.turns.value, ticket + 1);
    CHECK(sluice__gate_sleep(&gate, ticket, SLUICE_FOREVER)); /* does not sleep */
    CHECK(!sluice__gate_leave(&gate, ticket));
    CHECK(!(gate.attention.value & ~FENCING));
    ticket = sluice__gate_prepare(&gate, false);
    sluice_deadline d = sluice_in_us(300);
    CHECK(!sluice__gate_sleep(&gate, ticket, d));
    CHECK(kit_now() >= d);
    CHECK(!sluice__gate_leave(&gate, ticket));
    CHECK(!(gate.attention.value & ~FENCING));
}

/* Who sleeps often pays a membarrier once; unfencing takes that back. */
static void sleeping_often_is_cheap(void)
{
    sluice__gate_init(&gate);
    if (gate.attention.value & SLUICE__GATE_FENCED)
        return; /* membarrier is refused here: always so */
    uint64_t before = faulty_membarrier_calls();
    uint32_t ticket;
    for (int i = 0; i < 10; i++) {
        ticket = sluice__gate_prepare(&gate, true);
        CHECK_EQ_INT(gate.attention.value & FENCING, FENCING);
        CHECK(!sluice__gate_leave(&gate, ticket));
    }
    CHECK_EQ_INT(faulty_membarrier_calls() - before, 1);
    CHECK(sluice__gate_is_wanted(&gate)); /* askers come to look, and fence */
    sluice__gate_unfence(&gate);
    CHECK(!sluice__gate_is_wanted(&gate));
    ticket = sluice__gate_prepare(&gate, true);
    CHECK(!sluice__gate_leave(&gate, ticket));
    ticket = sluice__gate_prepare(&gate, false);
    CHECK_EQ_INT(gate.attention.value & FENCING, 0);
    CHECK(!sluice__gate_leave(&gate, ticket));
    CHECK_EQ_INT(faulty_membarrier_calls() - before, 3);
}

/* A was woken, and B sleeps since before, without slices. When A leaves the barrier is refused for the first time, so A's look may miss what
 * B sleeps for: B is woken, and looks for itself. */
static void refused_to_a_leaver(uint64_t unused)
{
    (void)unused;
    sluice__gate_init(&gate);
    if (gate.attention.value & SLUICE__GATE_FENCED)
        return; /* it is refused here anyway */
    uint32_t a = sluice__gate_prepare(&gate, false);
    uint32_t b = sluice__gate_prepare(&gate, false);
    CHECK(sluice__gate_wake(&gate));
    CHECK_EQ_INT(gate.turns.value, a + 1);
    faulty_membarrier(EPERM, EPERM, 0);
    CHECK(sluice__gate_leave(&gate, a));
    CHECK_EQ_INT(gate.turns.value, b + 2);
    CHECK(!sluice__gate_leave(&gate, b));
}

/* Sleepers look again every millisecond, but not for ever: the time runs from the first refusal. */
static void refused_to_sleepers(uint64_t unused)
{
    (void)unused;
    sluice__gate_init(&gate);
    if (gate.attention.value & SLUICE__GATE_FENCED)
        return;
    faulty_membarrier(EPERM, EPERM, 0);
    uint64_t fenced_at = 0;
    for (int i = 0; i < 3; i++) {
        uint32_t ticket = sluice__gate_prepare(&gate, false);
        CHECK(fenced_at == 0 || gate.fenced_at.value == fenced_at);
        fenced_at = gate.fenced_at.value;
        (void)sluice__gate_sleep(&gate, ticket, SLUICE_FOREVER); /* for a slice */
        CHECK(!sluice__gate_leave(&gate, ticket));
    }
    kit_pause_us(25000);
    uint32_t ticket = sluice__gate_prepare(&gate, false);
    CHECK_EQ_INT(gate.fenced_at.value, fenced_at);
    CHECK(sluice__gate_sleep(&gate, ticket, SLUICE_FOREVER)); /* settles it, and does not sleep on an older look */
    CHECK_EQ_INT(gate.attention.value & FENCING, FENCING);
    CHECK_EQ_INT(gate.turns.value, ticket + 1);
    CHECK(!sluice__gate_leave(&gate, ticket));
    ticket = sluice__gate_prepare(&gate, false);
    CHECK(!sluice__gate_sleep(&gate, ticket, sluice_in_us(3000))); /* no more slices: until the deadline */
    CHECK(!sluice__gate_leave(&gate, ticket));
}

static void a_refusal_is_survived_and_settled(void)
{
    expect_child_ok(refused_to_a_leaver, 0);
    expect_child_ok(refused_to_sleepers, 0);
}

int main(void)
{
    RUN(no_wake_up_is_lost_with_membarrier);
    RUN(no_wake_up_is_lost_with_fences);
    RUN(no_wake_up_is_lost_when_membarrier_dies);
    RUN(no_wake_up_is_lost_under_interruptions);
    RUN(nobody_is_woken_where_nobody_sleeps);
    RUN(sleeping_often_is_cheap);
    RUN(a_passer_by_does_not_relieve_the_woken);
    RUN(a_refusal_is_survived_and_settled);
    RUN(a_wake_up_is_passed_on);
    RUN(wake_all_wakes_all);
    return CHECK_DONE();
}
