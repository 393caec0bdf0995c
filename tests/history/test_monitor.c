/* test_monitor.c: the judges judged. A right history of many calls, corrupted in each way there is: the monitor must say which. And small
 * histories at random, right ones and others: what the monitor complains of the exact search must find wrong, too; what a channel did
 * that knows no capacity and no end and is wrong the monitor must complain of.
 *
 * SPDX-License-Identifier: MIT */
#define _GNU_SOURCE 1

#include "history.h"

#include "../kit.h"

#define CALLS 20000

static struct history_call calls[2 * CALLS];
static char why[256];

/* ---- a right history: a queue's calls in some order, each stretched in time around its moment ---- */

struct plan {
    uint64_t capacity;
    unsigned senders, receivers;
    bool per_sender;
    uint64_t stretch; /* a moment is 10 apart from the next */
};

static uint64_t inside_value[CALLS];
static uint32_t inside_sender[CALLS];
static size_t inside;

/* Which message a receiver gets: the oldest; of lanes, the oldest of some sender. */
static size_t next_out(const struct plan *p, uint64_t *random)
{
    size_t i = p->per_sender ? (size_t)kit_below(random, inside) : 0;
    for (size_t before = 0; before < i; before++)
        if (inside_sender[before] == inside_sender[i])
            return before;
    return i;
}

static uint64_t inside_of(const struct plan *p, uint32_t sender)
{
    uint64_t n = 0;
    for (size_t i = 0; i < inside; i++)
        n += !p->per_sender || inside_sender[i] == sender;
    return n;
}

static void do_send(const struct plan *p, struct history_call *c, uint64_t value)
{
    c->what = HISTORY_SEND;
    c->value = value;
    c->status = inside_of(p, c->sender) < p->capacity ? SLUICE_OK : SLUICE_FULL;
    if (c->status == SLUICE_OK) {
        inside_value[inside] = value;
        inside_sender[inside++] = c->sender;
    }
}

static void do_receive(const struct plan *p, struct history_call *c, uint64_t *random)
{
    c->what = HISTORY_RECV;
    c->status = inside ? SLUICE_OK : SLUICE_EMPTY;
    if (!inside)
        return;
    size_t out = next_out(p, random);
    c->value = inside_value[out];
    inside--;
    memmove(inside_value + out, inside_value + out + 1, (inside - out) * sizeof *inside_value);
    memmove(inside_sender + out, inside_sender + out + 1, (inside - out) * sizeof *inside_sender);
}

/* The calls' moments, and what comes of them. Ends with everything received. */
static size_t make_calls(const struct plan *p, size_t n, uint64_t *random)
{
    size_t count = 0;
    inside = 0;
    while (count < n || inside) {
        bool sends = count < n && kit_below(random, 2);
        uint32_t end = (uint32_t)kit_below(random, sends ? p->senders : p->receivers);
        struct history_call *c = &calls[count++];
        *c = (struct history_call){ .thread = (uint16_t)(sends ? end : p->senders + end), .sender = end, .began = 1000 + 10 * count };
        if (sends)
            do_send(p, c, count);
        else
            do_receive(p, c, random);
    }
    return count;
}

/* Each call's time, around its moment, between its thread's calls before and after. */
static void stretch(const struct plan *p, size_t count, uint64_t *random)
{
    uint64_t next[64], ended[64] = { 0 };
    memset(next, 0xff, sizeof next);
    for (size_t i = count; i-- > 0;) {
        struct history_call *c = &calls[i];
        uint64_t latest = c->began + p->stretch < next[c->thread] - 1 ? c->began + p->stretch : next[c->thread] - 1;
        c->ended = c->began + kit_below(random, latest - c->began + 1);
        next[c->thread] = c->began;
    }
    for (size_t i = 0; i < count; i++) {
        struct history_call *c = &calls[i];
        uint64_t earliest = c->began - p->stretch > ended[c->thread] + 1 ? c->began - p->stretch : ended[c->thread] + 1;
        c->began -= kit_below(random, c->began - earliest + 1);
        ended[c->thread] = c->ended;
    }
}

