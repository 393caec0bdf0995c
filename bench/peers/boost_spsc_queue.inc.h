/* boost_spsc_queue.inc.h: Boost.Lockfree's ring for one producer and one consumer. Included for each message size.
 *
 * SPDX-License-Identifier: MIT */
#ifndef BENCH_BOOST_SPSC_QUEUE_H
#define BENCH_BOOST_SPSC_QUEUE_H

#include <boost/lockfree/spsc_queue.hpp>

#define PEER_SPINS 1
#define ADAPTER_HAS_RUNS 1
#define ADAPTER_HAS_CELLS 0
#endif

namespace { /* every peer has one of this name */
struct N(queue) {
    explicit N(queue)(size_t capacity) : ring(capacity) {}
    boost::lockfree::spsc_queue<N(message)> ring;
    alignas(BENCH_LINE) bool shares_cpu;
    unsigned receivers;
};
} /* namespace */

typedef struct N(queue) *N(tx), *N(rx);

static struct N(queue) *N(create)(const struct bench_case *c)
{
    return peer_new<N(queue)>(c->row->capacity);
}

static void N(destroy)(struct N(queue) *queue)
{
    delete queue;
}

BENCH_INLINE bool N(try_send)(N(tx) tx, const struct N(message) *message)
{
    return tx->ring.push(*message);
}

BENCH_INLINE bool N(try_recv)(N(rx) rx, struct N(message) *message)
{
    return rx->ring.pop(*message);
}

BENCH_INLINE size_t N(try_send_n)(N(tx) tx, const struct N(message) *messages, size_t n)
{
    return tx->ring.push(messages, n);
}

BENCH_INLINE size_t N(try_recv_n)(N(rx) rx, struct N(message) *messages, size_t max)
{
    return rx->ring.pop(messages, max);
}

#include "common.inc.h"
