/* main.c: makes every run of the freeze mode, and judges it by the table.
 *
 *     explore_freeze [--profile=quick|full] [--keep-going] [--figures] [--except=KIND]… [KIND…]     kinds whose names contain one of these; all
 *     explore_freeze --replay 'KIND SETUP VICTIM CALL STEPS [MODE SEED]'           one run, with all that happens in it
 *
 * For each kind of channel, set-up, victim's call and other call: once with the victim not begun and once with it not stopped; then
 * stopped after each of its steps in turn (quick: after each that changed something). Whatever another call does must be what it did in the first or in the second, unless a
 * row of freeze_windows says otherwise; and it must keep to its freeze_promises. Then, "shaken": all begin at once and are switched
 * at random while the victim runs, where only the promises are held against the calls.
 *
 * --figures: the most steps of each call in each family, for the table.
 *
 * SPDX-License-Identifier: MIT */
#include "judge.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine.h"
#include "explore.h"

#define KINDS_MAX 64
#define SHAKEN_FACTOR 4     /* what lost races may cost beyond a promise */

static const struct freeze_kind *kinds[KINDS_MAX];
static unsigned kind_count;

static const char *const modes[] = { "sc", "tso", "ra" };

static struct {
    unsigned shakes;
    bool keep_going, figures, everywhere;
    const char *patterns[16], *exceptions[16];
    unsigned pattern_count, exception_count;
} settings = { .shakes = 1 };

void freeze_add(const struct freeze_kind *k)
{
    if (kind_count == KINDS_MAX)
        abort();
    kinds[kind_count++] = k;
}

/* Kinds of their own bring scenarios, which are not for here. */
void explore_add(const char *group, const struct explore_scenario *scenarios, size_t count)
{
    (void)group, (void)scenarios, (void)count;
}

void explore_failed(const char *file, int line, const char *what)
{
    ex_fail("%s:%d: %s: false", file, line, what);
}

uint64_t explore_now(void)
{
    return ex.now;
}

/* ---- all runs of a kind ---- */

static enum freeze_call call_of(enum freeze_role role, enum freeze_setup setup)
{
    if (role == PEER)
        return setup == RX_WAITS ? RECV : setup == TX_WAITS ? SEND : NO_CALL;
    return setup == CLOSING ? CLOSE : setup == RX_COMES ? RECV : setup == TX_COMES ? SEND : NO_CALL;
}

static bool exists(enum freeze_call call)
{
    if (kind->meets && (CALL(call) & (CALL(COMMIT) | CALL(ABORT) | CALL(RELEASE))))
        return false;
    return (call != CLONE_TX || kind->many_tx) && (call != CLONE_RX || kind->many_rx);
}

static bool is_possible(const struct freeze_run *run)
{
    const unsigned unbounded = SPSC_CHAIN | MPSC_CHAIN | SPMC_CHAIN | MPMC_CHAIN | MPSC_LANES_CHAIN | MPMC_LANES_CHAIN |
                               MPMC_LANES_LEASED | MUTEX_LIST;
    unsigned txs = 0, rxs = 0;
    for (unsigned r = 0; r < ROLES; r++) {
        txs += run->call[r] && run->call[r] < FIRST_OF_RX;
        rxs += run->call[r] >= FIRST_OF_RX;
        if (!exists(run->call[r]))
            return false;
    }
    if (kind->meets && (run->setup == ONE || run->setup == TWO))
        return false;
    if ((kind->family & unbounded) && (run->setup == TX_WAITS || run->setup == TX_COMES))
        return false;
    return (txs < 2 || kind->many_tx) && (rxs < 2 || kind->many_rx);
}

/* Stopped after each of its steps. Returns whether all was well. */
static bool stop_everywhere(struct freeze_run run)
{
    struct freeze_outcome before[ROLES], after[ROLES];
    ex.mode = EX_SC;
    ex.strategy = EX_REPLAY;
    ex.bounds = (struct ex_bounds){ 0, 0, 0, 0, 0 };
    run.stop_after = 0;
    execute(&run);
    memcpy(before, freeze_outcomes, sizeof before);
    if (!judge(before, before))
        return false;
    run.stop_after = UINT32_MAX;
    execute(&run);
    memcpy(after, freeze_outcomes, sizeof after);
    const struct ex_thread *victim = &ex.thread[1 + VICTIM];
    uint32_t last = victim->steps;
    bool wrote[EX_OWN_STEPS];
    memcpy(wrote, victim->wrote, sizeof wrote);
    if (!judge(after, after))
        return false;
    for (uint32_t k = 1; k <= last && k < EX_OWN_STEPS; k++) {
        if (!wrote[k] && k < last && !settings.everywhere)
            continue; /* for the others as if it had stopped a step before */
        run.stop_after = k;
        execute(&run);
        totals.points++;
        if (!judge(before, after))
            return false;
    }
    return true;
}

static void set_up_shaking(unsigned mode, uint64_t seed)
{
    ex.mode = (enum ex_mode)mode;
    ex.strategy = EX_RANDOM;
    ex.level = INT16_MAX;
    ex.bounds = (struct ex_bounds){ 0, 0, 4, 4, 0 };
    ex.random = seed;
}

static bool shake(struct freeze_run run)
{
    for (unsigned i = 0; i < settings.shakes; i++) {
        unsigned mode = settings.shakes == 1 ? EX_SC : i % 3;
        uint64_t seed = totals.executions;
        set_up_shaking(mode, seed);
        run.stop_after = 1 + (uint32_t)(ex_random() % 60);
        execute(&run);
        for (unsigned r = 0; r < ROLES; r++)
            if (ex.failed || (r != VICTIM && run.call[r] && !keeps_promise((enum freeze_role)r, SHAKEN_FACTOR))) {
                if (ex.failed)
                    complain(ex.failure, PROBE, &freeze_outcomes[PROBE]);
                printf(" %s %" PRIu64 "'\n", modes[mode], seed);
                return false;
            }
    }
    return true;
}

