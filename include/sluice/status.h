/* sluice/status.h: what every call answers with, and time.
 *
 * A call that can fail returns an enum sluice_status and touches its outputs only on SLUICE_OK.
 * A call that is given a message or an argument to own takes it on SLUICE_OK and only then.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLUICE_STATUS_H
#define SLUICE_STATUS_H

#include <stdint.h>

#include <sluice/detail/config.h>

#ifdef __cplusplus
extern "C" {
#endif

enum sluice_status {
    SLUICE_OK = 0,         /* done */
    SLUICE_CLOSED = 1,     /* send: sealed, or no receiver left. recv: sealed or no sender left, and drained */
    SLUICE_FULL = 2,       /* try_send: no room now */
    SLUICE_EMPTY = 3,      /* try_recv: no message now */
    SLUICE_BUSY = 4,       /* try_: a peer is in the middle of its step on the very cell, or lock, needed */
    SLUICE_TIMED_OUT = 5,  /* the deadline passed; never early, and never with the message gone */
    SLUICE_INVALID = 6,    /* a wrong argument: NULL, a capacity or size out of range; nothing was done */
    SLUICE_NO_MEMORY = 7,  /* an allocation failed; nothing was done */
    SLUICE_NO_RESOURCE = 8, /* the system refused a thread, or another limited resource (EAGAIN) */
    SLUICE_DENIED = 9,     /* the system refused for want of permission (EPERM) */
    SLUICE_DEADLOCK = 10,  /* a thread would wait for itself (EDEADLK) */
    SLUICE_EXITED = 11,    /* join: the thread ended through pthread_exit */
    SLUICE_CANCELLED = 12, /* join: the thread was cancelled */
    SLUICE_MISUSE = 13     /* hardened build: a broken rule was detected and reported; nothing was done */
};

/* Returns the status's name as a static string ("SLUICE_OK"), or "SLUICE_?" for an unknown value.
 * Any thread; wait-free. */
SLUICE_API const char *sluice_status_name(enum sluice_status status);

/* Says that a status is ignored on purpose: (void) does not silence the compiler's unused-result check. */
static inline void sluice_ignore(enum sluice_status status)
{
    (void)status;
}

/* A point of CLOCK_MONOTONIC in nanoseconds. A deadline in the past makes a call try once. */
typedef uint64_t sluice_deadline;

#define SLUICE_FOREVER UINT64_MAX /* a deadline that never passes */
#define SLUICE_NOW ((sluice_deadline)0) /* a deadline that has always passed */

/* Returns the deadline that many nano-, micro- or milliseconds from now; SLUICE_FOREVER where the sum
 * overflows. Any thread; wait-free. */
SLUICE_API sluice_deadline sluice_in_ns(uint64_t nanoseconds);
SLUICE_API sluice_deadline sluice_in_us(uint64_t microseconds);
SLUICE_API sluice_deadline sluice_in_ms(uint64_t milliseconds);

/* Hardened builds: what is told when a rule is broken. `rule` says which ("a sender was used after it was
 * dropped"), `where` the call that noticed. The handler may abort; if it returns, the call that noticed
 * does nothing and returns SLUICE_MISUSE where it returns a status. NULL restores the default, which
 * prints one line to standard error. Any thread; wait-free. */
typedef void (*sluice_misuse_handler)(const char *rule, const char *where);
SLUICE_API void sluice_on_misuse(sluice_misuse_handler handler);

/* Hardened builds: what is told when something looks like a mistake but may be none; whatever noticed goes on. There is one such
 * thing: an end has waited for a second or more, and all endpoints of the other side were last used by threads that have ended
 * without dropping them. Nobody will ever come then, unless another thread has been given one of them and has not used it yet. Told
 * at most once for each side of a channel. `text` says which channel, which end, and which thread; it is gone when the handler returns.
 * The handler is called on the waiting thread, with no lock held; it should not abort. NULL restores the
 * default, which prints one line to standard error. Any thread; wait-free. */
typedef void (*sluice_warning_handler)(const char *text);
SLUICE_API void sluice_on_warning(sluice_warning_handler handler);

#ifdef __cplusplus
}
#endif

/* Ownership, for every owned handle type T that has a T_drop(T *):
 * SLUICE_AUTO(T) x = …;   drops x when its scope ends.
 * f(SLUICE_MOVE(x));      hands x over and leaves NULL behind, so that nothing is dropped twice. */
#define SLUICE_AUTO(type) __attribute__((cleanup(type##_drop), unused)) type

#define SLUICE_MOVE(handle)                        \
    __extension__({                                \
        __typeof__(handle) sluice__moved = (handle); \
        (handle) = NULL;                           \
        sluice__moved;                             \
    })

#endif
