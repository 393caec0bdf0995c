/* park.c: very many parks and wake-ups through the real gate, on the real kernel: with membarrier, refused from the start, and refused
 * in mid-run by a seccomp filter that comes while threads sleep. None may be lost.
 *
 * What is published is published by a plain store, which stays in the store buffer while the asker reads the gate: the weakest that a
 * flavour does, and the case that membarrier is for. (A locked operation would hide it.) Nobody publishes more before what was
 * published is taken, so a lost wake-up is not healed by the next one: it is a hang. The watchdog then says where everybody stands.
 *
 *   dialogue   two threads, each sleeps until the other has answered
 *   race       one publishes after a random while and spins; one sleeps. Announcing and publishing fall together as often as can be
 *   crowd      one publishes some at a time and sleeps until all are taken; three sleep, and pass wake-ups on
 *
 * Each run is a child process, as what the library learns about membarrier, and a filter, stay. Arguments:
 *     cycles=N   of each mode; default 60,000; SLUICE_REAL_CYCLES. 10^8 take about an hour
 *     mode=N     this mode only: 0 with membarrier, 1 refused from the start, 2 in mid-run, 3 to single threads
 *     seed=N     SLUICE_REAL_SEED
 * Over the faulty OS, instead: a membarrier that does nothing, which must lose a wake-up.
 *
 * SPDX-License-Identifier: MIT */
#define _GNU_SOURCE 1

#include "park.h"

#ifdef ON_FAULTY_OS
#include "faulty.h"
#endif

/* ---- the watchdog ---- */

static void say_where_everybody_stands(struct run *r)
{
    fprintf(stderr, "a wake-up was lost: no step for %llu ms; %s, %s, %s, seed %llu\n", (unsigned long long)r->hang_ms,
            mode_names[r->mode], shape_names[r->shape], place_names[r->place], (unsigned long long)r->seed);
    for (unsigned i = 0; i < r->count; i++)
        fprintf(stderr, "  thread %u: %s after step %llu, %llu times parked, state %c\n", i, PEEK(r->party[i].doing),
                (unsigned long long)PEEK(r->party[i].steps), (unsigned long long)PEEK(r->party[i].parked),
                PEEK(r->party[i].tid) ? kit_thread_state(PEEK(r->party[i].tid)) : '-');
    for (int i = 0; i < 2; i++) {
        uint32_t attention = r->line[i].gate.attention.value;
        fprintf(stderr, "  gate %d: published %llu, taken %llu; %u sleepers%s%s%s, turn %u, fenced at %llu\n", i,
                (unsigned long long)PEEK(r->line[i].published), (unsigned long long)PEEK(r->line[i].taken),
                attention / SLUICE__GATE_SLEEPER, attention & SLUICE__GATE_WANTED ? ", wanted" : "",
                attention & SLUICE__GATE_FENCED ? ", fenced" : "", attention & SLUICE__GATE_SETTLED ? ", settled" : "",
                r->line[i].gate.turns.value, (unsigned long long)r->line[i].gate.fenced_at.value);
    }
}

static uint64_t sum_of_steps(struct run *r)
{
    uint64_t sum = 0;
    for (unsigned i = 0; i < r->count; i++)
        sum += PEEK(r->party[i].steps) + PEEK(r->party[i].near) + PEEK(r->party[i].parked);
    return sum;
}

/* Until all threads have ended, or nothing moves any more. Refuses membarrier to all at once where that is the run's mode. */
static void watch(struct run *r, uint64_t refuse_all_at, const int *running)
{
    uint64_t last = 0, since = kit_now(), looked = since;
    while (__atomic_load_n(running, __ATOMIC_ACQUIRE)) {
        kit_pause_us(PEEK(r->party[0].steps) < refuse_all_at ? 200 : 2000);
        uint64_t steps = sum_of_steps(r), now = kit_now();
        if (now - looked > 500000000)
            since += now - looked; /* the whole process was stopped */
        looked = now;
        if (refuse_all_at != NEVER && PEEK(r->party[0].steps) >= refuse_all_at) {
            refuse_or_end(r, true);
            r->refused_meanwhile = __atomic_load_n(running, __ATOMIC_ACQUIRE) == (int)r->count;
            refuse_all_at = NEVER;
        }
        if (steps != last) {
            last = steps;
            since = now;
        } else if (now - since > r->hang_ms * 1000000) {
            say_where_everybody_stands(r);
            _exit(LOST);
        }
    }
}

