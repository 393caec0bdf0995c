/* gate.c: where threads wait for the other side of a channel.
 *
 * An eventcount (D. Vyukov) over one word and a turn counter, made asymmetric with membarrier.
 *
 *     attention   [ sleepers : 29 | SETTLED | FENCED | WANTED ]     read by every operation of the other side
 *     turns       [ wake-ups so far : 32 ]                          slept on
 *
 * Invariants
 *   1. sleepers is the number of threads between prepare and leave.
 *   2. A thread that sleeps is covered: WANTED is set, and was set before a heavy barrier that was followed by a look; or
 *      a thread that has taken WANTED away will bump turns and wake; or a thread that was woken has not yet left.
 *   3. WANTED is taken away only by a waker, which then wakes one, and by the last leaver.
 *   4. turns changes after attention, by the one who took WANTED, before its futex wake: a sleeper that announced itself
 *      earlier either finds turns changed or is in the futex's queue when the wake comes.
 *   5. SETTLED is set only while FENCED is, after a heavy barrier that followed FENCED's setting; the two go away together, and
 *      only when both are set. So one thread at a time is responsible for settling: the one that set FENCED.
 *
 * Why no wake-up is lost. Asker: publish; [GATE.N1]; read attention. Sleeper: set WANTED; [GATE.S2]; look.
 *   Not settled: [GATE.S2] is membarrier, which makes every running thread of the process execute a full barrier, somewhere
 *   between two of its instructions. If that point lies after the asker's publish, the sleeper's look sees it; if it lies
 *   before, the asker's read comes later and sees WANTED, since [GATE.N1] keeps the compiler from moving the read up. (A
 *   thread that is not running passes a full barrier when it is switched in.)
 *   Settled, in the very value the sleeper's announcement replaced: [GATE.S2] is a fence. An asker whose read came before the
 *   settling membarrier reached it had published before that, and the sleeper sees it; any other asker sees FENCED, fences at
 *   [GATE.N3] and reads again: Dekker's scheme with both fences. FENCED may be cleared meanwhile, but in the same word: who reads
 *   it cleared after the announcement reads WANTED set.
 *
 * A wake-up is a duty. Messages that came while it was on its way found WANTED unset and woke nobody. So whoever leaves, while
 * others sleep, and finds that the turn has changed since its ticket, sees to it that WANTED is set, makes the heavy barrier,
 * looks, and passes the wake-up on if there is more. That WANTED is set already does not relieve it: a newcomer may have set it,
 * found a message, and gone. At least one thread sees the change: the one that the futex woke, or, where none slept in the
 * kernel yet, those that the changed turn keeps from it. A thread whose deadline passed just when it was woken is covered too.
 *
 * When membarrier is refused (old kernel, sandbox), from the start: every gate is born FENCED and SETTLED. When it begins to be
 * refused later: the sleeper marks its gate FENCED, but an asker may have read the word just before. Its publication becomes
 * visible as soon as its CPU's store buffer drains, so sleepers of that gate sleep in short slices, and look after each,
 * until well beyond that (SETTLING, from the first refusal); then the gate is settled, and all are woken once more: a look that was made
 * before proves nothing. Those who slept before the refusal, without slices, are all woken by the first to whom it is refused.
 *
 * Orders. Attention is only ever changed by exchanges, and what they must order, they leave to the full fence or the membarrier that
 * stands between each announcement and its look, and between an asker's publication and its read: two fences (membarrier is one on
 * each thread) with a change of the word and a read of that change between them are seen in that order by everybody. So who reads
 * SETTLED and fences comes after the barrier that settled. Messages go by the orders of the queue; no one reads a message by a gate.
 *
 * Lifetime: a gate lies in the channel, and everyone who calls holds an endpoint, so the memory stays while a waker is between
 * its bump of turns and its futex wake.
 *
 * Progress: prepare, leave and wake are lock-free (compare-and-swap loops on one word that only sleepers and wakers
 * write); none waits for another thread.
 *
 * SPDX-License-Identifier: MIT */
#include "channel/gate.h"

