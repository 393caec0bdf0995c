/* many.inc.h: several endpoints a side: cloned, used, closed and dropped in any order; endpoints as messages; endpoints whose
 * thread ended. Part of contract.inc.h.
 *
 * SPDX-License-Identifier: MIT */

enum { ENDS_MAX = 5, TX_MAX = CONTRACT_MANY_TX ? ENDS_MAX : 1, RX_MAX = CONTRACT_MANY_RX ? ENDS_MAX : 1 };

/* Some senders and receivers of one channel, and what is known to be inside. NULL: not there. */
struct crowd {
    tokens_tx tx[ENDS_MAX];
    tokens_rx rx[ENDS_MAX];
    uint64_t random, capacity, sent, received[256]; /* how often each was received */
    int sender_of[256];                             /* which sent it */
    uint64_t inside, inside_of[ENDS_MAX];           /* messages; of each sender's endpoint */
    bool sealed;
};

static tokens_tx clone_tx(tokens_tx tx)
{
#if CONTRACT_MANY_TX
    tokens_tx clone = tokens_tx_clone(tx);
    REQUIRE(clone);
    return clone;
#else
    return tx;
#endif
}

static tokens_rx clone_rx(tokens_rx rx)
{
#if CONTRACT_MANY_RX
    tokens_rx clone = tokens_rx_clone(rx);
    REQUIRE(clone);
    return clone;
#else
    return rx;
#endif
}

static int crowd_any_tx(struct crowd *c)
{
    int from = (int)kit_below(&c->random, TX_MAX);
    for (int i = 0; i < TX_MAX; i++)
        if (c->tx[(from + i) % TX_MAX])
            return (from + i) % TX_MAX;
    return -1;
}

static int crowd_any_rx(struct crowd *c)
{
    int from = (int)kit_below(&c->random, RX_MAX);
    for (int i = 0; i < RX_MAX; i++)
        if (c->rx[(from + i) % RX_MAX])
            return (from + i) % RX_MAX;
    return -1;
}

static void crowd_send(struct crowd *c)
{
    int i = crowd_any_tx(c);
    if (i < 0 || c->sent == 250)
        return;
    bool over = c->sealed || crowd_any_rx(c) < 0;
    bool fits = !bounded || (per_sender ? c->inside_of[i] : c->inside) < c->capacity;
    enum sluice_status status = tokens_try_send(c->tx[i], (struct token){ c->sent });
    CHECK_STATUS(status, over ? SLUICE_CLOSED : fits ? SLUICE_OK : SLUICE_FULL);
    if (status != SLUICE_OK)
        return;
    c->sender_of[c->sent++] = i;
    c->inside++;
    c->inside_of[i]++;
}

/* The oldest message that is still inside; of that sender's endpoint where the order is each sender's own. */
static uint64_t crowd_oldest(const struct crowd *c, int sender)
{
    for (uint64_t n = 0; n < c->sent; n++)
        if (!c->received[n] && (!per_sender || c->sender_of[n] == sender))
            return n;
    return UINT64_MAX;
}

static void crowd_recv(struct crowd *c)
{
    int i = crowd_any_rx(c);
    struct token got = { 255 };
    if (i < 0)
        return;
    enum sluice_status status = tokens_try_recv(c->rx[i], &got);
    bool over = c->sealed || crowd_any_tx(c) < 0;
    CHECK_STATUS(status, c->inside ? SLUICE_OK : over ? SLUICE_CLOSED : SLUICE_EMPTY);
    if (status != SLUICE_OK)
        return;
    REQUIRE(got.number < c->sent);
    CHECK_EQ_INT(got.number, crowd_oldest(c, c->sender_of[got.number]));
    c->received[got.number]++;
    c->inside--;
    if (c->sender_of[got.number] >= 0)
        c->inside_of[c->sender_of[got.number]]--;
}

/* A clone's place may have been another sender's, whose messages are still inside: they are its own, in a queue of its own. */
static void crowd_forget_sender(struct crowd *c, int i)
{
    c->inside_of[i] = 0;
    for (uint64_t n = 0; n < c->sent; n++)
        if (c->sender_of[n] == i)
            c->sender_of[n] = -1 - i - ENDS_MAX * (int)c->sent;
}

static void crowd_clone(struct crowd *c)
{
    int from_tx = crowd_any_tx(c), from_rx = crowd_any_rx(c);
    for (int i = 0; i < TX_MAX && from_tx >= 0; i++)
        if (!c->tx[i] && kit_below(&c->random, 3) == 0)
            c->tx[i] = clone_tx(c->tx[from_tx]);
    for (int i = 0; i < RX_MAX && from_rx >= 0; i++)
        if (!c->rx[i] && kit_below(&c->random, 3) == 0)
            c->rx[i] = clone_rx(c->rx[from_rx]);
}

