/* park.h: who parks and who wakes in park.c, and how.
 *
 * SPDX-License-Identifier: MIT */
#ifndef PARK_H
#define PARK_H

#include "channel/gate.h"
#include "cpus.h"
#include "sandbox.h"

#define PARTIES_MAX 4
#define LOST 3        /* exit status: a wake-up was lost */
#define NO_SECCOMP 77 /* likewise: no filter could be set */
#define NEVER UINT64_MAX

enum mode { WITH_MEMBARRIER, REFUSED_FROM_THE_START, REFUSED_IN_MID_RUN, REFUSED_TO_SINGLE_THREADS, LYING, MODES };
static const char *const mode_names[MODES] = { "with membarrier", "refused from the start", "refused in mid-run",
                                               "refused to single threads", "lying" };
enum shape { DIALOGUE, RACE, CROWD, SHAPES };
static const char *const shape_names[SHAPES] = { "dialogue", "race", "crowd" };
enum place { APART, ON_ONE_CPU, ANYWHERE, PLACES };
static const char *const place_names[PLACES] = { "two CPUs", "one CPU", "anywhere" };

/* One direction: what one asker publishes and others wait for. */
struct line {
    struct sluice__gate gate;
    _Alignas(128) uint64_t published; /* the asker's; stored plainly */
    _Alignas(128) uint64_t taken;
};

struct party {
    _Alignas(128) const char *doing; /* the next four: touched with the builtins only */
    uint64_t steps;
    uint64_t parked; /* waits that slept */
    uint64_t near;   /* waits that found it at the last look before sleeping */
    uint64_t quota, random, refused_at;
    int tid, cpu;
    struct run *run;
    struct line *mine, *theirs; /* where this one waits, and where it publishes */
};

struct run {
    enum mode mode;
    enum shape shape;
    enum place place;
    unsigned error;
    uint64_t cycles, seed, hang_ms;
    struct line line[2];
    struct party party[PARTIES_MAX];
    unsigned count;
    uint64_t parked, near; /* the result, with the next */
    bool refused_meanwhile;
};

#define PEEK(variable) __atomic_load_n(&(variable), __ATOMIC_RELAXED)

static void doing(struct party *p, const char *what)
{
    __atomic_store_n(&p->doing, what, __ATOMIC_RELAXED);
}

static void refuse_or_end(struct run *r, bool all_threads)
{
    if (!sandbox_refuse(SYS_membarrier, r->error, all_threads))
        _exit(NO_SECCOMP);
}

/* One thread more that membarrier is refused to, at a step of its own. */
static void step(struct party *p)
{
    __atomic_store_n(&p->steps, p->steps + 1, __ATOMIC_RELAXED);
    if (p->steps == p->refused_at)
        refuse_or_end(p->run, false);
}

/* ---- the two halves of the protocol, as the channel layer uses them ---- */

static uint64_t ready(struct line *l)
{
    uint64_t taken = __atomic_load_n(&l->taken, __ATOMIC_RELAXED);
    uint64_t published = __atomic_load_n(&l->published, __ATOMIC_ACQUIRE);
    return published > taken ? published - taken : 0;
}

static bool take(struct line *l)
{
    uint64_t taken = __atomic_load_n(&l->taken, __ATOMIC_RELAXED);
    while (__atomic_load_n(&l->published, __ATOMIC_ACQUIRE) > taken)
        if (__atomic_compare_exchange_n(&l->taken, &taken, taken + 1, false, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED))
            return true;
    return false;
}

static void ask(struct party *p, struct line *l)
{
    if (!sluice__gate_is_wanted(&l->gate))
        return;
    doing(p, "waking");
    if (!sluice__gate_wake(&l->gate) && kit_below(&p->random, 8) == 0)
        sluice__gate_unfence(&l->gate);
}

static void publish(struct party *p, struct line *l)
{
    doing(p, "publishing");
    __atomic_store_n(&l->published, l->published + 1, __ATOMIC_RELEASE);
    ask(p, l);
}

