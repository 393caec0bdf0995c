/* sluice/detail/chain.h: what all chains have in common: segments, one after the other.
 *
 *     [ head | cells 0 .. S-1 ] -> [ head | cells S .. 2S-1 ] -> …
 *
 * A segment is one allocation: a head of whole lines that begins with a link, and S cells, S a power of two, at an offset that is
 * the same in all segments of a chain. Where segments come from and go to: src/queue/chain.h.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLUICE_DETAIL_CHAIN_H
#define SLUICE_DETAIL_CHAIN_H

#include <sluice/detail/atomic.h>

struct sluice__chain_link {
    sluice__a64 next; /* the following segment, an address; 0: there is none yet */
    uint64_t base;    /* index of the first cell; constant while the segment is in a chain */
};

#endif
