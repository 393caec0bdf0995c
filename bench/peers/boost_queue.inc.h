/* boost_queue.inc.h: Boost.Lockfree's list for many producers and consumers. Bounded, it has so many nodes and no
 * more; else it allocates where none is free. BOOST_BOUNDED says which. Included for each message size.
 *
 * SPDX-License-Identifier: MIT */
#ifndef BENCH_BOOST_QUEUE_H
#define BENCH_BOOST_QUEUE_H

#include <boost/lockfree/queue.hpp>

#define PEER_SPINS 1
#define ADAPTER_HAS_RUNS 0
#define ADAPTER_HAS_CELLS 0
#endif

namespace { /* every peer has one of this name */
struct N(queue) {
    explicit N(queue)(size_t capacity) : list(capacity) {}
    boost::lockfree::queue<N(message)> list;
    alignas(BENCH_LINE) bool shares_cpu;
    unsigned receivers;
};
} /* namespace */

typedef struct N(queue) *N(tx), *N(rx);

static struct N(queue) *N(create)(const struct bench_case *c)
{
    return peer_new<N(queue)>(c->row->capacity); /* unbounded: 0 */
}

static void N(destroy)(struct N(queue) *queue)
{
    delete queue;
}

BENCH_INLINE bool N(try_send)(N(tx) tx, const struct N(message) *message)
{
    return BOOST_BOUNDED ? tx->list.bounded_push(*message) : tx->list.push(*message);
}

BENCH_INLINE bool N(try_recv)(N(rx) rx, struct N(message) *message)
{
    return rx->list.pop(*message);
}

#include "common.inc.h"
