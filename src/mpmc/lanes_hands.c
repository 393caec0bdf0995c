/* lanes_hands.c: the hands of receivers, and their coming and going. See <sluice/detail/mpmc_lanes.h>.
 *
 * Who may call: attach and detach any thread, but attach of a second receiver only the owner of the first (it clones that); take_over
 * and others_hold the owner of the cursor; leftover and discard one thread, with no receiver there.
 *
 * SPDX-License-Identifier: MIT */
#include "mpmc/lanes_hands.h"

#include "thread/os.h"

#include <string.h>

#define HAND_BYTES ((size_t)4 << 10) /* about as much as waits behind a slow receiver, and as stays in the nearest cache */

#define FREE SLUICE__HAND_FREE
#define HELD SLUICE__HAND_HELD
#define ABANDONED SLUICE__HAND_ABANDONED

/* ---- hands ---- */

static struct sluice__lanes_hand *hand_at(const sluice__a64 *address)
{
    /* [MPMCLANES.L2] acquire: the hand is made. Pairs with [MPMCLANES.L1].
     * Without it: a walk could read what its memory held before. */
    return (struct sluice__lanes_hand *)(uintptr_t)sluice__a64_load_acquire(address);
}

/* Makes a hand the caller's, if it is in that state. */
static bool seize(struct sluice__lanes_hand *hand, uint32_t state)
{
    uint32_t seen = state;
    do {
        /* [MPMCLANES.S2] acq_rel: one gets it, with what the last owner left. Pairs with [MPMCLANES.S1] and [MPMCLANES.S2].
         * Without it: two could receive what is in it, or one could before it is there. */
        if (sluice__a32_cas_acq_rel(&hand->state, &seen, HELD))
            return true;
    } while (seen == state);
    return false;
}

static void give_up(struct sluice__mpmc_lanes *q, struct sluice__lanes_hand *hand, uint32_t state)
{
    /* [MPMCLANES.S1] release: this owner is done with it. Pairs with [MPMCLANES.S2].
     * Without it: as there. */
    sluice__a32_store_release(&hand->state, state);
    if (state == ABANDONED)
        /* [MPMCLANES.A1] release: the hand is ready to be taken over. Pairs with [MPMCLANES.A2].
         * Without it: who looks for it could find nothing. */
        sluice__a32_add_release(&q->abandoned, 1);
    else
        sluice__a32_add_relaxed(&q->free, 1); /* relaxed: hint */
}

bool sluice__hands_any_abandoned(const struct sluice__mpmc_lanes *q)
{
    /* [MPMCLANES.A2] acquire: the hands that are meant. Pairs with [MPMCLANES.A1].
     * Without it: as there. */
    return sluice__a32_load_acquire(&q->abandoned) != 0;
}

/* Some hand in that state, made the caller's. */
static struct sluice__lanes_hand *find_hand(struct sluice__mpmc_lanes *q, uint32_t state)
{
    struct sluice__lanes_hand *hand = hand_at(&q->hands);
    while (hand && !(sluice__a32_load_relaxed(&hand->state) == state && seize(hand, state))) /* relaxed: revalidated by seize */
        hand = hand_at(&hand->next);
    if (hand)
        sluice__a32_add_relaxed(state == ABANDONED ? &q->abandoned : &q->free, UINT32_MAX); /* relaxed: hint */
    return hand;
}

static struct sluice__lanes_hand *new_hand(struct sluice__mpmc_lanes *q)
{
    struct sluice__lanes_hand *hand = sluice__os_allocate(q->lanes.geometry.alignment, q->hand_bytes);
    if (!hand)
        return NULL;
    memset(hand, 0, q->hand_bytes);
    hand->cells = (char *)hand + q->hand_cells_at;
    sluice__a32_store_relaxed(&hand->state, HELD); /* relaxed: not shared yet */
    uint64_t newest = sluice__a64_load_relaxed(&q->hands); /* relaxed: revalidated at [MPMCLANES.L1] */
    do {
        sluice__a64_store_relaxed(&hand->next, newest); /* relaxed: not shared yet */
        /* [MPMCLANES.L1] acq_rel: the hand is made before it is found. Pairs with [MPMCLANES.L2] and [MPMCLANES.L1].
         * Without it: as there. */
    } while (!sluice__a64_cas_acq_rel(&q->hands, &newest, (uint64_t)(uintptr_t)hand));
    return hand;
}

bool sluice__hands_take_over(struct sluice__mpmc_lanes_cursor *c)
{
    struct sluice__mpmc_lanes *q = sluice__mpmc_lanes_of(c);
    struct sluice__lanes_hand *found = sluice__hands_any_abandoned(q) ? find_hand(q, ABANDONED) : NULL;
    if (!found)
        return false;
    give_up(q, c->hand, FREE);
    c->hand = found;
    c->lap = (uintptr_t)found->rest - (uintptr_t)(c->first * sluice__mpmc_message_bytes(q));
    c->limit = c->first + sluice__a64_load_relaxed(&found->held); /* relaxed: owner-only by now */
    c->deferred = NULL;
    c->others = 1;
    return true;
}

