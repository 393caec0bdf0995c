/* report.c: statistics, the table, the CSV.
 *
 * SPDX-License-Identifier: MIT */
#include "versus.h"

#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#ifndef SLUICE_VERSION
#define SLUICE_VERSION "?"
#endif

#define MEASURES_MAX 3
#define SPSC_SEEN_MAX 128
#define OTHERS_TOLERATED 5 /* per cent of the CPUs' time; more spoils a row */

struct statistics {
    double median, min, max, p10, p90;
};

/* One line of the table for each implementation: what is measured, and what more of it means. */
struct measure {
    const char *suffix, *unit;
    enum { MORE_IS_BETTER, LESS_IS_BETTER, JUST_SO } sense;
};

static const struct measure rates[] = { { "", "Mmsg/s", MORE_IS_BETTER } };
static const struct measure times[] = { { "", "ns", LESS_IS_BETTER } };
static const struct measure shares[] = { { "", "%", JUST_SO } };
static const struct measure latencies[] = {
    { "-p50", "ns", LESS_IS_BETTER }, { "-p99", "ns", LESS_IS_BETTER }, { "-cpu", "%", JUST_SO }
};

static const struct measure *measures_of(enum bench_workload workload, unsigned *count)
{
    *count = workload == BENCH_TRICKLE ? 3 : 1;
    switch (workload) {
    case BENCH_PINGPONG: case BENCH_SEQUENTIAL: return times;
    case BENCH_TRICKLE: return latencies;
    case BENCH_IDLE_RECEIVER: case BENCH_IDLE_SENDER: return shares;
    default: return rates;
    }
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Of sorted values, with linear interpolation. */
static double quantile(const double *values, unsigned count, double q)
{
    double at = q * (count - 1);
    unsigned below = (unsigned)at;
    double rest = at - below;
    return below + 1 < count ? values[below] * (1 - rest) + values[below + 1] * rest : values[count - 1];
}

static struct statistics summary(double *values, unsigned count)
{
    qsort(values, count, sizeof *values, by_value);
    return (struct statistics){ quantile(values, count, 0.5), values[0], values[count - 1],
                                quantile(values, count, 0.1), quantile(values, count, 0.9) };
}

/* ---- the header ---- */

static void print_cpu_model(void)
{
    char line[256];
    FILE *file = fopen("/proc/cpuinfo", "r");
    while (file && fgets(line, sizeof line, file)) {
        char *value = strncmp(line, "model name", 10) == 0 ? strchr(line, ':') : NULL;
        if (value) {
            value[strcspn(value, "\n")] = '\0';
            printf("%s, ", value + 2);
            break;
        }
    }
    if (file)
        fclose(file);
}

void bench_report_start(const struct bench_report *report)
{
    struct utsname system;
    uname(&system);
    printf("sluice %s benchmarks\n", SLUICE_VERSION);
    printf("  machine   ");
    print_cpu_model();
    printf("%s, %ld CPUs, %u cores used, %s\n", system.machine, sysconf(_SC_NPROCESSORS_ONLN), bench_place_cores(),
           bench_place_text());
    printf("  system    %s %s, compiled by %s %s\n", system.sysname, system.release,
#ifdef __clang__
           "clang", __clang_version__);
#else
           "gcc", __VERSION__);
#endif
    if (bench_place_cores() > 1)
        printf("  distance  %.0f ns for a cache line to get from the one CPU to the other\n",
               bench_usual_distance());
    printf("  measure   %u repetitions of about %.0f ms, each after %.0f ms of the same traffic\n",
           report->repetitions, report->measure_ns / 1e6, report->warm_ns / 1e6);
    if (report->peers)
        bench_versus_start();
    printf("  command   %s\n", report->command);
    if (report->csv)
        fprintf(report->csv, "workload,implementation,flavour,buffer,order,senders,receivers,capacity,"
                             "message_bytes,batch,placement,median,min,max,unit,p10,p90,waits\n");
}

/* ---- what is compared with what ---- */

/* The medians that a line's ratios refer to; 0: not measured. */
struct baselines {
    double mutex; /* in the same row, in a crowd of the same size */
    double other; /* the bare ring's in the same row; in a crowd: the same implementation's without the crowd */
    double spsc;  /* the SPSC ring's in this run */
    double peer;  /* the best peer's in the same row */
    bool is_best_peer;
};

