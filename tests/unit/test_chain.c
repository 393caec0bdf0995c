/* test_chain.c: the four chains by themselves: the ends of segments, their way back, who pins them, what happens without memory, what
 * is given back, and the end. On one thread, so that every answer is exact, but for the last test.
 *
 * SPDX-License-Identifier: MIT */
#define _GNU_SOURCE 1

#include "../kit.h"
#include "faulty.h"
#include "flavour.h"
#include "queue/chain.h"

#include <sluice/detail/mpmc_chain.h>
#include <sluice/detail/mpsc_chain.h>
#include <sluice/detail/spmc_chain.h>
#include <sluice/detail/spsc_chain.h>

#define BYTES 2048 /* of a message: segments are the smallest there are */
#define CURSOR_ROOM 2

/* ---- the kinds, each behind the same calls ---- */

struct kind {
    const char *name;
    const struct sluice__flavour *flavour;
    bool many_tx, many_rx;
    enum sluice_status (*claim)(void *tx, uint64_t want, struct sluice__run *run);
    void (*publish)(void *tx, struct sluice__run *run, uint64_t count);
    void (*hold)(void *tx, struct sluice__run *run, uint64_t count);
    enum sluice_status (*take)(void *rx, uint64_t want, struct sluice__run *run);
    enum sluice_status (*take_last)(void *rx, uint64_t want, struct sluice__run *run);
    void (*release)(void *rx, struct sluice__run *run, uint64_t count);
    void (*keep)(void *rx, struct sluice__run *run, uint64_t from, uint64_t count);
};

