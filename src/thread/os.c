/* os.c: the one file that knows the operating system (Linux and pthreads).
 *
 * SPDX-License-Identifier: MIT */
#define _GNU_SOURCE 1

#include "thread/os.h"

#include <errno.h>
#include <fcntl.h>
#include <gnu/libc-version.h>
#include <limits.h>
#include <linux/futex.h>
#include <linux/membarrier.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define NANOSECONDS_PER_SECOND UINT64_C(1000000000)

/* How long a waiter on a condition variable sleeps at most before it looks again, where glibc can lose a
 * wake-up (versions before 2.41, glibc bug 25847). */
#define LOST_WAKE_UP_INTERVAL UINT64_C(100000000)

/* How long a waiter sleeps before it looks again where the system has no futex for it. */
#define DOZE UINT64_C(1000000)

static struct timespec to_timespec(uint64_t nanoseconds)
{
    return (struct timespec){ .tv_sec = (time_t)(nanoseconds / NANOSECONDS_PER_SECOND),
                              .tv_nsec = (long)(nanoseconds % NANOSECONDS_PER_SECOND) };
}

uint64_t sluice__os_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * NANOSECONDS_PER_SECOND + (uint64_t)t.tv_nsec;
}

uint64_t sluice__os_ticks(void)
{
#if defined(__x86_64__) || defined(__i386__)
    return __builtin_ia32_rdtsc();
#elif defined(__aarch64__)
    uint64_t ticks;
    __asm__ volatile("mrs %0, cntvct_el0" : "=r"(ticks));
    return ticks;
#else
    return sluice__os_now();
#endif
}

#define CALIBRATION_SPAN UINT64_C(50000) /* ns: the clock's own cost of 30 ns is then an error below 0.1 % */

uint64_t sluice__os_ticks_per_us(void)
{
    static sluice__a64 answer; /* 0: not measured yet */
    uint64_t known = sluice__a64_load_relaxed(&answer); /* relaxed: a constant, once it is known */
    if (known)
        return known;
    uint64_t start = sluice__os_now(), first = sluice__os_ticks(), now;
    do
        now = sluice__os_now();
    while (now - start < CALIBRATION_SPAN);
    known = (sluice__os_ticks() - first) * 1000 / (now - start);
    known = known ? known : 1;
    sluice__a64_store_relaxed(&answer, known); /* relaxed: racing writers write about the same */
    return known;
}

/* In place of a futex that the system refuses (a sandbox): some time passes, and the caller looks again. Not by clock_nanosleep(), which
 * is a cancellation point. */
static int doze(uint64_t deadline)
{
    uint64_t now = sluice__os_now(), until = now + DOZE < deadline ? now + DOZE : deadline;
    struct timespec t = to_timespec(until);
    if (now >= deadline)
        return ETIMEDOUT;
    if (syscall(SYS_clock_nanosleep, CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL) != 0)
        sched_yield(); /* a signal, or refused too */
    return 0;
}

int sluice__os_futex_wait(sluice__a32 *word, uint32_t expected, uint64_t deadline)
{
    struct timespec t = to_timespec(deadline);
    int saved = errno;
    /* WAIT_BITSET takes an absolute CLOCK_MONOTONIC time, plain WAIT a relative one. */
    long r = syscall(SYS_futex, word, FUTEX_WAIT_BITSET | FUTEX_PRIVATE_FLAG, expected,
                     deadline == UINT64_MAX ? NULL : &t, NULL, FUTEX_BITSET_MATCH_ANY);
    int error = r == 0 ? 0 : errno;
    if (error && error != EAGAIN && error != EINTR && error != ETIMEDOUT)
        error = doze(deadline);
    errno = saved;
    return error;
}

void sluice__os_futex_wake(sluice__a32 *word, int count)
{
    int saved = errno;
    syscall(SYS_futex, word, FUTEX_WAKE | FUTEX_PRIVATE_FLAG, count, NULL, NULL, 0);
    errno = saved;
}

void sluice__os_yield(void)
{
    sched_yield();
}

static int membarrier(int command)
{
    int saved = errno;
    int error = syscall(SYS_membarrier, command, 0, 0) == 0 ? 0 : errno;
    errno = saved;
    return error;
}

int sluice__os_membarrier_register(void)
{
    return membarrier(MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED);
}

int sluice__os_membarrier(void)
{
    return membarrier(MEMBARRIER_CMD_PRIVATE_EXPEDITED);
}

int sluice__os_cpu(void)
{
    return sched_getcpu(); /* glibc >= 2.35 reads it from rseq, without a system call */
}

unsigned sluice__os_affinity_count(void)
{
    /* The kernel's mask may be wider than cpu_set_t's 1024: grow until it fits. */
    for (int cpus = CPU_SETSIZE; cpus <= 1 << 20; cpus *= 2) {
        cpu_set_t *set = CPU_ALLOC(cpus);
        if (!set)
            return 1;
        size_t bytes = CPU_ALLOC_SIZE(cpus);
        int failed = sched_getaffinity(0, bytes, set);
        int count = failed ? 0 : CPU_COUNT_S(bytes, set);
        CPU_FREE(set);
        if (count > 0)
            return (unsigned)count;
    }
    return 1;
}

