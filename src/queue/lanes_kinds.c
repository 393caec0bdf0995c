/* lanes_kinds.c: the two kinds of queue that a lane may be.
 *
 * SPDX-License-Identifier: MIT */
#include "queue/lanes.h"

#include <sluice/detail/spsc.h>
#include <sluice/detail/spsc_chain.h>

/* Whole lines: what follows in a lane shares none with it. */
#define LINES(type) ((sizeof(type) + SLUICE_CACHE_LINE - 1) / SLUICE_CACHE_LINE * SLUICE_CACHE_LINE)
#define RING_BYTES_MAX ((size_t)4 * SLUICE_CACHE_LINE)

static size_t ring_memory(uint64_t capacity, size_t message_bytes)
{
    return sluice__spsc_flavour.memory(capacity, message_bytes);
}

static enum sluice_status ring_make(struct sluice__lanes *lanes, void *queue, void *cells)
{
    struct sluice__geometry geometry = lanes->geometry;
    geometry.cells = cells;
    return sluice__spsc_flavour.queue_bytes <= RING_BYTES_MAX ? sluice__spsc_flavour.init(queue, &geometry) : SLUICE_INVALID;
}

static void ring_unmake(void *queue)
{
    sluice__spsc_flavour.destroy(queue);
}

static void ring_attach(void *queue, int side, void *cursor)
{
    (void)!sluice__spsc_flavour.attach(queue, side, cursor); /* it cannot fail */
}

static uint64_t ring_ready(void *cursor, int side)
{
    return sluice__spsc_flavour.ready(cursor, side);
}

static uint64_t ring_length(const void *queue)
{
    return sluice__spsc_flavour.length(queue);
}

static uint64_t ring_leftover(void *queue, void **cells)
{
    return sluice__spsc_flavour.leftover(queue, cells);
}

static void ring_discard(void *queue, uint64_t count)
{
    sluice__spsc_flavour.discard(queue, count);
}

const struct sluice__lane_kind sluice__ring_lane = {
    .queue_bytes = RING_BYTES_MAX,
    .cursor_bytes = LINES(struct sluice__spsc_cursor),
    .memory = ring_memory,
    .make = ring_make,
    .unmake = ring_unmake,
    .attach = ring_attach,
    .ready = ring_ready,
    .length = ring_length,
    .leftover = ring_leftover,
    .discard = ring_discard,
};

static enum sluice_status chain_make(struct sluice__lanes *lanes, void *queue, void *cells)
{
    (void)cells;
    return sluice__spsc_chain_make(queue, lanes->pool, lanes->geometry.first);
}

static void chain_unmake(void *queue)
{
    sluice__spsc_chain_unmake(queue);
}

static void chain_attach(void *queue, int side, void *cursor)
{
    sluice__spsc_chain_attach(queue, side, cursor);
}

static uint64_t chain_ready(void *cursor, int side)
{
    return side == 0 ? 1 : sluice__spsc_chain_ready(cursor);
}

static uint64_t chain_length(const void *queue)
{
    return sluice__spsc_chain_length(queue);
}

static uint64_t chain_leftover(void *queue, void **cells)
{
    return sluice__spsc_chain_leftover(queue, cells);
}

static void chain_discard(void *queue, uint64_t count)
{
    sluice__spsc_chain_discard(queue, count);
}

const struct sluice__lane_kind sluice__chain_lane = {
    .queue_bytes = LINES(struct sluice__spsc_chain),
    .cursor_bytes = LINES(struct sluice__spsc_chain_cursor),
    .make = chain_make,
    .unmake = chain_unmake,
    .attach = chain_attach,
    .ready = chain_ready,
    .length = chain_length,
    .leftover = chain_leftover,
    .discard = chain_discard,
};
