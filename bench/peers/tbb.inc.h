/* tbb.inc.h: oneTBB's concurrent queues. TBB_BOUNDED: concurrent_bounded_queue, which blocks at both ends; else
 * concurrent_queue, which has no call that waits. Included for each message size.
 *
 * SPDX-License-Identifier: MIT */
#ifndef BENCH_TBB_H
#define BENCH_TBB_H

#include <oneapi/tbb/concurrent_queue.h>

#if TBB_BOUNDED
#define TBB_QUEUE oneapi::tbb::concurrent_bounded_queue
#else
#define TBB_QUEUE oneapi::tbb::concurrent_queue
#endif

#define PEER_SPINS !TBB_BOUNDED
#define ADAPTER_HAS_RUNS 0
#define ADAPTER_HAS_CELLS 0
#endif

namespace { /* every peer has one of this name */
struct N(queue) {
    TBB_QUEUE<N(message)> queue;
    alignas(BENCH_LINE) bool shares_cpu;
    unsigned receivers;
};
} /* namespace */

typedef struct N(queue) *N(tx), *N(rx);

static struct N(queue) *N(create)(const struct bench_case *c)
{
    struct N(queue) *queue = peer_new<N(queue)>();
    (void)c;
#if TBB_BOUNDED
    if (queue)
        queue->queue.set_capacity((ptrdiff_t)c->row->capacity);
#endif
    return queue;
}

static void N(destroy)(struct N(queue) *queue)
{
    delete queue;
}

BENCH_INLINE bool N(try_recv)(N(rx) rx, struct N(message) *message)
{
    return rx->queue.try_pop(*message);
}

#if TBB_BOUNDED
BENCH_INLINE bool N(send)(N(tx) tx, const struct N(message) *message)
{
    tx->queue.push(*message);
    return true;
}

BENCH_INLINE bool N(recv)(N(rx) rx, struct N(message) *message)
{
    rx->queue.pop(*message);
    return true;
}
#else
BENCH_INLINE bool N(try_send)(N(tx) tx, const struct N(message) *message)
{
    tx->queue.push(*message);
    return true;
}
#endif

#include "common.inc.h"
