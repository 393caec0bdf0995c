/* record.h: what the library keeps about one thread.
 *
 * A record has one or two owners: the thread itself while it runs and, if sluice started it, the handle
 * (or the scope that holds the handle). The last to let go frees it, so neither a handle given up early
 * nor a thread that ends early leaves the other with freed memory.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLUICE_THREAD_RECORD_H
#define SLUICE_THREAD_RECORD_H

#include <stdbool.h>

#include <sluice/thread.h>

#include "thread/os.h"

struct sluice_thread {
    sluice__a32 owners;
    sluice__a32 done;  /* 0 until the body has ended, in whatever way */
    sluice__a32 token; /* of park.c's sleepers: see parking.c */

    bool spawned;  /* by sluice: there is something to join */
    bool returned; /* the body came to its end; written before `done`, read after it */
    sluice__os_thread os;
    void *(*body)(void *);
    void *arg;
    struct sluice_thread *next; /* in its scope; the scope's owner only */
};

/* Returns a record with that many owners, or NULL when memory ran out. */
struct sluice_thread *sluice__record_new(uint32_t owners);
/* Ends one owner's hold on the record. */
void sluice__record_release(struct sluice_thread *record);
/* The calling thread's record if it has one, without making one. */
struct sluice_thread *sluice__record_own(void);

/* The status that tells of an errno value from the thread calls. */
enum sluice_status sluice__status_of_error(int error);

#endif
