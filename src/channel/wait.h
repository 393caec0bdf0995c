/* wait.h: how long an end waits awake, and what it learns from a wait. For those who wait by themselves; everyone else calls
 * sluice__end_wait (endpoint.h).
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLUICE_CHANNEL_WAIT_H
#define SLUICE_CHANNEL_WAIT_H

#include "channel/channel.h"

/* One wait of one end. */
struct sluice__wait {
    struct sluice__channel *channel;
    struct sluice__end *end;
    sluice_deadline deadline;
    uint64_t since; /* ticks */
};

static inline struct sluice__wait sluice__wait_begin(struct sluice__end *end, sluice_deadline deadline)
{
    return (struct sluice__wait){ .channel = sluice__channel_of(end), .end = end, .deadline = deadline,
                                  .since = sluice__os_ticks() };
}

/* What a new end expects. */
void sluice__wait_init(struct sluice__end *end);

/* Whether the other side cannot be running while this thread does. Each end leaves its CPU behind when it waits or wakes, so an
 * answer that is wrong lasts until the next sleep. */
bool sluice__wait_peer_is_stopped(const struct sluice__wait *w);

/* How long this wait may spin, in ticks. */
uint64_t sluice__wait_patience(const struct sluice__wait *w);

/* `found` (at least 1) messages, or as much room, came within `waited` ticks. */
void sluice__wait_learn(const struct sluice__wait *w, uint64_t waited, uint64_t found);

/* How long it took until the other side had something for us: the waker says when it woke, and what comes after is the wake-up's
 * own time, not the message's. */
uint64_t sluice__wait_until_woken(const struct sluice__wait *w);

/* To be called by a waker before it wakes: says when, and on which CPU it runs. */
void sluice__wait_is_over(struct sluice__channel *channel, const struct sluice__end *waker);

#endif
