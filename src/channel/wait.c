/* wait.c: the one loop in which an end waits: stand off, look, spin, announce, look, sleep, look. All flavours and both
 * directions come here; the inlined half tries again after it.
 *
 * Three spans of time, all learnt from what the last waits have shown:
 *
 *   stand-off  When an end catches up with its peer, both work on the same cache lines and each message costs their transfer:
 *              a slow regime that feeds itself. An end that found nothing therefore stays away until half a ring of
 *              messages can have come, never longer than STAND_OFF_MAX; and not at all where it finds them one by one (a
 *              dialogue: its latency is the point) or further apart than their cache lines take to travel.
 *   patience   How long to spin before sleeping: about what a wake-up costs, as long as messages come close together; else
 *              nothing, since spinning over long gaps burns a CPU to save little. Two ends that both sleep see long gaps
 *              for no other reason than each other's wake-ups, so now and then an end is patient on trial.
 *   sleep      Until woken, or the deadline. Where sleeping is the rule the gate is asked to be cheap for the sleeper.
 *
 * A channel's options may change that. SLUICE_WAIT_LATENCY: no stand-off, and a long patience whatever the gaps are.
 * SLUICE_WAIT_THROUGHPUT: a stand-off also where messages come one by one; and a receiver to whom they come so far apart that it sleeps
 * between them takes a nap first. Nobody has to wake it from that, and by its end a batch is there (as network cards hold
 * interrupts back). Naps that gather next to nothing, as in a dialogue, are not taken for a while.
 *
 * Where the peer cannot be running while this thread is, because both were last seen on one CPU or there is only one, there
 * is no use in either of the first two: the CPU is offered to the peer, and then comes sleep.
 *
 * SPDX-License-Identifier: MIT */
#include "channel/wait.h"

#include "channel/gate.h"
#include "thread/cpu.h"
#include "thread/os.h"
#include "thread/park.h"

/* Nanoseconds. STAND_OFF_MAX and the half ring were measured (docs/performance.md, 3); the others follow from what a line
 * transfer (30 to 240 ns) and a wake-up cost, and from entries 4 and 5 there. */
#define STAND_OFF_MAX 2800 /* beyond it throughput no longer grows */
#define TRAVEL_GAP 100     /* messages further apart than this, for each of their lines, gain nothing from coming in batches */
#define LINE 64            /* bytes that travel at once */
#define PATIENT_GAP 4000   /* messages closer than this are worth spinning for */
#define GAP_MAX 12000      /* longer gaps count as this: one hiccup must not undo what many waits have shown */
#define PATIENCE 30000     /* a wake-up costs 25 to 50 us across two CPUs of a virtual machine */
#define TRIAL_PATIENCE 100000 /* long enough to see past the peer's own wake-up */

#define LATENCY_PATIENCE 1000000
#define STREAM_GAP 4  /* between messages of a stream, while they come one by one only because they are taken so */
#define NAP 200000    /* the timer's own slack, 50 us as a rule, comes on top */
#define NAP_MIN 20000 /* a shorter one costs more than it saves */
#define NAP_WORTH 4   /* messages; a nap that gathers fewer was only a delay, */
#define NAPS_OFF 16   /* and so many waits do without */

#define TRIAL_EVERY 512 /* waits without patience; the last TRIAL_WAITS of them are tried with it */
#define TRIAL_WAITS 6
#define OFFERS_MAX 8 /* more would cost more than the sleep */
#define BATCH_MAX 4096 /* for queues without an end */

static uint64_t to_ticks(const struct sluice__channel *channel, uint64_t nanoseconds)
{
    return nanoseconds * channel->ticks_per_us / 1000;
}

/* What the end's next operation would find; closed counts as something. */
static uint64_t look(const struct sluice__wait *w, bool *closed)
{
    const struct sluice__flavour *flavour = w->channel->flavour;
    struct sluice__end *end = w->end;
    uint64_t found = flavour->ready(sluice__end_cursor(end), (int)end->side);
    *closed = found == 0 && (end->side == SLUICE__SENDERS
                                 ? sluice__front_may_not_send(end->front)
                                 : sluice__front_is_last_call(end->front) &&
                                       !(flavour->pending && flavour->pending(sluice__end_cursor(end))));
    return found + *closed;
}

void sluice__wait_init(struct sluice__end *end)
{
    /* Where messages are to gather, a receiver lets the first ones. */
    const struct sluice__channel *channel = sluice__channel_of(end);
    if (channel->wait == SLUICE_WAIT_THROUGHPUT)
        end->gap = to_ticks(channel, GAP_MAX);
}