/* ---- a run ---- */

static int running; /* of this child; touched with the builtins only */

struct start {
    void *(*body)(void *);
    struct party *party;
};

static void *begin(void *argument)
{
    struct start *s = argument;
    __atomic_store_n(&s->party->tid, kit_tid(), __ATOMIC_RELAXED);
    s->body(s->party);
    __atomic_store_n(&s->party->tid, 0, __ATOMIC_RELAXED);
    __atomic_fetch_sub(&running, 1, __ATOMIC_RELEASE);
    return NULL;
}

static void prepare_party(struct run *r, unsigned i, uint64_t quota)
{
    struct party *p = &r->party[i];
    uint64_t random = r->seed + i * UINT64_C(1000003);
    *p = (struct party){ .doing = "starting", .quota = quota, .random = random, .refused_at = NEVER, .run = r, .cpu = -1 };
    if (r->mode == REFUSED_TO_SINGLE_THREADS && kit_below(&p->random, 3))
        p->refused_at = 1 + kit_below(&p->random, quota);
    if (r->place != ANYWHERE)
        p->cpu = cpus_nth(r->place == APART ? i % 2 : 0);
    p->mine = &r->line[i == 0 ? 1 : 0];
    p->theirs = &r->line[i == 0 ? 0 : 1];
}

static void run_in_child(void *argument)
{
    static const struct {
        void *(*first)(void *), *(*others)(void *);
        unsigned count;
    } shapes[SHAPES] = { { talk, talk, 2 }, { race, take_all, 2 }, { feed, take_shares, 4 } };
    struct run *r = argument;
    struct start starts[PARTIES_MAX];
    pthread_t threads[PARTIES_MAX];
    uint64_t random = r->seed;
    if (r->mode == REFUSED_FROM_THE_START)
        refuse_or_end(r, true);
#ifdef ON_FAULTY_OS
    faulty_membarrier_lies(r->mode == LYING);
#endif
    r->count = shapes[r->shape].count;
    for (int i = 0; i < 2; i++)
        sluice__gate_init(&r->line[i].gate);
    REQUIRE(!(r->line[0].gate.attention.value & SLUICE__GATE_FENCED) == (r->mode != REFUSED_FROM_THE_START));
    uint64_t quota = r->shape == CROWD ? r->cycles / 4 * 3 : r->shape == DIALOGUE ? r->cycles / 2 : r->cycles;
    for (unsigned i = 0; i < r->count; i++)
        prepare_party(r, i, quota);
    __atomic_store_n(&running, (int)r->count, __ATOMIC_RELAXED);
    for (unsigned i = 0; i < r->count; i++) {
        starts[i] = (struct start){ i ? shapes[r->shape].others : shapes[r->shape].first, &r->party[i] };
        threads[i] = kit_start(begin, &starts[i]);
    }
    watch(r, r->mode == REFUSED_IN_MID_RUN ? kit_below(&random, quota / 4 + 1) : NEVER, &running);
    for (unsigned i = 0; i < r->count; i++) {
        kit_join(threads[i]);
        r->parked += r->party[i].parked;
        r->near += r->party[i].near;
    }
}

/* ---- all runs ---- */

static struct run *shared;
static uint64_t seed, goal = 60000, only_mode = MODES;

/* Most parks are on one CPU, where they are cheap; most near misses between two. */
static const struct {
    enum shape shape;
    enum place place;
    uint64_t cycles;
} rotation[] = {
    { DIALOGUE, ON_ONE_CPU, 40000 }, { RACE, APART, 12000 },     { CROWD, ON_ONE_CPU, 20000 }, { DIALOGUE, APART, 1500 },
    { CROWD, APART, 1500 },          { RACE, ANYWHERE, 12000 }, { CROWD, ANYWHERE, 1500 },
};
#define ROTATION (sizeof rotation / sizeof *rotation)

