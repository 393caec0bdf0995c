/* sizes.inc.h: an implementation's adapter and the loops over it, for each message size. The including file
 * defines ADAPTER, the header with the operations.
 *
 * SPDX-License-Identifier: MIT */
#include "size_8.inc.h"

struct message_64 {
    uint64_t word[8];
};
struct message_256 {
    uint64_t word[32];
};

#define BENCH_BYTES 64
#include ADAPTER
#include "loops.inc.h"
#undef BENCH_BYTES

#define BENCH_BYTES 256
#include ADAPTER
#include "loops.inc.h"
#undef BENCH_BYTES
