/* traffic.h: random traffic through one channel of any kind, checked to the last message, while something else goes on around it.
 *
 * Senders send a quota of numbered messages each, by randomly chosen calls, and then drop their endpoint; receivers receive until
 * CLOSED. Nobody closes early and no memory is short: so a sender may never be told CLOSED, a receiver not before the last sender has
 * dropped, and every message arrives, once, whole, in its sender's order. The watchdog (stress_kit.h) says who hangs where.
 *
 * SPDX-License-Identifier: MIT */
#ifndef TRAFFIC_H
#define TRAFFIC_H

#include "../stress/stress_kit.h"
#include "../kinds.h"

#define TRAFFIC_ENDS_MAX 32 /* of each side */
#define TRAFFIC_BATCH 8

struct letter {
    uint64_t id; /* sender << 48 | number */
    uint64_t seal[2];
};

struct traffic_end {
    struct worker *worker;
    struct traffic *traffic;
    sluice_chan_tx *tx;
    sluice_chan_rx *rx;
    uint64_t name, random, sent;
    uint64_t next[TRAFFIC_ENDS_MAX], received[TRAFFIC_ENDS_MAX], sum[TRAFFIC_ENDS_MAX];
};

struct traffic {
    const struct kind *kind;
    unsigned senders, receivers;
    uint64_t quota;
    size_t capacity;
    void (*begin)(void); /* called by each thread first, and last; may be NULL */
    void (*end)(void);
    bool may_peek;
    unsigned sending; /* senders not yet dropped; touched with the builtins only */
    struct traffic_end tx[TRAFFIC_ENDS_MAX], rx[TRAFFIC_ENDS_MAX];
};

static inline struct letter letter_write(uint64_t sender, uint64_t number)
{
    uint64_t id = sender << 48 | number;
    return (struct letter){ id, { kit_scramble(id + 1), kit_scramble(id + 2) } };
}

/* Mostly nothing, sometimes a yield or a sleep, so that ends block. */
static inline void traffic_dawdle(uint64_t *random)
{
    uint64_t draw = kit_below(random, 1000);
    if (draw < 10)
        kit_pause_us((unsigned)kit_below(random, 100));
    else if (draw < 40)
        sched_yield();
}

static inline sluice_deadline traffic_deadline(uint64_t *random)
{
    uint64_t draw = kit_below(random, 4);
    return draw == 0 ? SLUICE_NOW : draw == 1 ? SLUICE_FOREVER : sluice_in_us(kit_below(random, 300));
}

/* ---- sending ---- */

static enum sluice_status traffic_send_one(struct traffic_end *e)
{
    struct letter letter = letter_write(e->name, e->sent);
    enum sluice_status status;
    switch (kit_below(&e->random, 3)) {
    case 0:
        worker_calls(e->worker, "try_send");
        status = sluice_chan_try_send(e->tx, &letter);
        CHECK(status == SLUICE_OK || status == SLUICE_FULL || status == SLUICE_BUSY);
        break;
    case 1:
        worker_calls(e->worker, "send");
        status = sluice_chan_send(e->tx, &letter);
        CHECK_STATUS(status, SLUICE_OK);
        break;
    default:
        worker_calls(e->worker, "send_until");
        status = sluice_chan_send_until(e->tx, &letter, traffic_deadline(&e->random));
        CHECK(status == SLUICE_OK || status == SLUICE_TIMED_OUT);
    }
    e->sent += status == SLUICE_OK;
    return status;
}

static enum sluice_status traffic_send_batch(struct traffic_end *e)
{
    struct letter letters[TRAFFIC_BATCH];
    size_t n = (size_t)kit_below(&e->random, TRAFFIC_BATCH) + 1, sent = 99;
    enum sluice_status status;
    n = n > e->traffic->quota - e->sent ? e->traffic->quota - e->sent : n;
    for (size_t i = 0; i < n; i++)
        letters[i] = letter_write(e->name, e->sent + i);
    if (kit_below(&e->random, 2)) {
        worker_calls(e->worker, "send_n");
        status = sluice_chan_send_n(e->tx, letters, n, &sent);
        CHECK(status == SLUICE_OK && sent == n);
    } else {
        worker_calls(e->worker, "send_n_until");
        status = sluice_chan_send_n_until(e->tx, letters, n, &sent, traffic_deadline(&e->random));
        CHECK(status == SLUICE_OK ? sent >= 1 && sent <= n : status == SLUICE_TIMED_OUT && sent == 99);
    }
    e->sent += status == SLUICE_OK ? sent : 0;
    return status;
}

