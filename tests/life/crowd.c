/* crowd.c: very many endpoints: a thousand senders dropped in no order, and endpoints cloned and dropped without end.
 *
 * SPDX-License-Identifier: MIT */
#define _GNU_SOURCE 1

#include "life.h"

#define KIB INT64_C(1024)

static void shuffle(sluice_chan_tx **tx, size_t count, uint64_t *random)
{
    for (size_t i = count; i > 1; i--) {
        size_t j = (size_t)kit_below(random, i);
        sluice_chan_tx *t = tx[i - 1];
        tx[i - 1] = tx[j];
        tx[j] = t;
    }
}

/* ---- a thousand senders ---- */

enum { SENDERS = 1000, EACH = 3 };

static void a_thousand(const struct kind *k)
{
    static sluice_chan_tx *tx[SENDERS];
    static unsigned char received[NUMBERS];
    sluice_chan_rx *rx = NULL;
    uint64_t random = 5, number = 0;
    int64_t bytes = faulty_bytes();
    if (!k->many_tx || k->buffer == SLUICE_RENDEZVOUS)
        return;
    memset(received, 0, sizeof received);
    open_kind(k, SENDERS * EACH, 8, &tx[0], &rx);
    for (size_t i = 1; i < SENDERS; i++)
        tx[i] = clone_tx(tx[kit_below(&random, i)]);
    for (uint64_t i = 0; i < SENDERS; i++)
        for (uint64_t n = 0; n < EACH; n++)
            send_number(tx[i], i * EACH + n);
    shuffle(tx, SENDERS, &random);
    for (size_t i = 0; i < SENDERS; i++) {
        for (uint64_t n = kit_below(&random, EACH + 2); n; n--)
            if (try_receive(rx, &number) == SLUICE_OK)
                received[number]++;
        CHECK(!sluice_chan_rx_is_closed(rx));
        sluice_chan_tx_drop(&tx[i]);
    }
    enum sluice_status status;
    while ((status = try_receive(rx, &number)) == SLUICE_OK)
        received[number]++;
    CHECK_STATUS(status, SLUICE_CLOSED);
    for (uint64_t n = 0; n < SENDERS * EACH; n++)
        CHECK_EQ_INT(received[n], 1);
    sluice_chan_rx_drop(&rx);
    if (!SLUICE_HARDENED) /* which keeps dropped endpoints for a while */
        CHECK_EQ_INT(faulty_bytes(), bytes);
}

static void a_thousand_senders(void)
{
    for_each_kind(a_thousand);
}

/* ---- endpoints that come and go ---- */

#define CHURN (KIT_SANITIZED ? 5000 : 100000)
#define CHURN_THREADS 4

struct churner {
    sluice_chan_tx *tx;
    sluice_chan_rx *rx;
    const struct kind *kind;
    uint64_t rounds, random, sent, received, sum_sent, sum_received;
};

static void churn_receive(struct churner *c)
{
    uint64_t number = 0;
    if (try_receive(c->rx, &number) == SLUICE_OK) {
        c->received++;
        c->sum_received += kit_scramble(number);
    }
}

static void churn_send(struct churner *c)
{
    uint64_t number = kit_random(&c->random);
    if (sluice_chan_try_send(c->tx, message_of(number)) == SLUICE_OK) {
        c->sent++;
        c->sum_sent += kit_scramble(number);
    }
}

/* Clones, sends or receives one, drops the older: over and over. */
static void *churn(void *argument)
{
    struct churner *c = argument;
    for (uint64_t i = 0; i < c->rounds; i++) {
        if (c->tx)
            churn_send(c);
        if (c->tx && c->kind->many_tx) {
            sluice_chan_tx *clone = clone_tx(c->tx);
            sluice_chan_tx_drop(&c->tx);
            c->tx = clone;
        }
        if (c->rx)
            churn_receive(c);
        if (c->rx && c->kind->many_rx) {
            sluice_chan_rx *clone = clone_rx(c->rx);
            sluice_chan_rx_drop(&c->rx);
            c->rx = clone;
        }
        if (c->rx && i % 2)
            churn_receive(c);
    }
    return NULL;
}

/* By one thread: what is kept for the next endpoint does not grow. */
static void come_and_go(const struct kind *k)
{
    if (!k->many_tx && !k->many_rx)
        return;
    struct churner c = { .kind = k, .rounds = CHURN / 100 };
    int64_t before = faulty_bytes();
    open_kind(k, 8, 8, &c.tx, &c.rx);
    churn(&c);
    int64_t bytes = faulty_bytes();
    c.rounds = CHURN;
    churn(&c);
    if (!SLUICE_HARDENED)
        check_report(faulty_bytes() <= bytes + 64 * KIB, "%lld bytes more after %d clones", (long long)(faulty_bytes() - bytes), CHURN);
    sluice_chan_tx_drop(&c.tx);
    uint64_t number;
    while (try_receive(c.rx, &number) == SLUICE_OK) {
        c.received++;
        c.sum_received += kit_scramble(number);
    }
    CHECK(c.received == c.sent && c.sum_received == c.sum_sent);
    CHECK(c.sent > 0 || k->buffer == SLUICE_RENDEZVOUS);
    sluice_chan_rx_drop(&c.rx);
    if (!SLUICE_HARDENED)
        CHECK_EQ_INT(faulty_bytes(), before);
}

static void endpoints_come_and_go(void)
{
    for_each_kind(come_and_go);
}

/* By several threads at once, each with ends of its own as far as the kind allows. */
static void come_and_go_together(const struct kind *k)
{
    if (!k->many_tx && !k->many_rx)
        return;
    struct churner c[CHURN_THREADS] = { { .kind = k } };
    pthread_t threads[CHURN_THREADS];
    int64_t before = faulty_bytes();
    open_kind(k, 8, 8, &c[0].tx, &c[0].rx);
    for (uint64_t i = 0; i < CHURN_THREADS; i++) {
        c[i].kind = k;
        c[i].rounds = CHURN / CHURN_THREADS / 2;
        c[i].random = i;
        if (i && k->many_tx)
            c[i].tx = clone_tx(c[0].tx);
        if (i && k->many_rx)
            c[i].rx = clone_rx(c[0].rx);
    }
    for (int i = 0; i < CHURN_THREADS; i++)
        threads[i] = kit_start(churn, &c[i]);
    uint64_t sent = 0, received = 0, sums = 0, number;
    for (int i = 0; i < CHURN_THREADS; i++) {
        kit_join(threads[i]);
        sluice_chan_tx_drop(&c[i].tx);
    }
    while (try_receive(c[0].rx, &number) == SLUICE_OK) {
        received++;
        sums -= kit_scramble(number);
    }
    for (int i = 0; i < CHURN_THREADS; i++) {
        sent += c[i].sent;
        received += c[i].received;
        sums += c[i].sum_sent - c[i].sum_received;
        sluice_chan_rx_drop(&c[i].rx);
    }
    CHECK_EQ_INT(received, sent);
    CHECK_EQ_INT(sums, 0);
    if (!SLUICE_HARDENED)
        CHECK_EQ_INT(faulty_bytes(), before);
}

static void endpoints_come_and_go_on_several_threads(void)
{
    for_each_kind(come_and_go_together);
}

int main(void)
{
    alarm(280); /* a hang is a failure */
    RUN(a_thousand_senders);
    RUN(endpoints_come_and_go);
    RUN(endpoints_come_and_go_on_several_threads);
    return CHECK_DONE();
}
