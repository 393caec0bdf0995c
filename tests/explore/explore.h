/* explore.h: what a scenario is, and what it may say.
 *
 * A scenario is prepared by the main thread, then its bodies run as threads, in every way that the search chooses, and then the main
 * thread checks and clears up. It runs very often: everything it uses must be as at first after prepare. It must end in every
 * schedule, leave no block allocated, and use nothing that is not its own, the library's or explore.h's.
 *
 * SPDX-License-Identifier: MIT */
#ifndef EXPLORE_H
#define EXPLORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <sluice/status.h>

#define EXPLORE_THREADS 4

/* Memory modes, as a set. */
#define EXPLORE_IN_SC 1u
#define EXPLORE_IN_TSO 2u
#define EXPLORE_IN_RA 4u
#define EXPLORE_IN_ALL 7u

struct explore_scenario {
    const char *name;
    void (*prepare)(void);
    void (*bodies[EXPLORE_THREADS])(void); /* NULL: no more */
    void (*finish)(void);
    unsigned fails_in; /* selftest: the modes in which a failure must be found; in others none may be */
    const char *fails_with; /* and a part of what it says */
    int faults;        /* failed allocations and the like that may happen in one execution; 0: the profile says; -1: none */
    unsigned modes;    /* 0: all */
};

/* Adds scenarios; `group` is the part before the slash in their names. For constructors. */
void explore_add(const char *group, const struct explore_scenario *scenarios, size_t count);
/* A scenario that is a program made from a number: prepare(number) then bodies. */
void explore_add_programs(const char *group, void (*choose)(uint64_t number), const struct explore_scenario *scenario);

#define EXPLORE_SCENARIOS(group, list)                                          \
    __attribute__((constructor)) static void add_##list##_to_explorer(void)     \
    {                                                                           \
        explore_add(group, list, sizeof list / sizeof *list);                   \
    }

/* Ends the execution as a failure. */
#define EXPLORE_CHECK(condition) ((condition) ? (void)0 : explore_failed(__FILE__, __LINE__, #condition))
__attribute__((noreturn)) void explore_failed(const char *file, int line, const char *what);

uint64_t explore_now(void);
void explore_set_first_position(uint64_t first);
void explore_refuse_membarrier(void); /* to be called in prepare, before the channel is opened */
void *explore_allocate(size_t bytes);
void explore_free(void *memory);

/* ---- histories of a channel (history.c) ---- */

/* What the channel is, for the sequential model. */
struct explore_model {
    size_t capacity; /* SIZE_MAX: none; for each sender where they are per_sender */
    bool per_sender;
    bool meets;       /* rendezvous */
    bool lenient;     /* FULL and EMPTY may be said for other reasons (places held by reservations and peeks) */
    bool keeps;       /* what a receiver peeks at is its own for a while, and may come back after later ones */
    unsigned senders, receivers; /* at first */
};

enum explore_call { EXPLORE_SEND, EXPLORE_RECV, EXPLORE_CLOSE, EXPLORE_DROP_TX, EXPLORE_DROP_RX, EXPLORE_CLONE_TX, EXPLORE_CLONE_RX };

void explore_history_begin(const struct explore_model *model);
/* endpoint: its number, at least 1 and different for each of a side. Returns the operation's number. */
unsigned explore_call(enum explore_call what, unsigned endpoint, uint64_t message);
/* message: what was received. CLONE: anything but OK: it was NULL. */
void explore_return(unsigned operation, enum sluice_status status, uint64_t message);
void explore_destroyed(uint64_t message);
/* All operations are over and all endpoints dropped: conservation, order, linearisability; and nothing is allocated. */
void explore_history_check(void);

#endif
