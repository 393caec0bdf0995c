/* channel.c: endpoints and the life of a channel, for all flavours and both sides: open, clone, drop, close, and the
 * destruction of what nobody received.
 *
 * Two counts per channel. endpoints[side] falls when a drop begins: the one that brings it to 0 closes the channel for the
 * other side. references falls when a drop has finished: the one that brings it to 0 frees the channel. There is one
 * way down, and nothing in it is done twice: messages are destroyed where the receivers' count reaches 0, and those that a
 * racing sender published after that where references reaches 0, by the same loop over the same queue.
 *
 * SPDX-License-Identifier: MIT */
#include "channel/channel.h"
#include "channel/gate.h"
#include "channel/wait.h"
#include "thread/cpu.h"

#include <limits.h>
#include <string.h>

#define PREFAULT_MAX ((size_t)64 << 20) /* bytes of cells that open touches, so that no stream has to */

static size_t larger(size_t a, size_t b)
{
    return a > b ? a : b;
}

static struct sluice__end *new_end(struct sluice__channel *channel, enum sluice__side side)
{
    const struct sluice__flavour *flavour = channel->flavour;
    size_t bytes = sizeof(struct sluice__end) + flavour->cursor_bytes[side];
    /* Whole line pairs: an endpoint shares none with its neighbour on the heap. */
    bytes = (bytes + SLUICE_CACHE_LINE - 1) / SLUICE_CACHE_LINE * SLUICE_CACHE_LINE;
    struct sluice__end *end = sluice__os_allocate(SLUICE_CACHE_LINE, bytes);
    if (!end)
        return NULL;
    memset(end, 0, bytes);
    end->front = &channel->front;
    end->capacity = channel->capacity;
    end->side = side;
    end->any = channel->type.any;
    end->message_bytes = channel->type.message_bytes;
    sluice__a32_store_relaxed(&end->state, SLUICE__ALIVE); /* relaxed: not shared yet */
    sluice__a64_store_relaxed(&end->user, SLUICE__NOBODY); /* relaxed: not shared yet */
    if (flavour->attach(sluice__channel_queue(channel), side, sluice__end_cursor(end)) != SLUICE_OK) {
        sluice__os_free(end);
        return NULL;
    }
    if (side == SLUICE__SENDERS && flavour->room_gate)
        sluice__gate_init(sluice__end_gate(end));
    sluice__wait_init(end);
    sluice__orphans_enrol(&channel->roll, end);
    return end;
}

static void free_channel(struct sluice__channel *channel)
{
    channel->flavour->destroy(sluice__channel_queue(channel));
    sluice__os_free(channel->cells);
    sluice__os_free(channel);
}

/* Checks a request, and says what its capacity is and how many bytes of cells it takes. */
static enum sluice_status check(const struct sluice__channel_type *type, const struct sluice_options *options,
                                uint64_t *capacity, size_t *cell_bytes)
{
    const struct sluice__flavour *flavour = sluice__kind_of(type->flavour, type->buffer, type->order);
    if (!flavour || type->message_bytes == 0)
        return SLUICE_INVALID;
    *capacity = UINT64_MAX;
    if (type->buffer == SLUICE_BOUNDED) {
        if (!options || options->capacity == 0 || options->capacity > SIZE_MAX / 2 / type->message_bytes)
            return SLUICE_INVALID;
        *capacity = options->capacity;
    } else if (type->buffer == SLUICE_RENDEZVOUS) {
        *capacity = 0;
    }
    if (options && options->wait > SLUICE_WAIT_LATENCY)
        return SLUICE_INVALID;
    *cell_bytes = flavour->memory ? flavour->memory(*capacity, type->message_bytes) : 0;
    return *cell_bytes > SIZE_MAX / 2 ? SLUICE_INVALID : SLUICE_OK;
}