static const uint64_t no_victims = CALL(NO_CALL) | CALL(FILL) | CALL(DRAIN) | CALL(RECV_ALL) | CALL(ASK_TX) | CALL(ASK_RX);

static bool freeze_kind(void)
{
    uint64_t failed = totals.failed;
    judge_begin();
    for (unsigned setup = 0; setup < SETUPS; setup++)
        for (unsigned victim = 1; victim < CALLS; victim++)
            for (unsigned probe = 1; probe < CALLS; probe++) {
                struct freeze_run run = { .setup = (enum freeze_setup)setup };
                run.call[VICTIM] = (enum freeze_call)victim;
                run.call[PROBE] = (enum freeze_call)probe;
                run.call[PEER] = call_of(PEER, run.setup);
                run.call[COMPANION] = call_of(COMPANION, run.setup);
                if ((no_victims & CALL(victim)) || !is_possible(&run))
                    continue;
                totals.runs++;
                if ((!stop_everywhere(run) || !shake(run)) && !settings.keep_going)
                    return false;
            }
    judge_windows();
    return totals.failed == failed;
}

/* As the explorer: a pattern that ends in a slash means the whole name. */
static bool is_wanted(const char *name)
{
    char whole[64];
    snprintf(whole, sizeof whole, "%s/", name);
    for (unsigned i = 0; i < settings.exception_count; i++)
        if (strstr(whole, settings.exceptions[i]))
            return false;
    for (unsigned i = 0; i < settings.pattern_count; i++)
        if (strstr(whole, settings.patterns[i]))
            return true;
    return settings.pattern_count == 0;
}

static int number_of(const char *name, const char *const *names, int count)
{
    for (int i = 0; i < count; i++)
        if (strcmp(names[i], name) == 0)
            return i;
    return 0;
}

static int replay(const char *line)
{
    char name[64], setup[16], victim[16], call[16], mode[8] = "";
    struct freeze_run run = { .stop_after = 0 };
    uint64_t seed = 0;
    if (sscanf(line, "%63s %15s %15s %15s %" SCNu32 " %7s %" SCNu64, name, setup, victim, call, &run.stop_after, mode, &seed) < 5)
        return fprintf(stderr, "not a replay line: %s\n", line), 2;
    for (unsigned i = 0; i < kind_count; i++)
        if (strcmp(kinds[i]->name, name) == 0)
            kind = kinds[i];
    if (!kind)
        return fprintf(stderr, "no such kind: %s\n", name), 2;
    run.setup = (enum freeze_setup)number_of(setup, setup_names, SETUPS);
    run.call[VICTIM] = (enum freeze_call)number_of(victim, call_names, CALLS);
    run.call[PROBE] = (enum freeze_call)number_of(call, call_names, CALLS);
    run.call[PEER] = call_of(PEER, run.setup);
    run.call[COMPANION] = call_of(COMPANION, run.setup);
    ex.verbose = true;
    ex.strategy = EX_REPLAY;
    if (mode[0]) {
        set_up_shaking((unsigned)number_of(mode, modes, 3), seed);
        ex_random();
    }
    execute(&run);
    for (unsigned r = 0; r < ROLES; r++)
        if (run.call[r])
            print_outcome(role_names[r], &freeze_outcomes[r]);
    return ex.failed ? puts(ex.failure), 1 : 0;
}

static bool read_argument(const char *a)
{
    if (strcmp(a, "--keep-going") == 0)
        settings.keep_going = true;
    else if (strcmp(a, "--figures") == 0)
        settings.figures = true;
    else if (strcmp(a, "--profile=quick") == 0)
        settings.shakes = 1, settings.everywhere = false;
    else if (strcmp(a, "--profile=full") == 0)
        settings.shakes = 300, settings.everywhere = true;
    else if (strncmp(a, "--except=", 9) == 0 && settings.exception_count < 16)
        settings.exceptions[settings.exception_count++] = a + 9;
    else if (a[0] != '-' && settings.pattern_count < 16)
        settings.patterns[settings.pattern_count++] = a;
    else
        return sscanf(a, "--shakes=%u", &settings.shakes) == 1;
    return true;
}

int main(int argc, char **argv)
{
    ex_os_warm_up();
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--replay") == 0 && i + 1 < argc)
            return replay(argv[i + 1]);
        if (!read_argument(argv[i]))
            return fprintf(stderr, "unknown argument: %s\n", argv[i]), 2;
    }
    for (unsigned i = 0; i < kind_count && (settings.keep_going || !totals.failed); i++) {
        kind = kinds[i];
        if (!is_wanted(kind->name))
            continue;
        uint64_t runs = totals.runs, points = totals.points, executions = totals.executions;
        bool good = freeze_kind();
        printf("%-36s %5" PRIu64 " runs, %7" PRIu64 " places to stop at, %8" PRIu64 " executions%s\n", kind->name, totals.runs - runs,
               totals.points - points, totals.executions - executions, good ? "" : ": FAILED");
        fflush(stdout);
    }
    if (settings.figures)
        print_figures();
    printf("%" PRIu64 " runs, %" PRIu64 " places, %" PRIu64 " executions, %" PRIu64 " answers of windows, %" PRIu64 " failed\n", totals.runs,
           totals.points, totals.executions, totals.by_window, totals.failed);
    return totals.failed != 0 || totals.runs == 0;
}
