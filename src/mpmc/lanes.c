/* lanes.c: the compiled half of lanes with several receivers: filling a hand, and the two flavours, over rings and over chains. See
 * <sluice/detail/mpmc_lanes.h> and, for the lanes themselves, <sluice/detail/lanes.h>.
 *
 * SPDX-License-Identifier: MIT */
#include "mpmc/lanes_hands.h"

#include <string.h>

#define STAY_AWAY 32 /* pauses */
#define READY_VISITS 16 /* how far a waiting receiver's look goes on beyond the first lane with messages */

/* ---- filling a hand ---- */

static uint64_t quantum(const struct sluice__mpmc_lanes *q, uint64_t backlog, uint32_t receivers)
{
    uint64_t share = receivers > 1 ? backlog / (2 * (uint64_t)receivers) : backlog;
    share = share < q->hand_room ? share : q->hand_room;
    return share ? share : 1;
}

/* From a locked lane, `backlog` messages in it. */
static void fill(struct sluice__mpmc_lanes_cursor *c, struct sluice__lane *lane, uint64_t backlog, bool others)
{
    struct sluice__mpmc_lanes *q = sluice__mpmc_lanes_of(c);
    const struct sluice__lane_kind *kind = q->lanes.kind;
    /* [MPMCLANES.R1] acquire: who is alone comes after all the work of those who were there. Pairs with [MPMCLANES.R2].
     * Without it: it could set `sole` while another still reads it. */
    uint32_t receivers = sluice__a32_load_acquire(&q->receivers);
    size_t size = sluice__mpmc_message_bytes(q);
    struct sluice__run run = { 0, 0, NULL, NULL };
    (void)!kind->take(lane->rx, size, quantum(q, backlog, receivers), &run); /* OK: there are that many, or it ends before */
    memcpy(c->hand->cells, run.cells, (size_t)run.count * size);
    c->lap = (uintptr_t)c->hand->cells - (uintptr_t)(c->first * size);
    c->limit = c->first + run.count;
    c->lane = lane;
    c->others = others || backlog > run.count;
    c->deferred = receivers == 1 ? lane->rx : NULL;
    if (c->deferred) {
        q->sole = c;
        return;
    }
    /* [MPMCLANES.H3] release: in hand before they are out of the lane. Pairs with [MPMCLANES.H2] and [MPMCLANES.F1].
     * Without it: another receiver could find them in neither, and tell the end. */
    sluice__a64_store_release(&c->hand->held, run.count);
    kind->release(lane->rx, size, &run, run.count);
}

/* Tries one lane. OK, EMPTY, BUSY. */
static enum sluice_status fetch_from(struct sluice__mpmc_lanes_cursor *c, struct sluice__lane *lane,
                                     const struct sluice__lanes_round *round)
{
    bool empty = sluice__lane_length(lane) == 0;
    if (empty && !(sluice__a32_load_relaxed(&lane->state) & SLUICE__LANE_ORPHAN)) /* relaxed: hint */
        return SLUICE_EMPTY;
    if (!sluice__lane_try_lock(lane))
        return empty ? SLUICE_EMPTY : SLUICE_BUSY;
    uint64_t backlog = sluice__lane_ready(lane);
    if (backlog) {
        sluice__lane_serve(lane);
        fill(c, lane, backlog, sluice__lanes_has_more(round));
    } else {
        sluice__lane_bury(lane);
    }
    sluice__lane_unlock(lane);
    return backlog ? SLUICE_OK : SLUICE_EMPTY;
}

static uint32_t coolings(const struct sluice__mpmc_lanes_cursor *c)
{
    /* [MPMCLANES.C1] acquire: the hot bits as the last cooling left them. Pairs with [LANES.L7].
     * Without it: as [LANES.L5]. */
    return sluice__a32_load_acquire(&c->lanes->cooling);
}

