/* history.c: what the operations of one execution answered, and whether a channel may answer so.
 *
 * A history is linearisable if its operations can be put into one order, in which none comes before one that had ended before it
 * began, such that a channel used by one thread would have answered the same (M. Herlihy, J. Wing, 1990). Searched for exactly:
 * histories are small. "Had ended before" is meant in the order of execution under SC; in weak memory it is what C11's happens-before
 * says, since nothing promises a thread to see at once what another did without telling it.
 *
 * Messages are numbers below MESSAGES_MAX, each sent once, and a sender's grow.
 *
 * SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "engine.h"
#include "explore.h"

#define OPERATIONS_MAX 60
#define MESSAGES_MAX 256
#define SEARCH_MAX 200000 /* steps of one search */

struct operation {
    enum explore_call what;
    enum sluice_status status;
    unsigned endpoint, thread, number;
    uint64_t message;
    bool ended;
    unsigned began_at, ended_at;  /* in the order of execution */
    struct ex_clock began;        /* what had happened before */
    uint32_t end;                 /* when it ended, by its thread's clock */
};

static struct explore_model model;
static struct operation operations[OPERATIONS_MAX];
static unsigned count;
static uint8_t destroyed[MESSAGES_MAX];

/* ---- recording ---- */

void explore_history_begin(const struct explore_model *what)
{
    model = *what;
    count = 0;
    memset(destroyed, 0, sizeof destroyed);
}

unsigned explore_call(enum explore_call what, unsigned endpoint, uint64_t message)
{
    if (count == OPERATIONS_MAX)
        ex_fail("the scenario: too many operations");
    struct operation *o = &operations[count];
    *o = (struct operation){ .what = what, .endpoint = endpoint, .thread = ex.current, .number = count, .message = message };
    o->began_at = ++ex.events;
    o->began = ex_self()->clock;
    return count++;
}

void explore_return(unsigned operation, enum sluice_status status, uint64_t message)
{
    struct operation *o = &operations[operation];
    o->status = status;
    if (o->what == EXPLORE_RECV && status == SLUICE_OK)
        o->message = message;
    if (o->message >= MESSAGES_MAX)
        ex_fail("received what nobody sent: %llx", (unsigned long long)o->message);
    ex_clock_tick(ex_self());
    o->end = ex_self()->clock.of[ex.current];
    ex_clock_tick(ex_self());
    o->ended_at = ++ex.events;
    o->ended = true;
    ex_say(NULL, "operation %u (%u of endpoint %u, message %llu): %s", operation, (unsigned)o->what, o->endpoint,
           (unsigned long long)o->message, sluice_status_name(status));
}

void explore_destroyed(uint64_t message)
{
    if (message >= MESSAGES_MAX)
        ex_fail("destroyed what nobody sent: %llx", (unsigned long long)message);
    destroyed[message]++;
}

/* ---- conservation ---- */

static const char *describe(char *text, size_t size)
{
    static const char *const calls[] = { "send", "recv", "close", "drop_tx", "drop_rx", "clone_tx", "clone_rx" };
    size_t n = 0;
    text[0] = '\0';
    for (unsigned i = 0; i < count && n < size; i++) {
        const struct operation *o = &operations[i];
        n += (size_t)snprintf(text + n, size - n, " [%u:%s%u(%llu)=%s %u-%u]", o->thread, calls[o->what], o->endpoint,
                              (unsigned long long)o->message, sluice_status_name(o->status), o->began_at, o->ended_at);
    }
    return text;
}

static void check_conservation(void)
{
    char text[800];
    uint8_t sent[MESSAGES_MAX] = { 0 }, received[MESSAGES_MAX] = { 0 };
    for (unsigned i = 0; i < count; i++) {
        const struct operation *o = &operations[i];
        if (o->ended && o->status == SLUICE_OK && o->what == EXPLORE_SEND)
            sent[o->message]++;
        if (o->ended && o->status == SLUICE_OK && o->what == EXPLORE_RECV)
            received[o->message]++;
    }
    for (unsigned m = 0; m < MESSAGES_MAX; m++) {
        if (sent[m] == received[m] + destroyed[m])
            continue;
        ex_fail("message %u was sent %u times, received %u and destroyed %u times:%s", m, sent[m], received[m], destroyed[m],
                describe(text, sizeof text));
    }
}

/* ---- order ---- */

static bool came_before(const struct operation *a, const struct operation *b)
{
    if (a->thread == b->thread)
        return a->number < b->number;
    if (a->thread == 0 || b->thread == 0) /* prepares and checks */
        return a->ended_at < b->began_at;
    if (ex.mode == EX_SC)
        return a->ended_at < b->began_at;
    return b->began.of[a->thread] >= a->end;
}

static bool overlaps_something(const struct operation *o)
{
    for (unsigned i = 0; i < count; i++)
        if (operations[i].thread != o->thread && !came_before(&operations[i], o) && !came_before(o, &operations[i]))
            return true;
    return false;
}

/* Where there is no fence after a send or a receive, one may be told FULL and the other EMPTY by what each has not seen yet of the
 * other (the outcome of store buffering), though no order of the calls has both. Sends and receives that succeed cannot go by that. */
static bool may_be_late(const struct operation *o)
{
    return ex.mode != EX_SC && overlaps_something(o);
}

static bool overlaps(const struct operation *o, enum explore_call what)
{
    for (unsigned i = 0; i < count; i++)
        if (operations[i].what == what && !came_before(&operations[i], o) && !came_before(o, &operations[i]))
            return true;
    return false;
}

struct channel { /* the sequential one */
    uint8_t message[OPERATIONS_MAX], sender[OPERATIONS_MAX];
    unsigned length;
    bool sealed, told; /* told: a receiver was answered CLOSED */
    unsigned senders, receivers;
};

