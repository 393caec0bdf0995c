/* chain_memory.inc.h: segments' way round and back, who pins them, and what happens when there are none. Part of test_chain.c.
 *
 * SPDX-License-Identifier: MIT */

#define POOL_MAX 32 /* segments of this size that a pool keeps, at most */

/* A backlog that stays the same needs no more memory, however long it goes on. */
static void segments_go_round(void)
{
    FOR_EACH_KIND(k)
        for (uint64_t backlog = 0; backlog <= 100; backlog += 50) {
            struct chain *c = open_chain(k, 0);
            uint64_t n = 0, warm = 8 * c->s + backlog;
            send_many(c, 0, backlog);
            for (; n < warm; n++) {
                send(c, 0, backlog + n);
                expect(c, 0, n);
            }
            uint64_t allocations = faulty_allocations();
            for (; n < 200 * c->s; n++) {
                send(c, 0, backlog + n);
                expect(c, 0, n);
            }
            CHECK_EQ_INT(faulty_allocations(), allocations);
            CHECK_EQ_INT(close_chain(c, 0, 0), backlog);
        }
}

/* After a burst the pool keeps its share and the rest is gone. */
static void a_bursts_memory_goes_back(void)
{
    FOR_EACH_KIND(k) {
        struct chain *c = open_chain(k, 0);
        int64_t before = faulty_blocks();
        uint64_t n = 500 * c->s;
        send_many(c, 0, n);
        CHECK(faulty_blocks() >= before + 499);
        expect_many(c, 0, n);
        CHECK(faulty_blocks() <= before + POOL_MAX);
        CHECK(faulty_blocks() > before + 2); /* but it keeps some */
        CHECK_EQ_INT(close_chain(c, 0, 0), 0);
    }
}

/* How much the pool keeps, in bytes: a MiB, or two segments where those are larger. */
static void pools_are_bounded(void)
{
    for (size_t bytes = 1; bytes <= 65536; bytes = bytes * 3 + 1) {
        struct sluice__chain_pool *pool = aligned_alloc(SLUICE_CACHE_LINE, sizeof *pool);
        struct sluice__chain_link *segments[200];
        int64_t before = faulty_blocks();
        REQUIRE(pool);
        sluice__chain_pool_init(pool, &(struct sluice__geometry){ .message_bytes = bytes, .alignment = 128 }, 128, 0);
        CHECK(pool->cells >= 16 && (pool->cells & (pool->cells - 1)) == 0);
        for (int i = 0; i < 200; i++)
            REQUIRE((segments[i] = sluice__chain_pool_get(pool)) != NULL);
        for (int i = 0; i < 200; i++)
            sluice__chain_pool_put(pool, segments[i]);
        uint64_t kept = (uint64_t)(faulty_blocks() - before);
        CHECK(kept >= 2 && (kept == 2 || kept * pool->segment_bytes <= 1u << 20));
        sluice__chain_pool_empty(pool);
        CHECK_EQ_INT(faulty_blocks(), before);
        free(pool);
    }
}

/* Endpoints that stop in a segment each pin that one and no other, and let go of it when they go on. */
static void an_idle_endpoint_pins_one_segment(void)
{
    struct chain *c = open_chain(&mpmc_chain, 0);
    uint64_t sent = 0, received = 0;
    struct sluice__run peeked;
    for (int i = 1; i < ENDS; i++) {
        add_end(c, 0);
        add_end(c, 1);
    }
    int64_t before = faulty_blocks();
    for (int i = 1; i < ENDS; i++) { /* each stops in a segment of its own */
        send(c, i, sent++);
        expect(c, i, received++);
        for (uint64_t n = 0; n < 5 * c->s; n++) {
            send(c, 0, sent++);
            expect(c, 0, received++);
        }
    }
    CHECK(faulty_blocks() >= before + ENDS - 1); /* they do */
    send(c, 1, sent++);
    REQUIRE(mpmc_chain.take(c->rx[1].room, 1, &peeked) == SLUICE_OK);
    mpmc_chain.keep(c->rx[1].room, &peeked, 0, 1);
    uint64_t held = received++;
    for (uint64_t n = 0; n < 500 * c->s; n++)
        send(c, 0, sent++);
    while (received < sent)
        expect(c, 0, received++);
    CHECK(faulty_blocks() <= before + POOL_MAX + 2 * ENDS);
    CHECK_EQ_INT(number_at(&peeked, 0), held); /* nobody has written to it */
    for (int i = 2; i < ENDS; i++) { /* they go on as if nothing had been */
        expect_status(c, i, SLUICE_EMPTY);
        send(c, i, sent++);
        expect(c, i, received++);
    }
    send(c, 1, sent++);
    mpmc_chain.release(c->rx[1].room, &peeked, 1);
    expect(c, 1, received++);
    CHECK(faulty_blocks() <= before + POOL_MAX + 1);
    CHECK_EQ_INT(close_chain(c, 0, 0), 0);
}

