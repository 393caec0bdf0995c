/* lanes.c: the compiled half of lanes with one receiver: where that goes next, and the two flavours, over rings and over chains.
 * See <sluice/detail/mpsc_lanes.h> and, for the lanes themselves, <sluice/detail/lanes.h>.
 *
 * SPDX-License-Identifier: MIT */
#include "queue/lanes.h"

#include <sluice/detail/mpsc_lanes.h>

/* A queue over rings is a struct sluice__lanes; one over chains has the segments' pool behind that. */
struct queue {
    struct sluice__lanes lanes;
    struct sluice__chain_pool pool;
};

#define READY_VISITS 16 /* how far a waiting receiver's look goes on beyond the first lane with messages */

/* ---- the receiver ---- */

static void go_to(struct sluice__mpsc_lanes_cursor *c, struct sluice__lane *lane, bool others)
{
    c->lane = lane;
    c->cursor = lane->rx;
    c->others = others;
    sluice__lane_serve(lane);
}

int sluice__mpsc_lanes_turn(struct sluice__mpsc_lanes_cursor *c)
{
    sluice__lanes_tidy(c->lane);
    struct sluice__lanes_round round = sluice__lanes_begin_behind(c->lanes, c->lane);
    struct sluice__lane *lane;
    unsigned visits = 0;
    while ((lane = sluice__lanes_next(&round)) && !sluice__lane_ready(lane)) {
        sluice__lane_bury(lane);
        visits++;
    }
    if (lane)
        go_to(c, lane, visits || sluice__lanes_has_more(&round));
    sluice__lanes_wasted(c->lanes, visits);
    return lane != NULL;
}

int sluice__mpsc_lanes_last(struct sluice__mpsc_lanes_cursor *c)
{
    struct sluice__lanes_walk walk = { NULL, 0 };
    struct sluice__lane *lane;
    sluice__lanes_settle(c->lanes);
    while ((lane = sluice__lanes_walk_on(c->lanes, &walk)) && sluice__lane_end(lane))
        continue;
    go_to(c, lane ? lane : &c->lanes->nowhere, lane != NULL); /* an ended lane is none to be on (lanes.h, invariant 5) */
    if (!lane)
        c->turn_end = 0;
    return lane != NULL;
}

/* The messages in the hot lanes, or in the first few of them that have any: a waiter learns from it how large batches are. */
static uint64_t ready_for_receiver(const struct sluice__mpsc_lanes_cursor *c)
{
    struct sluice__lanes_round round = sluice__lanes_begin_behind(c->lanes, c->lane);
    struct sluice__lane *lane;
    uint64_t sum = 0;
    for (unsigned left = READY_VISITS; left && (lane = sluice__lanes_next(&round)); left -= sum > 0)
        sum += sluice__lane_ready(lane);
    return sum;
}

/* ---- as flavours ---- */

static enum sluice_status init_rings(void *queue, const struct sluice__geometry *geometry)
{
    return sluice__lanes_init(queue, geometry, &sluice__ring_lane);
}

static enum sluice_status init_chains(void *queue, const struct sluice__geometry *geometry)
{
    struct queue *q = queue;
    q->lanes.pool = &q->pool;
    sluice__chain_pool_init(&q->pool, geometry, sluice__spsc_chain_head_bytes, 0);
    return sluice__lanes_init(&q->lanes, geometry, &sluice__chain_lane);
}

static void destroy(void *queue)
{
    struct sluice__lanes *lanes = queue;
    sluice__lanes_destroy(lanes);
    if (lanes->pool)
        sluice__chain_pool_empty(lanes->pool);
}

static enum sluice_status attach(void *queue, int side, void *cursor)
{
    struct sluice__lanes *lanes = queue;
    if (side == 0)
        return sluice__lanes_attach(lanes, cursor);
    *(struct sluice__mpsc_lanes_cursor *)cursor = (struct sluice__mpsc_lanes_cursor){
        .cursor = lanes->nowhere.rx, .lane = &lanes->nowhere, .lanes = lanes };
    return SLUICE_OK;
}

static void detach(void *cursor, int side)
{
    if (side == 0)
        sluice__lanes_detach(cursor);
}

static uint64_t ready(void *cursor, int side)
{
    return side == 0 ? sluice__lanes_room(cursor) : ready_for_receiver(cursor);
}

static uint64_t length(const void *queue)
{
    return sluice__lanes_length(queue);
}

static void seal(void *queue)
{
    sluice__lanes_seal(queue);
}

static uint64_t leftover(void *queue, void **cells)
{
    return sluice__lanes_leftover(queue, cells);
}

static void discard(void *queue, uint64_t count)
{
    sluice__lanes_discard(queue, count);
}

static struct sluice__gate *room_gate(void *cursor, int side)
{
    struct sluice__lane *lane =
        side == 0 ? ((struct sluice__lanes_tx *)cursor)->lane : ((struct sluice__mpsc_lanes_cursor *)cursor)->lane;
    return (struct sluice__gate *)(void *)lane->gate;
}

static void each_room_gate(void *queue, void (*visit)(struct sluice__gate *gate))
{
    sluice__lanes_each_gate(queue, visit);
}

#define FLAVOUR(bytes, make)                                                                             \
    {                                                                                                    \
        .queue_bytes = (bytes),                                                                          \
        .cursor_bytes = { sizeof(struct sluice__lanes_tx), sizeof(struct sluice__mpsc_lanes_cursor) },   \
        .many = { true, false }, .init = (make), .destroy = destroy, .attach = attach, .detach = detach, \
        .ready = ready, .length = length, .seal = seal, .leftover = leftover, .discard = discard,        \
        .room_gate = room_gate, .each_room_gate = each_room_gate,                                        \
    }

const struct sluice__flavour sluice__mpsc_lanes_flavour = FLAVOUR(sizeof(struct sluice__lanes), init_rings);
const struct sluice__flavour sluice__mpsc_lanes_chain_flavour = FLAVOUR(sizeof(struct queue), init_chains);
