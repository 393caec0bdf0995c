/* stream.c: throughput, batch, inplace: S senders send as fast as they can to R receivers.
 *
 * A repetition has two phases over the same channel and threads, warm-up and measurement, with a barrier before
 * and after each. A lone receiver counts. Receivers that share a channel cannot know which of them gets the last
 * message: so the last sender waits until all have arrived and tells the receivers to stop, one after the other.
 *
 * SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "harness.h"

#include <sched.h>
#include <string.h>

struct stream {
    struct bench_pipe pipe;
    enum bench_mode mode;
    uint64_t count[2]; /* messages of each sender in each phase */
    uint64_t started, ended[BENCH_ENDS_MAX];
    struct bench_barrier barrier;
    _Alignas(BENCH_LINE) atomic_uint sending; /* senders that have not finished the phase */
    atomic_uint stopped;                      /* receivers that have */
    struct bench_sink sink[BENCH_ENDS_MAX];
};

static uint64_t arrived(struct stream *s, unsigned receivers)
{
    uint64_t sum = 0;
    for (unsigned i = 0; i < receivers; i++)
        sum += atomic_load(&s->sink[i].got);
    return sum;
}

/* Not too often: the counts lie on lines that the receivers write. */
static void pause_between_looks(void)
{
    uint64_t until = bench_now() + 10000;
    do
        sched_yield();
    while (bench_now() < until);
}

static void stop_receivers(struct stream *s, const struct bench_case *c, void *tx, uint64_t total)
{
    while (arrived(s, c->row->receivers) < total)
        pause_between_looks();
    for (unsigned i = 1; i <= c->row->receivers; i++) {
        if (!c->ops->send_word(tx, BENCH_STOP))
            bench_fail(c, "a send failed");
        while (atomic_load(&s->stopped) != i)
            sched_yield();
    }
}

static void sender(struct bench_thread *self)
{
    struct stream *s = self->shared;
    const struct bench_case *c = self->c;
    uint64_t first = (uint64_t)self->index << BENCH_SEQUENCE_BITS, total = 0;
    void *tx = s->pipe.tx[self->index];
    for (int phase = 0; phase < 2; phase++) {
        bench_barrier_pass(&s->barrier);
        if (!c->ops->send[s->mode](tx, first, s->count[phase]))
            bench_fail(c, "a send failed");
        first += s->count[phase];
        total += s->count[phase] * c->row->senders;
        if (c->row->receivers > 1 && atomic_fetch_sub(&s->sending, 1) == 1)
            stop_receivers(s, c, tx, total);
        bench_barrier_pass(&s->barrier);
        if (self->index == 0) { /* nobody looks at these before the next barrier */
            atomic_store(&s->sending, c->row->senders);
            atomic_store(&s->stopped, 0);
        }
    }
    c->ops->drop_tx(tx);
}

static void receiver(struct bench_thread *self)
{
    struct stream *s = self->shared;
    const struct bench_case *c = self->c;
    struct bench_sink *sink = &s->sink[self->index];
    void *rx = s->pipe.rx[self->index];
    for (int phase = 0; phase < 2; phase++) {
        sink->left = sink->alone ? s->count[phase] * c->row->senders : UINT64_MAX;
        uint64_t started = bench_barrier_pass(&s->barrier);
        if (!c->ops->recv[s->mode](rx, sink))
            bench_fail(c, "a receive failed");
        s->ended[self->index] = bench_now();
        s->started = started; /* the same in all threads */
        atomic_fetch_add(&s->stopped, 1);
        bench_barrier_pass(&s->barrier);
    }
}

/* 0 + 1 + ... + (n - 1), modulo 2^64. */
static uint64_t sum_below(uint64_t n)
{
    return n % 2 ? (n - 1) / 2 * n : n / 2 * (n - 1);
}

/* Everything has arrived once, nothing twice. (Order and content were checked message by message.) */
static void verify(const struct stream *s, const struct bench_case *c)
{
    uint64_t total = s->count[0] + s->count[1], sum = 0, expected = 0;
    for (unsigned i = 0; i < c->row->senders; i++)
        expected += total * ((uint64_t)i << BENCH_SEQUENCE_BITS) + sum_below(total);
    for (unsigned i = 0; i < c->row->receivers; i++) {
        sum += s->sink[i].sum;
        if (s->sink[i].wrong)
            bench_fail(c, "WRONG RESULT: a message came out of order, or torn");
    }
    if (sum != expected)
        bench_fail(c, "WRONG RESULT: the sum of what arrived is not the sum of what was sent");
    for (unsigned i = 0; i < c->row->receivers; i++)
        if (!c->ops->drained(s->pipe.rx[i]))
            bench_fail(c, "WRONG RESULT: more arrived than was sent");
}

static void prepare(struct stream *s, const struct bench_case *c, uint64_t warm, uint64_t count)
{
    static const enum bench_mode modes[] = { BENCH_SINGLE, BENCH_RUNS, BENCH_IN_PLACE };
    memset(s, 0, sizeof *s);
    s->mode = modes[c->row->workload];
    s->count[0] = warm / c->row->senders + 1;
    s->count[1] = count / c->row->senders;
    s->barrier.parties = c->row->senders + c->row->receivers;
    atomic_store(&s->sending, c->row->senders);
    for (unsigned i = 0; i < c->row->receivers; i++) {
        s->sink[i].senders = c->row->senders;
        s->sink[i].alone = c->row->receivers == 1;
    }
    if (!c->ops->open(&s->pipe, c->row))
        bench_fail(c, "open failed");
}

void bench_stream(const struct bench_case *c, uint64_t warm, uint64_t count, double *values)
{
    static struct stream stream; /* one repetition at a time */
    struct bench_thread threads[2 * BENCH_ENDS_MAX];
    unsigned n = 0;
    prepare(&stream, c, warm, count);
    for (unsigned i = 0; i < c->row->receivers; i++)
        threads[n++] = (struct bench_thread){ receiver, c, &stream, i, bench_place(c->row->placement, true, i) };
    for (unsigned i = 0; i < c->row->senders; i++)
        threads[n++] = (struct bench_thread){ sender, c, &stream, i, bench_place(c->row->placement, false, i) };
    bench_crew_run(threads, n);
    verify(&stream, c);
    uint64_t ended = 0;
    for (unsigned i = 0; i < c->row->receivers; i++) {
        ended = stream.ended[i] > ended ? stream.ended[i] : ended;
        c->ops->drop_rx(stream.pipe.rx[i]);
    }
    values[0] = (double)(ended - stream.started);
}