/* A sender that stops when it has linked a new segment, and has not said yet that it is the last: receivers go on over it, and new
 * senders find their way. */
static void a_sender_stopped_while_it_links(void)
{
    const struct kind *const two[] = { &mpsc_chain, &mpmc_chain };
    for (int i = 0; i < 2; i++)
        for (uint64_t further = 0; further <= 40; further += 20) {
            struct chain *c = open_chain(two[i], 0);
            struct sluice__chain *queue = c->queue;
            uint64_t stopped_at = sluice__a64_load_relaxed(&queue->last), n = c->s + 1 + further;
            send_many(c, 0, n);
            if (further == 0)
                sluice__a64_store_relaxed(&queue->last, stopped_at); /* it did not come to it */
            expect_many(c, 0, n);
            CHECK(sluice__a64_load_relaxed(&queue->last) != stopped_at); /* it may be used again, or be gone */
            add_end(c, 0);
            for (uint64_t k = 0; k < 3 * c->s; k++) {
                send(c, 1, n + k);
                expect(c, 0, n + k);
            }
            CHECK_EQ_INT(close_chain(c, 0, 0), 0);
        }
}

/* No memory at the end of every segment: the message stays the caller's, what is in is received, and then it goes on. */
static void without_memory_nothing_is_lost(void)
{
    FOR_EACH_KIND(k)
        for (uint64_t segments = 1; segments <= 3; segments++)
            for (int sealed = 0; sealed < 2; sealed++) {
                struct chain *c = open_chain(k, UINT64_MAX - 20);
                struct sluice__run run;
                uint64_t n = segments * c->s;
                send_many(c, 0, n);
                faulty_allocation_fails(1, 1);
                for (uint64_t want = 1; want <= 3 * c->s; want++)
                    CHECK_STATUS(k->claim(c->tx[0].room, want, &run), SLUICE_NO_MEMORY);
                if (k->many_tx) { /* the attempts have left no trace: however many there are, its count does not run over */
                    const struct sluice__chain_tx *tx = (const void *)c->tx[0].room;
                    CHECK_EQ_INT(sluice__a64_load_relaxed(&tx->at.segment->claim), c->s);
                }
                CHECK_EQ_INT(k->flavour->length(c->queue), n);
                expect_many(c, 0, n);
                expect_status(c, 0, SLUICE_EMPTY);
                if (segments == 1) /* nothing has come back yet */
                    CHECK_STATUS(k->claim(c->tx[0].room, 1, &run), SLUICE_NO_MEMORY);
                if (sealed)
                    expect_end(c, 0, SLUICE_CLOSED);
                faulty_allocation_fails(0, 0);
                if (sealed && k->many_tx)
                    CHECK_STATUS(k->claim(c->tx[0].room, 1, &run), SLUICE_CLOSED);
                else if (!sealed)
                    send_many(c, n, n + 2 * c->s);
                if (!sealed)
                    expect_many(c, n, n + 2 * c->s);
                CHECK_EQ_INT(close_chain(c, 0, 0), 0);
            }
}

