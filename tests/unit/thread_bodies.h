/* thread_bodies.h: what test threads run, ending in each way a thread can end.
 *
 * SPDX-License-Identifier: MIT */
#ifndef THREAD_BODIES_H
#define THREAD_BODIES_H

#include <pthread.h>
#include <time.h>

static inline void *add_one(void *arg)
{
    ++*(int *)arg;
    return arg;
}

static inline void *add_one_late(void *arg)
{
    nanosleep(&(struct timespec){ .tv_nsec = 3000000 }, NULL);
    ++*(int *)arg; /* plain: only a join makes reading it sound */
    return arg;
}

static inline void *exit_early(void *arg)
{
    pthread_exit(arg);
}

static inline void *cancel_self(void *arg)
{
    pthread_cancel(pthread_self());
    pthread_testcancel();
    return arg;
}

/* Returns the very value that stands for a cancelled thread. */
static inline void *return_cancelled(void *arg)
{
    (void)arg;
    return PTHREAD_CANCELED;
}

#endif