static struct sluice__channel *new_channel(const struct sluice__channel_type *type, uint64_t capacity, size_t cell_bytes)
{
    const struct sluice__flavour *flavour = sluice__kind_of(type->flavour, type->buffer, type->order);
    size_t bytes = sizeof(struct sluice__channel) + flavour->queue_bytes;
    struct sluice__channel *channel = sluice__os_allocate(SLUICE_CACHE_LINE, bytes);
    if (!channel)
        return NULL;
    memset(channel, 0, bytes);
    channel->flavour = flavour;
    channel->type = *type;
    channel->capacity = capacity;
    channel->ticks_per_us = sluice__os_ticks_per_us();
    struct sluice__geometry geometry = { .capacity = capacity,
                                         .message_bytes = type->message_bytes,
                                         .alignment = larger(SLUICE_CACHE_LINE, type->message_alignment),
                                         .first = SLUICE_OS_FIRST_POSITION,
                                         .ask = SLUICE_HARDENED ? sluice__orphans_ask : NULL,
                                         .channel = channel };
    if (cell_bytes) {
        channel->cells = geometry.cells = sluice__os_allocate(geometry.alignment, cell_bytes);
        if (channel->cells && cell_bytes <= PREFAULT_MAX)
            memset(channel->cells, 0, cell_bytes);
    }
    if ((cell_bytes && !channel->cells) || flavour->init(sluice__channel_queue(channel), &geometry) != SLUICE_OK) {
        sluice__os_free(channel->cells);
        sluice__os_free(channel);
        return NULL;
    }
    for (int side = 0; side < 2; side++) {
        sluice__gate_init(&channel->front.gate[side]);
        sluice__a64_store_relaxed(&channel->endpoints[side], 1);    /* relaxed: not shared yet */
        sluice__a32_store_relaxed(&channel->cpu[side], UINT32_MAX); /* relaxed: not shared yet */
    }
    sluice__a64_store_relaxed(&channel->references, 2); /* relaxed: not shared yet */
    return channel;
}

enum sluice_status sluice__channel_open(const struct sluice__channel_type *type, const struct sluice_options *options,
                                        struct sluice__end **sender, struct sluice__end **receiver)
{
    size_t cell_bytes;
    uint64_t capacity;
    enum sluice_status status = check(type, options, &capacity, &cell_bytes);
    if (status != SLUICE_OK)
        return status;
    sluice__cpu_count_refresh();
    struct sluice__channel *channel = new_channel(type, capacity, cell_bytes);
    if (!channel)
        return SLUICE_NO_MEMORY;
    channel->wait = options ? options->wait : SLUICE_WAIT_BALANCED;
    struct sluice__end *tx = new_end(channel, SLUICE__SENDERS);
    struct sluice__end *rx = tx ? new_end(channel, SLUICE__RECEIVERS) : NULL;
    if (!rx) {
        if (tx)
            channel->flavour->detach(sluice__end_cursor(tx), SLUICE__SENDERS);
        sluice__os_free(tx);
        free_channel(channel);
        return SLUICE_NO_MEMORY;
    }
    *sender = tx;
    *receiver = rx;
    return SLUICE_OK;
}

/* Reports a handle that must not be used; true if it may. */
static bool is_usable(struct sluice__end *end, const char *where)
{
    if (!SLUICE_HARDENED)
        return true;
    uint32_t state = sluice__a32_load_relaxed(&end->state); /* relaxed: only misuse changes it under us */
    if (state == SLUICE__ALIVE) {
        if (sluice__channel_of(end)->type.hardened)
            sluice__end_use(end);
        return true;
    }
    sluice__misuse(state == SLUICE__DROPPED ? "an endpoint was used after it was dropped"
                                            : "this is not an endpoint of a channel", where);
    return false;
}

struct sluice__end *sluice__end_clone(struct sluice__end *end, const char *where)
{
    if (!end || !is_usable(end, where))
        return NULL;
    struct sluice__channel *channel = sluice__channel_of(end);
    enum sluice__side side = (enum sluice__side)end->side;
    struct sluice__end *clone = channel->flavour->many[side] ? new_end(channel, side) : NULL;
    if (!clone)
        return NULL;
    sluice__a64_add_relaxed(&channel->endpoints[side], 1); /* relaxed: the caller's own endpoint keeps it above 0 */
    sluice__a64_add_relaxed(&channel->references, 1);      /* relaxed: as above */
    return clone;
}

