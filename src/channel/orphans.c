/* orphans.c: finds, in the hardened library, endpoints whose threads have ended without dropping them, on the day when it matters: somebody
 * waits for the other side of a channel, and there is nobody.
 *
 * Each endpoint remembers the thread that used it last: its number, which is compared with the caller's own in every call and
 * written where they differ. Each channel has a roll of its endpoints. An end that has waited for a second, for which nothing has happened,
 * goes through the other side's: if every endpoint there was last used by a thread that the system no longer has, it warns.
 *
 * It warns and no more. An endpoint may be handed on after its last user has ended: whoever joined that thread may have it, and not have
 * come to use it yet. Nobody but the program can know (docs/decisions/0013). So the wait goes on, and the handler for misuse, which
 * may abort, is not called.
 *
 * What is not known is taken for alive: an endpoint that was not used yet (who it was given to, nobody saw), and one that was last
 * used before a fork, by number of the parent's. Numbers are given out anew after a while, and the main thread's stays when it
 * calls pthread_exit: then an orphan is missed. Channels opened by code that was not compiled hardened are left alone.
 *
 * SPDX-License-Identifier: MIT */
#include "channel/orphans.h"

#include "channel/channel.h"
#include "thread/os.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

__thread uint64_t sluice__own_id; /* 0: not asked yet */
static __thread uint64_t own_name[2];

SLUICE_STATIC_ASSERT(sizeof own_name == SLUICE_OS_NAME_BYTES, "a thread's name");

void sluice__end_adopt(struct sluice__end *end)
{
    if (!sluice__own_id) {
        char name[SLUICE_OS_NAME_BYTES];
        sluice__os_thread_name(name);
        memcpy(own_name, name, sizeof name);
        sluice__own_id = sluice__os_thread_id();
    }
    for (int i = 0; i < 2; i++)
        sluice__a64_store_relaxed(&end->user_name[i], own_name[i]); /* relaxed: for a message only */
    sluice__a64_store_relaxed(&end->user, sluice__own_id); /* relaxed: read after a second in which nothing happened */
}

#if SLUICE_HARDENED

uint64_t sluice__orphans_patience = UINT64_C(1000000000);

/* A lock of our own: one of the system's could fail to be made, and opening would have one more way to fail. */
static void lock(struct sluice__roll *roll)
{
    /* [ORPHANS.C1] acquire: the roll as it was left. Pairs with [ORPHANS.P1].
     * Without it: two could change the list at once, and lose a part of it. */
    while (sluice__a32_exchange_acquire(&roll->lock, 1))
        sluice__os_yield();
}

static void unlock(struct sluice__roll *roll)
{
    /* [ORPHANS.P1] release: what was done to the roll. Pairs with [ORPHANS.C1].
     * Without it: as there. */
    sluice__a32_store_release(&roll->lock, 0);
}

void sluice__orphans_enrol(struct sluice__roll *roll, struct sluice__end *end)
{
    lock(roll);
    end->before = NULL;
    end->behind = roll->first[end->side];
    if (end->behind)
        end->behind->before = end;
    roll->first[end->side] = end;
    unlock(roll);
}

void sluice__orphans_strike_off(struct sluice__roll *roll, struct sluice__end *end)
{
    lock(roll);
    *(end->before ? &end->before->behind : &roll->first[end->side]) = end->behind;
    if (end->behind)
        end->behind->before = end->before;
    unlock(roll);
}

/* ---- asking ---- */

/* What there is of a side of which nobody is left. */
struct orphans {
    uint64_t count;
    uint64_t user; /* the last one's */
    char name[SLUICE_OS_NAME_BYTES];
};

/* Whether every endpoint of that side was last used by a thread that has ended, and this is the first to see it. */
static bool are_all_that_is_left(struct sluice__roll *roll, int side, struct orphans *found)
{
    *found = (struct orphans){ 0 };
    lock(roll);
    bool all = !sluice__a32_load_relaxed(&roll->was_told[side]); /* relaxed: under the lock */
    for (struct sluice__end *end = roll->first[side]; end && all; end = end->behind) {
        uint64_t user = sluice__a64_load_relaxed(&end->user); /* relaxed: see sluice__end_adopt */
        all = user == found->user || sluice__os_thread_has_ended(user); /* nobody's number is no thread's */
        found->count++;
        found->user = user;
        for (size_t i = 0; i < 2; i++) {
            uint64_t part = sluice__a64_load_relaxed(&end->user_name[i]); /* relaxed: for a message only */
            memcpy(found->name + i * sizeof part, &part, sizeof part);
        }
    }
    all = all && found->count;
    if (all)
        sluice__a32_store_relaxed(&roll->was_told[side], 1); /* relaxed: under the lock */
    unlock(roll);
    return all;
}

static void warn(const struct sluice__channel *channel, int side, const struct orphans *found)
{
    static const char *const flavours[] = { [SLUICE_SPSC] = "SPSC", [SLUICE_MPSC] = "MPSC", [SLUICE_SPMC] = "SPMC",
                                            [SLUICE_MPMC] = "MPMC", [SLUICE_MUTEX] = "MUTEX" };
    static const char *const ends[] = { [SLUICE__SENDERS] = "sender", [SLUICE__RECEIVERS] = "receiver" };
    const struct sluice__channel_type *type = &channel->type;
    const char *buffer = type->buffer == SLUICE_BOUNDED ? "bounded" : type->buffer == SLUICE_UNBOUNDED ? "unbounded" : "rendezvous";
    const char *order = type->order == SLUICE_PER_SENDER ? ", per sender" : "";
    char text[512];
    snprintf(text, sizeof text,
             "%s (%s, %s%s): a %s waits for a %s, but the threads that used them last have ended without dropping them "
             "(%" PRIu64 " left; thread %" PRIu32 ", \"%.15s\"). Unless another thread was given one, nobody will ever come",
             type->name, flavours[type->flavour], buffer, order, ends[!side], ends[side], found->count, (uint32_t)found->user,
             found->name);
    sluice__warn(text);
}

uint64_t sluice__orphans_ask(void *of, int side, uint64_t began)
{
    struct sluice__channel *channel = of;
    struct orphans found;
    if (!channel->type.hardened || sluice__a32_load_relaxed(&channel->roll.was_told[!side])) /* relaxed: a flag on its own */
        return UINT64_MAX;
    uint64_t now = sluice__os_now(), waited = now - began;
    if (waited < sluice__orphans_patience)
        return began + sluice__orphans_patience;
    if (are_all_that_is_left(&channel->roll, !side, &found))
        warn(channel, !side, &found);
    return now + waited; /* less and less often: whoever waits for hours need not look every second */
}

#endif
