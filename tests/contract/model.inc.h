/* model.inc.h: a random walk through all operations on one thread, each answer compared with a model of two numbers: how
 * many messages were sent and how many received. Nothing else runs, so every answer is exact. Part of contract.inc.h.
 *
 * SPDX-License-Identifier: MIT */

struct model {
    numbers_tx tx;
    numbers_rx rx;
    uint64_t capacity, sent, received, random;
    uint64_t reserved, kept; /* cells held by a reservation; messages peeked and not released */
};

static uint64_t model_inside(const struct model *m)
{
    return m->sent - m->received;
}

static uint64_t model_room(const struct model *m)
{
    uint64_t capacity = bounded ? m->capacity : 2000; /* where there is no limit the walk keeps to one */
    return capacity > model_inside(m) ? capacity - model_inside(m) : 0;
}

/* Answers may be less exact than "full" and "empty" only where another endpoint's user could not tell either: next to a
 * reservation, or to a peek. */
static bool model_may_be_busy_empty(const struct model *m)
{
    return senders_share && m->reserved > 0;
}

static bool model_may_be_busy_full(const struct model *m)
{
    return receivers_share && m->kept > 0;
}

static void model_received(struct model *m, uint64_t count)
{
    m->received += count;
    m->kept -= count < m->kept ? count : m->kept;
}

static uint64_t model_count(struct model *m)
{
    return kit_below(&m->random, m->capacity < 30 ? m->capacity + 2 : 70) + 1;
}

static void model_send(struct model *m)
{
    bool fits = model_room(m) > 0, timed = kit_below(&m->random, 3) == 0, from = kit_below(&m->random, 2) == 0;
    enum sluice_status status;
    if (!fits && !bounded)
        return;
    if (from)
        status = timed ? numbers_send_from_until(m->tx, &m->sent, SLUICE_NOW) : numbers_try_send_from(m->tx, &m->sent);
    else
        status = timed ? numbers_send_until(m->tx, m->sent, SLUICE_NOW) : numbers_try_send(m->tx, m->sent);
    m->reserved = 0;
    if (fits || timed)
        CHECK_STATUS(status, fits ? SLUICE_OK : SLUICE_TIMED_OUT);
    else
        CHECK_FULL(status, model_may_be_busy_full(m));
    m->sent += fits;
}

static void model_recv(struct model *m)
{
    bool there = model_inside(m) > 0, timed = kit_below(&m->random, 3) == 0;
    uint64_t got = 77;
    enum sluice_status status =
        timed ? numbers_recv_until(m->rx, &got, SLUICE_NOW) : numbers_try_recv(m->rx, &got);
    if (there || timed)
        CHECK_STATUS(status, there ? SLUICE_OK : SLUICE_TIMED_OUT);
    else
        CHECK_EMPTY(status, model_may_be_busy_empty(m));
    CHECK_EQ_INT(got, there ? m->received : 77);
    model_received(m, there);
}

static void model_send_n(struct model *m)
{
    uint64_t out[80] = { 0 };
    size_t n = (size_t)model_count(m), done = 99;
    uint64_t room = model_room(m), expected = n < room ? n : room;
    if (!bounded && expected < n)
        return;
    for (size_t i = 0; i < n; i++)
        out[i] = m->sent + i;
    m->reserved = 0;
    enum sluice_status status = numbers_try_send_n(m->tx, out, n, &done);
    if (expected)
        CHECK_STATUS(status, SLUICE_OK);
    else
        CHECK_FULL(status, model_may_be_busy_full(m));
    CHECK_EQ_INT(done, expected ? expected : 99);
    m->sent += expected;
}

static void model_recv_n(struct model *m)
{
    uint64_t in[80];
    size_t max = (size_t)model_count(m), done = 99;
    uint64_t inside = model_inside(m);
    if (!inside) {
        CHECK_EMPTY(numbers_try_recv_n(m->rx, in, max, &done), model_may_be_busy_empty(m));
        CHECK_EQ_INT(done, 99);
        return;
    }
    CHECK_STATUS(numbers_try_recv_n(m->rx, in, max, &done), SLUICE_OK);
    REQUIRE(done >= 1 && done <= max && done <= inside);
    for (size_t i = 0; i < done; i++)
        CHECK_EQ_INT(in[i], m->received + i);
    model_received(m, done);
}

