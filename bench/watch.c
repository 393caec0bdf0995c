/* watch.c: what else uses the CPUs while a row is measured: other processes, and other virtual machines.
 *
 * SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "harness.h"

#include <unistd.h>

static uint64_t all_before, busy_before, own_before;

/* Sums over all CPUs, in clock ticks, from the first line of /proc/stat. */
static bool read_cpu_time(uint64_t *all, uint64_t *busy)
{
    unsigned long long user, nice, kernel, idle, wait, hard, soft, steal;
    FILE *file = fopen("/proc/stat", "r");
    bool ok = file && fscanf(file, "cpu %llu %llu %llu %llu %llu %llu %llu %llu", &user, &nice, &kernel, &idle,
                             &wait, &hard, &soft, &steal) == 8;
    if (file)
        fclose(file);
    if (ok) {
        *busy = user + nice + kernel + hard + soft + steal;
        *all = *busy + idle + wait;
    }
    return ok;
}

void bench_watch_start(void)
{
    if (!read_cpu_time(&all_before, &busy_before))
        all_before = busy_before = 0;
    own_before = bench_clock(CLOCK_PROCESS_CPUTIME_ID);
}

double bench_watch_end(void)
{
    uint64_t all, busy;
    double ticks = (double)sysconf(_SC_CLK_TCK);
    double own = (double)(bench_clock(CLOCK_PROCESS_CPUTIME_ID) - own_before) / 1e9 * ticks;
    if (all_before == 0 || !read_cpu_time(&all, &busy) || all <= all_before)
        return 0;
    double others = (double)(busy - busy_before) - own;
    return others > 0 ? 100.0 * others / (double)(all - all_before) : 0;
}
