/* out_of_memory.h: lets a test make the library's allocations fail, by taking the place of the C library's
 * function that it allocates with. Sanitizers bring their own allocator; there nothing can fail.
 *
 * SPDX-License-Identifier: MIT */
#ifndef OUT_OF_MEMORY_H
#define OUT_OF_MEMORY_H

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer)
#define SANITIZED 1
#endif
#endif

static bool memory_failing; /* touched with the builtins only */

static inline bool memory_can_fail(void)
{
#ifdef SANITIZED
    return false;
#else
    return true;
#endif
}

static inline void memory_fails(bool fails)
{
    __atomic_store_n(&memory_failing, fails, __ATOMIC_RELAXED);
}

#ifndef SANITIZED
int posix_memalign(void **memory, size_t alignment, size_t bytes)
{
    if (__atomic_load_n(&memory_failing, __ATOMIC_RELAXED))
        return ENOMEM;
    void *got = aligned_alloc(alignment, (bytes + alignment - 1) / alignment * alignment);
    if (!got)
        return ENOMEM;
    *memory = got;
    return 0;
}
#endif

#endif
