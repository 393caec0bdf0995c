/* queue/lanes.h: the lanes of one channel, as the compiled halves of their kinds see them. The protocol, and why nothing gets lost:
 * <sluice/detail/lanes.h>.
 *
 *     lanes   constants | settled | receivers' own | first block: hot | spare | lane 0 … lane 63 | next ─▶ block …
 *     lane    state | gate | lock | SPSC queue | sending cursor | receiving cursor | a ring's cells        one allocation
 *
 * Blocks and lanes are only ever added, so that whoever holds an endpoint may walk over them without asking.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLUICE_QUEUE_LANES_H
#define SLUICE_QUEUE_LANES_H

#include "flavour.h"
#include "queue/chain.h"

#include <sluice/detail/lanes.h>

#ifndef SLUICE__LANES_IN_BLOCK /* (A test may want fewer.) */
#define SLUICE__LANES_IN_BLOCK 64 /* bits of a word */
#endif

/* What a lane is made of. */
struct sluice__lane_kind {
    size_t queue_bytes, cursor_bytes;
    size_t (*memory)(uint64_t capacity, size_t message_bytes); /* NULL: no cells beside the queue */
    enum sluice_status (*make)(struct sluice__lanes *lanes, void *queue, void *cells);
    void (*unmake)(void *queue);
    void (*attach)(void *queue, int side, void *cursor);
    uint64_t (*ready)(void *cursor, int side);
    uint64_t (*length)(const void *queue);
    uint64_t (*leftover)(void *queue, void **cells);
    void (*discard)(void *queue, uint64_t count);
};

extern const struct sluice__lane_kind sluice__ring_lane, sluice__chain_lane;

struct sluice__lanes_block {
    SLUICE_ALIGNED(SLUICE_CACHE_LINE) sluice__a64 hot;   /* a bit per lane: receivers come round to it */
    SLUICE_ALIGNED(SLUICE_CACHE_LINE) sluice__a64 spare; /* a bit per lane: it waits for a sender */
    sluice__a64 made;                                    /* places given out, or more when there are none left */
    SLUICE_ALIGNED(SLUICE_CACHE_LINE) sluice__a64 next;  /* the next block's address; 0: there is none */
    sluice__a64 lanes[SLUICE__LANES_IN_BLOCK];           /* addresses; 0: not there yet */
};

struct sluice__lanes {
    /* constant after init */
    const struct sluice__lane_kind *kind;
    struct sluice__geometry geometry;
    struct sluice__chain_pool *pool; /* of chains: one for all lanes */
    size_t cells_at, lane_bytes;     /* of a lane's allocation */
    /* written when endpoints come and go */
    SLUICE_ALIGNED(SLUICE_CACHE_LINE) sluice__a32 settled; /* the channel is closed, all lanes are SEALED, and the barrier is made */
    sluice__a32 spares;   /* how many, about */
    sluice__a32 senders;  /* attached */
    sluice__a32 orphans;  /* how many there have been */
    sluice__a32 unfenced; /* whether a lane was born without FENCED */
    sluice__a64 newest;   /* the block where the next lane goes, or one before it */
    /* the receivers' */
    SLUICE_ALIGNED(SLUICE_CACHE_LINE) sluice__a64 waste; /* looks at empty hot lanes since the last search for idle ones */
    sluice__a32 swept;   /* how many orphans there had been when they were last looked for */
    sluice__a32 cooling; /* receivers that send lanes cold just now */
    sluice__a32 vacant;  /* seats, about */
    sluice__a64 seats;   /* the newest seat's address; a list that only grows, by as many as there were receivers at a time */
    /* what nobody received: the lane where the search for it is */
    struct sluice__lanes_block *rest_block;
    uint32_t rest_index;
    /* where a receiver is that has not been on a lane yet: empty for ever */
    struct sluice__lane nowhere;
    SLUICE_ALIGNED(SLUICE_CACHE_LINE) unsigned char nowhere_cursor[2 * SLUICE_CACHE_LINE];
    struct sluice__lanes_block first;
};

/* ---- as a flavour wants it; `lanes` is zeroed ---- */
enum sluice_status sluice__lanes_init(struct sluice__lanes *lanes, const struct sluice__geometry *geometry,
                                      const struct sluice__lane_kind *kind);
