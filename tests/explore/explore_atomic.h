/* explore_atomic.h: what takes the place of the seam for memory in code that the explorer runs
 * (-DSLUICE_ATOMIC_HEADER="explore_atomic.h"): each access is a call of the explorer (memory.c), which may run other threads
 * before it and answers as the memory mode allows.
 *
 * SPDX-License-Identifier: MIT */
#ifndef EXPLORE_ATOMIC_H
#define EXPLORE_ATOMIC_H

#include <sluice/detail/config.h>

typedef struct {
    uint8_t value;
} sluice__a8;

typedef struct {
    uint32_t value;
} sluice__a32;

typedef struct {
    uint64_t value;
} SLUICE_ALIGNED(8) sluice__a64;

enum { EXPLORE_RELAXED = 0, EXPLORE_ACQUIRE = 1, EXPLORE_RELEASE = 2, EXPLORE_ACQ_REL = 3 };
enum { EXPLORE_ADD, EXPLORE_OR, EXPLORE_AND, EXPLORE_EXCHANGE };

uint64_t explore_load(const void *word, unsigned bytes, int order);
void explore_store(void *word, unsigned bytes, uint64_t value, int order);
uint64_t explore_rmw(void *word, unsigned bytes, int operation, uint64_t operand, int order);
int explore_cas(void *word, unsigned bytes, uint64_t *expected, uint64_t desired, int order);
void explore_fence(void);
void explore_compiler_barrier(void);
void explore_relax(void);

extern unsigned explore_lanes_waste; /* the library's SLUICE__LANES_WASTE, as the scenario wants it */
extern unsigned explore_lanes_visits; /* SLUICE__LANES_READY_VISITS */

/* Inlined whatever the library's own functions are, so that a call's return address is the place in the library. */
#define EXPLORE_INLINE static inline __attribute__((always_inline, unused))

/* One access each; `parameter()` is one more in front, with its comma, where the order depends on it (the mutants' have one). */
#define EXPLORE__NO_MORE()
#define EXPLORE__LOAD(bits, name, parameter, order)                                                      \
    EXPLORE_INLINE uint##bits##_t sluice__a##bits##_load_##name(parameter() const sluice__a##bits *a)      \
    {                                                                                                    \
        return (uint##bits##_t)explore_load(a, bits / 8, order);                                         \
    }
#define EXPLORE__STORE(bits, name, parameter, order)                                                     \
    EXPLORE_INLINE void sluice__a##bits##_store_##name(parameter() sluice__a##bits *a, uint##bits##_t value) \
    {                                                                                                    \
        explore_store(a, bits / 8, value, order);                                                        \
    }
#define EXPLORE__RMW(bits, name, parameter, operation, order)                                            \
    EXPLORE_INLINE uint##bits##_t sluice__a##bits##_##name(parameter() sluice__a##bits *a, uint##bits##_t value) \
    {                                                                                                    \
        return (uint##bits##_t)explore_rmw(a, bits / 8, operation, value, order);                        \
    }
#define EXPLORE__CAS(bits, name, parameter, order)                                                       \
    EXPLORE_INLINE int sluice__a##bits##_cas_##name(parameter() sluice__a##bits *a, uint##bits##_t *expected, \
                                                    uint##bits##_t desired)                              \
    {                                                                                                    \
        uint64_t seen = *expected;                                                                       \
        int stored = explore_cas(a, bits / 8, &seen, desired, order);                                    \
        if (!stored)                                                                                     \
            *expected = (uint##bits##_t)seen;                                                            \
        return stored;                                                                                   \
    }
#define EXPLORE__CHANGES(bits, name, parameter, order)                               \
    EXPLORE__RMW(bits, add_##name, parameter, EXPLORE_ADD, order)                    \
    EXPLORE__RMW(bits, or_##name, parameter, EXPLORE_OR, order)                      \
    EXPLORE__RMW(bits, and_##name, parameter, EXPLORE_AND, order)                    \
    EXPLORE__RMW(bits, exchange_##name, parameter, EXPLORE_EXCHANGE, order)          \
    EXPLORE__CAS(bits, name, parameter, order)
#define EXPLORE__ATOMIC(bits)                                               \
    EXPLORE__LOAD(bits, relaxed, EXPLORE__NO_MORE, EXPLORE_RELAXED)         \
    EXPLORE__LOAD(bits, acquire, EXPLORE__NO_MORE, EXPLORE_ACQUIRE)         \
    EXPLORE__STORE(bits, relaxed, EXPLORE__NO_MORE, EXPLORE_RELAXED)        \
    EXPLORE__STORE(bits, release, EXPLORE__NO_MORE, EXPLORE_RELEASE)        \
    EXPLORE__CHANGES(bits, relaxed, EXPLORE__NO_MORE, EXPLORE_RELAXED)      \
    EXPLORE__CHANGES(bits, acquire, EXPLORE__NO_MORE, EXPLORE_ACQUIRE)      \
    EXPLORE__CHANGES(bits, release, EXPLORE__NO_MORE, EXPLORE_RELEASE)      \
    EXPLORE__CHANGES(bits, acq_rel, EXPLORE__NO_MORE, EXPLORE_ACQ_REL)

EXPLORE__ATOMIC(8)
EXPLORE__ATOMIC(32)
EXPLORE__ATOMIC(64)
#undef EXPLORE__ATOMIC

EXPLORE_INLINE void sluice__fence_full(void)
{
    explore_fence();
}

EXPLORE_INLINE void sluice__compiler_barrier(void)
{
    explore_compiler_barrier();
}

EXPLORE_INLINE void sluice__cpu_relax(void)
{
    explore_relax();
}

EXPLORE_INLINE void sluice__prefetch_for_write(const void *p)
{
    (void)p;
}

#endif