static void model_reserve(struct model *m)
{
    uint64_t *cells = NULL;
    size_t max = (size_t)model_count(m), n = 99;
    if (model_room(m) == 0 && !bounded)
        return;
    m->reserved = 0;
    if (model_room(m) == 0) {
        CHECK_FULL(numbers_try_reserve(m->tx, max, &cells, &n), model_may_be_busy_full(m));
        CHECK(cells == NULL && n == 99);
        return;
    }
    CHECK_STATUS(numbers_try_reserve(m->tx, max, &cells, &n), SLUICE_OK);
    REQUIRE(n >= 1 && n <= max && (n <= model_room(m) || !bounded));
    for (size_t i = 0; i < n; i++)
        cells[i] = m->sent + i;
    m->reserved = n;
    if (kit_below(&m->random, 4) == 0) /* the receiver goes on meanwhile, and finds the committed ones only */
        model_recv(m);
    switch (kit_below(&m->random, 4)) {
    case 0:
        numbers_abort(m->tx);
        m->reserved = 0;
        break;
    case 1: /* forgotten: the next send gives it back */
        break;
    default: {
        size_t commit = (size_t)kit_below(&m->random, n + 1);
        CHECK_STATUS(numbers_commit(m->tx, n + 1), SLUICE_INVALID);
        CHECK_STATUS(numbers_commit(m->tx, commit), SLUICE_OK);
        m->sent += commit;
        m->reserved = 0;
        }
    }
}

static void model_peek(struct model *m)
{
    uint64_t *cells = NULL;
    size_t max = (size_t)model_count(m), n = 99;
    uint64_t inside = model_inside(m);
    if (!inside) {
        CHECK_EMPTY(numbers_try_peek(m->rx, max, &cells, &n), model_may_be_busy_empty(m));
        CHECK(cells == NULL && n == 99);
        return;
    }
    CHECK_STATUS(numbers_try_peek(m->rx, max, &cells, &n), SLUICE_OK);
    REQUIRE(n >= 1 && n <= max && n <= inside);
    m->kept = m->kept > n ? m->kept : n;
    if (kit_below(&m->random, 4) == 0 && bounded && model_room(m) > 0)
        model_send(m); /* the sender goes on meanwhile */
    for (size_t i = 0; i < n; i++)
        CHECK_EQ_INT(cells[i], m->received + i);
    size_t release = (size_t)kit_below(&m->random, n + 1);
    CHECK_STATUS(numbers_release(m->rx, n + 1), SLUICE_INVALID);
    CHECK_STATUS(numbers_release(m->rx, release), SLUICE_OK);
    model_received(m, release);
}

static void all_answers_are_exact(void)
{
    static void (*const steps[])(struct model *) = { model_send,    model_recv,   model_send_n, model_recv_n,
                                                     model_reserve, model_peek,   model_send,   model_recv };
    for (size_t i = 0; i < CAPACITIES; i++) {
        struct model m = { .capacity = capacities[i], .random = i };
        open_numbers(&m.tx, &m.rx, m.capacity);
        for (int round = 0; round < KIT_ROUNDS(30000); round++) {
            /* Phases in which one side is the busier: the ring is often full, and often empty. */
            size_t step = (size_t)kit_below(&m.random, 8);
            if (round / 500 % 3 == 1 && step % 2 == 1 && kit_below(&m.random, 2))
                step--;
            else if (round / 500 % 3 == 2 && step % 2 == 0 && kit_below(&m.random, 2))
                step++;
            steps[step](&m);
            uint64_t hint = numbers_rx_len_hint(m.rx), inside = model_inside(&m);
            /* Room that a shared queue's sender has reserved may be counted as what it will be filled with. */
            CHECK(hint == inside || (senders_share && hint > inside && hint <= inside + m.reserved));
        }
        numbers_abort(m.tx); /* it would be waited for, else */
        m.reserved = 0;
        numbers_tx_close(m.tx);
        while (model_inside(&m) > 0)
            model_recv(&m);
        uint64_t got = 77;
        CHECK_STATUS(numbers_try_recv(m.rx, &got), SLUICE_CLOSED);
        numbers_tx_drop(&m.tx);
        numbers_rx_drop(&m.rx);
    }
}

static void run_model(void)
{
    RUN(all_answers_are_exact);
}
