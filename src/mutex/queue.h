/* queue.h: the MUTEX flavour's queue: what lies under the lock, and the steps that every operation is made of.
 *
 *      cells   [ ][ ][h][ ][ ][ ][t][ ]      messages in [head, tail), modulo the number of cells
 *      bounded: as many cells as the capacity. unbounded: as many as were ever needed, doubled when full
 *
 * Invariants (under the lock)
 *   1. head <= tail; tail - head + reserved + peeked <= capacity.
 *   2. reserved cells and peeked messages lie in their endpoints' staging memory, and count as inside.
 *   3. waiting[side] threads of a side are in its condition variable's wait or on their way into or out of it.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLUICE_MUTEX_QUEUE_H
#define SLUICE_MUTEX_QUEUE_H

#include <sluice/detail/mutex.h>

#include "flavour.h"
#include "thread/os.h"

#include <string.h>

enum side { SENDERS, RECEIVERS };

struct sluice__mutex_queue {
    sluice__os_mutex lock;
    sluice__os_condition changed[2]; /* [side]: room for senders, a message for receivers */
    unsigned waiting[2];
    bool sealed;
    uint64_t head, tail;
    uint64_t reserved, peeked;
    char *cells;
    uint64_t cell_count;
    sluice__a64 length; /* tail - head + peeked, for those who ask without the lock */
    struct sluice__geometry geometry;
};

/* ---- the ring, under the lock ---- */

static inline uint64_t messages_in(const struct sluice__mutex_queue *q)
{
    return q->tail - q->head;
}

static inline uint64_t room_in(const struct sluice__mutex_queue *q)
{
    return q->geometry.capacity - messages_in(q) - q->reserved - q->peeked;
}

static inline size_t smaller(uint64_t a, uint64_t b)
{
    return (size_t)(a < b ? a : b);
}

static inline bool is_unbounded(const struct sluice__mutex_queue *q)
{
    return q->geometry.capacity == UINT64_MAX;
}

/* The contiguous run of at most `want` cells that begins at `index`. */
static inline char *run_at(const struct sluice__mutex_queue *q, uint64_t index, uint64_t want, size_t *count)
{
    uint64_t cell = index % q->cell_count, lap = q->cell_count - cell;
    *count = (size_t)(want < lap ? want : lap);
    return q->cells + cell * q->geometry.message_bytes;
}

static inline void copy_in(struct sluice__mutex_queue *q, uint64_t index, const char *from, size_t n)
{
    while (n) {
        size_t count;
        char *cells = run_at(q, index, n, &count);
        memcpy(cells, from, count * q->geometry.message_bytes);
        from += count * q->geometry.message_bytes;
        index += count;
        n -= count;
    }
}

static inline void copy_out(struct sluice__mutex_queue *q, uint64_t index, char *to, size_t n)
{
    while (n) {
        size_t count;
        char *cells = run_at(q, index, n, &count);
        memcpy(to, cells, count * q->geometry.message_bytes);
        to += count * q->geometry.message_bytes;
        index += count;
        n -= count;
    }
}

/* ---- locking and waking ---- */

static inline void lock(struct sluice__mutex_queue *q)
{
    sluice__os_mutex_lock(&q->lock);
}

static inline void wake(struct sluice__mutex_queue *q, enum side side, uint64_t most, unsigned waiting)
{
    if (most > 1 && waiting > 1)
        sluice__os_condition_broadcast(&q->changed[side]);
    else if (most && waiting)
        sluice__os_condition_signal(&q->changed[side]);
}

/* Unlocks, then wakes at most that many waiters of each side, and none where none waits. */
static inline void unlock_and_wake(struct sluice__mutex_queue *q, uint64_t senders, uint64_t receivers)
{
    unsigned waiting[2] = { q->waiting[SENDERS], q->waiting[RECEIVERS] };
    uint64_t inside = messages_in(q) + q->peeked;
    sluice__a64_store_relaxed(&q->length, inside); /* relaxed: hint */
    if (q->sealed && inside == 0)
        receivers = UINT64_MAX; /* the end: for all of them */
    sluice__os_mutex_unlock(&q->lock);
    wake(q, SENDERS, senders, waiting[SENDERS]);
    wake(q, RECEIVERS, receivers, waiting[RECEIVERS]);
}

#endif
