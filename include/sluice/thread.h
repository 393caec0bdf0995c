/* sluice/thread.h: start threads, wait for their end, park and wake them.
 *
 *     sluice_thread *t;
 *     if (sluice_spawn(&t, body, arg, NULL) != SLUICE_OK)
 *         return 1;                        // nothing was started; arg is still ours
 *     void *result;
 *     if (sluice_join(&t, &result) != SLUICE_OK)
 *         return 1;                        // it exited or was cancelled instead of returning
 *
 * A handle (sluice_thread *) is owned by one thread at a time and ends in sluice_join or
 * sluice_thread_drop. A scope joins all its threads however it is left:
 *
 *     SLUICE_SCOPE(s) {
 *         for (int i = 0; i < 4; i++)
 *             if (sluice_scope_spawn(s, body, &part[i], NULL) != SLUICE_OK)
 *                 return 1;                // those already started are joined first
 *     }                                    // all have ended here
 *
 * Cancellation: of these calls only sluice_join and sluice_join_until can act on a pending pthread_cancel,
 * when the thread they wait for has ended; the handle is then still the caller's. fork: the child has only
 * the forking thread; it must not join or drop handles of the parent's other threads. None of these calls
 * may be made from a signal handler, except sluice_unpark. EINTR never shows.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLUICE_THREAD_H
#define SLUICE_THREAD_H

#include <stdbool.h>
#include <stddef.h>

#include <sluice/status.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A thread, as its owner sees it. */
typedef struct sluice_thread sluice_thread;

/* How a thread is started; all zero (or no options at all) means as usual. */
struct sluice_spawn_options {
    const char *name;  /* for debuggers and top, copied; the system keeps 15 bytes. NULL: the spawner's */
    bool pin;          /* true: the thread runs on `cpu` only, from its first instruction */
    unsigned cpu;      /* the CPU's number, counted from 0; read only where pin is true */
    size_t stack_size; /* in bytes; 0: the system's default */
};

/* Starts body(arg) on a new thread and gives the caller its handle in *out. The new thread sees all that
 * the caller wrote before. It inherits the caller's signal mask and, unless pinned, its CPU mask.
 *
 * Returns
 *   SLUICE_OK           started; `arg` is the body's business now
 *   SLUICE_INVALID      out or body is NULL, the CPU does not exist or is not allowed to this process, or
 *                       the stack is smaller than the system's minimum
 *   SLUICE_NO_RESOURCE  the system has no room for another thread
 *   SLUICE_NO_MEMORY    no memory for the thread's record
 *   SLUICE_DENIED       the system does not permit it
 * On anything but SLUICE_OK nothing was started, *out is untouched and `arg` is still the caller's.
 * Any thread. Does not wait for the new thread. */
SLUICE_API SLUICE_NODISCARD enum sluice_status sluice_spawn(sluice_thread **out, void *(*body)(void *),
                                                            void *arg,
                                                            const struct sluice_spawn_options *options);

/* Waits until the thread has ended and collects it. `result` may be NULL.
 *
 * Returns
 *   SLUICE_OK         the body returned; *result is what it returned
 *   SLUICE_EXITED     it called pthread_exit; *result is the value given there
 *   SLUICE_CANCELLED  it was cancelled (or exited with PTHREAD_CANCELED, which looks the same)
 *   SLUICE_DEADLOCK   it is the calling thread itself
 *   SLUICE_INVALID    `thread` or *thread is NULL, or a borrowed record of a thread sluice did not start
 * The first three consume the handle and leave NULL in *thread; the others touch nothing, nor does
 * SLUICE_CANCELLED touch *result. What the thread wrote is seen by the caller. The owner of the handle;
 * blocks. Two threads that join each other wait for ever. */
SLUICE_API enum sluice_status sluice_join(sluice_thread **thread, void **result);

/* As sluice_join, but waits no longer than until the deadline (absolute CLOCK_MONOTONIC nanoseconds, see
 * sluice_in_ms). Also returns
 *   SLUICE_TIMED_OUT  the deadline passed; never early. The thread runs on and the handle is still owned
 * The deadline covers the body and its clean-up handlers; destructors of pthread keys and C++ thread_local
 * objects, which run after them, are waited for. */
SLUICE_API SLUICE_NODISCARD enum sluice_status sluice_join_until(sluice_thread **thread, void **result,
                                                                 sluice_deadline deadline);

/* Gives the handle up: the thread runs on and nobody will be told how it ended. Leaves NULL in *thread; a
 * NULL there (or a NULL `thread`) makes it a no-op. The owner of the handle; does not block. */
SLUICE_API void sluice_thread_drop(sluice_thread **thread);

