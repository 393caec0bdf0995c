/* misuse.inc.h: broken rules on one kind of channel, MISUSE_FLAVOUR (and MISUSE_BUFFER, MISUSE_ORDER where they are not
 * SLUICE_BOUNDED and SLUICE_TOTAL), under the hardened library: each is reported, with the rule and the function that noticed, the
 * call answers SLUICE_MISUSE, and no message is lost.
 *
 * SPDX-License-Identifier: MIT */
#define _GNU_SOURCE 1

#include <signal.h>

#include "../kit.h"

#ifndef MISUSE_BUFFER
#define MISUSE_BUFFER SLUICE_BOUNDED
#endif
#ifndef MISUSE_ORDER
#define MISUSE_ORDER SLUICE_TOTAL
#endif
#define MANY_TX (MISUSE_FLAVOUR != SLUICE_SPSC && MISUSE_FLAVOUR != SLUICE_SPMC)
#define MANY_RX (MISUSE_FLAVOUR != SLUICE_SPSC && MISUSE_FLAVOUR != SLUICE_MPSC)

static unsigned destroyed;

#define SLUICE_NAME orders
#define SLUICE_TYPE uint64_t
#define SLUICE_FLAVOUR MISUSE_FLAVOUR
#define SLUICE_BUFFER MISUSE_BUFFER
#define SLUICE_ORDER MISUSE_ORDER
#define SLUICE_DROP(m) (void)(m), __atomic_fetch_add(&destroyed, 1, __ATOMIC_RELAXED)
#include KIT_CHANNEL

#ifdef ANY_INC_H
#define WHERE "sluice_chan" /* what reports call it */
#else
#define WHERE "orders"
#endif
#define DROPPED "an endpoint was used after it was dropped"
#define TWO_THREADS "two threads used one endpoint at the same time"
#define IN_USE "an endpoint was dropped while another thread was using it"
#define NO_ENDPOINT "this is not an endpoint of a channel"

/* ---- what the handler was told ---- */

static unsigned reports;
static const char *last_rule, *last_where;

static void note(const char *rule, const char *where)
{
    __atomic_store_n(&last_rule, rule, __ATOMIC_RELAXED);
    __atomic_store_n(&last_where, where, __ATOMIC_RELAXED);
    __atomic_fetch_add(&reports, 1, __ATOMIC_RELEASE);
}

/* Whether there was one report since the last look, of that rule, by that function. */
static void expect_report(const char *rule, const char *where)
{
    CHECK_EQ_INT(__atomic_exchange_n(&reports, 0, __ATOMIC_ACQUIRE), 1);
    CHECK_EQ_STRING(last_rule, rule);
    CHECK_EQ_STRING(last_where, where);
}

static void open_orders(orders_tx *tx, orders_rx *rx, size_t capacity)
{
    __atomic_store_n(&destroyed, 0, __ATOMIC_RELAXED);
    REQUIRE(orders_open(tx, rx, &(struct sluice_options){ .capacity = capacity }) == SLUICE_OK);
    CHECK_EQ_INT(reports, 0);
}

#define MISUSED(call, rule, where)            \
    do {                                      \
        CHECK_STATUS(call, SLUICE_MISUSE);    \
        expect_report(rule, where);           \
    } while (0)

/* ---- use after drop ---- */

static void a_dropped_sender_is_noticed(void)
{
    orders_tx tx = NULL;
    orders_rx rx = NULL;
    open_orders(&tx, &rx, 4);
    orders_tx stale = tx;
    orders_tx_drop(&tx);
    uint64_t m = 1, *cells = NULL;
    size_t n = 9;
    MISUSED(orders_try_send(stale, 1), DROPPED, WHERE "_try_send");
    MISUSED(orders_send(stale, 1), DROPPED, WHERE "_send");
    MISUSED(orders_send_until(stale, 1, SLUICE_FOREVER), DROPPED, WHERE "_send_until");
    MISUSED(orders_try_send_n(stale, &m, 1, &n), DROPPED, WHERE "_try_send_n");
    MISUSED(orders_send_n(stale, &m, 1, &n), DROPPED, WHERE "_send_n");
    MISUSED(orders_send_n_until(stale, &m, 1, &n, SLUICE_FOREVER), DROPPED, WHERE "_send_n_until");
    MISUSED(orders_try_reserve(stale, 1, &cells, &n), DROPPED, WHERE "_try_reserve");
    MISUSED(orders_reserve(stale, 1, &cells, &n), DROPPED, WHERE "_reserve");
    MISUSED(orders_reserve_until(stale, 1, &cells, &n, SLUICE_FOREVER), DROPPED, WHERE "_reserve_until");
    MISUSED(orders_commit(stale, 0), DROPPED, WHERE "_commit");
    CHECK(n == 9 && cells == NULL);
    orders_abort(stale);
    expect_report(DROPPED, WHERE "_abort");
    orders_tx_close(stale);
    expect_report(DROPPED, WHERE "_tx_close");
    CHECK_EQ_INT(orders_tx_len_hint(stale), 0);
    expect_report(DROPPED, WHERE "_tx_len_hint");
    CHECK_EQ_INT(orders_tx_capacity(stale), 0);
    expect_report(DROPPED, WHERE "_tx_capacity");
    CHECK(orders_tx_is_closed(stale));
    expect_report(DROPPED, WHERE "_tx_is_closed");
    CHECK(!orders_same_channel(stale, rx));
    expect_report(DROPPED, WHERE "_same_channel");
    orders_rx_drop(&rx);
    MISUSED(orders_send(stale, 1), DROPPED, WHERE "_send"); /* after the channel itself is gone, too */
}

