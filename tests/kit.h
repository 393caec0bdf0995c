/* kit.h: what the channel tests share beside check.h: random numbers, a look at whether a thread sleeps, and how much
 * to do under a sanitizer.
 *
 * SPDX-License-Identifier: MIT */
#ifndef KIT_H
#define KIT_H

#ifndef _GNU_SOURCE
#error "define _GNU_SOURCE before any include"
#endif

#include <pthread.h>
#include <sched.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "check.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define KIT_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define KIT_SANITIZED 1
#endif
#endif
#ifndef KIT_SANITIZED
#define KIT_SANITIZED 0
#endif

/* What the test bodies include with SLUICE_NAME and so on for each of their channels: the typed channel, unless an adapter
 * chose a header that gives the same names to something else (contract/any.inc.h). */
#ifndef KIT_CHANNEL
#define KIT_CHANNEL <sluice/channel.h>
#endif

/* `n` rounds of something cheap; fewer where every access is watched. */
#define KIT_ROUNDS(n) (KIT_SANITIZED ? ((n) + 9) / 10 : (n))

/* An allocation that cannot be had is NULL under the sanitizers too. */
const char *__asan_default_options(void);
const char *__tsan_default_options(void);
const char *__ubsan_default_options(void);
__attribute__((used, visibility("default"))) const char *__asan_default_options(void)
{
    return "allocator_may_return_null=1:detect_stack_use_after_return=1";
}
__attribute__((used, visibility("default"))) const char *__tsan_default_options(void)
{
    return "allocator_may_return_null=1:halt_on_error=1";
}
__attribute__((used, visibility("default"))) const char *__ubsan_default_options(void)
{
    return "halt_on_error=1:print_stacktrace=1"; /* it only prints, else */
}

/* ---- random numbers (splitmix64) ---- */

static inline uint64_t kit_scramble(uint64_t x)
{
    x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
    return x ^ (x >> 31);
}

static inline uint64_t kit_random(uint64_t *state)
{
    return kit_scramble(*state += UINT64_C(0x9e3779b97f4a7c15));
}

static inline uint64_t kit_below(uint64_t *state, uint64_t n)
{
    return kit_random(state) % n;
}

/* ---- time ---- */

static inline uint64_t kit_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * UINT64_C(1000000000) + (uint64_t)t.tv_nsec;
}

static inline void kit_pause_us(unsigned us)
{
    struct timespec t = { .tv_nsec = (long)us * 1000 };
    nanosleep(&t, NULL);
}

/* ---- threads ---- */

static inline int kit_tid(void)
{
    return (int)syscall(SYS_gettid);
}

/* The state letter of a thread of this process ('S': asleep), or '?'. */
static inline char kit_thread_state(int tid)
{
    char path[64], text[512];
    snprintf(path, sizeof path, "/proc/self/task/%d/stat", tid);
    FILE *file = fopen(path, "r");
    if (!file)
        return '?';
    size_t length = fread(text, 1, sizeof text - 1, file);
    fclose(file);
    text[length] = '\0';
    const char *name_end = strrchr(text, ')');
    return name_end && name_end[1] ? name_end[2] : '?';
}

/* Waits until the thread is asleep, several looks in a row, so that it is most likely in the call that it announced. A
 * thread that never sleeps fails the check: it burns CPU where it should wait. */
__attribute__((unused)) static void kit_await_asleep(const int *tid_slot)
{
    int tid;
    uint64_t give_up = kit_now() + UINT64_C(60000000000);
    while ((tid = __atomic_load_n(tid_slot, __ATOMIC_ACQUIRE)) == 0)
        sched_yield();
    for (int in_a_row = 0; in_a_row < 3;) {
        in_a_row = kit_thread_state(tid) == 'S' ? in_a_row + 1 : 0;
        if (kit_now() > give_up) {
            CHECK(!"the thread did not fall asleep");
            return;
        }
        kit_pause_us(100);
    }
}

__attribute__((unused)) static pthread_t kit_start(void *(*body)(void *), void *arg)
{
    pthread_t thread;
    REQUIRE(pthread_create(&thread, NULL, body, arg) == 0);
    return thread;
}

__attribute__((unused)) static void kit_join(pthread_t thread)
{
    REQUIRE(pthread_join(thread, NULL) == 0);
}

/* Confines the calling thread, and those it starts from now on, to one CPU. False where that is refused. */
__attribute__((unused)) static bool kit_pin_to_one_cpu(void)
{
    cpu_set_t allowed, one;
    if (sched_getaffinity(0, sizeof allowed, &allowed) != 0)
        return false;
    for (int cpu = 0; cpu < CPU_SETSIZE; cpu++) {
        if (!CPU_ISSET(cpu, &allowed))
            continue;
        CPU_ZERO(&one);
        CPU_SET(cpu, &one);
        return sched_setaffinity(0, sizeof one, &one) == 0;
    }
    return false;
}

#endif
