/* harness.h: what the parts of the benchmark suite know of each other.
 *
 *     main.c      calibration, the order of things                 options.c   the command line
 *     suite.c     the rows that are measured                       jobs.c      what is measured in a row
 *     stream.c    throughput, batch, inplace, crowd                dialogue.c  pingpong, sequential, trickle, idle
 *     crew.c      threads, pinning, the barrier                    report.c    statistics, table, CSV
 *     watch.c     what else uses the CPUs                          steady.c    --steady: memory
 *     versus.c    sluice against the peers                         child.c     a repetition in its own process
 *     loops.inc.h the inner loops, compiled once for each implementation and message size
 *     kinds/      one implementation each, from kind.inc.h or by hand; jobs.c lists them
 *     peers/      other projects' queues, in C, C++, Rust and Go; peers.c lists those that were found
 *
 * SPDX-License-Identifier: MIT */
#ifndef BENCH_HARNESS_H
#define BENCH_HARNESS_H

#include <regex.h>
#ifdef __cplusplus /* peers only */
#include <atomic>
using std::atomic_load;
using std::atomic_store;
using std::atomic_store_explicit;
using std::atomic_uint;
using std::atomic_ulong;
using std::memory_order_relaxed;
#define _Alignas alignas
#define _Noreturn [[noreturn]]
#else
#include <stdatomic.h>
#endif
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <time.h>

