/* channel.h: a channel as the channel layer sees it.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLUICE_CHANNEL_CHANNEL_H
#define SLUICE_CHANNEL_CHANNEL_H

#include "channel/orphans.h"
#include "flavour.h"
#include "thread/os.h"

#include <sluice/detail/endpoint.h>

struct sluice__channel {
    struct sluice__front front; /* first: an endpoint's front pointer is the channel's */
    /* constant after open */
    SLUICE_ALIGNED(SLUICE_CACHE_LINE) const struct sluice__flavour *flavour;
    struct sluice__channel_type type;
    void *cells;
    uint64_t capacity;
    uint64_t ticks_per_us;
    uint32_t wait; /* SLUICE_WAIT_… */
    /* written on clone, drop and before sleeping */
    SLUICE_ALIGNED(SLUICE_CACHE_LINE) sluice__a64 endpoints[2]; /* [side] */
    sluice__a64 references; /* endpoints of both sides that are not done being dropped */
    sluice__a32 cpu[2];     /* [side]: where an end of that side ran last; UINT32_MAX: not known */
    sluice__a64 woken_at[2]; /* [side]: when an end of that side was last woken, ticks */
    struct sluice__roll roll;
};

SLUICE_STATIC_ASSERT(offsetof(struct sluice__channel, front) == 0, "channel_of is a cast");

static inline struct sluice__channel *sluice__channel_of(const struct sluice__end *end)
{
    return (struct sluice__channel *)end->front;
}

static inline void *sluice__channel_queue(struct sluice__channel *channel)
{
    return channel + 1;
}

static inline void *sluice__end_cursor(struct sluice__end *end)
{
    return end + 1;
}

/* Where the end waits, and where those wait whom it wakes. A sender may have a place of its own. */
static inline struct sluice__gate *sluice__end_gate(struct sluice__end *end)
{
    struct sluice__channel *channel = sluice__channel_of(end);
    if (end->side == SLUICE__SENDERS && channel->flavour->room_gate)
        return channel->flavour->room_gate(sluice__end_cursor(end), SLUICE__SENDERS);
    return &channel->front.gate[end->side];
}

static inline struct sluice__gate *sluice__end_peer_gate(struct sluice__end *end)
{
    struct sluice__channel *channel = sluice__channel_of(end);
    if (end->side == SLUICE__RECEIVERS && channel->flavour->room_gate)
        return channel->flavour->room_gate(sluice__end_cursor(end), SLUICE__RECEIVERS);
    return &channel->front.gate[!end->side];
}

/* Leaves behind on which CPU this end runs, and returns it. */
static inline uint32_t sluice__channel_leave_cpu(struct sluice__channel *channel, const struct sluice__end *end)
{
    uint32_t here = (uint32_t)sluice__os_cpu();
    if (sluice__a32_load_relaxed(&channel->cpu[end->side]) != here)  /* relaxed: hint */
        sluice__a32_store_relaxed(&channel->cpu[end->side], here); /* relaxed: hint */
    return here;
}

/* The kind of queue for a channel of this flavour, buffer and order; NULL: there is none. */
const struct sluice__flavour *sluice__kind_of(uint32_t flavour, uint32_t buffer, uint32_t order);

/* Frees an endpoint's block; the hardened library keeps it a while, so that use after drop is noticed. */
void sluice__end_free(struct sluice__end *end);

#endif
