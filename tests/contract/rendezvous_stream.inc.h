/* rendezvous_stream.inc.h: two threads at full speed; timeouts that cross hand-overs; messages of all sizes. Part of rendezvous.inc.h.
 *
 * SPDX-License-Identifier: MIT */

/* ---- large and long ---- */

struct huge {
    unsigned char bytes[65536];
};

#define SLUICE_NAME huges
#define SLUICE_TYPE struct huge
#define SLUICE_FLAVOUR CONTRACT_FLAVOUR
#define SLUICE_BUFFER SLUICE_RENDEZVOUS
#include KIT_CHANNEL

struct triple {
    unsigned char bytes[3];
};

#define SLUICE_NAME triples
#define SLUICE_TYPE struct triple
#define SLUICE_FLAVOUR CONTRACT_FLAVOUR
#define SLUICE_BUFFER SLUICE_RENDEZVOUS
#include KIT_CHANNEL

static void fill(unsigned char *bytes, size_t n, uint64_t number)
{
    for (size_t i = 0; i < n; i++)
        bytes[i] = (unsigned char)(kit_scramble(number) + i * 7);
}

static bool holds(const unsigned char *bytes, size_t n, uint64_t number)
{
    for (size_t i = 0; i < n; i++)
        if (bytes[i] != (unsigned char)(kit_scramble(number) + i * 7))
            return false;
    return true;
}

static void *send_huges(void *argument)
{
    SLUICE_AUTO(huges_tx) tx = argument;
    static struct huge out[3];
    size_t sent = 0;
    for (uint64_t i = 0; i < 3; i++)
        fill(out[i].bytes, sizeof out[i].bytes, i);
    CHECK_STATUS(huges_send(tx, out[0]), SLUICE_OK);
    CHECK_STATUS(huges_send_n(tx, out, 3, &sent), SLUICE_OK);
    CHECK_EQ_INT(sent, 3);
    return NULL;
}

static void messages_of_64_KiB_arrive_whole(void)
{
    huges_tx tx = NULL;
    huges_rx rx = NULL;
    static struct huge in[3];
    static const uint64_t numbers[] = { 0, 0, 1, 2 };
    REQUIRE(huges_open(&tx, &rx, NULL) == SLUICE_OK);
    pthread_t thread = kit_start(send_huges, tx);
    size_t got = 0, all = 0;
    while (huges_recv_n(rx, in, 3, &got) == SLUICE_OK) {
        REQUIRE(got >= 1 && all + got <= 4);
        for (size_t i = 0; i < got; i++)
            CHECK(holds(in[i].bytes, sizeof in[i].bytes, numbers[all++]));
    }
    CHECK_EQ_INT(all, 4);
    kit_join(thread);
    huges_rx_drop(&rx);
}

enum { LONG = 50000 }; /* of 3 bytes each: more than is handed over at a time */

static void *send_long_batch(void *argument)
{
    SLUICE_AUTO(triples_tx) tx = argument;
    static struct triple out[LONG];
    size_t sent = 0;
    for (uint64_t i = 0; i < LONG; i++)
        fill(out[i].bytes, 3, i);
    CHECK_STATUS(triples_send_n(tx, out, LONG, &sent), SLUICE_OK);
    CHECK_EQ_INT(sent, LONG);
    return NULL;
}

static void a_long_batch_arrives_whole(void)
{
    triples_tx tx = NULL;
    triples_rx rx = NULL;
    static struct triple in[LONG];
    REQUIRE(triples_open(&tx, &rx, NULL) == SLUICE_OK);
    pthread_t thread = kit_start(send_long_batch, tx);
    size_t got = 0, all = 0, calls = 0;
    while (triples_recv_n(rx, in + all, LONG, &got) == SLUICE_OK) {
        all += got;
        calls++;
        REQUIRE(got >= 1 && all <= LONG);
    }
    CHECK_EQ_INT(all, LONG);
    CHECK(calls < 20);
    for (uint64_t i = 0; i < LONG; i++)
        CHECK(holds(in[i].bytes, 3, i));
    kit_join(thread);
    triples_rx_drop(&rx);
}

