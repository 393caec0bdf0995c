/* report.c: statistics, the table, the CSV.
 *
 * SPDX-License-Identifier: MIT */
#include "harness.h"

#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#ifndef SLUICE_VERSION
#define SLUICE_VERSION "?"
#endif

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

const char *bench_workload_name(enum bench_workload workload)
{
    static const char *const names[] = { "throughput", "batch", "inplace", "pingpong", "sequential", "trickle",
                                         "idle-cpu", "idle-cpu-send" };
    return names[workload];
}

const char *bench_placement_name(enum bench_placement placement)
{
    static const char *const names[] = { "spread", "one-cpu", "free", "-" };
    return names[placement];
}

unsigned bench_batch_of(const struct bench_row *row)
{
    return row->workload == BENCH_IN_BATCHES || row->workload == BENCH_INPLACE ? BENCH_BATCH : 0;
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
    printf("  command   %s\n", report->command);
    if (report->csv)
        fprintf(report->csv, "workload,implementation,flavour,buffer,order,senders,receivers,capacity,"
                             "message_bytes,batch,placement,median,min,max,unit\n");
}

/* ---- one row ---- */

static const char *plural(unsigned count)
{
    return count == 1 ? "" : "s";
}

static void print_title(const struct bench_row *row, const struct measure *measure)
{
    printf("\n%s%s  %zu B, capacity %zu, %u sender%s, %u receiver%s", bench_workload_name(row->workload),
           measure->suffix, row->bytes, row->capacity, row->senders, plural(row->senders), row->receivers,
           plural(row->receivers));
    if (bench_batch_of(row))
        printf(", runs of %u", bench_batch_of(row));
    printf(", %s\n", row->placement == BENCH_ONE_THREAD ? "one thread" : bench_placement_name(row->placement));
    printf("    %-14s %12s %10s .. %-10s %8s %9s %9s\n", "", measure->unit, "min", "max", "p90/p10", "x mutex",
           "x bare");
}

static void print_ratio(const struct measure *measure, double value, const double *baseline)
{
    if (!baseline || measure->sense == JUST_SO || value <= 0 || *baseline <= 0) {
        printf(" %9s", "-");
        return;
    }
    double ratio = measure->sense == MORE_IS_BETTER ? value / *baseline : *baseline / value;
    printf(" %9.*f", ratio < 0.1 ? 4 : 2, ratio);
}

static void print_raw(const struct bench_result *result, unsigned which)
{
    printf("      ");
    for (unsigned i = 0; i < result->count; i++)
        printf(" %.4g", result->values[which][i]);
    printf("\n");
}

static void write_csv(FILE *csv, const struct bench_case *c, const struct measure *measure,
                      const struct statistics *s)
{
    const struct bench_implementation *i = c->implementation;
    const struct bench_row *row = c->row;
    fprintf(csv, "%s%s,%s,%s,%s,%s,%u,%u,", bench_workload_name(row->workload), measure->suffix, i->name,
            i->flavour, i->buffer, i->order, row->senders, row->receivers);
    if (strcmp(i->buffer, "bounded") == 0)
        fprintf(csv, "%zu,", row->capacity);
    else
        fprintf(csv, "-,");
    fprintf(csv, "%zu,", row->bytes);
    if (bench_batch_of(row))
        fprintf(csv, "%u,", bench_batch_of(row));
    else
        fprintf(csv, "-,");
    fprintf(csv, "%s,%.4f,%.4f,%.4f,%s\n", bench_placement_name(row->placement), s->median, s->min, s->max,
            measure->unit);
    fflush(csv);
}

static void report_measure(const struct bench_report *report, struct bench_result *results, unsigned count,
                           const struct measure *measure, unsigned which)
{
    const double *mutex = NULL, *bare = NULL;
    struct statistics s[16];
    for (unsigned i = 0; i < count; i++) {
        const char *name = results[i].c->implementation->name;
        s[i] = summary(results[i].values[which], results[i].count);
        if (strcmp(name, "mutex") == 0)
            mutex = &s[i].median;
        if (strcmp(name, "bare") == 0)
            bare = &s[i].median;
    }
    print_title(results[0].c->row, measure);
    for (unsigned i = 0; i < count; i++) {
        printf("    %-14s %12.2f %10.2f .. %-10.2f %8.2f", results[i].c->implementation->name, s[i].median,
               s[i].min, s[i].max, s[i].p10 > 0 ? s[i].p90 / s[i].p10 : 1.0);
        print_ratio(measure, s[i].median, mutex);
        print_ratio(measure, s[i].median, bare);
        printf("\n");
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

void bench_report_row(const struct bench_report *report, struct bench_result *results, unsigned count,
                      double others)
{
    unsigned measures;
    const struct measure *measure = measures_of(results[0].c->row->workload, &measures);
    for (unsigned i = 0; i < measures; i++)
        report_measure(report, results, count, &measure[i], i);
    print_unusual(results, count);
    if (others > OTHERS_TOLERATED)
        printf("    disturbed: other processes or machines took %.0f %% of the CPUs' time meanwhile\n", others);
}

void bench_report_end(void)
{
    printf("\n"
           "Medians over repetitions that are interleaved at random between the implementations. Each opens a\n"
           "channel, warms it up by the same traffic from the same threads, and is timed from all threads ready\n"
           "to the last message received; every message is checked. Ratios say how many times better a median\n"
           "is than the mutex's and the bare ring's: more messages, or less time. The bare ring never sleeps: it\n"
           "spins, and on one CPU yields. The CPUs' distance (how long a cache line takes from the one to the\n"
           "other; %.0f ns is the run's median) is measured before and after a repetition, which is repeated\n"
           "once if it has changed meanwhile.\n", bench_usual_distance());
}