bool sluice__hands_others_hold(const struct sluice__mpmc_lanes_cursor *c)
{
    for (struct sluice__lanes_hand *hand = hand_at(&sluice__mpmc_lanes_of(c)->hands); hand; hand = hand_at(&hand->next))
        /* [MPMCLANES.H2] acquire: its owner is done with what it held. Pairs with [MPMCLANES.H1] and [MPMCLANES.H3].
         * Without it: as [MPMCLANES.H1]. */
        if (hand != c->hand && sluice__a64_load_acquire(&hand->held))
            return true;
    return false;
}

/* ---- receivers come and go ---- */

/* A second receiver comes. The lanes' messages that the first has copied stay in the lane, but for those the user peeks at. */
static void end_solitude(struct sluice__mpmc_lanes *q)
{
    struct sluice__mpmc_lanes_cursor *c = q->sole;
    q->sole = NULL;
    if (!c || !c->deferred)
        return;
    uint64_t kept = c->kept_from == c->first ? c->kept_to - c->first : 0;
    const struct sluice__lane_kind *kind = q->lanes.kind;
    struct sluice__run run;
    if (kept && kind->take(c->deferred, sluice__mpmc_message_bytes(q), kept, &run) == SLUICE_OK) {
        sluice__a64_store_relaxed(&c->hand->held, kept); /* relaxed: the second receiver is not there yet */
        kind->release(c->deferred, sluice__mpmc_message_bytes(q), &run, kept);
    }
    c->limit = c->first + kept;
    c->deferred = NULL;
}

enum sluice_status sluice__hands_attach(struct sluice__mpmc_lanes *q, struct sluice__mpmc_lanes_cursor *c)
{
    struct sluice__lanes_hand *hand = sluice__a32_load_relaxed(&q->free) ? find_hand(q, FREE) : NULL; /* relaxed: hint */
    if (!hand)
        hand = new_hand(q);
    if (!hand)
        return SLUICE_NO_MEMORY;
    *c = (struct sluice__mpmc_lanes_cursor){ .hand = hand, .lane = &q->lanes.nowhere, .lanes = &q->lanes };
    /* [MPMCLANES.R3] acq_rel: what the others have done. Pairs with [MPMCLANES.R2] and [MPMCLANES.R1].
     * Without it: `sole` could be read while its owner is still setting it. */
    if (sluice__a32_add_acq_rel(&q->receivers, 1) == 1)
        end_solitude(q);
    return SLUICE_OK;
}

void sluice__hands_detach(struct sluice__mpmc_lanes_cursor *c)
{
    struct sluice__mpmc_lanes *q = sluice__mpmc_lanes_of(c);
    if (c->deferred) {
        c->limit = c->first; /* they never left the lane */
        c->deferred = NULL;
    }
    if (q->sole == c)
        q->sole = NULL;
    c->hand->rest = (char *)(c->lap + (uintptr_t)(c->first * sluice__mpmc_message_bytes(q)));
    give_up(q, c->hand, c->limit == c->first ? FREE : ABANDONED);
    /* [MPMCLANES.R2] acq_rel: this receiver's work is done. Pairs with [MPMCLANES.R1] and [MPMCLANES.R3].
     * Without it: as there. */
    sluice__a32_add_acq_rel(&q->receivers, UINT32_MAX);
}

/* ---- making, counting, and what nobody received ---- */

void sluice__hands_init(struct sluice__mpmc_lanes *q)
{
    const struct sluice__geometry *g = &q->lanes.geometry;
    size_t room = HAND_BYTES / g->message_bytes;
    q->hand_room = room < 1 ? 1 : room < SLUICE__MPMC_LANES_QUANTUM ? room : SLUICE__MPMC_LANES_QUANTUM;
    q->hand_cells_at = (sizeof(struct sluice__lanes_hand) + g->alignment - 1) / g->alignment * g->alignment;
    q->hand_bytes = q->hand_cells_at + q->hand_room * g->message_bytes;
}

void sluice__hands_destroy(struct sluice__mpmc_lanes *q)
{
    struct sluice__lanes_hand *hand = hand_at(&q->hands);
    while (hand) {
        struct sluice__lanes_hand *next = hand_at(&hand->next);
        sluice__os_free(hand);
        hand = next;
    }
}

uint64_t sluice__hands_length(const struct sluice__mpmc_lanes *q)
{
    uint64_t sum = 0;
    for (struct sluice__lanes_hand *hand = hand_at(&q->hands); hand; hand = hand_at(&hand->next))
        sum += sluice__a64_load_relaxed(&hand->held); /* relaxed: hint */
    return sum;
}

/* No receiver is there, so a hand that holds anything is abandoned. */
uint64_t sluice__hands_leftover(struct sluice__mpmc_lanes *q, void **cells)
{
    q->rest = sluice__hands_any_abandoned(q) ? find_hand(q, ABANDONED) : NULL;
    if (!q->rest)
        return 0;
    *cells = q->rest->rest;
    return sluice__a64_load_relaxed(&q->rest->held); /* relaxed: owner-only by now */
}

void sluice__hands_discard(struct sluice__mpmc_lanes *q)
{
    sluice__a64_store_relaxed(&q->rest->held, 0); /* relaxed: owner-only by now */
    give_up(q, q->rest, FREE);
    q->rest = NULL;
}
