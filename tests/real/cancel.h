/* cancel.h: what cancel.c and ends.c share.
 *
 * SPDX-License-Identifier: MIT */
#ifndef CANCEL_H
#define CANCEL_H

#include <sluice/thread.h>

#include "../kinds.h"

#define HANG_SECONDS 100

static void join(pthread_t thread, void **result)
{
    REQUIRE(pthread_join(thread, result) == 0);
}

static unsigned destroyed; /* touched with the builtins only */

static void count_destroyed(void *message, void *context)
{
    (void)message;
    (void)context;
    __atomic_fetch_add(&destroyed, 1, __ATOMIC_RELAXED);
}

static const uint64_t numbers[3] = { 1, 2, 3 };

#endif
