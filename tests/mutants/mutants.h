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

#define MUTANTS__LOAD(bits)                                                                                           \
    EXPLORE_INLINE uint##bits##_t sluice__a##bits##_load_acquire_mutant(int first, const sluice__a##bits *a)          \
    {                                                                                                                 \
        return (uint##bits##_t)explore_load(a, bits / 8, mutant_order(first, EXPLORE_ACQUIRE));                       \
    }
#define MUTANTS__STORE(bits)                                                                                          \
    EXPLORE_INLINE void sluice__a##bits##_store_release_mutant(int first, sluice__a##bits *a, uint##bits##_t value)   \
    {                                                                                                                 \
        explore_store(a, bits / 8, value, mutant_order(first, EXPLORE_RELEASE));                                      \
    }
#define MUTANTS__RMW(bits, name, operation, order)                                                                    \
    EXPLORE_INLINE uint##bits##_t sluice__a##bits##_##name##_mutant(int first, sluice__a##bits *a, uint##bits##_t value) \
    {                                                                                                                 \
        return (uint##bits##_t)explore_rmw(a, bits / 8, operation, value, mutant_order(first, order));                \
    }
#define MUTANTS__CAS(bits)                                                                                            \
    EXPLORE_INLINE int sluice__a##bits##_cas_acq_rel_mutant(int first, sluice__a##bits *a, uint##bits##_t *expected,  \
                                                            uint##bits##_t desired)                                   \
    {                                                                                                                 \
        uint64_t seen = *expected;                                                                                    \
        int stored = explore_cas(a, bits / 8, &seen, desired, mutant_order(first, EXPLORE_ACQ_REL));                  \
        if (!stored)                                                                                                  \
            *expected = (uint##bits##_t)seen;                                                                         \
        return stored;                                                                                                \
    }
#define MUTANTS__ATOMIC(bits)                                              \
    MUTANTS__LOAD(bits)                                                    \
    MUTANTS__STORE(bits)                                                   \
    MUTANTS__RMW(bits, add_release, EXPLORE_ADD, EXPLORE_RELEASE)          \
    MUTANTS__RMW(bits, add_acq_rel, EXPLORE_ADD, EXPLORE_ACQ_REL)          \
    MUTANTS__RMW(bits, or_acq_rel, EXPLORE_OR, EXPLORE_ACQ_REL)            \
    MUTANTS__RMW(bits, and_acq_rel, EXPLORE_AND, EXPLORE_ACQ_REL)          \
    MUTANTS__RMW(bits, exchange_acquire, EXPLORE_EXCHANGE, EXPLORE_ACQUIRE) \
    MUTANTS__RMW(bits, exchange_acq_rel, EXPLORE_EXCHANGE, EXPLORE_ACQ_REL) \
    MUTANTS__CAS(bits)

MUTANTS__ATOMIC(8)
MUTANTS__ATOMIC(32)
MUTANTS__ATOMIC(64)
#undef MUTANTS__ATOMIC
#undef MUTANTS__LOAD
#undef MUTANTS__STORE
#undef MUTANTS__RMW
#undef MUTANTS__CAS

#else

#define MUTANT_CALL(function, first, ...) function(__VA_ARGS__)

#endif

#endif