void sluice__lanes_destroy(struct sluice__lanes *lanes);
SLUICE_NODISCARD enum sluice_status sluice__lanes_attach(struct sluice__lanes *lanes, struct sluice__lanes_tx *tx);
void sluice__lanes_detach(struct sluice__lanes_tx *tx);
/* How many cells the sender's next claim would find. */
uint64_t sluice__lanes_room(const struct sluice__lanes_tx *tx);
uint64_t sluice__lanes_length(const struct sluice__lanes *lanes);
uint64_t sluice__lanes_leftover(struct sluice__lanes *lanes, void **cells);
void sluice__lanes_discard(struct sluice__lanes *lanes, uint64_t count);
void sluice__lanes_each_gate(struct sluice__lanes *lanes, void (*visit)(struct sluice__gate *gate));
void sluice__lanes_seal(struct sluice__lanes *lanes);

/* ---- for receivers ---- */

/* Goes round the hot lanes, beginning behind one and ending with it. */
struct sluice__lanes_round {
    struct sluice__lanes_block *first, *start, *block;
    uint64_t bits; /* of the block, not visited yet */
    uint64_t last; /* of the start block, those visited at the end */
    bool over;
};

struct sluice__lanes_round sluice__lanes_begin_behind(struct sluice__lanes *lanes, const struct sluice__lane *lane);
struct sluice__lane *sluice__lanes_next(struct sluice__lanes_round *round); /* NULL: that was all */
/* Whether a round that has just come to a lane may have more of them. */
bool sluice__lanes_has_more(const struct sluice__lanes_round *round);

/* Goes through all lanes, hot or not. Begin with { NULL, 0 }. */
struct sluice__lanes_walk {
    struct sluice__lanes_block *block;
    uint32_t index;
};
struct sluice__lane *sluice__lanes_walk_on(const struct sluice__lanes *lanes, struct sluice__lanes_walk *walk);

/* A lane's lock (lanes_lock.c): for a few steps, or leased to a receiver for a turn. `lease` is the lock's word meanwhile. */
bool sluice__lane_try_lock(struct sluice__lane *lane);
void sluice__lane_unlock(struct sluice__lane *lane);
/* The lock's word where one has it, else 0. */
uint64_t sluice__lane_lock_word(const struct sluice__lane *lane);
/* Makes the caller's lock a lease, which may be revoked while its seat is not inside. Returns the word. */
uint64_t sluice__lane_lease(struct sluice__lane *lane, struct sluice__lanes_seat *seat);
/* Unlocks, from a lock or a lease. False: that was lost. */
bool sluice__lane_give_up(struct sluice__lane *lane, uint64_t lease);
bool sluice__lane_is_leased(const struct sluice__lane *lane);
/* Whether leases can be revoked. */
bool sluice__lanes_may_be_leased(void);
/* Takes the lane from another, and locks it. False: that lease isn't one, is over, or its receiver is inside. */
bool sluice__lane_revoke(struct sluice__lane *lane, uint64_t lease);
/* A receiver's seat. NULL: out of memory. */
SLUICE_NODISCARD struct sluice__lanes_seat *sluice__lanes_take_seat(struct sluice__lanes *lanes);
/* By its receiver, which has no lease. */
void sluice__lanes_leave_seat(struct sluice__lanes *lanes, struct sluice__lanes_seat *seat);
void sluice__lanes_free_seats(struct sluice__lanes *lanes);
/* How many messages a receiver finds in it; by the one who has its lock, or is alone. */
uint64_t sluice__lane_ready(const struct sluice__lane *lane);
/* The same for anyone, with no lock: a hint. */
uint64_t sluice__lane_length(const struct sluice__lane *lane);
/* Notes that the lane is in use. */
void sluice__lane_serve(struct sluice__lane *lane);
/* Offers a lane to the next sender; by who has just found it to be nobody's. */
void sluice__lane_make_spare(struct sluice__lane *lane);
/* For an empty hot lane, locked: makes it spare if its sender is gone. */
void sluice__lane_bury(struct sluice__lane *lane);
/* For a receiver that is about to leave a lane: makes that spare if it is empty and its sender gone, and now and then looks for all
 * such lanes, since its rounds may stop before they come to them. */
void sluice__lanes_tidy(struct sluice__lane *left);
/* Notes so many fruitless visits; if they have cost more than a heavy barrier, sends idle lanes cold. With no lane locked. */
void sluice__lanes_wasted(struct sluice__lanes *lanes, unsigned visits);
/* Sends all lanes cold that had no message since the last time. Returns how many went. */
unsigned sluice__lanes_cool(struct sluice__lanes *lanes);

bool sluice__lane_has_ended(const struct sluice__lane *lane);
/* On a settled channel, with the lane locked: ends an empty lane, which needs no lock any more. False: there are messages in it. */
bool sluice__lane_end(struct sluice__lane *lane);
/* Sees to it that the channel is settled. */
void sluice__lanes_settle(struct sluice__lanes *lanes);

#endif