/* SLUICE_AUTO(sluice_thread_handle) t = NULL; drops t at the scope's end unless it was joined. */
typedef sluice_thread *sluice_thread_handle;
SLUICE_MAYBE_UNUSED void sluice_thread_handle_drop(sluice_thread_handle *thread)
{
    sluice_thread_drop(thread);
}

/* ---- scopes ---- */

/* Threads that are all joined together. The fields are the library's. */
struct sluice_scope {
    sluice_thread *first; /* in the order of their start */
    sluice_thread *last;
    enum sluice_status ending;
    bool closed;
};

/* The statement or block after SLUICE_SCOPE(s) may start threads with sluice_scope_spawn(s, …); when
 * control leaves it, by running to its end, break, continue, return or goto, all of them are joined. (break
 * and continue leave the scope only, not a loop around it. longjmp, and pthread_exit or cancellation in
 * code compiled without -fexceptions, do not join.) */
#define SLUICE_SCOPE(scope)                                                                               \
    for (struct sluice_scope scope[1] __attribute__((cleanup(sluice__scope_end))) = { sluice__scope() }; \
         !scope->closed; scope->closed = true)

/* Starts body(arg) on a new thread of the scope. Statuses and ownership as sluice_spawn, with
 * SLUICE_INVALID for a NULL scope too. The thread that opened the scope only; does not block. */
SLUICE_API SLUICE_NODISCARD enum sluice_status sluice_scope_spawn(struct sluice_scope *scope,
                                                                  void *(*body)(void *), void *arg,
                                                                  const struct sluice_spawn_options *options);

/* Joins all threads started in the scope so far, and says how they ended, those of earlier calls included:
 *   SLUICE_OK                            every body returned
 *   SLUICE_EXITED or SLUICE_CANCELLED    the first, in the order of their start, that did not
 *   SLUICE_DEADLOCK                      called by a thread of the scope, which it must not
 *   SLUICE_INVALID                       `scope` is NULL
 * More threads may be started afterwards. As the last statement of a scope it is the way to learn how the
 * threads ended; what they computed goes through their arguments. The thread that opened the scope only;
 * blocks. */
SLUICE_API enum sluice_status sluice_scope_join(struct sluice_scope *scope);

/* The two halves of SLUICE_SCOPE; not to be called. */
SLUICE_MAYBE_UNUSED struct sluice_scope sluice__scope(void)
{
    struct sluice_scope empty;
    empty.first = empty.last = NULL;
    empty.ending = SLUICE_OK;
    empty.closed = false;
    return empty;
}
SLUICE_MAYBE_UNUSED void sluice__scope_end(struct sluice_scope (*scope)[1])
{
    sluice_ignore(sluice_scope_join(*scope));
}

/* ---- park and unpark ---- */

/* Each thread has a token, absent at first. sluice_unpark makes it present (once: it does not add up);
 * sluice_park waits until it is present and takes it. So an unpark before the park is not lost, and of
 * several unparks without a park between them one remains. What the unparking thread wrote before is seen
 * by the thread that took its token.
 *
 * Waits until the calling thread's token is present, and takes it. Where sluice_current() would return
 * NULL for want of memory it returns at once, so call it in a loop around the condition waited for. Any
 * thread; blocks. */
SLUICE_API void sluice_park(void);

/* As sluice_park, but no longer than until the deadline (absolute CLOCK_MONOTONIC nanoseconds).
 *   SLUICE_OK         the token was there and was taken
 *   SLUICE_TIMED_OUT  the deadline passed without it; never early. A token given later stays for the next park
 *   SLUICE_NO_MEMORY  as NULL from sluice_current(); did not wait */
SLUICE_API SLUICE_NODISCARD enum sluice_status sluice_park_until(sluice_deadline deadline);

/* Makes the thread's token present and wakes it if it is parked. NULL: a no-op. Any thread, signal handlers
 * included; wait-free apart from the system call that wakes. The record must still live: the caller owns
 * the handle, or knows that the thread has not ended. */
SLUICE_API void sluice_unpark(sluice_thread *thread);

/* Returns the calling thread's own record, to be given to whoever shall unpark it. It is borrowed: not to
 * be dropped or joined, valid until the thread ends (for a thread started by sluice: until its handle is
 * given up as well). Works in threads that sluice did not start: made on first use, freed at their end;
 * NULL if memory for it ran out. Any thread; does not block. */
SLUICE_API SLUICE_NODISCARD sluice_thread *sluice_current(void);

/* ---- CPUs ---- */

/* Returns how many CPUs the calling thread can use: what its affinity mask allows, or what the CPU quota of
 * its control groups (v1 and v2, rounded up) amounts to if that is less; at least 1. Reads files under
 * /proc and the control groups' mounts: for start-up, not for hot paths. Any thread; does not block. */
SLUICE_API unsigned sluice_cpu_count(void);

#ifdef __cplusplus
}
#endif

#endif
