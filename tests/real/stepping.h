/* stepping.h: a thread that is stopped after so many instructions. x86-64.
 *
 * SPDX-License-Identifier: MIT */
#ifndef STEPPING_H
#define STEPPING_H

#include <signal.h>
#include <ucontext.h>

#include "../kit.h"

#define TRAP_FLAG 0x100

static struct {
    uint64_t stop_after, steps;   /* the victim's */
    int stopped, go, done, wanted; /* touched with the builtins only */
    void (*body)(void);
} victim;

static void spin_until(const int *flag, int value)
{
    for (unsigned spins = 0; __atomic_load_n(flag, __ATOMIC_ACQUIRE) != value; spins++)
        spins % 64 == 63 ? (void)sched_yield() : __builtin_ia32_pause();
}

static void on_step(int signal, siginfo_t *info, void *context)
{
    ucontext_t *at = context;
    (void)signal;
    (void)info;
    if (++victim.steps < victim.stop_after)
        return;
    at->uc_mcontext.gregs[REG_EFL] &= ~TRAP_FLAG; /* the rest at full speed */
    __atomic_store_n(&victim.stopped, 1, __ATOMIC_RELEASE);
    spin_until(&victim.go, 1);
}

static inline __attribute__((always_inline)) void set_trap_flag(void)
{
    __asm__ volatile("lea -128(%%rsp), %%rsp; pushfq; orq %0, (%%rsp); popfq; lea 128(%%rsp), %%rsp" ::"i"(TRAP_FLAG) : "cc", "memory");
}

static inline __attribute__((always_inline)) void clear_trap_flag(void)
{
    __asm__ volatile("lea -128(%%rsp), %%rsp; pushfq; andq %0, (%%rsp); popfq; lea 128(%%rsp), %%rsp" ::"i"(~(long)TRAP_FLAG) : "cc", "memory");
}

static void *be_victim(void *unused)
{
    (void)unused;
    for (;;) {
        spin_until(&victim.wanted, 1);
        __atomic_store_n(&victim.wanted, 0, __ATOMIC_RELAXED);
        if (!victim.body)
            return NULL;
        victim.steps = 0;
        set_trap_flag();
        victim.body();
        clear_trap_flag();
        __atomic_store_n(&victim.done, 1, __ATOMIC_RELEASE);
    }
}

/* Starts the body; returns whether it stopped on the way, false: it is done. */
static bool stop_victim(void (*body)(void), uint64_t after)
{
    victim.body = body;
    victim.stop_after = after;
    __atomic_store_n(&victim.stopped, 0, __ATOMIC_RELAXED);
    __atomic_store_n(&victim.go, 0, __ATOMIC_RELAXED);
    __atomic_store_n(&victim.done, 0, __ATOMIC_RELAXED);
    __atomic_store_n(&victim.wanted, 1, __ATOMIC_RELEASE);
    while (!__atomic_load_n(&victim.stopped, __ATOMIC_ACQUIRE) && !__atomic_load_n(&victim.done, __ATOMIC_ACQUIRE))
        __builtin_ia32_pause();
    return __atomic_load_n(&victim.stopped, __ATOMIC_ACQUIRE);
}

static void let_victim_go(void)
{
    __atomic_store_n(&victim.go, 1, __ATOMIC_RELEASE);
    spin_until(&victim.done, 1);
}

#endif
