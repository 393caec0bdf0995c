/* life.c: a MUTEX queue's beginning and end, and what else the channel layer asks of it.
 *
 * SPDX-License-Identifier: MIT */
#include "mutex/queue.h"

#define STAGING_BYTES 65536 /* at least one message, at most this many bytes or STAGING_MESSAGES */
#define STAGING_MESSAGES 64

static size_t memory(uint64_t capacity, size_t message_bytes)
{
    return capacity == UINT64_MAX ? 0 /* it makes its own as it grows */ : (size_t)capacity * message_bytes;
}

static enum sluice_status init(void *queue, const struct sluice__geometry *geometry)
{
    struct sluice__mutex_queue *q = queue;
    q->geometry = *geometry;
    q->cells = geometry->cells;
    q->cell_count = geometry->cells ? geometry->capacity : 0;
    if (sluice__os_mutex_init(&q->lock, 0))
        return SLUICE_NO_MEMORY;
    if (sluice__os_condition_init(&q->changed[SENDERS]) == 0) {
        if (sluice__os_condition_init(&q->changed[RECEIVERS]) == 0)
            return SLUICE_OK;
        sluice__os_condition_destroy(&q->changed[SENDERS]);
    }
    sluice__os_mutex_destroy(&q->lock);
    return SLUICE_NO_MEMORY;
}

static void destroy(void *queue)
{
    struct sluice__mutex_queue *q = queue;
    sluice__os_condition_destroy(&q->changed[SENDERS]);
    sluice__os_condition_destroy(&q->changed[RECEIVERS]);
    sluice__os_mutex_destroy(&q->lock);
    if (is_unbounded(q))
        sluice__os_free(q->cells); /* a bounded queue's are the channel's */
}

static enum sluice_status attach(void *queue, int side, void *cursor)
{
    struct sluice__mutex_queue *q = queue;
    struct sluice__mutex_cursor *c = cursor;
    (void)side;
    size_t size = q->geometry.message_bytes, room = smaller(STAGING_BYTES / size, STAGING_MESSAGES);
    room = smaller(room ? room : 1, q->geometry.capacity);
    c->queue = q;
    c->staging_room = room;
    c->staging = sluice__os_allocate(q->geometry.alignment, room * size);
    return c->staging ? SLUICE_OK : SLUICE_NO_MEMORY;
}

/* What was peeked and not released goes back to where it came from; its room was kept. */
static void detach(void *cursor, int side)
{
    struct sluice__mutex_cursor *c = cursor;
    struct sluice__mutex_queue *q = c->queue;
    if (side == SENDERS) {
        sluice__mutex_abort(c);
    } else {
        lock(q);
        uint64_t returned = c->count;
        q->head -= returned;
        copy_in(q, q->head, (char *)c->staging + c->first * q->geometry.message_bytes, c->count);
        q->peeked -= returned;
        unlock_and_wake(q, 0, returned);
    }
    sluice__os_free(c->staging);
}

static uint64_t length(const void *queue)
{
    return sluice__a64_load_relaxed(&((const struct sluice__mutex_queue *)queue)->length); /* relaxed: hint */
}

static void seal(void *queue)
{
    struct sluice__mutex_queue *q = queue;
    lock(q);
    q->sealed = true;
    unlock_and_wake(q, UINT64_MAX, UINT64_MAX);
}

/* No receiver is left and the queue is sealed, so that nothing moves the messages; but senders that have not finished yet
 * still look at the indices. The lock is not held while messages are destroyed. */
static uint64_t leftover(void *queue, void **cells)
{
    struct sluice__mutex_queue *q = queue;
    size_t count = 0;
    lock(q);
    if (messages_in(q))
        *cells = run_at(q, q->head, messages_in(q), &count);
    unlock_and_wake(q, 0, 0);
    return count;
}

static void discard(void *queue, uint64_t count)
{
    struct sluice__mutex_queue *q = queue;
    lock(q);
    q->head += count;
    unlock_and_wake(q, 0, 0);
}

const struct sluice__flavour sluice__mutex_flavour = {
    .queue_bytes = sizeof(struct sluice__mutex_queue),
    .cursor_bytes = { sizeof(struct sluice__mutex_cursor), sizeof(struct sluice__mutex_cursor) },
    .memory = memory,
    .many = { true, true },
    .init = init,
    .destroy = destroy,
    .attach = attach,
    .detach = detach,
    .length = length,
    .seal = seal,
    .leftover = leftover,
    .discard = discard,
};
