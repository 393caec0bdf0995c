/* lanes.c: lanes, their making, their senders, and the end of a channel of them. What receivers do about hot and cold lanes is in
 * lanes_hot.c. The protocol stands in <sluice/detail/lanes.h>.
 *
 * Who may call: attach, detach, seal, length and each_gate any thread; attend the lane's sender; init and destroy one thread with
 * no endpoint there; leftover and discard one thread with no receiver there.
 *
 * SPDX-License-Identifier: MIT */
#include "queue/lanes.h"

#include "thread/barrier.h"
#include "thread/os.h"

#include <string.h>

#define PREFAULT_MAX ((size_t)64 << 20) /* bytes of cells that a new lane touches, so that no stream has to */

#define COLD SLUICE__LANE_COLD
#define FENCED SLUICE__LANE_FENCED
#define SEALED SLUICE__LANE_SEALED
#define KEPT SLUICE__LANE_KEPT
#define ENDED SLUICE__LANE_ENDED
#define ORPHAN SLUICE__LANE_ORPHAN

static size_t round_up(size_t bytes, size_t alignment)
{
    return (bytes + alignment - 1) / alignment * alignment;
}

enum sluice_status sluice__lanes_init(struct sluice__lanes *lanes, const struct sluice__geometry *geometry,
                                      const struct sluice__lane_kind *kind)
{
    lanes->kind = kind;
    lanes->geometry = *geometry;
    lanes->cells_at = round_up(sizeof(struct sluice__lane) + kind->queue_bytes + 2 * kind->cursor_bytes, geometry->alignment);
    lanes->lane_bytes = lanes->cells_at;
    if (kind->memory)
        lanes->lane_bytes += kind->memory(geometry->capacity, geometry->message_bytes);
    sluice__a64_store_relaxed(&lanes->newest, (uint64_t)(uintptr_t)&lanes->first); /* relaxed: not shared yet */
    lanes->nowhere = (struct sluice__lane){ .index = SLUICE__LANES_IN_BLOCK - 1, .block = &lanes->first, .lanes = lanes,
                                            .rx = lanes->nowhere_cursor };
    return kind->cursor_bytes <= sizeof lanes->nowhere_cursor ? SLUICE_OK : SLUICE_INVALID;
}

/* ---- lanes and blocks ---- */

static struct sluice__lane *new_lane(struct sluice__lanes *lanes)
{
    const struct sluice__lane_kind *kind = lanes->kind;
    struct sluice__lane *lane = sluice__os_allocate(lanes->geometry.alignment, lanes->lane_bytes);
    if (!lane)
        return NULL;
    memset(lane, 0, lanes->lane_bytes - lanes->cells_at <= PREFAULT_MAX ? lanes->lane_bytes : lanes->cells_at);
    lane->lanes = lanes;
    lane->queue = lane + 1;
    lane->tx = (char *)lane->queue + kind->queue_bytes;
    lane->rx = (char *)lane->tx + kind->cursor_bytes;
    bool fenced = !sluice__barrier_works();
    sluice__a32_store_relaxed(&lane->state, fenced ? COLD | FENCED : COLD); /* relaxed: not shared yet */
    if (kind->make(lanes, lane->queue, (char *)lane + lanes->cells_at) != SLUICE_OK) {
        sluice__os_free(lane);
        return NULL;
    }
    if (!fenced)
        sluice__a32_store_relaxed(&lanes->unfenced, 1); /* relaxed: ordered by [LANES.S2] */
    kind->attach(lane->queue, 0, lane->tx);
    kind->attach(lane->queue, 1, lane->rx);
    return lane;
}

static void free_lane(struct sluice__lane *lane)
{
    lane->lanes->kind->unmake(lane->queue);
    sluice__os_free(lane);
}

static struct sluice__lanes_block *next_block(const struct sluice__lanes_block *block)
{
    /* [LANES.B2] acquire: the block is made. Pairs with [LANES.B1].
     * Without it: a walk could read what its memory held before. */
    return (struct sluice__lanes_block *)(uintptr_t)sluice__a64_load_acquire(&block->next);
}

static struct sluice__lane *lane_in(const struct sluice__lanes_block *block, uint32_t index)
{
    /* [LANES.B4] acquire: the lane is made. Pairs with [LANES.B3].
     * Without it: a walk could read what its memory held before. */
    return (struct sluice__lane *)(uintptr_t)sluice__a64_load_acquire(&block->lanes[index]);
}

