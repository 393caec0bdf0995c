/* queue/chain.h: the memory of chains, and the SPSC chain as a part of other queues.
 *
 * A pool makes the segments of a channel and keeps some of those that were used up for the next need, so that a chain whose
 * backlog stays about the same asks the system for nothing. It keeps POOL_BYTES at most, but two segments at least; the rest goes
 * back to the system, so that a burst's memory does not stay.
 *
 * Any number of chains may share a pool. Any thread may get and put at any time: both are wait-free beside the allocator.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLUICE_QUEUE_CHAIN_H
#define SLUICE_QUEUE_CHAIN_H

#include "flavour.h"

#include <sluice/detail/chain.h>

#define SLUICE__CHAIN_SPARE_MAX 32

struct sluice__chain_pool {
    /* constant after init: the shape of a segment */
    SLUICE_ALIGNED(SLUICE_CACHE_LINE) size_t segment_bytes;
    size_t alignment;     /* of segments and of their first cell */
    size_t cells_at;      /* offset of the first cell */
    size_t message_bytes; /* of a cell */
    uint64_t cells;       /* of a segment, a power of two */
    unsigned most;        /* how many it keeps */
    /* a segment's address, or 0 */
    SLUICE_ALIGNED(SLUICE_CACHE_LINE) sluice__a64 spare[SLUICE__CHAIN_SPARE_MAX];
};

/* How many cells a segment has for messages of that size. */
uint64_t sluice__chain_cells(size_t message_bytes);

/* An empty pool of segments for the geometry's messages. A segment's head has `head_bytes`, and `bytes_per_cell` for each cell. */
void sluice__chain_pool_init(struct sluice__chain_pool *pool, const struct sluice__geometry *geometry, size_t head_bytes,
                             size_t bytes_per_cell);
/* A segment, its contents undefined but for an earlier user's; NULL: out of memory. The caller's until it is put back. */
struct sluice__chain_link *sluice__chain_pool_get(struct sluice__chain_pool *pool);
/* Gives a segment back that nobody else can reach any more. NULL is let be. */
void sluice__chain_pool_put(struct sluice__chain_pool *pool, struct sluice__chain_link *segment);
/* Frees what it keeps. With nobody in get or put. */
void sluice__chain_pool_empty(struct sluice__chain_pool *pool);

/* ---- the SPSC chain as a part (<sluice/detail/spsc_chain.h> has its two cursors and their operations) ---- */

struct sluice__spsc_chain;
struct sluice__spsc_chain_cursor;

/* Makes a chain in zeroed memory at a multiple of SLUICE_CACHE_LINE; its first message gets the index `first`. The pool, which
 * sluice__chain_pool_init made with sluice__spsc_chain_head_bytes and no bytes per cell, must stay as long as the chain. OK;
 * NO_MEMORY: nothing was made. */
SLUICE_NODISCARD enum sluice_status sluice__spsc_chain_make(struct sluice__spsc_chain *chain, struct sluice__chain_pool *pool,
                                                            uint64_t first);
/* Gives the segments of the chain back to the pool, with no cursor in use: what is in them is forgotten. */
void sluice__spsc_chain_unmake(struct sluice__spsc_chain *chain);
extern const size_t sluice__spsc_chain_head_bytes;
/* Makes the cursor of one side: 0 the sender, 1 the receiver. Cursors need no unmaking; of each side there is one at a time, and it
 * begins where the last one stopped: the caller orders the two. */
void sluice__spsc_chain_attach(struct sluice__spsc_chain *chain, int side, struct sluice__spsc_chain_cursor *cursor);
/* How many messages the receiver's next take would find, all segments together. By the owner of the cursor. */
uint64_t sluice__spsc_chain_ready(struct sluice__spsc_chain_cursor *receiver);
/* How many are inside: a hint, by any thread. */
uint64_t sluice__spsc_chain_length(const struct sluice__spsc_chain *chain);
/* The first contiguous run of what nobody received, and the removal of its first `count`; by one thread, with no receiver's cursor
 * in use. A sender may still be sending. */
uint64_t sluice__spsc_chain_leftover(struct sluice__spsc_chain *chain, void **cells);
void sluice__spsc_chain_discard(struct sluice__spsc_chain *chain, uint64_t count);

/* ---- chains that several endpoints of a side share: what their flavours are made of (flavour.h says what each does) ---- */

struct sluice__chain {
    SLUICE_ALIGNED(SLUICE_CACHE_LINE) sluice__a64 head; /* the oldest segment that may hold messages: receivers */
    SLUICE_ALIGNED(SLUICE_CACHE_LINE) sluice__a64 last; /* the newest, or one before it: senders, where there are several */
    SLUICE_ALIGNED(SLUICE_CACHE_LINE) sluice__a64 slots; /* all there are, in a list that only grows */
    sluice__a64 free;    /* slots that nobody uses; a hint, so that a new endpoint does not look for one in vain */
    sluice__a64 held;    /* ranges of messages that were peeked at and may come back; their endpoint may be gone */
    sluice__a64 orphans; /* slots whose owner is gone and left messages; a hint */
    sluice__a64 discarded; /* messages destroyed in the end */
    sluice__a64 adopted;   /* how often somebody has named an orphan's segment */
    sluice__a32 ended;   /* a receiver was told CLOSED: what comes back now is destroyed in the end, not received */
    SLUICE_ALIGNED(SLUICE_CACHE_LINE) bool many_tx; /* constant from here on */
    bool many_rx;
    struct sluice__chain_pool pool;
};

SLUICE_STATIC_ASSERT(offsetof(struct sluice__chain, last) - offsetof(struct sluice__chain, head) >= SLUICE_CACHE_LINE &&
                         offsetof(struct sluice__chain, slots) - offsetof(struct sluice__chain, last) >= SLUICE_CACHE_LINE &&
                         offsetof(struct sluice__chain, many_tx) - offsetof(struct sluice__chain, slots) >= SLUICE_CACHE_LINE,
                     "what senders write, what receivers write and constants lie on different lines");

enum sluice_status sluice__chain_init(struct sluice__chain *chain, const struct sluice__geometry *geometry, bool many_tx,
                                      bool many_rx);
void sluice__chain_destroy(void *queue);
enum sluice_status sluice__chain_attach(void *queue, int side, void *cursor);
void sluice__chain_detach(void *cursor, int side);
uint64_t sluice__chain_ready(void *cursor, int side);
bool sluice__chain_pending(void *cursor);
uint64_t sluice__chain_length(const void *queue);
uint64_t sluice__chain_leftover(void *queue, void **cells);
void sluice__chain_discard(void *queue, uint64_t count);

#endif
