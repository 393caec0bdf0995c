/* gate.c: where threads wait for the other side of a channel.
 *
 * An eventcount (D. Vyukov) over one word and a turn counter, made asymmetric with membarrier.
 *
 *     attention   [ sleepers : 30 | FENCED | WANTED ]     read by every operation of the other side
 *     turns       [ wake-ups so far : 32 ]                slept on
 *
 * Invariants
 *   1. sleepers is the number of threads between prepare and leave.
 *   2. A thread that sleeps is covered: WANTED is set, and was set before a heavy barrier that was followed by a look; or
 *      a thread that has taken WANTED away will bump turns and wake; or a thread that was woken has not yet left.
 *   3. WANTED is taken away only by a waker, which then wakes one, and by the last leaver.
 *   4. turns changes after attention, by the one who took WANTED, before its futex wake: a sleeper that announced itself
 *      earlier either finds turns changed or is in the futex's queue when the wake comes.
 *
 * Why no wake-up is lost. Asker: publish; [GATE.N1]; read attention. Sleeper: set WANTED; [GATE.S2]; look. membarrier makes
 * every running thread of the process execute a full barrier, somewhere between two of its instructions. If that point
 * lies after the asker's publish, the sleeper's look sees it; if it lies before, the asker's read comes later and sees
 * WANTED, since [GATE.N1] keeps the compiler from moving the read up. (A thread that is not running passes a full
 * barrier when it is switched in.)
 *
 * A woken thread that leaves while others sleep takes its turn away from them: messages that came while its wake-up was on
 * the way found WANTED unset and woke nobody. So it sets WANTED again, with the heavy barrier, looks, and passes the
 * wake-up on if there is more. The same covers a thread whose deadline passed just when it was woken.
 *
 * When membarrier is refused (old kernel, sandbox), from the start: every gate is born FENCED, askers fence. When it
 * begins to be refused later: the sleeper marks its gate FENCED, but an asker may have read the word just before. Its
 * publication becomes visible as soon as its CPU's store buffer drains, so sleepers of that gate sleep in short slices, and
 * look after each, until well beyond that (FENCE_SETTLE).
 *
 * Lifetime: a gate lies in the channel, and everyone who calls holds an endpoint, so the memory stays while a waker is between
 * its bump of turns and its futex wake.
 *
 * Progress: prepare, leave and wake are lock-free (compare-and-swap loops on one word that only sleepers and wakers
 * write); none waits for another thread.
 *
 * SPDX-License-Identifier: MIT */
#include "channel/gate.h"

#include "thread/os.h"
#include "thread/park.h"

#include <limits.h>

#define FENCE_SETTLE UINT64_C(20000000) /* ns: no store stays in a store buffer over several timer ticks */
#define FENCE_SLICE UINT64_C(1000000)   /* ns */

enum barrier { BARRIER_UNKNOWN = 0, BARRIER_MEMBARRIER, BARRIER_FENCES };
static sluice__a32 process_barrier; /* enum barrier; moves only forward */

static bool membarrier_works(void)
{
    uint32_t mode = sluice__a32_load_relaxed(&process_barrier); /* relaxed: a number on its own, and re-registering is harmless */
    if (mode == BARRIER_UNKNOWN) {
        mode = sluice__os_membarrier_register() == 0 ? BARRIER_MEMBARRIER : BARRIER_FENCES;
        sluice__a32_store_relaxed(&process_barrier, mode); /* relaxed: as above */
    }
    return mode == BARRIER_MEMBARRIER;
}

void sluice__gate_init(struct sluice__gate *gate)
{
    uint32_t bits = membarrier_works() ? 0 : SLUICE__GATE_FENCED;
    sluice__a32_store_relaxed(&gate->attention, bits); /* relaxed: not shared yet */
    sluice__a32_store_relaxed(&gate->turns, 0);        /* relaxed: not shared yet */
    sluice__a64_store_relaxed(&gate->fenced_at, 0);    /* relaxed: not shared yet */
}

/* membarrier, or its replacement on the first refusal. Returns whether it was done. */
static bool barrier_on_all_threads(struct sluice__gate *gate)
{
    if (membarrier_works()) {
        if (sluice__os_membarrier() == 0)
            return true;
        /* A forked child, say: the registration may have stayed with the parent. */
        if (sluice__os_membarrier_register() == 0 && sluice__os_membarrier() == 0)
            return true;
        sluice__a32_store_relaxed(&process_barrier, BARRIER_FENCES); /* relaxed: a number on its own */
    }
    sluice__a64_store_relaxed(&gate->fenced_at, sluice__os_now()); /* relaxed: ordered by [GATE.S4] */
    /* [GATE.S4] acq_rel: who sees FENCED sees when it was set. Pairs with [GATE.S5].
     * Without it: a second sleeper could take the gate for one that was fenced from the start, and sleep without slices. */
    sluice__a32_or_acq_rel(&gate->attention, SLUICE__GATE_FENCED);
    return false;
}

