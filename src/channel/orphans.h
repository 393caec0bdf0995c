/* orphans.h: in the hardened library, endpoints whose threads have ended without dropping them. Elsewhere all of this is nothing.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLUICE_CHANNEL_ORPHANS_H
#define SLUICE_CHANNEL_ORPHANS_H

#include <stdbool.h>

#include "thread/os.h"

#include <sluice/detail/endpoint.h>

#if SLUICE_HARDENED

/* Who there is on either side of a channel: its endpoints from their making to their drop. */
struct sluice__roll {
    sluice__a32 lock;           /* 1: taken; by opening, cloning, dropping and asking only */
    sluice__a32 was_told[2];    /* [side]: that nobody is left there; once is enough */
    struct sluice__end *first[2]; /* [side] */
};

void sluice__orphans_enrol(struct sluice__roll *roll, struct sluice__end *end);
void sluice__orphans_strike_off(struct sluice__roll *roll, struct sluice__end *end);

/* For an end of that side which waits, and for which nothing has happened since `began` (sluice__os_now). When that is long enough ago it
 * looks whether anybody is left on the other side, and warns if not. Returns when to ask again. Holds no lock while it
 * warns, and is to be called without any. `channel` is a struct sluice__channel. */
uint64_t sluice__orphans_ask(void *channel, int side, uint64_t began);

static inline uint64_t sluice__orphans_begin(void)
{
    return sluice__os_now();
}

/* How long nothing must happen before the first look, ns. Tests have less time. */
extern uint64_t sluice__orphans_patience;

#else

struct sluice__roll {
    char nothing;
};

static inline void sluice__orphans_enrol(struct sluice__roll *roll, struct sluice__end *end)
{
    (void)roll, (void)end;
}

static inline void sluice__orphans_strike_off(struct sluice__roll *roll, struct sluice__end *end)
{
    (void)roll, (void)end;
}

static inline uint64_t sluice__orphans_ask(void *channel, int side, uint64_t began)
{
    (void)channel, (void)side, (void)began;
    return UINT64_MAX;
}

static inline uint64_t sluice__orphans_begin(void)
{
    return 0;
}

#endif
#endif
