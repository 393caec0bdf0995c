/* mutex.c: the MUTEX flavour, the baseline that everything is compared with: a ring under one mutex, with two
 * condition variables. Any number of senders and receivers, bounded or unbounded. The queue and its invariants stand in
 * queue.h; here is what endpoints do with it.
 *
 * Linearisation: inside the critical section. Progress: blocking; a thread that stops while it holds the lock stops everyone.
 *
 * A waker signals after unlocking, and only when somebody waits. Signalling under the lock would wake a thread that must
 * then wait for the lock; measured in docs/decisions/0005.
 *
 * SPDX-License-Identifier: MIT */
#include "mutex/queue.h"

#include <errno.h>

#define FIRST_CELLS 64 /* of an unbounded queue */

/* ---- growing and waiting, under the lock ---- */

/* Unbounded: makes cells for `n` more messages beside all that may come back from staging. */
static enum sluice_status grow(struct sluice__mutex_queue *q, uint64_t n)
{
    uint64_t inside = messages_in(q) + q->reserved + q->peeked, size = q->geometry.message_bytes;
    if (!is_unbounded(q) || q->cell_count - inside >= n)
        return SLUICE_OK;
    uint64_t count = q->cell_count ? q->cell_count : FIRST_CELLS;
    while (count - inside < n) {
        if (count > SIZE_MAX / 4 / size)
            return SLUICE_NO_MEMORY;
        count *= 2;
    }
    char *cells = sluice__os_allocate(q->geometry.alignment, count * size);
    if (!cells)
        return SLUICE_NO_MEMORY;
    uint64_t messages = messages_in(q);
    if (messages)
        copy_out(q, q->head, cells, messages);
    sluice__os_free(q->cells);
    q->cells = cells;
    q->cell_count = count;
    q->head = 0;
    q->tail = messages;
    return SLUICE_OK;
}

/* One call's waiting. */
struct wait {
    sluice_deadline deadline;
    uint64_t began, ask_at; /* ns; where the geometry has somebody to ask */
};

/* Waits under the lock for something to change for that side. OK, maybe for no reason, or TIMED_OUT. */
static enum sluice_status wait_for_change(struct sluice__mutex_queue *q, enum side side, struct wait *w)
{
    sluice_deadline until = w->deadline;
    if (q->geometry.ask) {
        uint64_t now = sluice__os_now();
        w->began = w->began ? w->began : now;
        if (now >= w->ask_at) {
            unlock_and_wake(q, 0, 0);
            w->ask_at = q->geometry.ask(q->geometry.channel, (int)side, w->began);
            lock(q);
            return SLUICE_OK;
        }
        until = w->ask_at < until ? w->ask_at : until;
    }
    q->waiting[side]++;
    int error = sluice__os_condition_wait(&q->changed[side], &q->lock, until);
    q->waiting[side]--;
    return error == ETIMEDOUT && until == w->deadline ? SLUICE_TIMED_OUT : SLUICE_OK;
}

/* Waits, under the lock, until there is room. OK, CLOSED, FULL, TIMED_OUT, NO_MEMORY. */
static enum sluice_status need_room(struct sluice__mutex_queue *q, uint64_t want, int try_only, sluice_deadline deadline)
{
    enum sluice_status waited = SLUICE_OK;
    struct wait w = { .deadline = deadline };
    for (;;) {
        if (q->sealed)
            return SLUICE_CLOSED;
        if (is_unbounded(q))
            return grow(q, want);
        if (room_in(q) > 0)
            return SLUICE_OK;
        if (try_only)
            return SLUICE_FULL;
        if (waited != SLUICE_OK)
            return waited;
        waited = wait_for_change(q, SENDERS, &w);
    }
}

/* Waits, under the lock, until there is a message. OK, CLOSED, EMPTY, TIMED_OUT. What another receiver has peeked may come
 * back, so the end is reached only when nothing is peeked. */
static enum sluice_status need_message(struct sluice__mutex_queue *q, int try_only, sluice_deadline deadline)
{
    enum sluice_status waited = SLUICE_OK;
    struct wait w = { .deadline = deadline };
    for (;;) {
        if (messages_in(q) > 0)
            return SLUICE_OK;
        if (q->sealed && q->peeked == 0)
            return SLUICE_CLOSED;
        if (try_only)
            return SLUICE_EMPTY;
        if (waited != SLUICE_OK)
            return waited;
        waited = wait_for_change(q, RECEIVERS, &w);
    }
}

/* ---- sending ---- */