static void a_dropped_receiver_is_noticed(void)
{
    orders_tx tx = NULL;
    orders_rx rx = NULL;
    open_orders(&tx, &rx, 4);
    orders_rx stale = rx;
    orders_rx_drop(&rx);
    uint64_t m = 1, *cells = NULL;
    size_t n = 9;
    MISUSED(orders_try_recv(stale, &m), DROPPED, WHERE "_try_recv");
    MISUSED(orders_recv(stale, &m), DROPPED, WHERE "_recv");
    MISUSED(orders_recv_until(stale, &m, SLUICE_FOREVER), DROPPED, WHERE "_recv_until");
    MISUSED(orders_try_recv_n(stale, &m, 1, &n), DROPPED, WHERE "_try_recv_n");
    MISUSED(orders_recv_n(stale, &m, 1, &n), DROPPED, WHERE "_recv_n");
    MISUSED(orders_recv_n_until(stale, &m, 1, &n, SLUICE_FOREVER), DROPPED, WHERE "_recv_n_until");
    MISUSED(orders_try_peek(stale, 1, &cells, &n), DROPPED, WHERE "_try_peek");
    MISUSED(orders_peek(stale, 1, &cells, &n), DROPPED, WHERE "_peek");
    MISUSED(orders_peek_until(stale, 1, &cells, &n, SLUICE_FOREVER), DROPPED, WHERE "_peek_until");
    MISUSED(orders_release(stale, 0), DROPPED, WHERE "_release");
    CHECK(m == 1 && n == 9 && cells == NULL);
    CHECK_EQ_INT(orders_rx_len_hint(stale), 0);
    expect_report(DROPPED, WHERE "_rx_len_hint");
    CHECK_EQ_INT(orders_rx_capacity(stale), 0);
    expect_report(DROPPED, WHERE "_rx_capacity");
    CHECK(orders_rx_is_closed(stale));
    expect_report(DROPPED, WHERE "_rx_is_closed");
    orders_tx_drop(&tx);
    MISUSED(orders_recv(stale, &m), DROPPED, WHERE "_recv");
}

/* ---- double drop, through a copied handle ---- */

static void a_double_drop_is_noticed(void)
{
    orders_tx tx = NULL;
    orders_rx rx = NULL;
    open_orders(&tx, &rx, 4);
    CHECK_STATUS(orders_send(tx, 5), SLUICE_OK);
    orders_tx tx_copy = tx;
    orders_rx rx_copy = rx;
    orders_tx_drop(&tx);
    orders_tx_drop(&tx_copy);
    expect_report(DROPPED, WHERE "_tx_drop");
    CHECK(tx_copy == NULL);
    orders_rx_drop(&rx);
    CHECK_EQ_INT(destroyed, 1);
    orders_rx_drop(&rx_copy);
    expect_report(DROPPED, WHERE "_rx_drop");
    CHECK_EQ_INT(destroyed, 1);
}

static void something_else_is_noticed(void)
{
    static _Alignas(128) char memory[4096];
    MISUSED(orders_send((orders_tx)(void *)memory, 1), NO_ENDPOINT, WHERE "_send");
}

/* ---- two threads in one endpoint ---- */

struct blocked {
    orders_tx tx;
    orders_rx rx;
    uint64_t got;
    enum sluice_status status;
    int tid;
};

static void *receive(void *argument)
{
    struct blocked *b = argument;
    __atomic_store_n(&b->tid, kit_tid(), __ATOMIC_RELEASE);
    b->status = orders_recv(b->rx, &b->got);
    return NULL;
}

static void *send_one(void *argument)
{
    struct blocked *b = argument;
    __atomic_store_n(&b->tid, kit_tid(), __ATOMIC_RELEASE);
    b->status = orders_send(b->tx, 2);
    return NULL;
}

