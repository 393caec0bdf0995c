/* lanes.c: the compiled half of lanes with several receivers: beginning and ending turns, receivers that come and go, and the two
 * flavours, over rings and over chains. See <sluice/detail/mpmc_lanes.h> and, for the lanes themselves, <sluice/detail/lanes.h>.
 *
 * SPDX-License-Identifier: MIT */
#include "queue/lanes.h"

#include "thread/os.h"

#include <sluice/detail/mpmc_lanes.h>

/* Pauses in which a lease may end before it is revoked: some microseconds, a few times what a turn takes. (A test may want none.) */
#ifndef SLUICE__LANES_PATIENCE
#define SLUICE__LANES_PATIENCE 128
#endif
#define GLANCE 8         /* pauses from one look at it to the next: looking all the time would only disturb */
#define ROUNDS 4         /* in one call, while others are faster */
#define TURN_BYTES ((size_t)16 << 10)
#define SINGLES_MIN 8    /* turns of one message after a lost lease, doubled each time */
#define SINGLES_MAX 1024
/* How far a waiting receiver's look goes on beyond the first lane with messages. (A test may want less.) */
#ifndef SLUICE__LANES_READY_VISITS
#define SLUICE__LANES_READY_VISITS 16
#endif

struct queue {
    struct sluice__lanes lanes; /* first: cursors know it by this */
    struct sluice__chain_pool pool;
};

/* ---- turns ---- */

/* Also where fewer are there by now: while the receiver keeps up with a sender it need not lock the lane for each message. */
static uint64_t quantum(const struct sluice__mpmc_lanes_cursor *c)
{
    uint64_t fits = TURN_BYTES / c->lanes->geometry.message_bytes;
    if (c->singles || fits == 0 || !sluice__lanes_may_be_leased())
        return 1;
    return fits < SLUICE__LANES_QUANTUM ? fits : SLUICE__LANES_QUANTUM;
}

/* On a locked lane with messages: the receiver is inside from here on. A turn of one message needs no lease, as it ends in the same
 * call, or keeps its lane for a peek. */
static void begin_turn(struct sluice__mpmc_lanes_cursor *c, struct sluice__lane *lane, bool others)
{
    sluice__lane_serve(lane);
    c->lane = lane;
    c->cursor = lane->rx;
    c->left = quantum(c);
    c->others = others;
    sluice__a32_store_relaxed(&c->seat->inside, 1); /* relaxed: ordered by [LANES.L8] */
    c->lease = c->left == 1 ? sluice__lane_lock_word(lane) : sluice__lane_lease(lane, c->seat);
}

static void give_up(struct sluice__mpmc_lanes_cursor *c)
{
    if (!sluice__lane_give_up(c->lane, c->lease)) {
        c->singles_next = c->singles_next ? 2 * c->singles_next : SINGLES_MIN;
        c->singles_next = c->singles_next < SINGLES_MAX ? c->singles_next : SINGLES_MAX;
        c->singles = c->singles_next;
    } else if (c->singles) {
        c->singles--;
    } else {
        c->singles_next = 0; /* a lease that nobody had to revoke */
    }
    c->lease = 0;
    c->left = 0;
}

/* The user's peek is over. */
static void end_peek(struct sluice__mpmc_lanes_cursor *c)
{
    c->keeps = 0;
    c->let_go = 1;
    sluice__a32_store_relaxed(&c->lane->kept, 0); /* relaxed: hint */
}

void sluice__mpmc_lanes_finish(struct sluice__mpmc_lanes_cursor *c, int holds_more)
{
    if (c->keeps && holds_more)
        return;
    if (c->keeps)
        end_peek(c);
    give_up(c); /* (without a lease it does not matter whether it is inside) */
}

/* Goes on with what the user has peeked at and not released. Returns whether there was something. */
static bool resume(struct sluice__mpmc_lanes_cursor *c)
{
    if (!c->keeps)
        return false;
    end_peek(c);
    c->left = c->kept_left;
    return true;
}

/* ---- looking for a lane ---- */

/* Whether nobody peeks at its messages: others get them, sooner or later without being told. */
static bool is_open(const struct sluice__lane *lane)
{
    return !sluice__a32_load_relaxed(&lane->kept); /* relaxed: ordered by the gate's handshake, as the queue's indices are */
}

/* Tries one lane. OK, EMPTY, BUSY: it is locked. */
static enum sluice_status begin_on(struct sluice__mpmc_lanes_cursor *c, struct sluice__lane *lane,
                                   const struct sluice__lanes_round *round)
{
    if (sluice__lane_lock_word(lane))
        return SLUICE_BUSY;
    if (sluice__lane_length(lane) == 0 && !(sluice__a32_load_relaxed(&lane->state) & SLUICE__LANE_ORPHAN)) /* relaxed: hint */
        return SLUICE_EMPTY;
    if (!sluice__lane_try_lock(lane))
        return SLUICE_BUSY;
    if (sluice__lane_ready(lane)) {
        begin_turn(c, lane, sluice__lanes_has_more(round));
        return SLUICE_OK;
    }
    sluice__lane_bury(lane);
    sluice__lane_unlock(lane);
    return SLUICE_EMPTY;
}

