/* size_8.inc.h: an implementation's adapter and the loops over it, for messages of 8 bytes. The including file
 * defines ADAPTER, the header with the operations. For all sizes: sizes.inc.h.
 *
 * SPDX-License-Identifier: MIT */
#include <string.h>

#define BENCH_PASTE_(a, b) a##b
#define BENCH_PASTE(a, b) BENCH_PASTE_(a, b)
#define N(name) BENCH_PASTE(name##_, BENCH_BYTES)
#define BENCH_INLINE static inline __attribute__((always_inline, unused))

struct message_8 {
    uint64_t word[1];
};

#define BENCH_BYTES 8
#include ADAPTER
#include "loops.inc.h"
#undef BENCH_BYTES