static void a_second_receiving_thread_is_noticed(void)
{
    struct blocked b = { .got = 0 };
    open_orders(&b.tx, &b.rx, 4);
    pthread_t thread = kit_start(receive, &b);
    kit_await_asleep(&b.tid);
    uint64_t m = 1, *cells = NULL;
    size_t n = 9;
    MISUSED(orders_try_recv(b.rx, &m), TWO_THREADS, WHERE "_try_recv");
    MISUSED(orders_recv(b.rx, &m), TWO_THREADS, WHERE "_recv");
    MISUSED(orders_try_recv_n(b.rx, &m, 1, &n), TWO_THREADS, WHERE "_try_recv_n");
    MISUSED(orders_try_peek(b.rx, 1, &cells, &n), TWO_THREADS, WHERE "_try_peek");
    MISUSED(orders_release(b.rx, 0), TWO_THREADS, WHERE "_release");
    CHECK(m == 1 && n == 9 && cells == NULL);
    orders_rx copy = b.rx;
    orders_rx_drop(&copy);
    expect_report(IN_USE, WHERE "_rx_drop");
    CHECK_STATUS(orders_send(b.tx, 42), SLUICE_OK); /* it goes to the one that was there first */
    kit_join(thread);
    CHECK_STATUS(b.status, SLUICE_OK);
    CHECK_EQ_INT(b.got, 42);
    CHECK_STATUS(orders_send(b.tx, 43), SLUICE_OK);
    CHECK_STATUS(orders_recv(b.rx, &m), SLUICE_OK); /* and the endpoint is as good as before */
    CHECK_EQ_INT(m, 43);
    CHECK_EQ_INT(reports, 0);
    orders_tx_drop(&b.tx);
    orders_rx_drop(&b.rx);
}

static void a_second_sending_thread_is_noticed(void)
{
    struct blocked b = { .got = 0 };
    if (MISUSE_BUFFER == SLUICE_UNBOUNDED)
        return; /* no sender is ever in a call for long */
    open_orders(&b.tx, &b.rx, 1);
    CHECK_STATUS(orders_send(b.tx, 1), SLUICE_OK);
    pthread_t thread = kit_start(send_one, &b);
    kit_await_asleep(&b.tid);
    uint64_t m = 1, *cells = NULL;
    size_t n = 9;
    MISUSED(orders_try_send(b.tx, 3), TWO_THREADS, WHERE "_try_send");
    MISUSED(orders_send_until(b.tx, 3, SLUICE_NOW), TWO_THREADS, WHERE "_send_until");
    MISUSED(orders_try_send_n(b.tx, &m, 1, &n), TWO_THREADS, WHERE "_try_send_n");
    MISUSED(orders_try_reserve(b.tx, 1, &cells, &n), TWO_THREADS, WHERE "_try_reserve");
    MISUSED(orders_commit(b.tx, 0), TWO_THREADS, WHERE "_commit");
    orders_abort(b.tx);
    expect_report(TWO_THREADS, WHERE "_abort");
    orders_tx copy = b.tx;
    orders_tx_drop(&copy);
    expect_report(IN_USE, WHERE "_tx_drop");
    for (uint64_t expected = 1; expected <= 2; expected++) {
        CHECK_STATUS(orders_recv(b.rx, &m), SLUICE_OK);
        CHECK_EQ_INT(m, expected);
    }
    kit_join(thread);
    CHECK_STATUS(b.status, SLUICE_OK);
    CHECK_STATUS(orders_try_recv(b.rx, &m), SLUICE_EMPTY); /* the refused ones were not sent */
    CHECK_EQ_INT(reports, 0);
    orders_tx_drop(&b.tx);
    orders_rx_drop(&b.rx);
}

/* ---- clones ---- */

static void a_dropped_endpoint_is_not_cloned(void)
{
    orders_tx tx = NULL;
    orders_rx rx = NULL;
    open_orders(&tx, &rx, 4);
#if MANY_TX
    orders_tx other_tx = orders_tx_clone(tx), stale_tx = tx;
    orders_tx_drop(&tx);
    CHECK(orders_tx_clone(stale_tx) == NULL);
    expect_report(DROPPED, WHERE "_tx_clone");
    MISUSED(orders_try_send(stale_tx, 1), DROPPED, WHERE "_try_send");
    tx = other_tx; /* which is as good as before */
#endif
#if MANY_RX
    orders_rx other_rx = orders_rx_clone(rx), stale_rx = rx;
    orders_rx_drop(&rx);
    CHECK(orders_rx_clone(stale_rx) == NULL);
    expect_report(DROPPED, WHERE "_rx_clone");
    MISUSED(orders_try_recv(stale_rx, &(uint64_t){ 0 }), DROPPED, WHERE "_try_recv");
    rx = other_rx;
#endif
    uint64_t m = 0;
    CHECK_STATUS(orders_send(tx, 7), SLUICE_OK);
    CHECK_STATUS(orders_recv(rx, &m), SLUICE_OK);
    CHECK_EQ_INT(m, 7);
    CHECK_EQ_INT(reports, 0);
    orders_tx_drop(&tx);
    orders_rx_drop(&rx);
}

