/* crew.c: threads on their CPUs, and the barrier between warm-up and measurement.
 *
 * SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "harness.h"

#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>

#define BARRIER_SPINS 2000 /* then yield: the others may need this very CPU */

static int cores[CPU_SETSIZE]; /* usable CPUs, one of each core where there is more than one core */
static unsigned core_count;
static double ticks_per_ns;

/* The lowest-numbered CPU of the core, or the CPU itself where the system doesn't say. */
static int first_sibling(int cpu)
{
    char path[96];
    snprintf(path, sizeof path, "/sys/devices/system/cpu/cpu%d/topology/thread_siblings_list", cpu);
    FILE *file = fopen(path, "r");
    int first = cpu;
    if (file) {
        if (fscanf(file, "%d", &first) != 1)
            first = cpu;
        fclose(file);
    }
    return first;
}

static unsigned collect(const cpu_set_t *usable, bool siblings)
{
    unsigned count = 0;
    bool seen[CPU_SETSIZE] = { false };
    for (int cpu = 0; cpu < CPU_SETSIZE; cpu++) {
        if (!CPU_ISSET(cpu, usable))
            continue;
        int core = siblings ? cpu : first_sibling(cpu);
        if (core >= 0 && core < CPU_SETSIZE && !seen[core]) {
            seen[core] = true;
            cores[count++] = cpu;
        }
    }
    return count;
}

static void measure_ticks(void)
{
    uint64_t from = bench_now(), ticks = bench_ticks();
    while (bench_now() - from < 20000000)
        bench_relax();
    ticks_per_ns = (double)(bench_ticks() - ticks) / (double)(bench_now() - from);
}

void bench_place_init(void)
{
    cpu_set_t usable;
    if (sched_getaffinity(0, sizeof usable, &usable)) {
        fprintf(stderr, "sluice-bench: cannot read the CPU affinity mask\n");
        exit(2);
    }
    core_count = collect(&usable, false);
    if (core_count < 2)
        core_count = collect(&usable, true); /* two hardware threads of one core are better than none */
    measure_ticks();
}

double bench_ticks_per_ns(void)
{
    return ticks_per_ns;
}

unsigned bench_place_cores(void)
{
    return core_count;
}

int bench_place(enum bench_placement placement, bool receiver, unsigned index)
{
    unsigned pairs = core_count / 2;
    switch (placement) {
    case BENCH_SPREAD: return cores[pairs ? 2 * (index % pairs) + receiver : 0];
    case BENCH_FREE: return -1;
    default: return cores[0];
    }
}

bool bench_place_shares(const struct bench_row *row)
{
    return row->placement == BENCH_ONE_CPU || row->senders + row->receivers > core_count;
}

const char *bench_place_text(void)
{
    static char text[64];
    if (core_count < 2)
        snprintf(text, sizeof text, "only CPU %d", cores[0]);
    else
        snprintf(text, sizeof text, "first sender on CPU %d, first receiver on CPU %d", cores[0], cores[1]);
    return text;
}

static void *run(void *argument)
{
    struct bench_thread *self = argument;
    self->body(self);
    return NULL;
}

static void start(pthread_t *thread, struct bench_thread *member)
{
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    if (member->cpu >= 0) {
        cpu_set_t set;
        CPU_ZERO(&set);
        CPU_SET(member->cpu, &set);
        pthread_attr_setaffinity_np(&attributes, sizeof set, &set);
    }
    int error = pthread_create(thread, &attributes, run, member);
    pthread_attr_destroy(&attributes);
    if (error)
        bench_fail(member->c, strerror(error));
}

void bench_crew_run(struct bench_thread *threads, unsigned count, unsigned seconds)
{
    pthread_t handles[2 * BENCH_ENDS_MAX];
    for (unsigned i = 0; i < count; i++)
        start(&handles[i], &threads[i]);
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += seconds;
    for (unsigned i = 0; i < count; i++)
        if (pthread_timedjoin_np(handles[i], NULL, &until))
            bench_fail(threads[i].c, "a thread hangs: a message or a wake-up was lost");
}

uint64_t bench_barrier_pass(struct bench_barrier *barrier)
{
    unsigned turn = atomic_load(&barrier->opened);
    if (atomic_fetch_add(&barrier->arrived, 1) + 1 == barrier->parties) {
        atomic_store(&barrier->arrived, 0);
        barrier->opened_at = bench_now();
        atomic_store(&barrier->opened, turn + 1);
        return barrier->opened_at;
    }
    for (unsigned spins = 0; atomic_load(&barrier->opened) == turn; spins++) {
        bench_relax();
        if (spins >= BARRIER_SPINS)
            sched_yield();
    }
    return barrier->opened_at;
}
