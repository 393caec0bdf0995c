/* test_thread.c: spawn, join and drop.
 *
 * SPDX-License-Identifier: MIT */
#define _GNU_SOURCE 1

#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <stdint.h>

#include <sluice/thread.h>

#include "../check.h"
#include "out_of_memory.h"
#include "thread_bodies.h"

static void wait_for(sem_t *semaphore)
{
    while (sem_wait(semaphore) != 0)
        REQUIRE(errno == EINTR);
}

static void *wait_semaphore(void *arg)
{
    wait_for(arg);
    return arg;
}

static void *post_semaphore(void *arg)
{
    sem_post(arg);
    return NULL;
}

/* ---- join ---- */

static void join_gives_the_result(void)
{
    int value = 41;
    sluice_thread *t;
    void *result = NULL;
    REQUIRE(sluice_spawn(&t, add_one, &value, NULL) == SLUICE_OK);
    CHECK_STATUS(sluice_join(&t, &result), SLUICE_OK);
    CHECK(t == NULL);
    CHECK(result == &value);
    CHECK_EQ_INT(value, 42);
}

static void join_without_a_result(void)
{
    int values[4] = { 0 };
    sluice_thread *t[4];
    for (int i = 0; i < 4; i++)
        REQUIRE(sluice_spawn(&t[i], add_one, &values[i], NULL) == SLUICE_OK);
    for (int i = 0; i < 4; i++) {
        sluice_join(&t[i], NULL);
        CHECK_EQ_INT(values[i], 1);
    }
}

static void join_tells_exit_from_return(void)
{
    int mark;
    sluice_thread *t;
    void *result = NULL;
    REQUIRE(sluice_spawn(&t, exit_early, &mark, NULL) == SLUICE_OK);
    CHECK_STATUS(sluice_join(&t, &result), SLUICE_EXITED);
    CHECK(result == &mark);
    CHECK(t == NULL);
}

static void join_tells_cancelled(void)
{
    int mark;
    sluice_thread *t;
    void *result = &mark;
    REQUIRE(sluice_spawn(&t, cancel_self, NULL, NULL) == SLUICE_OK);
    CHECK_STATUS(sluice_join(&t, &result), SLUICE_CANCELLED);
    CHECK(result == &mark);
    CHECK(t == NULL);

    REQUIRE(sluice_spawn(&t, return_cancelled, NULL, NULL) == SLUICE_OK);
    CHECK_STATUS(sluice_join(&t, &result), SLUICE_OK);
    CHECK(result == PTHREAD_CANCELED);
}

static void join_until_times_out_then_succeeds(void)
{
    sem_t go;
    sem_init(&go, 0, 0);
    sluice_thread *t;
    void *result = NULL;
    REQUIRE(sluice_spawn(&t, wait_semaphore, &go, NULL) == SLUICE_OK);
    CHECK_STATUS(sluice_join_until(&t, &result, SLUICE_NOW), SLUICE_TIMED_OUT);
    sluice_deadline deadline = sluice_in_ms(20);
    CHECK_STATUS(sluice_join_until(&t, &result, deadline), SLUICE_TIMED_OUT);
    CHECK(sluice_in_ns(0) >= deadline); /* not early */
    REQUIRE(t != NULL);
    CHECK(result == NULL);
    sem_post(&go);
    CHECK_STATUS(sluice_join_until(&t, &result, sluice_in_ms(600000)), SLUICE_OK);
    CHECK(result == &go);
    CHECK(t == NULL);
    sem_destroy(&go);
}

struct meeting {
    sem_t handle_known;
    sluice_thread *handle;
    sluice_thread *own;
    enum sluice_status joined;
};

static void *join_own_handle(void *arg)
{
    struct meeting *m = arg;
    wait_for(&m->handle_known);
    m->own = sluice_current();
    m->joined = sluice_join(&m->own, NULL);
    return NULL;
}

static void joining_oneself_is_a_deadlock(void)
{
    struct meeting m = { .joined = SLUICE_OK };
    sem_init(&m.handle_known, 0, 0);
    REQUIRE(sluice_spawn(&m.handle, join_own_handle, &m, NULL) == SLUICE_OK);
    sluice_thread *handle = m.handle;
    sem_post(&m.handle_known);
    CHECK_STATUS(sluice_join(&m.handle, NULL), SLUICE_OK);
    CHECK_STATUS(m.joined, SLUICE_DEADLOCK);
    CHECK(m.own == handle); /* untouched, and the same record as the handle */
    sem_destroy(&m.handle_known);

    sluice_thread *self = sluice_current();
    CHECK_STATUS(sluice_join(&self, NULL), SLUICE_DEADLOCK);
}

static void *join_borrowed(void *arg)
{
    sluice_thread *borrowed = arg;
    CHECK_STATUS(sluice_join(&borrowed, NULL), SLUICE_INVALID);
    CHECK(borrowed == arg);
    sluice_thread_drop(&borrowed);
    return NULL;
}

