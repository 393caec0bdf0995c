/* main.c: calibration, and which repetition is measured when.
 *
 * SPDX-License-Identifier: MIT */
#include "child.h"
#include "options.h"
#include "shim.h"

#include <stdlib.h>

#define ENOUGH_NS 10e6   /* of a calibration run to go by */
#define SETTLE_TRIES 10  /* 20 ms apart, for a virtual machine's CPUs to come back */

struct job {
    const struct bench_case *c;
    uint64_t warm, count;
    struct bench_result *result;
    bool in_child; /* each repetition in a process of its own */
};

static _Atomic(const char *) wrong; /* about the peer that is measured just now; NULL: nothing */

void bench_wrong(const struct bench_case *c, const char *what)
{
    if (!c->implementation->project)
        bench_fail(c, what);
    atomic_store(&wrong, what);
}

void bench_fail(const struct bench_case *c, const char *what)
{
    bench_child_fail(what);
    fflush(stdout);
    fprintf(stderr, "sluice-bench: %s: %s\n", c->name, what);
    exit(1);
}

/* ---- one job: one implementation in one row ---- */

static void run_here(const struct job *job, uint64_t warm, uint64_t count, double *values)
{
    switch (job->c->row->workload) {
    case BENCH_PINGPONG: bench_pingpong(job->c, warm, count, values); break;
    case BENCH_SEQUENTIAL: bench_sequential(job->c, warm, count, values); break;
    case BENCH_TRICKLE: bench_trickle(job->c, values); break;
    case BENCH_IDLE_RECEIVER: case BENCH_IDLE_SENDER: bench_idle(job->c, values); break;
    default: bench_stream(job->c, warm, count, values);
    }
}

static bool counts_messages(enum bench_workload workload)
{
    return workload <= BENCH_SEQUENTIAL;
}

struct errand {
    const struct job *job;
    uint64_t warm, count;
};

static void run_errand(void *argument, struct bench_answer *a)
{
    const struct errand *e = argument;
    run_here(e->job, e->warm, e->count, a->values);
    const char *what = atomic_load(&wrong);
    if (what)
        snprintf(a->wrong, sizeof a->wrong, "%s", what);
}

static void set_wrong(struct bench_result *result, const char *what)
{
    if (!result->c->implementation->project)
        bench_fail(result->c, what);
    snprintf(result->wrong, sizeof result->wrong, "%s", what);
}

/* A peer that is not done in time counts as if it had been done just then. */
static void run_once(const struct job *job, uint64_t warm, uint64_t count, double *values)
{
    bool is_peer = job->c->implementation->project != NULL;
    if (!job->in_child) {
        run_here(job, warm, count, values);
        const char *what = atomic_exchange(&wrong, NULL);
        if (what)
            set_wrong(job->result, what);
        return;
    }
    struct errand errand = { job, warm, count };
    struct bench_answer a;
    bench_in_child(run_errand, &errand, is_peer ? BENCH_PEER_PATIENCE : 2000 * BENCH_PATIENCE, &a);
    if (a.wrong[0])
        set_wrong(job->result, a.wrong);
    else if (a.how == BENCH_OVERDUE && (!is_peer || !counts_messages(job->c->row->workload)))
        set_wrong(job->result, "it hangs");
    for (unsigned i = 0; i < BENCH_VALUES_MAX; i++)
        values[i] = a.values[i];
    if (a.how == BENCH_OVERDUE)
        values[0] = BENCH_PEER_PATIENCE * 1e6 * (double)count / (double)(warm + count);
    job->result->was_overdue = a.how == BENCH_OVERDUE;
}

/* In an unbounded channel all messages of a round may pile up: no more of them than a machine has memory for. */
static uint64_t most_messages(const struct bench_row *row)
{
    return row->buffer == BENCH_UNBOUNDED ? BENCH_BACKLOG_BYTES / row->bytes : UINT64_MAX;
}

static uint64_t at_least_at_most(double value, uint64_t least, uint64_t most)
{
    return value <= (double)least ? least : value >= (double)most ? most : (uint64_t)value;
}

/* Chooses how many messages take how long, by trying. */
static void calibrate(struct job *job, const struct bench_report *report)
{
    double elapsed[BENCH_VALUES_MAX];
    const struct bench_row *row = job->c->row;
    uint64_t most = most_messages(row);
    uint64_t laps = 4 * row->capacity * (job->c->implementation->per_sender ? row->senders : 1);
    if (!counts_messages(row->workload))
        return;
    bench_settle(SETTLE_TRIES);
    for (job->count = 2000;; job->count *= 4) {
        run_once(job, job->count, job->count, elapsed);
        if (elapsed[0] >= ENOUGH_NS || job->count * 4 > most || job->result->wrong[0])
            break;
    }
    double per_message = elapsed[0] / (double)job->count;
    job->warm = at_least_at_most(report->warm_ns / per_message, laps, most);
    job->count = at_least_at_most(report->measure_ns / per_message, laps, most);
    job->count -= job->count % row->senders;
}