/* Making a chain, and an endpoint, fails cleanly. */
static void making_fails_cleanly(void)
{
    FOR_EACH_KIND(k) {
        struct chain *c = open_chain(k, 0);
        void *queue = aligned_alloc(SLUICE_CACHE_LINE, k->flavour->queue_bytes);
        struct sluice__geometry geometry = { .message_bytes = BYTES, .alignment = 128 };
        REQUIRE(queue);
        memset(queue, 0, k->flavour->queue_bytes);
        int64_t blocks = faulty_blocks();
        faulty_allocation_fails(1, 1);
        CHECK_STATUS(k->flavour->init(queue, &geometry), SLUICE_NO_MEMORY);
        if (k->many_tx)
            CHECK_STATUS(k->flavour->attach(c->queue, 0, c->tx[1].room), SLUICE_NO_MEMORY);
        if (k->many_rx)
            CHECK_STATUS(k->flavour->attach(c->queue, 1, c->rx[1].room), SLUICE_NO_MEMORY);
        faulty_allocation_fails(0, 0);
        CHECK_EQ_INT(faulty_blocks(), blocks);
        free(queue);
        send_many(c, 0, 40);
        expect_many(c, 0, 20);
        CHECK_EQ_INT(close_chain(c, 0, 0), 20);
    }
}

/* ---- several threads over the smallest segments, with stops in between ---- */

struct end {
    struct chain *chain;
    int number;
    uint64_t count, sum;
};

static uint64_t rounds_left;

static void *send_all(void *argument)
{
    struct end *e = argument;
    uint64_t random = (uint64_t)e->number;
    for (; e->count < (uint64_t)KIT_ROUNDS(20000); e->count++) {
        uint64_t number = (uint64_t)e->number << 32 | e->count;
        send(e->chain, e->number, number);
        e->sum += number;
        if (kit_below(&random, 200) == 0)
            kit_pause_us(50);
    }
    return NULL;
}

static void *receive_all(void *argument)
{
    struct end *e = argument;
    const struct kind *k = e->chain->kind;
    void *rx = e->chain->rx[e->number].room;
    uint64_t random = (uint64_t)e->number;
    while (__atomic_load_n(&rounds_left, __ATOMIC_RELAXED)) {
        struct sluice__run run;
        if (k->take(rx, kit_below(&random, 5) + 1, &run) != SLUICE_OK) {
            sched_yield();
            continue;
        }
        for (uint64_t i = 0; i < run.count; i++)
            e->sum += number_at(&run, i);
        e->count += run.count;
        k->release(rx, &run, run.count);
        __atomic_fetch_sub(&rounds_left, run.count, __ATOMIC_RELAXED);
        if (kit_below(&random, 200) == 0)
            kit_pause_us(50);
    }
    return NULL;
}

static void many_threads_share_small_segments(void)
{
    FOR_EACH_KIND(k) {
        struct chain *c = open_chain(k, UINT64_MAX - 1000);
        struct end ends[2][4] = { 0 };
        pthread_t threads[2][4];
        uint64_t sent = 0, received = 0, difference = 0;
        for (int i = 1; i < 4 && k->many_tx; i++)
            add_end(c, 0);
        for (int i = 1; i < 4 && k->many_rx; i++)
            add_end(c, 1);
        __atomic_store_n(&rounds_left, (uint64_t)c->txs * (uint64_t)KIT_ROUNDS(20000), __ATOMIC_RELAXED);
        for (int side = 0; side < 2; side++)
            for (int i = 0; i < (side ? c->rxs : c->txs); i++) {
                ends[side][i] = (struct end){ .chain = c, .number = i };
                threads[side][i] = kit_start(side ? receive_all : send_all, &ends[side][i]);
            }
        for (int side = 0; side < 2; side++)
            for (int i = 0; i < (side ? c->rxs : c->txs); i++) {
                kit_join(threads[side][i]);
                *(side ? &received : &sent) += ends[side][i].count;
                difference += side ? ends[side][i].sum : 0 - ends[side][i].sum;
            }
        CHECK_EQ_INT(sent, received);
        CHECK_EQ_INT(difference, 0);
        /* The last segment, the pool's, one for each endpoint, and the slots. */
        CHECK(faulty_blocks() <= c->blocks + 1 + POOL_MAX + 2 * (c->txs + c->rxs));
        CHECK_EQ_INT(close_chain(c, 0, 0), 0);
    }
}

static void run_memory(void)
{
    RUN(segments_go_round);
    RUN(a_bursts_memory_goes_back);
    RUN(pools_are_bounded);
    RUN(an_idle_endpoint_pins_one_segment);
    RUN(a_sender_stopped_while_it_links);
    RUN(without_memory_nothing_is_lost);
    RUN(making_fails_cleanly);
    RUN(many_threads_share_small_segments);
}