static enum sluice_status traffic_send_in_place(struct traffic_end *e)
{
    struct letter *cells = NULL;
    void *place = NULL;
    size_t max = (size_t)kit_below(&e->random, TRAFFIC_BATCH) + 1, n = 0;
    max = max > e->traffic->quota - e->sent ? e->traffic->quota - e->sent : max;
    worker_calls(e->worker, "reserve");
    enum sluice_status status = kit_below(&e->random, 2)
                                    ? sluice_chan_reserve(e->tx, max, &place, &n)
                                    : sluice_chan_reserve_until(e->tx, max, &place, &n, traffic_deadline(&e->random));
    if (status != SLUICE_OK) {
        CHECK_STATUS(status, SLUICE_TIMED_OUT);
        return status;
    }
    CHECK(n >= 1 && n <= max);
    cells = place;
    size_t count = (size_t)kit_below(&e->random, n + 1);
    for (size_t i = 0; i < count; i++)
        cells[i] = letter_write(e->name, e->sent + i);
    worker_calls(e->worker, "commit");
    CHECK_STATUS(sluice_chan_commit(e->tx, count), SLUICE_OK);
    e->sent += count;
    return status;
}

static void *traffic_sender(void *argument)
{
    struct traffic_end *e = argument;
    struct traffic *t = e->traffic;
    worker_begins(e->worker);
    if (t->begin)
        t->begin();
    while (e->sent < t->quota) {
        uint64_t draw = kit_below(&e->random, 4);
        if (draw == 3 && t->kind->buffer != SLUICE_RENDEZVOUS)
            (void)traffic_send_in_place(e);
        else if (draw == 2)
            (void)traffic_send_batch(e);
        else
            (void)traffic_send_one(e);
        traffic_dawdle(&e->random);
    }
    worker_calls(e->worker, "tx_drop");
    __atomic_fetch_sub(&t->sending, 1, __ATOMIC_RELEASE);
    sluice_chan_tx_drop(&e->tx);
    if (t->end)
        t->end();
    worker_ends(e->worker);
    return NULL;
}

/* ---- receiving ---- */

static void traffic_note(struct traffic_end *e, const struct letter *letter)
{
    uint64_t sender = letter->id >> 48, number = letter->id & 0xffffffffffff;
    struct letter whole = letter_write(sender, number);
    REQUIRE(sender < e->traffic->senders);
    CHECK(memcmp(&whole, letter, sizeof whole) == 0);
    check_report(number >= e->next[sender], "%s: message %llu of sender %llu after %llu", kind_name(e->traffic->kind),
                 (unsigned long long)number, (unsigned long long)sender, (unsigned long long)e->next[sender]);
    e->next[sender] = number + 1;
    e->received[sender]++;
    e->sum[sender] += kit_scramble(number);
}

static enum sluice_status traffic_receive_one(struct traffic_end *e)
{
    struct letter letter;
    enum sluice_status status;
    switch (kit_below(&e->random, 3)) {
    case 0:
        worker_calls(e->worker, "try_recv");
        status = sluice_chan_try_recv(e->rx, &letter);
        CHECK(status == SLUICE_OK || status == SLUICE_EMPTY || status == SLUICE_BUSY || status == SLUICE_CLOSED);
        break;
    case 1:
        worker_calls(e->worker, "recv");
        status = sluice_chan_recv(e->rx, &letter);
        CHECK(status == SLUICE_OK || status == SLUICE_CLOSED);
        break;
    default:
        worker_calls(e->worker, "recv_until");
        status = sluice_chan_recv_until(e->rx, &letter, traffic_deadline(&e->random));
        CHECK(status == SLUICE_OK || status == SLUICE_TIMED_OUT || status == SLUICE_CLOSED);
    }
    if (status == SLUICE_OK)
        traffic_note(e, &letter);
    return status;
}

static enum sluice_status traffic_receive_batch(struct traffic_end *e)
{
    struct letter letters[TRAFFIC_BATCH];
    size_t max = (size_t)kit_below(&e->random, TRAFFIC_BATCH) + 1, got = 99;
    worker_calls(e->worker, "recv_n");
    enum sluice_status status = kit_below(&e->random, 2)
                                    ? sluice_chan_recv_n(e->rx, letters, max, &got)
                                    : sluice_chan_recv_n_until(e->rx, letters, max, &got, traffic_deadline(&e->random));
    if (status != SLUICE_OK) {
        CHECK((status == SLUICE_CLOSED || status == SLUICE_TIMED_OUT) && got == 99);
        return status;
    }
    CHECK(got >= 1 && got <= max);
    for (size_t i = 0; i < got; i++)
        traffic_note(e, &letters[i]);
    return status;
}