/* What sluice's SPSC ring did, between one sender and one receiver, in the rows so far. */
static struct {
    const struct bench_row *row;
    double median[MEASURES_MAX];
} spsc_seen[SPSC_SEEN_MAX];
static unsigned spsc_seen_count;

static bool is_named(const struct bench_case *c, const char *name, const char *flavour)
{
    return strcmp(c->implementation->name, name) == 0 && strcmp(c->implementation->flavour, flavour) == 0;
}

static void remember_spsc(const struct bench_case *c, unsigned which, double median)
{
    if (!is_named(c, "sluice", "spsc") || c->row->buffer != BENCH_BOUNDED)
        return;
    if (which == 0 && spsc_seen_count < SPSC_SEEN_MAX)
        spsc_seen[spsc_seen_count++].row = c->row;
    if (spsc_seen[spsc_seen_count - 1].row == c->row)
        spsc_seen[spsc_seen_count - 1].median[which] = median;
}

/* Same work, message and CPUs; where the row has a capacity, the same; else the ring of 1024, or the last. */
static double spsc_for(const struct bench_row *row, unsigned which)
{
    enum bench_workload workload = row->workload == BENCH_CROWD ? BENCH_THROUGHPUT : row->workload;
    double found = 0;
    for (unsigned i = 0; i < spsc_seen_count; i++) {
        const struct bench_row *spsc = spsc_seen[i].row;
        if (spsc->workload != workload || spsc->bytes != row->bytes || spsc->placement != row->placement)
            continue;
        if (spsc->capacity == row->capacity || (row->buffer != BENCH_BOUNDED && spsc->capacity == 1024))
            return spsc_seen[i].median[which];
        if (row->buffer != BENCH_BOUNDED)
            found = spsc_seen[i].median[which];
    }
    return found;
}

/* The line of the row's best peer; `count`: there is none. Where messages trickle it is one that blocks: to be
 * quicker by keeping a CPU busy is another thing. */
static unsigned best_peer(const struct bench_result *results, const struct statistics *s, unsigned count,
                          const struct measure *measure)
{
    unsigned best = count;
    for (unsigned i = 0; i < count; i++) {
        const struct bench_case *c = results[i].c;
        if (!c->implementation->project || (c->row->workload == BENCH_TRICKLE && !c->implementation->sleeps))
            continue;
        if (best == count ||
            (measure->sense == MORE_IS_BETTER ? s[i].median > s[best].median : s[i].median < s[best].median))
            best = i;
    }
    return best;
}

static struct baselines baselines_of(const struct bench_result *results, const struct statistics *s,
                                     unsigned count, unsigned line, unsigned which)
{
    const struct bench_case *c = results[line].c;
    struct baselines b = { .spsc = spsc_for(c->row, which) };
    for (unsigned i = 0; i < count; i++) {
        const struct bench_case *peer = results[i].c;
        if (is_named(peer, "mutex", "-") && peer->idle == c->idle)
            b.mutex = s[i].median;
        if (c->row->workload == BENCH_CROWD ? peer->implementation == c->implementation && peer->idle == 0
                                            : is_named(peer, "bare", "spsc"))
            b.other = s[i].median;
    }
    return b;
}

/* ---- one row ---- */

static const char *plural(unsigned count)
{
    return count == 1 ? "" : "s";
}

static void print_title(const struct bench_report *report, const struct bench_row *row,
                        const struct measure *measure)
{
    printf("\n%s%s  %zu B, ", bench_workload_name(row->workload), measure->suffix, row->bytes);
    if (row->buffer == BENCH_BOUNDED)
        printf("capacity %zu", row->capacity);
    else
        printf("%s", bench_buffer_name(row->buffer));
    printf(", %u sender%s, %u receiver%s", row->senders, plural(row->senders), row->receivers,
           plural(row->receivers));
    if (row->workload == BENCH_CROWD)
        printf(", alone or beside %u idle senders", BENCH_CROWD_OF);
    if (bench_batch_of(row))
        printf(", runs of %u", bench_batch_of(row));
    printf(", %s\n", row->placement == BENCH_ONE_THREAD ? "one thread" : bench_placement_name(row->placement));
    printf("    %-38s %10s %9s .. %-9s %7s %8s %8s %8s", "", measure->unit, "min", "max", "p90/p10", "x mutex",
           row->workload == BENCH_CROWD ? "x alone" : "x bare", "x spsc");
    if (report->peers)
        printf(" %8s  %s", "x peer", "waits, order");
    printf("\n");
}

