/* dialogue.c: pingpong, sequential, trickle, idle: where time counts, not volume.
 *
 * SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "harness.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#define TRICKLE_NS 20000
#define TRICKLE_WARM 1000
#define TRICKLE_COUNT 5000
#define IDLE_NS 300000000

struct dialogue {
    struct bench_pipe pipe[2]; /* there and, for pingpong, back */
    uint64_t warm, count;
    struct bench_barrier barrier;
    uint64_t elapsed;
    double cpu_percent;
    uint64_t latency[TRICKLE_COUNT];
};

static struct dialogue dialogue; /* one repetition at a time */

static void open_pipes(const struct bench_case *c, unsigned pipes, unsigned parties)
{
    memset(&dialogue, 0, sizeof dialogue);
    dialogue.barrier.parties = parties;
    for (unsigned i = 0; i < pipes; i++)
        if (!c->ops->open(&dialogue.pipe[i], c))
            bench_fail(c, "open failed");
}

static void drop_pipes(const struct bench_case *c, unsigned pipes)
{
    for (unsigned i = 0; i < pipes; i++) {
        c->ops->drop_tx(dialogue.pipe[i].tx[0]);
        if (!c->ops->drained(dialogue.pipe[i].rx[0]))
            bench_wrong(c, "WRONG RESULT: more arrived than was sent");
        c->ops->drop_rx(dialogue.pipe[i].rx[0]);
    }
}

typedef void thread_body(struct bench_thread *self);

static void run_two(const struct bench_case *c, thread_body *sends, thread_body *receives)
{
    struct bench_thread threads[2] = {
        { receives, c, &dialogue, 0, bench_place(c->row->placement, true, 0) },
        { sends, c, &dialogue, 0, bench_place(c->row->placement, false, 0) },
    };
    bench_crew_run(threads, 2, BENCH_PATIENCE);
}

/* This thread's CPU time since then, of the wall clock's, in per cent. */
static double share_since(uint64_t cpu, uint64_t started)
{
    uint64_t used = bench_clock(CLOCK_THREAD_CPUTIME_ID) - cpu;
    return 100.0 * (double)used / (double)(bench_now() - started);
}

/* ---- pingpong and sequential ---- */

typedef bool exchange(void *tx, void *rx, uint64_t count);

static void exchange_twice(const struct bench_case *c, exchange *loop, void *tx, void *rx)
{
    if (!loop(tx, rx, dialogue.warm))
        bench_wrong(c, "WRONG RESULT: not the answer, or a call failed");
    uint64_t started = bench_barrier_pass(&dialogue.barrier);
    if (!loop(tx, rx, dialogue.count))
        bench_wrong(c, "WRONG RESULT: not the answer, or a call failed");
    if (loop != c->ops->echo)
        dialogue.elapsed = bench_now() - started;
}

static void ping(struct bench_thread *self)
{
    exchange_twice(self->c, self->c->ops->ping, dialogue.pipe[0].tx[0], dialogue.pipe[1].rx[0]);
}

static void echo(struct bench_thread *self)
{
    exchange_twice(self->c, self->c->ops->echo, dialogue.pipe[1].tx[0], dialogue.pipe[0].rx[0]);
}

static void pairs(struct bench_thread *self)
{
    exchange_twice(self->c, self->c->ops->pairs, dialogue.pipe[0].tx[0], dialogue.pipe[0].rx[0]);
}

void bench_pingpong(const struct bench_case *c, uint64_t warm, uint64_t count, double *values)
{
    open_pipes(c, 2, 2);
    dialogue.warm = warm;
    dialogue.count = count;
    run_two(c, ping, echo);
    drop_pipes(c, 2);
    values[0] = (double)dialogue.elapsed;
}

void bench_sequential(const struct bench_case *c, uint64_t warm, uint64_t count, double *values)
{
    struct bench_thread thread = { pairs, c, &dialogue, 0, bench_place(c->row->placement, false, 0) };
    open_pipes(c, 1, 1);
    dialogue.warm = warm;
    dialogue.count = count;
    bench_crew_run(&thread, 1, BENCH_PATIENCE);
    drop_pipes(c, 1);
    values[0] = (double)dialogue.elapsed;
}