static int run_one(enum mode mode, uint64_t number, uint64_t hang_ms)
{
    unsigned which = number % ROTATION;
    uint64_t scale = goal > 10000000 && rotation[which].place == ON_ONE_CPU ? 20 : 1; /* 10^8 are not to take a day */
    memset(shared, 0, sizeof *shared);
    shared->mode = mode;
    shared->shape = mode == LYING ? RACE : rotation[which].shape;
    shared->place = mode == LYING ? APART : rotation[which].place;
    if (cpus_nth(1) < 0)
        shared->place = ON_ONE_CPU;
    shared->error = number % 3 == 0 ? EPERM : number % 3 == 1 ? ENOSYS : EINVAL;
    /* Refused in mid-run: many beginnings, since it is they that matter. */
    shared->cycles = (uint64_t)KIT_ROUNDS(rotation[which].cycles * (mode >= REFUSED_IN_MID_RUN ? (scale + 3) / 4 : scale));
    shared->seed = kit_scramble(seed + number * 64 + mode);
    shared->hang_ms = hang_ms;
    return sandbox_child(run_in_child, shared);
}

#ifndef ON_FAULTY_OS
static void run_mode(enum mode mode)
{
    uint64_t parked = 0, near = 0, runs = 0, refused = 0, start = kit_now();
    if (only_mode != MODES && only_mode != (uint64_t)mode)
        return;
    while (parked < goal || runs < ROTATION) {
        int status = run_one(mode, runs++, KIT_SANITIZED ? 60000 : 20000);
        if (status == NO_SECCOMP)
            SKIP("seccomp filters are not to be had here");
        CHECK_EQ_INT(status, 0);
        if (status != 0)
            return;
        parked += shared->parked;
        near += shared->near;
        refused += shared->refused_meanwhile;
    }
    printf("  %s: %llu runs, %llu parks, %llu announcements that found it at the last look, %.1f s\n", mode_names[mode],
           (unsigned long long)runs, (unsigned long long)parked, (unsigned long long)near, (double)(kit_now() - start) / 1e9);
    CHECK(near > 0);
    if (mode == REFUSED_IN_MID_RUN)
        CHECK(refused > 0); /* while all were running */
}

static void with_membarrier_none_is_lost(void)
{
    if (syscall(SYS_membarrier, 0, 0, 0) > 0)
        run_mode(WITH_MEMBARRIER);
    else
        printf("  there is no membarrier here\n");
}

static void refused_from_the_start_none_is_lost(void)
{
    run_mode(REFUSED_FROM_THE_START);
}

static void refused_in_mid_run_none_is_lost(void)
{
    run_mode(REFUSED_IN_MID_RUN);
}

static void refused_to_single_threads_none_is_lost(void)
{
    run_mode(REFUSED_TO_SINGLE_THREADS);
}

#else
/* That this test can fail: the sleeper's barrier left out, which shows between two CPUs only. */
static void a_barrier_that_does_nothing_loses_wake_ups(void)
{
    int status = 0;
    for (uint64_t number = 0; number < 500 && status == 0; number++)
        status = run_one(LYING, number, 500);
    CHECK_EQ_INT(status, LOST);
}
#endif

static uint64_t setting(const char *variable, uint64_t usual)
{
    const char *value = getenv(variable);
    return value ? strtoull(value, NULL, 0) : usual;
}

int main(int argc, char **argv)
{
    seed = setting("SLUICE_REAL_SEED", kit_now());
    goal = setting("SLUICE_REAL_CYCLES", goal);
    for (int i = 1; i < argc; i++)
        if (strncmp(argv[i], "cycles=", 7) == 0)
            goal = strtoull(argv[i] + 7, NULL, 0);
        else if (strncmp(argv[i], "seed=", 5) == 0)
            seed = strtoull(argv[i] + 5, NULL, 0);
        else if (strncmp(argv[i], "mode=", 5) == 0)
            only_mode = strtoull(argv[i] + 5, NULL, 0);
        else
            REQUIRE(!"a known setting");
    printf("seed=%llu cycles=%llu\n", (unsigned long long)seed, (unsigned long long)goal);
    shared = sandbox_shared(sizeof *shared);
#ifdef ON_FAULTY_OS
    if (cpus_nth(1) < 0)
        SKIP("needs two CPUs");
    RUN(a_barrier_that_does_nothing_loses_wake_ups);
#else
    RUN(with_membarrier_none_is_lost);
    RUN(refused_from_the_start_none_is_lost);
    RUN(refused_in_mid_run_none_is_lost);
    RUN(refused_to_single_threads_none_is_lost);
#endif
    return CHECK_DONE();
}
