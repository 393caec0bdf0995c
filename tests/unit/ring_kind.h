/* ring_kind.h: the inlined operations of a kind of ring in a table, so that one test walks over all of them. Part
 * of test_ring.c.
 *
 * SPDX-License-Identifier: MIT */
#ifndef RING_KIND_H
#define RING_KIND_H

#include "flavour.h"

#include <sluice/detail/mpmc.h>
#include <sluice/detail/mpsc.h>
#include <sluice/detail/spmc.h>

#define CELL 24 /* bytes: no power of two, on purpose */

struct kind {
    const char *name;
    const struct sluice__flavour *flavour;
    enum sluice_status (*claim)(struct sluice__ring_tx *, uint64_t want, struct sluice__run *);
    void (*publish)(struct sluice__ring_tx *, const struct sluice__run *, uint64_t count);
    enum sluice_status (*take)(struct sluice__ring_rx *, uint64_t want, struct sluice__run *);
    enum sluice_status (*take_last)(struct sluice__ring_rx *, uint64_t want, struct sluice__run *);
    void (*release)(struct sluice__ring_rx *, const struct sluice__run *, uint64_t count);
    int (*more)(const struct sluice__ring_rx *);
    void (*hold)(struct sluice__ring_tx *, const struct sluice__run *, uint64_t from, uint64_t count);
    uint64_t (*held)(const struct sluice__ring_tx *, struct sluice__run *);
    void (*keep)(struct sluice__ring_rx *, const struct sluice__run *, uint64_t from, uint64_t count);
    uint64_t (*kept)(const struct sluice__ring_rx *, struct sluice__run *);
};

#define DEFINE_KIND(k)                                                                                           \
    static enum sluice_status k##_claim(struct sluice__ring_tx *c, uint64_t want, struct sluice__run *run)       \
    {                                                                                                            \
        return want == 1 ? sluice__##k##_claim(c, CELL, 1, run) : sluice__##k##_claim(c, CELL, want, run);       \
    }                                                                                                            \
    static void k##_publish(struct sluice__ring_tx *c, const struct sluice__run *run, uint64_t count)            \
    {                                                                                                            \
        sluice__##k##_publish(c, CELL, run, count);                                                              \
    }                                                                                                            \
    static enum sluice_status k##_take(struct sluice__ring_rx *c, uint64_t want, struct sluice__run *run)        \
    {                                                                                                            \
        return want == 1 ? sluice__##k##_take(c, CELL, 1, run) : sluice__##k##_take(c, CELL, want, run);         \
    }                                                                                                            \
    static enum sluice_status k##_take_last(struct sluice__ring_rx *c, uint64_t want, struct sluice__run *run)   \
    {                                                                                                            \
        return sluice__##k##_take_last(c, CELL, want, run);                                                      \
    }                                                                                                            \
    static void k##_release(struct sluice__ring_rx *c, const struct sluice__run *run, uint64_t count)            \
    {                                                                                                            \
        sluice__##k##_release(c, CELL, run, count);                                                              \
    }                                                                                                            \
    static int k##_more(const struct sluice__ring_rx *c)                                                         \
    {                                                                                                            \
        return sluice__##k##_more(c);                                                                            \
    }                                                                                                            \
    static void k##_hold(struct sluice__ring_tx *c, const struct sluice__run *run, uint64_t from, uint64_t count)     \
    {                                                                                                            \
        sluice__##k##_hold(c, run, from, count);                                                                 \
    }                                                                                                            \
    static uint64_t k##_held(const struct sluice__ring_tx *c, struct sluice__run *run)                           \
    {                                                                                                            \
        return sluice__##k##_held(c, CELL, run);                                                                 \
    }                                                                                                            \
    static void k##_keep(struct sluice__ring_rx *c, const struct sluice__run *run, uint64_t from, uint64_t count)     \
    {                                                                                                            \
        sluice__##k##_keep(c, run, from, count);                                                                 \
    }                                                                                                            \
    static uint64_t k##_kept(const struct sluice__ring_rx *c, struct sluice__run *run)                           \
    {                                                                                                            \
        return sluice__##k##_kept(c, CELL, run);                                                                 \
    }

