/* wfcqueue.inc.h: the wait-free concurrent queue of liburcu: many enqueuers, one dequeuer, a node for each
 * message. The sender gets the node from malloc, the receiver gives it to free: there is no other way in the
 * library. A run is collected in a queue of the sender's own, and spliced onto the shared one; the receiver
 * splices everything off.
 *
 * SPDX-License-Identifier: MIT */
#define _LGPL_SOURCE /* inlined */
#include <urcu/wfcqueue.h>

#define PEER_SPINS 1
#define ADAPTER_HAS_RUNS 1
#define ADAPTER_HAS_CELLS 0

struct node {
    struct cds_wfcq_node link; /* first: dequeuing returns it */
    uint64_t word;
};

struct N(queue) {
    _Alignas(BENCH_LINE) struct __cds_wfcq_head head;
    _Alignas(BENCH_LINE) struct cds_wfcq_tail tail;
    _Alignas(BENCH_LINE) struct __cds_wfcq_head taken; /* the receiver's */
    struct cds_wfcq_tail taken_tail;
    _Alignas(BENCH_LINE) bool shares_cpu;
    unsigned receivers;
};

typedef struct N(queue) *N(tx), *N(rx);

static struct N(queue) *N(create)(const struct bench_case *c)
{
    struct N(queue) *queue = peer_allocate(sizeof *queue);
    (void)c;
    if (!queue)
        return NULL;
    __cds_wfcq_init(&queue->head, &queue->tail);
    __cds_wfcq_init(&queue->taken, &queue->taken_tail);
    return queue;
}

static void N(destroy)(struct N(queue) *queue)
{
    free(queue);
}

BENCH_INLINE struct node *N(make)(const struct N(message) *message)
{
    struct node *node = malloc(sizeof *node);
    if (node) {
        cds_wfcq_node_init(&node->link);
        node->word = message->word[0];
    }
    return node;
}

BENCH_INLINE bool N(try_send)(N(tx) tx, const struct N(message) *message)
{
    struct node *node = N(make)(message);
    if (!node)
        return false;
    cds_wfcq_enqueue(&tx->head, &tx->tail, &node->link);
    return true;
}

BENCH_INLINE bool N(unpack)(struct cds_wfcq_node *link, struct N(message) *message)
{
    struct node *node = (struct node *)(void *)link;
    if (!link || link == CDS_WFCQ_WOULDBLOCK) /* a sender is in the middle of it: that sleeps 10 ms otherwise */
        return false;
    message->word[0] = node->word;
    free(node);
    return true;
}

BENCH_INLINE bool N(try_recv)(N(rx) rx, struct N(message) *message)
{
    return N(unpack)(__cds_wfcq_dequeue_nonblocking(&rx->head, &rx->tail), message);
}

BENCH_INLINE size_t N(try_send_n)(N(tx) tx, const struct N(message) *messages, size_t n)
{
    struct __cds_wfcq_head head;
    struct cds_wfcq_tail tail;
    size_t count = 0;
    struct node *node;
    __cds_wfcq_init(&head, &tail);
    for (; count < n && (node = N(make)(&messages[count])) != NULL; count++)
        cds_wfcq_enqueue(&head, &tail, &node->link);
    __cds_wfcq_splice_blocking(&tx->head, &tx->tail, &head, &tail); /* our own queue: nothing to wait for */
    return count;
}

BENCH_INLINE size_t N(try_recv_n)(N(rx) rx, struct N(message) *messages, size_t max)
{
    size_t count = 0;
    if (cds_wfcq_empty(&rx->taken, &rx->taken_tail))
        __cds_wfcq_splice_nonblocking(&rx->taken, &rx->taken_tail, &rx->head, &rx->tail);
    while (count < max &&
           N(unpack)(__cds_wfcq_dequeue_nonblocking(&rx->taken, &rx->taken_tail), &messages[count]))
        count++;
    return count;
}

#include "common.inc.h"