/* Waits some microseconds for a lane to be unlocked, and revokes its lease if it isn't. OK: locked by the caller; EMPTY: look again;
 * BUSY: its receiver is in the middle of a receive, or its user peeks. */
static enum sluice_status contend_for(struct sluice__lane *lane)
{
    uint64_t word = sluice__lane_lock_word(lane);
    for (int i = 0; i < SLUICE__LANES_PATIENCE && word; i++) {
        sluice__cpu_relax();
        if (i % GLANCE == 0 && sluice__lane_lock_word(lane) != word)
            word = 0;
    }
    if (!word)
        return SLUICE_EMPTY;
    if (is_open(lane) && sluice__lane_revoke(lane, word))
        return SLUICE_OK;
    if (sluice__lane_lock_word(lane) != word)
        return SLUICE_EMPTY;
    sluice__os_yield(); /* a receive takes nanoseconds: who is in one for so long has been stopped, maybe to let this one run */
    return SLUICE_BUSY;
}

/* Whether another sends lanes cold, so that a hot bit may be clear for a moment although there are messages. Asked before bits are read,
 * which is enough. A bit is cleared only after the cooler was counted, then a heavy barrier, then a look that found the lane empty. What
 * has come into it since came after that barrier: so who knows of it sees the cooler, too; and who has announced that he is about to
 * sleep and does not see the cooler announced it before that barrier, and the message's sender wakes him. */
static bool is_cooling(const struct sluice__mpmc_lanes_cursor *c)
{
    /* [MPMCLANES.C1] acquire: the hot bits as the last cooling left them. Pairs with [LANES.L7].
     * Without it: as there. */
    return sluice__a32_load_acquire(&c->lanes->cooling) != 0;
}

/* Goes round once. OK, EMPTY; BUSY: nothing but locked lanes, one with messages is `wanted`. */
static enum sluice_status go_round(struct sluice__mpmc_lanes_cursor *c, struct sluice__lane **wanted, unsigned *visits)
{
    struct sluice__lanes_round round = sluice__lanes_begin_behind(c->lanes, c->lane);
    struct sluice__lane *lane;
    *wanted = NULL;
    while ((lane = sluice__lanes_next(&round))) {
        enum sluice_status here = begin_on(c, lane, &round);
        if (here == SLUICE_OK)
            return here;
        *visits += here == SLUICE_EMPTY;
        if (here == SLUICE_BUSY && (!*wanted || !(is_open(*wanted) && sluice__lane_is_leased(*wanted))) && sluice__lane_length(lane) > 0)
            *wanted = lane;
    }
    return *wanted ? SLUICE_BUSY : SLUICE_EMPTY;
}

static enum sluice_status look_for_messages(struct sluice__mpmc_lanes_cursor *c, unsigned *visits)
{
    for (int rounds = 0; rounds < ROUNDS; rounds++) {
        struct sluice__lane *wanted;
        enum sluice_status status = go_round(c, &wanted, visits);
        if (status != SLUICE_BUSY)
            return status;
        status = contend_for(wanted);
        if (status == SLUICE_BUSY) {
            c->lane = wanted; /* the next call begins behind it: its receiver may be stopped */
            return status;
        }
        if (status == SLUICE_EMPTY)
            continue;
        if (sluice__lane_ready(wanted)) {
            begin_turn(c, wanted, true);
            return SLUICE_OK;
        }
        sluice__lane_unlock(wanted);
    }
    return SLUICE_BUSY;
}

enum sluice_status sluice__mpmc_lanes_fetch(struct sluice__mpmc_lanes_cursor *c)
{
    if (resume(c))
        return SLUICE_OK;
    if (c->lease)
        give_up(c);
    sluice__lanes_tidy(c->lane);
    bool cooling = is_cooling(c);
    unsigned visits = 0;
    enum sluice_status status = look_for_messages(c, &visits);
    if (status == SLUICE_EMPTY && cooling)
        status = SLUICE_BUSY;
    sluice__lanes_wasted(c->lanes, visits);
    return status;
}

/* A locked lane of a settled channel: begins a turn on it, or ends it. */
static bool begin_or_end(struct sluice__mpmc_lanes_cursor *c, struct sluice__lane *lane)
{
    if (sluice__lane_end(lane))
        return false;
    begin_turn(c, lane, true);
    return true;
}

