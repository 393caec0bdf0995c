/* moodycamel_rw.inc.h: moodycamel's ReaderWriterQueue, of one producer and one consumer. RW_BOUNDED: as large as
 * it was made, by try_enqueue; else it grows, by enqueue. RW_BLOCKS: the blocking queue, of which only the
 * consumer can have to wait; bounded, the BlockingReaderWriterCircularBuffer. Included for each message size.
 *
 * SPDX-License-Identifier: MIT */
#ifndef BENCH_MOODYCAMEL_RW_H
#define BENCH_MOODYCAMEL_RW_H

#if RW_BLOCKS && RW_BOUNDED
#include <readerwriterqueue/readerwritercircularbuffer.h>
#define RW_QUEUE moodycamel::BlockingReaderWriterCircularBuffer
#elif RW_BLOCKS
#include <readerwriterqueue/readerwriterqueue.h>
#define RW_QUEUE moodycamel::BlockingReaderWriterQueue
#else
#include <readerwriterqueue/readerwriterqueue.h>
#define RW_QUEUE moodycamel::ReaderWriterQueue
#endif

#define RW_STARTS_WITH 1024 /* messages' room, of a queue that grows */
#define PEER_SPINS !RW_BLOCKS
#define ADAPTER_HAS_RUNS 0
#define ADAPTER_HAS_CELLS 0
#endif

namespace { /* every peer has one of this name */
struct N(queue) {
    explicit N(queue)(size_t capacity) : queue(capacity) {}
    RW_QUEUE<N(message)> queue;
    alignas(BENCH_LINE) bool shares_cpu;
    unsigned receivers;
};
} /* namespace */

typedef struct N(queue) *N(tx), *N(rx);

static struct N(queue) *N(create)(const struct bench_case *c)
{
    return peer_new<N(queue)>(RW_BOUNDED ? c->row->capacity : RW_STARTS_WITH);
}

static void N(destroy)(struct N(queue) *queue)
{
    delete queue;
}

BENCH_INLINE bool N(try_recv)(N(rx) rx, struct N(message) *message)
{
    return rx->queue.try_dequeue(*message);
}

#if RW_BLOCKS
BENCH_INLINE bool N(send)(N(tx) tx, const struct N(message) *message)
{
#if RW_BOUNDED
    tx->queue.wait_enqueue(*message);
    return true;
#else
    return tx->queue.enqueue(*message);
#endif
}

BENCH_INLINE bool N(recv)(N(rx) rx, struct N(message) *message)
{
    rx->queue.wait_dequeue(*message);
    return true;
}
#else
BENCH_INLINE bool N(try_send)(N(tx) tx, const struct N(message) *message)
{
    return RW_BOUNDED ? tx->queue.try_enqueue(*message) : tx->queue.enqueue(*message);
}
#endif

#include "common.inc.h"
