/* parking.c: park and unpark, on a token of one in each thread's record.
 *
 * Only the thread itself takes its token, others only give it, and both do so by exchanging the word. A
 * give therefore never overwrites another's publication: an exchange continues the release sequence it
 * reads from, so the taker sees what every giver since the last take wrote.
 *
 * SPDX-License-Identifier: MIT */
#include "thread/park.h"
#include "thread/record.h"

enum { ABSENT = 0, PARKED = 1, PRESENT = 2 };

enum sluice_status sluice_park_until(sluice_deadline deadline)
{
    struct sluice_thread *self = sluice_current();
    if (!self)
        return SLUICE_NO_MEMORY;
    /* [THREAD.C2] acquire: what the giver of the token wrote is seen. Pairs with [THREAD.P2].
     * Without it: a thread that finds its token waiting could read state older than the unpark. */
    uint32_t before = sluice__a32_exchange_acquire(&self->token, PARKED);
    if (before != PRESENT)
        sluice__sleep_while(&self->token, PARKED, deadline);
    /* Whatever ended the sleep, the token decides: one that came together with the deadline counts.
     * [THREAD.C3] acquire: as [THREAD.C2]. Pairs with [THREAD.P2].
     * Without it: as there, for a token that came during the sleep or after it. */
    uint32_t after = sluice__a32_exchange_acquire(&self->token, ABSENT);
    return before == PRESENT || after == PRESENT ? SLUICE_OK : SLUICE_TIMED_OUT;
}

void sluice_park(void)
{
    sluice_ignore(sluice_park_until(SLUICE_FOREVER)); /* out of memory: it returns early, as documented */
}

void sluice_unpark(sluice_thread *thread)
{
    if (!thread)
        return;
    /* [THREAD.P2] release: publishes what the giver wrote. Pairs with [THREAD.C2], [THREAD.C3] and [PARK.C1].
     * Without it: the parked thread could wake and not see the reason. */
    if (sluice__a32_exchange_release(&thread->token, PRESENT) == PARKED)
        sluice__os_futex_wake(&thread->token, 1); /* never dereferences: the thread may be gone by now */
}
