/* sluice/detail/atomic.h: the seam for memory. Every atomic access, fence and CPU hint of the library,
 * compiled or inlined, goes through this header and nothing else does.
 *
 * A test build replaces it as a whole: compile with -DSLUICE_ATOMIC_HEADER='"its/atomic.h"' and give the
 * same types and functions there. Nothing outside this file may look inside the types.
 *
 * The order is part of each name, so that a reader (and the lint) sees it at the call. Each non-relaxed
 * call carries a label and names its partner; each relaxed call gives its reason in a word.
 *
 * The accesses are the compiler's builtins on plain integers rather than <stdatomic.h> (its types do not
 * exist in C++17, where the inlined half must compile too) or ck_pr (thread sanitizer cannot see through
 * its assembler): docs/decisions/0002.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLUICE_DETAIL_ATOMIC_H
#define SLUICE_DETAIL_ATOMIC_H

#include <sluice/detail/config.h>

#ifdef SLUICE_ATOMIC_HEADER
#include SLUICE_ATOMIC_HEADER
#else

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
    uint8_t value;
} sluice__a8;

typedef struct {
    uint32_t value;
} sluice__a32;

typedef struct {
    uint64_t value;
} SLUICE_ALIGNED(8) sluice__a64;

#define SLUICE__DEFINE_LOAD(bits, order, ORDER)                                                            \
    SLUICE_INLINE uint##bits##_t sluice__a##bits##_load_##order(const sluice__a##bits *a)                  \
    {                                                                                                      \
        return __atomic_load_n(&a->value, ORDER);                                                          \
    }
#define SLUICE__DEFINE_STORE(bits, order, ORDER)                                                           \
    SLUICE_INLINE void sluice__a##bits##_store_##order(sluice__a##bits *a, uint##bits##_t value)           \
    {                                                                                                      \
        __atomic_store_n(&a->value, value, ORDER);                                                         \
    }
/* What they replace is returned. The compare and exchange returns nonzero when it stored; otherwise *expected holds the value seen. It may
 * fail for no reason. */
#define SLUICE__DEFINE_CHANGES(bits, order, ORDER)                                                         \
    SLUICE_INLINE uint##bits##_t sluice__a##bits##_add_##order(sluice__a##bits *a, uint##bits##_t n)       \
    {                                                                                                      \
        return __atomic_fetch_add(&a->value, n, ORDER);                                                    \
    }                                                                                                      \
    SLUICE_INLINE uint##bits##_t sluice__a##bits##_or_##order(sluice__a##bits *a, uint##bits##_t set)      \
    {                                                                                                      \
        return __atomic_fetch_or(&a->value, set, ORDER);                                                   \
    }                                                                                                      \
    SLUICE_INLINE uint##bits##_t sluice__a##bits##_and_##order(sluice__a##bits *a, uint##bits##_t keep)    \
    {                                                                                                      \
        return __atomic_fetch_and(&a->value, keep, ORDER);                                                 \
    }                                                                                                      \
    SLUICE_INLINE uint##bits##_t sluice__a##bits##_exchange_##order(sluice__a##bits *a, uint##bits##_t v)  \
    {                                                                                                      \
        return __atomic_exchange_n(&a->value, v, ORDER);                                                   \
    }                                                                                                      \
    SLUICE_INLINE int sluice__a##bits##_cas_##order(sluice__a##bits *a, uint##bits##_t *expected,          \
                                                    uint##bits##_t desired)                                \
    {                                                                                                      \
        return __atomic_compare_exchange_n(&a->value, expected, desired, 1, ORDER, __ATOMIC_RELAXED);      \
    }
#define SLUICE__DEFINE_ATOMIC(bits)                          \
    SLUICE__DEFINE_LOAD(bits, relaxed, __ATOMIC_RELAXED)     \
    SLUICE__DEFINE_LOAD(bits, acquire, __ATOMIC_ACQUIRE)     \
    SLUICE__DEFINE_STORE(bits, relaxed, __ATOMIC_RELAXED)    \
    SLUICE__DEFINE_STORE(bits, release, __ATOMIC_RELEASE)    \
    SLUICE__DEFINE_CHANGES(bits, relaxed, __ATOMIC_RELAXED)  \
    SLUICE__DEFINE_CHANGES(bits, acquire, __ATOMIC_ACQUIRE)  \
    SLUICE__DEFINE_CHANGES(bits, release, __ATOMIC_RELEASE)  \
    SLUICE__DEFINE_CHANGES(bits, acq_rel, __ATOMIC_ACQ_REL)

SLUICE__DEFINE_ATOMIC(8)
SLUICE__DEFINE_ATOMIC(32)
SLUICE__DEFINE_ATOMIC(64)
#undef SLUICE__DEFINE_ATOMIC
#undef SLUICE__DEFINE_LOAD
#undef SLUICE__DEFINE_STORE
#undef SLUICE__DEFINE_CHANGES

/* Orders this thread's earlier stores before its later loads, and everything else too. */
SLUICE_INLINE void sluice__fence_full(void)
{
#ifdef SLUICE__THREAD_SANITIZER
    /* Thread sanitizer refuses fences; a locked operation on a word of our own is one on the machine and
     * adds no edge between threads that could hide a race. */
    uint32_t own = 0;
    __atomic_fetch_add(&own, 1, __ATOMIC_SEQ_CST);
#else
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
#endif
}

/* Keeps the compiler from moving memory accesses over this point; costs no instruction. The CPU may still
 * move them: what makes that harmless is the peer's heavy barrier (membarrier). */
SLUICE_INLINE void sluice__compiler_barrier(void)
{
    __atomic_signal_fence(__ATOMIC_SEQ_CST);
}

/* Tells the CPU that this thread is looping. */
SLUICE_INLINE void sluice__cpu_relax(void)
{
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("isb" ::: "memory");
#else
    __asm__ volatile("" ::: "memory");
#endif
}

/* Asks for the line of `p` to be written to soon. (By hand on x86: gcc makes a prefetch for reading of it unless it is told that the
 * CPU has the instruction, which every x86-64 CPU either has or ignores.) */
SLUICE_INLINE void sluice__prefetch_for_write(const void *p)
{
#if defined(__x86_64__)
    __asm__ volatile("prefetchw %0" ::"m"(*(const char *)p));
#else
    __builtin_prefetch(p, 1);
#endif
}

#ifdef __cplusplus
}
#endif

#endif
#endif
