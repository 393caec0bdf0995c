/* ends.c: threads that are cancelled at any moment, over and over, and destructors of thread-specific data that use channels. What is
 * promised stands in cancel.c.
 *
 * SPDX-License-Identifier: MIT */
#define _GNU_SOURCE 1

#include "cancel.h"

/* ---- cancelled at any moment, over and over ---- */

#define VICTIMS 6 /* half of them send */

struct mortal {
    const struct kind *kind;
    sluice_chan_tx *tx;
    sluice_chan_rx *rx;
    uint64_t random, sent, received;
};

static void drop_mortal(void *argument)
{
    struct mortal *m = argument;
    sluice_chan_tx_drop(&m->tx);
    sluice_chan_rx_drop(&m->rx);
}

static void mortal_in_place(struct mortal *m)
{
    void *cells;
    size_t n, count;
    sluice_deadline deadline = sluice_in_us(kit_below(&m->random, 100));
    if (m->tx && sluice_chan_reserve_until(m->tx, 3, &cells, &n, deadline) == SLUICE_OK) {
        memset(cells, 0, n * sizeof m->sent);
        pthread_testcancel();
        count = (size_t)kit_below(&m->random, n + 1);
        if (sluice_chan_commit(m->tx, count) == SLUICE_OK)
            m->sent += count;
    } else if (m->rx && sluice_chan_peek_until(m->rx, 3, &cells, &n, deadline) == SLUICE_OK) {
        pthread_testcancel();
        count = (size_t)kit_below(&m->random, n + 1);
        CHECK_STATUS(sluice_chan_release(m->rx, count), SLUICE_OK);
        m->received += count;
    }
}

static void mortal_call(struct mortal *m)
{
    static const uint64_t letters[3] = { 0 };
    uint64_t got[3];
    size_t n = 0;
    uint64_t draw = kit_below(&m->random, 3);
    sluice_deadline deadline = kit_below(&m->random, 2) ? SLUICE_FOREVER : sluice_in_us(kit_below(&m->random, 100));
    if (draw == 0 && m->kind->buffer != SLUICE_RENDEZVOUS)
        mortal_in_place(m);
    else if (m->tx && draw == 1)
        m->sent += sluice_chan_send_n_until(m->tx, letters, 3, &n, deadline) == SLUICE_OK ? n : 0;
    else if (m->tx)
        m->sent += sluice_chan_send_until(m->tx, letters, deadline) == SLUICE_OK;
    else if (draw == 1)
        m->received += sluice_chan_recv_n_until(m->rx, got, 3, &n, deadline) == SLUICE_OK ? n : 0;
    else
        m->received += sluice_chan_recv_until(m->rx, got, deadline) == SLUICE_OK;
}

static void *live(void *argument)
{
    struct mortal *m = argument;
    pthread_cleanup_push(drop_mortal, m);
    for (;;) {
        mortal_call(m);
        pthread_testcancel();
    }
    pthread_cleanup_pop(1);
}

static void kill_all(const struct kind *k)
{
    for (uint64_t round = 0; round < (uint64_t)KIT_ROUNDS(15); round++) {
        struct mortal mortals[VICTIMS] = { { .kind = k } };
        pthread_t threads[VICTIMS];
        sluice_chan_tx *tx = NULL;
        sluice_chan_rx *rx = NULL;
        uint64_t sent = 0, received = 0, random = round;
        unsigned count = 0;
        void *result;
        destroyed = 0;
        REQUIRE(kind_open(k, 2, sizeof sent, count_destroyed, NULL, &tx, &rx) == SLUICE_OK);
        for (unsigned i = 0; i < VICTIMS; i++) {
            bool last = i >= VICTIMS - 2;
            struct mortal m = { .kind = k, .random = round * 100 + i };
            if (i % 2)
                m.tx = last ? tx : k->many_tx ? kind_tx(k, &tx) : NULL;
            else
                m.rx = last ? rx : k->many_rx ? kind_rx(k, &rx) : NULL;
            if (m.tx || m.rx)
                mortals[count++] = m;
        }
        for (unsigned i = 0; i < count; i++)
            threads[i] = kit_start(live, &mortals[i]);
        kit_pause_us((unsigned)kit_below(&random, 2000));
        for (unsigned i = 0; i < count; i++) { /* in any order; who waits for ever is told of the end, or gets a message */
            CHECK_EQ_INT(pthread_cancel(threads[i]), 0);
            kit_pause_us((unsigned)kit_below(&random, 200));
        }
        for (unsigned i = 0; i < count; i++) {
            join(threads[i], &result);
            sent += mortals[i].sent;
            received += mortals[i].received;
        }
        CHECK_EQ_INT(received + destroyed, sent);
    }
}