static void wrong_arguments_do_nothing(void)
{
    int value = 0;
    sluice_thread *const untouched = (sluice_thread *)&value;
    sluice_thread *t = untouched;
    CHECK_STATUS(sluice_spawn(NULL, add_one, &value, NULL), SLUICE_INVALID);
    CHECK_STATUS(sluice_spawn(&t, NULL, &value, NULL), SLUICE_INVALID);
    struct sluice_spawn_options tiny = { .stack_size = 1 };
    CHECK_STATUS(sluice_spawn(&t, add_one, &value, &tiny), SLUICE_INVALID);
    struct sluice_spawn_options huge = { .stack_size = (size_t)1 << 48 };
    CHECK_STATUS(sluice_spawn(&t, add_one, &value, &huge), SLUICE_NO_RESOURCE);
    const unsigned missing[] = { 1u << 18, INT_MAX, UINT_MAX };
    for (size_t i = 0; i < sizeof missing / sizeof missing[0]; i++) {
        struct sluice_spawn_options nowhere = { .pin = true, .cpu = missing[i] };
        CHECK_STATUS(sluice_spawn(&t, add_one, &value, &nowhere), SLUICE_INVALID);
    }
    CHECK(t == untouched);
    CHECK_EQ_INT(value, 0);

    t = NULL;
    CHECK_STATUS(sluice_join(NULL, NULL), SLUICE_INVALID);
    CHECK_STATUS(sluice_join(&t, NULL), SLUICE_INVALID);
    CHECK_STATUS(sluice_join_until(&t, NULL, SLUICE_NOW), SLUICE_INVALID);
    sluice_thread_drop(&t);
    sluice_thread_drop(NULL);
    REQUIRE(sluice_spawn(&t, join_borrowed, sluice_current(), NULL) == SLUICE_OK);
    CHECK_STATUS(sluice_join(&t, NULL), SLUICE_OK);
}

static void thousand_threads_one_after_the_other(void)
{
    int count = 0;
    for (int i = 0; i < 1000; i++) {
        sluice_thread *t;
        REQUIRE(sluice_spawn(&t, add_one, &count, NULL) == SLUICE_OK);
        REQUIRE(sluice_join(&t, NULL) == SLUICE_OK);
    }
    CHECK_EQ_INT(count, 1000);
}

static void dropped_threads_run_on(void)
{
    static sem_t ran; /* static: the last poster may still be inside sem_post when this returns */
    sem_init(&ran, 0, 0);
    for (int i = 0; i < 100; i++) {
        SLUICE_AUTO(sluice_thread_handle) t = NULL;
        REQUIRE(sluice_spawn(&t, post_semaphore, &ran, NULL) == SLUICE_OK);
        if (i % 2)
            sluice_thread_drop(&t);
    }
    for (int i = 0; i < 100; i++)
        wait_for(&ran);
    CHECK(sem_trywait(&ran) != 0);
}

/* ---- options ---- */

struct seen {
    sem_t go;
    char name[16];
    size_t stack;
    int strayed; /* times it ran on a wrong CPU */
    int cpu;
};

static void *look_around(void *arg)
{
    struct seen *seen = arg;
    for (int i = 0; i < 100; i++) {
        seen->strayed += seen->cpu >= 0 && sched_getcpu() != seen->cpu;
        sched_yield();
    }
    wait_for(&seen->go);
    pthread_getname_np(pthread_self(), seen->name, sizeof seen->name);
    pthread_attr_t attributes;
    pthread_getattr_np(pthread_self(), &attributes);
    pthread_attr_getstacksize(&attributes, &seen->stack);
    pthread_attr_destroy(&attributes);
    return NULL;
}

static struct seen look_with(const struct sluice_spawn_options *options)
{
    static struct seen seen;
    seen = (struct seen){ .cpu = options->pin ? (int)options->cpu : -1 };
    sem_init(&seen.go, 0, 0);
    sluice_thread *t;
    REQUIRE(sluice_spawn(&t, look_around, &seen, options) == SLUICE_OK);
    sem_post(&seen.go); /* the name is set by now */
    CHECK_STATUS(sluice_join(&t, NULL), SLUICE_OK);
    sem_destroy(&seen.go);
    return seen;
}

static void name_and_stack_are_as_asked(void)
{
    struct seen seen = look_with(&(struct sluice_spawn_options){ .name = "a rather long name",
                                                                 .stack_size = 24 << 20 });
    CHECK_EQ_STRING(seen.name, "a rather long n");
    CHECK(seen.stack >= 24 << 20); /* three times the usual */
    char own[16];
    pthread_getname_np(pthread_self(), own, sizeof own);
    seen = look_with(&(struct sluice_spawn_options){ .name = NULL });
    CHECK_EQ_STRING(seen.name, own);
}

static void pinned_threads_stay_on_their_cpu(void)
{
    cpu_set_t allowed;
    REQUIRE(sched_getaffinity(0, sizeof allowed, &allowed) == 0);
    for (unsigned cpu = 0; cpu < CPU_SETSIZE; cpu++)
        if (CPU_ISSET(cpu, &allowed))
            CHECK_EQ_INT(look_with(&(struct sluice_spawn_options){ .pin = true, .cpu = cpu }).strayed, 0);
}

static void out_of_memory_starts_nothing(void)
{
    if (!memory_can_fail())
        return;
    int value = 0;
    sluice_thread *t = NULL;
    memory_fails(true);
    CHECK_STATUS(sluice_spawn(&t, add_one, &value, NULL), SLUICE_NO_MEMORY);
    memory_fails(false);
    CHECK(t == NULL);
    CHECK_EQ_INT(value, 0);
}

int main(void)
{
    RUN(join_gives_the_result);
    RUN(join_without_a_result);
    RUN(join_tells_exit_from_return);
    RUN(join_tells_cancelled);
    RUN(join_until_times_out_then_succeeds);
    RUN(joining_oneself_is_a_deadlock);
    RUN(wrong_arguments_do_nothing);
    RUN(thousand_threads_one_after_the_other);
    RUN(dropped_threads_run_on);
    RUN(name_and_stack_are_as_asked);
    RUN(pinned_threads_stay_on_their_cpu);
    RUN(out_of_memory_starts_nothing);
    return CHECK_DONE();
}
