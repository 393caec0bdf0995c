/* shared.c: what sluice/shared.h's typed shared state is made of: a count, a mutex and the value, in one
 * block.
 *
 * SPDX-License-Identifier: MIT */
#include <errno.h>

#include <sluice/detail/misuse.h>
#include <sluice/detail/shared.h>

#include "thread/os.h"
#include "thread/record.h"

struct sluice__shared {
    sluice__os_mutex mutex;
    sluice__a64 owners; /* behind the mutex, where the allocator of a freed block does not write first */
    uint32_t offset;    /* of the value in the block */
    bool checked;
};

enum sluice_status sluice__shared_open(struct sluice__shared **out, void **value, size_t size,
                                       size_t alignment, bool checked)
{
    if (!out)
        return SLUICE_INVALID;
    /* The value begins on a line of its own: the mutex's line is written by those who wait. */
    size_t boundary = alignment < SLUICE_CACHE_LINE ? SLUICE_CACHE_LINE : alignment;
    size_t offset = (sizeof(struct sluice__shared) + boundary - 1) / boundary * boundary;
    struct sluice__shared *shared = sluice__os_allocate(boundary, offset + size);
    if (!shared)
        return SLUICE_NO_MEMORY;
    int error = sluice__os_mutex_init(&shared->mutex, checked);
    if (error) {
        sluice__os_free(shared);
        return sluice__status_of_error(error);
    }
    sluice__a64_store_relaxed(&shared->owners, 1); /* relaxed: nobody else has the block yet */
    shared->offset = (uint32_t)offset;
    shared->checked = checked;
    *value = (char *)shared + offset;
    *out = shared;
    return SLUICE_OK;
}

/* Reports a use after the last drop. It reads freed memory when there is one: a best effort, and only in
 * the hardened build. */
static bool broken(struct sluice__shared *shared, const char *where)
{
    if (shared && (!shared->checked || sluice__a64_load_relaxed(&shared->owners) != 0)) /* relaxed: a hint */
        return false;
    sluice__misuse("shared state was used after it was dropped", where);
    return true;
}

struct sluice__shared *sluice__shared_clone(struct sluice__shared *shared, const char *where)
{
    if (!shared || broken(shared, where))
        return NULL;
    sluice__a64_add_relaxed(&shared->owners, 1); /* relaxed: the caller's own share keeps the block alive */
    return shared;
}

void *sluice__shared_release(struct sluice__shared *shared, const char *where)
{
    if (!shared || broken(shared, where))
        return NULL;
    /* [SHARED.R1] acq_rel: the last owner destroys what all others have finished with. Pairs with
     * [SHARED.R1] of the other owners.
     * Without it: the value could be destroyed under another owner's last accesses. */
    if (sluice__a64_add_acq_rel(&shared->owners, UINT64_MAX) != 1)
        return NULL;
    return (char *)shared + shared->offset;
}

void sluice__shared_free(struct sluice__shared *shared)
{
    sluice__os_mutex_destroy(&shared->mutex);
    sluice__os_free(shared);
}

static void *value_if_locked(struct sluice__shared *shared, int error, const char *where)
{
    if (error == EDEADLK)
        sluice__misuse("shared state was locked again by the thread that holds the lock", where);
    return error ? NULL : (char *)shared + shared->offset;
}

void *sluice__shared_lock(struct sluice__shared *shared, const char *where)
{
    if (broken(shared, where))
        return NULL;
    return value_if_locked(shared, sluice__os_mutex_lock(&shared->mutex), where);
}

enum sluice_status sluice__shared_try_lock(struct sluice__shared *shared, void **value, const char *where)
{
    if (broken(shared, where))
        return SLUICE_MISUSE;
    int error = sluice__os_mutex_try_lock(&shared->mutex);
    if (error == EBUSY)
        return SLUICE_BUSY;
    void *locked = value_if_locked(shared, error, where);
    if (!locked)
        return SLUICE_MISUSE;
    *value = locked;
    return SLUICE_OK;
}

void sluice__shared_unlock(struct sluice__shared *shared, const char *where)
{
    if (sluice__os_mutex_unlock(&shared->mutex) != 0)
        sluice__misuse("shared state was unlocked by a thread that does not hold the lock", where);
}