static void cancellations_at_any_moment_lose_nothing(void)
{
    for_each_kind(kill_all);
}

/* ---- destructors of thread-specific data ---- */

static pthread_key_t key;

struct belongings {
    sluice_chan_tx *tx, *back_tx;
    sluice_chan_rx *rx;
    uint64_t received;
};

/* Sends, receives, sleeps and drops, after the thread's body and its clean-up handlers. */
static void on_thread_end(void *argument)
{
    struct belongings *b = argument;
    uint64_t got, last = 4;
    CHECK_STATUS(sluice_chan_send(b->tx, &last), SLUICE_OK);
    while (sluice_chan_recv(b->rx, &got) == SLUICE_OK)
        b->received++;
    CHECK(sluice_current() != NULL);
    CHECK_STATUS(sluice_park_until(sluice_in_us(100)), SLUICE_TIMED_OUT);
    sluice_chan_rx_drop(&b->rx);
    sluice_chan_tx_drop(&b->tx);
}

static void *live_and_leave(void *argument)
{
    struct belongings *b = argument;
    REQUIRE(pthread_setspecific(key, b) == 0);
    CHECK(sluice_current() != NULL);
    for (int i = 0; i < 3; i++)
        CHECK_STATUS(sluice_chan_send(b->tx, &numbers[i]), SLUICE_OK);
    return NULL;
}

static void leave_by_destructor(const struct kind *k)
{
    for (int spawned = 0; spawned < 2; spawned++) {
        struct belongings b = { 0 };
        sluice_chan_rx *rx = NULL;
        sluice_chan_tx *back = NULL;
        sluice_thread *thread = NULL;
        pthread_t plain = 0;
        uint64_t got = 0, expected = 1;
        REQUIRE(kind_open(k, 1, sizeof got, NULL, NULL, &b.tx, &rx) == SLUICE_OK);
        REQUIRE(kind_open(k, 1, sizeof got, NULL, NULL, &back, &b.rx) == SLUICE_OK);
        if (spawned)
            REQUIRE(sluice_spawn(&thread, live_and_leave, &b, NULL) == SLUICE_OK);
        else
            plain = kit_start(live_and_leave, &b);
        for (; expected <= 4; expected++) {
            CHECK_STATUS(sluice_chan_recv(rx, &got), SLUICE_OK);
            CHECK_EQ_INT(got, expected);
        }
        for (int i = 0; i < 3; i++)
            CHECK_STATUS(sluice_chan_send(back, &numbers[i]), SLUICE_OK);
        sluice_chan_tx_drop(&back);
        CHECK_STATUS(sluice_chan_recv(rx, &got), SLUICE_CLOSED);
        if (spawned)
            CHECK_STATUS(sluice_join(&thread, NULL), SLUICE_OK);
        else
            kit_join(plain);
        CHECK_EQ_INT(b.received, 3);
        sluice_chan_rx_drop(&rx);
    }
}

static void destructors_of_thread_data_may_use_channels(void)
{
    REQUIRE(pthread_key_create(&key, on_thread_end) == 0);
    for_each_kind(leave_by_destructor);
    REQUIRE(pthread_key_delete(key) == 0);
}

int main(void)
{
    kinds_watch(HANG_SECONDS);
    RUN(cancellations_at_any_moment_lose_nothing);
    RUN(destructors_of_thread_data_may_use_channels);
    return CHECK_DONE();
}
