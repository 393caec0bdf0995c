/* choose.c: the choices of one execution, and which others to make in the next.
 *
 * Every choice is a node: what could be chosen, and what was. An execution is known by its nodes alone. Depth first: the next
 * execution makes the same choices up to the last node at which something worth trying is left, and there that.
 *
 * SPDX-License-Identifier: MIT */
#include "engine.h"

#include <string.h>

static unsigned planned_index[EX_NODES_MAX], planned_value[EX_NODES_MAX], planned_count;

uint64_t ex_random(void)
{
    uint64_t x = ex.random += UINT64_C(0x9e3779b97f4a7c15);
    x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
    return x ^ (x >> 31);
}

static unsigned count_bits(unsigned set)
{
    return (unsigned)__builtin_popcount(set);
}

static unsigned any_of(unsigned set)
{
    unsigned n = (unsigned)(ex_random() % count_bits(set));
    while (n--)
        set &= set - 1;
    return (unsigned)__builtin_ctz(set);
}

/* ---- begin ---- */

#define CHANGES 3 /* of priorities, in an execution of PCT */

void ex_choices_begin(void)
{
    ex.depth = 0;
    if (ex.strategy != EX_PCT)
        return;
    for (unsigned i = 1; i < EX_THREADS; i++)
        ex.thread[i].priority = 100 + (int)(ex_random() % 1000);
    for (unsigned i = 0; i < CHANGES; i++)
        ex.change_at[i] = (unsigned)(ex_random() % (ex.points_seen + 1));
}

void ex_plan(const unsigned *indexes, const unsigned *values, unsigned count)
{
    planned_count = count;
    memcpy(planned_index, indexes, count * sizeof *indexes);
    memcpy(planned_value, values, count * sizeof *values);
}

/* What has happened so far that does not happen by itself. */
static int departures(void)
{
    return ex.used.preemptions + ex.used.faults + ex.used.delays + ex.used.stale;
}

bool ex_may(int used, int bound)
{
    return used < bound && departures() < ex.level;
}

/* ---- what to choose ---- */

static unsigned by_plan(const struct ex_node *n)
{
    for (unsigned i = 0; i < planned_count; i++)
        if (planned_index[i] == ex.depth && planned_value[i] < 16 && (n->enabled & EX_BIT(planned_value[i])))
            return planned_value[i];
    return n->standard;
}

/* The highest priority runs; at chosen points who runs falls to the lowest (S. Burckhardt and others, "A Randomized Scheduler with
 * Probabilistic Guarantees of Finding Bugs", 2010). Buffers drain at random. */
static unsigned by_priority(const struct ex_node *n)
{
    unsigned threads = n->enabled & ((1u << EX_THREADS) - 1), buffers = n->enabled & ~threads;
    if (buffers && (!threads || ex_random() % 4 == 0))
        return any_of(buffers);
    for (unsigned i = 0; i < CHANGES; i++)
        if (ex.change_at[i] == ex.depth)
            ex.thread[n->runner].priority = --ex.lowest;
    unsigned best = (unsigned)__builtin_ctz(threads);
    for (unsigned i = 1; i < EX_THREADS; i++)
        if ((threads & EX_BIT(i)) && ex.thread[i].priority > ex.thread[best].priority)
            best = i;
    if (n->is_free && best == n->runner) /* it spins: after a while it lets others in */
        ex.thread[best].priority = (int)(ex_random() % 1000);
    return best;
}

static unsigned by_chance(const struct ex_node *n)
{
    if (n->is_data)
        return any_of(n->enabled);
    if (ex.strategy == EX_PCT)
        return by_priority(n);
    /* Mostly the same thread goes on: with a switch at each point, operations hardly ever come one after the other. */
    if ((n->enabled & EX_BIT(n->runner)) && ex_random() % 3)
        return n->runner;
    return any_of(n->enabled);
}

