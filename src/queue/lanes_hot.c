/* lanes_hot.c: what receivers do about lanes: going round, locking, sending idle ones cold, making spare those whose sender is gone.
 * The protocol stands in <sluice/detail/lanes.h>. By receivers only.
 *
 * SPDX-License-Identifier: MIT */
#include "queue/lanes.h"

#include "thread/barrier.h"

#define COLD SLUICE__LANE_COLD
#define FENCED SLUICE__LANE_FENCED
#define SEALED SLUICE__LANE_SEALED
#define ENDED SLUICE__LANE_ENDED
#define ORPHAN SLUICE__LANE_ORPHAN

/* Fruitless visits that cost more than a heavy barrier, 8 us: at 5 to 10 ns each (their lines are nobody's, and stay in the cache)
 * about four times that. So barriers take a small part of what they save, and none comes while no lane is idle. */
#ifndef SLUICE__LANES_WASTE /* (A test may want fewer.) */
#define SLUICE__LANES_WASTE 4096
#endif
#define WASTE_MAX SLUICE__LANES_WASTE
#define CANDIDATES_MAX 256
#define ORPHANS_MAX 16 /* so many lanes of dropped senders may lie about */

static uint64_t bit_of(const struct sluice__lane *lane)
{
    return UINT64_C(1) << lane->index;
}

static struct sluice__lanes_block *block_at(const sluice__a64 *address)
{
    /* [LANES.B7] acquire: the block is made. Pairs with [LANES.B1].
     * Without it: a round could read what its memory held before. */
    return (struct sluice__lanes_block *)(uintptr_t)sluice__a64_load_acquire(address);
}

static uint64_t hot_in(const struct sluice__lanes_block *block)
{
    /* [LANES.R5] acquire: the lane and its message are seen with its bit. Pairs with [LANES.W2].
     * Without it: a round could pass over the message for which the lane came back, or over a lane that is not made yet. */
    return sluice__a64_load_acquire(&block->hot);
}

/* ---- rounds ---- */

struct sluice__lanes_round sluice__lanes_begin_behind(struct sluice__lanes *lanes, const struct sluice__lane *lane)
{
    uint64_t behind = 0 - (bit_of(lane) << 1), hot = hot_in(lane->block);
    return (struct sluice__lanes_round){ .first = &lanes->first, .start = lane->block, .block = lane->block,
                                         .bits = hot & behind, .last = ~behind };
}

struct sluice__lane *sluice__lanes_next(struct sluice__lanes_round *r)
{
    while (r->bits == 0) {
        if (r->over)
            return NULL;
        struct sluice__lanes_block *next = block_at(&r->block->next);
        r->block = next ? next : r->first;
        r->over = r->block == r->start;
        r->bits = hot_in(r->block) & (r->over ? r->last : UINT64_MAX);
    }
    uint32_t index = (uint32_t)__builtin_ctzll(r->bits);
    r->bits &= r->bits - 1;
    return (struct sluice__lane *)(uintptr_t)sluice__a64_load_relaxed(&r->block->lanes[index]); /* relaxed: ordered by [LANES.R5] */
}

bool sluice__lanes_has_more(const struct sluice__lanes_round *r)
{
    return r->bits != 0 || r->start != r->first || sluice__a64_load_relaxed(&r->first->next) || /* relaxed: hint */
           (!r->over && (sluice__a64_load_relaxed(&r->start->hot) & r->last) > 1); /* relaxed: hint */
}

/* ---- one lane ---- */

uint64_t sluice__lane_ready(const struct sluice__lane *lane)
{
    if (sluice__a32_load_relaxed(&lane->state) & ENDED) /* relaxed: set by a receiver with the lock, or by the only one */
        return 0; /* what is in it is its sender's (invariant 5) */
    return lane->lanes->kind->ready(lane->rx, 1);
}

