/* dpdk_ring.inc.h: DPDK's ring in plain memory, with the messages in its cells; no environment is started.
 * DPDK_PROD and DPDK_CONS name how each side synchronises: sp or sc, mp or mc, ..._hts, ..._rts. Included for each
 * message size.
 *
 * SPDX-License-Identifier: MIT */
#ifndef BENCH_DPDK_RING_H
#define BENCH_DPDK_RING_H

#include <rte_ring_elem.h>

#define PEER_SPINS 1
#define ADAPTER_HAS_RUNS 1
#define ADAPTER_HAS_CELLS 0

#define DPDK_FLAG_sp RING_F_SP_ENQ
#define DPDK_FLAG_mp 0
#define DPDK_FLAG_mp_hts RING_F_MP_HTS_ENQ
#define DPDK_FLAG_mp_rts RING_F_MP_RTS_ENQ
#define DPDK_FLAG_sc RING_F_SC_DEQ
#define DPDK_FLAG_mc 0
#define DPDK_FLAG_mc_hts RING_F_MC_HTS_DEQ
#define DPDK_FLAG_mc_rts RING_F_MC_RTS_DEQ
#define DPDK_FLAGS (PEER_PASTE(DPDK_FLAG_, DPDK_PROD) | PEER_PASTE(DPDK_FLAG_, DPDK_CONS))

#define DPDK_CALL__(side, call) rte_ring_##side##_##call##_elem
#define DPDK_CALL_(side, call) DPDK_CALL__(side, call)
#define DPDK_ENQUEUE(how) DPDK_CALL_(DPDK_PROD, enqueue_##how)
#define DPDK_DEQUEUE(how) DPDK_CALL_(DPDK_CONS, dequeue_##how)
#endif

struct N(queue) {
    _Alignas(BENCH_LINE) struct rte_ring *ring;
    bool shares_cpu;
    unsigned receivers;
};

typedef struct N(queue) *N(tx), *N(rx);

static struct N(queue) *N(create)(const struct bench_case *c)
{
    unsigned capacity = (unsigned)c->row->capacity;
    ssize_t bytes = rte_ring_get_memsize_elem(sizeof(struct N(message)), capacity);
    struct N(queue) *queue = peer_allocate(sizeof *queue);
    struct rte_ring *ring = bytes > 0 ? peer_allocate((size_t)bytes) : NULL;
    if (ring)
        memset(ring, 0, (size_t)bytes);
    if (!queue || !ring || rte_ring_init(ring, "bench", capacity, DPDK_FLAGS) != 0) {
        free(queue);
        free(ring);
        return NULL;
    }
    queue->ring = ring;
    return queue;
}

static void N(destroy)(struct N(queue) *queue)
{
    free(queue->ring);
    free(queue);
}

BENCH_INLINE bool N(try_send)(N(tx) tx, const struct N(message) *message)
{
    return DPDK_ENQUEUE(bulk)(tx->ring, message, sizeof *message, 1, NULL) == 1;
}

BENCH_INLINE bool N(try_recv)(N(rx) rx, struct N(message) *message)
{
    return DPDK_DEQUEUE(bulk)(rx->ring, message, sizeof *message, 1, NULL) == 1;
}

BENCH_INLINE size_t N(try_send_n)(N(tx) tx, const struct N(message) *messages, size_t n)
{
    return DPDK_ENQUEUE(burst)(tx->ring, messages, sizeof *messages, (unsigned)n, NULL);
}

BENCH_INLINE size_t N(try_recv_n)(N(rx) rx, struct N(message) *messages, size_t max)
{
    return DPDK_DEQUEUE(burst)(rx->ring, messages, sizeof *messages, (unsigned)max, NULL);
}

#include "common.inc.h"