/* How many times better; 0: that makes no sense. */
static double times_better(const struct measure *measure, double value, double baseline)
{
    if (measure->sense == JUST_SO || value <= 0 || baseline <= 0)
        return 0;
    return measure->sense == MORE_IS_BETTER ? value / baseline : baseline / value;
}

static void print_ratio(double ratio)
{
    if (ratio > 0)
        printf(" %8.*f", ratio < 0.1 ? 4 : 2, ratio);
    else
        printf(" %8s", "-");
}

static const char *waits(const struct bench_implementation *i)
{
    return i->sleeps ? "blocks" : "spins";
}

static void print_raw(const struct bench_result *result, unsigned which)
{
    printf("      ");
    for (unsigned i = 0; i < result->count; i++)
        printf(" %.4g", result->values[which][i]);
    printf("\n");
}

static void print_line(const struct bench_report *report, const struct bench_case *c,
                       const struct measure *measure, const struct statistics *s, const struct baselines *b)
{
    char label[BENCH_NAME_MAX], line[BENCH_NAME_MAX + 16];
    snprintf(line, sizeof line, "%s%s", bench_label(c->implementation, label), c->idle ? " +idle" : "");
    printf("    %-38s %10.2f %9.2f .. %-9.2f %7.2f", line, s->median, s->min, s->max,
           s->p10 > 0 ? s->p90 / s->p10 : 1.0);
    print_ratio(times_better(measure, s->median, b->mutex));
    print_ratio(times_better(measure, s->median, b->other));
    print_ratio(times_better(measure, s->median, b->spsc));
    if (report->peers) {
        double better = times_better(measure, s->median, b->peer);
        print_ratio(better);
        printf("  %s, %s", waits(c->implementation), c->implementation->order);
        if (better > 0)
            bench_versus_note(c, measure->suffix, s->median, better, b->is_best_peer);
    }
    printf("\n");
}

static void write_csv(FILE *csv, const struct bench_case *c, const struct measure *measure,
                      const struct statistics *s)
{
    const struct bench_implementation *i = c->implementation;
    const struct bench_row *row = c->row;
    fprintf(csv, "%s%s,%s,%s,%s,%s,%u,%u,", bench_workload_name(row->workload), measure->suffix, i->name,
            i->flavour, bench_buffer_name(i->buffer), i->order, row->senders + c->idle, row->receivers);
    if (i->buffer == BENCH_BOUNDED)
        fprintf(csv, "%zu,", row->capacity);
    else
        fprintf(csv, "-,");
    fprintf(csv, "%zu,", row->bytes);
    if (bench_batch_of(row))
        fprintf(csv, "%u,", bench_batch_of(row));
    else
        fprintf(csv, "-,");
    fprintf(csv, "%s,%.4f,%.4f,%.4f,%s,%.4f,%.4f,%s\n", bench_placement_name(row->placement), s->median, s->min,
            s->max, measure->unit, s->p10, s->p90, waits(i));
    fflush(csv);
}

static void report_measure(const struct bench_report *report, struct bench_result *results, unsigned count,
                           const struct measure *measure, unsigned which)
{
    struct statistics s[BENCH_JOBS_MAX];
    for (unsigned i = 0; i < count; i++) {
        s[i] = summary(results[i].values[which], results[i].count);
        remember_spsc(results[i].c, which, s[i].median);
    }
    print_title(report, results[0].c->row, measure);
    unsigned peer = best_peer(results, s, count, measure);
    for (unsigned i = 0; i < count; i++) {
        struct baselines b = baselines_of(results, s, count, i, which);
        b.peer = peer < count ? s[peer].median : 0;
        b.is_best_peer = i == peer;
        print_line(report, results[i].c, measure, &s[i], &b);
        if (report->raw)
            print_raw(&results[i], which);
        if (report->csv)
            write_csv(report->csv, results[i].c, measure, &s[i]);
    }
    fflush(stdout);
}

