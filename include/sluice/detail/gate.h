/* sluice/detail/gate.h: where one side of a channel waits for the other, seen from the side that wakes.
 *
 * Whoever makes something possible (a message, room) publishes it and then asks "is anyone waiting?". That
 * is a store followed by a load of another place, which no CPU keeps in order without a full fence. Here
 * the asking side pays only a compiler barrier and the read of a word that nobody writes unless somebody
 * sleeps; the side that is about to sleep issues the barrier for both, by membarrier(2), between announcing
 * itself and its last look (asymmetric Dekker; D. Dice, M. Huang, M. Yang, "Asymmetric Dekker
 * Synchronization", 2001). A gate marked FENCED is the other way round: the asking side takes the slow path,
 * with a fence, every time, and sleeping is cheap. Gates are so where the system refuses membarrier, and while
 * sleeping is the rule. The sleeping half is src/channel/gate.c.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLUICE_DETAIL_GATE_H
#define SLUICE_DETAIL_GATE_H

#include <sluice/detail/atomic.h>

#define SLUICE__GATE_WANTED 1u  /* somebody sleeps and no wake-up is on its way for them */
#define SLUICE__GATE_FENCED 2u  /* askers fence before they believe the other bits */
#define SLUICE__GATE_SETTLED 4u /* every asker is known to see FENCED */
#define SLUICE__GATE_SLEEPER 8u /* the count of sleepers starts here */

struct SLUICE_ALIGNED(SLUICE_CACHE_LINE) sluice__gate {
    sluice__a32 attention; /* the bits above; read by every operation of the other side */
    sluice__a32 turns;     /* wake-ups so far; the word that sleepers sleep on */
    sluice__a64 fenced_at; /* when membarrier began to be refused on a gate in use, ns; 0: never, or from the start */
};

SLUICE_STATIC_ASSERT(sizeof(struct sluice__gate) == SLUICE_CACHE_LINE,
                     "a gate has its lines for itself: an operation's read must stay a hit");

/* To be called after publishing: whether sluice__end_wake_peer has to be called. */
SLUICE_INLINE int sluice__gate_is_wanted(const struct sluice__gate *gate)
{
    /* [GATE.N1] compiler barrier: keeps what was just published before the read below in the program; the
     * sleeper's membarrier makes the CPU agree. Pairs with [GATE.S2].
     * Without it: the read could be made first and find nobody, the publication come after the sleeper's
     * last look, and the sleeper sleep for ever. */
    sluice__compiler_barrier();
    uint32_t attention = sluice__a32_load_relaxed(&gate->attention); /* relaxed: ordered by [GATE.N1] */
    return sluice__unlikely(attention & (SLUICE__GATE_WANTED | SLUICE__GATE_FENCED));
}

#endif
