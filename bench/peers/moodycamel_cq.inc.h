/* moodycamel_cq.inc.h: moodycamel's ConcurrentQueue: a queue for each producer. CQ_TOKENS: each end shows a token
 * of its own, which spares the queue to look up whose it is. CQ_BLOCKS: the blocking queue, of which only a
 * consumer can have to wait.
 *
 * SPDX-License-Identifier: MIT */
#if CQ_BLOCKS
#include <concurrentqueue/blockingconcurrentqueue.h>
#define CQ_QUEUE moodycamel::BlockingConcurrentQueue
#else
#include <concurrentqueue/concurrentqueue.h>
#define CQ_QUEUE moodycamel::ConcurrentQueue
#endif
#include <memory>

#define PEER_SPINS !CQ_BLOCKS
#define PEER_OWN_ENDS
#define ADAPTER_HAS_RUNS 1
#define ADAPTER_HAS_CELLS 0

#if CQ_TOKENS
#define CQ_WITH(end) *(end)->token,
#else
#define CQ_WITH(end)
#endif

namespace { /* every peer has some of these names */
struct N(queue);

template <typename token_type> struct N(end) {
    alignas(BENCH_LINE) struct N(queue) *queue;
    bool shares_cpu;
    std::unique_ptr<token_type> token;
};

using N(shared) = CQ_QUEUE<struct N(message)>;
using N(tx_end) = N(end)<typename N(shared)::producer_token_t>;
using N(rx_end) = N(end)<typename N(shared)::consumer_token_t>;
using N(tx) = N(tx_end) *;
using N(rx) = N(rx_end) *;

struct N(queue) {
    N(shared) shared;
    alignas(BENCH_LINE) bool shares_cpu;
    unsigned receivers;
    N(tx_end) tx[BENCH_ENDS_MAX];
    N(rx_end) rx[BENCH_ENDS_MAX];
};
} /* namespace */

static struct N(queue) *N(create)(const struct bench_case *c)
{
    struct N(queue) *queue = peer_new<N(queue)>();
    if (queue && CQ_TOKENS) {
        for (unsigned i = 0; i < c->row->senders; i++)
            queue->tx[i].token.reset(new moodycamel::ProducerToken(queue->shared));
        for (unsigned i = 0; i < c->row->receivers; i++)
            queue->rx[i].token.reset(new moodycamel::ConsumerToken(queue->shared));
    }
    return queue;
}

static void N(destroy)(struct N(queue) *queue)
{
    delete queue;
}

static N(tx) N(tx_of)(struct N(queue) *queue, unsigned index)
{
    queue->tx[index].queue = queue;
    queue->tx[index].shares_cpu = queue->shares_cpu;
    return &queue->tx[index];
}

static N(rx) N(rx_of)(struct N(queue) *queue, unsigned index)
{
    queue->rx[index].queue = queue;
    queue->rx[index].shares_cpu = queue->shares_cpu;
    return &queue->rx[index];
}

BENCH_INLINE bool N(try_recv)(N(rx) rx, struct N(message) *message)
{
    return rx->queue->shared.try_dequeue(CQ_WITH(rx) *message);
}

#if CQ_BLOCKS
BENCH_INLINE bool N(send)(N(tx) tx, const struct N(message) *message)
{
    return tx->queue->shared.enqueue(CQ_WITH(tx) *message);
}

BENCH_INLINE bool N(recv)(N(rx) rx, struct N(message) *message)
{
    rx->queue->shared.wait_dequeue(CQ_WITH(rx) *message);
    return true;
}

BENCH_INLINE bool N(send_n)(N(tx) tx, const struct N(message) *messages, size_t n)
{
    return tx->queue->shared.enqueue_bulk(CQ_WITH(tx) messages, n);
}

BENCH_INLINE bool N(recv_n)(N(rx) rx, struct N(message) *messages, size_t max, size_t *got)
{
    *got = rx->queue->shared.wait_dequeue_bulk(CQ_WITH(rx) messages, max);
    return true;
}
#else
BENCH_INLINE bool N(try_send)(N(tx) tx, const struct N(message) *message)
{
    return tx->queue->shared.enqueue(CQ_WITH(tx) *message);
}

BENCH_INLINE size_t N(try_send_n)(N(tx) tx, const struct N(message) *messages, size_t n)
{
    return tx->queue->shared.enqueue_bulk(CQ_WITH(tx) messages, n) ? n : 0;
}

BENCH_INLINE size_t N(try_recv_n)(N(rx) rx, struct N(message) *messages, size_t max)
{
    return rx->queue->shared.try_dequeue_bulk(CQ_WITH(rx) messages, max);
}
#endif

#include "common.inc.h"