#include "thread/barrier.h"
#include "thread/os.h"
#include "thread/park.h"

#include <limits.h>

#define WANTED SLUICE__GATE_WANTED
#define FENCED SLUICE__GATE_FENCED
#define SETTLED SLUICE__GATE_SETTLED
#define SLEEPER SLUICE__GATE_SLEEPER

#define SETTLING UINT64_C(20000000) /* ns: no store stays in a store buffer over several timer ticks */
#ifndef SLUICE__GATE_SLICE /* the explorer has no patience for twenty of them */
#define SLUICE__GATE_SLICE UINT64_C(1000000) /* ns */
#endif

void sluice__gate_init(struct sluice__gate *gate)
{
    uint32_t bits = sluice__barrier_works() ? 0 : FENCED | SETTLED;
    sluice__a32_store_relaxed(&gate->attention, bits); /* relaxed: not shared yet */
    sluice__a32_store_relaxed(&gate->turns, 0);        /* relaxed: not shared yet */
    sluice__a64_store_relaxed(&gate->fenced_at, 0);    /* relaxed: not shared yet */
}

static void set_bits(struct sluice__gate *gate, uint32_t bits)
{
    sluice__a32_or_relaxed(&gate->attention, bits); /* relaxed: see Orders */
}

/* membarrier is refused. The gate's time runs from the first refusal: not from before FENCED was set, and not anew with each sleep, or it
 * would never be settled. Those who sleep by then do so without slices, and only now will look for themselves. */
static void begin_settling(struct sluice__gate *gate)
{
    uint64_t none = 0;
    set_bits(gate, FENCED);
    do {
        if (sluice__a64_cas_relaxed(&gate->fenced_at, &none, sluice__os_now())) { /* relaxed: a number on its own */
            sluice__gate_wake_all(gate);
            return;
        }
    } while (none == 0);
}

/* Between an announcement, which made the word `announced`, and the look. Returns whether it was a membarrier. */
static bool heavy_barrier(struct sluice__gate *gate, uint32_t announced)
{
    if (!(announced & SETTLED)) {
        if (sluice__barrier_on_all_threads())
            return true; /* [GATE.S2] is membarrier here */
        begin_settling(gate);
    }
    /* [GATE.S2] full fence: the announcement is seen before the look is made; and after the barrier that settled, where that is relied on.
     * Pairs with [GATE.N1] and with [GATE.N3].
     * Without it: the look could be made first and find nothing, and the asker still find nobody. */
    sluice__fence_full();
    return false;
}

uint32_t sluice__gate_prepare(struct sluice__gate *gate, bool often)
{
    /* [GATE.S1] acquire: the turn is read before the announcement: had it been bumped by who took that, we would come after that one's
     * taking it. Pairs with [GATE.N2].
     * Without it: a wake-up for this very announcement could already be in the ticket, and be slept through. */
    uint32_t ticket = sluice__a32_load_acquire(&gate->turns);
    uint32_t seen = sluice__a32_load_relaxed(&gate->attention); /* relaxed: revalidated below */
    uint32_t next;
    do {
        next = (seen + SLEEPER) | WANTED;
        if (often)
            next |= FENCED;
        else if ((seen & SETTLED) && sluice__barrier_works())
            next &= ~(FENCED | SETTLED);
    } while (!sluice__a32_cas_relaxed(&gate->attention, &seen, next)); /* relaxed: [GATE.S1] is before it, [GATE.S2] after it */
    bool made_fenced = (next & FENCED) && !(seen & FENCED);
    if (heavy_barrier(gate, next) && made_fenced)
        set_bits(gate, SETTLED); /* invariant 5: nobody else does, and nobody clears FENCED before */
    return ticket;
}