/* Destroys the messages inside. Only while there is no receiver, and by one thread at a time. */
static void destroy_leftovers(struct sluice__channel *channel)
{
    void *queue = sluice__channel_queue(channel);
    void *cells;
    uint64_t count;
    while ((count = channel->flavour->leftover(queue, &cells)) > 0) {
        if (channel->type.destroy)
            for (uint64_t i = 0; i < count; i++)
                channel->type.destroy((char *)cells + i * channel->type.message_bytes, channel->type.context);
        channel->flavour->discard(queue, count);
    }
}

static void close_channel(struct sluice__channel *channel, uint32_t bit)
{
    /* [CHANNEL.P1] release: everything this side sent or took is seen by who sees the bit. Pairs with [END.C1] and with [PARK.C1].
     * Without it: a receiver could report the end before it has seen the last messages. */
    sluice__a32_or_release(&channel->front.closed, bit);
    if (channel->flavour->seal)
        channel->flavour->seal(sluice__channel_queue(channel));
    if (channel->wait == SLUICE_WAIT_THROUGHPUT)
        sluice__os_futex_wake(&channel->front.closed, INT_MAX); /* who naps (wait.c) */
    sluice__gate_wake_all(&channel->front.gate[SLUICE__SENDERS]);
    sluice__gate_wake_all(&channel->front.gate[SLUICE__RECEIVERS]);
    if (channel->flavour->each_room_gate)
        channel->flavour->each_room_gate(sluice__channel_queue(channel), sluice__gate_wake_all);
}

void sluice__end_seal(struct sluice__end *end, const char *where)
{
    if (is_usable(end, where))
        close_channel(sluice__channel_of(end), SLUICE__SEALED);
}

void sluice__end_drop(struct sluice__end *end, const char *where)
{
    if (!is_usable(end, where))
        return;
    struct sluice__channel *channel = sluice__channel_of(end);
    enum sluice__side side = (enum sluice__side)end->side;
    if (SLUICE_HARDENED && sluice__a64_load_relaxed(&end->inside) != 0) { /* relaxed: a hint; see endpoint.h */
        sluice__misuse("an endpoint was dropped while another thread was using it", where);
        return; /* it leaks, which harms less than freeing it under that thread */
    }
    channel->flavour->detach(sluice__end_cursor(end), side);
    if (channel->flavour->many[side])
        sluice__end_wake_own_side(end); /* for what it held */
    if (sluice__gate_is_wanted(sluice__end_peer_gate(end)))
        sluice__end_wake_peer(end);
    sluice__a32_store_relaxed(&end->state, SLUICE__DROPPED); /* relaxed: for misuse only */
    sluice__orphans_strike_off(&channel->roll, end);
    sluice__end_free(end);
    /* [CHANNEL.X1] acq_rel: the last of a side comes after all the others' work. Pairs with [CHANNEL.X1], of the side's other
     * endpoints.
     * Without it: the last sender could close the channel before a message of another sender is seen in it. */
    if (sluice__a64_add_acq_rel(&channel->endpoints[side], UINT64_MAX) == 1) {
        close_channel(channel, side == SLUICE__SENDERS ? SLUICE__NO_SENDERS : SLUICE__NO_RECEIVERS);
        if (side == SLUICE__RECEIVERS)
            destroy_leftovers(channel);
    }
    /* [CHANNEL.X2] acq_rel: the one that frees the channel comes after everyone's last use. Pairs with [CHANNEL.X2], of
     * the other endpoints.
     * Without it: a peer could still be reading or waking when the memory goes. */
    if (sluice__a64_add_acq_rel(&channel->references, UINT64_MAX) == 1) {
        destroy_leftovers(channel);
        free_channel(channel);
    }
}

size_t sluice__end_length(const struct sluice__end *end)
{
    struct sluice__channel *channel = sluice__channel_of(end);
    return (size_t)channel->flavour->length(sluice__channel_queue(channel));
}