/* Drops one. With the last receiver goes what is inside. */
static void crowd_drop(struct crowd *c)
{
    int i = kit_below(&c->random, 2) ? crowd_any_tx(c) : -1, j = crowd_any_rx(c);
    if (i >= 0) {
        tokens_tx_drop(&c->tx[i]);
        crowd_forget_sender(c, i);
    } else if (j >= 0) {
        tokens_rx_drop(&c->rx[j]);
        if (crowd_any_rx(c) < 0)
            c->inside = 0;
    }
    for (uint64_t n = 0; n < c->sent; n++)
        CHECK_EQ_INT(destroyed[n], crowd_any_rx(c) < 0 && !c->received[n]);
}

static void endpoints_come_and_go_in_any_order(void)
{
    for (uint64_t round = 0; round < (uint64_t)KIT_ROUNDS(3000); round++) {
        struct crowd c = { .random = round, .capacity = 1 + round % 7 };
        open_tokens(&c.tx[0], &c.rx[0], (size_t)c.capacity);
        for (uint64_t steps = kit_below(&c.random, 200); steps; steps--) {
            uint64_t draw = kit_below(&c.random, 100);
            if (draw < 45)
                crowd_send(&c);
            else if (draw < 80)
                crowd_recv(&c);
            else if (draw < 90)
                crowd_clone(&c);
            else if (draw < 99)
                crowd_drop(&c);
            else if (kit_below(&c.random, 3) == 0 && crowd_any_tx(&c) >= 0) {
                tokens_tx_close(c.tx[crowd_any_tx(&c)]);
                c.sealed = true;
            }
        }
        while (crowd_any_tx(&c) >= 0 || crowd_any_rx(&c) >= 0)
            crowd_drop(&c);
        for (uint64_t n = 0; n < 250; n++)
            CHECK_EQ_INT(destroyed[n] + c.received[n], n < c.sent);
    }
}

#if CONTRACT_MANY_TX
/* One sender's seal is all senders', those cloned later included. */
static void one_sender_closes_for_all(void)
{
    for (int closer = 0; closer < 3; closer++) {
        numbers_tx tx[3] = { NULL };
        numbers_rx rx = NULL;
        open_numbers(&tx[0], &rx, 6);
        for (int i = 0; i < 3; i++) {
            tx[i] = i ? numbers_tx_clone(tx[0]) : tx[0];
            REQUIRE(tx[i]);
            CHECK_STATUS(numbers_send(tx[i], (uint64_t)1 << 8 * i), SLUICE_OK);
        }
        numbers_tx_close(tx[closer]);
        for (int i = 0; i < 3; i++)
            check_sends_fail(tx[i]);
        numbers_tx late = numbers_tx_clone(tx[1]);
        REQUIRE(late);
        check_sends_fail(late);
        numbers_tx_drop(&tx[closer]);
        uint64_t sum = 0, got = 0;
        for (int i = 0; i < 3; i++, sum += got)
            CHECK_STATUS(numbers_recv(rx, &got), SLUICE_OK);
        CHECK_EQ_INT(sum, 0x10101);
        check_drained_for_ever(rx);
        numbers_tx_drop(&late);
        for (int i = 0; i < 3; i++)
            numbers_tx_drop(&tx[i]);
        numbers_rx_drop(&rx);
    }
}
#endif

/* ---- channels of channels ---- */

struct envelope { /* one of both kinds of endpoint */
    numbers_tx tx;
    numbers_rx rx;
};

static void drop_envelope(struct envelope *e)
{
    numbers_tx_drop(&e->tx);
    numbers_rx_drop(&e->rx);
}

#define SLUICE_NAME envelopes
#define SLUICE_TYPE struct envelope
#define SLUICE_FLAVOUR CONTRACT_FLAVOUR
#define SLUICE_BUFFER CONTRACT_BUFFER
#define SLUICE_ORDER CONTRACT_ORDER
#define SLUICE_DROP(m) drop_envelope(&(m))
#include KIT_CHANNEL