#define KIND(k, tx, rx)                                                                                         \
    static enum sluice_status k##_claim(void *c, uint64_t want, struct sluice__run *run)                        \
    {                                                                                                           \
        return sluice__##k##_claim(c, BYTES, want, run);                                                        \
    }                                                                                                           \
    static void k##_publish(void *c, struct sluice__run *run, uint64_t count)                                   \
    {                                                                                                           \
        sluice__##k##_publish(c, BYTES, run, count);                                                            \
    }                                                                                                           \
    static void k##_hold(void *c, struct sluice__run *run, uint64_t count)                                      \
    {                                                                                                           \
        sluice__##k##_hold(c, run, 0, count);                                                                   \
    }                                                                                                           \
    static enum sluice_status k##_take(void *c, uint64_t want, struct sluice__run *run)                         \
    {                                                                                                           \
        return sluice__##k##_take(c, BYTES, want, run);                                                         \
    }                                                                                                           \
    static enum sluice_status k##_take_last(void *c, uint64_t want, struct sluice__run *run)                    \
    {                                                                                                           \
        return sluice__##k##_take_last(c, BYTES, want, run);                                                    \
    }                                                                                                           \
    static void k##_release(void *c, struct sluice__run *run, uint64_t count)                                   \
    {                                                                                                           \
        sluice__##k##_release(c, BYTES, run, count);                                                            \
    }                                                                                                           \
    static void k##_keep(void *c, struct sluice__run *run, uint64_t from, uint64_t count)                       \
    {                                                                                                           \
        sluice__##k##_keep(c, run, from, count);                                                                \
    }                                                                                                           \
    static const struct kind k = { #k, &sluice__##k##_flavour, tx, rx, k##_claim, k##_publish, k##_hold,        \
                                      k##_take, k##_take_last, k##_release, k##_keep };

KIND(spsc_chain, false, false)
KIND(mpsc_chain, true, false)
KIND(spmc_chain, false, true)
KIND(mpmc_chain, true, true)

static const struct kind *const kinds[] = { &spsc_chain, &mpsc_chain, &spmc_chain, &mpmc_chain };
#define FOR_EACH_KIND(k) for (size_t k##_i = 0; k##_i < 4; k##_i++) for (const struct kind *k = kinds[k##_i]; k; k = NULL)

#define ENDS 8

struct chain {
    const struct kind *kind;
    void *queue;
    struct {
        SLUICE_ALIGNED(SLUICE_CACHE_LINE) char room[CURSOR_ROOM * SLUICE_CACHE_LINE];
    } tx[ENDS], rx[ENDS];
    int txs, rxs;
    uint64_t s; /* cells of a segment */
    int64_t blocks;
};

static void add_end(struct chain *c, int side)
{
    REQUIRE(c->kind->flavour->cursor_bytes[side] <= sizeof c->tx[0].room);
    REQUIRE(c->kind->flavour->attach(c->queue, side, side ? c->rx[c->rxs++].room : c->tx[c->txs++].room) == SLUICE_OK);
}

static struct chain *open_chain(const struct kind *kind, uint64_t first)
{
    struct chain *c = aligned_alloc(SLUICE_CACHE_LINE, sizeof *c);
    REQUIRE(c);
    memset(c, 0, sizeof *c);
    c->kind = kind;
    c->s = sluice__chain_cells(BYTES);
    c->blocks = faulty_blocks();
    c->queue = aligned_alloc(SLUICE_CACHE_LINE, kind->flavour->queue_bytes);
    REQUIRE(c->queue);
    memset(c->queue, 0, kind->flavour->queue_bytes);
    struct sluice__geometry geometry = { .capacity = UINT64_MAX, .message_bytes = BYTES, .alignment = 128, .first = first };
    REQUIRE(kind->flavour->init(c->queue, &geometry) == SLUICE_OK);
    add_end(c, 0);
    add_end(c, 1);
    return c;
}

static void drop_end(struct chain *c, int side, int end)
{
    c->kind->flavour->detach(side ? c->rx[end].room : c->tx[end].room, side);
}

/* Drops the ends from the given ones on, counts what is destroyed, and checks that all memory is back. */
static uint64_t close_chain(struct chain *c, int tx, int rx)
{
    const struct sluice__flavour *f = c->kind->flavour;
    void *cells;
    uint64_t count, destroyed = 0;
    for (; rx < c->rxs; rx++)
        drop_end(c, 1, rx);
    while ((count = f->leftover(c->queue, &cells)) > 0) {
        f->discard(c->queue, count > 1 ? count - 1 : 1); /* in steps, too */
        destroyed += count > 1 ? count - 1 : 1;
    }
    for (; tx < c->txs; tx++)
        drop_end(c, 0, tx);
    CHECK_EQ_INT(f->leftover(c->queue, &cells), 0);
    CHECK_EQ_INT(f->length(c->queue), 0);
    f->destroy(c->queue);
    CHECK_EQ_INT(faulty_blocks(), c->blocks);
    free(c->queue);
    free(c);
    return destroyed;
}

/* ---- messages: numbers ---- */

static void send(struct chain *c, int tx, uint64_t number)
{
    struct sluice__run run;
    REQUIRE(c->kind->claim(c->tx[tx].room, 1, &run) == SLUICE_OK && run.count == 1);
    memcpy(run.cells, &number, 8);
    memcpy((char *)run.cells + BYTES - 8, &number, 8);
    c->kind->publish(c->tx[tx].room, &run, 1);
}

static void send_many(struct chain *c, uint64_t from, uint64_t to)
{
    for (; from < to; from++)
        send(c, 0, from);
}

static uint64_t number_at(const struct sluice__run *run, uint64_t i)
{
    uint64_t front, back;
    memcpy(&front, (char *)run->cells + i * BYTES, 8);
    memcpy(&back, (char *)run->cells + (i + 1) * BYTES - 8, 8);
    CHECK_EQ_INT(front, back);
    return front;
}

static void expect(struct chain *c, int rx, uint64_t number)
{
    struct sluice__run run = { 0 };
    if (!CHECK_STATUS(c->kind->take(c->rx[rx].room, 1, &run), SLUICE_OK))
        return;
    CHECK_EQ_INT(run.count, 1);
    CHECK_EQ_INT(number_at(&run, 0), number);
    c->kind->release(c->rx[rx].room, &run, 1);
}

static void expect_many(struct chain *c, uint64_t from, uint64_t to)
{
    for (; from < to; from++)
        expect(c, 0, from);
}

static void expect_status(struct chain *c, int rx, enum sluice_status status)
{
    struct sluice__run run;
    CHECK_STATUS(c->kind->take(c->rx[rx].room, 1, &run), status);
    CHECK_EQ_INT(c->kind->flavour->ready(c->rx[rx].room, 1), 0);
}

static void expect_end(struct chain *c, int rx, enum sluice_status status)
{
    struct sluice__run run;
    CHECK_STATUS(c->kind->take_last(c->rx[rx].room, 1, &run), status);
    if (c->kind->flavour->pending)
        CHECK_EQ_INT(c->kind->flavour->pending(c->rx[rx].room), status != SLUICE_CLOSED);
}

#include "chain_ends.inc.h"
#include "chain_memory.inc.h"

int main(void)
{
    alarm(240);
    run_ends();
    run_memory();
    return CHECK_DONE();
}
