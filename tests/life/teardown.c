/* teardown.c: every kind of channel, with from none to several segments of messages inside, taken down in every order of its
 * handles, a sender and a receiver in the middle of something or not: each message that nobody received is destroyed once, what was
 * reserved and not sent never, and all memory comes back.
 *
 * SPDX-License-Identifier: MIT */
#define _GNU_SOURCE 1

#include "life.h"

#define BYTES 1024 /* of a message: segments hold few */
#define BOUNDED_CAPACITY 6

/* Messages per segment: how many are sent between two allocations. Bounded: what there is room for. */
static uint64_t segment_of(const struct kind *k)
{
    if (k->buffer != SLUICE_UNBOUNDED)
        return k->buffer == SLUICE_BOUNDED ? BOUNDED_CAPACITY - 3 : 0;
    sluice_chan_tx *tx = NULL;
    sluice_chan_rx *rx = NULL;
    uint64_t grown_at[3] = { 0 };
    open_kind(k, 0, BYTES, &tx, &rx);
    for (uint64_t n = 0, grown = 0; grown < 3 && n < 10000; n++) {
        uint64_t allocations = faulty_allocations();
        send_number(tx, n);
        if (faulty_allocations() != allocations)
            grown_at[grown++] = n;
    }
    REQUIRE(grown_at[2] > 0);
    sluice_chan_tx_drop(&tx);
    sluice_chan_rx_drop(&rx);
    return k->flavour == SLUICE_MUTEX ? 64 : grown_at[2] - grown_at[1];
}

/* One way down. */
struct descent {
    uint64_t before, after; /* messages sent before a reservation is made, and by another sender after it */
    uint64_t taken;         /* of those before, received */
    bool reserves, peeks, seals;
    int order[4];           /* 0, 1: the senders; 2, 3: the receivers */
};

static void drop_handles(const struct descent *d, sluice_chan_tx **tx, sluice_chan_rx **rx)
{
    for (int i = 0; i < 4; i++)
        if (d->order[i] < 2)
            sluice_chan_tx_drop(&tx[d->order[i]]);
        else
            sluice_chan_rx_drop(&rx[d->order[i] - 2]);
}

/* Returns how many messages were sent, numbered from 0. */
static uint64_t fill(const struct kind *k, const struct descent *d, sluice_chan_tx **tx, sluice_chan_rx **rx)
{
    uint64_t sent = 0;
    void *cells = NULL;
    size_t n = 0;
    while (sent < d->before) {
        send_number(k->many_tx && sent % 3 == 2 ? tx[1] : tx[0], sent);
        sent++;
    }
    for (uint64_t i = 0, number = 0; i < d->taken && i < d->before; i++) {
        CHECK_STATUS(try_receive(k->many_rx && i % 5 == 0 ? rx[1] : rx[0], &number), SLUICE_OK);
        fates[number]++; /* as good as destroyed */
    }
    if (d->reserves) {
        CHECK_STATUS(sluice_chan_try_reserve(tx[0], 2, &cells, &n), SLUICE_OK);
        for (size_t i = 0; i < n; i++)
            memcpy((char *)cells + i * BYTES, message_of(POISON), BYTES);
    }
    for (uint64_t i = 0; k->many_tx && i < d->after; i++)
        send_number(tx[1], sent++);
    if (d->peeks && d->before > d->taken) {
        CHECK_STATUS(sluice_chan_try_peek(rx[0], 2, &cells, &n), SLUICE_OK);
        CHECK(n >= 1);
    }
    return sent;
}

static void go_down(const struct kind *k, const struct descent *d)
{
    sluice_chan_tx *tx[2] = { NULL };
    sluice_chan_rx *rx[2] = { NULL };
    int64_t bytes = faulty_bytes();
    memset(fates, 0, sizeof fates);
    open_kind(k, BOUNDED_CAPACITY, BYTES, &tx[0], &rx[0]);
    tx[1] = k->many_tx ? clone_tx(tx[0]) : NULL;
    rx[1] = k->many_rx ? clone_rx(rx[0]) : NULL;
    uint64_t sent = fill(k, d, tx, rx);
    if (d->seals)
        sluice_chan_tx_close(tx[0]);
    drop_handles(d, tx, rx);
    for (uint64_t n = 0; n < sent; n++)
        CHECK_EQ_INT(fates[n], 1);
    CHECK_EQ_INT(fates[sent], 0);
    CHECK_EQ_INT(fates[POISON], 0);
    if (!SLUICE_HARDENED) /* which keeps dropped endpoints for a while */
        CHECK_EQ_INT(faulty_bytes(), bytes);
}

static void swap(int *a, int *b)
{
    int c = *a;
    *a = *b;
    *b = c;
}

/* All orders of four handles. */
static void in_every_order(const struct kind *k, struct descent *d, int from)
{
    if (from == 3) {
        go_down(k, d);
        return;
    }
    for (int i = from; i < 4; i++) {
        swap(&d->order[from], &d->order[i]);
        in_every_order(k, d, from + 1);
        swap(&d->order[from], &d->order[i]);
    }
}

static void take_down(const struct kind *k)
{
    uint64_t s = segment_of(k);
    const uint64_t befores[] = { 0, 1, s - 1, s, s + 1, 2 * s, 3 * s + 1 };
    size_t count = k->buffer == SLUICE_UNBOUNDED ? KIT_SANITIZED ? 5 : 7 : k->buffer == SLUICE_BOUNDED ? 4 : 1;
    for (size_t i = 0; i < count; i++)
        for (int how = 0; how < (k->buffer == SLUICE_RENDEZVOUS ? 2 : 32); how++) {
            struct descent d = { .before = befores[i], .seals = how & 1, .reserves = how & 2, .peeks = how & 4,
                                 .after = how & 8 ? 1 : 0, .taken = how & 16 ? befores[i] / 2 + 1 : 0, .order = { 0, 1, 2, 3 } };
            in_every_order(k, &d, 0);
        }
}

static void every_way_down(void)
{
    for_each_kind(take_down);
}

int main(void)
{
    alarm(KIT_SANITIZED ? 280 : 120); /* a hang is a failure */
    RUN(every_way_down);
    CHECK_EQ_INT(faulty_blocks() > 0 && !SLUICE_HARDENED, 0);
    return CHECK_DONE();
}
