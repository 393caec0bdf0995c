/* peer.h: what the adapters of all peers begin with: the one waiting loop of those that have no call that waits.
 *
 * SPDX-License-Identifier: MIT */
#ifndef BENCH_PEER_H
#define BENCH_PEER_H

#include "../harness.h"

#include <sched.h>
#include <stdlib.h>

#define PEER_PAUSES 64

/* Between two tries of a call that found nothing to take, or no room. `turn` counts them from 0. */
static inline void peer_wait(unsigned *turn, bool shares_cpu)
{
    if (*turn < PEER_PAUSES || !shares_cpu) {
        bench_relax();
        ++*turn;
    } else {
        sched_yield();
    }
}

/* Memory on cache lines of its own. */
static inline void *peer_allocate(size_t bytes)
{
    return aligned_alloc(BENCH_LINE, (bytes + BENCH_LINE - 1) / BENCH_LINE * BENCH_LINE);
}

#define PEER_STRING_(text) #text
#define PEER_STRING(text) PEER_STRING_(text)
#define PEER_PASTE_(a, b) a##b
#define PEER_PASTE(a, b) PEER_PASTE_(a, b)

/* How many ends a mode is made for. */
#define PEER_SENDERS_spsc 1
#define PEER_SENDERS_mpsc BENCH_ENDS_MAX
#define PEER_SENDERS_spmc 1
#define PEER_SENDERS_mpmc BENCH_ENDS_MAX
#define PEER_RECEIVERS_spsc 1
#define PEER_RECEIVERS_mpsc 1
#define PEER_RECEIVERS_spmc BENCH_ENDS_MAX
#define PEER_RECEIVERS_mpmc BENCH_ENDS_MAX

#ifdef __cplusplus
#include <exception>
#include <utility>

#define PEER_EXPORT extern "C"

/* `new`, for callers that know no exceptions: nullptr where it fails. */
template <typename type, typename... arguments> type *peer_new(arguments &&...with)
{
    try {
        return new type(std::forward<arguments>(with)...);
    } catch (const std::exception &) {
        return nullptr;
    }
}
#else
#define PEER_EXPORT extern
#endif

#endif
