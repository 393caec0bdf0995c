/* stress_send.inc.h: what a sender does. Part of stress.inc.h.
 *
 * SPDX-License-Identifier: MIT */

static void accepted(struct sender *s, size_t count)
{
    for (size_t i = 0; i < count; i++)
        tally_add(&s->accepted, s->accepted.count);
}

/* One message by value. */
static enum sluice_status send_one(struct sender *s)
{
    struct message m = make_message(s->name, s->accepted.count);
    enum sluice_status status;
    switch (kit_below(&s->random, 3)) {
    case 0:
        worker_calls(s->worker, "try_send");
        status = pipe_try_send(s->tx, m);
        CHECK(status == SLUICE_OK || status == SLUICE_CLOSED || status == SLUICE_BUSY || lacks_memory(status) ||
              (status == SLUICE_FULL && STRESS_BUFFER != SLUICE_UNBOUNDED));
        break;
    case 1:
        worker_calls(s->worker, "send");
        status = pipe_send(s->tx, m);
        CHECK(status == SLUICE_OK || status == SLUICE_CLOSED || lacks_memory(status));
        break;
    default:
        worker_calls(s->worker, "send_until");
        status = pipe_send_until(s->tx, m, random_deadline(&s->random));
        CHECK(status == SLUICE_OK || status == SLUICE_CLOSED || status == SLUICE_TIMED_OUT || lacks_memory(status));
    }
    accepted(s, status == SLUICE_OK);
    return status;
}

static enum sluice_status send_batch(struct sender *s)
{
    struct message batch[BATCH];
    size_t n = (size_t)kit_below(&s->random, BATCH) + 1, sent = 99;
    enum sluice_status status;
    for (size_t i = 0; i < n; i++)
        batch[i] = make_message(s->name, s->accepted.count + i);
    switch (kit_below(&s->random, 3)) {
    case 0:
        worker_calls(s->worker, "try_send_n");
        status = pipe_try_send_n(s->tx, batch, n, &sent);
        break;
    case 1:
        worker_calls(s->worker, "send_n");
        status = pipe_send_n(s->tx, batch, n, &sent);
        CHECK(status != SLUICE_OK || sent == n || pipe_tx_is_closed(s->tx) || memory_is_short);
        break;
    default:
        worker_calls(s->worker, "send_n_until");
        status = pipe_send_n_until(s->tx, batch, n, &sent, random_deadline(&s->random));
    }
    if (status != SLUICE_OK) {
        CHECK_EQ_INT(sent, 99);
        return status;
    }
    CHECK(sent >= 1 && sent <= n);
    accepted(s, sent);
    return SLUICE_OK;
}

#if STRESS_BUFFER == SLUICE_RENDEZVOUS
#define send_in_place send_one /* there are no cells to fill */
#else
static enum sluice_status send_in_place(struct sender *s)
{
    struct message *cells = NULL;
    size_t max = (size_t)kit_below(&s->random, BATCH) + 1, n = 99;
    enum sluice_status status;
    switch (kit_below(&s->random, 3)) {
    case 0:
        worker_calls(s->worker, "try_reserve");
        status = pipe_try_reserve(s->tx, max, &cells, &n);
        break;
    case 1:
        worker_calls(s->worker, "reserve");
        status = pipe_reserve(s->tx, max, &cells, &n);
        break;
    default:
        worker_calls(s->worker, "reserve_until");
        status = pipe_reserve_until(s->tx, max, &cells, &n, random_deadline(&s->random));
    }
    if (status != SLUICE_OK) {
        CHECK(cells == NULL && n == 99);
        return status;
    }
    REQUIRE(n >= 1 && n <= max);
    size_t commit = kit_below(&s->random, 4) ? n : (size_t)kit_below(&s->random, n + 1);
    for (size_t i = 0; i < n; i++)
        cells[i] = make_message(s->name, s->accepted.count + i);
    if (kit_below(&s->random, 50) == 0)
        dawdle(&s->random);
    if (kit_below(&s->random, 20) == 0) {
        worker_calls(s->worker, "abort");
        pipe_abort(s->tx);
        return SLUICE_OK;
    }
    worker_calls(s->worker, "commit");
    status = pipe_commit(s->tx, commit);
    CHECK(status == SLUICE_OK || status == SLUICE_CLOSED);
    accepted(s, status == SLUICE_OK ? commit : 0);
    return status;
}
#endif

/* Hands the endpoint's work on to a fresh one. */
static void renew_sender(struct sender *s)
{
#if STRESS_MANY_TX
    if (LIVES_MAX > 1 && s->name >> 8 == LIVES_MAX - 1)
        return;
    worker_calls(s->worker, "tx_clone");
    pipe_tx fresh = pipe_tx_clone(s->tx);
    REQUIRE(fresh || memory_is_short);
    if (!fresh)
        return;
    pipe_tx_drop(&s->tx);
    s->tx = fresh;
    if (LIVES_MAX > 1)
        s->name += 1 << 8;
#else
    (void)s;
#endif
}

static void *send_all(void *argument)
{
    struct sender *s = argument;
    worker_begins(s->worker);
    while (s->accepted.count < s->quota) {
        uint64_t draw = kit_below(&s->random, 1000);
        enum sluice_status status = draw < 500 ? send_one(s) : draw < 750 ? send_batch(s) : send_in_place(s);
        if (status == SLUICE_CLOSED) {
            CHECK(pipe_tx_is_closed(s->tx));
            CHECK_STATUS(pipe_try_send(s->tx, make_message(s->name, 0)), SLUICE_CLOSED); /* and it stays so */
            break;
        }
        if (status == SLUICE_FULL || status == SLUICE_BUSY || status == SLUICE_NO_MEMORY)
            sched_yield();
        if (kit_below(&s->random, 20000) == 0) {
            worker_calls(s->worker, "tx_close");
            pipe_tx_close(s->tx);
        }
        if (kit_below(&s->random, 500) == 0)
            renew_sender(s);
        dawdle(&s->random);
    }
    worker_calls(s->worker, "tx_drop");
    pipe_tx_drop(&s->tx);
    worker_ends(s->worker);
    return NULL;
}
