/* main.c: the explorer's command line.
 *
 *     explore [options] [PATTERN…]      explores the scenarios whose names contain a pattern; all without one
 *     explore --replay 'LINE'           one execution, as a failure gave it, with all that happens in it
 *
 *     --list                            names only
 *     --except=PATTERN                  not those; may be given several times
 *     --mode=sc|tso|ra                  one memory mode; all three otherwise
 *     --profile=quick|full              how much is tried of each scenario
 *     --dfs=N --pct=N --random=N        executions of each kind, at most; --bounds=P,F,D,S,R; --seed=N; --programs=FIRST,COUNT
 *     --no-reduction                    tries every switch
 *     --keep-going                      does not end with the first scenario that fails
 *     --mutant=N                        where the library was built with mutants: the one that is alive (../mutants)
 *
 * SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "search.h"

#define GROUPS_MAX 256
#define NAME_MAX_LENGTH 128

static struct group {
    const char *name;
    const struct explore_scenario *scenarios;
    size_t count;
    void (*choose)(uint64_t number); /* programs */
} groups[GROUPS_MAX];
static size_t group_count;

static struct settings {
    struct profile profile;
    unsigned modes;
    bool list, keep_going;
    uint64_t first_program;
    unsigned programs;
    const char *replay;
    const char *patterns[16], *exceptions[16];
    unsigned pattern_count, exception_count;
} settings;

int explore_mutant; /* read by a library that was built with mutants in it */

static struct {
    unsigned scenarios, runs, failed;
    uint64_t executions;
} totals;

static void add_group(struct group group)
{
    if (group_count == GROUPS_MAX)
        abort();
    groups[group_count++] = group;
}

void explore_add(const char *group, const struct explore_scenario *scenarios, size_t count)
{
    add_group((struct group){ group, scenarios, count, NULL });
}

void explore_add_programs(const char *group, void (*choose)(uint64_t number), const struct explore_scenario *scenario)
{
    add_group((struct group){ group, scenario, 1, choose });
}

void explore_failed(const char *file, int line, const char *what)
{
    ex_fail("%s:%d: %s: false", file, line, what);
}

uint64_t explore_now(void)
{
    return ex.now;
}

static uint64_t clock_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

static bool is_wanted(const char *name)
{
    for (unsigned i = 0; i < settings.exception_count; i++)
        if (strstr(name, settings.exceptions[i]))
            return false;
    for (unsigned i = 0; i < settings.pattern_count; i++)
        if (strstr(name, settings.patterns[i]))
            return true;
    return settings.pattern_count == 0;
}

/* Selftest: whether what came of it is what had to. */
static bool is_as_expected(const struct explore_scenario *s, enum ex_mode mode, const struct outcome *o)
{
    bool must_fail = s->fails_in >> mode & 1;
    if (must_fail != o->failed)
        return false;
    return !must_fail || !s->fails_with || strstr(o->failure, s->fails_with);
}

static void explore_one(const struct explore_scenario *s, const char *name, enum ex_mode mode)
{
    struct outcome o;
    uint64_t start = clock_ms();
    search(s, name, mode, &settings.profile, &o);
    uint64_t executions = 0;
    for (int i = 0; i < 3; i++)
        executions += o.executions[i];
    totals.runs++;
    totals.executions += executions;
    bool good = is_as_expected(s, mode, &o);
    char complete[16] = "-";
    if (o.complete >= 0)
        snprintf(complete, sizeof complete, "%d", o.complete);
    printf("%-48s %-3s %8" PRIu64 " executions, %4u steps, complete to level %s, %" PRIu64 " ms%s%s\n", name, mode_names[mode],
           executions, o.steps_most, complete, clock_ms() - start, o.failed ? ": " : "",
           !o.failed ? "" : good ? "fails, as it must" : "FAILED");
    if (!good) {
        totals.failed++;
        if (o.failed)
            printf("    %s\n    explore --replay '%s'\n", o.failure, o.replay);
        else
            printf("    FAILED: it must fail here (%s) and did not\n", s->fails_with ? s->fails_with : "anyhow");
    } else if (o.failed) {
        printf("    %s\n    %u choices: explore --replay '%s'\n", o.failure, o.switches, o.replay);
    }
    fflush(stdout);
}

static bool explore_in_modes(const struct explore_scenario *s, const char *name)
{
    if (!is_wanted(name))
        return true;
    totals.scenarios++;
    if (settings.list) {
        printf("%s\n", name);
        return true;
    }
    for (unsigned mode = 0; mode < 3; mode++) {
        if (!(settings.modes & (s->modes ? s->modes : EXPLORE_IN_ALL) & (1u << mode)))
            continue;
        explore_one(s, name, (enum ex_mode)mode);
        if (totals.failed && !settings.keep_going)
            return false;
    }
    return true;
}

static bool explore_group(const struct group *g)
{
    char name[NAME_MAX_LENGTH];
    for (uint64_t n = settings.first_program; g->choose && n < settings.first_program + settings.programs; n++) {
        snprintf(name, sizeof name, "%s/program-%" PRIu64, g->name, n);
        g->choose(n);
        if (!explore_in_modes(g->scenarios, name))
            return false;
    }
    for (size_t i = 0; !g->choose && i < g->count; i++) {
        snprintf(name, sizeof name, "%s/%s", g->name, g->scenarios[i].name);
        if (!explore_in_modes(&g->scenarios[i], name))
            return false;
    }
    return true;
}

