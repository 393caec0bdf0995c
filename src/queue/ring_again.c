/* ring_again.c: what an end of a ring with several senders or receivers does when its first try did not do: looks
 * at where the other side is, tries again, passes over void cells, gives cells back. The algorithm stands in
 * <sluice/detail/ring.h>.
 *
 * Who may call: each function the thread whose cursor it is.
 *
 * Linearisation points: a send at [RING.T1] or [RING.T2] among senders, and visible at [RING.P1]; one sender's at
 * [RING.P2]. A receive at [RING.H1], or [RING.R1] where there is one receiver. EMPTY where tail is read and equals
 * head; FULL where tail is read: what holds the room later did then, by invariant 4.
 *
 * Progress: bounded numbers of steps, everywhere. An end that loses TRIES races answers BUSY: each was won by
 * another end.
 *
 * SPDX-License-Identifier: MIT */
#include "queue/ring.h"

#define TRIES 16     /* races for an index that an end loses before it says BUSY */
#define STAND_OFF 32 /* pauses after each: who comes back at once takes the line from the winner. To be tuned */
#define VOID_RUNS 16 /* that a receiver passes over before it says BUSY */

#define STEP SLUICE__RING_STEP
#define FLAGS SLUICE__RING_FLAGS

static void stand_off(void)
{
    for (int i = 0; i < STAND_OFF; i++)
        sluice__cpu_relax();
}

/* ---- senders ---- */

/* The smallest position that is not free, or a larger one where there is no room before `tail` anyway. *held_up: only by
 * a receiver in the middle of its step. */
static uint64_t lowest(const struct sluice__ring *r, uint64_t tail, bool *held_up)
{
    /* [RING.L1] acquire: what receivers did with the cells before it; the announcements of those who claimed them.
     * Pairs with [RING.R1] and with [RING.H1].
     * Without it: a cell could be written to while it is read. */
    uint64_t head = sluice__a64_load_acquire(&r->head) & ~FLAGS, low = head;
    *held_up = false;
    if (head + r->capacity == tail)
        return head; /* the slots' lines are left to their receivers */
    for (const struct sluice__ring_slot *s = sluice__ring_first_slot(r); s; s = s->next) {
        /* [RING.L2] acquire: what the receiver did with the cells before it. Pairs with [RING.A1], with [RING.A2],
         * with [RING.R2] and with [RING.A3].
         * Without it: as [RING.L1]. */
        uint64_t announced = sluice__a64_load_acquire(&s->announced), behind = head - (announced & ~FLAGS);
        /* Farther behind than a lap: a receiver that has not looked for long, whose claim will fail. */
        if (announced == SLUICE__RING_IDLE || behind - 1 >= r->capacity || behind <= head - low)
            continue;
        low = head - behind;
        *held_up = !(announced & FLAGS);
    }
    return low;
}

/* Moves the limit. Returns what there is to say if that did not make room. */
static enum sluice_status look(struct sluice__ring_tx *c, uint64_t tail)
{
    bool held_up;
    uint64_t limit = lowest(c->ring, tail, &held_up) + c->ring->capacity;
    if ((int64_t)(limit - c->limit) > 0) /* an announcement for nothing must not take back what was seen free */
        c->limit = limit;
    return held_up ? SLUICE_BUSY : SLUICE_FULL;
}

enum sluice_status sluice__ring_look_for_room(struct sluice__ring_tx *c)
{
    enum sluice_status status = look(c, c->position);
    return c->limit != c->position ? SLUICE_OK : status;
}

/* Stores the claim's extent where it succeeds. */
static bool claim_at(struct sluice__ring_tx *c, uint64_t tail, uint64_t want, uint64_t *first, uint64_t *count)
{
    uint64_t n = sluice__ring_fit(tail, c->limit, c->mask, want), seen = tail;
    /* [RING.T2] acquire: as [RING.T1]. Pairs with [RING.T3].
     * Without it: as [RING.T1]. */
    if (!sluice__a64_cas_acquire(&c->ring->tail, &seen, tail + n * STEP))
        return false;
    *first = tail;
    *count = n;
    return true;
}

