/* sweeps.c: what is judged by going along the time. See history.h.
 *
 * SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "monitor.h"

/* When the channel was closed, and by whom. */
struct end {
    uint64_t closed_began, closed_ended;       /* the first that began, the first that ended: explicit closes */
    uint64_t tx_began, tx_ended;               /* when the last sender's drop had begun, had ended; NEVER: was not */
    uint64_t rx_began, rx_ended;
    unsigned tx_dropped, rx_dropped;
};

static uint64_t later(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

static uint64_t sooner(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

static struct end find_end(const struct history *h)
{
    struct end e = { .closed_began = NEVER, .closed_ended = NEVER };
    for (size_t i = 0; i < h->count; i++) {
        const struct history_call *c = &h->calls[i];
        if (c->what == HISTORY_CLOSE) {
            e.closed_began = sooner(e.closed_began, c->began);
            e.closed_ended = sooner(e.closed_ended, c->ended);
        } else if (c->what == HISTORY_DROP_TX) {
            e.tx_began = later(e.tx_began, c->began);
            e.tx_ended = later(e.tx_ended, c->ended);
            e.tx_dropped++;
        } else if (c->what == HISTORY_DROP_RX) {
            e.rx_began = later(e.rx_began, c->began);
            e.rx_ended = later(e.rx_ended, c->ended);
            e.rx_dropped++;
        }
    }
    if (e.tx_dropped < h->senders)
        e.tx_began = e.tx_ended = NEVER;
    if (e.rx_dropped < h->receivers)
        e.rx_began = e.rx_ended = NEVER;
    return e;
}

/* ---- EMPTY ---- */

static int by_began(const void *a, const void *b)
{
    const struct span *x = a, *y = b;
    return (x->began > y->began) - (x->began < y->began);
}

/* The stretches of time in which something was inside: at each moment some message that had been sent before and whose receive began
 * later. Of lanes: each message's own. In m->times, by beginning; returns how many. */
static size_t full_stretches(struct monitor *m)
{
    size_t n = 0, merged = 0;
    for (size_t i = 0; i < m->count; i++)
        if (m->passages[i].sent.ended < m->passages[i].received.began)
            m->times[n++] = (struct span){ m->passages[i].sent.ended, m->passages[i].received.began };
    qsort(m->times, n, sizeof *m->times, by_began);
    for (size_t i = 0; i < n; i++) {
        struct span *last = merged ? &m->times[merged - 1] : NULL;
        bool inside = last && m->times[i].ended <= last->ended;
        if (inside)
            continue; /* covered by one that began before */
        if (last && !m->h->per_sender && m->times[i].began < last->ended)
            last->ended = m->times[i].ended;
        else
            m->times[merged++] = m->times[i];
    }
    return merged;
}

/* The last of the stretches that began before that. */
static const struct span *stretch_before(const struct monitor *m, size_t count, uint64_t time)
{
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (m->times[middle].began < time)
            low = middle + 1;
        else
            high = middle;
    }
    return low ? &m->times[low - 1] : NULL;
}

static enum history_fault check_empty(struct monitor *m)
{
    size_t n = full_stretches(m);
    for (size_t i = 0; i < m->h->count; i++) {
        const struct history_call *c = &m->h->calls[i];
        if (c->what != HISTORY_RECV || c->status != SLUICE_EMPTY || m->h->meets)
            continue;
        const struct span *s = stretch_before(m, n, c->began);
        if (s && c->ended < s->ended)
            return monitor_says(m, HISTORY_EMPTY, "EMPTY from %llu to %llu, beside messages from %llu to %llu", (unsigned long long)c->began,
                                (unsigned long long)c->ended, (unsigned long long)s->began, (unsigned long long)s->ended);
    }
    return HISTORY_FINE;
}

/* ---- FULL and too full ---- */

static int by_time(const void *a, const void *b)
{
    const struct change *x = a, *y = b;
    return x->at != y->at ? (x->at > y->at) - (x->at < y->at) : (x->by < y->by) - (x->by > y->by); /* more first */
}

static int by_time_less_first(const void *a, const void *b)
{
    const struct change *x = a, *y = b;
    return x->at != y->at ? (x->at > y->at) - (x->at < y->at) : (x->by > y->by) - (x->by < y->by);
}

/* How many were inside at least: those whose send had ended, without those whose receive had begun, or that the last receiver's drop
 * may have destroyed. */
static enum history_fault check_overfull(struct monitor *m, size_t from, size_t to)
{
    uint64_t end = find_end(m->h).rx_began;
    size_t n = 0;
    for (size_t i = from; i < to; i++) {
        const struct passage *p = m->order[i];
        uint64_t out = p->received.began != NEVER ? p->received.began : end != NEVER ? later(end, p->sent.ended) : NEVER;
        m->changes[n++] = (struct change){ p->sent.ended, 1 };
        if (out != NEVER)
            m->changes[n++] = (struct change){ out, -1 };
    }
    qsort(m->changes, n, sizeof *m->changes, by_time_less_first);
    int64_t inside = 0;
    for (size_t i = 0; i < n; i++) {
        inside += m->changes[i].by;
        if (inside > 0 && (uint64_t)inside > m->h->capacity)
            return monitor_says(m, HISTORY_OVERFULL, "%lld messages inside at %llu", (long long)inside, (unsigned long long)m->changes[i].at);
    }
    return HISTORY_FINE;
}

/* How many can have been inside: those whose send had begun, without those whose receive had ended. As sums up to each change. */
static size_t most_inside(struct monitor *m, size_t from, size_t to)
{
    size_t n = 0;
    for (size_t i = from; i < to; i++) {
        m->changes[n++] = (struct change){ m->order[i]->sent.began, 1 };
        if (m->order[i]->received.began != NEVER)
            m->changes[n++] = (struct change){ m->order[i]->received.ended + 1, -1 }; /* at its very end it may still be inside */
    }
    qsort(m->changes, n, sizeof *m->changes, by_time);
    for (size_t i = 1; i < n; i++)
        m->changes[i].by += m->changes[i - 1].by;
    return n;
}

/* The number of changes up to that time. */
static size_t changes_until(const struct monitor *m, size_t n, uint64_t time)
{
    size_t low = 0, high = n;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (m->changes[middle].at <= time)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Calls are short: the changes within one are few. */
static bool was_full(const struct monitor *m, size_t n, const struct history_call *c)
{
    size_t i = changes_until(m, n, c->began);
    if (i > 0 && m->changes[i - 1].by >= (int64_t)m->h->capacity)
        return true;
    for (; i < n && m->changes[i].at <= c->ended; i++)
        if (m->changes[i].by >= (int64_t)m->h->capacity)
            return true;
    return false;
}

static enum history_fault check_full(struct monitor *m, size_t from, size_t to, uint32_t sender)
{
    size_t n = most_inside(m, from, to);
    for (size_t i = 0; i < m->h->count; i++) {
        const struct history_call *c = &m->h->calls[i];
        if (c->what != HISTORY_SEND || c->status != SLUICE_FULL || (m->h->per_sender && c->sender != sender))
            continue;
        if (!was_full(m, n, c))
            return monitor_says(m, HISTORY_FULL, "FULL from %llu to %llu, while there was room", (unsigned long long)c->began,
                                (unsigned long long)c->ended);
    }
    return HISTORY_FINE;
}

static enum history_fault check_part(struct monitor *m, size_t from, size_t to, uint32_t sender)
{
    enum history_fault fault = check_overfull(m, from, to);
    return fault ? fault : check_full(m, from, to, sender);
}

static int by_sender(const void *a, const void *b)
{
    const struct passage *x = *(const struct passage *const *)a, *y = *(const struct passage *const *)b;
    return (x->sender > y->sender) - (x->sender < y->sender);
}

static enum history_fault check_capacity(struct monitor *m)
{
    if (m->h->capacity == UINT64_MAX || m->h->meets)
        return HISTORY_FINE;
    if (!m->h->per_sender)
        return check_part(m, 0, m->count, 0);
    enum history_fault fault = HISTORY_FINE;
    qsort(m->order, m->count, sizeof *m->order, by_sender);
    for (size_t from = 0, to; from < m->count && !fault; from = to) {
        for (to = from; to < m->count && m->order[to]->sender == m->order[from]->sender; to++) {
        }
        fault = check_part(m, from, to, m->order[from]->sender);
    }
    return fault;
}

/* ---- the end ---- */

/* When the first receiver that was told CLOSED had been told so. */
static uint64_t first_told(const struct history *h)
{
    uint64_t first = NEVER;
    for (size_t i = 0; i < h->count; i++)
        if (h->calls[i].what == HISTORY_RECV && h->calls[i].status == SLUICE_CLOSED)
            first = sooner(first, h->calls[i].ended);
    return first;
}

static enum history_fault check_end(struct monitor *m)
{
    struct end e = find_end(m->h);
    uint64_t told = first_told(m->h);
    for (size_t i = 0; i < m->h->count; i++) {
        const struct history_call *c = &m->h->calls[i];
        bool sends = c->what == HISTORY_SEND;
        if ((!sends && c->what != HISTORY_RECV) || (c->status != SLUICE_OK && c->status != SLUICE_CLOSED))
            continue;
        if (sends && c->status == SLUICE_OK && c->began > e.closed_ended)
            return monitor_says(m, HISTORY_AFTER_CLOSE, "%llx was sent after the close", (unsigned long long)c->value);
        if (sends && c->status == SLUICE_OK && c->began > e.rx_ended)
            return monitor_says(m, HISTORY_AFTER_RECEIVERS, "%llx was sent after the last receiver", (unsigned long long)c->value);
        if (c->status == SLUICE_OK && c->began > told)
            return monitor_says(m, HISTORY_CLOSED_BESIDE, "%llx was %s after a receiver had been told CLOSED", (unsigned long long)c->value,
                                sends ? "sent" : "received");
        if (c->status == SLUICE_CLOSED && c->ended < sooner(e.closed_began, sends ? e.rx_began : e.tx_began))
            return monitor_says(m, HISTORY_CLOSED_EARLY, "CLOSED by %llu, before anything closed the channel", (unsigned long long)c->ended);
    }
    return HISTORY_FINE;
}

/* ---- BUSY ---- */

/* The latest end of a call that began by then, of another thread than this one: of each moment the two latest, of different threads. */
struct latest {
    uint64_t ended[2];
    uint16_t thread[2];
};

static void note_end(struct latest *l, uint64_t ended, uint16_t thread)
{
    if (l->ended[0] && l->thread[0] == thread) {
        l->ended[0] = later(l->ended[0], ended);
    } else if (ended > l->ended[0]) {
        l->ended[1] = l->ended[0];
        l->thread[1] = l->thread[0];
        l->ended[0] = ended;
        l->thread[0] = thread;
    } else if (ended > l->ended[1]) {
        l->ended[1] = ended;
        l->thread[1] = thread;
    }
}

struct moment {
    uint64_t at, ended;
    const struct history_call *busy; /* asks, else begins */
    uint16_t thread;
};

static int by_moment(const void *a, const void *b)
{
    const struct moment *x = a, *y = b;
    return (x->at > y->at) - (x->at < y->at);
}

static enum history_fault check_busy(struct monitor *m)
{
    struct moment *moments = malloc((2 * m->h->count + 1) * sizeof *moments);
    struct latest l = { { 0, 0 }, { 0, 0 } };
    enum history_fault fault = HISTORY_FINE;
    size_t n = 0;
    if (!moments)
        return HISTORY_NO_MEMORY;
    for (size_t i = 0; i < m->h->count; i++) {
        const struct history_call *c = &m->h->calls[i];
        moments[n++] = (struct moment){ c->began, c->ended, NULL, c->thread };
        if (c->status == SLUICE_BUSY)
            moments[n++] = (struct moment){ c->ended + 1, c->ended, c, c->thread };
    }
    qsort(moments, n, sizeof *moments, by_moment);
    for (size_t i = 0; i < n && !fault; i++) {
        if (!moments[i].busy) {
            note_end(&l, moments[i].ended, moments[i].thread);
            continue;
        }
        uint64_t others = l.thread[0] == moments[i].thread ? l.ended[1] : l.ended[0];
        if (others < moments[i].busy->began)
            fault = monitor_says(m, HISTORY_LONE_BUSY, "BUSY from %llu to %llu, alone", (unsigned long long)moments[i].busy->began,
                                 (unsigned long long)moments[i].busy->ended);
    }
    free(moments);
    return fault;
}

enum history_fault monitor_sweeps(struct monitor *m)
{
    enum history_fault fault = check_empty(m);
    if (!fault)
        fault = check_capacity(m);
    if (!fault)
        fault = check_end(m);
    return fault || m->h->partial ? fault : check_busy(m);
}
