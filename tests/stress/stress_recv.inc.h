/* stress_recv.inc.h: what a receiver does. Part of stress.inc.h.
 *
 * SPDX-License-Identifier: MIT */

/* The order of each sender's messages; a receiver that is alone must get every one of them. */
static void received(struct receiver *r, const struct message *m)
{
    uint64_t sender = m->id >> 48 & 0xff, life = LIVES_MAX > 1 ? m->id >> 56 : 0, number = m->id & 0xffffffffffff;
    if (!is_whole(m))
        CHECK(!"a torn message");
    REQUIRE(sender < SENDERS_MAX && life < LIVES_MAX);
    uint64_t *due = &r->next[life][sender];
    bool is_first = life > 0 && *due == 0; /* of this life, that is: it goes on where the last one ended */
    if (r->alone && !is_first ? number != *due : number < *due)
        check_report(0, "sender %llu: message %llu where %llu was due", (unsigned long long)sender,
                     (unsigned long long)number, (unsigned long long)*due);
    *due = number + 1;
    tally_add(&r->received[sender], number);
    r->most -= r->most != 0;
}

static enum sluice_status receive_one(struct receiver *r)
{
    struct message m = { .id = UINT64_MAX };
    enum sluice_status status;
    switch (kit_below(&r->random, 3)) {
    case 0:
        worker_calls(r->worker, "try_recv");
        status = pipe_try_recv(r->rx, &m);
        CHECK(status == SLUICE_OK || status == SLUICE_CLOSED || status == SLUICE_EMPTY || status == SLUICE_BUSY);
        break;
    case 1:
        worker_calls(r->worker, "recv");
        status = pipe_recv(r->rx, &m);
        CHECK(status == SLUICE_OK || status == SLUICE_CLOSED);
        break;
    default:
        worker_calls(r->worker, "recv_until");
        status = pipe_recv_until(r->rx, &m, random_deadline(&r->random));
        CHECK(status == SLUICE_OK || status == SLUICE_CLOSED || status == SLUICE_TIMED_OUT);
    }
    if (status == SLUICE_OK)
        received(r, &m);
    else
        CHECK(m.id == UINT64_MAX);
    return status;
}

static enum sluice_status receive_batch(struct receiver *r)
{
    struct message batch[BATCH];
    size_t max = (size_t)kit_below(&r->random, BATCH) + 1, got = 99;
    enum sluice_status status;
    switch (kit_below(&r->random, 3)) {
    case 0:
        worker_calls(r->worker, "try_recv_n");
        status = pipe_try_recv_n(r->rx, batch, max, &got);
        break;
    case 1:
        worker_calls(r->worker, "recv_n");
        status = pipe_recv_n(r->rx, batch, max, &got);
        break;
    default:
        worker_calls(r->worker, "recv_n_until");
        status = pipe_recv_n_until(r->rx, batch, max, &got, random_deadline(&r->random));
    }
    if (status != SLUICE_OK) {
        CHECK_EQ_INT(got, 99);
        return status;
    }
    REQUIRE(got >= 1 && got <= max);
    for (size_t i = 0; i < got; i++)
        received(r, &batch[i]);
    return SLUICE_OK;
}

#if STRESS_BUFFER == SLUICE_RENDEZVOUS
#define receive_in_place receive_one /* there are no cells to look into */
#define finish_peeked(receiver) ((void)0)
#else
/* Peeks, and releases some, or none. */
static enum sluice_status receive_in_place(struct receiver *r)
{
    struct message *cells = NULL;
    size_t max = (size_t)kit_below(&r->random, BATCH) + 1, n = 99;
    enum sluice_status status;
    switch (kit_below(&r->random, 3)) {
    case 0:
        worker_calls(r->worker, "try_peek");
        status = pipe_try_peek(r->rx, max, &cells, &n);
        break;
    case 1:
        worker_calls(r->worker, "peek");
        status = pipe_peek(r->rx, max, &cells, &n);
        break;
    default:
        worker_calls(r->worker, "peek_until");
        status = pipe_peek_until(r->rx, max, &cells, &n, random_deadline(&r->random));
    }
    if (status != SLUICE_OK) {
        CHECK(cells == NULL && n == 99);
        return status;
    }
    REQUIRE(n >= 1 && n <= max);
    size_t release = kit_below(&r->random, 4) ? n : (size_t)kit_below(&r->random, n + 1);
    if (kit_below(&r->random, 50) == 0)
        dawdle(&r->random);
    for (size_t i = 0; i < n; i++) {
        if (!is_whole(&cells[i])) /* those that stay, too */
            CHECK(!"a torn message");
        if (i < release)
            received(r, &cells[i]);
    }
    worker_calls(r->worker, "release");
    CHECK_STATUS(pipe_release(r->rx, release), SLUICE_OK);
    return SLUICE_OK;
}

/* What one receiver gives back may reach another after later messages, which would look like a wrong order. */
static void finish_peeked(struct receiver *r)
{
    struct message *cells = NULL;
    size_t n = 0;
    while (!r->alone && pipe_try_peek(r->rx, SIZE_MAX, &cells, &n) == SLUICE_OK) {
        for (size_t i = 0; i < n; i++)
            received(r, &cells[i]);
        CHECK_STATUS(pipe_release(r->rx, n), SLUICE_OK);
        break;
    }
}
#endif

/* Hands the endpoint's work on to a fresh one. */
static void renew_receiver(struct receiver *r)
{
#if STRESS_MANY_RX
    finish_peeked(r);
    worker_calls(r->worker, "rx_clone");
    pipe_rx fresh = pipe_rx_clone(r->rx);
    REQUIRE(fresh || memory_is_short);
    if (!fresh)
        return;
    pipe_rx_drop(&r->rx);
    r->rx = fresh;
#else
    (void)r;
#endif
}

static void *receive_all(void *argument)
{
    struct receiver *r = argument;
    worker_begins(r->worker);
    while (r->most > 0) {
        uint64_t draw = kit_below(&r->random, 1000);
        enum sluice_status status = draw < 500 ? receive_one(r) : draw < 750 ? receive_batch(r) : receive_in_place(r);
        if (status == SLUICE_CLOSED) {
            struct message m;
            CHECK(pipe_rx_is_closed(r->rx));
            CHECK_STATUS(pipe_try_recv(r->rx, &m), SLUICE_CLOSED); /* and it stays so */
            break;
        }
        if (status == SLUICE_EMPTY || status == SLUICE_BUSY)
            sched_yield();
        if (kit_below(&r->random, 500) == 0)
            renew_receiver(r);
        dawdle(&r->random);
    }
    finish_peeked(r);
    worker_calls(r->worker, "rx_drop");
    pipe_rx_drop(&r->rx);
    worker_ends(r->worker);
    return NULL;
}
