/* spawn.c: start a thread, wait for its end, collect it or let it go.
 *
 * Life of a spawned thread's record: sluice_spawn makes it with two owners. The thread's hold ends in
 * end_thread, after `done` is published; the handle's in collect or sluice_thread_drop.
 *
 * SPDX-License-Identifier: MIT */
#include <errno.h>
#include <limits.h>

#include "thread/park.h"
#include "thread/record.h"

enum sluice_status sluice__status_of_error(int error)
{
    switch (error) {
    case 0: return SLUICE_OK;
    case EINVAL: case ESRCH: return SLUICE_INVALID;
    case ENOMEM: return SLUICE_NO_MEMORY;
    case EPERM: case EACCES: return SLUICE_DENIED;
    case EDEADLK: return SLUICE_DEADLOCK;
    default: return SLUICE_NO_RESOURCE; /* EAGAIN, and what else the system may run out of */
    }
}

static void *run_body(void *argument)
{
    struct sluice_thread *record = argument;
    void *result = record->body(record->arg);
    record->returned = true;
    return result;
}

/* Runs at the thread's end, before destructors of its pthread keys. These may still ask for a record and
 * then get one of their own. */
static void end_thread(void *argument)
{
    struct sluice_thread *record = argument;
    sluice__os_set_own(NULL);
    /* [THREAD.P1] release: publishes `returned` and all that the body wrote. Pairs with [PARK.C1].
     * Without it: `done` alone would promise nothing; only the system's join, which happens to follow it
     * today, would still keep a joiner from taking a return for an exit. */
    sluice__a32_store_release(&record->done, 1);
    sluice__os_futex_wake(&record->done, 1);
    sluice__record_release(record); /* ours until here, so the wake-up above named live memory */
}

static void *thread_main(void *record)
{
    sluice__os_set_own(record);
    return sluice__os_thread_guard(run_body, record, end_thread);
}

enum sluice_status sluice_spawn(sluice_thread **out, void *(*body)(void *), void *arg,
                                const struct sluice_spawn_options *options)
{
    static const struct sluice_spawn_options usual;
    if (!options)
        options = &usual;
    if (!out || !body || (options->pin && options->cpu >= INT_MAX))
        return SLUICE_INVALID;
    struct sluice_thread *record = sluice__record_new(2);
    if (!record)
        return SLUICE_NO_MEMORY;
    record->spawned = true;
    record->body = body;
    record->arg = arg;
    struct sluice__os_thread_options wanted = { .name = options->name,
                                                .cpu = options->pin ? (int)options->cpu : -1,
                                                .stack_size = options->stack_size };
    int error = sluice__os_thread_start(&record->os, thread_main, record, &wanted);
    if (error) {
        sluice__record_release(record);
        sluice__record_release(record); /* the thread's hold: it never was */
        return sluice__status_of_error(error);
    }
    *out = record;
    return SLUICE_OK;
}

/* Joins a thread that is done and ends the handle's hold on its record. */
static enum sluice_status collect(sluice_thread **thread, void **result)
{
    struct sluice_thread *record = *thread;
    void *value;
    int cancelled;
    int error = sluice__os_thread_join(record->os, &value, &cancelled);
    if (error)
        return sluice__status_of_error(error);
    enum sluice_status status = record->returned ? SLUICE_OK : cancelled ? SLUICE_CANCELLED : SLUICE_EXITED;
    *thread = NULL;
    sluice__record_release(record);
    if (result && status != SLUICE_CANCELLED)
        *result = value;
    return status;
}

enum sluice_status sluice_join_until(sluice_thread **thread, void **result, sluice_deadline deadline)
{
    if (!thread || !*thread)
        return SLUICE_INVALID;
    if (*thread == sluice__record_own())
        return SLUICE_DEADLOCK;
    if (!(*thread)->spawned)
        return SLUICE_INVALID;
    if (!sluice__sleep_while(&(*thread)->done, 0, deadline))
        return SLUICE_TIMED_OUT;
    return collect(thread, result);
}

enum sluice_status sluice_join(sluice_thread **thread, void **result)
{
    return sluice_join_until(thread, result, SLUICE_FOREVER);
}

void sluice_thread_drop(sluice_thread **thread)
{
    if (!thread || !*thread)
        return;
    struct sluice_thread *record = *thread;
    *thread = NULL;
    if (!record->spawned)
        return; /* borrowed: its thread owns it */
    sluice__os_thread_detach(record->os);
    sluice__record_release(record);
}