static struct history make_history(const struct plan *p, size_t n, uint64_t *random)
{
    size_t count = make_calls(p, n, random);
    stretch(p, count, random);
    return (struct history){ .calls = calls, .count = count, .capacity = p->capacity, .per_sender = p->per_sender, .drained = true,
                             .fenced = true, .senders = p->senders, .receivers = p->receivers };
}

static const struct plan plans[] = {
    { 8, 4, 4, false, 40 }, { UINT64_MAX, 3, 3, false, 200 }, { 1, 1, 1, false, 15 }, { 4, 4, 2, true, 60 }, { UINT64_MAX, 4, 1, true, 60 },
};
#define PLANS (sizeof plans / sizeof *plans)

static void right_histories_pass(void)
{
    uint64_t random = 1;
    for (size_t i = 0; i < PLANS; i++)
        for (int round = 0; round < 3; round++) {
            struct history h = make_history(&plans[i], CALLS / 2, &random);
            CHECK_EQ_INT(history_judge(&h, why, sizeof why), HISTORY_FINE);
        }
}

/* ---- corruptions ---- */

static size_t find(const struct history *h, int what, int status, size_t from)
{
    while (from < h->count && (calls[from].what != what || calls[from].status != status))
        from++;
    REQUIRE(from < h->count);
    return from;
}

static size_t receive_of(const struct history *h, uint64_t value)
{
    for (size_t i = 0; i < h->count; i++)
        if (calls[i].what == HISTORY_RECV && calls[i].status == SLUICE_OK && calls[i].value == value)
            return i;
    REQUIRE(!"received");
    return 0;
}

static void must_find(const struct history *h, enum history_fault fault)
{
    enum history_fault found = history_judge(h, why, sizeof why);
    if (found != fault)
        check_report(0, "%s expected, %s found", history_fault_name(fault), history_fault_name(found));
}

static void values(void)
{
    for (size_t i = 0; i < PLANS; i++) {
        uint64_t random = 2 + i;
        struct history h = make_history(&plans[i], 5000, &random);
        size_t a = find(&h, HISTORY_RECV, SLUICE_OK, 1000), b = find(&h, HISTORY_RECV, SLUICE_OK, a + 1);
        uint64_t value = calls[a].value, other = calls[b].value;
        calls[b].value = value;
        must_find(&h, HISTORY_TWICE);
        calls[b].value = other;
        calls[a].value = UINT64_C(1) << 60;
        must_find(&h, HISTORY_NEVER_SENT);
        calls[a].value = value;
        calls[a].status = SLUICE_EMPTY;
        must_find(&h, HISTORY_LOST);
        calls[a].status = SLUICE_OK;
        size_t s = find(&h, HISTORY_SEND, SLUICE_OK, 2000);
        calls[s].value = value;
        h.fenced = false; /* without times it is known, too */
        CHECK(history_judge(&h, why, sizeof why) != HISTORY_FINE);
        h.fenced = true;
        CHECK(history_judge(&h, why, sizeof why) != HISTORY_FINE);
    }
}

/* Two messages that were sent one after the other change places. */
static void swap_receives(const struct history *h, size_t a, size_t b)
{
    size_t x = receive_of(h, calls[a].value), y = receive_of(h, calls[b].value);
    calls[x].value = calls[b].value;
    calls[y].value = calls[a].value;
}

static size_t send_after(const struct history *h, size_t a, bool same_sender)
{
    size_t b = a;
    do
        b = find(h, HISTORY_SEND, SLUICE_OK, b + 1);
    while (calls[b].began <= calls[a].ended || (calls[b].sender == calls[a].sender) != same_sender ||
           calls[receive_of(h, calls[b].value)].began <= calls[receive_of(h, calls[a].value)].ended);
    return b;
}

static void order(void)
{
    for (size_t i = 0; i < PLANS; i++) {
        uint64_t random = 20 + i;
        struct history h = make_history(&plans[i], 5000, &random);
        size_t a = find(&h, HISTORY_SEND, SLUICE_OK, 1000);
        swap_receives(&h, a, send_after(&h, a, true));
        enum history_fault fault = history_judge(&h, why, sizeof why);
        CHECK(fault == HISTORY_ORDER || fault == HISTORY_BEFORE_SENT);
    }
}

