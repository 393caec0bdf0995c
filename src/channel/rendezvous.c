/* rendezvous.c: channels without a place for messages: a send and a receive meet, and the message goes from the one's memory to the
 * other's. One implementation for every flavour and order.
 *
 * Algorithm: two lists of waiters under one lock, as in the synchronous queues of W. Scherer, D. Lea, M. Scott ("Scalable Synchronous
 * Queues", 2006) with the lock in place of their lock-free list: what a rendezvous costs is two threads' line transfers and
 * wake-ups, against which a short lock is little, and under a lock a timeout and a hand-over cannot cross.
 *
 *      queue   lock | sealed | waiting senders:    first -> o <-> o <- last        the oldest is served first
 *                            | waiting receivers:  (none while senders wait)
 *      waiter  (on its own stack)   word | listed, closed | next message, left, done | before, behind
 *
 * A caller takes the lock and serves those who wait on the other side, oldest first: copies messages straight between the two
 * callers' memories, takes who has what it waited for off the list. What it did not get rid of it waits for itself, in the other
 * list. After the lock is let go, those served are told by their words. Telling under the lock would send each of them
 * straight into it for its next message.
 *
 * Invariants (under the lock)
 *   1. One of the lists is empty; both are once sealed.
 *   2. A listed waiter has something left. A waiting receiver has got nothing yet; a waiting sender of a batch may have handed over
 *      its beginning.
 *   3. A waiter's node is touched by others while it is listed, and by the one who took it off until that one has told it
 *      [RENDEZVOUS.P1]; never after. The wake-up that may follow uses the address of its word and nothing else.
 *
 * Linearisation: both the send and the receive at the hand-over, in the critical section of the one that came second; a send
 * returns OK only if its message was copied to a receiver that then cannot fail any more. FULL, EMPTY, TIMED_OUT and CLOSED:
 * in the critical section that found nobody, took the own node off, or found the seal.
 *
 * Progress: blocking, also for try_: the lock is held for some instructions and the copy of one hand-over, HAND_OVER_BYTES or one
 * message at most. A thread stopped there stops everyone; one stopped between its unlocking and its telling stops those it
 * served. Cost per message: one lock and unlock for either side, an exchange on the waiter's word, one copy, and three or four
 * line transfers; a wake-up where the waiter has gone to sleep.
 *
 * SPDX-License-Identifier: MIT */
#include "channel/wait.h"

#include "thread/cpu.h"
#include "thread/park.h"

#include <sluice/detail/rendezvous.h>

#include <string.h>

#define HAND_OVER_BYTES 65536 /* so that the lock is not held for a long batch */
#define LOCK_PAUSES 64        /* looks for the lock go on until they are so many pauses apart: it is soon free, and sleeping is dear */

/* What a waiter's word says. */
enum { WAITS, ASLEEP, TOLD };

/* One call's messages: those still to be handed over, or the room still to be filled. */
struct party {
    char *next;
    size_t left, done;
};

struct waiter {
    sluice__a32 word;
    bool listed; /* under the lock */
    bool closed; /* by whom it was told: the closing of the channel */
    struct party party;
    struct waiter *before, *behind;
};

struct list {
    struct waiter *first, *last;
    uint64_t count;
};

struct queue {
    sluice__os_mutex lock;
    bool sealed;
    size_t message_bytes;
    struct list waiting[2]; /* [side] */
};

SLUICE_STATIC_ASSERT(sizeof(struct queue) <= SLUICE_CACHE_LINE, "who has the lock's line pair has all of it");

static struct queue *queue_of(const struct sluice__end *end)
{
    return sluice__channel_queue(sluice__channel_of(end));
}

/* ---- under the lock ---- */

static void lock(struct queue *q)
{
    for (unsigned pauses = 1; pauses <= LOCK_PAUSES; pauses *= 2) {
        if (sluice__os_mutex_try_lock(&q->lock) == 0)
            return;
        for (unsigned i = 0; i < pauses; i++)
            sluice__cpu_relax();
    }
    sluice__os_mutex_lock(&q->lock);
}

static void unlock(struct queue *q)
{
    sluice__os_mutex_unlock(&q->lock);
}

/* Puts a waiter in behind the others. Returns how many those are. */
static uint64_t enlist(struct list *list, struct waiter *w)
{
    w->listed = true;
    w->before = list->last;
    w->behind = NULL;
    *(list->last ? &list->last->behind : &list->first) = w;
    list->last = w;
    return list->count++;
}

static void take_off(struct list *list, struct waiter *w)
{
    w->listed = false;
    *(w->before ? &w->before->behind : &list->first) = w->behind;
    *(w->behind ? &w->behind->before : &list->last) = w->before;
    list->count--;
}

static void copy(char *to, const char *from, size_t bytes)
{
    if (bytes == 8)
        memcpy(to, from, 8); /* the commonest, without a call */
    else
        memcpy(to, from, bytes);
}