static struct ex_node *new_node(unsigned enabled, unsigned standard)
{
    if (ex.depth >= EX_NODES_MAX)
        ex_fail("livelock: over %d choices", EX_NODES_MAX);
    struct ex_node *n = &ex.nodes[ex.depth];
    if (ex.strategy == EX_DFS && ex.depth < ex.planned) {
        if (n->enabled != enabled)
            ex_fail("the explorer itself: choice %u was of %x and is of %x", ex.depth, n->enabled, enabled);
        return n;
    }
    memset(n, 0, sizeof *n);
    n->enabled = (uint16_t)enabled;
    n->standard = (uint8_t)standard;
    n->runner = (uint8_t)ex.current;
    n->preemptions = (uint8_t)ex.used.preemptions;
    n->departures = (uint8_t)departures();
    return n;
}

static bool is_preemption(const struct ex_node *n, unsigned actor)
{
    return !n->is_data && !n->is_free && actor < EX_THREADS && actor != n->runner && (n->enabled & EX_BIT(n->runner));
}

unsigned ex_choose_actor(unsigned enabled, unsigned standard, bool is_free)
{
    unsigned actor = standard;
    int node = -1;
    if (count_bits(enabled) > 1) {
        struct ex_node *n = new_node(enabled, standard);
        bool planned = ex.strategy == EX_DFS && ex.depth < ex.planned;
        if (!planned) {
            n->is_free = is_free;
            actor = ex.strategy == EX_DFS ? standard : ex.strategy == EX_REPLAY ? by_plan(n) : by_chance(n);
            n->chosen = (uint8_t)actor;
            n->todo = (uint16_t)(ex.reduce ? EX_BIT(actor) : enabled);
        }
        actor = n->chosen;
        if (is_preemption(n, actor))
            ex.used.preemptions++;
        node = (int)ex.depth++;
    }
    ex_step_begin(actor, node, actor < EX_THREADS && actor != ex.current);
    return actor;
}

unsigned ex_choose(unsigned count)
{
    if (count < 2)
        return 0;
    if (count > 16)
        count = 16;
    struct ex_node *n = new_node((1u << count) - 1, 0);
    if (!(ex.strategy == EX_DFS && ex.depth < ex.planned)) {
        n->is_data = true;
        n->chosen = (uint8_t)(ex.strategy == EX_DFS ? 0 : ex.strategy == EX_REPLAY ? by_plan(n) : by_chance(n));
        n->todo = n->enabled;
    }
    ex.depth++;
    return n->chosen;
}

bool ex_choose_fault(void)
{
    if (!ex_may(ex.used.faults, ex.bounds.faults) || !ex.running)
        return false;
    bool by_luck = ex.strategy == EX_PCT || ex.strategy == EX_RANDOM;
    bool chosen;
    if (by_luck) {
        struct ex_node *n = new_node(3, 0);
        n->is_data = true;
        n->chosen = ex_random() % 8 == 0;
        chosen = n->chosen;
        ex.depth++;
    } else {
        chosen = ex_choose(2) == 1;
    }
    ex.used.faults += chosen;
    return chosen;
}

/* ---- the next execution ---- */

static unsigned left_at(const struct ex_node *n)
{
    unsigned left = n->todo & n->enabled & ~(unsigned)n->done;
    if (n->is_data || (n->preemptions < ex.bounds.preemptions && n->departures < ex.level))
        return left;
    for (unsigned actor = 0; actor < EX_ACTORS; actor++)
        if ((left & EX_BIT(actor)) && is_preemption(n, actor))
            left &= ~EX_BIT(actor);
    return left;
}

bool ex_next_branch(void)
{
    while (ex.depth > 0) {
        struct ex_node *n = &ex.nodes[ex.depth - 1];
        n->done |= (uint16_t)EX_BIT(n->chosen);
        unsigned left = left_at(n);
        if (left) {
            n->chosen = (uint8_t)__builtin_ctz(left);
            ex.planned = ex.depth;
            return true;
        }
        ex.depth--;
    }
    ex.planned = 0;
    return false;
}