bool sluice__lane_has_ended(const struct sluice__lane *lane)
{
    /* [LANES.E3] acquire: as far as this thread sees the end, it sees the lane as it was then. Pairs with [LANES.E1].
     * Without it: a receiver could tell the end without having seen the last messages received. */
    return sluice__a32_load_acquire(&lane->state) & ENDED;
}

uint64_t sluice__lane_length(const struct sluice__lane *lane)
{
    return sluice__lane_has_ended(lane) ? 0 : lane->lanes->kind->length(lane->queue);
}

void sluice__lane_serve(struct sluice__lane *lane)
{
    if (!sluice__a32_load_relaxed(&lane->served))    /* relaxed: hint */
        sluice__a32_store_relaxed(&lane->served, 1); /* relaxed: hint */
}

static void clear_hot(struct sluice__lane *lane)
{
    /* [LANES.R3] acq_rel: if the sender had set the bit, its COLD is seen to be gone. Pairs with [LANES.W2] and [LANES.R6].
     * Without it: a lane that came back could stay out. */
    sluice__a64_and_acq_rel(&lane->block->hot, ~bit_of(lane));
}

static void set_hot(struct sluice__lane *lane)
{
    /* [LANES.R6] acq_rel: as the sender would. Pairs with [LANES.R5] and [LANES.R3].
     * Without it: as [LANES.W2]. */
    sluice__a64_or_acq_rel(&lane->block->hot, bit_of(lane));
}

void sluice__lane_bury(struct sluice__lane *lane)
{
    if (!(sluice__a32_load_relaxed(&lane->state) & ORPHAN)) /* relaxed: revalidated at [LANES.O2] */
        return;
    /* [LANES.O2] acquire: the sender's last messages, and its cursor. Pairs with [LANES.O1].
     * Without it: as there. */
    uint32_t state = sluice__a32_load_acquire(&lane->state);
    if (!(state & ORPHAN) || (state & SEALED) || sluice__lane_ready(lane))
        return; /* (on a closed channel nobody needs the lane) */
    clear_hot(lane);
    /* [LANES.O3] acq_rel: out of the rounds before it is spare. Pairs with [LANES.W2] and [LANES.O1].
     * Without it: its next sender's bit could be cleared. */
    sluice__a32_or_acq_rel(&lane->state, COLD);
    /* [LANES.O4] acq_rel: as [LANES.O3]. Pairs with [LANES.W2] and [LANES.O1].
     * Without it: as there. */
    sluice__a32_and_acq_rel(&lane->state, ~ORPHAN);
    sluice__lane_make_spare(lane);
}

static void bury_if_orphan(struct sluice__lane *lane)
{
    if (!(sluice__a32_load_relaxed(&lane->state) & ORPHAN) || !sluice__lane_try_lock(lane)) /* relaxed: hint */
        return;
    sluice__lane_bury(lane);
    sluice__lane_unlock(lane);
}

void sluice__lanes_tidy(struct sluice__lane *left)
{
    struct sluice__lanes *lanes = left->lanes;
    bury_if_orphan(left);
    uint32_t orphans = sluice__a32_load_relaxed(&lanes->orphans);                /* relaxed: hint */
    if (orphans - sluice__a32_load_relaxed(&lanes->swept) < ORPHANS_MAX) /* relaxed: hint */
        return;
    sluice__a32_store_relaxed(&lanes->swept, orphans); /* relaxed: hint */
    struct sluice__lanes_round round = sluice__lanes_begin_behind(lanes, &lanes->nowhere);
    struct sluice__lane *lane;
    while ((lane = sluice__lanes_next(&round)))
        bury_if_orphan(lane);
}

/* ---- going cold ---- */

/* An idle lane, locked: says so to its sender. */
static bool announce(struct sluice__lane *lane, bool barrier_works)
{
    uint32_t state = sluice__a32_load_relaxed(&lane->state); /* relaxed: what comes after is found at [LANES.R2] and [LANES.R4] */
    if ((state & (COLD | SEALED | ORPHAN)) || (!barrier_works && !(state & FENCED)) || sluice__lane_ready(lane))
        return false;
    /* [LANES.R1] acq_rel: COLD, before the heavy barrier. Pairs with [LANES.N1] and [LANES.A2], over that.
     * Without it: a message could lie in a cold lane for ever. */
    sluice__a32_or_acq_rel(&lane->state, COLD);
    return true;
}