/* The end of this sleep's slice while the gate is settling; the deadline otherwise. */
static uint64_t slice_end(struct sluice__gate *gate, sluice_deadline deadline)
{
    uint32_t attention = sluice__a32_load_relaxed(&gate->attention); /* relaxed: who settles wakes all who have looked before */
    if ((attention & (FENCED | SETTLED)) != FENCED)
        return deadline;
    uint64_t fenced_at = sluice__a64_load_relaxed(&gate->fenced_at); /* relaxed: a number on its own */
    if (fenced_at == 0)
        return deadline; /* none was refused to this sleeper: it made its own, and somebody's is under way */
    uint64_t now = sluice__os_now();
    if (now - fenced_at >= SETTLING) {
        set_bits(gate, SETTLED);
        sluice__gate_wake_all(gate); /* us, too: to announce ourselves anew, and look */
        return deadline;
    }
    return now + SLUICE__GATE_SLICE < deadline ? now + SLUICE__GATE_SLICE : deadline;
}

bool sluice__gate_sleep(struct sluice__gate *gate, uint32_t ticket, sluice_deadline deadline)
{
    uint64_t until = slice_end(gate, deadline);
    return sluice__sleep_while(&gate->turns, ticket, until) || until < deadline;
}

bool sluice__gate_leave(struct sluice__gate *gate, uint32_t ticket)
{
    uint32_t seen = sluice__a32_load_relaxed(&gate->attention); /* relaxed: revalidated below */
    uint32_t next;
    bool alone;
    do {
        next = seen - SLEEPER;
        alone = next < SLEEPER;
        next = alone ? next & ~WANTED : next | WANTED;
    } while (!sluice__a32_cas_relaxed(&gate->attention, &seen, next)); /* relaxed: the barrier below is for the announcement */
    if (alone || sluice__a32_load_relaxed(&gate->turns) == ticket) /* relaxed: who was woken has read it by [PARK.C1] */
        return false;
    /* Where it is refused, and the gate not settled, the look that follows may miss what an asker has just published and woken nobody for.
     * But then all who sleep do so in slices. */
    (void)heavy_barrier(gate, next);
    return true;
}

/* One more turn: whoever prepared before this will not sleep, or is woken. */
static void next_turn(struct sluice__gate *gate, int wake)
{
    /* [GATE.N2] release: what was published is seen by who sees the turn. Pairs with [PARK.C1] and with [GATE.S1].
     * Without it: the woken thread's look could still find nothing, and it would sleep again beside a message. */
    sluice__a32_add_release(&gate->turns, 1);
    sluice__os_futex_wake(&gate->turns, wake);
}

bool sluice__gate_claim(struct sluice__gate *gate)
{
    uint32_t seen = sluice__a32_load_relaxed(&gate->attention); /* relaxed: revalidated below */
    if (seen & FENCED) {
        /* [GATE.N3] full fence: the publication is seen before attention is read. Pairs with [GATE.S2].
         * Without it: a lost wake-up wherever the sleeper relies on askers to fence. */
        sluice__fence_full();
        seen = sluice__a32_load_relaxed(&gate->attention); /* relaxed: ordered by [GATE.N3] */
    }
    do {
        if (!(seen & WANTED))
            return false; /* nobody, or somebody else is waking them */
    } while (!sluice__a32_cas_relaxed(&gate->attention, &seen, seen & ~WANTED)); /* relaxed: who wakes looks at nothing */
    return true;
}

void sluice__gate_deliver(struct sluice__gate *gate)
{
    next_turn(gate, 1);
}

bool sluice__gate_wake(struct sluice__gate *gate)
{
    bool claimed = sluice__gate_claim(gate);
    if (claimed)
        sluice__gate_deliver(gate);
    return claimed;
}

void sluice__gate_unfence(struct sluice__gate *gate)
{
    uint32_t seen = sluice__a32_load_relaxed(&gate->attention); /* relaxed: revalidated by the exchange */
    while ((seen & SETTLED) && sluice__barrier_works()) {
        if (sluice__a32_cas_relaxed(&gate->attention, &seen, seen & ~(FENCED | SETTLED))) /* relaxed: only takes back */
            return;
    }
}

void sluice__gate_wake_all(struct sluice__gate *gate)
{
    /* No look at attention, so nothing to order: a sleeper that does not see the close at its last look finds the turn
     * changed when it goes to sleep, or is in the futex's queue by now. */
    next_turn(gate, INT_MAX);
}
