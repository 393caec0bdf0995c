/* ring.h: what the compiled halves of the rings share (src/queue/ring.c, src/queue/ring_again.c): everything but
 * their names and on which side there are several.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLUICE_QUEUE_RING_H
#define SLUICE_QUEUE_RING_H

#include "flavour.h"

#include <sluice/detail/ring_rx.h>
#include <sluice/detail/ring_tx.h>

size_t sluice__ring_one_memory(uint64_t capacity, size_t message_bytes);  /* one sender */
size_t sluice__ring_many_memory(uint64_t capacity, size_t message_bytes); /* several */
enum sluice_status sluice__ring_init(void *queue, const struct sluice__geometry *geometry, bool many_tx,
                                     bool many_rx);
void sluice__ring_destroy(void *queue);
enum sluice_status sluice__ring_attach(void *queue, int side, void *cursor);
void sluice__ring_detach(void *cursor, int side);
uint64_t sluice__ring_ready(void *cursor, int side);
bool sluice__ring_pending(void *cursor);
uint64_t sluice__ring_length(const void *queue);
void sluice__ring_seal(void *queue);
uint64_t sluice__ring_leftover(void *queue, void **cells);
void sluice__ring_discard(void *queue, uint64_t count);

/* A receiver gives up its slot, which announces nothing. */
void sluice__ring_leave_slot(struct sluice__ring *r, struct sluice__ring_slot *slot);

/* A slot with a range that came back; NULL: there is none. */
struct sluice__ring_slot *sluice__ring_returned(const struct sluice__ring *r);
/* Leaves a note at the head that there is one. */
void sluice__ring_note_returned(struct sluice__ring *r);

static inline struct sluice__ring_slot *sluice__ring_first_slot(const struct sluice__ring *r)
{
    /* [RING.S1] acquire: the slot, and those behind it. Pairs with [RING.S2].
     * Without it: a sender could miss a receiver, or see memory that is not a slot yet. */
    return (struct sluice__ring_slot *)(uintptr_t)sluice__a64_load_acquire(&r->slots);
}

#endif