/* The block behind this one, made if there is none. NULL: out of memory. */
static struct sluice__lanes_block *later_block(struct sluice__lanes_block *block)
{
    struct sluice__lanes_block *next = next_block(block);
    if (next)
        return next;
    struct sluice__lanes_block *fresh = sluice__os_allocate(SLUICE_CACHE_LINE, sizeof *fresh);
    if (!fresh)
        return NULL;
    memset(fresh, 0, sizeof *fresh);
    uint64_t expected = 0;
    do {
        /* [LANES.B1] release: the block is made before it is found. Pairs with [LANES.B2].
         * Without it: as there. */
        if (sluice__a64_cas_release(&block->next, &expected, (uint64_t)(uintptr_t)fresh))
            return fresh;
    } while (expected == 0);
    sluice__os_free(fresh);
    return next_block(block);
}

/* Gives a new lane its place. */
static bool enrol(struct sluice__lanes *lanes, struct sluice__lane *lane)
{
    /* [LANES.B6] acquire: the block is made. Pairs with [LANES.B5].
     * Without it: as [LANES.B2]. */
    struct sluice__lanes_block *block = (struct sluice__lanes_block *)(uintptr_t)sluice__a64_load_acquire(&lanes->newest);
    uint64_t index;
    while ((index = sluice__a64_add_relaxed(&block->made, 1)) >= SLUICE__LANES_IN_BLOCK) { /* relaxed: a number on its own */
        block = later_block(block);
        if (!block)
            return false;
        /* [LANES.B5] release: the block is made before it is found. Pairs with [LANES.B6].
         * Without it: as [LANES.B2]. Two threads may set it backwards: that costs a few steps. */
        sluice__a64_store_release(&lanes->newest, (uint64_t)(uintptr_t)block);
    }
    lane->block = block;
    lane->index = (uint32_t)index;
    /* [LANES.B3] release: the lane is made. Pairs with [LANES.B4].
     * Without it: as there. */
    sluice__a64_store_release(&block->lanes[index], (uint64_t)(uintptr_t)lane);
    /* [LANES.S2] full fence: the lane can be found before its sender looks whether the channel is closed. Pairs with [LANES.S3].
     * Without it: the lane could escape the seal, and its sender the close. */
    sluice__fence_full();
    return true;
}

struct sluice__lane *sluice__lanes_walk_on(const struct sluice__lanes *lanes, struct sluice__lanes_walk *walk)
{
    const struct sluice__lanes_block *block = walk->block ? walk->block : &lanes->first;
    while (block) {
        while (walk->index < SLUICE__LANES_IN_BLOCK) {
            struct sluice__lane *lane = lane_in(block, walk->index++);
            walk->block = (struct sluice__lanes_block *)block;
            if (lane)
                return lane;
        }
        walk->index = 0;
        block = next_block(block);
    }
    return NULL;
}

void sluice__lanes_destroy(struct sluice__lanes *lanes)
{
    struct sluice__lanes_walk walk = { NULL, 0 };
    struct sluice__lane *lane;
    while ((lane = sluice__lanes_walk_on(lanes, &walk)))
        free_lane(lane);
    sluice__lanes_free_seats(lanes);
    struct sluice__lanes_block *block = next_block(&lanes->first);
    while (block) {
        struct sluice__lanes_block *next = next_block(block);
        sluice__os_free(block);
        block = next;
    }
}

/* ---- senders ---- */

static struct sluice__lane *take_spare(struct sluice__lanes *lanes)
{
    if (!sluice__a32_load_relaxed(&lanes->spares)) /* relaxed: hint */
        return NULL;
    for (struct sluice__lanes_block *block = &lanes->first; block; block = next_block(block)) {
        uint64_t seen = sluice__a64_load_relaxed(&block->spare); /* relaxed: revalidated at [LANES.F2] */
        while (seen) {
            uint64_t bit = seen & (0 - seen);
            /* [LANES.F2] acquire: its last users are done with the lane. Pairs with [LANES.F1].
             * Without it: the new sender could go on from a cursor that the last one was still writing. */
            if (!sluice__a64_cas_acquire(&block->spare, &seen, seen ^ bit))
                continue;
            sluice__a32_add_relaxed(&lanes->spares, UINT32_MAX); /* relaxed: hint */
            return lane_in(block, (uint32_t)__builtin_ctzll(bit));
        }
    }
    return NULL;
}

