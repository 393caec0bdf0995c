/* ck_fifo_mpmc.inc.h: Concurrency Kit's list for many producers and consumers. The message is the entry's pointer
 * itself.
 *
 * An entry that was dequeued may still be looked at by others, so it must stay an entry: it cannot go to free().
 * It goes back to the producers through a stack, Concurrency Kit's too, of which a producer takes the whole at
 * once.
 *
 * SPDX-License-Identifier: MIT */
#include <ck_fifo.h>
#include <ck_stack.h>

#define PEER_SPINS 1
#define PEER_OWN_ENDS
#define ADAPTER_HAS_RUNS 0
#define ADAPTER_HAS_CELLS 0

struct node {
    ck_fifo_mpmc_entry_t entry; /* first: the list gives back entries */
    ck_stack_entry_t spare;
    struct node *made_before;
};

struct N(queue);

struct N(end) {
    _Alignas(BENCH_LINE) struct N(queue) *queue;
    bool shares_cpu;
    ck_stack_entry_t *spares; /* a producer's own */
    struct node *made;        /* by this producer, to be freed in the end */
};

struct N(queue) {
    _Alignas(BENCH_LINE) ck_fifo_mpmc_t fifo;
    _Alignas(BENCH_LINE) ck_stack_t spares;
    _Alignas(BENCH_LINE) bool shares_cpu;
    unsigned receivers;
    struct node *stub;
    struct N(end) tx[BENCH_ENDS_MAX], rx[BENCH_ENDS_MAX];
};

typedef struct N(end) *N(tx), *N(rx);

static struct node *N(make)(void)
{
    return malloc(sizeof(struct node)); /* the list needs 16-byte alignment, and so does long double */
}

static struct N(queue) *N(create)(const struct bench_case *c)
{
    struct N(queue) *queue = peer_allocate(sizeof *queue);
    struct node *stub = N(make)();
    (void)c;
    if (!queue || !stub) {
        free(queue);
        free(stub);
        return NULL;
    }
    memset(queue, 0, sizeof *queue);
    queue->stub = stub;
    ck_fifo_mpmc_init(&queue->fifo, &stub->entry);
    ck_stack_init(&queue->spares);
    return queue;
}

static struct N(end) *N(end_of)(struct N(queue) *queue, struct N(end) *end)
{
    end->queue = queue;
    end->shares_cpu = queue->shares_cpu;
    return end;
}

static struct N(end) *N(tx_of)(struct N(queue) *queue, unsigned index)
{
    return N(end_of)(queue, &queue->tx[index]);
}

static struct N(end) *N(rx_of)(struct N(queue) *queue, unsigned index)
{
    return N(end_of)(queue, &queue->rx[index]);
}

static void N(destroy)(struct N(queue) *queue)
{
    for (unsigned i = 0; i < BENCH_ENDS_MAX; i++)
        for (struct node *node = queue->tx[i].made, *next; node; node = next) {
            next = node->made_before;
            free(node);
        }
    free(queue->stub);
    free(queue);
}

CK_STACK_CONTAINER(struct node, spare, N(node_of))

BENCH_INLINE struct node *N(spare)(N(tx) tx)
{
    if (!tx->spares)
        tx->spares = ck_stack_batch_pop_mpmc(&tx->queue->spares);
    if (tx->spares) {
        struct node *node = N(node_of)(tx->spares);
        tx->spares = node->spare.next;
        return node;
    }
    struct node *node = N(make)();
    if (node) {
        node->made_before = tx->made;
        tx->made = node;
    }
    return node;
}

BENCH_INLINE bool N(try_send)(N(tx) tx, const struct N(message) *message)
{
    struct node *node = N(spare)(tx);
    if (!node)
        return false;
    ck_fifo_mpmc_enqueue(&tx->queue->fifo, &node->entry, (void *)(uintptr_t)message->word[0]);
    return true;
}

BENCH_INLINE bool N(try_recv)(N(rx) rx, struct N(message) *message)
{
    void *value;
    ck_fifo_mpmc_entry_t *garbage;
    if (!ck_fifo_mpmc_dequeue(&rx->queue->fifo, &value, &garbage))
        return false;
    message->word[0] = (uintptr_t)value;
    ck_stack_push_mpmc(&rx->queue->spares, &((struct node *)(void *)garbage)->spare);
    return true;
}

#include "common.inc.h"
