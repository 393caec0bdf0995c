/* lanes_hot.c: what receivers do about lanes: going round, locking, sending idle ones cold, making spare those whose sender is gone.
 * The protocol stands in <sluice/detail/lanes.h>. By receivers only.
 *
 * SPDX-License-Identifier: MIT */
#include "queue/lanes.h"

#include "thread/barrier.h"

#define COLD SLUICE__LANE_COLD
#define FENCED SLUICE__LANE_FENCED
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
    return sluice__a32_load_relaxed(&lane->state) & ENDED; /* relaxed: set once, and nobody asks for more than that */
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
    /* [LANES.R3] acquire: if the sender had set the bit, its COLD is seen to be gone. Pairs with [LANES.W2].
     * Without it: a lane that came back could stay out. */
    sluice__a64_and_acquire(&lane->block->hot, ~bit_of(lane));
}

static void set_hot(struct sluice__lane *lane)
{
    /* relaxed: the lane is seen by its sender's first [LANES.W2], whose release sequence this goes on with; the message by its last
     * one, after which the sender asks the gate */
    sluice__a64_or_relaxed(&lane->block->hot, bit_of(lane));
}

void sluice__lane_bury(struct sluice__lane *lane)
{
    /* [LANES.O2] acquire: the sender's last messages, and its cursor. Pairs with [LANES.O1].
     * Without it: as there. */
    if (!(sluice__a32_load_acquire(&lane->state) & ORPHAN) || sluice__lane_ready(lane))
        return;
    clear_hot(lane);
    sluice__a32_or_relaxed(&lane->state, COLD);     /* relaxed: its next sender sees all of this by [LANES.F1] */
    sluice__a32_and_relaxed(&lane->state, ~ORPHAN); /* relaxed: as above */
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
    bool fenced = sluice__a32_load_relaxed(&lane->state) & FENCED; /* relaxed: constant */
    if ((!barrier_works && !fenced) || sluice__lane_ready(lane))
        return false;
    sluice__a32_or_relaxed(&lane->state, COLD); /* relaxed: ordered by the heavy barrier and [LANES.R1] */
    return true;
}

/* After the barrier. Returns whether the lane is out of the rounds. On one that stays, COLD may stay, too, until its sender comes. */
static bool go_cold(struct sluice__lane *lane, bool may)
{
    if (!may || sluice__lane_ready(lane))
        return false;
    clear_hot(lane);
    /* relaxed: if COLD was taken away and the bit was set, [LANES.R3] has acquired that; if the bit is still to be set, it will be */
    uint32_t state = sluice__a32_load_relaxed(&lane->state);
    if ((state & (COLD | ORPHAN)) == COLD)
        return true;
    set_hot(lane); /* (an orphan is buried by who comes round to it) */
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
    struct sluice__lane *idle[CANDIDATES_MAX];
    bool works = sluice__barrier_works();
    unsigned count = find_idle(lanes, idle, works), gone = 0;
    if (count == 0)
        return 0;
    sluice__a32_add_relaxed(&lanes->cooling, 1); /* relaxed: ordered by the heavy barrier and [LANES.R1] */
    bool may = works ? sluice__barrier_on_all_threads() : true;
    /* [LANES.R1] full fence: COLD and `cooling` are seen before the looks are made: where senders fence themselves by this, elsewhere
     * by the heavy barrier above. Pairs with [LANES.A2] and, over that barrier, with [LANES.N1].
     * Without it: a message could lie in a cold lane for ever. */
    sluice__fence_full();
    for (unsigned i = 0; i < count; i++) {
        gone += go_cold(idle[i], may);
        sluice__lane_unlock(idle[i]);
    }
    /* [LANES.L7] release: the bits are as they stay. Pairs with [MPMCLANES.C1].
     * Without it: another receiver could miss a lane whose bit was clear for a moment, and sleep beside its message. */
    sluice__a32_add_release(&lanes->cooling, UINT32_MAX);
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