/* ---- at full speed ---- */

struct stream {
    numbers_tx tx;
    uint64_t count, random;
};

static void *send_stream(void *argument)
{
    struct stream *s = argument;
    for (uint64_t n = 0; n < s->count; n++)
        if (!CHECK_STATUS(numbers_send(s->tx, n), SLUICE_OK))
            break;
    numbers_tx_drop(&s->tx);
    return NULL;
}

static void a_stream_arrives_in_order(void)
{
    struct stream s = { .count = (uint64_t)KIT_ROUNDS(50000) };
    numbers_rx rx = NULL;
    open_numbers(&s.tx, &rx);
    pthread_t thread = kit_start(send_stream, &s);
    uint64_t expected = 0;
    SLUICE_FOR_EACH(numbers, rx, m) {
        if (m != expected)
            CHECK_EQ_INT(m, expected);
        expected++;
    }
    CHECK_EQ_INT(expected, s.count);
    kit_join(thread);
    numbers_rx_drop(&rx);
}

/* One at a time, again where it timed out: if a message went although its send said that it had not, it comes twice. */
static void *send_impatiently(void *argument)
{
    struct stream *s = argument;
    uint64_t timeouts = 0;
    for (uint64_t n = 0; n < s->count;) {
        enum sluice_status status = numbers_send_until(s->tx, n, sluice_in_ns(kit_below(&s->random, 60000)));
        CHECK(status == SLUICE_OK || status == SLUICE_TIMED_OUT);
        n += status == SLUICE_OK;
        timeouts += status == SLUICE_TIMED_OUT;
        if (kit_below(&s->random, 4) == 0)
            kit_pause_us((unsigned)kit_below(&s->random, 60));
    }
    CHECK(timeouts > 0);
    numbers_tx_drop(&s->tx);
    return NULL;
}

static void timeouts_lose_and_double_nothing(void)
{
    struct stream s = { .count = (uint64_t)KIT_ROUNDS(10000), .random = 1 };
    uint64_t expected = 0, timeouts = 0, random = 2, m = 0;
    numbers_rx rx = NULL;
    enum sluice_status status;
    open_numbers(&s.tx, &rx);
    pthread_t thread = kit_start(send_impatiently, &s);
    while ((status = numbers_recv_until(rx, &m, sluice_in_ns(kit_below(&random, 60000)))) != SLUICE_CLOSED) {
        CHECK(status == SLUICE_OK || status == SLUICE_TIMED_OUT);
        if (status == SLUICE_OK && m != expected)
            CHECK_EQ_INT(m, expected);
        expected += status == SLUICE_OK;
        timeouts += status == SLUICE_TIMED_OUT;
        if (kit_below(&random, 4) == 0)
            kit_pause_us((unsigned)kit_below(&random, 60));
    }
    CHECK_EQ_INT(expected, s.count);
    CHECK(timeouts > 0);
    kit_join(thread);
    numbers_rx_drop(&rx);
}

/* The copy of a large message takes long enough for many deadlines to pass in the middle of it: whoever was being served then is told
 * so, late as it is. */
static void *send_huges_impatiently(void *argument)
{
    SLUICE_AUTO(huges_tx) tx = argument;
    static struct huge out;
    uint64_t random = 4, timeouts = 0;
    for (uint64_t n = 0; n < (uint64_t)KIT_ROUNDS(5000);) {
        memcpy(out.bytes, &n, sizeof n);
        memcpy(out.bytes + sizeof out - sizeof n, &n, sizeof n);
        enum sluice_status status = huges_send_until(tx, out, sluice_in_ns(kit_below(&random, 40000)));
        CHECK(status == SLUICE_OK || status == SLUICE_TIMED_OUT);
        n += status == SLUICE_OK;
        timeouts += status == SLUICE_TIMED_OUT;
    }
    CHECK(timeouts > 0);
    return NULL;
}

