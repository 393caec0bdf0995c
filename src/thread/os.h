/* os.h: the seam for the operating system. Futex, membarrier, clock, CPU, allocation, threads and the
 * pthread mutex and condition variable are reached through this header and nowhere else; os.c implements
 * it and is the only file that includes the system's headers for them.
 *
 * A test build replaces it as a whole: compile the library with -DSLUICE_OS_HEADER='"its/os.h"' and give
 * the same types and functions there.
 *
 * Errors are errno values, 0 for success; nothing here sets errno. Times are CLOCK_MONOTONIC nanoseconds.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLUICE_THREAD_OS_H
#define SLUICE_THREAD_OS_H

#ifdef SLUICE_OS_HEADER
#include SLUICE_OS_HEADER
#else

#include <pthread.h>
#include <stddef.h>
#include <stdint.h>

#include <sluice/detail/atomic.h>

/* Position of a new ring's first cell. A test build starts it just below a wrap. */
#ifndef SLUICE_OS_FIRST_POSITION
#define SLUICE_OS_FIRST_POSITION 0
#endif

/* ---- time ---- */
uint64_t sluice__os_now(void);
/* A cheap counter that runs at a constant rate, for spans of microseconds on one thread, and how many of its
 * ticks a microsecond has (at least 1). Readings of different CPUs need not agree to the tick. */
uint64_t sluice__os_ticks(void);
uint64_t sluice__os_ticks_per_us(void);

/* ---- sleeping ---- */

/* Sleeps while *word == expected, until the deadline (UINT64_MAX: for ever). Returns 0 when woken or for no
 * reason, EAGAIN when *word differed, EINTR on a signal, ETIMEDOUT past the deadline. */
int sluice__os_futex_wait(sluice__a32 *word, uint32_t expected, uint64_t deadline);
/* Wakes at most `count` sleepers on the word. Never dereferences it. */
void sluice__os_futex_wake(sluice__a32 *word, int count);
/* Gives the CPU to another runnable thread, if there is one. */
void sluice__os_yield(void);

/* ---- membarrier ---- */
int sluice__os_membarrier_register(void);
/* A full barrier on every thread of this process that is running now. */
int sluice__os_membarrier(void);

/* ---- CPUs ---- */
/* The CPU this thread runs on, or -1 if the system does not say. A hint: stale when it returns. */
int sluice__os_cpu(void);
/* How many CPUs the calling thread's affinity mask allows; at least 1. */
unsigned sluice__os_affinity_count(void);
/* Reads at most size - 1 bytes of a file and ends them with NUL. Returns 0 or an errno value. */
int sluice__os_read_file(const char *path, char *buffer, size_t size);

/* ---- memory ---- */
/* `bytes` of memory, not zeroed, at a multiple of `alignment` (a power of two), or NULL. */
void *sluice__os_allocate(size_t alignment, size_t bytes);
void sluice__os_free(void *memory);
/* Gives the whole pages in there back to the system; their contents are lost, the memory stays allocated. To be called before memory
 * is freed that was large and will not soon be needed again: the C library's heap keeps what lies below any block in use. */
void sluice__os_discard(void *memory, size_t bytes);

/* ---- threads ---- */
typedef pthread_t sluice__os_thread;
struct sluice__os_thread_options {
    const char *name;  /* NULL: inherited; the system keeps the first 15 bytes */
    int cpu;           /* -1: anywhere */
    size_t stack_size; /* 0: the system's default */
};
/* Starts body(arg) on a new thread that is born with its CPU and stack set. */
int sluice__os_thread_start(sluice__os_thread *thread, void *(*body)(void *), void *arg,
                            const struct sluice__os_thread_options *options);
/* Waits for the end of a thread and collects what it returned. *cancelled says whether it was cancelled. */
int sluice__os_thread_join(sluice__os_thread thread, void **result, int *cancelled);
/* Frees the system's record of a thread when it ends; nobody may join it any more. */
int sluice__os_thread_detach(sluice__os_thread thread);
/* Returns body(arg) and runs at_end(arg) after it, also where the body does not return because the thread
 * exits (pthread_exit) or is cancelled. */
void *sluice__os_thread_guard(void *(*body)(void *), void *arg, void (*at_end)(void *));

/* The calling thread and its process, in one number: of the threads that live, no other has it. */
uint64_t sluice__os_thread_id(void);
/* Whether that was a thread of this process and is none any more. 0 also where the system does not say. */
int sluice__os_thread_has_ended(uint64_t id);
/* The calling thread's name, filled up with NULs; nothing but NULs where the system does not say. */
#define SLUICE_OS_NAME_BYTES 16
void sluice__os_thread_name(char *name);

/* One pointer of each thread's own, NULL at first. */
void *sluice__os_own(void);
void sluice__os_set_own(void *value);
/* Has at_end(value) run when the calling thread ends (not when the process does); a later call replaces an
 * earlier one. Returns 0 or an errno value. */
int sluice__os_at_thread_end(void (*at_end)(void *), void *value);

/* ---- mutex and condition variable: for the MUTEX flavour and shared state only ---- */
typedef pthread_mutex_t sluice__os_mutex;
typedef pthread_cond_t sluice__os_condition;
/* `checked` makes relocking by the owner and unlocking by a stranger an error instead of undefined. */
int sluice__os_mutex_init(sluice__os_mutex *mutex, int checked);
int sluice__os_mutex_lock(sluice__os_mutex *mutex);
int sluice__os_mutex_try_lock(sluice__os_mutex *mutex);
int sluice__os_mutex_unlock(sluice__os_mutex *mutex);
void sluice__os_mutex_destroy(sluice__os_mutex *mutex);
int sluice__os_condition_init(sluice__os_condition *condition);
/* Returns 0 (woken, or for no reason) or ETIMEDOUT. The mutex is held again either way. */
int sluice__os_condition_wait(sluice__os_condition *condition, sluice__os_mutex *mutex, uint64_t deadline);
void sluice__os_condition_signal(sluice__os_condition *condition);
void sluice__os_condition_broadcast(sluice__os_condition *condition);
void sluice__os_condition_destroy(sluice__os_condition *condition);

#endif
#endif