/* ---- replay ---- */

static const struct explore_scenario *find(const char *name)
{
    const char *slash = strchr(name, '/');
    for (size_t g = 0; slash && g < group_count; g++) {
        if (strncmp(groups[g].name, name, (size_t)(slash - name)) != 0 || groups[g].name[slash - name])
            continue;
        if (groups[g].choose && strncmp(slash, "/program-", 9) == 0) {
            groups[g].choose(strtoull(slash + 9, NULL, 10));
            return groups[g].scenarios;
        }
        for (size_t i = 0; i < groups[g].count && !groups[g].choose; i++)
            if (strcmp(groups[g].scenarios[i].name, slash + 1) == 0)
                return &groups[g].scenarios[i];
    }
    return NULL;
}

static int run_replay(const char *line)
{
    char name[NAME_MAX_LENGTH], mode[8], choices[32768];
    struct ex_bounds *b = &ex.bounds;
    if (sscanf(line, "%127s %7s p%df%dd%ds%dr%dl%d %32767s", name, mode, &b->preemptions, &b->faults, &b->delays, &b->stale,
               &b->refusals, &ex.level, choices) != 9) {
        fprintf(stderr, "not a replay line: %s\n", line);
        return 2;
    }
    const struct explore_scenario *s = find(name);
    int m = strcmp(mode, "sc") == 0 ? EX_SC : strcmp(mode, "tso") == 0 ? EX_TSO : EX_RA;
    if (!s) {
        fprintf(stderr, "no such scenario: %s\n", name);
        return 2;
    }
    struct outcome o;
    replay(s, (enum ex_mode)m, choices, &o);
    printf("%s\n", o.failed ? o.failure : "does not fail");
    return o.failed;
}

/* ---- arguments ---- */

static const struct profile quick = { .bounds = { 2, 1, 1, 1, 1 }, .depth_first = 200, .by_priority = 40, .at_random = 40, .reduce = true,
                                      .seed = 1 };
static const struct profile full = { .bounds = { 3, 1, 2, 2, 1 }, .depth_first = 100000, .by_priority = 20000, .at_random = 20000,
                                     .reduce = true, .seed = 1 };

static bool read_argument(const char *a)
{
    struct profile *p = &settings.profile;
    if (strcmp(a, "--list") == 0)
        settings.list = true;
    else if (strcmp(a, "--keep-going") == 0)
        settings.keep_going = true;
    else if (strcmp(a, "--no-reduction") == 0)
        p->reduce = false;
    else if (strcmp(a, "--profile=quick") == 0 || strcmp(a, "--profile=full") == 0)
        *p = strcmp(a, "--profile=full") == 0 ? full : quick, settings.programs = p->depth_first == full.depth_first ? 400 : 6;
    else if (strncmp(a, "--mode=", 7) == 0)
        settings.modes = strcmp(a + 7, "sc") == 0 ? EXPLORE_IN_SC : strcmp(a + 7, "tso") == 0 ? EXPLORE_IN_TSO : EXPLORE_IN_RA;
    else if (strncmp(a, "--except=", 9) == 0 && settings.exception_count < 16)
        settings.exceptions[settings.exception_count++] = a + 9;
    else if (a[0] != '-' && settings.pattern_count < 16)
        settings.patterns[settings.pattern_count++] = a;
    else
        return sscanf(a, "--mutant=%d", &explore_mutant) == 1 ||
               sscanf(a, "--dfs=%u", &p->depth_first) == 1 || sscanf(a, "--pct=%u", &p->by_priority) == 1 ||
               sscanf(a, "--random=%u", &p->at_random) == 1 || sscanf(a, "--seed=%" SCNu64, &p->seed) == 1 ||
               sscanf(a, "--programs=%" SCNu64 ",%u", &settings.first_program, &settings.programs) == 2 ||
               sscanf(a, "--bounds=%d,%d,%d,%d,%d", &p->bounds.preemptions, &p->bounds.faults, &p->bounds.delays, &p->bounds.stale,
                      &p->bounds.refusals) == 5;
    return true;
}

int main(int argc, char **argv)
{
    settings.profile = quick;
    settings.modes = EXPLORE_IN_ALL;
    settings.programs = 6;
    ex_os_warm_up();
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--replay") == 0 && i + 1 < argc)
            return run_replay(argv[i + 1]);
        if (!read_argument(argv[i])) {
            fprintf(stderr, "unknown argument: %s\n", argv[i]);
            return 2;
        }
    }
    bool go_on = true;
    for (size_t i = 0; i < group_count && go_on; i++)
        go_on = explore_group(&groups[i]);
    if (settings.list)
        return 0;
    printf("%u scenarios, %u runs, %" PRIu64 " executions, %u failed\n", totals.scenarios, totals.runs, totals.executions, totals.failed);
    return totals.failed != 0 || totals.runs == 0;
}
