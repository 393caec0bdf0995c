/* watch.c: what changes under a measurement: other processes and virtual machines use the CPUs, and a virtual
 * machine's CPUs wander over the real ones. A line transfer that takes twice as long can cost a ring five sixths
 * of its throughput, so the distance is measured beside every repetition.
 *
 * SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "harness.h"

#include <sys/resource.h>
#include <unistd.h>

#define ROUNDS 400        /* round trips of one probe */
#define PROBES 20         /* of which the quickest counts */
#define UNUSUAL 1.5       /* times the median of the run, or the median divided by it */
#define SETTLE_NS 20000000
#define SETTLES_MAX 750 /* in the whole run: 15 s */
#define SEEN_AT_LEAST 25  /* probes before there is a median to go by */
#define SEEN_MAX 8192

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

static uint64_t own_ns(void)
{
    struct rusage children;
    getrusage(RUSAGE_CHILDREN, &children);
    return bench_clock(CLOCK_PROCESS_CPUTIME_ID) +
           (uint64_t)(children.ru_utime.tv_sec + children.ru_stime.tv_sec) * 1000000000u +
           (uint64_t)(children.ru_utime.tv_usec + children.ru_stime.tv_usec) * 1000u;
}

void bench_watch_start(void)
{
    if (!read_cpu_time(&all_before, &busy_before))
        all_before = busy_before = 0;
    own_before = own_ns();
}

double bench_watch_end(void)
{
    uint64_t all, busy;
    double ticks = (double)sysconf(_SC_CLK_TCK);
    double own = (double)(own_ns() - own_before) / 1e9 * ticks;
    if (all_before == 0 || !read_cpu_time(&all, &busy) || all <= all_before)
        return 0;
    double others = (double)(busy - busy_before) - own;
    return others > 0 ? 100.0 * others / (double)(all - all_before) : 0;
}

/* ---- the distance of two CPUs ---- */

struct probe {
    _Alignas(BENCH_LINE) atomic_uint ball; /* even: the sender's turn */
    struct bench_barrier barrier;
    double best; /* ns, one way */
};

static void play(struct bench_thread *self)
{
    struct probe *p = self->shared;
    unsigned mine = self->index;
    for (int probe = 0; probe < PROBES; probe++) {
        uint64_t started = bench_barrier_pass(&p->barrier);
        for (unsigned i = 0; i < ROUNDS; i++) {
            while (atomic_load_explicit(&p->ball, memory_order_acquire) % 2 != mine)
                bench_relax();
            atomic_fetch_add_explicit(&p->ball, 1, memory_order_release);
        }
        double each = (double)(bench_now() - started) / (2 * ROUNDS);
        bench_barrier_pass(&p->barrier);
        if (mine == 0 && each < p->best)
            p->best = each;
    }
}

static double distance_now(void)
{
    static const struct bench_case c = { .name = "line transfer" };
    static struct probe probe;
    if (bench_place_cores() < 2)
        return 0;
    atomic_store(&probe.ball, 0);
    probe.barrier.parties = 2;
    probe.best = 1e9;
    struct bench_thread threads[2] = {
        { play, &c, &probe, 0, bench_place(BENCH_SPREAD, false, 0) },
        { play, &c, &probe, 1, bench_place(BENCH_SPREAD, true, 0) },
    };
    bench_crew_run(threads, 2, BENCH_PATIENCE);
    return probe.best;
}

static double seen[SEEN_MAX]; /* distances in this run, sorted */
static unsigned seen_count;

static void remember(double distance)
{
    if (seen_count == SEEN_MAX)
        return;
    unsigned i = seen_count++;
    for (; i > 0 && seen[i - 1] > distance; i--)
        seen[i] = seen[i - 1];
    seen[i] = distance;
}

double bench_usual_distance(void)
{
    if (bench_place_cores() < 2)
        return 0;
    while (seen_count < SEEN_AT_LEAST) {
        remember(distance_now()); /* without a pause: CPUs that have just slept are not where they work */
    }
    return seen[seen_count / 2];
}

bool bench_settle(int tries)
{
    static int left = SETTLES_MAX;
    for (int i = 0;; i++) {
        double usual = bench_usual_distance(), now = distance_now();
        remember(now);
        if (now <= usual * UNUSUAL && now >= usual / UNUSUAL)
            return true;
        if (i + 1 == tries || left-- <= 0)
            return false;
        nanosleep(&(struct timespec){ 0, SETTLE_NS }, NULL);
    }
}
