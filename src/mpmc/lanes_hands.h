/* mpmc/lanes_hands.h: the hands of the receivers of one channel of lanes: what each has taken out and not released. See
 * <sluice/detail/mpmc_lanes.h>.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLUICE_MPMC_LANES_HANDS_H
#define SLUICE_MPMC_LANES_HANDS_H

#include "queue/lanes.h"

#include <sluice/detail/mpmc_lanes.h>

enum sluice__hand_state { SLUICE__HAND_FREE, SLUICE__HAND_HELD, SLUICE__HAND_ABANDONED }; /* nobody's; a receiver's; nobody's, with messages */

struct sluice__mpmc_lanes {
    struct sluice__lanes lanes; /* first: cursors know it by this */
    struct sluice__chain_pool pool;
    size_t hand_room, hand_cells_at, hand_bytes; /* constant: messages in a hand; its allocation */
    /* written when receivers come and go; read when a hand is filled */
    SLUICE_ALIGNED(SLUICE_CACHE_LINE) sluice__a32 receivers;
    sluice__a32 abandoned; /* hands */
    sluice__a32 free;      /* hands, about */
    sluice__a64 hands;     /* the newest hand's address; a list that only grows */
    struct sluice__mpmc_lanes_cursor *sole; /* while there is one receiver: its cursor, once it has deferred anything */
    struct sluice__lanes_hand *rest; /* what nobody received: the hand that leftover has found */
};

static inline struct sluice__mpmc_lanes *sluice__mpmc_lanes_of(const struct sluice__mpmc_lanes_cursor *c)
{
    return (struct sluice__mpmc_lanes *)(void *)c->lanes;
}

static inline size_t sluice__mpmc_message_bytes(const struct sluice__mpmc_lanes *q)
{
    return q->lanes.geometry.message_bytes;
}


/* With the lanes made. */
void sluice__hands_init(struct sluice__mpmc_lanes *q);
void sluice__hands_destroy(struct sluice__mpmc_lanes *q);
SLUICE_NODISCARD enum sluice_status sluice__hands_attach(struct sluice__mpmc_lanes *q, struct sluice__mpmc_lanes_cursor *c);
void sluice__hands_detach(struct sluice__mpmc_lanes_cursor *c);
/* Takes an abandoned hand over, with what is in it, for the cursor's own, which is empty. Returns whether there was one. */
bool sluice__hands_take_over(struct sluice__mpmc_lanes_cursor *c);
/* Whether another receiver has messages in hand. */
bool sluice__hands_others_hold(const struct sluice__mpmc_lanes_cursor *c);
bool sluice__hands_any_abandoned(const struct sluice__mpmc_lanes *q);
/* How many messages are in hands, but for those that are in a lane still. */
uint64_t sluice__hands_length(const struct sluice__mpmc_lanes *q);
/* As flavour.h wants them: what is in abandoned hands. */
uint64_t sluice__hands_leftover(struct sluice__mpmc_lanes *q, void **cells);
void sluice__hands_discard(struct sluice__mpmc_lanes *q);

#endif