/* Between the announcement and the last look. */
static void heavy_barrier(struct sluice__gate *gate)
{
    uint32_t attention = sluice__a32_load_relaxed(&gate->attention); /* relaxed: FENCED never goes away */
    if (!(attention & SLUICE__GATE_FENCED) && barrier_on_all_threads(gate))
        return; /* [GATE.S2] is membarrier here */
    /* [GATE.S2] full fence (or membarrier): the announcement is seen before the look is made. Pairs with [GATE.N1] and
     * with [GATE.N3].
     * Without it: the look could be made first and find nothing, and the asker still find nobody. */
    sluice__fence_full();
}

uint32_t sluice__gate_prepare(struct sluice__gate *gate)
{
    /* [GATE.S1] acquire: the turn is read before the announcement. Pairs with [GATE.N2].
     * Without it: a wake-up for this very announcement could already be in the ticket, and be slept through. */
    uint32_t ticket = sluice__a32_load_acquire(&gate->turns);
    uint32_t seen = sluice__a32_load_relaxed(&gate->attention); /* relaxed: revalidated at [GATE.S3] */
    /* [GATE.S3] acq_rel: keeps the ticket's read above it. Pairs with [GATE.N4].
     * Without it: as [GATE.S1]. */
    while (!sluice__a32_cas_acq_rel(&gate->attention, &seen, (seen + SLUICE__GATE_SLEEPER) | SLUICE__GATE_WANTED)) {
    }
    heavy_barrier(gate);
    return ticket;
}

bool sluice__gate_sleep(struct sluice__gate *gate, uint32_t ticket, sluice_deadline deadline)
{
    /* [GATE.S5] acquire: FENCED comes with its time. Pairs with [GATE.S4].
     * Without it: see there. */
    if (sluice__a32_load_acquire(&gate->attention) & SLUICE__GATE_FENCED) {
        uint64_t fenced_at = sluice__a64_load_relaxed(&gate->fenced_at); /* relaxed: ordered by [GATE.S5] */
        uint64_t now = fenced_at ? sluice__os_now() : 0;
        if (fenced_at && now - fenced_at < FENCE_SETTLE) {
            uint64_t slice = now + FENCE_SLICE;
            return sluice__sleep_while(&gate->turns, ticket, slice < deadline ? slice : deadline) || slice < deadline;
        }
    }
    return sluice__sleep_while(&gate->turns, ticket, deadline);
}

bool sluice__gate_leave(struct sluice__gate *gate)
{
    uint32_t seen = sluice__a32_load_relaxed(&gate->attention); /* relaxed: revalidated at [GATE.S6] */
    uint32_t next;
    bool passed_over;
    do {
        next = seen - SLUICE__GATE_SLEEPER;
        bool alone = next < SLUICE__GATE_SLEEPER;
        passed_over = !alone && !(seen & SLUICE__GATE_WANTED);
        next = alone ? next & ~SLUICE__GATE_WANTED : next | SLUICE__GATE_WANTED;
        /* [GATE.S6] acq_rel: the announcement in the others' name. Pairs with [GATE.N4].
         * Without it: nothing yet; the heavy barrier below is what orders it before the look. */
    } while (!sluice__a32_cas_acq_rel(&gate->attention, &seen, next));
    if (passed_over)
        heavy_barrier(gate);
    return passed_over;
}

/* One more turn: whoever prepared before this will not sleep, or is woken. */
static void next_turn(struct sluice__gate *gate, int wake)
{
    /* [GATE.N2] release: what was published is seen by who sees the turn. Pairs with [PARK.C1] and with [GATE.S1].
     * Without it: the woken thread's look could still find nothing, and it would sleep again beside a message. */
    sluice__a32_add_release(&gate->turns, 1);
    sluice__os_futex_wake(&gate->turns, wake);
}

void sluice__gate_wake(struct sluice__gate *gate)
{
    uint32_t seen = sluice__a32_load_relaxed(&gate->attention); /* relaxed: revalidated at [GATE.N4] */
    if (seen & SLUICE__GATE_FENCED) {
        /* [GATE.N3] full fence: the publication is seen before attention is read. Pairs with [GATE.S2].
         * Without it: a lost wake-up where membarrier is not to be had. */
        sluice__fence_full();
        seen = sluice__a32_load_relaxed(&gate->attention); /* relaxed: ordered by [GATE.N3] */
    }
    do {
        if (!(seen & SLUICE__GATE_WANTED))
            return; /* nobody, or somebody else is waking them */
        /* [GATE.N4] acq_rel: exactly one waker takes WANTED. Pairs with [GATE.S3] and with [GATE.S6].
         * Without it: the turn could be bumped before the sleeper it is for has read its ticket. */
    } while (!sluice__a32_cas_acq_rel(&gate->attention, &seen, seen & ~SLUICE__GATE_WANTED));
    next_turn(gate, 1);
}

void sluice__gate_wake_all(struct sluice__gate *gate)
{
    /* No look at attention, so nothing to order: a sleeper that does not see the close at its last look finds the turn
     * changed when it goes to sleep, or is in the futex's queue by now. */
    next_turn(gate, INT_MAX);
}
