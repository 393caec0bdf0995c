/* cpus.h: where threads run, and how two of them meet.
 *
 * SPDX-License-Identifier: MIT */
#ifndef CPUS_H
#define CPUS_H

#include "../kit.h"

/* The n-th CPU that this process may use, or -1. */
static inline int cpus_nth(unsigned n)
{
    cpu_set_t allowed;
    if (sched_getaffinity(0, sizeof allowed, &allowed) != 0)
        return -1;
    for (int cpu = 0; cpu < CPU_SETSIZE; cpu++)
        if (CPU_ISSET(cpu, &allowed) && n-- == 0)
            return cpu;
    return -1;
}

/* Confines the calling thread to one CPU. */
static inline void cpus_pin(int cpu)
{
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(cpu, &one);
    REQUIRE(sched_setaffinity(0, sizeof one, &one) == 0);
}

static inline void cpus_relax(void)
{
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#else
    __asm__ volatile("" ::: "memory");
#endif
}

/* Busy for about that many steps, without touching memory. */
static inline void cpus_dawdle(uint64_t steps)
{
    for (; steps; steps--)
        __asm__ volatile("" ::: "memory");
}

#endif