void sluice__lane_make_spare(struct sluice__lane *lane)
{
    sluice__a32_add_relaxed(&lane->lanes->spares, 1); /* relaxed: hint */
    /* [LANES.F1] release: this end is done with the lane. Pairs with [LANES.F2].
     * Without it: as there. */
    sluice__a64_or_release(&lane->block->spare, UINT64_C(1) << lane->index);
}

enum sluice_status sluice__lanes_attach(struct sluice__lanes *lanes, struct sluice__lanes_tx *tx)
{
    struct sluice__lane *lane = take_spare(lanes);
    if (!lane) {
        lane = new_lane(lanes);
        if (!lane)
            return SLUICE_NO_MEMORY;
        if (!enrol(lanes, lane)) {
            free_lane(lane);
            return SLUICE_NO_MEMORY;
        }
    }
    sluice__a32_add_relaxed(&lanes->senders, 1); /* relaxed: 0 only when the last is gone: a sender is counted by one that still is */
    *tx = (struct sluice__lanes_tx){ .lane = lane, .cursor = lane->tx };
    return SLUICE_OK;
}

uint64_t sluice__lanes_room(const struct sluice__lanes_tx *tx)
{
    return tx->lane->lanes->kind->ready(tx->cursor, 0);
}

/* The sender's, of a lane that receivers may not come round to. */
static void warm(struct sluice__lane *lane)
{
    sluice__a32_and_relaxed(&lane->state, ~COLD); /* relaxed: seen with the bit, by [LANES.W2] */
    /* [LANES.W2] release: the message and the state are seen by who sees the bit. Pairs with [LANES.R3] and [LANES.R5].
     * Without it: the receiver could clear this bit, believe in COLD, and leave the lane out for ever. */
    sluice__a64_or_release(&lane->block->hot, UINT64_C(1) << lane->index);
}

int sluice__lanes_attend(struct sluice__lane *lane)
{
    uint32_t state = sluice__a32_load_relaxed(&lane->state); /* relaxed: who goes by SEALED acquires it at [LANES.E2] */
    if (state & FENCED) {
        /* [LANES.A2] full fence: the message is seen before the state is read. Pairs with [LANES.R1] and [LANES.S9].
         * Without it: as [LANES.N1], where receivers cannot make the barrier for both. */
        sluice__fence_full();
        state = sluice__a32_load_relaxed(&lane->state); /* relaxed: as above */
    }
    if (state & COLD)
        warm(lane);
    if (!(state & SEALED))
        return 0;
    /* [LANES.E2] acq_rel: the message is seen by who sees KEPT; the channel's close is seen by who saw SEALED, and the receiver's
     * head by who sees ENDED. Pairs with [LANES.E4], [LANES.S3] and [LANES.E1].
     * Without it: the message could be lost; this sender could publish once more, and nobody look; a message that was received
     * could be thought refused. */
    return (sluice__a32_or_acq_rel(&lane->state, KEPT) & ENDED) && lane->lanes->kind->length(lane->queue) > 0;
}

void sluice__lanes_detach(struct sluice__lanes_tx *tx)
{
    struct sluice__lane *lane = tx->lane;
    uint32_t seen = sluice__a32_load_relaxed(&lane->state); /* relaxed: revalidated at [LANES.O1] */
    for (;;) {
        if ((seen & COLD) && lane->lanes->kind->length(lane->queue) == 0) {
            sluice__lane_make_spare(lane); /* receivers do not come here, or do no harm if one is about to (invariant 3) */
            break;
        }
        if (seen & COLD)
            warm(lane);
        seen &= ~COLD;
        /* [LANES.O1] release: this sender's last messages, and its cursor. Pairs with [LANES.O2].
         * Without it: a receiver could give a lane away in which there is a message. */
        if (sluice__a32_cas_release(&lane->state, &seen, seen | ORPHAN)) {
            sluice__a32_add_relaxed(&lane->lanes->orphans, 1); /* relaxed: hint */
            break;
        }
    }
    /* [LANES.S7] release: who finds no sender needs no barrier against any. Pairs with [LANES.S8].
     * Without it: the end of a lane could come before [LANES.O1], and miss what this sender sent last. */
    sluice__a32_add_release(&lane->lanes->senders, UINT32_MAX);
}

