/* sluice/detail/mutex.h: the compiled calls of the MUTEX flavour (src/mutex/mutex.c). Nothing of it is
 * inlined: a lock and an unlock cost more than a call.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLUICE_DETAIL_MUTEX_H
#define SLUICE_DETAIL_MUTEX_H

#include <sluice/detail/endpoint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct sluice__mutex_queue;

/* What an endpoint of a MUTEX channel keeps for itself. */
struct sluice__mutex_cursor {
    struct sluice__mutex_queue *queue;
    void *staging;       /* where reserved and peeked messages lie; they count as inside the channel */
    size_t staging_room; /* in messages */
    size_t first;        /* receiver: the first staged message that is not released yet */
    size_t count;        /* sender: cells reserved; receiver: messages staged and not released yet */
    size_t offered;      /* receiver: those of them that the last peek gave out */
};

typedef struct sluice__mutex_cursor sluice__mutex_tx, sluice__mutex_rx;

/* The operations of <sluice/channel.h>, on any number of messages; try_only: without waiting. */
SLUICE_API SLUICE_NODISCARD enum sluice_status sluice__mutex_send(struct sluice__mutex_cursor *c, const void *messages,
                                                                  size_t n, size_t *done, int try_only,
                                                                  sluice_deadline deadline);
SLUICE_API SLUICE_NODISCARD enum sluice_status sluice__mutex_recv(struct sluice__mutex_cursor *c, void *messages,
                                                                  size_t max, size_t *done, int try_only,
                                                                  sluice_deadline deadline);
SLUICE_API SLUICE_NODISCARD enum sluice_status sluice__mutex_reserve(struct sluice__mutex_cursor *c, size_t max,
                                                                     void **cells, size_t *count, int try_only,
                                                                     sluice_deadline deadline);
SLUICE_API SLUICE_NODISCARD enum sluice_status sluice__mutex_commit(struct sluice__mutex_cursor *c, size_t count);
SLUICE_API void sluice__mutex_abort(struct sluice__mutex_cursor *c);
SLUICE_API SLUICE_NODISCARD enum sluice_status sluice__mutex_peek(struct sluice__mutex_cursor *c, size_t max,
                                                                  void **cells, size_t *count, int try_only,
                                                                  sluice_deadline deadline);
SLUICE_API SLUICE_NODISCARD enum sluice_status sluice__mutex_release(struct sluice__mutex_cursor *c, size_t count);

#ifdef __cplusplus
}
#endif

#endif
