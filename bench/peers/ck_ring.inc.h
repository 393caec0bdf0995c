/* ck_ring.inc.h: Concurrency Kit's ring, with the messages in its cells. CK_MODE says for how many producers and
 * consumers. Included for each message size.
 *
 * SPDX-License-Identifier: MIT */
#ifndef BENCH_CK_RING_H
#define BENCH_CK_RING_H

#include <ck_ring.h>

#define PEER_SPINS 1
#define ADAPTER_HAS_RUNS 0
#define ADAPTER_HAS_CELLS 0

#define CK_PROTOTYPE(name, type) CK_RING_PROTOTYPE(name, type)
#define CK_CALL__(call, mode, name) ck_ring_##call##_##mode##_##name
#define CK_CALL_(call, mode, name) CK_CALL__(call, mode, name)
#define CK_CALL(call) CK_CALL_(call, CK_MODE, N(cell))
#endif

CK_PROTOTYPE(N(cell), N(message))

struct N(queue) {
    _Alignas(BENCH_LINE) ck_ring_t ring;
    _Alignas(BENCH_LINE) bool shares_cpu;
    unsigned receivers;
    struct N(message) *cells;
};

typedef struct N(queue) *N(tx), *N(rx);

static struct N(queue) *N(create)(const struct bench_case *c)
{
    struct N(queue) *queue = peer_allocate(sizeof *queue);
    struct N(message) *cells = peer_allocate(c->row->capacity * sizeof *cells);
    if (!queue || !cells) {
        free(queue);
        free(cells);
        return NULL;
    }
    memset(cells, 0, c->row->capacity * sizeof *cells);
    ck_ring_init(&queue->ring, (unsigned)c->row->capacity);
    queue->cells = cells;
    return queue;
}

static void N(destroy)(struct N(queue) *queue)
{
    free(queue->cells);
    free(queue);
}

BENCH_INLINE bool N(try_send)(N(tx) tx, const struct N(message) *message)
{
    return CK_CALL(enqueue)(&tx->ring, tx->cells, (struct N(message) *)(uintptr_t)message); /* copied from */
}

BENCH_INLINE bool N(try_recv)(N(rx) rx, struct N(message) *message)
{
    return CK_CALL(dequeue)(&rx->ring, rx->cells, message);
}

#include "common.inc.h"