/* Reads what there is, at most `size` bytes, into the buffer. */
static int read_all(int fd, char *buffer, size_t size, size_t *used)
{
    for (*used = 0; *used < size;) {
        ssize_t n = read(fd, buffer + *used, size - *used);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return n < 0 ? errno : 0;
        *used += (size_t)n;
    }
    return 0;
}

/* open(), read() and close() are cancellation points, and no call of the library is to be one: see channel.h and thread.h. */
int sluice__os_read_file(const char *path, char *buffer, size_t size)
{
    int state;
    size_t used = 0;
    pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &state);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    int error = fd < 0 ? errno : read_all(fd, buffer, size - 1, &used);
    if (fd >= 0) {
        close(fd);
        buffer[used] = '\0';
    }
    pthread_setcancelstate(state, &state);
    return error;
}

void *sluice__os_allocate(size_t alignment, size_t bytes)
{
    void *memory = NULL;
    if (alignment < sizeof(void *))
        alignment = sizeof(void *);
    if (posix_memalign(&memory, alignment, bytes) != 0)
        return NULL;
    return memory;
}

void sluice__os_free(void *memory)
{
    free(memory);
}

void sluice__os_discard(void *memory, size_t bytes)
{
    uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE), from = ((uintptr_t)memory + page - 1) / page * page,
              to = ((uintptr_t)memory + bytes) / page * page;
    if (from < to)
        (void)madvise((void *)from, to - from, MADV_DONTNEED); /* where it is refused the memory is used as before */
}

#include "thread/os_thread.inc.h"

int sluice__os_mutex_init(sluice__os_mutex *mutex, int checked)
{
    pthread_mutexattr_t attributes;
    int error = pthread_mutexattr_init(&attributes);
    if (error)
        return error;
    error = pthread_mutexattr_settype(&attributes, checked ? PTHREAD_MUTEX_ERRORCHECK : PTHREAD_MUTEX_NORMAL);
    if (!error)
        error = pthread_mutex_init(mutex, &attributes);
    pthread_mutexattr_destroy(&attributes);
    return error;
}

int sluice__os_mutex_lock(sluice__os_mutex *mutex)
{
    return pthread_mutex_lock(mutex);
}

int sluice__os_mutex_try_lock(sluice__os_mutex *mutex)
{
    return pthread_mutex_trylock(mutex);
}

int sluice__os_mutex_unlock(sluice__os_mutex *mutex)
{
    return pthread_mutex_unlock(mutex);
}

void sluice__os_mutex_destroy(sluice__os_mutex *mutex)
{
    pthread_mutex_destroy(mutex);
}

int sluice__os_condition_init(sluice__os_condition *condition)
{
    return pthread_cond_init(condition, NULL);
}

/* Whether this glibc can lose a condition variable's wake-up. Found out once; racing threads agree. */
static int loses_wake_ups(void)
{
    static sluice__a32 answer; /* 0: not asked yet, 1: no, 2: yes */
    uint32_t known = sluice__a32_load_relaxed(&answer); /* relaxed: a constant, once it is known */
    if (!known) {
        char *rest = NULL;
        unsigned long major = strtoul(gnu_get_libc_version(), &rest, 10);
        unsigned long minor = *rest == '.' ? strtoul(rest + 1, NULL, 10) : 0;
        known = major > 2 || (major == 2 && minor >= 41) ? 1 : 2;
        sluice__a32_store_relaxed(&answer, known); /* relaxed: every writer writes the same */
    }
    return known == 2;
}

int sluice__os_condition_wait(sluice__os_condition *condition, sluice__os_mutex *mutex, uint64_t deadline)
{
    uint64_t until = deadline;
    if (loses_wake_ups()) {
        uint64_t look_again = sluice__os_now() + LOST_WAKE_UP_INTERVAL;
        until = look_again < deadline ? look_again : deadline;
    }
    int state;
    struct timespec t = to_timespec(until);
    /* Both waits are cancellation points, and who is cancelled in one takes the lock with it. */
    pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &state);
    int error = until == UINT64_MAX ? pthread_cond_wait(condition, mutex)
                                    : pthread_cond_clockwait(condition, mutex, CLOCK_MONOTONIC, &t);
    pthread_setcancelstate(state, &state);
    return error == ETIMEDOUT && until < deadline ? 0 : error;
}

void sluice__os_condition_signal(sluice__os_condition *condition)
{
    pthread_cond_signal(condition);
}

void sluice__os_condition_broadcast(sluice__os_condition *condition)
{
    pthread_cond_broadcast(condition);
}

void sluice__os_condition_destroy(sluice__os_condition *condition)
{
    pthread_cond_destroy(condition);
}
