/* lanes_lock.c: the lock of a lane, leases of it, and the seats of those who may lease. Why revoking a lease is safe: <sluice/detail/mpmc_lanes.h>.
 *
 *     (n, FREE) ──▶ (n + 1, LOCKED) ──▶ (n + 1, LEASED) ◀──▶ (n + 1, REVOKING) ──▶ (n + 2, LOCKED) by the revoker
 *         ▲               │                   │                     │
 *         └───────────────┴───────────────────┴─────────────────────┘ by its holder
 *
 * Only its holder changes a LOCKED word, and only a holder's swap makes a number FREE; so a swap of (n, REVOKING) that succeeds is about
 * the lease that it was read of. (A lane that has ended stays LOCKED.)
 *
 * SPDX-License-Identifier: MIT */
#include "queue/lanes.h"

#include "thread/barrier.h"
#include "thread/os.h"

#include <string.h>

/* In the lowest two bits; the number above. */
#define FREE UINT64_C(0)
#define LOCKED UINT64_C(1)
#define LEASED UINT64_C(2)
#define REVOKING UINT64_C(3)
#define STATE UINT64_C(3)
#define NEXT_NUMBER UINT64_C(4)

#define NOBODYS 2u /* a seat's `inside` */

bool sluice__lane_try_lock(struct sluice__lane *lane)
{
    uint64_t seen = sluice__a64_load_relaxed(&lane->lock); /* relaxed: revalidated at [LANES.L1] */
    /* [LANES.L1] acquire: the last receiver's work on the cursor is seen. Pairs with [LANES.L2] and [LANES.L6].
     * Without it: a message could be taken twice. */
    return (seen & STATE) == FREE && sluice__a64_cas_acquire(&lane->lock, &seen, seen + NEXT_NUMBER + LOCKED);
}

void sluice__lane_unlock(struct sluice__lane *lane)
{
    uint64_t own = sluice__a64_load_relaxed(&lane->lock); /* relaxed: owner-only while LOCKED */
    /* [LANES.L2] release: this receiver's work is done. Pairs with [LANES.L1].
     * Without it: as there. */
    sluice__a64_store_release(&lane->lock, own & ~STATE);
}

uint64_t sluice__lane_lock_word(const struct sluice__lane *lane)
{
    uint64_t seen = sluice__a64_load_relaxed(&lane->lock); /* relaxed: hint */
    return (seen & STATE) == FREE ? 0 : seen;
}

bool sluice__lane_is_leased(const struct sluice__lane *lane)
{
    return (sluice__a64_load_relaxed(&lane->lock) & STATE) == LEASED; /* relaxed: hint */
}

bool sluice__lanes_may_be_leased(void)
{
    return sluice__barrier_works();
}

uint64_t sluice__lane_lease(struct sluice__lane *lane, struct sluice__lanes_seat *seat)
{
    uint64_t lease = sluice__a64_load_relaxed(&lane->lock) - LOCKED + LEASED; /* relaxed: owner-only while LOCKED */
    /* [LANES.L11] release: the seat is made. Pairs with [MPMCLANES.R2].
     * Without it: a revoker that is late, and finds a later lease's holder here, could ask a seat that it cannot see yet. */
    sluice__a64_store_release(&lane->holder, (uint64_t)(uintptr_t)seat);
    /* [LANES.L8] release: the holder, and that it is inside. Pairs with [MPMCLANES.R1].
     * Without it: a revoker could ask the wrong seat, or find the right one not yet inside. */
    sluice__a64_store_release(&lane->lock, lease);
    return lease;
}

bool sluice__lane_give_up(struct sluice__lane *lane, uint64_t lease)
{
    uint64_t seen = lease;
    do {
        /* [LANES.L6] release: as [LANES.L2]. Pairs with [LANES.L1].
         * Without it: as there. */
        if (sluice__a64_cas_release(&lane->lock, &seen, lease & ~STATE))
            return true;
    } while ((seen & ~STATE) == (lease & ~STATE) && (seen & STATE) != FREE);
    return false;
}