/* Sleeps until there is something on the line (or all of it is taken, for its asker). */
static void sleep_once(struct party *p, struct line *l, uint64_t (*what)(struct line *))
{
    doing(p, "announcing");
    uint32_t ticket = sluice__gate_prepare(&l->gate, kit_below(&p->random, 4) == 0);
    uint64_t found = what(l);
    if (found) {
        __atomic_store_n(&p->near, p->near + 1, __ATOMIC_RELAXED);
    } else {
        doing(p, "sleeping");
        (void)sluice__gate_sleep(&l->gate, ticket, SLUICE_FOREVER);
        __atomic_store_n(&p->parked, p->parked + 1, __ATOMIC_RELAXED);
        found = what(l);
    }
    doing(p, "leaving");
    if (sluice__gate_leave(&l->gate, ticket) && what(l) > (found ? 1 : 0))
        sluice__gate_wake(&l->gate);
}

static void take_one(struct party *p)
{
    while (!take(p->mine))
        sleep_once(p, p->mine, ready);
    step(p);
}

/* Mostly next to nothing; sometimes about as long as the other needs to fall asleep, or longer. */
static void a_while(struct party *p)
{
    static const uint64_t most[] = { 1, 200, 2000, 20000 };
    doing(p, "dawdling");
    uint64_t draw = kit_random(&p->random);
    cpus_dawdle(draw / 16 % most[draw % 4]);
}

/* ---- what the threads do ---- */

static void *talk(void *argument)
{
    struct party *p = argument;
    if (p->cpu >= 0)
        cpus_pin(p->cpu);
    bool begins = p == p->run->party;
    for (uint64_t i = 0; i < p->quota; i++) {
        if (!begins)
            take_one(p);
        if (i % 16 == 0)
            a_while(p);
        publish(p, p->theirs);
        if (begins)
            take_one(p);
    }
    return NULL;
}

/* Publishes beside the announcement, and spins until it is taken. */
static void *race(void *argument)
{
    struct party *p = argument;
    if (p->cpu >= 0)
        cpus_pin(p->cpu);
    for (uint64_t i = 0; i < p->quota; i++) {
        a_while(p);
        publish(p, p->theirs);
        step(p);
        doing(p, "waiting until it is taken");
        for (unsigned spins = 0; ready(p->theirs); spins++)
            spins % 4096 == 4095 ? (void)sched_yield() : cpus_relax();
    }
    return NULL;
}

static void *take_all(void *argument)
{
    struct party *p = argument;
    if (p->cpu >= 0)
        cpus_pin(p->cpu);
    for (uint64_t i = 0; i < p->quota; i++)
        take_one(p);
    return NULL;
}

static uint64_t all_taken(struct line *back)
{
    struct line *there = back - 1; /* lines 0 and 1 */
    return ready(there) == 0;
}

/* Publishes some, and sleeps at the other gate until all are taken; takers ask there. */
static void *feed(void *argument)
{
    struct party *p = argument;
    if (p->cpu >= 0)
        cpus_pin(p->cpu);
    for (uint64_t left = p->quota; left;) {
        uint64_t burst = kit_below(&p->random, 6) + 1;
        for (; burst && left; burst--, left--)
            publish(p, p->theirs);
        step(p);
        while (!all_taken(p->mine))
            sleep_once(p, p->mine, all_taken);
        a_while(p);
    }
    for (int i = 1; i < PARTIES_MAX; i++)
        publish(p, p->theirs); /* one for each to end by */
    return NULL;
}

static void *take_shares(void *argument)
{
    struct party *p = argument;
    if (p->cpu >= 0)
        cpus_pin(p->cpu);
    for (;;) {
        take_one(p);
        if (PEEK(p->mine->taken) > p->quota)
            return NULL;
        ask(p, p->theirs);
    }
}

#endif
