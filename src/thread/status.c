/* status.c: names of statuses, deadlines, and the report of broken rules and of what looks like one.
 *
 * SPDX-License-Identifier: MIT */
#include <stdio.h>

#include <sluice/detail/misuse.h>
#include <sluice/status.h>

#include "thread/os.h"

const char *sluice_status_name(enum sluice_status status)
{
    static const char *const names[] = {
        [SLUICE_OK] = "SLUICE_OK",
        [SLUICE_CLOSED] = "SLUICE_CLOSED",
        [SLUICE_FULL] = "SLUICE_FULL",
        [SLUICE_EMPTY] = "SLUICE_EMPTY",
        [SLUICE_BUSY] = "SLUICE_BUSY",
        [SLUICE_TIMED_OUT] = "SLUICE_TIMED_OUT",
        [SLUICE_INVALID] = "SLUICE_INVALID",
        [SLUICE_NO_MEMORY] = "SLUICE_NO_MEMORY",
        [SLUICE_NO_RESOURCE] = "SLUICE_NO_RESOURCE",
        [SLUICE_DENIED] = "SLUICE_DENIED",
        [SLUICE_DEADLOCK] = "SLUICE_DEADLOCK",
        [SLUICE_EXITED] = "SLUICE_EXITED",
        [SLUICE_CANCELLED] = "SLUICE_CANCELLED",
        [SLUICE_MISUSE] = "SLUICE_MISUSE",
    };
    size_t index = (size_t)status;
    return index < sizeof names / sizeof names[0] && names[index] ? names[index] : "SLUICE_?";
}

static sluice_deadline in(uint64_t amount, uint64_t nanoseconds_each)
{
    uint64_t span, deadline;
    if (__builtin_mul_overflow(amount, nanoseconds_each, &span))
        return SLUICE_FOREVER;
    return __builtin_add_overflow(sluice__os_now(), span, &deadline) ? SLUICE_FOREVER : deadline;
}

sluice_deadline sluice_in_ns(uint64_t nanoseconds)
{
    return in(nanoseconds, 1);
}

sluice_deadline sluice_in_us(uint64_t microseconds)
{
    return in(microseconds, 1000);
}

sluice_deadline sluice_in_ms(uint64_t milliseconds)
{
    return in(milliseconds, 1000000);
}

static sluice__a64 misuse_handler; /* a sluice_misuse_handler as an integer; 0: the default */

void sluice_on_misuse(sluice_misuse_handler handler)
{
    /* [MISUSE.P1] release: publishes what the handler was set up with. Pairs with [MISUSE.C1].
     * Without it: a handler could run before it sees its own initialisation. */
    sluice__a64_store_release(&misuse_handler, (uint64_t)(uintptr_t)handler);
}

void sluice__misuse(const char *rule, const char *where)
{
    /* [MISUSE.C1] acquire: the handler sees its initialisation. Pairs with [MISUSE.P1].
     * Without it: see there. */
    sluice_misuse_handler handler =
        (sluice_misuse_handler)(uintptr_t)sluice__a64_load_acquire(&misuse_handler);
    if (handler)
        handler(rule, where);
    else
        fprintf(stderr, "sluice: %s: %s\n", where, rule);
}

static sluice__a64 warning_handler; /* a sluice_warning_handler as an integer; 0: the default */

void sluice_on_warning(sluice_warning_handler handler)
{
    /* [WARNING.P1] release: publishes what the handler was set up with. Pairs with [WARNING.C1].
     * Without it: a handler could run before it sees its own initialisation. */
    sluice__a64_store_release(&warning_handler, (uint64_t)(uintptr_t)handler);
}

void sluice__warn(const char *text)
{
    /* [WARNING.C1] acquire: the handler sees its initialisation. Pairs with [WARNING.P1].
     * Without it: see there. */
    sluice_warning_handler handler = (sluice_warning_handler)(uintptr_t)sluice__a64_load_acquire(&warning_handler);
    if (handler)
        handler(text);
    else
        fprintf(stderr, "sluice: warning: %s\n", text);
}