enum sluice_status sluice__mpmc_lanes_last(struct sluice__mpmc_lanes_cursor *c)
{
    struct sluice__lanes_walk walk = { NULL, 0 };
    struct sluice__lane *lane;
    enum sluice_status status = SLUICE_CLOSED;
    sluice__lanes_settle(c->lanes);
    while ((lane = sluice__lanes_walk_on(c->lanes, &walk))) {
        if (sluice__lane_has_ended(lane))
            continue; /* another may have it locked to find that out, too */
        if (!sluice__lane_try_lock(lane) && contend_for(lane) != SLUICE_OK && !sluice__lane_try_lock(lane))
            status = SLUICE_BUSY;
        else if (begin_or_end(c, lane))
            return SLUICE_OK;
    }
    return status;
}

/* ---- what a waiting receiver looks at ---- */

/* The messages in the hot lanes, or in the first few of them that have any: a waiter learns from it how large batches are. */
static uint64_t ready_in_hot(const struct sluice__mpmc_lanes_cursor *c)
{
    struct sluice__lanes_round round = sluice__lanes_begin_behind(c->lanes, c->lane);
    struct sluice__lane *lane;
    uint64_t sum = 0;
    unsigned left = SLUICE__LANES_READY_VISITS;
    for (; left && (lane = sluice__lanes_next(&round)); left -= sum > 0)
        sum += is_open(lane) ? sluice__lane_length(lane) : 0;
    return sum + (left == 0); /* there may be more: whoever is woken for these is to wake another */
}

static uint64_t ready_for_receiver(const struct sluice__mpmc_lanes_cursor *c)
{
    bool cooling = is_cooling(c);
    uint64_t found = ready_in_hot(c); /* (who waits peeks at nothing) */
    return found || !cooling ? found : sluice__lanes_length(c->lanes);
}

/* Whether another's user peeks at messages. */
static bool pending(void *cursor)
{
    const struct sluice__mpmc_lanes_cursor *c = cursor;
    struct sluice__lanes_walk walk = { NULL, 0 };
    const struct sluice__lane *lane;
    while ((lane = sluice__lanes_walk_on(c->lanes, &walk)))
        if (!is_open(lane))
            return true;
    return false;
}

/* ---- receivers come and go ---- */

static enum sluice_status attach_receiver(struct queue *q, struct sluice__mpmc_lanes_cursor *c)
{
    struct sluice__lanes_seat *seat = sluice__lanes_take_seat(&q->lanes);
    if (!seat)
        return SLUICE_NO_MEMORY;
    *c = (struct sluice__mpmc_lanes_cursor){ .cursor = q->lanes.nowhere.rx, .lane = &q->lanes.nowhere, .seat = seat,
                                             .lanes = &q->lanes };
    return SLUICE_OK;
}

static void detach_receiver(struct sluice__mpmc_lanes_cursor *c)
{
    if (c->keeps)
        end_peek(c); /* (the channel wakes the others) */
    if (c->lease)
        give_up(c);
    sluice__lanes_leave_seat(c->lanes, c->seat);
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
    struct queue *q = queue;
    sluice__lanes_destroy(&q->lanes);
    if (q->lanes.pool)
        sluice__chain_pool_empty(q->lanes.pool);
}

static enum sluice_status attach(void *queue, int side, void *cursor)
{
    return side == 0 ? sluice__lanes_attach(queue, cursor) : attach_receiver(queue, cursor);
}

static void detach(void *cursor, int side)
{
    if (side == 0)
        sluice__lanes_detach(cursor);
    else
        detach_receiver(cursor);
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
        side == 0 ? ((struct sluice__lanes_tx *)cursor)->lane : ((struct sluice__mpmc_lanes_cursor *)cursor)->lane;
    return (struct sluice__gate *)(void *)lane->gate;
}

static void each_room_gate(void *queue, void (*visit)(struct sluice__gate *gate))
{
    sluice__lanes_each_gate(queue, visit);
}

#define FLAVOUR(make)                                                                                    \
    {                                                                                                    \
        .queue_bytes = sizeof(struct queue),                                                             \
        .cursor_bytes = { sizeof(struct sluice__lanes_tx), sizeof(struct sluice__mpmc_lanes_cursor) },   \
        .many = { true, true }, .init = (make), .destroy = destroy, .attach = attach, .detach = detach,  \
        .ready = ready, .pending = pending, .length = length, .seal = seal, .leftover = leftover,        \
        .discard = discard, .room_gate = room_gate, .each_room_gate = each_room_gate,                    \
    }

const struct sluice__flavour sluice__mpmc_lanes_flavour = FLAVOUR(init_rings);
const struct sluice__flavour sluice__mpmc_lanes_chain_flavour = FLAVOUR(init_chains);
