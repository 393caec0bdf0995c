/* main.c: options, calibration, and which repetition is measured when.
 *
 * SPDX-License-Identifier: MIT */
#include "harness.h"
#include "shim.h"

#include <errno.h>
#include <regex.h>
#include <stdlib.h>
#include <string.h>

#define WARM_NS 20e6     /* of the same traffic, before each measurement */
#define MEASURE_NS 120e6 /* a repetition */
#define ENOUGH_NS 10e6   /* of a calibration run to go by */
#define SETTLE_TRIES 10  /* 20 ms apart, for a virtual machine's CPUs to come back */
#define QUICK_REPETITIONS 7
#define FULL_REPETITIONS 15
#define REPETITIONS_MIN 5

static const struct bench_implementation *const implementations[] = { &bench_sluice, &bench_mutex, &bench_bare };
#define IMPLEMENTATIONS (sizeof implementations / sizeof *implementations)

struct options {
    bool full;
    unsigned repetitions;
    const char *filter;
    struct bench_report report;
};

struct job {
    struct bench_case c;
    char name[128];
    uint64_t warm, count;
    struct bench_result *result;
};

void bench_fail(const struct bench_case *c, const char *what)
{
    fflush(stdout);
    fprintf(stderr, "sluice-bench: %s: %s\n", c->name, what);
    exit(1);
}

/* ---- one job: one implementation in one row ---- */

static void run_once(const struct job *job, uint64_t warm, uint64_t count, double *values)
{
    switch (job->c.row->workload) {
    case BENCH_PINGPONG: bench_pingpong(&job->c, warm, count, values); break;
    case BENCH_SEQUENTIAL: bench_sequential(&job->c, warm, count, values); break;
    case BENCH_TRICKLE: bench_trickle(&job->c, values); break;
    case BENCH_IDLE_RECEIVER: case BENCH_IDLE_SENDER: bench_idle(&job->c, values); break;
    default: bench_stream(&job->c, warm, count, values);
    }
}

static bool counts_messages(enum bench_workload workload)
{
    return workload <= BENCH_SEQUENTIAL;
}

/* Chooses how many messages take how long, by trying. */
static void calibrate(struct job *job)
{
    double elapsed[BENCH_VALUES_MAX];
    uint64_t laps = 4 * job->c.row->capacity;
    if (!counts_messages(job->c.row->workload))
        return;
    bench_settle(SETTLE_TRIES);
    for (job->count = 2000;; job->count *= 4) {
        run_once(job, job->count, job->count, elapsed);
        if (elapsed[0] >= ENOUGH_NS)
            break;
    }
    double per_message = elapsed[0] / (double)job->count;
    job->warm = (uint64_t)(WARM_NS / per_message);
    job->count = (uint64_t)(MEASURE_NS / per_message);
    if (job->warm < laps)
        job->warm = laps;
    if (job->count < laps)
        job->count = laps;
    job->count -= job->count % job->c.row->senders;
}

static void to_unit(const struct job *job, double *values)
{
    if (job->c.row->workload <= BENCH_INPLACE)
        values[0] = (double)job->count * 1e3 / values[0];
    else if (counts_messages(job->c.row->workload))
        values[0] /= (double)job->count;
}

/* A repetition between CPUs at their usual distance, before and after it. If it changes meanwhile, once more;
 * that one counts in any case. */
static bool run_settled(const struct job *job, double *values)
{
    enum bench_placement placement = job->c.row->placement;
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
        result->unusual += !run_settled(job, values);
        shim_time(state, counts_messages(job->c.row->workload) ? values[0] / 1e9 : 0);
        to_unit(job, values);
        for (unsigned i = 0; i < BENCH_VALUES_MAX && result->count < BENCH_REPETITIONS_MAX; i++)
            result->values[i][result->count] = values[i];
        result->count++;
    }
    shim_count(state, job->count, job->c.row->bytes);
}

/* ---- one row ---- */

static bool can(const struct bench_implementation *i, const struct bench_row *row)
{
    bool idle = row->workload == BENCH_IDLE_RECEIVER || row->workload == BENCH_IDLE_SENDER;
    bool sized = !i->power_of_two || (row->capacity & (row->capacity - 1)) == 0;
    return row->senders <= i->senders_max && row->receivers <= i->receivers_max && sized && (i->sleeps || !idle);
}

static void name_job(struct job *job, const struct bench_row *row, const struct bench_implementation *with)
{
    unsigned index = row->bytes == 8 ? 0 : row->bytes == 64 ? 1 : 2;
    job->c = (struct bench_case){ row, with, with->ops[index], job->name };
    snprintf(job->name, sizeof job->name, "%s/%zuB/%zu/%ux%u/%s/%s", bench_workload_name(row->workload),
             row->bytes, row->capacity, row->senders, row->receivers, bench_placement_name(row->placement),
             with->name);
}

static unsigned choose(const struct bench_row *row, const regex_t *filter, struct job *jobs)
{
    unsigned count = 0;
    for (unsigned i = 0; i < IMPLEMENTATIONS; i++) {
        name_job(&jobs[count], row, implementations[i]);
        if (can(implementations[i], row) && regexec(filter, jobs[count].name, 0, NULL, 0) == 0)
            count++;
    }
    return count;
}