static void to_unit(const struct job *job, double *values)
{
    if (job->c->row->workload <= BENCH_CROWD)
        values[0] = (double)job->count * 1e3 / values[0];
    else if (counts_messages(job->c->row->workload))
        values[0] /= (double)job->count;
}

/* A repetition between CPUs at their usual distance, before and after it. If it changes meanwhile, once more;
 * that one counts in any case. */
static bool run_settled(const struct job *job, double *values)
{
    enum bench_placement placement = job->c->row->placement;
    bool matters = placement == BENCH_SPREAD || placement == BENCH_FREE;
    for (int i = 0; i < 2; i++) {
        bool settled = !matters || bench_settle(SETTLE_TRIES);
        run_once(job, job->warm, job->count, values);
        if (!matters || !settled)
            return settled;
        if (bench_settle(1))
            return true;
    }
    return false;
}

static void repetition(struct shim_state *state, void *argument)
{
    const struct job *job = argument;
    struct bench_result *result = job->result;
    while (shim_iterate(state)) {
        double values[BENCH_VALUES_MAX] = { 0 };
        if (!result->wrong[0]) /* a wrong result is not repeated */
            result->unusual += !run_settled(job, values);
        result->overdue += result->was_overdue;
        shim_time(state, counts_messages(job->c->row->workload) ? values[0] / 1e9 : 0);
        to_unit(job, values);
        for (unsigned i = 0; i < BENCH_VALUES_MAX && result->count < BENCH_REPETITIONS_MAX; i++)
            result->values[i][result->count] = values[i];
        result->count++;
    }
    shim_count(state, job->count, job->c->row->bytes);
}

/* ---- one row ---- */

/* The matching cases that are measured in this run. */
static unsigned choose(const struct bench_row *row, const struct options *options, struct bench_case *cases)
{
    unsigned count = bench_cases(row, &options->filter, options->peers, cases), chosen = 0;
    for (unsigned i = 0; i < count; i++)
        if (options->full || cases[i].quick)
            cases[chosen++] = cases[i];
    return chosen;
}

static void run_row(const struct bench_row *row, const struct options *options)
{
    static struct bench_case cases[BENCH_JOBS_MAX];
    static struct bench_result results[BENCH_JOBS_MAX];
    static struct job jobs[BENCH_JOBS_MAX];
    unsigned count = choose(row, options, cases), registered = 0;
    if (count == 0)
        return;
    if (row->placement == BENCH_SPREAD && bench_place_cores() < 2) {
        printf("\n%s and more like it: left out, only one CPU may be used\n", cases[0].name);
        return;
    }
    bench_watch_start();
    for (unsigned i = 0; i < count; i++) {
        results[i].c = jobs[i].c = &cases[i];
        results[i].count = results[i].unusual = results[i].overdue = 0;
        results[i].was_overdue = false;
        results[i].wrong[0] = '\0';
        jobs[i].in_child = options->peers && !cases[i].implementation->runs_apart;
        jobs[i].result = &results[i];
        calibrate(&jobs[i], &options->report);
        results[i].messages = jobs[i].count;
        if (results[i].wrong[0])
            continue;
        shim_register(cases[i].name, repetition, &jobs[i], (int)options->report.repetitions);
        registered++;
    }
    if (registered && shim_run() != registered)
        bench_fail(&cases[0], "not every benchmark ran");
    bench_report_row(&options->report, results, count, bench_watch_end());
}

/* ---- the program ---- */

static void list_names(const struct bench_row *row, const struct options *options)
{
    static struct bench_case cases[BENCH_JOBS_MAX];
    unsigned count = bench_cases(row, &options->filter, options->peers, cases);
    for (unsigned i = 0; i < count; i++)
        printf("%s%s\n", cases[i].name, cases[i].quick ? "" : "  (--full)");
}

static void list(const struct options *options)
{
    printf("# workload/message/capacity/senders x receivers/CPUs/implementation\n"
           "#   capacity        messages; of each sender's lane where the order is per sender; -: not bounded\n"
           "#   +N              with N more senders that do nothing\n"
           "#   CPUs            spread: senders on some, receivers on others; one-cpu: all on one;\n"
           "#                   free: not pinned; -: one thread\n"
           "#   implementation  sluice-FLAVOUR-BUFFER-ORDER; sluice-any-...: chosen at run time;\n"
           "#                   mutex, mutex-BUFFER; bare; with --peers, other projects': NAME-MODE-BUFFER\n"
           "#   (--full)        not in a quick run\n");
    for (unsigned i = 0; i < bench_suite_rows; i++)
        list_names(&bench_suite[i], options);
}

static void measure(const struct options *options, const char *program)
{
    shim_start(program);
    bench_report_start(&options->report);
    for (unsigned i = 0; i < bench_suite_rows; i++)
        run_row(&bench_suite[i], options);
    bench_report_end(&options->report);
}

int main(int argc, char **argv)
{
    struct options options;
    options_parse(&options, argc, argv);
    bench_place_init();
    if (options.list)
        list(&options);
    else if (options.steady)
        bench_steady(&options);
    else
        measure(&options, argv[0]);
    regfree(&options.filter);
    return options.report.csv && fclose(options.report.csv) ? 1 : 0;
}