/* ---- the end ---- */

void sluice__lanes_seal(struct sluice__lanes *lanes)
{
    /* [LANES.S3] full fence: the channel is closed before the lanes are looked up, and before SEALED is seen. Pairs with [LANES.S2] and
     * [LANES.E2].
     * Without it: as [LANES.S2]; or a sender could publish once more after KEPT, and nobody look. */
    sluice__fence_full();
    struct sluice__lanes_walk walk = { NULL, 0 };
    struct sluice__lane *lane;
    while ((lane = sluice__lanes_walk_on(lanes, &walk)))
        sluice__a32_or_relaxed(&lane->state, SEALED); /* relaxed: behind [LANES.S3] */
    /* [LANES.S8] acquire: the messages of senders that are gone. Pairs with [LANES.S7].
     * Without it: as there. */
    if (sluice__a32_load_acquire(&lanes->senders) && !sluice__barrier_on_all_threads() &&
        sluice__a32_load_relaxed(&lanes->unfenced)) /* relaxed: ordered by [LANES.S3] */
        sluice__barrier_by_patience();
    /* [LANES.S9] full fence: SEALED is seen before the lanes are looked at (where senders do not fence themselves, by the barrier above),
     * and all of that is seen by who sees `settled`. Pairs with [LANES.A2], [LANES.N1] and [LANES.S11].
     * Without it: as there. */
    sluice__fence_full();
    sluice__a32_store_relaxed(&lanes->settled, 1); /* relaxed: behind [LANES.S9] */
}

void sluice__lanes_settle(struct sluice__lanes *lanes)
{
    /* [LANES.S11] acquire: the barrier is made, and what it made visible is seen. Pairs with [LANES.S9].
     * Without it: the look could miss a message whose sender has passed the barrier and saw no seal. */
    if (!sluice__a32_load_acquire(&lanes->settled))
        sluice__lanes_seal(lanes); /* the closer is on its way: nobody waits for it */
}

bool sluice__lane_end(struct sluice__lane *lane)
{
    for (;;) {
        /* [LANES.E4] acquire: what was kept is seen by the look. Pairs with [LANES.E2].
         * Without it: the look could miss it, and the swap succeed. */
        uint32_t seen = sluice__a32_load_acquire(&lane->state);
        if (seen & ENDED)
            return true;
        if (sluice__lane_ready(lane))
            return false;
        /* [LANES.E1] release: the head, as it stays, is seen by a sender that comes too late. Pairs with [LANES.E2].
         * Without it: a message could be received and refused. */
        if (sluice__a32_cas_release(&lane->state, &seen, seen | ENDED))
            return true;
    }
}

/* ---- what anyone may ask, and what nobody received ---- */

uint64_t sluice__lanes_length(const struct sluice__lanes *lanes)
{
    struct sluice__lanes_walk walk = { NULL, 0 };
    struct sluice__lane *lane;
    uint64_t sum = 0;
    while ((lane = sluice__lanes_walk_on(lanes, &walk)))
        sum += sluice__lane_length(lane);
    return sum;
}

/* The search goes on from the lane where it was, so that many lanes are gone through once. */
uint64_t sluice__lanes_leftover(struct sluice__lanes *lanes, void **cells)
{
    struct sluice__lanes_walk walk = { lanes->rest_block, lanes->rest_index };
    struct sluice__lane *lane;
    while ((lane = sluice__lanes_walk_on(lanes, &walk))) {
        uint64_t count = sluice__lane_length(lane) ? lanes->kind->leftover(lane->queue, cells) : 0;
        if (count) {
            lanes->rest_block = lane->block;
            lanes->rest_index = lane->index;
            return count;
        }
    }
    lanes->rest_block = NULL;
    lanes->rest_index = 0;
    return 0;
}

void sluice__lanes_discard(struct sluice__lanes *lanes, uint64_t count)
{
    lanes->kind->discard(lane_in(lanes->rest_block, lanes->rest_index)->queue, count);
}

void sluice__lanes_each_gate(struct sluice__lanes *lanes, void (*visit)(struct sluice__gate *gate))
{
    struct sluice__lanes_walk walk = { NULL, 0 };
    struct sluice__lane *lane;
    while ((lane = sluice__lanes_walk_on(lanes, &walk)))
        visit((struct sluice__gate *)(void *)lane->gate);
}