static enum sluice_status traffic_receive_in_place(struct traffic_end *e)
{
    void *place = NULL;
    size_t max = (size_t)kit_below(&e->random, TRAFFIC_BATCH) + 1, n = 0;
    worker_calls(e->worker, "peek");
    enum sluice_status status = kit_below(&e->random, 2)
                                    ? sluice_chan_peek(e->rx, max, &place, &n)
                                    : sluice_chan_peek_until(e->rx, max, &place, &n, traffic_deadline(&e->random));
    if (status != SLUICE_OK) {
        CHECK(status == SLUICE_CLOSED || status == SLUICE_TIMED_OUT);
        return status;
    }
    CHECK(n >= 1 && n <= max);
    size_t count = (size_t)kit_below(&e->random, n + 1);
    for (size_t i = 0; i < count; i++)
        traffic_note(e, (const struct letter *)place + i);
    worker_calls(e->worker, "release");
    CHECK_STATUS(sluice_chan_release(e->rx, count), SLUICE_OK);
    return status;
}

static void *traffic_receiver(void *argument)
{
    struct traffic_end *e = argument;
    struct traffic *t = e->traffic;
    enum sluice_status status;
    worker_begins(e->worker);
    if (t->begin)
        t->begin();
    do {
        uint64_t draw = kit_below(&e->random, 4);
        traffic_dawdle(&e->random);
        if (draw == 3 && t->may_peek)
            status = traffic_receive_in_place(e);
        else if (draw == 2)
            status = traffic_receive_batch(e);
        else
            status = traffic_receive_one(e);
    } while (status != SLUICE_CLOSED);
    CHECK_EQ_INT(__atomic_load_n(&t->sending, __ATOMIC_ACQUIRE), 0);
    worker_calls(e->worker, "rx_drop");
    sluice_chan_rx_drop(&e->rx);
    if (t->end)
        t->end();
    worker_ends(e->worker);
    return NULL;
}

/* ---- all of it ---- */

static void traffic_destroyed(void *message, void *context)
{
    (void)message;
    (void)context;
    CHECK(!"a message was destroyed which nobody had given up");
}

static void traffic_check(struct traffic *t)
{
    for (unsigned s = 0; s < t->senders; s++) {
        uint64_t count = 0, sum = 0, expected = 0;
        for (unsigned r = 0; r < t->receivers; r++) {
            count += t->rx[r].received[s];
            sum += t->rx[r].sum[s];
        }
        for (uint64_t i = 0; i < t->quota; i++)
            expected += kit_scramble(i);
        CHECK_EQ_INT(count, t->quota);
        CHECK(sum == expected);
    }
}

static void traffic_prepare(struct traffic *t, uint64_t random, sluice_chan_tx *tx, sluice_chan_rx *rx)
{
    for (unsigned i = t->senders; i--;)
        t->tx[i] = (struct traffic_end){ .worker = &workers[i], .traffic = t, .name = i, .random = random + i,
                                         .tx = i ? kind_tx(t->kind, &tx) : tx };
    for (unsigned i = t->receivers; i--;)
        t->rx[i] = (struct traffic_end){ .worker = &workers[t->senders + i], .traffic = t, .random = random + 100 + i,
                                         .rx = i ? kind_rx(t->kind, &rx) : rx };
}

/* Runs it and returns how many messages moved. `meanwhile`, if not NULL, is called beside the running threads. */
static uint64_t traffic_run(struct traffic *t, uint64_t random, void (*meanwhile)(struct traffic *))
{
    pthread_t threads[2 * TRAFFIC_ENDS_MAX];
    sluice_chan_tx *tx = NULL;
    sluice_chan_rx *rx = NULL;
    t->senders = t->kind->many_tx ? t->senders : 1;
    t->receivers = t->kind->many_rx ? t->receivers : 1;
    t->sending = t->senders;
    t->may_peek = t->kind->buffer != SLUICE_RENDEZVOUS;
    REQUIRE(kind_open(t->kind, t->capacity, sizeof(struct letter), traffic_destroyed, NULL, &tx, &rx) == SLUICE_OK);
    traffic_prepare(t, random, tx, rx);
    for (unsigned i = 0; i < t->senders; i++)
        threads[i] = kit_start(traffic_sender, &t->tx[i]);
    for (unsigned i = 0; i < t->receivers; i++)
        threads[t->senders + i] = kit_start(traffic_receiver, &t->rx[i]);
    if (meanwhile)
        meanwhile(t);
    for (unsigned i = 0; i < t->senders + t->receivers; i++)
        kit_join(threads[i]);
    traffic_check(t);
    return t->senders * t->quota;
}

#endif
