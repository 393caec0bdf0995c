/* exact.c: the judge of short histories: tries every order. See history.h.
 *
 * SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "history.h"

struct channel { /* the sequential one */
    uint64_t value[HISTORY_EXACT_MAX];
    uint32_t sender[HISTORY_EXACT_MAX];
    unsigned length, senders, receivers;
    bool sealed, told; /* told: a receiver was answered CLOSED */
};

static bool came_before(const struct history_call *a, const struct history_call *b)
{
    return a->ended < b->began;
}

static bool overlaps(const struct history *h, const struct history_call *c, int what)
{
    for (size_t i = 0; i < h->count; i++) {
        const struct history_call *o = &h->calls[i];
        if (o->thread != c->thread && (what < 0 || o->what == what) && !came_before(o, c) && !came_before(c, o))
            return true;
    }
    return false;
}

static unsigned length_of(const struct history *h, const struct channel *c, uint32_t sender)
{
    unsigned n = 0;
    for (unsigned i = 0; i < c->length; i++)
        n += !h->per_sender || c->sender[i] == sender;
    return n;
}

/* Lanes are looked at one by one, so that others may have come and gone meanwhile: but not one that was inside all along. */
static bool may_miss(const struct history *h, const struct history_call *call)
{
    bool misses = h->per_sender && overlaps(h, call, -1);
    for (size_t i = 0; i < h->count && misses; i++) {
        const struct history_call *sent = &h->calls[i];
        uint64_t out = UINT64_MAX;
        if (sent->what != HISTORY_SEND || sent->status != SLUICE_OK || sent->ended >= call->began)
            continue;
        for (size_t j = 0; j < h->count; j++)
            if (h->calls[j].what == HISTORY_RECV && h->calls[j].status == SLUICE_OK && h->calls[j].value == sent->value)
                out = h->calls[j].began;
        misses = out <= call->ended;
    }
    return misses;
}

static bool send_answers(const struct history *h, struct channel *c, const struct history_call *call)
{
    bool closed = c->sealed || c->receivers == 0;
    bool full = length_of(h, c, call->sender) >= h->capacity;
    switch (call->status) {
    case SLUICE_OK:
        if (c->receivers == 0 && overlaps(h, call, HISTORY_DROP_RX))
            return true; /* and is destroyed */
        if ((closed && (c->told || !overlaps(h, call, HISTORY_CLOSE))) || full)
            return false; /* in the middle of the close it may still get in, as long as no receiver was told of the end */
        c->value[c->length] = call->value;
        c->sender[c->length++] = call->sender;
        return true;
    case SLUICE_CLOSED:
        return closed;
    case SLUICE_FULL:
        return full && !closed;
    case SLUICE_BUSY:
        return overlaps(h, call, -1);
    default:
        return true;
    }
}

static bool recv_answers(const struct history *h, struct channel *c, const struct history_call *call)
{
    unsigned i = 0;
    switch (call->status) {
    case SLUICE_OK:
        while (i < c->length && c->value[i] != call->value)
            i++;
        for (unsigned before = 0; i < c->length && before < i; before++)
            if (!h->per_sender || c->sender[before] == c->sender[i])
                return false;
        if (i == c->length)
            return false;
        c->length--;
        memmove(c->value + i, c->value + i + 1, (c->length - i) * sizeof *c->value);
        memmove(c->sender + i, c->sender + i + 1, (c->length - i) * sizeof *c->sender);
        return true;
    case SLUICE_CLOSED:
        c->told = true;
        return c->length == 0 && (c->sealed || c->senders == 0);
    case SLUICE_EMPTY:
        return c->length == 0 || may_miss(h, call);
    case SLUICE_BUSY:
        return overlaps(h, call, -1);
    default:
        return true;
    }
}

static bool answers(const struct history *h, struct channel *c, const struct history_call *call)
{
    switch (call->what) {
    case HISTORY_SEND:
        return send_answers(h, c, call);
    case HISTORY_RECV:
        return recv_answers(h, c, call);
    case HISTORY_CLOSE:
        c->sealed = true;
        return true;
    case HISTORY_DROP_TX:
        c->senders--;
        return true;
    default:
        if (--c->receivers == 0)
            c->length = 0;
        return true;
    }
}

static bool search(const struct history *h, const struct channel *c, uint32_t done)
{
    if (done == (UINT32_C(1) << h->count) - 1)
        return !h->drained || c->length == 0;
    for (size_t i = 0; i < h->count; i++) {
        bool ready = !(done >> i & 1);
        for (size_t j = 0; ready && j < h->count; j++)
            ready = (done >> j & 1) || i == j || !came_before(&h->calls[j], &h->calls[i]);
        if (!ready)
            continue;
        struct channel next = *c;
        if (answers(h, &next, &h->calls[i]) && search(h, &next, done | UINT32_C(1) << i))
            return true;
    }
    return false;
}

bool history_exact(const struct history *h)
{
    struct channel c = { .senders = h->senders, .receivers = h->receivers };
    if (h->count > HISTORY_EXACT_MAX)
        abort();
    return search(h, &c, 0);
}
