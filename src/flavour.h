/* flavour.h: what a flavour offers to the channel layer. A flavour stores messages and nothing else: it never
 * waits (the MUTEX baseline apart), and knows no endpoints, gates or other flavours.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLUICE_FLAVOUR_H
#define SLUICE_FLAVOUR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <sluice/status.h>

struct sluice__gate;

/* What a queue is to hold. */
struct sluice__geometry {
    uint64_t capacity;      /* messages; UINT64_MAX: unbounded */
    size_t message_bytes;   /* a multiple of the alignment */
    size_t alignment;
    void *cells;            /* as many bytes as the kind's `memory` asked for, at that alignment; the channel's */
    uint64_t first;         /* index of the first message: 0, or what a test wants */
    /* For a kind that waits by itself (NULL: it need not): to be called, without a lock, when nothing has happened for a waiter of
     * that side since `began`, ns. Returns when it wants to be called again. */
    uint64_t (*ask)(void *channel, int side, uint64_t began);
    void *channel;
};

/* One kind of queue. side: 0 sender, 1 receiver (enum sluice__side). `queue` and `cursor` are zeroed memory of the sizes given
 * here, at a multiple of SLUICE_CACHE_LINE. */
struct sluice__flavour {
    size_t queue_bytes, cursor_bytes[2]; /* [side] */
    bool many[2]; /* [side]: whether that side may have more than one endpoint */
    /* The bytes of memory that the geometry's `cells` is to have; over SIZE_MAX / 2: more than can be. capacity x message_bytes is at
     * most that, or capacity is UINT64_MAX. NULL: none is needed. */
    size_t (*memory)(uint64_t capacity, size_t message_bytes);
    enum sluice_status (*init)(void *queue, const struct sluice__geometry *geometry);
    void (*destroy)(void *queue);
    /* Makes a cursor for an endpoint, and unmakes it: messages it was holding go back into the queue. Threads may attach and
     * detach at the same time. */
    enum sluice_status (*attach)(void *queue, int side, void *cursor);
    void (*detach)(void *cursor, int side);
    /* How many cells the cursor's next operation would find now; a look at the peer's index. By it one that was woken knows whether to
     * wake another: so with several of a side it may say more than there is, but not 1 where it has not seen all and there may be 2.
     * NULL: it waits itself. */
    uint64_t (*ready)(void *cursor, int side);
    /* For a receiver of a closed channel that finds nothing: whether a message was accepted that is still on its way, so that this
     * is not the end yet. NULL: that cannot be. */
    bool (*pending)(void *cursor);
    uint64_t (*length)(const void *queue); /* any thread; a hint */
    /* No send may succeed from now on. May be called again. Wakes waiters that the flavour keeps itself. NULL: it need not know. */
    void (*seal)(void *queue);
    /* For destroying what nobody received, called when there is no receiver: the first contiguous run of messages,
     * and its removal. */
    uint64_t (*leftover)(void *queue, void **cells);
    void (*discard)(void *queue, uint64_t count);
    /* Where each sender has room of its own: the gate at which the sender of that cursor waits, or which a receiver's last release
     * may have opened. The queue only lends the memory, SLUICE_CACHE_LINE bytes. NULL: all senders wait at the channel's. */
    struct sluice__gate *(*room_gate)(void *cursor, int side);
    void (*each_room_gate)(void *queue, void (*visit)(struct sluice__gate *gate));
};

extern const struct sluice__flavour sluice__spsc_flavour;
extern const struct sluice__flavour sluice__mpsc_flavour;
extern const struct sluice__flavour sluice__spmc_flavour;
extern const struct sluice__flavour sluice__mpmc_flavour;
extern const struct sluice__flavour sluice__spsc_chain_flavour;
extern const struct sluice__flavour sluice__mpsc_chain_flavour;
extern const struct sluice__flavour sluice__spmc_chain_flavour;
extern const struct sluice__flavour sluice__mpmc_chain_flavour;
extern const struct sluice__flavour sluice__mpsc_lanes_flavour;
extern const struct sluice__flavour sluice__mpsc_lanes_chain_flavour;
extern const struct sluice__flavour sluice__mpmc_lanes_flavour;
extern const struct sluice__flavour sluice__mpmc_lanes_chain_flavour;
extern const struct sluice__flavour sluice__mutex_flavour;
extern const struct sluice__flavour sluice__rendezvous_flavour;

#endif
