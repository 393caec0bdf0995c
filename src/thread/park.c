/* park.c: where a thread sleeps.
 *
 * SPDX-License-Identifier: MIT */
#include "thread/park.h"

#include <errno.h>

bool sluice__sleep_while(sluice__a32 *word, uint32_t expected, uint64_t deadline)
{
    for (bool late = false;;) {
        /* [PARK.C1] acquire: what the waker wrote before it changed the word is seen. Pairs with [GATE.N2],
         * [THREAD.P1], [THREAD.P2], [RENDEZVOUS.P1] and [CHANNEL.P1].
         * Without it: a sleeper that returns could read state older than the wake-up that ended its sleep. */
        if (sluice__a32_load_acquire(word) != expected)
            return true;
        if (late)
            return false;
        late = sluice__os_futex_wait(word, expected, deadline) == ETIMEDOUT && sluice__os_now() >= deadline;
    }
}
