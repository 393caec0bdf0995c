/* stream.c: throughput, batch, inplace, crowd: S senders send as fast as they can to R receivers.
 *
 * A repetition has two rounds over the same channel and threads, warm-up and measurement, with a barrier before
 * and after each. A lone receiver counts. Receivers that share a channel cannot know which of them gets the last
 * message: so the last sender waits until all have arrived and tells the receivers to stop, one after the other.
 * In a crowd there are senders beside those, each of which has sent one message before the first round.
 *
 * SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "harness.h"

#include <sched.h>
#include <string.h>
#include <sys/resource.h>

struct stream {
    struct bench_pipe pipe;
    enum bench_mode mode;
    const struct bench_rounds *rounds;
    uint64_t count[2]; /* messages of each sender in the first round, and in each later one */
    uint64_t started, ended, page_faults; /* the last round */
    struct bench_barrier barrier;
    _Alignas(BENCH_LINE) atomic_uint sending; /* senders that have not finished the round */
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
    s->ended = bench_now(); /* not later: waking many receivers to stop them takes a while */
    for (unsigned i = 1; i <= c->row->receivers; i++) {
        if (!c->ops->send_word(tx, BENCH_STOP))
            bench_fail(c, "a send failed");
        while (atomic_load(&s->stopped) != i)
            sched_yield();
    }
}

static uint64_t page_faults(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (uint64_t)usage.ru_minflt;
}

/* Between two rounds, on the first sender's thread: what follows is looked at after the next barrier only. */
static void end_round(struct stream *s, const struct bench_case *c, unsigned round)
{
    s->page_faults = page_faults() - s->page_faults;
    if (s->rounds->ended)
        s->rounds->ended(round);
    atomic_store(&s->sending, c->row->senders);
    atomic_store(&s->stopped, 0);
}

static void sender(struct bench_thread *self)
{
    struct stream *s = self->shared;
    const struct bench_case *c = self->c;
    uint64_t first = (uint64_t)self->index << BENCH_SEQUENCE_BITS, total = 0;
    void *tx = s->pipe.tx[self->index];
    for (unsigned round = 0; round < s->rounds->count; round++) {
        uint64_t count = s->count[round > 0];
        if (self->index == 0)
            s->page_faults = page_faults();
        bench_barrier_pass(&s->barrier);
        if (!c->ops->send[s->mode](tx, first, count))
            bench_fail(c, "a send failed");
        first += count;
        total += count * c->row->senders;
        if (c->row->receivers > 1 && atomic_fetch_sub(&s->sending, 1) == 1)
            stop_receivers(s, c, tx, total);
        bench_barrier_pass(&s->barrier);
        if (self->index == 0)
            end_round(s, c, round);
    }
    c->ops->drop_tx(tx);
}

static void receiver(struct bench_thread *self)
{
    struct stream *s = self->shared;
    const struct bench_case *c = self->c;
    struct bench_sink *sink = &s->sink[self->index];
    void *rx = s->pipe.rx[self->index];
    for (unsigned round = 0; round < s->rounds->count; round++) {
        sink->left = sink->alone ? s->count[round > 0] * c->row->senders : UINT64_MAX;
        uint64_t started = bench_barrier_pass(&s->barrier);
        if (!c->ops->recv[s->mode](rx, sink))
            bench_fail(c, "a receive failed");
        if (sink->alone)
            s->ended = bench_now();
        if (self->index == 0)
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
    uint64_t total = s->count[0] + (s->rounds->count - 1) * s->count[1], sum = 0, expected = 0;
    for (unsigned i = 0; i < c->row->senders; i++)
        expected += total * ((uint64_t)i << BENCH_SEQUENCE_BITS) + sum_below(total);
    for (unsigned i = 0; i < c->row->receivers; i++) {
        sum += s->sink[i].sum;
        if (s->sink[i].wrong)
            bench_wrong(c, "WRONG RESULT: a message came out of order, or torn");
    }
    if (sum != expected)
        bench_wrong(c, "WRONG RESULT: the sum of what arrived is not the sum of what was sent");
    for (unsigned i = 0; i < c->row->receivers; i++)
        if (!c->ops->drained(s->pipe.rx[i]))
            bench_wrong(c, "WRONG RESULT: more arrived than was sent");
}

/* A sender that does nothing has done something once. */
static void greet(struct stream *s, const struct bench_case *c)
{
    for (unsigned i = 0; i < c->idle; i++) {
        uint64_t word = i + 1;
        if (!c->ops->send_word(s->pipe.idle[i], i) || !c->ops->recv_word(s->pipe.rx[0], &word) || word != i)
            bench_fail(c, "WRONG RESULT: not the message that was sent, or a call failed");
    }
}

static void prepare(struct stream *s, const struct bench_case *c, const struct bench_rounds *rounds)
{
    static const enum bench_mode modes[] = { BENCH_SINGLE, BENCH_RUNS, BENCH_IN_PLACE, BENCH_SINGLE };
    memset(s, 0, sizeof *s);
    s->mode = modes[c->row->workload];
    s->rounds = rounds;
    s->count[0] = rounds->messages[0] / c->row->senders + 1;
    s->count[1] = rounds->messages[1] / c->row->senders;
    s->barrier.parties = c->row->senders + c->row->receivers;
    atomic_store(&s->sending, c->row->senders);
    for (unsigned i = 0; i < c->row->receivers; i++) {
        s->sink[i].senders = c->row->senders;
        s->sink[i].alone = c->row->receivers == 1;
    }
    if (!c->ops->open(&s->pipe, c))
        bench_fail(c, "open failed");
    greet(s, c);
}

struct bench_timing bench_stream_rounds(const struct bench_case *c, const struct bench_rounds *rounds)
{
    static struct stream stream; /* one repetition at a time */
    struct bench_thread threads[2 * BENCH_ENDS_MAX];
    enum bench_placement placement = c->row->placement;
    unsigned n = 0;
    prepare(&stream, c, rounds);
    for (unsigned i = 0; i < c->row->receivers; i++)
        threads[n++] = (struct bench_thread){ receiver, c, &stream, i, bench_place(placement, true, i) };
    for (unsigned i = 0; i < c->row->senders; i++)
        threads[n++] = (struct bench_thread){ sender, c, &stream, i, bench_place(placement, false, i) };
    bench_crew_run(threads, n, rounds->patience);
    for (unsigned i = 0; i < c->idle; i++)
        c->ops->drop_tx(stream.pipe.idle[i]);
    verify(&stream, c);
    for (unsigned i = 0; i < c->row->receivers; i++)
        c->ops->drop_rx(stream.pipe.rx[i]);
    return (struct bench_timing){ stream.ended - stream.started, stream.page_faults };
}

void bench_stream(const struct bench_case *c, uint64_t warm, uint64_t count, double *values)
{
    struct bench_rounds rounds = { 2, { warm, count }, NULL, BENCH_PATIENCE };
    struct bench_timing timing = bench_stream_rounds(c, &rounds);
    values[0] = (double)timing.ns;
    values[1] = (double)timing.page_faults;
}
