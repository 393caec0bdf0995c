/* search.c: one execution after the other, and what to say of one that failed.
 *
 * Depth first in levels, with 0, 1, 2 … departures at most from what happens by itself: preemptions, faults, stores that wait, old
 * values (as M. Musuvathi, S. Qadeer, "Iterative Context Bounding for Systematic Testing of Multithreaded Programs", 2007, do with
 * preemptions): most errors need few, so that what there is time for is spent on the likeliest first. Then by random priorities and
 * at random, which reach what lies deeper.
 *
 * A failure is what its choices are, other than the standard ones. As many of them as possible are taken away before it is told.
 *
 * SPDX-License-Identifier: MIT */
#include "search.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *const mode_names[] = { "sc", "tso", "ra" };

static void run_once(const struct explore_scenario *s)
{
    unsigned threads = 0;
    while (threads < EXPLORE_THREADS && s->bodies[threads])
        threads++;
    ex_execute(s->prepare, s->bodies, threads, s->finish);
}

/* ---- failures ---- */

#define DEVIATIONS_MAX 4096

struct deviations {
    unsigned index[DEVIATIONS_MAX], value[DEVIATIONS_MAX], count;
};

static void read_deviations(struct deviations *d)
{
    d->count = 0;
    for (unsigned i = 0; i < ex.depth && d->count < DEVIATIONS_MAX; i++) {
        if (ex.nodes[i].chosen == ex.nodes[i].standard)
            continue;
        d->index[d->count] = i;
        d->value[d->count++] = ex.nodes[i].chosen;
    }
}

static bool fails_with(const struct explore_scenario *s, const struct deviations *d)
{
    ex.strategy = EX_REPLAY;
    ex_plan(d->index, d->value, d->count);
    run_once(s);
    return ex.failed;
}

static struct deviations without(const struct deviations *d, unsigned from, unsigned count)
{
    struct deviations less = { .count = 0 };
    for (unsigned i = 0; i < d->count; i++) {
        if (i >= from && i < from + count)
            continue;
        less.index[less.count] = d->index[i];
        less.value[less.count++] = d->value[i];
    }
    return less;
}

#define MINIMISING_MAX 10000000 /* steps: a long failure stays long */

/* Takes away what the failure does not need: halves first, single choices last. */
static void minimise(const struct explore_scenario *s, struct deviations *d)
{
    uint64_t steps = 0;
    for (unsigned size = d->count ? d->count : 1; size >= 1; size /= 2)
        for (unsigned from = 0; from < d->count && steps < MINIMISING_MAX;) {
            struct deviations less = without(d, from, size), seen;
            bool fails = fails_with(s, &less);
            steps += ex.step;
            read_deviations(&seen);
            if (fails && seen.count < d->count)
                *d = seen; /* and look at the same place again */
            else
                from += size;
        }
}

static void describe(const char *name, const struct deviations *d, struct outcome *o)
{
    int n = snprintf(o->replay, sizeof o->replay, "%s %s p%df%dd%ds%dr%dl%d ", name, mode_names[ex.mode], ex.bounds.preemptions,
                     ex.bounds.faults, ex.bounds.delays, ex.bounds.stale, ex.bounds.refusals,
                     ex.level);
    for (unsigned i = 0; i < d->count && n < (int)sizeof o->replay - 16; i++)
        n += snprintf(o->replay + n, sizeof o->replay - (size_t)n, "%s%u=%u", i ? "," : "", d->index[i], d->value[i]);
    if (!d->count)
        snprintf(o->replay + n, sizeof o->replay - (size_t)n, "-");
}

static void report(const struct explore_scenario *s, const char *name, struct outcome *o)
{
    struct deviations d;
    o->failed = true;
    snprintf(o->failure, sizeof o->failure, "%s", ex.failure);
    read_deviations(&d);
    if (fails_with(s, &d)) {
        minimise(s, &d);
        fails_with(s, &d);
        snprintf(o->failure, sizeof o->failure, "%s", ex.failure);
    } else {
        snprintf(o->failure + strlen(o->failure), sizeof o->failure - strlen(o->failure), " (does not come again)");
    }
    o->switches = d.count;
    describe(name, &d, o);
}

/* ---- searching ---- */

static void depth_first(const struct explore_scenario *s, const struct profile *p, struct outcome *o)
{
    unsigned *made = &o->executions[EX_DFS];
    ex.strategy = EX_DFS;
    int most = ex.bounds.preemptions + ex.bounds.faults + (ex.mode == EX_TSO ? ex.bounds.delays : ex.mode == EX_RA ? ex.bounds.stale : 0);
    for (int level = 0; level <= most && *made < p->depth_first && !ex.failed; level++) {
        ex.level = level;
        ex.planned = 0;
        bool more = true;
        while (more && *made < p->depth_first) {
            run_once(s);
            ++*made;
            if (ex.failed)
                return;
            o->steps_most = ex.step > o->steps_most ? ex.step : o->steps_most;
            ex.points_seen = ex.depth > ex.points_seen ? ex.depth : ex.points_seen;
            more = ex_next_branch();
        }
        if (!more)
            o->complete = level;
    }
}

static void by_luck(const struct explore_scenario *s, enum ex_strategy strategy, unsigned executions, struct outcome *o)
{
    ex.strategy = strategy;
    ex.level = INT16_MAX;
    for (unsigned i = 0; i < executions && !ex.failed; i++) {
        run_once(s);
        o->executions[strategy]++;
        o->steps_most = ex.step > o->steps_most ? ex.step : o->steps_most;
        ex.points_seen = ex.depth > ex.points_seen ? ex.depth : ex.points_seen;
    }
}

void search(const struct explore_scenario *s, const char *name, enum ex_mode mode, const struct profile *p, struct outcome *o)
{
    memset(o, 0, sizeof *o);
    o->complete = -1;
    ex.mode = mode;
    ex.bounds = p->bounds;
    if (s->faults)
        ex.bounds.faults = s->faults > 0 ? s->faults : 0;
    ex.reduce = p->reduce;
    ex.random = p->seed;
    ex.points_seen = 0;
    ex.failed = false;
    depth_first(s, p, o);
    if (!ex.failed)
        by_luck(s, EX_PCT, p->by_priority, o);
    if (!ex.failed)
        by_luck(s, EX_RANDOM, p->at_random, o);
    if (ex.failed)
        report(s, name, o);
}

void replay(const struct explore_scenario *s, enum ex_mode mode, const char *choices, struct outcome *o)
{
    struct deviations d = { .count = 0 };
    memset(o, 0, sizeof *o);
    ex.mode = mode;
    while (*choices && d.count < DEVIATIONS_MAX) {
        char *end;
        d.index[d.count] = (unsigned)strtoul(choices, &end, 10);
        if (end == choices || *end != '=')
            break;
        d.value[d.count++] = (unsigned)strtoul(end + 1, &end, 10);
        choices = *end == ',' ? end + 1 : end;
    }
    ex.verbose = true;
    o->failed = fails_with(s, &d);
    snprintf(o->failure, sizeof o->failure, "%s", ex.failure);
}
