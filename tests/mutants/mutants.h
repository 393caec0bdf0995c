/* mutants.h: what the written-out mutants are made of; included by every changed file (generate.py). One variable says which mutant
 * is alive: 0 none, as in the shipped library.
 *
 * Orders are changed under the explorer only (explore_atomic.h), which is told them as numbers: elsewhere MUTANT_CALL is the call.
 *
 * SPDX-License-Identifier: MIT */
#ifndef MUTANTS_H
#define MUTANTS_H

#include <sluice/detail/atomic.h>

extern int explore_mutant;

#define MUTANT(number) (__builtin_expect(explore_mutant == (number), 0))

#ifdef EXPLORE_ATOMIC_H

#define MUTANT_CALL(function, first, ...) function##_mutant(first, __VA_ARGS__)

/* The order with which an access is made: its own, or a weaker one where one of its mutants, the first of which is told, is alive. */
EXPLORE_INLINE int mutant_order(int first, int order)
{
    static const int weaker_than_both[] = { EXPLORE_ACQUIRE, EXPLORE_RELEASE, EXPLORE_RELAXED };
    int which = explore_mutant - first;
    if (which < 0 || which >= (order == EXPLORE_ACQ_REL ? 3 : 1))
        return order;
    return order == EXPLORE_ACQ_REL ? weaker_than_both[which] : EXPLORE_RELAXED;
}

#define MUTANTS__FIRST() int first,
#define MUTANTS__ATOMIC(bits)                                                                      \
    EXPLORE__LOAD(bits, acquire_mutant, MUTANTS__FIRST, mutant_order(first, EXPLORE_ACQUIRE))       \
    EXPLORE__STORE(bits, release_mutant, MUTANTS__FIRST, mutant_order(first, EXPLORE_RELEASE))      \
    EXPLORE__CHANGES(bits, acquire_mutant, MUTANTS__FIRST, mutant_order(first, EXPLORE_ACQUIRE))    \
    EXPLORE__CHANGES(bits, release_mutant, MUTANTS__FIRST, mutant_order(first, EXPLORE_RELEASE))    \
    EXPLORE__CHANGES(bits, acq_rel_mutant, MUTANTS__FIRST, mutant_order(first, EXPLORE_ACQ_REL))

MUTANTS__ATOMIC(8)
MUTANTS__ATOMIC(32)
MUTANTS__ATOMIC(64)
#undef MUTANTS__ATOMIC

#else

#define MUTANT_CALL(function, first, ...) function(__VA_ARGS__)

#endif

#endif