static unsigned length_of(const struct channel *c, unsigned sender)
{
    unsigned n = 0;
    for (unsigned i = 0; i < c->length; i++)
        n += !model.per_sender || c->sender[i] == sender;
    return n;
}

static bool send_answers(struct channel *c, const struct operation *o)
{
    bool closed = c->sealed || c->receivers == 0;
    bool full = length_of(c, o->endpoint) >= model.capacity;
    switch (o->status) {
    case SLUICE_OK:
        /* What a receiver's end destroys makes room, and a send that races with it may still get in, to be destroyed, too. */
        if (c->receivers == 0 && overlaps(o, EXPLORE_DROP_RX))
            return true;
        /* One that was in the middle of a send at the close either gets its message in before the end, or is told CLOSED; other senders
         * may have been told so before, but no receiver. */
        if ((closed && (c->told || !overlaps(o, EXPLORE_CLOSE))) || full)
            return false;
        c->message[c->length] = (uint8_t)o->message;
        c->sender[c->length++] = (uint8_t)o->endpoint;
        return true;
    case SLUICE_CLOSED:
        return closed;
    case SLUICE_FULL:
        return (full && !closed) || model.lenient || model.meets || may_be_late(o);
    case SLUICE_BUSY:
        return model.lenient || overlaps_something(o);
    case SLUICE_NO_MEMORY:
        return ex.used.faults > 0;
    default:
        return o->status == SLUICE_TIMED_OUT;
    }
}

/* Where the message is; c->length: it cannot be received now. */
static unsigned find(const struct channel *c, const struct operation *o)
{
    unsigned i = 0;
    while (i < c->length && c->message[i] != o->message)
        i++;
    for (unsigned before = 0; before < i && i < c->length && !model.keeps; before++)
        if (!model.per_sender || c->sender[before] == c->sender[i])
            return c->length;
    return i;
}

static bool recv_answers(struct channel *c, const struct operation *o)
{
    unsigned i;
    switch (o->status) {
    case SLUICE_OK:
        i = find(c, o);
        if (i == c->length)
            return false;
        c->length--;
        memmove(c->message + i, c->message + i + 1, c->length - i);
        memmove(c->sender + i, c->sender + i + 1, c->length - i);
        return true;
    case SLUICE_CLOSED:
        c->told = true;
        return (c->length == 0 || model.keeps) && (c->sealed || c->senders == 0);
    case SLUICE_EMPTY: /* lanes are looked at one after the other */
        return c->length == 0 || model.lenient || model.meets || (model.per_sender && overlaps_something(o)) || may_be_late(o);
    case SLUICE_BUSY:
        return model.lenient || overlaps_something(o);
    default:
        return o->status == SLUICE_TIMED_OUT;
    }
}

static bool answers(struct channel *c, const struct operation *o)
{
    switch (o->what) {
    case EXPLORE_SEND:
        return send_answers(c, o);
    case EXPLORE_RECV:
        return recv_answers(c, o);
    case EXPLORE_CLOSE:
        c->sealed = true;
        return true;
    case EXPLORE_DROP_TX:
        c->senders--;
        return true;
    case EXPLORE_DROP_RX:
        if (--c->receivers == 0)
            c->length = 0;
        return true;
    case EXPLORE_CLONE_TX:
        c->senders += o->status == SLUICE_OK;
        return o->status == SLUICE_OK || ex.used.faults > 0;
    default:
        c->receivers += o->status == SLUICE_OK;
        return o->status == SLUICE_OK || ex.used.faults > 0;
    }
}

static unsigned searched;
static uint64_t must_precede[OPERATIONS_MAX]; /* [operation]: a set */

static bool search(const struct channel *c, uint64_t done)
{
    if (done == (UINT64_C(1) << count) - 1)
        return true;
    if (++searched > SEARCH_MAX)
        return true; /* too large to be searched: said nowhere to be wrong */
    for (unsigned i = 0; i < count; i++) {
        if ((done >> i & 1) || (must_precede[i] & ~done))
            continue;
        struct channel next = *c;
        if (answers(&next, &operations[i]) && search(&next, done | UINT64_C(1) << i))
            return true;
    }
    return false;
}

static void check_order(void)
{
    char text[800];
    for (unsigned i = 0; i < count; i++) {
        must_precede[i] = 0;
        for (unsigned j = 0; j < count; j++)
            if (i != j && came_before(&operations[j], &operations[i]))
                must_precede[i] |= UINT64_C(1) << j;
    }
    struct channel c = { .senders = model.senders, .receivers = model.receivers };
    searched = 0;
    if (!search(&c, 0))
        ex_fail("no sequential channel answers so:%s", describe(text, sizeof text));
}

/* Of several receivers that take ahead each gets a sender's messages in their order; a rendezvous' two sides meet. */
static void check_pairs(void)
{
    char text[800];
    for (unsigned i = 0; i < count; i++)
        for (unsigned j = 0; j < count; j++) {
            const struct operation *a = &operations[i], *b = &operations[j];
            if (a->status != SLUICE_OK || b->status != SLUICE_OK)
                continue;
            if (model.meets && a->what == EXPLORE_SEND && b->what == EXPLORE_RECV && a->message == b->message && came_before(a, b))
                ex_fail("a send was over before its receive began:%s", describe(text, sizeof text));
        }
}

void explore_history_check(void)
{
    for (unsigned i = 0; i < count; i++)
        if (!operations[i].ended)
            ex_fail("the scenario: an operation was begun and not ended");
    if (ex_heap_blocks())
        ex_fail("%d blocks were not freed", ex_heap_blocks());
    check_conservation();
    check_order();
    check_pairs();
}
