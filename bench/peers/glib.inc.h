/* glib.inc.h: GLib's GAsyncQueue, pointers under a mutex with a condition. The message is the pointer itself.
 *
 * SPDX-License-Identifier: MIT */
#include <glib.h>

#define PEER_SPINS 0
#define ADAPTER_HAS_RUNS 0
#define ADAPTER_HAS_CELLS 0

#define NEVER_NULL (UINT64_C(1) << 63) /* the queue takes no NULL; no message is this one */

struct N(queue) {
    GAsyncQueue *queue;
    bool shares_cpu;
    unsigned receivers;
};

typedef struct N(queue) *N(tx), *N(rx);

static struct N(queue) *N(create)(const struct bench_case *c)
{
    struct N(queue) *queue = peer_allocate(sizeof *queue);
    (void)c;
    if (queue)
        queue->queue = g_async_queue_new();
    return queue;
}

static void N(destroy)(struct N(queue) *queue)
{
    g_async_queue_unref(queue->queue);
    free(queue);
}

BENCH_INLINE bool N(send)(N(tx) tx, const struct N(message) *message)
{
    g_async_queue_push(tx->queue, (gpointer)(uintptr_t)(message->word[0] ^ NEVER_NULL));
    return true;
}

BENCH_INLINE bool N(recv)(N(rx) rx, struct N(message) *message)
{
    message->word[0] = (uintptr_t)g_async_queue_pop(rx->queue) ^ NEVER_NULL;
    return true;
}

BENCH_INLINE bool N(try_recv)(N(rx) rx, struct N(message) *message)
{
    gpointer pointer = g_async_queue_try_pop(rx->queue);
    message->word[0] = (uintptr_t)pointer ^ NEVER_NULL;
    return pointer != NULL;
}

#include "common.inc.h"