/* Lanes: between senders nothing is said; else it is. A capacity may tell, too, so none here. */
static void order_between_senders(void)
{
    for (int lanes = 0; lanes < 2; lanes++) {
        struct plan p = { UINT64_MAX, 3, 1, lanes, 30 };
        uint64_t random = 5;
        struct history h = make_history(&p, 3000, &random);
        for (size_t i = 0; i < h.count; i++) /* messages wait long enough to change places */
            if (calls[i].what == HISTORY_RECV)
                calls[i].began += 100000, calls[i].ended += 100000, calls[i].status = calls[i].status == SLUICE_OK ? SLUICE_OK : SLUICE_TIMED_OUT;
        must_find(&h, HISTORY_FINE);
        size_t a = find(&h, HISTORY_SEND, SLUICE_OK, 500), b = a;
        for (size_t k = a + 1; b == a; k++) /* received next to each other, of two senders, one sent after the other */
            if (calls[k].what == HISTORY_SEND && calls[k].sender != calls[a].sender && calls[k].began > calls[a].ended)
                b = k;
        size_t x = receive_of(&h, calls[a].value), y = receive_of(&h, calls[b].value);
        bool others = false; /* of the same senders, in between */
        for (size_t k = x + 1; k < y; k++)
            others |= calls[k].status == SLUICE_OK && calls[k].what == HISTORY_RECV;
        if (x < y && !others) {
            swap_receives(&h, a, b);
            must_find(&h, lanes ? HISTORY_FINE : HISTORY_ORDER);
        }
    }
}

static void insert(struct history *h, struct history_call c)
{
    calls[h->count++] = c;
}

/* A message of its own, inside from 10^6 to 2 * 10^6, after all else. */
static void add_long_stay(struct history *h, uint64_t value)
{
    insert(h, (struct history_call){ 1000000, 1000010, value, 0, 0, HISTORY_SEND, SLUICE_OK });
    insert(h, (struct history_call){ 2000000, 2000010, value, 0, 60, HISTORY_RECV, SLUICE_OK });
}

static void empty_and_full(void)
{
    for (size_t i = 0; i < PLANS; i++) {
        uint64_t random = 40 + i;
        struct history h = make_history(&plans[i], 5000, &random);
        add_long_stay(&h, 77777777);
        must_find(&h, HISTORY_FINE);
        insert(&h, (struct history_call){ 1500000, 1500010, 0, 0, 61, HISTORY_RECV, SLUICE_EMPTY });
        must_find(&h, HISTORY_EMPTY);
        calls[h.count - 1].ended = 3000000; /* long enough to be true */
        must_find(&h, HISTORY_FINE);
        h.count--;
        if (plans[i].capacity == UINT64_MAX)
            continue;
        insert(&h, (struct history_call){ 1500000, 1500010, 1, 0, 62, HISTORY_SEND, SLUICE_FULL });
        must_find(&h, plans[i].capacity == 1 ? HISTORY_FINE : HISTORY_FULL);
        calls[h.count - 1].began = calls[h.count - 1].ended = 2500000;
        must_find(&h, HISTORY_FULL);
        h.count--;
        h.capacity--;
        CHECK(history_judge(&h, why, sizeof why) == HISTORY_OVERFULL || plans[i].capacity == 1);
    }
}

/* One message after the other, each gone before EMPTY is told, and yet something inside at every moment. */
static void empty_between_two(void)
{
    struct history h = { .calls = calls, .capacity = UINT64_MAX, .fenced = true, .senders = 1, .receivers = 1 };
    insert(&h, (struct history_call){ 10, 20, 1, 0, 0, HISTORY_SEND, SLUICE_OK });
    insert(&h, (struct history_call){ 30, 40, 2, 0, 0, HISTORY_SEND, SLUICE_OK });
    insert(&h, (struct history_call){ 50, 60, 1, 0, 1, HISTORY_RECV, SLUICE_OK });
    insert(&h, (struct history_call){ 70, 80, 2, 0, 1, HISTORY_RECV, SLUICE_OK });
    insert(&h, (struct history_call){ 25, 65, 0, 0, 2, HISTORY_RECV, SLUICE_EMPTY });
    must_find(&h, HISTORY_EMPTY);
    CHECK(!history_exact(&h));
    h.per_sender = true; /* lanes: looked at one by one */
    must_find(&h, HISTORY_FINE);
    CHECK(history_exact(&h));
    calls[4].ended = 75;
    h.per_sender = false;
    must_find(&h, HISTORY_FINE);
    CHECK(history_exact(&h));
}