bool sluice__wait_peer_is_stopped(const struct sluice__wait *w)
{
    uint32_t mine = sluice__channel_leave_cpu(w->channel, w->end);
    uint32_t theirs = sluice__a32_load_relaxed(&w->channel->cpu[!w->end->side]); /* relaxed: hint */
    if (sluice__cpu_quota_cached() == 1)
        return true;
    return theirs == UINT32_MAX ? sluice__cpu_mask_cached() == 1 : theirs == mine;
}

/* ---- learning ---- */

/* Messages that half fill the queue. */
static uint64_t half_full(const struct sluice__end *end)
{
    return end->capacity / 2 < BATCH_MAX ? end->capacity / 2 : BATCH_MAX;
}

/* Cache lines of a message. */
static uint64_t lines(const struct sluice__end *end)
{
    return (end->message_bytes + LINE - 1) / LINE;
}

void sluice__wait_learn(const struct sluice__wait *w, uint64_t waited, uint64_t found)
{
    struct sluice__end *end = w->end;
    uint64_t gap = waited / found, most = to_ticks(w->channel, GAP_MAX);
    end->gap = end->gap - end->gap / 4 + (gap < most ? gap : most) / 4;
    bool one_by_one = found == 1 || gap >= to_ticks(w->channel, TRAVEL_GAP * lines(end));
    uint32_t policy = w->channel->wait;
    if (policy == SLUICE_WAIT_LATENCY || (one_by_one && policy == SLUICE_WAIT_BALANCED)) {
        end->stand_off = 0;
        return;
    }
    uint64_t batch = one_by_one ? to_ticks(w->channel, STREAM_GAP * half_full(end)) : gap * half_full(end);
    most = to_ticks(w->channel, STAND_OFF_MAX);
    end->stand_off = batch < most ? batch : most;
}

static bool is_sparse(const struct sluice__wait *w)
{
    return w->end->gap >= to_ticks(w->channel, PATIENT_GAP);
}

uint64_t sluice__wait_patience(const struct sluice__wait *w)
{
    uint64_t span = PATIENCE;
    if (w->channel->wait == SLUICE_WAIT_LATENCY)
        span = LATENCY_PATIENCE;
    else if (is_sparse(w))
        span = w->end->sparse_waits++ % TRIAL_EVERY < TRIAL_EVERY - TRIAL_WAITS ? 0 : TRIAL_PATIENCE;
    if (span && w->deadline != SLUICE_FOREVER) {
        uint64_t now = sluice__os_now();
        uint64_t left = w->deadline > now ? w->deadline - now : 0;
        span = left < span ? left : span;
    }
    return to_ticks(w->channel, span);
}

/* ---- waiting ---- */

/* Stands off and spins. Returns whether there is something. */
static bool spin(const struct sluice__wait *w)
{
    uint64_t end = sluice__wait_patience(w);
    uint64_t stand_off = w->end->stand_off < end ? w->end->stand_off : end;
    uint64_t waited;
    while ((waited = sluice__os_ticks() - w->since) < stand_off)
        sluice__cpu_relax();
    for (;;) {
        bool closed;
        uint64_t found = look(w, &closed);
        if (found) {
            if (!closed)
                sluice__wait_learn(w, waited, found);
            return true;
        }
        if (waited >= end)
            return false;
        sluice__cpu_relax();
        waited = sluice__os_ticks() - w->since;
    }
}

uint64_t sluice__wait_until_woken(const struct sluice__wait *w)
{
    uint64_t waited = sluice__os_ticks() - w->since;
    uint64_t woken = sluice__a64_load_relaxed(&w->channel->woken_at[w->end->side]) - w->since; /* relaxed: hint */
    return woken < waited ? woken : waited;
}

static bool may_nap(const struct sluice__wait *w)
{
    if (w->channel->wait != SLUICE_WAIT_THROUGHPUT || w->end->side != SLUICE__RECEIVERS || !is_sparse(w))
        return false;
    if (w->end->naps_off == 0)
        return true;
    w->end->naps_off--;
    return false;
}

/* Sleeps for a while, not on the gate: nobody may spend a wake-up on it that an announced sleeper needs. A close ends it. Returns
 * whether there is something. */
static bool nap(const struct sluice__wait *w)
{
    sluice__a32 *word = &w->channel->front.closed;
    bool closed;
    uint64_t span = w->end->gap * half_full(w->end) * 1000 / w->channel->ticks_per_us, now = sluice__os_now();
    if (span < NAP_MIN || w->deadline < now + NAP_MIN)
        return false;
    span = span < NAP ? span : NAP;
    uint64_t until = w->deadline < now + span ? w->deadline : now + span;
    uint32_t seen = sluice__a32_load_relaxed(word); /* relaxed: who sleeps on an old value does not sleep */
    uint64_t found = look(w, &closed);
    if (!found) {
        (void)sluice__sleep_while(word, seen, until);
        found = look(w, &closed);
        w->end->naps_off = found < NAP_WORTH ? NAPS_OFF : 0;
    }
    if (found && !closed)
        sluice__wait_learn(w, sluice__os_ticks() - w->since, found);
    return found;
}

