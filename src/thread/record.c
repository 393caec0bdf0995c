/* record.c: a thread's record: made, owned, freed, and found by its own thread.
 *
 * SPDX-License-Identifier: MIT */
#include "thread/record.h"

struct sluice_thread *sluice__record_new(uint32_t owners)
{
    struct sluice_thread *record = sluice__os_allocate(SLUICE_CACHE_LINE, sizeof *record);
    if (!record)
        return NULL;
    *record = (struct sluice_thread){ .spawned = false };
    sluice__a32_store_relaxed(&record->owners, owners); /* relaxed: nobody else has the record yet */
    return record;
}

void sluice__record_release(struct sluice_thread *record)
{
    /* [THREAD.R1] acq_rel: the last owner frees what the others have finished with. Pairs with [THREAD.R1]
     * of the other owner.
     * Without it: the record could be freed under the last accesses of the owner that left first. */
    if (sluice__a32_add_acq_rel(&record->owners, UINT32_MAX) == 1)
        sluice__os_free(record);
}

struct sluice_thread *sluice__record_own(void)
{
    return sluice__os_own();
}

/* A thread that sluice did not start ends. */
static void forget_own(void *record)
{
    sluice__os_set_own(NULL); /* a later destructor of the same thread that asks gets a new record */
    sluice__record_release(record);
}

sluice_thread *sluice_current(void)
{
    struct sluice_thread *record = sluice__record_own();
    if (record)
        return record;
    record = sluice__record_new(1);
    if (!record)
        return NULL;
    if (sluice__os_at_thread_end(forget_own, record) != 0) {
        sluice__record_release(record);
        return NULL;
    }
    sluice__os_set_own(record);
    return record;
}
