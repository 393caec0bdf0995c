/* bare.h: the limit to measure ourselves against: a ring for one sender and one receiver, inlined by hand, that
 * does nothing but pass messages. No close, no sleeping, no handles, no checks, powers of two only.
 *
 *   - two published indices, each on lines of its own;
 *   - each end has its own index and the last seen index of its peer on lines of its own, and reads the peer's
 *     line only when it has used up what it knew of;
 *   - an end that finds nothing spins, and first stays away from the peer's line for a while (the stand-off), so
 *     that the next look finds a batch; unless messages come one by one, as in a dialogue. On one CPU, where
 *     spinning would only burn the peer's time slice, it yields instead.
 *
 * SPDX-License-Identifier: MIT */
#ifndef BENCH_BARE_H
#define BENCH_BARE_H

#include <sched.h>
#include <stdlib.h>

/* The stand-off: half a ring of messages at so many ns each, not over BARE_STAND_OFF_MAX; none where messages
 * come singly, BARE_DIALOGUE or more apart. Tried on two virtual CPUs, 8-byte messages, medians in million
 * messages a second:
 *     single messages
 *         capacity 64     0, 1, 2.5, 5, 10 ns a cell: 176, 187, 180, 216, 126
 *         capacity 1024   0, 1, 2.5, 5, 10 ns a cell: 247, 259, 262, 271, 261; 6 us in all: 189
 *         capacity 65536  2.8, 10, 40, 80 us in all: 493, 445, 441, 464, no difference beyond the noise
 *     runs of 32, copied
 *         capacity 64     1, 2.5, 5 ns a cell: 243, 205, 179
 *         capacity 1024   1, 2.5, 5 ns a cell: 526, 503, 297
 *         capacity 65536  1, 2.5, 5 ns a cell, 2.8 us at most: 779, 730, 722
 * Prefetching cells for writing, 4 to 48 lines ahead, or for reading, changed nothing that repeated itself. */
#define BARE_CELL_NS 5.0
#define BARE_CELL_OF_RUN_NS 1.0
#define BARE_STAND_OFF_MAX 2800.0 /* ns */
#define BARE_DIALOGUE 100.0       /* ns */

struct bare_indices {
    _Alignas(BENCH_LINE) _Atomic uint64_t tail; /* written by the sender */
    _Alignas(BENCH_LINE) _Atomic uint64_t head; /* written by the receiver */
};

struct bare_waiting {
    uint64_t stand_off, most, dialogue; /* ticks */
    bool yields;
};

static void bare_waiting_init(struct bare_waiting *w, const struct bench_row *row)
{
    double most = (double)row->capacity / 2 * (bench_batch_of(row) ? BARE_CELL_OF_RUN_NS : BARE_CELL_NS);
    if (most > BARE_STAND_OFF_MAX)
        most = BARE_STAND_OFF_MAX;
    w->most = w->stand_off = (uint64_t)(most * bench_ticks_per_ns());
    w->dialogue = (uint64_t)(BARE_DIALOGUE * bench_ticks_per_ns());
    w->yields = row->placement == BENCH_ONE_CPU;
}

/* The peer's index, as soon as it is no longer `nothing`. */
static __attribute__((noinline)) uint64_t bare_look(struct bare_waiting *w, const _Atomic uint64_t *peer,
                                                    uint64_t nothing)
{
    uint64_t seen = atomic_load_explicit(peer, memory_order_acquire);
    if (seen != nothing)
        return seen;
    uint64_t since = bench_ticks();
    while (!w->yields && bench_ticks() - since < w->stand_off)
        bench_relax();
    while ((seen = atomic_load_explicit(peer, memory_order_acquire)) == nothing) {
        if (w->yields)
            sched_yield();
        else
            bench_relax();
    }
    bool single = seen - nothing == 1 && bench_ticks() - since >= w->dialogue;
    w->stand_off = single ? 0 : w->most;
    return seen;
}
#endif

struct N(bare_end) {
    _Alignas(BENCH_LINE) uint64_t position; /* next cell to use */
    uint64_t limit;                         /* cells before it may be used without looking */
    struct N(message) *cells;
    uint64_t mask;
    _Atomic uint64_t *own; /* the index this end publishes */
    /* when there is nothing left */
    const _Atomic uint64_t *peer;
    uint64_t lead; /* sender: capacity; receiver: 0 */
    struct bare_waiting waiting;
};

struct N(bare_ring) {
    struct bare_indices indices;
    struct N(bare_end) sender, receiver;
    struct N(message) cells[];
};

typedef struct N(bare_end) *N(tx), *N(rx);