enum sluice_status sluice__mutex_send(struct sluice__mutex_cursor *c, const void *messages, size_t n, size_t *done,
                                      int try_only, sluice_deadline deadline)
{
    struct sluice__mutex_queue *q = c->queue;
    enum sluice_status status = SLUICE_OK;
    size_t sent = 0;
    if (c->count)
        sluice__mutex_abort(c); /* any other send gives a reservation back */
    while (sent < n) {
        lock(q);
        status = need_room(q, n - sent, try_only, deadline);
        size_t count = status == SLUICE_OK ? smaller(room_in(q), n - sent) : 0;
        copy_in(q, q->tail, (const char *)messages + sent * q->geometry.message_bytes, count);
        q->tail += count;
        sent += count;
        unlock_and_wake(q, 0, count);
        if (status != SLUICE_OK)
            break;
    }
    if (sent == 0 && status != SLUICE_OK)
        return status;
    *done = sent;
    return SLUICE_OK;
}

enum sluice_status sluice__mutex_reserve(struct sluice__mutex_cursor *c, size_t max, void **cells, size_t *count,
                                         int try_only, sluice_deadline deadline)
{
    struct sluice__mutex_queue *q = c->queue;
    if (c->count)
        sluice__mutex_abort(c);
    lock(q);
    size_t most = smaller(max, c->staging_room);
    enum sluice_status status = need_room(q, most, try_only, deadline);
    if (status == SLUICE_OK) {
        c->count = smaller(room_in(q), most);
        q->reserved += c->count;
        *cells = c->staging;
        *count = c->count;
    }
    unlock_and_wake(q, 0, 0);
    return status;
}

enum sluice_status sluice__mutex_commit(struct sluice__mutex_cursor *c, size_t count)
{
    struct sluice__mutex_queue *q = c->queue;
    if (count > c->count)
        return SLUICE_INVALID;
    lock(q);
    bool sealed = q->sealed;
    size_t returned = c->count - (sealed ? 0 : count);
    q->reserved -= c->count;
    c->count = 0;
    if (!sealed) {
        copy_in(q, q->tail, c->staging, count);
        q->tail += count;
    }
    unlock_and_wake(q, returned, sealed ? 0 : count);
    return sealed ? SLUICE_CLOSED : SLUICE_OK;
}

void sluice__mutex_abort(struct sluice__mutex_cursor *c)
{
    struct sluice__mutex_queue *q = c->queue;
    lock(q);
    uint64_t returned = c->count;
    q->reserved -= returned;
    c->count = 0;
    unlock_and_wake(q, returned, 0);
}

/* ---- receiving ---- */

/* Takes what this receiver has peeked and not released; the caller holds the lock. */
static size_t take_peeked(struct sluice__mutex_cursor *c, char *to, size_t max)
{
    struct sluice__mutex_queue *q = c->queue;
    size_t size = q->geometry.message_bytes, n = smaller(c->count, max);
    memcpy(to, (char *)c->staging + c->first * size, n * size);
    c->first += n;
    c->count -= n;
    c->offered = 0;
    q->peeked -= n;
    return n;
}

enum sluice_status sluice__mutex_recv(struct sluice__mutex_cursor *c, void *messages, size_t max, size_t *done,
                                      int try_only, sluice_deadline deadline)
{
    struct sluice__mutex_queue *q = c->queue;
    if (max == 0) {
        *done = 0;
        return SLUICE_OK;
    }
    lock(q);
    size_t size = q->geometry.message_bytes;
    size_t got = c->count ? take_peeked(c, messages, max) : 0;
    enum sluice_status status = got ? SLUICE_OK : need_message(q, try_only, deadline);
    if (status == SLUICE_OK) {
        size_t count = smaller(messages_in(q), max - got);
        copy_out(q, q->head, (char *)messages + got * size, count);
        q->head += count;
        got += count;
        *done = got;
    }
    unlock_and_wake(q, got, 0);
    return status;
}

enum sluice_status sluice__mutex_peek(struct sluice__mutex_cursor *c, size_t max, void **cells, size_t *count,
                                      int try_only, sluice_deadline deadline)
{
    struct sluice__mutex_queue *q = c->queue;
    size_t size = q->geometry.message_bytes;
    enum sluice_status status = SLUICE_OK;
    if (c->count == 0) {
        lock(q);
        status = need_message(q, try_only, deadline);
        if (status == SLUICE_OK) {
            c->first = 0;
            c->count = smaller(messages_in(q), smaller(max, c->staging_room));
            copy_out(q, q->head, c->staging, c->count);
            q->head += c->count;
            q->peeked += c->count;
        }
        unlock_and_wake(q, 0, 0);
    }
    if (status == SLUICE_OK) {
        *cells = (char *)c->staging + c->first * size;
        *count = c->offered = smaller(c->count, max);
    }
    return status;
}

enum sluice_status sluice__mutex_release(struct sluice__mutex_cursor *c, size_t count)
{
    struct sluice__mutex_queue *q = c->queue;
    if (count > c->offered)
        return SLUICE_INVALID;
    lock(q);
    c->first += count;
    c->count -= count;
    c->offered -= count;
    q->peeked -= count;
    unlock_and_wake(q, count, 0);
    return SLUICE_OK;
}