/* Whether hot bits may have been clear for a moment since there were that many coolings. Asked after they were read. */
static bool was_cooled_since(const struct sluice__mpmc_lanes_cursor *c, uint32_t before)
{
    /* relaxed: who saw a bit clear, by an acquire, sees the count that was made odd before it was [LANES.L5] */
    return before % 2 || sluice__a32_load_relaxed(&c->lanes->cooling) != before;
}

/* Nothing was found. Messages that are in the channel are in another's hand then, or in a lane that is about to be hot again. */
static enum sluice_status empty_or_busy(const struct sluice__mpmc_lanes_cursor *c, uint32_t coolings_before)
{
    if (was_cooled_since(c, coolings_before))
        return SLUICE_BUSY;
    /* [MPMCLANES.F1] full fence: who saw messages gone from a lane sees them in hand. Pairs with [MPMCLANES.H3].
     * Without it: they could be seen in neither, and EMPTY be answered beside a message. */
    sluice__fence_full();
    return sluice__hands_others_hold(c) ? SLUICE_BUSY : SLUICE_EMPTY;
}

enum sluice_status sluice__mpmc_lanes_fetch(struct sluice__mpmc_lanes_cursor *c)
{
    if (sluice__hands_take_over(c))
        return SLUICE_OK;
    sluice__lanes_tidy(c->lane);
    uint32_t before = coolings(c);
    struct sluice__lanes_round round = sluice__lanes_begin_behind(c->lanes, c->lane);
    struct sluice__lane *lane;
    enum sluice_status status = SLUICE_EMPTY;
    unsigned visits = 0;
    while ((lane = sluice__lanes_next(&round))) {
        enum sluice_status here = fetch_from(c, lane, &round);
        if (here != SLUICE_EMPTY)
            status = here;
        if (here == SLUICE_OK)
            break;
        visits += here == SLUICE_EMPTY;
    }
    if (status == SLUICE_EMPTY)
        status = empty_or_busy(c, before);
    else if (status == SLUICE_BUSY)
        for (int i = 0; i < STAY_AWAY; i++)
            sluice__cpu_relax(); /* about as long as a quantum's copy takes: looking at once would only disturb it */
    sluice__lanes_wasted(c->lanes, visits);
    return status;
}

enum sluice_status sluice__mpmc_lanes_last(struct sluice__mpmc_lanes_cursor *c)
{
    struct sluice__lanes_walk walk = { NULL, 0 };
    struct sluice__lane *lane;
    bool busy = false;
    sluice__lanes_settle(c->lanes);
    while ((lane = sluice__lanes_walk_on(c->lanes, &walk))) {
        if (sluice__lane_has_ended(lane))
            continue; /* another may have it locked to find that out, too */
        if (!sluice__lane_try_lock(lane)) {
            busy = true;
            continue;
        }
        bool found = !sluice__lane_end(lane);
        if (found)
            fill(c, lane, sluice__lane_ready(lane), true);
        sluice__lane_unlock(lane);
        if (found)
            return SLUICE_OK;
    }
    if (sluice__hands_take_over(c))
        return SLUICE_OK;
    return busy || sluice__hands_others_hold(c) ? SLUICE_BUSY : SLUICE_CLOSED;
}

/* ---- what a waiting receiver looks at ---- */

/* The messages in the hot lanes, or in the first few of them that have any: a waiter learns from it how large batches are. */
static uint64_t ready_in_hot(const struct sluice__mpmc_lanes_cursor *c)
{
    struct sluice__lanes_round round = sluice__lanes_begin_behind(c->lanes, c->lane);
    struct sluice__lane *lane;
    uint64_t sum = 0;
    for (unsigned left = READY_VISITS; left && (lane = sluice__lanes_next(&round)); left -= sum > 0)
        sum += sluice__lane_length(lane);
    return sum;
}

static uint64_t ready_for_receiver(const struct sluice__mpmc_lanes_cursor *c)
{
    const struct sluice__mpmc_lanes *q = sluice__mpmc_lanes_of(c);
    uint64_t own = c->deferred ? 0 : c->limit - c->first;
    uint32_t before = coolings(c);
    uint64_t found = own + sluice__hands_any_abandoned(q) + ready_in_hot(c);
    if (found)
        return found;
    return was_cooled_since(c, before) ? sluice__lanes_length(&q->lanes) : 0;
}