/* Copies at most `most` messages, and as many as both have left. Returns how many. */
static size_t hand_over(struct party *from, struct party *to, size_t most, size_t message_bytes)
{
    size_t n = from->left < to->left ? from->left : to->left;
    n = n < most ? n : most;
    copy(to->next, from->next, n * message_bytes);
    struct party *const both[] = { from, to };
    for (int i = 0; i < 2; i++) {
        both[i]->next += n * message_bytes;
        both[i]->left -= n;
        both[i]->done += n;
    }
    return n;
}

/* Serves those who wait on the other side, oldest first. Returns those that have what they waited for, linked by `behind`, off
 * their list and to be told. */
static struct waiter *serve(struct queue *q, struct party *own, uint32_t side)
{
    struct list *peers = &q->waiting[!side];
    struct waiter *served = NULL, **end = &served;
    size_t most = HAND_OVER_BYTES / q->message_bytes + !(HAND_OVER_BYTES / q->message_bytes);
    while (peers->first && own->left && most) {
        struct waiter *peer = peers->first;
        bool sends = side == SLUICE__SENDERS;
        most -= hand_over(sends ? own : &peer->party, sends ? &peer->party : own, most, q->message_bytes);
        if (!sends && peer->party.left)
            break; /* a sender goes when it has got rid of all; a receiver with its first */
        take_off(peers, peer);
        peer->behind = NULL;
        *end = peer;
        end = &peer->behind;
    }
    return served;
}

/* ---- telling and waiting ---- */

/* Tells each that it may go. `teller` is the end of the caller; NULL: the channel was closed. */
static void tell(struct waiter *served, const struct sluice__end *teller)
{
    while (served) {
        struct waiter *next = served->behind;
        sluice__a32 *word = &served->word;
        /* [RENDEZVOUS.P1] release: what was handed over, and all other use of the node, comes before. Pairs with [RENDEZVOUS.C1] and
         * with [PARK.C1].
         * Without it: a receiver could return before its message is there, or the node's memory be used anew before we are done. */
        if (sluice__a32_exchange_release(word, TOLD) == ASLEEP) {
            if (teller)
                sluice__wait_is_over(sluice__channel_of(teller), teller);
            sluice__os_futex_wake(word, 1); /* the address only: the waiter may be gone */
        }
        served = next;
    }
}

static bool is_told(const struct waiter *self)
{
    /* [RENDEZVOUS.C1] acquire: what was handed over is seen, and the node is ours alone. Pairs with [RENDEZVOUS.P1].
     * Without it: the caller could read its message before it is there. */
    return sluice__a32_load_acquire(&self->word) == TOLD;
}

/* Waits awake, where a peer can be running meanwhile and not more do so than there are CPUs. Returns whether it was told. */
static bool spin(const struct sluice__wait *w, const struct waiter *self, uint64_t ahead)
{
    if (sluice__wait_peer_is_stopped(w)) {
        sluice__os_yield();
        return is_told(self);
    }
    uint64_t span = ahead + 1 < sluice__cpu_mask_cached() ? sluice__wait_patience(w) : 0;
    for (;;) {
        if (is_told(self))
            return true;
        if (sluice__os_ticks() - w->since >= span)
            return false;
        sluice__cpu_relax();
    }
}

/* Returns whether it was told before the deadline. */
static bool sleep_until_told(const struct sluice__wait *w, struct waiter *self)
{
    uint32_t seen = WAITS;
    while (!sluice__a32_cas_relaxed(&self->word, &seen, ASLEEP) && seen == WAITS) { /* relaxed: says only whether to wake us */
    }
    uint64_t began = sluice__orphans_begin();
    for (;;) {
        uint64_t ask_at = sluice__orphans_ask(w->channel, (int)w->end->side, began);
        sluice_deadline until = ask_at < w->deadline ? ask_at : w->deadline;
        bool told = sluice__sleep_while(&self->word, ASLEEP, until);
        if (told || until == w->deadline)
            return told;
    }
}

/* Past the deadline: off the list; or served all the same, by one who has not told us yet. */
static bool was_served(struct queue *q, uint32_t side, struct waiter *self)
{
    lock(q);
    bool served = !self->listed;
    if (!served)
        take_off(&q->waiting[side], self);
    unlock(q);
    return served && sluice__sleep_while(&self->word, ASLEEP, SLUICE_FOREVER);
}

/* Waits in the list, `ahead` others before. OK, CLOSED, TIMED_OUT. */
static enum sluice_status wait_for_peer(struct sluice__end *end, struct waiter *self, uint64_t ahead, sluice_deadline deadline)
{
    struct sluice__wait w = sluice__wait_begin(end, deadline);
    bool awake = spin(&w, self, ahead);
    if (!awake && !sleep_until_told(&w, self) && !was_served(queue_of(end), end->side, self))
        return SLUICE_TIMED_OUT;
    if (self->closed)
        return SLUICE_CLOSED;
    sluice__wait_learn(&w, awake ? sluice__os_ticks() - w.since : sluice__wait_until_woken(&w), 1);
    return SLUICE_OK;
}

