/* sluice/detail/shared.h: the compiled core of sluice/shared.h. Not to be called directly.
 *
 * `where` names the calling function for a report of misuse. A function that reported one did nothing.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLUICE_DETAIL_SHARED_H
#define SLUICE_DETAIL_SHARED_H

#include <stdbool.h>
#include <stddef.h>

#include <sluice/status.h>

#ifdef __cplusplus
extern "C" {
#endif

#define SLUICE__SHARED_MAX_SIZE ((size_t)1 << 30)
#define SLUICE__SHARED_MAX_ALIGNMENT 4096

struct sluice__shared;

/* Makes a block with one owner and an unwritten value at *value. */
SLUICE_API enum sluice_status sluice__shared_open(struct sluice__shared **out, void **value, size_t size,
                                                  size_t alignment, bool checked);
SLUICE_API struct sluice__shared *sluice__shared_clone(struct sluice__shared *shared, const char *where);
/* Ends one owner's share. The last gets the value, to destroy it and then free the block; others NULL. */
SLUICE_API void *sluice__shared_release(struct sluice__shared *shared, const char *where);
SLUICE_API void sluice__shared_free(struct sluice__shared *shared);
/* The value, locked; NULL after a report of misuse. */
SLUICE_API void *sluice__shared_lock(struct sluice__shared *shared, const char *where);
SLUICE_API enum sluice_status sluice__shared_try_lock(struct sluice__shared *shared, void **value,
                                                      const char *where);
SLUICE_API void sluice__shared_unlock(struct sluice__shared *shared, const char *where);

#ifdef __cplusplus
}
#endif

#endif