/* After the barrier. Returns whether the lane is out of the rounds. */
static bool go_cold(struct sluice__lane *lane, bool may)
{
    if (!may || sluice__lane_ready(lane)) {
        /* [LANES.R2] acq_rel: COLD is taken away by one. Pairs with [LANES.W2].
         * Without it: as there. The hot bit is still set, or set by the sender. */
        sluice__a32_and_acq_rel(&lane->state, ~COLD);
        return false;
    }
    clear_hot(lane);
    /* [LANES.R4] acquire: the message for which COLD was taken away. Pairs with [LANES.W2].
     * Without it: it could be passed over in the coming round. */
    if (sluice__a32_load_acquire(&lane->state) & COLD)
        return true;
    set_hot(lane);
    return false;
}

/* Locks, announces and lists idle lanes. */
static unsigned find_idle(struct sluice__lanes *lanes, struct sluice__lane **idle, bool barrier_works)
{
    unsigned count = 0;
    struct sluice__lanes_round round = sluice__lanes_begin_behind(lanes, &lanes->nowhere);
    struct sluice__lane *lane;
    while (count < CANDIDATES_MAX && (lane = sluice__lanes_next(&round))) {
        if (sluice__a32_load_relaxed(&lane->served)) {   /* relaxed: hint */
            sluice__a32_store_relaxed(&lane->served, 0); /* relaxed: hint */
            continue;
        }
        if (!sluice__lane_try_lock(lane))
            continue;
        if (announce(lane, barrier_works))
            idle[count++] = lane;
        else
            sluice__lane_unlock(lane);
    }
    return count;
}

unsigned sluice__lanes_cool(struct sluice__lanes *lanes)
{
    /* [LANES.L3] acquire: one receiver at a time. Pairs with [LANES.L4].
     * Without it: `cooling` could be even while one works. */
    if (sluice__a32_exchange_acquire(&lanes->cooler, 1))
        return 0;
    struct sluice__lane *idle[CANDIDATES_MAX];
    bool works = sluice__barrier_works();
    unsigned count = find_idle(lanes, idle, works), gone = 0;
    if (count) {
        /* [LANES.L5] acq_rel: odd before any bit is cleared. Pairs with [LANES.R5].
         * Without it: another receiver could miss a lane whose bit is clear for a moment, and sleep beside its message. */
        sluice__a32_add_acq_rel(&lanes->cooling, 1);
        bool may = works ? sluice__barrier_on_all_threads() : true;
        /* [LANES.R7] full fence: COLD is seen before the looks are made, where senders fence themselves. Pairs with [LANES.A2].
         * Without it: as [LANES.R1]. */
        sluice__fence_full();
        for (unsigned i = 0; i < count; i++) {
            gone += go_cold(idle[i], may);
            sluice__lane_unlock(idle[i]);
        }
        /* [LANES.L7] release: the bits are as they stay. Pairs with [MPMCLANES.C1].
         * Without it: as [LANES.L5]. */
        sluice__a32_add_release(&lanes->cooling, 1);
    }
    /* [LANES.L4] release: done. Pairs with [LANES.L3].
     * Without it: as there. */
    sluice__a32_store_release(&lanes->cooler, 0);
    return gone;
}

void sluice__lanes_wasted(struct sluice__lanes *lanes, unsigned visits)
{
    if (visits == 0)
        return;
    uint64_t waste = sluice__a64_load_relaxed(&lanes->waste) + visits; /* relaxed: hint; receivers may lose each other's visits */
    sluice__a64_store_relaxed(&lanes->waste, waste < WASTE_MAX ? waste : 0); /* relaxed: hint */
    if (waste >= WASTE_MAX)
        sluice__lanes_cool(lanes);
}