/* ---- lawful use is not reported ---- */

struct user {
    orders_tx tx;
    orders_rx rx;
    uint64_t count;
};

static void *send_many(void *argument)
{
    struct user *u = argument;
    for (uint64_t n = 0; n < u->count; n++)
        CHECK_STATUS(orders_send(u->tx, n), SLUICE_OK);
    orders_tx_drop(&u->tx);
    return NULL;
}

static void *receive_many(void *argument)
{
    struct user *u = argument;
    SLUICE_FOR_EACH(orders, u->rx, m)
        u->count++;
    orders_rx_drop(&u->rx);
    return NULL;
}

/* Different endpoints of a channel, used at the same time. */
static void an_endpoint_for_each_thread_is_fine(void)
{
    enum { SENDERS = MANY_TX ? 3 : 1, RECEIVERS = MANY_RX ? 3 : 1 };
    struct user users[SENDERS + RECEIVERS] = { { .count = 0 } };
    pthread_t threads[SENDERS + RECEIVERS];
    uint64_t each = (uint64_t)KIT_ROUNDS(20000), received = 0;
    open_orders(&users[0].tx, &users[SENDERS].rx, 8);
#if MANY_TX
    for (int i = 1; i < SENDERS; i++)
        users[i].tx = orders_tx_clone(users[0].tx);
#endif
#if MANY_RX
    for (int i = 1; i < RECEIVERS; i++)
        users[SENDERS + i].rx = orders_rx_clone(users[SENDERS].rx);
#endif
    for (int i = 0; i < SENDERS + RECEIVERS; i++) {
        users[i].count = i < SENDERS ? each : 0;
        threads[i] = kit_start(i < SENDERS ? send_many : receive_many, &users[i]);
    }
    for (int i = 0; i < SENDERS + RECEIVERS; i++) {
        kit_join(threads[i]);
        received += i < SENDERS ? 0 : users[i].count;
    }
    CHECK_EQ_INT(received, SENDERS * each);
    CHECK_EQ_INT(reports, 0);
}

static void handing_an_endpoint_on_is_fine(void)
{
    for (int i = 0; i < KIT_ROUNDS(300); i++) {
        struct blocked b = { .got = 0 };
        open_orders(&b.tx, &b.rx, 2);
        kit_join(kit_start(send_one, &b));
        CHECK_STATUS(orders_send(b.tx, 3), SLUICE_OK);
        kit_join(kit_start(receive, &b));
        CHECK_EQ_INT(b.got, 2);
        CHECK_STATUS(orders_recv(b.rx, &b.got), SLUICE_OK);
        orders_tx_drop(&b.tx);
        orders_rx_drop(&b.rx);
        CHECK_EQ_INT(reports, 0);
    }
}

/* Without a handler one line goes to standard error; the call answers all the same. */
static void the_default_prints_a_line(void)
{
    orders_tx tx = NULL, stale;
    orders_rx rx = NULL;
    char line[256] = "";
    int ends[2], saved = dup(2);
    open_orders(&tx, &rx, 4);
    stale = tx;
    orders_tx_drop(&tx);
    sluice_on_misuse(NULL);
    fflush(stderr);
    REQUIRE(saved >= 0 && pipe(ends) == 0 && dup2(ends[1], 2) == 2);
    enum sluice_status status = orders_send(stale, 1);
    fflush(stderr);
    dup2(saved, 2);
    CHECK(read(ends[0], line, sizeof line - 1) > 0);
    CHECK_STATUS(status, SLUICE_MISUSE);
    CHECK_EQ_STRING(line, "sluice: " WHERE "_send: " DROPPED "\n");
    close(ends[0]);
    close(ends[1]);
    close(saved);
    sluice_on_misuse(note);
    orders_rx_drop(&rx);
}

int main(void)
{
    alarm(120); /* a hang is a failure */
    sluice_on_misuse(note);
    RUN(a_dropped_sender_is_noticed);
    RUN(a_dropped_receiver_is_noticed);
    RUN(a_double_drop_is_noticed);
    RUN(something_else_is_noticed);
    RUN(a_second_receiving_thread_is_noticed);
    RUN(a_second_sending_thread_is_noticed);
    RUN(a_dropped_endpoint_is_not_cloned);
    RUN(an_endpoint_for_each_thread_is_fine);
    RUN(handing_an_endpoint_on_is_fine);
    RUN(the_default_prints_a_line);
    CHECK_EQ_INT(reports, 0);
    return CHECK_DONE();
}