static void the_end(void)
{
    uint64_t random = 9;
    struct history h = make_history(&plans[0], 3000, &random);
    insert(&h, (struct history_call){ 1000000, 1000010, 0, 0, 0, HISTORY_CLOSE, SLUICE_OK });
    insert(&h, (struct history_call){ 1000020, 1000030, 5, 0, 0, HISTORY_SEND, SLUICE_CLOSED });
    insert(&h, (struct history_call){ 1000020, 1000030, 0, 0, 60, HISTORY_RECV, SLUICE_CLOSED });
    must_find(&h, HISTORY_FINE);
    size_t n = h.count;
    insert(&h, (struct history_call){ 1000020, 1000030, UINT64_C(1) << 50, 0, 0, HISTORY_SEND, SLUICE_OK });
    insert(&h, (struct history_call){ 1000020, 1000040, UINT64_C(1) << 50, 0, 61, HISTORY_RECV, SLUICE_OK });
    must_find(&h, HISTORY_AFTER_CLOSE);
    calls[n].began = 1000005; /* in the middle of the close it may */
    must_find(&h, HISTORY_FINE);
    calls[n + 1].began = 1000035;
    must_find(&h, HISTORY_CLOSED_BESIDE);
    h.count = n;
    calls[n - 1].began = 900000, calls[n - 1].ended = 900010;
    must_find(&h, HISTORY_CLOSED_EARLY);
    calls[n - 1] = (struct history_call){ 900000, 900010, 0, 0, 60, HISTORY_RECV, SLUICE_BUSY };
    must_find(&h, HISTORY_LONE_BUSY);
    calls[n - 2] = (struct history_call){ 900010, 900020, 5, 0, 0, HISTORY_SEND, SLUICE_TIMED_OUT };
    must_find(&h, HISTORY_FINE);
}

static void last_receiver(void)
{
    uint64_t random = 10;
    struct history h = make_history(&plans[2], 3000, &random);
    insert(&h, (struct history_call){ 1000000, 1000010, 0, 0, 1, HISTORY_DROP_RX, SLUICE_OK });
    h.drained = false;
    insert(&h, (struct history_call){ 1000005, 1000030, UINT64_C(1) << 50, 0, 0, HISTORY_SEND, SLUICE_OK });
    must_find(&h, HISTORY_FINE); /* and is destroyed */
    insert(&h, (struct history_call){ 1000006, 1000030, UINT64_C(3) << 50, 0, 5, HISTORY_SEND, SLUICE_OK });
    must_find(&h, HISTORY_FINE);
    calls[h.count - 2].began = 1000020;
    must_find(&h, HISTORY_AFTER_RECEIVERS);
}

static void rendezvous(void)
{
    struct history h = { .calls = calls, .meets = true, .fenced = true, .drained = true, .senders = 1, .receivers = 1 };
    insert(&h, (struct history_call){ 10, 50, 1, 0, 0, HISTORY_SEND, SLUICE_OK });
    insert(&h, (struct history_call){ 40, 60, 1, 0, 1, HISTORY_RECV, SLUICE_OK });
    must_find(&h, HISTORY_FINE);
    calls[1].began = 55;
    must_find(&h, HISTORY_NOT_MET);
}

/* What a receiver got, with no times to be trusted. */
static void own_order(void)
{
    uint64_t random = 11;
    struct history h = make_history(&plans[1], 3000, &random);
    h.fenced = false;
    must_find(&h, HISTORY_FINE);
    size_t a = find(&h, HISTORY_SEND, SLUICE_OK, 500), b = a;
    do
        b = find(&h, HISTORY_SEND, SLUICE_OK, b + 1);
    while (calls[b].sender != calls[a].sender ||
           calls[receive_of(&h, calls[b].value)].thread != calls[receive_of(&h, calls[a].value)].thread);
    swap_receives(&h, a, b);
    must_find(&h, HISTORY_ORDER);
}

/* ---- against the search ---- */

static struct {
    unsigned wrong, noticed, right;
} tally;

