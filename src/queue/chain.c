/* chain.c: the pool of segments.
 *
 * Spare segments lie in an array of words, one address each. Who puts one back changes a word from 0 to its address; who takes one
 * exchanges a word for 0 and has it then for itself. So a word holds a segment that nobody else has, or none, and no address is
 * ever compared with one that was read earlier: there is nothing that a segment's coming back could confuse.
 *
 * SPDX-License-Identifier: MIT */
#include "queue/chain.h"

#include "thread/os.h"

#include <string.h>

#define SEGMENT_BYTES ((size_t)32 << 10) /* of cells, about: as much as the first-level cache of most CPUs has */
#define CELLS_MAX 4096                   /* however small they are */
#define POOL_BYTES ((size_t)1 << 20)
#define POOL_MIN 2

uint64_t sluice__chain_cells(size_t message_bytes)
{
    uint64_t cells = SLUICE__CHAIN_CELLS_MIN;
    while (cells < CELLS_MAX && cells * 2 * message_bytes <= SEGMENT_BYTES)
        cells *= 2;
    return cells;
}

static size_t round_up(size_t bytes, size_t alignment)
{
    return (bytes + alignment - 1) / alignment * alignment;
}

void sluice__chain_pool_init(struct sluice__chain_pool *pool, const struct sluice__geometry *geometry, size_t head_bytes,
                             size_t bytes_per_cell)
{
    memset(pool, 0, sizeof *pool);
    pool->alignment = geometry->alignment > SLUICE_CACHE_LINE ? geometry->alignment : SLUICE_CACHE_LINE;
    pool->message_bytes = geometry->message_bytes;
    pool->cells = sluice__chain_cells(geometry->message_bytes);
    pool->cells_at = round_up(head_bytes + (size_t)pool->cells * bytes_per_cell, pool->alignment);
    pool->segment_bytes = round_up(pool->cells_at + (size_t)pool->cells * geometry->message_bytes, SLUICE_CACHE_LINE);
    size_t most = POOL_BYTES / pool->segment_bytes;
    most = most < POOL_MIN ? POOL_MIN : most;
    pool->most = (unsigned)(most < SLUICE__CHAIN_SPARE_MAX ? most : SLUICE__CHAIN_SPARE_MAX);
}

struct sluice__chain_link *sluice__chain_pool_get(struct sluice__chain_pool *pool)
{
    for (unsigned i = 0; i < pool->most; i++) {
        if (!sluice__a64_load_relaxed(&pool->spare[i])) /* relaxed: revalidated at [CHAIN.C1] */
            continue;
        /* [CHAIN.C1] acquire: the last user is done with the segment. Pairs with [CHAIN.P1].
         * Without it: its last reads could come after the new user's writes. */
        uint64_t segment = sluice__a64_exchange_acquire(&pool->spare[i], 0);
        if (segment)
            return (struct sluice__chain_link *)(uintptr_t)segment;
    }
    return sluice__os_allocate(pool->alignment, pool->segment_bytes);
}

void sluice__chain_pool_put(struct sluice__chain_pool *pool, struct sluice__chain_link *segment)
{
    for (unsigned i = 0; segment && i < pool->most; i++) {
        uint64_t none = sluice__a64_load_relaxed(&pool->spare[i]); /* relaxed: revalidated at [CHAIN.P1] */
        while (none == 0) {
            /* [CHAIN.P1] release: this user is done with the segment. Pairs with [CHAIN.C1].
             * Without it: as there. */
            if (sluice__a64_cas_release(&pool->spare[i], &none, (uint64_t)(uintptr_t)segment))
                return;
        }
    }
    if (segment)
        sluice__os_discard(segment, pool->segment_bytes); /* so much was a burst's: it is to go back for good */
    sluice__os_free(segment);
}

void sluice__chain_pool_empty(struct sluice__chain_pool *pool)
{
    for (unsigned i = 0; i < pool->most; i++) {
        /* relaxed: nobody else is left */
        sluice__os_free((void *)(uintptr_t)sluice__a64_load_relaxed(&pool->spare[i]));
        sluice__a64_store_relaxed(&pool->spare[i], 0); /* relaxed: nobody else is left */
    }
}
