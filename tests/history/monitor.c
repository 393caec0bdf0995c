/* monitor.c: the judge of long histories. See history.h.
 *
 * SPDX-License-Identifier: MIT */
#include "monitor.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *history_fault_name(enum history_fault fault)
{
    static const char *const names[] = { "fine", "received twice", "never sent", "received before it was sent", "lost", "order", "EMPTY",
                                         "FULL", "over capacity", "sent after the close", "sent after the last receiver",
                                         "CLOSED before the close", "CLOSED beside messages", "BUSY alone", "did not meet", "no memory" };
    return names[fault];
}

enum history_fault monitor_says(struct monitor *m, enum history_fault fault, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(m->why, m->size, format, arguments);
    va_end(arguments);
    return fault;
}

/* ---- values ---- */

static int by_value(const void *a, const void *b)
{
    uint64_t x = ((const struct passage *)a)->value, y = ((const struct passage *)b)->value;
    return (x > y) - (x < y);
}

static void collect_sends(struct monitor *m)
{
    for (size_t i = 0; i < m->h->count; i++) {
        const struct history_call *c = &m->h->calls[i];
        if (c->what != HISTORY_SEND || c->status != SLUICE_OK)
            continue;
        m->passages[m->count++] = (struct passage){ .value = c->value, .sender = c->sender, .sent = { c->began, c->ended },
                                                    .received = { NEVER, NEVER }, .number = i };
    }
    qsort(m->passages, m->count, sizeof *m->passages, by_value);
}

static enum history_fault match_receives(struct monitor *m)
{
    for (size_t i = 0; i < m->h->count; i++) {
        const struct history_call *c = &m->h->calls[i];
        if (c->what != HISTORY_RECV || c->status != SLUICE_OK)
            continue;
        struct passage key = { .value = c->value }, *p = bsearch(&key, m->passages, m->count, sizeof key, by_value);
        if (!p)
            return monitor_says(m, HISTORY_NEVER_SENT, "%llx was received and never sent", (unsigned long long)c->value);
        if (p->received.began != NEVER)
            return monitor_says(m, HISTORY_TWICE, "%llx was received twice", (unsigned long long)c->value);
        p->received = (struct span){ c->began, c->ended };
        p->receiver = c->thread;
        p->received_as = i;
        if (m->h->fenced && c->ended < p->sent.began)
            return monitor_says(m, HISTORY_BEFORE_SENT, "%llx was received before it was sent", (unsigned long long)c->value);
        if (m->h->meets && m->h->fenced && p->sent.ended < c->began)
            return monitor_says(m, HISTORY_NOT_MET, "%llx was sent by %llu and its receive began at %llu", (unsigned long long)c->value,
                                (unsigned long long)p->sent.ended, (unsigned long long)c->began);
    }
    for (size_t i = 0; i + 1 < m->count; i++)
        if (m->passages[i].value == m->passages[i + 1].value)
            return monitor_says(m, HISTORY_TWICE, "%llx was sent twice", (unsigned long long)m->passages[i].value);
    for (size_t i = 0; m->h->drained && i < m->count; i++)
        if (m->passages[i].received.began == NEVER)
            return monitor_says(m, HISTORY_LOST, "%llx was sent and never received", (unsigned long long)m->passages[i].value);
    return HISTORY_FINE;
}

/* ---- order ---- */

static int by_sent_end(const void *a, const void *b)
{
    const struct passage *x = *(const struct passage *const *)a, *y = *(const struct passage *const *)b;
    return (x->sent.ended > y->sent.ended) - (x->sent.ended < y->sent.ended);
}

static int by_sent_begin(const void *a, const void *b)
{
    const struct passage *x = *(const struct passage *const *)a, *y = *(const struct passage *const *)b;
    return (x->sent.began > y->sent.began) - (x->sent.began < y->sent.began);
}

static int by_sender(const void *a, const void *b)
{
    const struct passage *x = *(const struct passage *const *)a, *y = *(const struct passage *const *)b;
    return x->sender != y->sender ? (x->sender > y->sender) - (x->sender < y->sender) : (x->number > y->number) - (x->number < y->number);
}

/* Of the messages [from, to): none that was sent before another is received after it. */
static enum history_fault check_order(struct monitor *m, size_t from, size_t to)
{
    const struct passage *latest = NULL;
    size_t taken = from, n = to - from;
    memcpy(m->ends + from, m->order + from, n * sizeof *m->ends);
    qsort(m->ends + from, n, sizeof *m->ends, by_sent_end);
    qsort(m->order + from, n, sizeof *m->order, by_sent_begin);
    for (size_t i = from; i < to; i++) {
        const struct passage *later = m->order[i];
        for (; taken < to && m->ends[taken]->sent.ended < later->sent.began; taken++)
            if (!latest || m->ends[taken]->received.began > latest->received.began)
                latest = m->ends[taken];
        if (latest && latest->received.began > later->received.ended)
            return monitor_says(m, HISTORY_ORDER, "%llx was sent before %llx, and received after it or not at all",
                                (unsigned long long)latest->value, (unsigned long long)later->value);
    }
    return HISTORY_FINE;
}

/* What program order alone says: a receiver gets a sender's messages in the order in which it sent them. m->order is by sender. */
static enum history_fault check_own_order(struct monitor *m, size_t from, size_t to)
{
    size_t last[MONITOR_THREADS] = { 0 };
    for (size_t i = from; i < to; i++) {
        const struct passage *p = m->order[i];
        if (p->received.began == NEVER || p->receiver >= MONITOR_THREADS)
            continue;
        if (last[p->receiver] > p->received_as)
            return monitor_says(m, HISTORY_ORDER, "%llx came after a later one of its sender", (unsigned long long)p->value);
        last[p->receiver] = p->received_as;
    }
    return HISTORY_FINE;
}

static enum history_fault check_orders(struct monitor *m)
{
    enum history_fault fault = HISTORY_FINE;
    for (size_t i = 0; i < m->count; i++)
        m->order[i] = &m->passages[i];
    qsort(m->order, m->count, sizeof *m->order, by_sender);
    for (size_t from = 0, to; from < m->count && !fault; from = to) {
        for (to = from; to < m->count && m->order[to]->sender == m->order[from]->sender; to++) {
        }
        fault = check_own_order(m, from, to);
        if (!fault && m->h->fenced && m->h->per_sender)
            fault = check_order(m, from, to);
    }
    return !fault && m->h->fenced && !m->h->per_sender ? check_order(m, 0, m->count) : fault;
}

/* ---- the whole ---- */

static void forget(struct monitor *m)
{
    free(m->passages);
    free(m->order);
    free(m->ends);
    free(m->times);
    free(m->changes);
}

static bool prepare(struct monitor *m)
{
    size_t n = m->h->count + 1;
    m->passages = malloc(n * sizeof *m->passages);
    m->order = malloc(n * sizeof *m->order);
    m->ends = malloc(n * sizeof *m->ends);
    m->times = malloc(2 * n * sizeof *m->times);
    m->changes = malloc(2 * n * sizeof *m->changes);
    return m->passages && m->order && m->ends && m->times && m->changes;
}

enum history_fault history_judge(const struct history *h, char *why, size_t size)
{
    struct monitor m = { .h = h, .why = why, .size = size };
    enum history_fault fault = HISTORY_NO_MEMORY;
    if (prepare(&m)) {
        collect_sends(&m);
        fault = match_receives(&m);
        if (!fault)
            fault = check_orders(&m);
        if (!fault && h->fenced)
            fault = monitor_sweeps(&m);
    }
    forget(&m);
    return fault;
}