/* Something is changed that a faulty channel could have done. */
static void corrupt(struct history *h, uint64_t *random)
{
    struct history_call *c = &calls[kit_below(random, h->count)], *d = &calls[kit_below(random, h->count)];
    switch (kit_below(random, 5)) {
    case 0: /* answers change places */
        if (c->what == d->what && c->what == HISTORY_RECV) {
            uint64_t value = c->value;
            uint8_t status = c->status;
            c->value = d->value, c->status = d->status;
            d->value = value, d->status = status;
        }
        break;
    case 1:
        if (c->what == HISTORY_RECV)
            c->status = SLUICE_EMPTY, h->drained = false;
        break;
    case 2:
        if (c->what == HISTORY_SEND && h->capacity != UINT64_MAX)
            c->status = SLUICE_FULL;
        break;
    case 3: /* earlier or later, alone in its thread from then on */
        c->thread = (uint16_t)(20 + (c - calls));
        c->sender = c->thread;
        c->began += kit_below(random, 60), c->ended += 60 + kit_below(random, 60);
        break;
    default:
        if (c->what == HISTORY_RECV && c->status == SLUICE_OK)
            c->value = d->value ? d->value : c->value;
    }
}

static void add_end(struct history *h, uint64_t *random)
{
    uint64_t at = 1000 + kit_below(random, 150);
    uint8_t what = (uint8_t[]){ HISTORY_CLOSE, HISTORY_DROP_TX, HISTORY_DROP_RX }[kit_below(random, 3)];
    size_t kept = 0;
    for (size_t i = 0; i < h->count; i++) /* who is gone does not call */
        if (what == HISTORY_CLOSE || calls[i].what != (what == HISTORY_DROP_TX ? HISTORY_SEND : HISTORY_RECV) || calls[i].ended < at)
            calls[kept++] = calls[i];
    h->count = kept;
    insert(h, (struct history_call){ at, at + kit_below(random, 30), 0, 0, 50, what, SLUICE_OK });
    for (size_t i = 0; i + 1 < h->count; i++)
        if (calls[i].began > at && kit_below(random, 2))
            calls[i].status = SLUICE_CLOSED;
    h->drained = false;
    h->senders = h->receivers = 1;
}

static void small_histories(void)
{
    uint64_t random = kit_now();
    printf("seed %llu\n", (unsigned long long)random);
    for (unsigned round = 0; round < (unsigned)KIT_ROUNDS(30000); round++) {
        struct plan p = { kit_below(&random, 2) ? UINT64_MAX : 1 + kit_below(&random, 3), 1 + (unsigned)kit_below(&random, 3),
                          1 + (unsigned)kit_below(&random, 3), round % 4 == 3, 1 + kit_below(&random, 40) };
        uint64_t seed = random;
        struct history h = make_history(&p, 2 + (size_t)kit_below(&random, 5), &random);
        bool has_end = kit_below(&random, 4) == 0;
        for (unsigned n = (unsigned)kit_below(&random, 3); n > 0; n--)
            corrupt(&h, &random);
        if (has_end)
            add_end(&h, &random);
        bool is_right = history_exact(&h);
        enum history_fault fault = history_judge(&h, why, sizeof why);
        tally.right += is_right;
        tally.wrong += !is_right;
        tally.noticed += fault != HISTORY_FINE;
        if (is_right && fault)
            check_report(0, "seed %llu: a right history: %s: %s", (unsigned long long)seed, history_fault_name(fault), why);
        if (!is_right && !fault && p.capacity == UINT64_MAX && !p.per_sender && !has_end)
            check_report(0, "seed %llu: a wrong history of a queue without limits and end, and nothing said", (unsigned long long)seed);
    }
    printf("%u right, %u wrong, of which the monitor noticed %u\n", tally.right, tally.wrong, tally.noticed);
    CHECK(tally.right > tally.wrong / 10 && tally.wrong > tally.right / 10);
    CHECK(tally.noticed * 10 > tally.wrong * 8);
}

int main(void)
{
    RUN(right_histories_pass);
    RUN(values);
    RUN(order);
    RUN(order_between_senders);
    RUN(empty_and_full);
    RUN(empty_between_two);
    RUN(the_end);
    RUN(last_receiver);
    RUN(rendezvous);
    RUN(own_order);
    RUN(small_histories);
    return CHECK_DONE();
}