/* Announces, looks, sleeps, looks. OK: there is something. TIMED_OUT. BUSY: woken for nothing, once more. */
static enum sluice_status sleep_once(const struct sluice__wait *w, sluice_deadline until)
{
    struct sluice__gate *gate = sluice__end_gate(w->end);
    bool closed, in_time = true, slept = false;
    uint32_t ticket = sluice__gate_prepare(gate, is_sparse(w));
    uint64_t found = look(w, &closed);
    if (!found) {
        slept = true;
        in_time = sluice__gate_sleep(gate, ticket, until);
        found = look(w, &closed);
    }
    uint64_t mine = found && !closed ? 1 : 0; /* what this end is about to use */
    if (sluice__gate_leave(gate, ticket) && w->channel->flavour->ready(sluice__end_cursor(w->end), (int)w->end->side) > mine)
        sluice__gate_wake(gate); /* there is more: pass the wake-up on */
    if (mine)
        sluice__wait_learn(w, slept ? sluice__wait_until_woken(w) : 0, found);
    return found ? SLUICE_OK : in_time ? SLUICE_BUSY : SLUICE_TIMED_OUT;
}

static enum sluice_status sleep_well(const struct sluice__wait *w)
{
    uint64_t began = sluice__orphans_begin();
    for (;;) {
        uint64_t ask_at = sluice__orphans_ask(w->channel, (int)w->end->side, began);
        sluice_deadline until = ask_at < w->deadline ? ask_at : w->deadline;
        enum sluice_status status = sleep_once(w, until);
        if (status == SLUICE_BUSY)
            began = sluice__orphans_begin(); /* somebody is there */
        else if (status == SLUICE_OK || until == w->deadline)
            return status;
    }
}

/* A past deadline is a try, and that was made. What it was woken for it may have found out of reach for a moment (BUSY): others may
 * be woken for it. */
static bool has_passed(const struct sluice__wait *w)
{
    bool closed;
    if (w->deadline == SLUICE_FOREVER || sluice__os_now() < w->deadline)
        return false;
    if (look(w, &closed))
        sluice__gate_wake(sluice__end_gate(w->end));
    return true;
}

/* How often to offer the CPU before sleeping. Where several wait in one place for one thread, an offer may go to another of them; who
 * sleeps because of that is woken for the first cell there is, and takes the CPU from the thread that all wait for. */
static uint64_t offers(const struct sluice__wait *w)
{
    struct sluice__channel *channel = w->channel;
    int side = (int)w->end->side;
    bool together = sluice__end_gate(w->end) == &channel->front.gate[side];
    uint64_t mine = sluice__a64_load_relaxed(&channel->endpoints[side]);    /* relaxed: hint */
    uint64_t theirs = sluice__a64_load_relaxed(&channel->endpoints[!side]); /* relaxed: hint */
    return together && theirs == 1 && mine <= OFFERS_MAX ? mine : 1;
}

enum sluice_status sluice__end_wait(struct sluice__end *end, sluice_deadline deadline)
{
    struct sluice__wait w = sluice__wait_begin(end, deadline);
    bool closed;
    if (has_passed(&w))
        return SLUICE_TIMED_OUT;
    if (!sluice__wait_peer_is_stopped(&w)) {
        if (spin(&w))
            return SLUICE_OK;
    } else {
        for (uint64_t i = offers(&w); i > 0; i--) {
            sluice__os_yield();
            if (look(&w, &closed))
                return SLUICE_OK;
        }
    }
    return may_nap(&w) && nap(&w) ? SLUICE_OK : sleep_well(&w);
}

void sluice__end_wake_own_side(struct sluice__end *end)
{
    sluice__gate_wake(&sluice__channel_of(end)->front.gate[end->side]);
}

void sluice__wait_is_over(struct sluice__channel *channel, const struct sluice__end *waker)
{
    sluice__channel_leave_cpu(channel, waker);
    sluice__a64_store_relaxed(&channel->woken_at[!waker->side], sluice__os_ticks()); /* relaxed: hint */
}

/* After so many messages for which nobody had to be woken, a gate that was made cheap for sleepers is made cheap for us again. */
#define UNNEEDED_MAX 32

void sluice__end_wake_peer(struct sluice__end *end)
{
    struct sluice__channel *channel = sluice__channel_of(end);
    struct sluice__gate *gate = sluice__end_peer_gate(end);
    if (!sluice__gate_claim(gate)) {
        if (++end->unneeded % UNNEEDED_MAX == 0)
            sluice__gate_unfence(gate);
        return;
    }
    end->unneeded = 0;
    sluice__wait_is_over(channel, end);
    sluice__gate_deliver(gate);
}