/* An endpoint that arrives works; one that nobody receives is dropped, and its peer sees that. */
static void endpoints_travel(void)
{
    for (int dropped = 0; dropped < 2; dropped++) {
        envelopes_tx post = NULL;
        envelopes_rx box = NULL;
        numbers_tx tx[2] = { NULL };
        numbers_rx rx[2] = { NULL };
        REQUIRE(envelopes_open(&post, &box, &(struct sluice_options){ .capacity = 4 }) == SLUICE_OK);
        for (int i = 0; i < 2; i++)
            open_numbers(&tx[i], &rx[i], 3);
        struct envelope first = { .tx = SLUICE_MOVE(tx[0]) }, second = { .rx = SLUICE_MOVE(rx[1]) };
        CHECK_STATUS(envelopes_send(post, first), SLUICE_OK);
        CHECK_STATUS(envelopes_send(post, second), SLUICE_OK);
        if (dropped) {
            envelopes_rx_drop(&box);
            check_drained_for_ever(rx[0]);
            check_sends_fail(tx[1]);
        } else {
            struct envelope got = { NULL, NULL };
            CHECK_STATUS(envelopes_recv(box, &got), SLUICE_OK);
            CHECK_STATUS(numbers_send(got.tx, 5), SLUICE_OK);
            expect_number(rx[0], 5);
            drop_envelope(&got);
            check_drained_for_ever(rx[0]);
            CHECK_STATUS(envelopes_recv(box, &got), SLUICE_OK);
            CHECK_STATUS(numbers_send(tx[1], 6), SLUICE_OK);
            expect_number(got.rx, 6);
            drop_envelope(&got);
            check_sends_fail(tx[1]);
        }
        numbers_rx_drop(&rx[0]);
        numbers_tx_drop(&tx[1]);
        envelopes_tx_drop(&post);
        envelopes_rx_drop(&box);
    }
}

/* ---- threads that end ---- */

static void *use_and_leave(void *argument)
{
    struct envelope *e = argument;
    CHECK_STATUS(numbers_send(e->tx, 1), SLUICE_OK);
    expect_number(e->rx, 1);
    CHECK_STATUS(numbers_send(e->tx, 2), SLUICE_OK);
    return NULL; /* both endpoints stay */
}

/* An endpoint belongs to the program, not to the thread that used it last: that thread's end ends nothing. */
static void an_endpoint_outlives_its_thread(void)
{
    struct envelope e = { NULL, NULL };
    uint64_t m = 77;
    open_numbers(&e.tx, &e.rx, 2);
    kit_join(kit_start(use_and_leave, &e));
    CHECK(!numbers_tx_is_closed(e.tx) && !numbers_rx_is_closed(e.rx));
    expect_number(e.rx, 2);
    CHECK_STATUS(numbers_try_recv(e.rx, &m), SLUICE_EMPTY);
    CHECK_STATUS(numbers_try_send(e.tx, 3), SLUICE_OK);
    numbers_tx_drop(&e.tx);
    expect_number(e.rx, 3);
    check_drained_for_ever(e.rx);
    numbers_rx_drop(&e.rx);
}

/* ---- more endpoints than 16 bits count ---- */

#define HORDE 70000

#if !KIT_SANITIZED && !defined(ON_FAULTY_OS)
/* All alive at once; those in [0, HORDE) are dropped one by one, and the channel ends with the last. */
static void endpoints_beyond_16_bits(void)
{
    static numbers_tx tx[HORDE];
    static numbers_rx rx[HORDE];
    size_t tx_count = CONTRACT_MANY_TX ? HORDE : 1, rx_count = CONTRACT_MANY_RX ? HORDE : 1;
    uint64_t got = 0, random = 1;
    open_numbers(&tx[0], &rx[0], 1);
#if CONTRACT_MANY_TX
    for (size_t i = 1; i < tx_count; i++)
        REQUIRE((tx[i] = numbers_tx_clone(tx[i - 1])) != NULL);
#endif
#if CONTRACT_MANY_RX
    for (size_t i = 1; i < rx_count; i++)
        REQUIRE((rx[i] = numbers_rx_clone(rx[i - 1])) != NULL);
#endif
    for (uint64_t i = 0; i < 50; i++) {
        CHECK_STATUS(numbers_send(tx[kit_below(&random, tx_count)], i), SLUICE_OK);
        CHECK_STATUS(numbers_recv(rx[kit_below(&random, rx_count)], &got), SLUICE_OK);
        CHECK_EQ_INT(got, i);
    }
    for (size_t i = 0; i + 1 < tx_count; i++)
        numbers_tx_drop(&tx[i]);
    for (size_t i = 0; i + 1 < rx_count; i++)
        numbers_rx_drop(&rx[i]);
    CHECK_STATUS(numbers_send(tx[tx_count - 1], 99), SLUICE_OK);
    expect_number(rx[rx_count - 1], 99);
    CHECK_STATUS(numbers_try_recv(rx[rx_count - 1], &got), SLUICE_EMPTY);
    numbers_tx_drop(&tx[tx_count - 1]);
    check_drained_for_ever(rx[rx_count - 1]);
    numbers_rx_drop(&rx[rx_count - 1]);
}
#endif

static void run_many(void)
{
    RUN(endpoints_come_and_go_in_any_order);
#if CONTRACT_MANY_TX
    RUN(one_sender_closes_for_all);
#endif
    RUN(endpoints_travel);
    RUN(an_endpoint_outlives_its_thread);
#if !KIT_SANITIZED && !defined(ON_FAULTY_OS)
    RUN(endpoints_beyond_16_bits);
#endif
}