enum sluice_status sluice__ring_claim_again(struct sluice__ring_tx *c, uint64_t want, int lost, uint64_t *first,
                                            uint64_t *count)
{
    struct sluice__ring *r = c->ring;
    for (int tries = 0; tries < TRIES; tries++) {
        if (tries || lost)
            stand_off();
        uint64_t tail = sluice__a64_load_relaxed(&r->tail); /* relaxed: revalidated at [RING.T2] */
        if (tail & SLUICE__RING_SEALED)
            return SLUICE_CLOSED;
        enum sluice_status status = SLUICE_FULL;
        if (!sluice__ring_has(tail, c->limit, want))
            status = look(c, tail);
        if (sluice__ring_has(tail, c->limit, 1)) {
            if (claim_at(c, tail, want, first, count))
                return SLUICE_OK;
            continue;
        }
        c->position = tail;
        return status;
    }
    return SLUICE_BUSY;
}

void sluice__ring_give_back(struct sluice__ring_tx *c, uint64_t first, uint64_t count)
{
    struct sluice__ring *r = c->ring;
    uint64_t end = first + count * STEP, tail = end;
    do {
        /* [RING.T3] release: what was written to the cells comes before their next owner's message. Pairs with
         * [RING.T1] and with [RING.T2].
         * Without it: as [RING.T1]. */
        if (sluice__a64_cas_release(&r->tail, &tail, first | (tail & FLAGS))) {
            c->position = first;
            return;
        }
    } while ((tail & ~FLAGS) == end);
    sluice__a64_add_relaxed(&r->voids, count * STEP); /* relaxed: a number for the length hint */
    sluice__ring_mark_run(c->marks, c->mask, first, count, SLUICE__RING_VOID);
}

/* ---- receivers ---- */

/* The run taken is [first, first + count). */
static enum sluice_status took(struct sluice__ring_rx *c, uint64_t first, uint64_t count, uint64_t *first_out,
                               uint64_t *count_out)
{
    if (c->ring->many[1]) {
        c->taken_from = first;
        c->taken_to = first + count * STEP;
    }
    *first_out = first;
    *count_out = count;
    return SLUICE_OK;
}

/* Nothing is readable at `position`, the head: nothing is there, or a sender is in the middle of that cell. */
static enum sluice_status why_nothing(const struct sluice__ring_rx *c, uint64_t position)
{
    if (!c->ring->many[0])
        return SLUICE_EMPTY;
    /* relaxed: after the mark by [RING.C1]; the head is at `position` if the tail is still there */
    uint64_t tail = sluice__a64_load_relaxed(&c->ring->tail) & ~FLAGS;
    return tail == position ? SLUICE_EMPTY : SLUICE_BUSY;
}

/* How many void cells there are from `first` on, in one lap. */
static uint64_t void_cells(const struct sluice__ring_rx *c, uint64_t first)
{
    return c->ring->many[0] ? sluice__ring_marked(c->marks, c->mask, first, UINT64_MAX, SLUICE__RING_VOID) : 0;
}

static void passed_over(struct sluice__ring_rx *c, uint64_t count)
{
    sluice__a64_add_relaxed(&c->ring->voids, 0 - count * STEP); /* relaxed: a number for the length hint */
}

static enum sluice_status one_take_again(struct sluice__ring_rx *c, uint64_t want, uint64_t *first,
                                         uint64_t *count)
{
    for (int runs = 0; runs <= VOID_RUNS; runs++) {
        uint64_t n = sluice__ring_marked(c->marks, c->mask, c->position, want, SLUICE__RING_PUBLISHED);
        if (n)
            return took(c, c->position, n, first, count);
        struct sluice__run gap = { .first = c->position, .count = void_cells(c, c->position) };
        if (!gap.count)
            return why_nothing(c, c->position);
        sluice__ring_one_release(c, &gap, gap.count);
        passed_over(c, gap.count);
    }
    return SLUICE_BUSY;
}

/* Takes over what a receiver that went away had not released. The range stays in the slot where it is, so that no
 * sender's walk along the slots can miss it: it is the slots that change hands. */