static void print_unusual(const struct bench_result *results, unsigned count)
{
    unsigned unusual = 0;
    for (unsigned i = 0; i < count; i++)
        unusual += results[i].unusual;
    if (unusual == 0)
        return;
    printf("    disturbed: CPUs not at their usual distance in ");
    for (unsigned i = 0; i < count; i++)
        printf("%s%u", i ? ", " : "", results[i].unusual);
    printf(" of each's %u repetitions\n", results[0].count);
}

static void print_overdue(const struct bench_result *results, unsigned count)
{
    char label[BENCH_NAME_MAX];
    for (unsigned i = 0; i < count; i++)
        if (results[i].overdue)
            printf("    overdue: %s, %u of its %u repetitions not done in %.0f s; counted as if done then\n",
                   bench_label(results[i].c->implementation, label), results[i].overdue, results[i].count,
                   BENCH_PEER_PATIENCE / 1e3);
}

/* Memory that an unbounded channel had to get: the kernel clears a page at its first touch, in measured time. */
static void print_page_faults(struct bench_result *results, unsigned count)
{
    enum bench_workload workload = results[0].c->row->workload;
    if (results[0].c->row->buffer != BENCH_UNBOUNDED || workload > BENCH_CROWD)
        return;
    printf("    page faults per 1000 messages: ");
    for (unsigned i = 0; i < count; i++) {
        double median = summary(results[i].values[1], results[i].count).median;
        printf("%s%.3g", i ? ", " : "", 1000 * median / (double)results[i].messages);
    }
    printf("; at most %.3g million messages pile up\n",
           BENCH_BACKLOG_BYTES / (double)results[0].c->row->bytes / 1e6);
}

void bench_report_row(const struct bench_report *report, struct bench_result *results, unsigned count,
                      double others)
{
    unsigned measures;
    const struct measure *measure = measures_of(results[0].c->row->workload, &measures);
    count = bench_versus_sift(results, count);
    if (count == 0)
        return;
    for (unsigned i = 0; i < measures; i++)
        report_measure(report, results, count, &measure[i], i);
    print_page_faults(results, count);
    print_unusual(results, count);
    print_overdue(results, count);
    if (others > OTHERS_TOLERATED)
        printf("    disturbed: other processes or machines took %.0f %% of the CPUs' time meanwhile\n", others);
}

void bench_report_end(const struct bench_report *report)
{
    if (report->peers)
        bench_versus_end();
    printf("\n"
           "Medians over repetitions that are interleaved at random between the implementations. Each opens a\n"
           "channel, warms it up by the same traffic from the same threads, and is timed from all threads ready\n"
           "to the last message received; every message is checked. Ratios say how many times better a median\n"
           "is than another: more messages, or less time. x mutex: than the baseline's in the same row, which\n"
           "is as bounded as they are. x bare: than the bare ring's, which never sleeps: it spins, and on one\n"
           "CPU yields. x spsc: than that of sluice's own ring between one sender and one receiver in this run,\n"
           "with the same messages on the same CPUs, of the same capacity, or of 1024 where there is none.\n"
           "x alone: than without the idle senders. A quick run has few rows, and in most of them only the\n"
           "flavour that is made for so many ends. The CPUs' distance (how long a cache line takes from the one\n"
           "to the other; %.0f ns is the run's median) is measured before and after a repetition, which is\n"
           "repeated once if it has changed meanwhile.\n", bench_usual_distance());
    if (report->peers)
        printf("x peer: than the best peer's in the same row. An implementation that blocks sleeps when it has\n"
               "nothing to do; one that spins has no call that waits, so it is tried again after a pause, and\n"
               "from the 64th time on after a sched_yield where threads must share a CPU. Order per-sender:\n"
               "nothing is said about the order between two senders' messages. With peers each repetition is a\n"
               "process of its own, but for Go's. Where messages trickle, x peer refers to those that block.\n"
               "More about each: docs/peers.md.\n");
}