static bool pending(void *cursor)
{
    return sluice__hands_others_hold(cursor);
}

/* ---- as flavours ---- */

static enum sluice_status init_rings(void *queue, const struct sluice__geometry *geometry)
{
    struct sluice__mpmc_lanes *q = queue;
    enum sluice_status status = sluice__lanes_init(&q->lanes, geometry, &sluice__ring_lane);
    sluice__hands_init(q);
    return status;
}

static enum sluice_status init_chains(void *queue, const struct sluice__geometry *geometry)
{
    struct sluice__mpmc_lanes *q = queue;
    q->lanes.pool = &q->pool;
    sluice__chain_pool_init(&q->pool, geometry, sluice__spsc_chain_head_bytes, 0);
    enum sluice_status status = sluice__lanes_init(&q->lanes, geometry, &sluice__chain_lane);
    sluice__hands_init(q);
    return status;
}

static void destroy(void *queue)
{
    struct sluice__mpmc_lanes *q = queue;
    sluice__hands_destroy(q);
    sluice__lanes_destroy(&q->lanes);
    if (q->lanes.pool)
        sluice__chain_pool_empty(q->lanes.pool);
}

static enum sluice_status attach(void *queue, int side, void *cursor)
{
    struct sluice__mpmc_lanes *q = queue;
    return side == 0 ? sluice__lanes_attach(&q->lanes, cursor) : sluice__hands_attach(q, cursor);
}

static void detach(void *cursor, int side)
{
    if (side == 0)
        sluice__lanes_detach(cursor);
    else
        sluice__hands_detach(cursor);
}

static uint64_t ready(void *cursor, int side)
{
    return side == 0 ? sluice__lanes_room(cursor) : ready_for_receiver(cursor);
}

static uint64_t length(const void *queue)
{
    const struct sluice__mpmc_lanes *q = queue;
    return sluice__lanes_length(&q->lanes) + sluice__hands_length(q);
}

static void seal(void *queue)
{
    sluice__lanes_seal(&((struct sluice__mpmc_lanes *)queue)->lanes);
}

static uint64_t leftover(void *queue, void **cells)
{
    struct sluice__mpmc_lanes *q = queue;
    uint64_t count = sluice__hands_leftover(q, cells);
    return count ? count : sluice__lanes_leftover(&q->lanes, cells);
}

static void discard(void *queue, uint64_t count)
{
    struct sluice__mpmc_lanes *q = queue;
    if (q->rest)
        sluice__hands_discard(q);
    else
        sluice__lanes_discard(&q->lanes, count);
}

static struct sluice__gate *room_gate(void *cursor, int side)
{
    struct sluice__lane *lane =
        side == 0 ? ((struct sluice__lanes_tx *)cursor)->lane : ((struct sluice__mpmc_lanes_cursor *)cursor)->lane;
    return (struct sluice__gate *)(void *)lane->gate;
}

static void each_room_gate(void *queue, void (*visit)(struct sluice__gate *gate))
{
    sluice__lanes_each_gate(&((struct sluice__mpmc_lanes *)queue)->lanes, visit);
}

#define FLAVOUR(make)                                                                                    \
    {                                                                                                    \
        .queue_bytes = sizeof(struct sluice__mpmc_lanes),                                                             \
        .cursor_bytes = { sizeof(struct sluice__lanes_tx), sizeof(struct sluice__mpmc_lanes_cursor) },   \
        .many = { true, true }, .init = (make), .destroy = destroy, .attach = attach, .detach = detach,  \
        .ready = ready, .pending = pending, .length = length, .seal = seal, .leftover = leftover,        \
        .discard = discard, .room_gate = room_gate, .each_room_gate = each_room_gate,                    \
    }

const struct sluice__flavour sluice__mpmc_lanes_flavour = FLAVOUR(init_rings);
const struct sluice__flavour sluice__mpmc_lanes_chain_flavour = FLAVOUR(init_chains);