DEFINE_KIND(mpsc)
DEFINE_KIND(spmc)
DEFINE_KIND(mpmc)

#define KIND(k)                                                                                                  \
    {                                                                                                            \
        #k, &sluice__##k##_flavour, k##_claim, k##_publish, k##_take, k##_take_last, k##_release, k##_more, k##_hold, \
            k##_held, k##_keep, k##_kept                                                                         \
    }

static const struct kind kinds[] = { KIND(mpsc), KIND(spmc), KIND(mpmc) };
#define KINDS (sizeof kinds / sizeof *kinds)

enum { ENDS = 3 }; /* of a side that has several */

struct ring {
    const struct kind *kind;
    void *queue;
    char *cells;
    uint64_t capacity, lap; /* messages; cells */
    int tx_count, rx_count;
    struct sluice__ring_tx tx[ENDS];
    struct sluice__ring_rx rx[ENDS];
};

static void make_ring(struct ring *r, const struct kind *kind, uint64_t capacity, uint64_t first)
{
    const struct sluice__flavour *f = kind->flavour;
    size_t bytes = f->memory(capacity, CELL);
    memset(r, 0, sizeof *r);
    r->kind = kind;
    r->capacity = capacity;
    for (r->lap = 1; r->lap < capacity;)
        r->lap *= 2;
    r->queue = aligned_alloc(SLUICE_CACHE_LINE, f->queue_bytes);
    r->cells = malloc(bytes); /* exactly: a sanitizer sees what lies beyond */
    REQUIRE(r->queue && r->cells);
    memset(r->queue, 0, f->queue_bytes);
    memset(r->cells, 0xee, bytes);
    struct sluice__geometry geometry = { .capacity = capacity, .message_bytes = CELL, .alignment = 8, .cells = r->cells,
                                         .first = first };
    REQUIRE(f->init(r->queue, &geometry) == SLUICE_OK);
    r->tx_count = f->many[0] ? ENDS : 1;
    r->rx_count = f->many[1] ? ENDS : 1;
    for (int i = 0; i < r->tx_count; i++)
        REQUIRE(f->attach(r->queue, 0, &r->tx[i]) == SLUICE_OK);
    for (int i = 0; i < r->rx_count; i++)
        REQUIRE(f->attach(r->queue, 1, &r->rx[i]) == SLUICE_OK);
}

static void free_ring(struct ring *r)
{
    r->kind->flavour->destroy(r->queue);
    free(r->queue);
    free(r->cells);
}

static void write_number(const struct sluice__run *run, uint64_t i, uint64_t number)
{
    memset((char *)run->cells + i * CELL, (int)(number % 251), CELL);
    memcpy((char *)run->cells + i * CELL, &number, 8);
}

static uint64_t read_number(const void *cells, uint64_t i)
{
    uint64_t number;
    memcpy(&number, (const char *)cells + i * CELL, 8);
    for (size_t b = 8; b < CELL; b++)
        CHECK_EQ_INT(((const unsigned char *)cells)[i * CELL + b], number % 251);
    return number;
}

/* Sends, or receives, one. */
static void put(struct ring *r, int tx, uint64_t number)
{
    struct sluice__run run;
    if (!CHECK_STATUS(r->kind->claim(&r->tx[tx], 1, &run), SLUICE_OK))
        return;
    write_number(&run, 0, number);
    r->kind->publish(&r->tx[tx], &run, 1);
}

static void get(struct ring *r, int rx, uint64_t number)
{
    struct sluice__run run;
    if (!CHECK_STATUS(r->kind->take(&r->rx[rx], 1, &run), SLUICE_OK))
        return;
    CHECK_EQ_INT(read_number(run.cells, 0), number);
    r->kind->release(&r->rx[rx], &run, 1);
}

#endif