#ifdef __cplusplus
extern "C" {
#endif

#define BENCH_ENDS_MAX 64   /* of a side, each with its thread */
#define BENCH_CROWD_OF 1000 /* senders that do nothing, in a crowd */
#define BENCH_BATCH 32
#define BENCH_BACKLOG_BYTES 80000000 /* of messages that may pile up in an unbounded channel: 10^7 of 8 bytes */
#define BENCH_VALUES_MAX 3 /* a repetition of trickle measures three things */
#define BENCH_REPETITIONS_MAX 200
#define BENCH_LINE 128
#define BENCH_JOBS_MAX 96 /* in one row */
#define BENCH_NAME_MAX 128

/* ---- what is measured ---- */

enum bench_workload {
    BENCH_THROUGHPUT, BENCH_IN_BATCHES, BENCH_INPLACE, BENCH_CROWD,
    BENCH_PINGPONG, BENCH_SEQUENTIAL,
    BENCH_TRICKLE, BENCH_IDLE_RECEIVER, BENCH_IDLE_SENDER
};
enum bench_placement { BENCH_SPREAD, BENCH_ONE_CPU, BENCH_FREE, BENCH_ONE_THREAD };

enum bench_buffer { BENCH_BOUNDED, BENCH_UNBOUNDED, BENCH_RENDEZVOUS };
enum bench_quick {
    BENCH_NOT_QUICK,    /* with --full only */
    BENCH_QUICK_CLOSEST, /* always, but in a quick run only the flavour made for that many ends */
    BENCH_QUICK         /* always */
};

struct bench_row {
    enum bench_workload workload;
    unsigned senders, receivers;
    enum bench_buffer buffer;
    size_t capacity; /* of a bounded channel, with order per sender of each sender's lane; else 0 */
    size_t bytes;    /* of a message: 8, 64 or 256 */
    enum bench_placement placement;
    enum bench_quick quick;
};

/* ---- what is measured with ---- */

struct bench_pipe {
    void *tx[BENCH_ENDS_MAX];
    void *rx[BENCH_ENDS_MAX];
    void *idle[BENCH_CROWD_OF]; /* senders without a thread */
};

struct bench_case;

/* A message's first word: the sender in the upper 16 bits, its sequence number in the lower 48. Word i holds the
 * sum of the first word and i. */
#define BENCH_SEQUENCE_BITS 48
#define BENCH_SEQUENCE_MASK ((UINT64_C(1) << BENCH_SEQUENCE_BITS) - 1)
#define BENCH_STOP UINT64_MAX /* tells a receiver that shares a channel with others to stop */

/* What a receiver expects and has got. */
struct bench_sink {
    _Alignas(BENCH_LINE) uint64_t expected[BENCH_ENDS_MAX]; /* next sequence number, for each sender */
    uint64_t left;      /* messages to receive; UINT64_MAX: until BENCH_STOP */
    uint64_t sum;       /* of all first words, modulo 2^64 */
    unsigned senders;
    bool alone;         /* the only receiver: no gaps in what it sees */
    bool wrong;
    _Alignas(BENCH_LINE) atomic_ulong got; /* where receivers share: for the sender that waits for the last one */
};

/* The same for one call of a loop, in registers. */
struct bench_tally {
    uint64_t sum, got;
    bool wrong, stop;
};

enum bench_mode { BENCH_SINGLE, BENCH_RUNS, BENCH_IN_PLACE, BENCH_MODES };

/* An implementation's operations for one message size; all of them block. False: the channel answered with an
 * error. */
struct bench_ops {
    bool (*open)(struct bench_pipe *pipe, const struct bench_case *c);
    void (*drop_tx)(void *tx);
    void (*drop_rx)(void *rx);
    bool (*drained)(void *rx); /* asked when all senders are dropped: is nothing left inside? */
    bool (*send[BENCH_MODES])(void *tx, uint64_t first, uint64_t count); /* NULL: it has no such calls */
    bool (*recv[BENCH_MODES])(void *rx, struct bench_sink *sink);
    bool (*ping)(void *tx, void *rx, uint64_t count);
    bool (*echo)(void *tx, void *rx, uint64_t count);
    bool (*pairs)(void *tx, void *rx, uint64_t count);
    bool (*send_word)(void *tx, uint64_t word);
    bool (*recv_word)(void *rx, uint64_t *word);
};

struct bench_implementation {
    const char *name, *flavour, *order; /* as the CSV shows them */
    enum bench_buffer buffer;
    unsigned senders_max, receivers_max;
    bool sleeps;           /* an end that finds nothing for long uses no CPU time */
    bool power_of_two;     /* capacities must be */
    bool per_sender;       /* each sender has the whole capacity to itself */
    const char *project;   /* a peer: whose it is, and which version; NULL: ours */
    bool runs_apart;       /* its loops run on threads of its own, not on those that call them */
    const struct bench_ops *ops[3]; /* for 8, 64 and 256 bytes; NULL: not compiled, since no row needs it */
};

/* ---- one repetition ---- */

struct bench_case {
    const struct bench_row *row;
    const struct bench_implementation *implementation;
    const struct bench_ops *ops;
    unsigned idle; /* senders that do nothing, beside the row's */
    bool quick;    /* measured without --full */
    char name[BENCH_NAME_MAX];
};

/* The row's cases whose names match, at most BENCH_JOBS_MAX: each implementation that can do it, a crowd twice. */
unsigned bench_cases(const struct bench_row *row, const regex_t *filter, bool peers, struct bench_case *cases);
/* The peers that this program was built with. */
extern const struct bench_implementation *const bench_peers[];
extern const unsigned bench_peers_count;
const char *bench_buffer_name(enum bench_buffer buffer);
/* The last part of the names, e.g. sluice-mpsc-bounded-total. */
const char *bench_label(const struct bench_implementation *implementation, char text[BENCH_NAME_MAX]);

/* Rounds of traffic through one channel: the next begins when all messages of the one before have arrived. */
struct bench_rounds {
    unsigned count;
    uint64_t messages[2]; /* in the first round, the warm-up, and in each later one */
    void (*ended)(unsigned round); /* called after each, if not NULL, while no thread sends or receives */
    unsigned patience; /* seconds */
};

struct bench_timing {
    uint64_t ns, page_faults; /* of the last round */
};

struct bench_timing bench_stream_rounds(const struct bench_case *c, const struct bench_rounds *rounds);

/* Sends `count` messages after `warm` unmeasured ones. values[0]: nanoseconds. From bench_stream values[1]: how
 * often a page of memory was touched for the first time. */
void bench_stream(const struct bench_case *c, uint64_t warm, uint64_t count, double *values);
void bench_pingpong(const struct bench_case *c, uint64_t warm, uint64_t count, double *values);
void bench_sequential(const struct bench_case *c, uint64_t warm, uint64_t count, double *values);
/* These have no count to choose. */
void bench_trickle(const struct bench_case *c, double *values); /* p50 ns, p99 ns, receiver's CPU % */
void bench_idle(const struct bench_case *c, double *values);    /* CPU % */

/* Ends the program: a call failed. */
_Noreturn void bench_fail(const struct bench_case *c, const char *what);
/* A wrong result. It ends the program as well, unless it is a peer's: that gets no figure, and the run goes on. */
void bench_wrong(const struct bench_case *c, const char *what);

/* ---- threads ---- */

struct bench_barrier {
    unsigned parties;
    atomic_uint arrived;
    atomic_uint opened;
    uint64_t opened_at;
};

struct bench_thread {
    void (*body)(struct bench_thread *self);
    const struct bench_case *c;
    void *shared;   /* the repetition's state */
    unsigned index; /* among the senders, or among the receivers */
    int cpu;        /* -1: any */
};

void bench_place_init(void);
unsigned bench_place_cores(void);
/* The CPU for an end; -1: not pinned. */
int bench_place(enum bench_placement placement, bool receiver, unsigned index);
/* Whether threads of the row have to share a CPU. */
bool bench_place_shares(const struct bench_row *row);
/* "CPUs 0 and 1" */
const char *bench_place_text(void);

/* Runs the threads to their ends; fails if one takes longer than that, since then something is lost. */
#define BENCH_PATIENCE 60 /* seconds, for any repetition */
#define BENCH_PEER_PATIENCE 2000 /* milliseconds, for a peer's: they take about a tenth of a second */
void bench_crew_run(struct bench_thread *threads, unsigned count, unsigned seconds);
/* Returns the time when all had arrived. */
uint64_t bench_barrier_pass(struct bench_barrier *barrier);

/* ---- results ---- */

struct bench_result {
    const struct bench_case *c;
    uint64_t messages; /* in each repetition */
    unsigned count;
    unsigned unusual; /* of them, those with the CPUs at another distance than usual */
    unsigned overdue; /* of them, those that a peer was not done with in time */
    bool was_overdue; /* the last */
    char wrong[BENCH_NAME_MAX]; /* a peer whose results are wrong: what about them */
    double values[BENCH_VALUES_MAX][BENCH_REPETITIONS_MAX];
};

struct bench_report {
    FILE *csv;       /* NULL: none */
    bool raw;        /* print each repetition */
    bool peers;      /* measured as well */
    const char *command;
    unsigned repetitions;
    double warm_ns, measure_ns; /* of each: warm-up by the same traffic, and measurement */
};

/* Begins and ends watching what else uses the CPUs: the share of their time that others took, in per cent. */
void bench_watch_start(void);
double bench_watch_end(void);

/* How far the first sender's and the first receiver's CPU are apart: nanoseconds for a cache line to get from the
 * one to the other, 0 on a single CPU. A virtual machine's CPUs move: it is not the same all the time. */
double bench_usual_distance(void); /* the median of the run so far */
/* Waits for the distance to be about the usual; false if it still isn't at the last of that many looks, 20 ms
 * apart, or when too much time was spent so already. */
bool bench_settle(int tries);

const char *bench_workload_name(enum bench_workload workload);
const char *bench_placement_name(enum bench_placement placement);
unsigned bench_batch_of(const struct bench_row *row); /* 0: none */
void bench_report_start(const struct bench_report *report);
/* One row's results, all implementations; the baselines are found by name. `others`: what bench_watch_end said. */
void bench_report_row(const struct bench_report *report, struct bench_result *results, unsigned count,
                      double others);
void bench_report_end(const struct bench_report *report);

extern const struct bench_row bench_suite[];
extern const unsigned bench_suite_rows;

/* ---- time ---- */

static inline uint64_t bench_clock(clockid_t id)
{
    struct timespec t;
    clock_gettime(id, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static inline uint64_t bench_now(void)
{
    return bench_clock(CLOCK_MONOTONIC);
}

static inline void bench_relax(void)
{
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("isb" ::: "memory");
#endif
}

static inline uint64_t bench_ticks(void)
{
#if defined(__x86_64__)
    return __builtin_ia32_rdtsc();
#elif defined(__aarch64__)
    uint64_t ticks;
    __asm__ volatile("mrs %0, cntvct_el0" : "=r"(ticks));
    return ticks;
#else
    return bench_now();
#endif
}

double bench_ticks_per_ns(void); /* measured by bench_place_init */

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif
