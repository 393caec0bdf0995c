/* engine.h: the explorer's parts, as they see each other. One execution of a scenario at a time, in one process and on one system
 * thread; every execution begins alike, so that the choices made in it are all there is to know about it.
 *
 *     choose.c   the choices: which there were, which to make      dpor.c     which others are worth making
 *     sched.c    coroutines, who runs                              memory.c   atomic accesses: SC and TSO; weak.c: release/acquire
 *     heap.c     memory and its state                              race.c     plain accesses, clocks
 *     os.c, locks.c  the operating system   buffers.c  TSO's         search.c   one execution after the other, and reports
 *
 * Two kinds of clocks are kept. Those of C11 (struct ex_clock: what happens before what by synchronisation; for races and for the
 * order of operations in a history) and those of dependence (steps that do not commute; for dpor.c).
 *
 * SPDX-License-Identifier: MIT */
#ifndef EXPLORE_ENGINE_H
#define EXPLORE_ENGINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define EX_THREADS 5 /* 0: the main thread, which only prepares and checks; 1 .. 4: the scenario's */
#define EX_ACTORS (2 * EX_THREADS) /* t + EX_THREADS: thread t's store buffer, which drains when it likes */
#define EX_STEPS_MAX 20000
#define EX_NODES_MAX 20000
#define EX_BUFFER_MAX 16
#define EX_OWN_STEPS 512 /* of a thread, that more is known of */
#define EX_BIT(actor) (1u << (actor))

enum ex_mode { EX_SC, EX_TSO, EX_RA };
enum ex_strategy { EX_DFS, EX_PCT, EX_RANDOM, EX_REPLAY };

/* How much of each may happen in one execution. */
struct ex_bounds {
    int preemptions; /* switches away from a thread that could go on */
    int faults;      /* failed allocations, spurious returns of futex, failed weak exchanges */
    int delays;      /* TSO: stores that begin to wait in a buffer */
    int stale;       /* RA: reads of other than the newest value */
    int refusals;    /* membarrier begins to be refused */
};

struct ex_clock {
    uint32_t of[EX_THREADS];
};

struct ex_order { /* clocks of dependence, in steps */
    uint32_t of[EX_ACTORS];
};

/* ---- one choice ---- */

struct ex_node {
    uint16_t enabled;  /* what can be chosen */
    uint16_t todo;     /* what is worth choosing, tried or not */
    uint16_t done;
    uint8_t chosen, standard; /* standard: what is chosen where nothing speaks for another */
    uint8_t runner;           /* who ran before */
    bool is_data;             /* not who runs, but what happens */
    bool is_free;             /* switching costs nothing here */
    uint8_t preemptions, departures; /* so far */
};

/* ---- a place that atomic accesses go to ---- */

struct ex_message { /* RA: one value of a place's history */
    uint64_t value;
    struct ex_clock released;
    uint16_t *view; /* NULL: none was released with it */
};

#define EX_PLACES_MAX 1024
#define EX_HISTORY_MAX 64

struct ex_place {
    uintptr_t address;
    uint32_t execution; /* what is here is of this one */
    uint16_t index;
    uint8_t bytes;
    bool has_history;
    /* C11 */
    struct ex_clock released;          /* comes with the value that is there */
    uint32_t accessed[EX_THREADS];     /* at which time of theirs, last */
    /* dependence */
    uint8_t writer;
    uint32_t written_at, read_at[EX_ACTORS];
    struct ex_order written, read;
    /* RA */
    uint16_t oldest, newest; /* of the history: absolute numbers */
    struct ex_message *history;
};

/* ---- a thread ---- */

enum ex_state { EX_RUNS, EX_SLEEPS, EX_LOCKS, EX_ENDED };

struct ex_store { /* waiting in a buffer */
    void *word;
    uint8_t bytes;
    bool issued; /* a compiler barrier has come since */
    uint64_t value, at; /* at: when */
    struct ex_clock released;
    struct ex_order order;
};

struct ex_thread {
    void *stack_pointer;
    void (*body)(void);
    enum ex_state state;
    void *waits_for;       /* the word, or the mutex */
    uint64_t deadline;
    int woken_with;        /* errno value */
    unsigned relaxed;      /* pauses since anyone else wrote */
    uint64_t relaxed_at;   /* ex.writes then */
    bool looked;           /* has touched memory since its last pause */
    uint32_t steps, last_step; /* its own; when it has made so many it stops for ever */
    unsigned sleeps;       /* so often it went to sleep */
    bool wrote[EX_OWN_STEPS]; /* [own step]: it changed something that others could see */
    struct ex_clock clock, fence_clock, pending_clock; /* pending: what relaxed loads saw */
    struct ex_store buffer[EX_BUFFER_MAX];
    unsigned buffered;
    uint16_t *view, *fence_view, *pending_view;
    int priority; /* PCT */
};

/* ---- the whole ---- */

struct ex {
    /* what is explored, and how */
    enum ex_mode mode;
    enum ex_strategy strategy;
    struct ex_bounds bounds;
    int level; /* of all that is bounded together, so much at most */
    bool reduce;  /* DFS: by dependence; else every switch is tried */
    bool verbose; /* says what happens */
    /* this execution */
    uint32_t execution; /* its number, never 0 */
    bool running;       /* the threads are; else only the main thread prepares or checks */
    bool may_get_stuck; /* that nobody can go on is no failure: the execution ends there (freeze/) */
    unsigned threads;   /* 1 .. threads */
    unsigned current;
    uint32_t step;      /* numbers of steps begin at 1 */
    int lowest;         /* PCT: priority, below all others */
    unsigned turn;      /* steps of the current thread since another ran */
    unsigned actor;     /* whose step this is: the current thread or a buffer */
    uint64_t writes;    /* whatever could end a spinning */
    uint64_t now;       /* ns */
    unsigned places;    /* atomic words that were touched */
    struct ex_bounds used;
    unsigned events;    /* beginnings and ends of operations */
    bool failed;
    char failure[1024];
    void *main_stack_pointer;
    /* choices */
    unsigned depth, planned;
    uint64_t random;
    struct ex_node nodes[EX_NODES_MAX];
    int node_of[EX_STEPS_MAX + 1], block_of[EX_STEPS_MAX + 1]; /* of each step: the choice it began with, and its block's; -1: none */
    uint8_t actor_of[EX_STEPS_MAX + 1];
    int block;
    struct ex_order order[EX_ACTORS];
    struct ex_thread thread[EX_THREADS];
    unsigned points_seen; /* PCT: about how many choices an execution has */
    unsigned change_at[8];
};
extern struct ex ex;

/* sched.c */
void ex_execute(void (*prepare)(void), void (*const *bodies)(void), unsigned threads, void (*finish)(void));
void ex_point(void);      /* a visible step begins; others may come first */
void ex_point_free(void); /* the same, and switching is no preemption */
void ex_block(enum ex_state state, void *waits_for, uint64_t deadline); /* until woken, or the deadline was chosen to pass */
void ex_wake(unsigned thread, int with);
bool ex_deadline_passes(unsigned thread);
__attribute__((noreturn, format(printf, 1, 2))) void ex_fail(const char *format, ...);
__attribute__((format(printf, 2, 3))) void ex_say(const void *place, const char *format, ...);
struct ex_thread *ex_self(void);

/* choose.c */
unsigned ex_choose_actor(unsigned enabled, unsigned standard, bool is_free);
unsigned ex_choose(unsigned count); /* 0: what is usual */
bool ex_choose_fault(void);         /* rarely, and within bounds */
bool ex_may(int used, int bound);   /* whether there may be one more of that, and of all together */
void ex_choices_begin(void);
bool ex_next_branch(void); /* DFS: plans the next execution; false: all were made */
uint64_t ex_random(void);
void ex_plan(const unsigned *indexes, const unsigned *values, unsigned count); /* REPLAY: other than standard choices */

/* dpor.c */
void ex_touch(struct ex_place *place, bool writes); /* the current step does */
void ex_touch_as(unsigned actor, struct ex_place *place, bool writes);
void ex_touch_all(void);
struct ex_place *ex_special(unsigned which); /* what is shared and is no word: 0: barriers, 1: order of fences */
void ex_step_begin(unsigned actor, int node, bool new_block);
void ex_order_join(struct ex_order *into, const struct ex_order *from);

/* memory.c, weak.c */
struct ex_place *ex_place_of(const void *word, unsigned bytes);
struct ex_place *ex_place_find(uintptr_t address);
void ex_memory_begin(void);
void ex_memory_end(void);
void ex_memory_keep(void); /* what statics are now they will be at first in each execution */
struct ex_clock ex_to_release(int order);
bool ex_waits_in_buffer(void);          /* whether the current thread's store is to */
void ex_put_in_buffer(void *word, unsigned bytes, uint64_t value, int order);
const struct ex_store *ex_in_buffer(const void *word); /* the newest of its own; NULL: none */
void ex_drain(unsigned thread);         /* all of a thread's buffer, as part of the current step */
void ex_flush_one(unsigned thread);     /* its oldest store */
void ex_barrier_on_all(void);
void ex_pass_time(uint64_t until);      /* stores that are old by then have reached memory */
void ex_accessed(struct ex_place *place, bool writes);
uint64_t ex_raw_get(const void *word, unsigned bytes);
void ex_raw_set(void *word, unsigned bytes, uint64_t value);
void ex_weak_begin(void);
void ex_weak_thread(struct ex_thread *t);
uint64_t ex_weak_load(struct ex_place *place, int order);
uint64_t ex_weak_newest(struct ex_place *place, int order);
void ex_weak_store(struct ex_place *place, uint64_t value, int order, bool is_rmw);
void ex_weak_fence(struct ex_thread *t);
void ex_weak_forget(struct ex_place *place);

/* race.c */
void ex_clock_join(struct ex_clock *into, const struct ex_clock *from);
void ex_clock_tick(struct ex_thread *t);
void ex_race_range(const void *memory, size_t bytes, bool writes, const void *where);
void ex_race_atomic(struct ex_place *place, bool writes);
void ex_race_freed(void *memory, size_t bytes);

/* heap.c */
#define EX_STACK_BYTES ((size_t)128 << 10)
void ex_heap_begin(void);
void *ex_stack_of(unsigned thread);
void *ex_heap_allocate(size_t alignment, size_t bytes);
void ex_heap_free(void *memory);
void ex_heap_check(const void *memory, size_t bytes, bool writes); /* fails where it is not allocated */
int ex_heap_blocks(void); /* allocated and not freed */
void ex_heap_name(const void *memory, char *name, size_t size);
bool ex_region_offset(const void *memory, size_t *offset); /* whether the explorer knows that memory */
void ex_heap_mark_atomic(const void *word);
bool ex_heap_has_atomic(size_t granule);

/* os.c */
struct ex_place *ex_queue_of(const void *word); /* a lock's or a sleeping place's own, in the orders of dependence */
unsigned ex_waiters_at(const void *word, enum ex_state state, unsigned *waiters);
void ex_wake_some(const void *word, int count); /* at most so many of those that sleep there, any of them */
void ex_os_begin(void);
void ex_os_warm_up(void); /* what the library finds out once per process */

#endif