static void run_row(const struct bench_row *row, const regex_t *filter, const struct options *options)
{
    static struct bench_result results[IMPLEMENTATIONS];
    static struct job jobs[IMPLEMENTATIONS];
    unsigned count = choose(row, filter, jobs);
    if (count == 0)
        return;
    if (row->placement == BENCH_SPREAD && bench_place_cores() < 2) {
        printf("\n%s, %zu B, capacity %zu, spread: left out, only one CPU may be used\n",
               bench_workload_name(row->workload), row->bytes, row->capacity);
        return;
    }
    bench_watch_start();
    for (unsigned i = 0; i < count; i++) {
        results[i].c = &jobs[i].c;
        results[i].count = results[i].unusual = 0;
        jobs[i].result = &results[i];
        calibrate(&jobs[i]);
        shim_register(jobs[i].name, repetition, &jobs[i], (int)options->repetitions);
    }
    if (shim_run() != count)
        bench_fail(&jobs[0].c, "not every benchmark ran");
    bench_report_row(&options->report, results, count, bench_watch_end());
}

/* ---- the program ---- */

static void usage(FILE *to)
{
    fprintf(to, "usage: sluice-bench [--quick | --full] [--reps N] [--filter REGEX] [--csv FILE] [--raw]\n"
                "                    [--list]\n"
                "  --quick   the rows that say most, about two minutes (default)\n"
                "  --full    all rows\n"
                "  --reps    repetitions of each measurement, %d to %d (default %d, with --full %d)\n"
                "  --filter  only what matches, e.g. 'throughput/8B' or 'pingpong.*sluice'; see --list\n"
                "  --csv     write the results there too\n"
                "  --raw     print every repetition, sorted\n"
                "  --list    print the names that --filter is matched with, and end\n",
            REPETITIONS_MIN, BENCH_REPETITIONS_MAX, QUICK_REPETITIONS, FULL_REPETITIONS);
}

static _Noreturn void refuse(const char *what, const char *why)
{
    fprintf(stderr, "sluice-bench: %s: %s\n", what, why);
    usage(stderr);
    exit(2);
}

static void parse(int argc, char **argv, struct options *options, bool *list)
{
    const char *csv = NULL;
    for (int i = 1; i < argc; i++) {
        const char *word = argv[i], *value = i + 1 < argc ? argv[i + 1] : NULL;
        bool takes = strcmp(word, "--reps") == 0 || strcmp(word, "--filter") == 0 || strcmp(word, "--csv") == 0;
        if (takes && !value)
            refuse(word, "needs a value");
        i += takes;
        if (strcmp(word, "--quick") == 0 || strcmp(word, "--full") == 0)
            options->full = word[2] == 'f';
        else if (strcmp(word, "--reps") == 0)
            options->repetitions = (unsigned)strtoul(value, NULL, 10);
        else if (strcmp(word, "--filter") == 0)
            options->filter = value;
        else if (strcmp(word, "--csv") == 0)
            csv = value;
        else if (strcmp(word, "--raw") == 0)
            options->report.raw = true;
        else if (strcmp(word, "--list") == 0)
            *list = true;
        else if (strcmp(word, "--help") == 0)
            usage(stdout), exit(0);
        else
            refuse(word, "unknown option");
    }
    if (options->repetitions == 0)
        options->repetitions = options->full ? FULL_REPETITIONS : QUICK_REPETITIONS;
    if (options->repetitions < REPETITIONS_MIN || options->repetitions > BENCH_REPETITIONS_MAX)
        refuse("--reps", "out of range");
    if (csv && !*list && !(options->report.csv = fopen(csv, "w")))
        refuse(csv, strerror(errno));
}

static void list_names(const struct bench_row *row, const regex_t *filter)
{
    struct job jobs[IMPLEMENTATIONS];
    unsigned count = choose(row, filter, jobs);
    for (unsigned i = 0; i < count; i++)
        printf("%s%s\n", jobs[i].name, row->full_only ? "  (--full)" : "");
}

static const char *command_line(int argc, char **argv)
{
    static char text[1024];
    const char *told = getenv("SLUICE_BENCH_COMMAND"); /* scripts/bench knows better what was typed */
    size_t length = (size_t)snprintf(text, sizeof text, "%s", told ? told : argv[0]);
    for (int i = 1; i < argc && length < sizeof text; i++)
        length += (size_t)snprintf(text + length, sizeof text - length,
                                   strpbrk(argv[i], " |*()$^[]") ? " '%s'" : " %s", argv[i]);
    return text;
}

int main(int argc, char **argv)
{
    struct options options = { .filter = ".", .report = { .command = command_line(argc, argv) } };
    regex_t filter;
    bool list = false;
    parse(argc, argv, &options, &list);
    if (regcomp(&filter, options.filter, REG_EXTENDED | REG_NOSUB))
        refuse(options.filter, "not a regular expression");
    if (!list) {
        bench_place_init();
        shim_start(argv[0]);
        bench_report_start(&options.report);
    }
    for (unsigned i = 0; i < bench_suite_rows; i++) {
        if (list)
            list_names(&bench_suite[i], &filter);
        else if (options.full || !bench_suite[i].full_only)
            run_row(&bench_suite[i], &filter, &options);
    }
    if (!list)
        bench_report_end();
    regfree(&filter);
    return options.report.csv && fclose(options.report.csv) ? 1 : 0;
}
