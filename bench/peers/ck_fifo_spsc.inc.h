/* ck_fifo_spsc.inc.h: Concurrency Kit's list for one producer and one consumer. The message is the entry's pointer
 * itself. The producer takes back the entries that the consumer is done with, and allocates where there is none.
 *
 * SPDX-License-Identifier: MIT */
#include <ck_fifo.h>

#define PEER_SPINS 1
#define ADAPTER_HAS_RUNS 0
#define ADAPTER_HAS_CELLS 0

struct N(queue) {
    _Alignas(BENCH_LINE) ck_fifo_spsc_t fifo;
    _Alignas(BENCH_LINE) bool shares_cpu;
    unsigned receivers;
};

typedef struct N(queue) *N(tx), *N(rx);

static struct N(queue) *N(create)(const struct bench_case *c)
{
    struct N(queue) *queue = peer_allocate(sizeof *queue);
    ck_fifo_spsc_entry_t *stub = malloc(sizeof *stub);
    (void)c;
    if (!queue || !stub) {
        free(queue);
        free(stub);
        return NULL;
    }
    ck_fifo_spsc_init(&queue->fifo, stub);
    return queue;
}

static void N(destroy)(struct N(queue) *queue)
{
    ck_fifo_spsc_entry_t *entry, *next;
    ck_fifo_spsc_deinit(&queue->fifo, &entry);
    for (; entry; entry = next) {
        next = entry->next;
        free(entry);
    }
    free(queue);
}

BENCH_INLINE bool N(try_send)(N(tx) tx, const struct N(message) *message)
{
    ck_fifo_spsc_entry_t *entry = ck_fifo_spsc_recycle(&tx->fifo);
    if (!entry && !(entry = malloc(sizeof *entry)))
        return false;
    ck_fifo_spsc_enqueue(&tx->fifo, entry, (void *)(uintptr_t)message->word[0]);
    return true;
}

BENCH_INLINE bool N(try_recv)(N(rx) rx, struct N(message) *message)
{
    void *value;
    if (!ck_fifo_spsc_dequeue(&rx->fifo, &value))
        return false;
    message->word[0] = (uintptr_t)value;
    return true;
}

#include "common.inc.h"
