/* kinds.c: every kind of queue, compiled for the any-channel. A new kind is two lines here and one in the table below.
 *
 * SPDX-License-Identifier: MIT */
#include "any/any.h"

#include <string.h>

#include <sluice/detail/kinds.h>

/* Words of the commonest sizes are copied without a call. */
static inline void copy_message(void *to, const void *from, size_t bytes)
{
    if (bytes == 8)
        memcpy(to, from, 8);
    else if (bytes == 16)
        memcpy(to, from, 16);
    else
        memcpy(to, from, bytes);
}

#define SLUICE__KIND mutex
#define SLUICE__KIND_IS_MUTEX
#include "any/kind.inc.h"

#define SLUICE__KIND rendezvous
#define SLUICE__KIND_IS_RENDEZVOUS
#include "any/kind.inc.h"

#define SLUICE__KIND spmc
#include "any/kind.inc.h"

#define SLUICE__KIND mpsc
#include "any/kind.inc.h"

#define SLUICE__KIND mpmc
#include "any/kind.inc.h"

#define SLUICE__KIND spsc
#include "any/kind.inc.h"

#define SLUICE__KIND spsc_chain
#include "any/kind.inc.h"

#define SLUICE__KIND mpsc_chain
#include "any/kind.inc.h"

#define SLUICE__KIND spmc_chain
#include "any/kind.inc.h"

#define SLUICE__KIND mpmc_chain
#include "any/kind.inc.h"

#define SLUICE__KIND mpsc_lanes
#include "any/kind.inc.h"

#define SLUICE__KIND mpsc_lanes_chain
#include "any/kind.inc.h"

#define SLUICE__KIND mpmc_lanes
#include "any/kind.inc.h"

#define SLUICE__KIND mpmc_lanes_chain
#include "any/kind.inc.h"

static const struct {
    const struct sluice__flavour *flavour;
    const struct sluice__any_kind *operations;
} kinds[] = {
    { &sluice__mutex_flavour, &any_mutex },
    { &sluice__rendezvous_flavour, &any_rendezvous },
    { &sluice__spmc_flavour, &any_spmc },
    { &sluice__mpsc_flavour, &any_mpsc },
    { &sluice__mpmc_flavour, &any_mpmc },
    { &sluice__spsc_flavour, &any_spsc },
    { &sluice__spsc_chain_flavour, &any_spsc_chain },
    { &sluice__mpsc_chain_flavour, &any_mpsc_chain },
    { &sluice__spmc_chain_flavour, &any_spmc_chain },
    { &sluice__mpmc_chain_flavour, &any_mpmc_chain },
    { &sluice__mpsc_lanes_flavour, &any_mpsc_lanes },
    { &sluice__mpsc_lanes_chain_flavour, &any_mpsc_lanes_chain },
    { &sluice__mpmc_lanes_flavour, &any_mpmc_lanes },
    { &sluice__mpmc_lanes_chain_flavour, &any_mpmc_lanes_chain },
};

const struct sluice__any_kind *sluice__any_kind_of(const struct sluice__flavour *flavour)
{
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (kinds[i].flavour == flavour)
            return kinds[i].operations;
    return NULL;
}
