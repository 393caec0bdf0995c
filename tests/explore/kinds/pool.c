/* pool.c: the pool of segments, by itself: two that take from it and give back, and more than it keeps.
 *
 * SPDX-License-Identifier: MIT */
#include "queue/chain.h"

#include <string.h>

#include "explore.h"

static struct sluice__chain_pool *pool;

/* Segments of half a MiB, of which it keeps two. */
static void prepare(void)
{
    explore_history_begin(&(struct explore_model){ .capacity = SIZE_MAX });
    pool = explore_allocate(sizeof *pool);
    struct sluice__geometry geometry = { .alignment = SLUICE_CACHE_LINE, .message_bytes = 32768 };
    sluice__chain_pool_init(pool, &geometry, sizeof(struct sluice__chain_link), 0);
    EXPLORE_CHECK(pool->most == 2);
}

static void use(struct sluice__chain_link *segment, uint64_t base)
{
    if (segment)
        segment->base = base;
}

static void come_and_go(uint64_t base)
{
    struct sluice__chain_link *segments[2];
    for (unsigned i = 0; i < 2; i++)
        use(segments[i] = sluice__chain_pool_get(pool), base + i);
    for (unsigned i = 0; i < 2; i++) {
        EXPLORE_CHECK(!segments[i] || segments[i]->base == base + i);
        sluice__chain_pool_put(pool, segments[i]);
    }
}

static void first_comes_and_goes(void)
{
    come_and_go(10);
}

static void second_comes_and_goes(void)
{
    come_and_go(20);
}

static void three_at_once(void)
{
    struct sluice__chain_link *segments[3];
    for (unsigned i = 0; i < 3; i++)
        segments[i] = sluice__chain_pool_get(pool);
    for (unsigned i = 0; i < 3; i++)
        sluice__chain_pool_put(pool, segments[i]);
}

static void finish(void)
{
    sluice__chain_pool_empty(pool);
    explore_free(pool);
    explore_history_check(); /* all is freed */
}

static const struct explore_scenario list[] = {
    { .name = "three_at_once", .prepare = prepare, .bodies = { three_at_once }, .finish = finish, .modes = EXPLORE_IN_SC },
    { .name = "two_come_and_go", .prepare = prepare, .bodies = { first_comes_and_goes, second_comes_and_goes }, .finish = finish,
      .modes = EXPLORE_IN_SC },
};

EXPLORE_SCENARIOS("pool", list)