/* ---- the operations ---- */

static bool has_passed(sluice_deadline deadline)
{
    return deadline != SLUICE_FOREVER && (deadline == SLUICE_NOW || sluice__os_now() >= deadline);
}

/* Meets peers until `own` has nothing left; a receiver waits for the first message only. OK; or why it ended before: CLOSED, FULL,
 * EMPTY, TIMED_OUT. */
static enum sluice_status meet(struct sluice__end *end, struct party *own, int try_only, sluice_deadline deadline)
{
    struct queue *q = queue_of(end);
    uint32_t side = end->side;
    while (own->left) {
        struct waiter self;
        size_t before = own->done;
        bool may_wait = !try_only && (side == SLUICE__SENDERS || before == 0) && !has_passed(deadline);
        uint64_t ahead = 0;
        lock(q);
        struct waiter *served = serve(q, own, side);
        bool sealed = q->sealed, waits = own->done == before && !sealed && may_wait;
        if (waits) {
            self = (struct waiter){ .party = *own };
            ahead = enlist(&q->waiting[side], &self);
        }
        unlock(q);
        tell(served, end);
        if (waits) {
            enum sluice_status status = wait_for_peer(end, &self, ahead, deadline);
            *own = self.party;
            return status;
        }
        if (own->done == before)
            return sealed ? SLUICE_CLOSED : !try_only ? SLUICE_TIMED_OUT : side == SLUICE__SENDERS ? SLUICE_FULL : SLUICE_EMPTY;
    }
    return SLUICE_OK;
}

static enum sluice_status meet_and_count(struct sluice__end *end, char *messages, size_t n, size_t *done, int try_only,
                                         sluice_deadline deadline)
{
    struct party own = { .next = messages, .left = n };
    enum sluice_status status = meet(end, &own, try_only, deadline);
    if (own.done == 0 && status != SLUICE_OK)
        return status;
    *done = own.done;
    return SLUICE_OK;
}

enum sluice_status sluice__rendezvous_send(struct sluice__end *tx, const void *messages, size_t n, size_t *done, int try_only,
                                           sluice_deadline deadline)
{
    return meet_and_count(tx, (char *)(uintptr_t)messages, n, done, try_only, deadline); /* a sender's party is only read */
}

enum sluice_status sluice__rendezvous_recv(struct sluice__end *rx, void *messages, size_t max, size_t *done, int try_only,
                                           sluice_deadline deadline)
{
    return meet_and_count(rx, messages, max, done, try_only, deadline);
}

/* ---- what the channel layer asks of every kind ---- */

static enum sluice_status init(void *queue, const struct sluice__geometry *geometry)
{
    struct queue *q = queue;
    q->message_bytes = geometry->message_bytes;
    return sluice__os_mutex_init(&q->lock, 0) ? SLUICE_NO_MEMORY : SLUICE_OK;
}

static void destroy(void *queue)
{
    sluice__os_mutex_destroy(&((struct queue *)queue)->lock);
}

static enum sluice_status attach(void *queue, int side, void *cursor)
{
    (void)queue, (void)side, (void)cursor;
    return SLUICE_OK;
}

static void detach(void *cursor, int side)
{
    (void)cursor, (void)side;
}

static uint64_t length(const void *queue)
{
    (void)queue;
    return 0;
}

/* Whoever waits, on either side, goes with CLOSED. */
static void seal(void *queue)
{
    struct queue *q = queue;
    lock(q);
    q->sealed = true;
    struct list *list = q->waiting[SLUICE__SENDERS].first ? &q->waiting[SLUICE__SENDERS] : &q->waiting[SLUICE__RECEIVERS];
    struct waiter *told = list->first; /* invariant 1: the other is empty */
    for (struct waiter *w = told; w; w = w->behind) {
        w->listed = false;
        w->closed = true;
    }
    *list = (struct list){ NULL, NULL, 0 };
    unlock(q);
    tell(told, NULL);
}

static uint64_t leftover(void *queue, void **cells)
{
    (void)queue, (void)cells;
    return 0; /* what was not received is still its sender's */
}

static void discard(void *queue, uint64_t count)
{
    (void)queue, (void)count;
}

const struct sluice__flavour sluice__rendezvous_flavour = {
    .queue_bytes = sizeof(struct queue),
    .cursor_bytes = { sizeof(sluice__rendezvous_tx), sizeof(sluice__rendezvous_rx) },
    .many = { true, true },
    .init = init,
    .destroy = destroy,
    .attach = attach,
    .detach = detach,
    .length = length,
    .seal = seal,
    .leftover = leftover,
    .discard = discard,
};
