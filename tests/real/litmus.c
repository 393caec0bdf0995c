/* litmus.c: what the gate rests on, shown on this machine: store buffering (each of two threads stores, then looks at what the other
 * stores) with every choice of barriers between the two.
 *
 *     asker      publishes a message; barrier; reads "does anyone sleep?"
 *     sleeper    announces itself;    barrier; looks for a message
 *
 * Both missing the other is a lost wake-up. It may not happen with nothing but a compiler barrier on the asker's side and membarrier on
 * the sleeper's, nor with a fence on each. It must happen where either has too little, or this test sees nothing: threads that
 * meet at a barrier of the system in each round come too far apart for that. These are pinned to two CPUs, meet by spinning, and go on
 * after a random while each.
 *
 * Argument or environment: ms=N, SLUICE_REAL_MS: how long each choice that must hold is tried (default 1,000).
 *
 * SPDX-License-Identifier: MIT */
#define _GNU_SOURCE 1

#include <linux/membarrier.h>

#include "cpus.h"

#define ROUNDS 20000
#define GIVE_UP_MS 60000 /* for an outcome that must be seen */

enum barrier { NOTHING, FENCE, MEMBARRIER };
static const char *const barrier_names[] = { "nothing", "a fence", "membarrier" };

static struct {
    _Alignas(128) uint64_t published;
    _Alignas(128) uint64_t announced;
    _Alignas(128) uint64_t arrived[2][16];
} shared;

struct side {
    uint64_t *mine, *theirs;
    enum barrier barrier;
    uint64_t random;
    unsigned number;
    int cpu;
    uint64_t first, seen[ROUNDS]; /* what the other had stored, in each round */
};

static inline __attribute__((always_inline)) void put_barrier(enum barrier barrier)
{
    __atomic_signal_fence(__ATOMIC_SEQ_CST);
    if (barrier == FENCE)
        __atomic_thread_fence(__ATOMIC_SEQ_CST);
    else if (barrier == MEMBARRIER)
        REQUIRE(syscall(SYS_membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0, 0) == 0);
    __atomic_signal_fence(__ATOMIC_SEQ_CST);
}

/* One store and one load, nothing else between them than the barrier; so a text for each. */
static inline __attribute__((always_inline)) uint64_t store_and_look(uint64_t *mine, uint64_t *theirs, uint64_t round, enum barrier barrier)
{
    __atomic_store_n(mine, round, __ATOMIC_RELEASE);
    put_barrier(barrier);
    return __atomic_load_n(theirs, __ATOMIC_RELAXED);
}

static uint64_t do_round(struct side *s, uint64_t round)
{
    switch (s->barrier) {
    case NOTHING: return store_and_look(s->mine, s->theirs, round, NOTHING);
    case FENCE: return store_and_look(s->mine, s->theirs, round, FENCE);
    default: return store_and_look(s->mine, s->theirs, round, MEMBARRIER);
    }
}

static void meet(struct side *s, uint64_t round)
{
    __atomic_store_n(&shared.arrived[s->number][0], round, __ATOMIC_RELEASE);
    for (unsigned spins = 0; __atomic_load_n(&shared.arrived[!s->number][0], __ATOMIC_ACQUIRE) < round; spins++)
        spins % 65536 == 65535 ? (void)sched_yield() : cpus_relax();
}

static void *run_side(void *argument)
{
    struct side *s = argument;
    cpus_pin(s->cpu);
    for (uint64_t i = 0; i < ROUNDS; i++) {
        uint64_t wait = kit_below(&s->random, 100);
        meet(s, s->first + i);
        cpus_dawdle(wait);
        s->seen[i] = do_round(s, s->first + i);
    }
    return NULL;
}

static struct side sides[2];
static uint64_t last_round, hold_ms = 1000, seed = 1;

/* ROUNDS rounds; how often each missed the other. */
static uint64_t play(enum barrier asker, enum barrier sleeper, unsigned cpus)
{
    uint64_t random = seed++, weak = 0, a = kit_below(&random, cpus), b = kit_below(&random, cpus - 1);
    pthread_t threads[2];
    for (unsigned i = 0; i < 2; i++) {
        struct side *s = &sides[i];
        s->number = i;
        s->mine = i ? &shared.announced : &shared.published;
        s->theirs = i ? &shared.published : &shared.announced;
        s->barrier = i ? sleeper : asker;
        s->random = seed * 2 + i;
        s->cpu = cpus_nth((unsigned)(i ? b + (b >= a) : a));
        s->first = last_round + 1;
        threads[i] = kit_start(run_side, s);
    }
    for (int i = 0; i < 2; i++)
        kit_join(threads[i]);
    for (uint64_t i = 0; i < ROUNDS; i++) {
        uint64_t round = last_round + 1 + i;
        CHECK(sides[0].seen[i] <= round && sides[1].seen[i] <= round);
        weak += sides[0].seen[i] < round && sides[1].seen[i] < round;
    }
    last_round += ROUNDS;
    return weak;
}

static unsigned count_cpus(void)
{
    unsigned count = 0;
    while (cpus_nth(count) >= 0)
        count++;
    return count;
}

static void say(enum barrier asker, enum barrier sleeper, uint64_t weak, uint64_t rounds)
{
    printf("  asker %s, sleeper %s: both missed the other in %llu of %llu rounds\n", barrier_names[asker], barrier_names[sleeper],
           (unsigned long long)weak, (unsigned long long)rounds);
}

static void must_hold(enum barrier asker, enum barrier sleeper)
{
    uint64_t weak = 0, rounds = 0, end = kit_now() + hold_ms * 1000000;
    for (unsigned cpus = count_cpus(); kit_now() < end; rounds += ROUNDS)
        weak += play(asker, sleeper, cpus);
    say(asker, sleeper, weak, rounds);
    CHECK_EQ_INT(weak, 0);
}

static void must_break(enum barrier asker, enum barrier sleeper)
{
    uint64_t weak = 0, rounds = 0, end = kit_now() + GIVE_UP_MS * UINT64_C(1000000);
    for (unsigned cpus = count_cpus(); weak < 10 && kit_now() < end; rounds += ROUNDS)
        weak += play(asker, sleeper, cpus);
    say(asker, sleeper, weak, rounds);
    CHECK(weak > 0);
}

static void no_barrier_on_either_side_loses(void)
{
    must_break(NOTHING, NOTHING);
}

static void a_fence_on_one_side_only_loses(void)
{
    must_break(NOTHING, FENCE);
    must_break(FENCE, NOTHING);
}

static void a_fence_on_each_side_holds(void)
{
    must_hold(FENCE, FENCE);
}

static void membarrier_on_the_sleepers_side_holds(void)
{
    if (syscall(SYS_membarrier, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED, 0, 0) != 0)
        printf("  there is no membarrier here\n");
    else
        must_hold(NOTHING, MEMBARRIER);
}

int main(int argc, char **argv)
{
    if (getenv("SLUICE_REAL_MS"))
        hold_ms = strtoull(getenv("SLUICE_REAL_MS"), NULL, 0);
    if (argc > 1) {
        REQUIRE(strncmp(argv[1], "ms=", 3) == 0);
        hold_ms = strtoull(argv[1] + 3, NULL, 0);
    }
    if (count_cpus() < 2)
        SKIP("two CPUs are needed");
    if (KIT_SANITIZED)
        SKIP("accesses are calls of the sanitizer here, which order them");
    RUN(no_barrier_on_either_side_loses);
    RUN(a_fence_on_one_side_only_loses);
    RUN(a_fence_on_each_side_holds);
    RUN(membarrier_on_the_sleepers_side_holds);
    return CHECK_DONE();
}