static bool adopt(struct sluice__ring_rx *c)
{
    struct sluice__ring_slot *s;
    while ((s = sluice__ring_returned(c->ring)) != NULL) {
        uint64_t announced = sluice__a64_load_relaxed(&s->announced); /* relaxed: revalidated at [RING.A5] */
        uint64_t from = announced & ~FLAGS;
        /* [RING.A5] acquire: the range's end, and its messages. Pairs with [RING.A3].
         * Without it: the range could be taken for longer or shorter than it is, and its messages for older ones. */
        if ((announced & FLAGS) != SLUICE__RING_ABANDONED ||
            !sluice__a64_cas_acquire(&s->announced, &announced, from | SLUICE__RING_KEPT))
            continue;
        sluice__a64_add_relaxed(&c->ring->returned, UINT64_MAX); /* relaxed: a hint where to look */
        sluice__ring_leave_slot(c->ring, c->slot);
        c->slot = s;
        c->taken_from = from;
        c->taken_to = sluice__a64_load_relaxed(&s->end); /* relaxed: ordered by [RING.A5] */
        return true;
    }
    return false;
}

/* There is a note at the head that ranges came back, which go first. Takes it off when there are none any more. */
static bool adopt_noted(struct sluice__ring_rx *c, uint64_t head)
{
    if (adopt(c))
        return true;
    /* [RING.H2] acquire: ranges that came back before are counted. Pairs with [RING.H3].
     * Without it: the note could go, and a range be received later than what came after it. */
    if (sluice__a64_cas_acquire(&c->ring->head, &head, head & ~FLAGS) &&
        sluice__a64_load_relaxed(&c->ring->returned)) /* relaxed: ordered by [RING.H2] */
        sluice__ring_note_returned(c->ring);
    return false;
}

static enum sluice_status take_taken(struct sluice__ring_rx *c, uint64_t want, uint64_t *first, uint64_t *count)
{
    *first = c->taken_from;
    *count = sluice__ring_fit(c->taken_from, c->taken_to, c->mask, want);
    return SLUICE_OK;
}

/* One try at the head. */
enum outcome { TOOK, PASSED, LOST, NOTHING };

static enum outcome try_head(struct sluice__ring_rx *c, uint64_t head, uint64_t want, uint64_t *first,
                             uint64_t *count)
{
    if (!c->ring->many[0])
        sluice__ring_see_tail(c);
    uint64_t n = sluice__ring_readable(c, head, want, c->ring->many[0]);
    uint64_t gap = n ? 0 : void_cells(c, head);
    if (!n && !gap)
        return NOTHING;
    if (!sluice__ring_announce_and_claim(c, head, n + gap))
        return LOST;
    c->position = head + (n + gap) * STEP;
    if (n)
        return took(c, head, n, first, count), TOOK;
    passed_over(c, gap);
    return PASSED;
}

/* Takes an announcement back. */
static void announce_nothing(struct sluice__ring_rx *c)
{
    /* [RING.R3] release: cells that were passed over were only looked at. Pairs with [RING.L2].
     * Without it: as [RING.R1], for void cells. */
    sluice__a64_store_release(&c->slot->announced, SLUICE__RING_IDLE);
}

static enum sluice_status many_take_again(struct sluice__ring_rx *c, uint64_t want, int lost, uint64_t *first,
                                          uint64_t *count)
{
    if (lost)
        announce_nothing(c); /* senders would wait for it */
    for (int tries = 0; tries < TRIES + VOID_RUNS; tries++) {
        if (lost)
            stand_off();
        /* [RING.C4] acquire: the messages up to a position that others moved; the count of ranges. Pairs with [RING.H1] and
         * with [RING.H3].
         * Without it: as [RING.C1]: marks within a run stand for no more than its first one. */
        uint64_t head = sluice__a64_load_acquire(&c->ring->head);
        if ((head & SLUICE__RING_RETURNED) && adopt_noted(c, head))
            return take_taken(c, want, first, count);
        enum outcome outcome = try_head(c, head & ~FLAGS, want, first, count);
        if (outcome == TOOK)
            return SLUICE_OK;
        if (outcome == NOTHING) {
            c->position = head & ~FLAGS;
            return adopt(c) ? take_taken(c, want, first, count) : why_nothing(c, c->position);
        }
        announce_nothing(c); /* as above */
        lost = outcome == LOST;
    }
    return SLUICE_BUSY;
}