static void N(bare_end_init)(struct N(bare_end) *end, struct N(bare_ring) *ring, const struct bench_row *row,
                             bool sends)
{
    end->cells = ring->cells;
    end->mask = row->capacity - 1;
    end->own = sends ? &ring->indices.tail : &ring->indices.head;
    end->peer = sends ? &ring->indices.head : &ring->indices.tail;
    end->lead = end->limit = sends ? row->capacity : 0;
    bare_waiting_init(&end->waiting, row);
}

static bool N(open)(struct bench_pipe *pipe, const struct bench_case *c)
{
    const struct bench_row *row = c->row;
    size_t bytes = sizeof(struct N(bare_ring)) + row->capacity * sizeof(struct N(message));
    bytes = (bytes + BENCH_LINE - 1) / BENCH_LINE * BENCH_LINE;
    struct N(bare_ring) *ring = aligned_alloc(BENCH_LINE, bytes);
    if (!ring)
        return false;
    memset(ring, 0, bytes);
    N(bare_end_init)(&ring->sender, ring, row, true);
    N(bare_end_init)(&ring->receiver, ring, row, false);
    pipe->tx[0] = &ring->sender;
    pipe->rx[0] = &ring->receiver;
    return true;
}

static void N(drop_tx)(void *tx)
{
    (void)tx; /* the receiver's drop frees the ring */
}

static void N(drop_rx)(void *rx)
{
    struct N(bare_end) *end = rx;
    free((char *)end - offsetof(struct N(bare_ring), receiver));
}

static bool N(drained)(void *rx)
{
    const struct N(bare_end) *end = rx;
    return atomic_load(end->peer) == end->position;
}

/* At most `max` cells in a row, at least one. */
BENCH_INLINE size_t N(bare_run)(struct N(bare_end) *end, size_t max, struct N(message) **cells)
{
    if (__builtin_expect(end->position == end->limit, 0))
        end->limit = bare_look(&end->waiting, end->peer, end->position - end->lead) + end->lead;
    uint64_t known = end->limit - end->position, cell = end->position & end->mask, lap = end->mask + 1 - cell;
    if (known > lap)
        known = lap;
    *cells = &end->cells[cell];
    return known < max ? known : max;
}

BENCH_INLINE void N(bare_pass)(struct N(bare_end) *end, size_t count)
{
    end->position += count;
    atomic_store_explicit(end->own, end->position, memory_order_release);
}

BENCH_INLINE bool N(send)(N(tx) tx, const struct N(message) *message)
{
    if (__builtin_expect(tx->position == tx->limit, 0))
        tx->limit = bare_look(&tx->waiting, tx->peer, tx->position - tx->lead) + tx->lead;
    tx->cells[tx->position & tx->mask] = *message;
    N(bare_pass)(tx, 1);
    return true;
}

BENCH_INLINE bool N(recv)(N(rx) rx, struct N(message) *message)
{
    if (__builtin_expect(rx->position == rx->limit, 0))
        rx->limit = bare_look(&rx->waiting, rx->peer, rx->position);
    *message = rx->cells[rx->position & rx->mask];
    N(bare_pass)(rx, 1);
    return true;
}

BENCH_INLINE bool N(send_n)(N(tx) tx, const struct N(message) *messages, size_t n)
{
    while (n) {
        struct N(message) *cells;
        size_t count = N(bare_run)(tx, n, &cells);
        memcpy(cells, messages, count * sizeof *messages);
        N(bare_pass)(tx, count);
        messages += count;
        n -= count;
    }
    return true;
}

BENCH_INLINE bool N(recv_n)(N(rx) rx, struct N(message) *messages, size_t max, size_t *got)
{
    struct N(message) *cells;
    *got = N(bare_run)(rx, max, &cells);
    memcpy(messages, cells, *got * sizeof *messages);
    N(bare_pass)(rx, *got);
    return true;
}

BENCH_INLINE bool N(reserve)(N(tx) tx, size_t max, struct N(message) **cells, size_t *count)
{
    *count = N(bare_run)(tx, max, cells);
    return true;
}

BENCH_INLINE bool N(commit)(N(tx) tx, size_t count)
{
    N(bare_pass)(tx, count);
    return true;
}

BENCH_INLINE bool N(peek)(N(rx) rx, size_t max, struct N(message) **cells, size_t *count)
{
    *count = N(bare_run)(rx, max, cells);
    return true;
}

BENCH_INLINE bool N(release)(N(rx) rx, size_t count)
{
    N(bare_pass)(rx, count);
    return true;
}
