/* steady.c: --steady: very many messages through one channel, and whether its memory grows.
 *
 * They go in rounds, each received to the last before the next begins, so that an unbounded channel comes back to
 * empty in between as often as messages could otherwise fill the memory.
 *
 * SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "options.h"

#include <inttypes.h>
#include <stdlib.h>
#include <unistd.h>

#define ROUND_MAX UINT64_C(10000000) /* messages */
#define TENTHS 10
#define PATIENCE 7200 /* seconds */

static struct {
    unsigned rounds;
    uint64_t started, page_bytes;
} run;

static uint64_t resident_bytes(void)
{
    unsigned long long all, resident = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    if (file) {
        if (fscanf(file, "%llu %llu", &all, &resident) != 2)
            resident = 0;
        fclose(file);
    }
    return resident * run.page_bytes;
}

static void print_memory(unsigned round)
{
    unsigned done = round + 1, tenth = run.rounds / TENTHS;
    if (done != tenth && done != 5 * tenth && done != run.rounds)
        return;
    printf("  %3u %%  %9.2f MB resident  after %.1f s\n", done * 100 / run.rounds, (double)resident_bytes() / 1e6,
           (double)(bench_now() - run.started) / 1e9);
    fflush(stdout);
}

static bool streams(const struct bench_case *c)
{
    return c->row->workload <= BENCH_CROWD;
}

/* The one case that matches; ends the program where there is none, or more. */
static const struct bench_case *the_case(const struct options *options)
{
    static struct bench_case cases[BENCH_JOBS_MAX], found;
    unsigned matches = 0;
    for (unsigned i = 0; i < bench_suite_rows; i++) {
        unsigned count = bench_cases(&bench_suite[i], &options->filter, options->peers, cases);
        for (unsigned j = 0; j < count; j++)
            if (streams(&cases[j]) && matches++ == 0)
                found = cases[j];
    }
    if (matches == 1)
        return &found;
    fprintf(stderr, "sluice-bench: --steady needs a --filter that matches one measurement of throughput, batch, "
                    "inplace or crowd; %u match\n", matches);
    exit(2);
}

void bench_steady(const struct options *options)
{
    const struct bench_case *c = the_case(options);
    uint64_t rounds = (options->steady + ROUND_MAX - 1) / ROUND_MAX;
    rounds = (rounds + TENTHS - 1) / TENTHS * TENTHS;
    uint64_t each = (options->steady + rounds - 1) / rounds, ends = c->row->senders;
    each = (each + ends - 1) / ends * ends;
    run.rounds = (unsigned)rounds;
    run.page_bytes = (uint64_t)sysconf(_SC_PAGESIZE);
    run.started = bench_now();
    printf("steady  %s\n  %u rounds of %" PRIu64 " messages; %.2f MB resident before\n", c->name, run.rounds, each,
           (double)resident_bytes() / 1e6);
    struct bench_rounds plan = { run.rounds, { each - ends, each }, print_memory, PATIENCE };
    bench_stream_rounds(c, &plan);
    double seconds = (double)(bench_now() - run.started) / 1e9;
    printf("  %.1f million messages a second, every one checked; %.2f MB resident after the channel is gone\n",
           (double)rounds * (double)each / seconds / 1e6, (double)resident_bytes() / 1e6);
}