enum sluice_status sluice__ring_take_again(struct sluice__ring_rx *c, uint64_t want, int lost, uint64_t *first,
                                           uint64_t *count)
{
    if (!c->ring->many[1])
        return one_take_again(c, want, first, count);
    if (c->taken_from != c->taken_to)
        return take_taken(c, want, first, count);
    return many_take_again(c, want, lost, first, count);
}

/* ---- the end ---- */

/* Whether another receiver has something that it may yet give back. */
static bool others_hold(const struct sluice__ring_rx *c)
{
    for (const struct sluice__ring_slot *s = sluice__ring_first_slot(c->ring); s; s = s->next)
        if (s != c->slot && sluice__a64_load_relaxed(&s->announced) != SLUICE__RING_IDLE) /* relaxed: not older than [RING.C6] saw */
            return true;
    return false;
}

int sluice__ring_is_over(struct sluice__ring_rx *c)
{
    struct sluice__ring *r = c->ring;
    /* relaxed: one sender's last is seen by [END.C1]; of several, claims come before the seal or fail, in this word alone */
    uint64_t tail = sluice__a64_load_relaxed(&r->tail);
    if (r->many[0] && !(tail & SLUICE__RING_SEALED))
        tail = sluice__a64_or_relaxed(&r->tail, SLUICE__RING_SEALED); /* relaxed: as above; the closer may not have got here yet */
    if (tail & SLUICE__RING_OVER)
        return 1;
    tail &= ~FLAGS;
    if (!r->many[1])
        return tail == c->position;
    /* [RING.C6] acquire: the announcements of those who moved it. Pairs with [RING.H1].
     * Without it: a message that is being looked at, and may come back, could be missed. */
    uint64_t head = sluice__a64_load_acquire(&r->head) & ~FLAGS;
    if (head != tail || others_hold(c))
        return 0;
    /* Said once and for all: a receiver that has not looked for long may yet announce something, for nothing. */
    sluice__a64_or_relaxed(&r->tail, SLUICE__RING_OVER); /* relaxed: a fact on its own */
    return 1;
}

bool sluice__ring_pending(void *cursor)
{
    return !sluice__ring_is_over(cursor);
}

/* ---- for who waits: not a message more than its line is pulled over ---- */

static uint64_t room(struct sluice__ring_tx *c)
{
    uint64_t tail = c->position;
    if (c->ring->many[0])
        tail = sluice__a64_load_relaxed(&c->ring->tail) & ~FLAGS; /* relaxed: hint */
    (void)look(c, tail);
    return sluice__ring_has(tail, c->limit, 1) ? (c->limit - tail) / STEP : 0;
}

static uint64_t readable(struct sluice__ring_rx *c)
{
    struct sluice__ring *r = c->ring;
    uint64_t head = c->position;
    if (r->many[1])
        head = sluice__a64_load_relaxed(&r->head) & ~FLAGS; /* relaxed: hint */
    if (r->many[0] && !sluice__ring_marked(c->marks, c->mask, head, 1, SLUICE__RING_PUBLISHED) &&
        !sluice__ring_marked(c->marks, c->mask, head, 1, SLUICE__RING_VOID)) /* which has to be passed over */
        return 0;
    uint64_t tail = sluice__a64_load_relaxed(&r->tail) & ~FLAGS; /* relaxed: hint */
    return sluice__ring_has(head, tail, 1) ? (tail - head) / STEP : 0;
}

uint64_t sluice__ring_ready(void *cursor, int side)
{
    if (side == 0)
        return room(cursor);
    struct sluice__ring_rx *c = cursor;
    uint64_t n = readable(c);
    if (n == 0 && c->ring->many[1] && sluice__ring_returned(c->ring))
        return 2; /* or more */
    return n;
}