static void a_deadline_in_the_hand_over_is_no_timeout(void)
{
    huges_tx tx = NULL;
    huges_rx rx = NULL;
    static struct huge in;
    uint64_t random = 5, expected = 0, first, last;
    REQUIRE(huges_open(&tx, &rx, NULL) == SLUICE_OK);
    pthread_t thread = kit_start(send_huges_impatiently, tx);
    enum sluice_status status;
    while ((status = huges_try_recv(rx, &in)) != SLUICE_CLOSED) {
        for (volatile uint64_t i = kit_below(&random, 10000); i; i--) { /* up to half as long as a deadline is */
        }
        CHECK(status == SLUICE_OK || status == SLUICE_EMPTY);
        if (status != SLUICE_OK)
            continue;
        memcpy(&first, in.bytes, sizeof first);
        memcpy(&last, in.bytes + sizeof in - sizeof last, sizeof last);
        if (first != expected || last != expected)
            CHECK(first == expected && last == expected);
        expected = first + 1;
    }
    CHECK_EQ_INT(expected, KIT_ROUNDS(5000));
    kit_join(thread);
    huges_rx_drop(&rx);
}

/* A close that crosses hand-overs: what was said to be sent was received, no more and no less. */
static void *send_until_closed(void *argument)
{
    struct stream *s = argument;
    while (numbers_send(s->tx, s->count) == SLUICE_OK)
        s->count++;
    return NULL;
}

static void a_drop_loses_and_doubles_nothing(void)
{
    uint64_t random = 3;
    for (int round = 0; round < KIT_ROUNDS(1000); round++) {
        struct stream s = { .count = 0 };
        numbers_rx rx = NULL;
        open_numbers(&s.tx, &rx);
        pthread_t thread = kit_start(send_until_closed, &s);
        uint64_t received = 0, m = 0;
        for (uint64_t n = kit_below(&random, 20); n; n--, received++) {
            CHECK_STATUS(numbers_recv(rx, &m), SLUICE_OK);
            CHECK_EQ_INT(m, received);
        }
        numbers_rx_drop(&rx);
        kit_join(thread);
        CHECK_EQ_INT(s.count, received);
        numbers_tx_drop(&s.tx);
    }
}

#ifdef ON_FAULTY_OS
static void no_memory_is_asked_for_while_messages_move(void)
{
    struct stream s = { .count = (uint64_t)KIT_ROUNDS(20000) };
    numbers_rx rx = NULL;
    open_numbers(&s.tx, &rx);
    uint64_t allocations = faulty_allocations(), waits = faulty_futex_waits(), expected = 0, got;
    faulty_allocation_fails(1, 1);
    CHECK_STATUS(numbers_recv_until(rx, &got, sluice_in_us(300)), SLUICE_TIMED_OUT); /* sleeps at least once */
    pthread_t thread = kit_start(send_stream, &s);
    SLUICE_FOR_EACH(numbers, rx, m)
        expected += m == expected;
    kit_join(thread);
    faulty_allocation_fails(0, 0);
    CHECK_EQ_INT(expected, s.count);
    CHECK_EQ_INT(faulty_allocations(), allocations);
    CHECK(faulty_futex_waits() > waits);
    numbers_rx_drop(&rx);
}
#endif

static void run_stream(void)
{
    RUN(messages_of_64_KiB_arrive_whole);
    RUN(a_long_batch_arrives_whole);
    RUN(a_stream_arrives_in_order);
    RUN(timeouts_lose_and_double_nothing);
    RUN(a_deadline_in_the_hand_over_is_no_timeout);
    RUN(a_drop_loses_and_doubles_nothing);
#ifdef ON_FAULTY_OS
    RUN(no_memory_is_asked_for_while_messages_move);
#endif
}