bool sluice__lane_revoke(struct sluice__lane *lane, uint64_t lease)
{
    uint64_t revoking = (lease & ~STATE) | REVOKING, found = lease;
    if ((lease & STATE) != LEASED)
        return false;
    do {
        if (found != lease)
            return false;
        /* [MPMCLANES.R1] acquire: this lease's holder or a later one, and inside if this is its turn's beginning; and the heavy barrier
         * comes after REVOKING. Pairs with [LANES.L8] and, over that barrier, with [MPMCLANES.N1].
         * Without it: as there. */
    } while (!sluice__a64_cas_acquire(&lane->lock, &found, revoking));
    /* [MPMCLANES.R2] acquire: the holder's seat; of this lease, or of a later one if this is over. Pairs with [LANES.L11].
     * Without it: as there. */
    const struct sluice__lanes_seat *seat = (const struct sluice__lanes_seat *)(uintptr_t)sluice__a64_load_acquire(&lane->holder);
    if (!sluice__barrier_on_all_threads())
        sluice__barrier_by_patience();
    /* [MPMCLANES.H2] acquire: what the holder did on the lane. Pairs with [MPMCLANES.H1].
     * Without it: as there. */
    bool inside = sluice__a32_load_acquire(&seat->inside);
    uint64_t next = inside ? lease : (lease & ~STATE) + NEXT_NUMBER + LOCKED, seen = revoking;
    do {
        /* relaxed: against the holder's giving up, by this word alone; its work is acquired by [MPMCLANES.H2], or stays its own */
        if (sluice__a64_cas_relaxed(&lane->lock, &seen, next))
            return !inside;
    } while (seen == revoking);
    return false;
}

/* ---- seats ---- */

static struct sluice__lanes_seat *seat_at(const sluice__a64 *address)
{
    /* [LANES.T2] acquire: the seat is made. Pairs with [LANES.T1].
     * Without it: a walk could read what its memory held before. */
    return (struct sluice__lanes_seat *)(uintptr_t)sluice__a64_load_acquire(address);
}

static struct sluice__lanes_seat *find_seat(struct sluice__lanes *lanes)
{
    if (!sluice__a32_load_relaxed(&lanes->vacant)) /* relaxed: hint */
        return NULL;
    for (struct sluice__lanes_seat *seat = seat_at(&lanes->seats); seat; seat = seat_at(&seat->next))
        for (uint32_t seen = sluice__a32_load_relaxed(&seat->inside); seen == NOBODYS;) /* relaxed: revalidated by the swap */
            if (sluice__a32_cas_relaxed(&seat->inside, &seen, 0)) { /* relaxed: all that passes on is this word */
                sluice__a32_add_relaxed(&lanes->vacant, UINT32_MAX); /* relaxed: hint */
                return seat;
            }
    return NULL;
}

static struct sluice__lanes_seat *new_seat(struct sluice__lanes *lanes)
{
    struct sluice__lanes_seat *seat = sluice__os_allocate(SLUICE_CACHE_LINE, sizeof *seat);
    if (!seat)
        return NULL;
    memset(seat, 0, sizeof *seat);
    uint64_t newest = sluice__a64_load_relaxed(&lanes->seats); /* relaxed: revalidated at [LANES.T1] */
    do {
        sluice__a64_store_relaxed(&seat->next, newest); /* relaxed: not shared yet */
        /* [LANES.T1] release: the seat is made before it is found; those behind it by the swaps that this goes on with. Pairs with
         * [LANES.T2].
         * Without it: as there. */
    } while (!sluice__a64_cas_release(&lanes->seats, &newest, (uint64_t)(uintptr_t)seat));
    return seat;
}

struct sluice__lanes_seat *sluice__lanes_take_seat(struct sluice__lanes *lanes)
{
    struct sluice__lanes_seat *seat = find_seat(lanes);
    return seat ? seat : new_seat(lanes);
}

void sluice__lanes_leave_seat(struct sluice__lanes *lanes, struct sluice__lanes_seat *seat)
{
    sluice__a32_store_relaxed(&seat->inside, NOBODYS); /* relaxed: all that passes on is this word */
    sluice__a32_add_relaxed(&lanes->vacant, 1); /* relaxed: hint */
}

void sluice__lanes_free_seats(struct sluice__lanes *lanes)
{
    struct sluice__lanes_seat *seat = seat_at(&lanes->seats);
    while (seat) {
        struct sluice__lanes_seat *next = seat_at(&seat->next);
        sluice__os_free(seat);
        seat = next;
    }
}