/* ---- trickle: a message every 20 us, that carries when it was sent ---- */

static void trickle_sender(struct bench_thread *self)
{
    uint64_t due = bench_barrier_pass(&dialogue.barrier);
    for (unsigned i = 0; i < TRICKLE_WARM + TRICKLE_COUNT; i++) {
        uint64_t now;
        due += TRICKLE_NS;
        while ((now = bench_now()) < due)
            bench_relax();
        due = now; /* never two in a hurry after a delay */
        if (!self->c->ops->send_word(dialogue.pipe[0].tx[0], bench_now()))
            bench_fail(self->c, "a send failed");
    }
}

static void trickle_receiver(struct bench_thread *self)
{
    uint64_t before = 0, cpu = 0, started = 0;
    bench_barrier_pass(&dialogue.barrier);
    for (unsigned i = 0; i < TRICKLE_WARM + TRICKLE_COUNT; i++) {
        uint64_t sent, now;
        if (i == TRICKLE_WARM) {
            cpu = bench_clock(CLOCK_THREAD_CPUTIME_ID);
            started = bench_now();
        }
        if (!self->c->ops->recv_word(dialogue.pipe[0].rx[0], &sent))
            bench_fail(self->c, "a receive failed");
        now = bench_now();
        if (sent <= before || sent > now)
            bench_wrong(self->c, "WRONG RESULT: a message came out of order");
        before = sent;
        if (i >= TRICKLE_WARM)
            dialogue.latency[i - TRICKLE_WARM] = now - sent;
    }
    dialogue.cpu_percent = share_since(cpu, started);
}

static int by_size(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

void bench_trickle(const struct bench_case *c, double *values)
{
    open_pipes(c, 1, 2);
    run_two(c, trickle_sender, trickle_receiver);
    drop_pipes(c, 1);
    qsort(dialogue.latency, TRICKLE_COUNT, sizeof *dialogue.latency, by_size);
    values[0] = (double)dialogue.latency[TRICKLE_COUNT / 2];
    values[1] = (double)dialogue.latency[TRICKLE_COUNT * 99 / 100];
    values[2] = dialogue.cpu_percent;
}

/* ---- idle: the CPU time of an end that waits while nothing happens ---- */

static void sleep_for(uint64_t nanoseconds)
{
    struct timespec t = { (time_t)(nanoseconds / 1000000000), (long)(nanoseconds % 1000000000) };
    while (nanosleep(&t, &t)) {
    }
}

static void idle_sender(struct bench_thread *self)
{
    bool waits = self->c->row->workload == BENCH_IDLE_SENDER;
    size_t count = waits ? self->c->row->capacity : 0;
    for (size_t i = 0; i < count; i++)
        if (!self->c->ops->send_word(dialogue.pipe[0].tx[0], i))
            bench_fail(self->c, "a send failed");
    uint64_t started = bench_barrier_pass(&dialogue.barrier), cpu = bench_clock(CLOCK_THREAD_CPUTIME_ID);
    if (!waits)
        sleep_for(IDLE_NS);
    if (!self->c->ops->send_word(dialogue.pipe[0].tx[0], count))
        bench_fail(self->c, "a send failed");
    if (waits)
        dialogue.cpu_percent = share_since(cpu, started);
}

static void idle_receiver(struct bench_thread *self)
{
    bool waits = self->c->row->workload == BENCH_IDLE_RECEIVER;
    size_t count = waits ? 0 : self->c->row->capacity;
    uint64_t started = bench_barrier_pass(&dialogue.barrier), cpu = bench_clock(CLOCK_THREAD_CPUTIME_ID);
    if (!waits)
        sleep_for(IDLE_NS);
    for (size_t i = 0; i <= count; i++) {
        uint64_t word = 0;
        if (!self->c->ops->recv_word(dialogue.pipe[0].rx[0], &word) || word != i)
            bench_wrong(self->c, "WRONG RESULT: not the next message, or a receive failed");
    }
    if (waits)
        dialogue.cpu_percent = share_since(cpu, started);
}

void bench_idle(const struct bench_case *c, double *values)
{
    open_pipes(c, 1, 2);
    run_two(c, idle_sender, idle_receiver);
    drop_pipes(c, 1);
    values[0] = dialogue.cpu_percent;
}
