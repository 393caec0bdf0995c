/* quarantine.c: where the hardened library keeps dropped endpoints: each block that leaves was left by who put it there.
 *
 * SPDX-License-Identifier: MIT */
#undef SLUICE_HARDENED
#define SLUICE_HARDENED 1
#define QUARANTINE 4
#define sluice__end_free explored_end_free

#include "channel/quarantine.c"

#include <string.h>

#include "explore.h"

static struct sluice__end *ends[2];

static void prepare(void)
{
    for (unsigned i = 0; i < 2; i++) {
        ends[i] = explore_allocate(sizeof *ends[i]);
        memset(ends[i], 0, sizeof *ends[i]);
    }
    for (unsigned i = 0; i < QUARANTINE - 1; i++)
        explored_end_free(NULL);
}

/* The first goes into the last free place; the next round comes to it after QUARANTINE calls, all but one of which are made here. */
static void drop(struct sluice__end *end)
{
    end->capacity = 1;
    explored_end_free(end);
}

static void drop_first(void)
{
    drop(ends[0]);
}

static void go_round(void)
{
    for (unsigned i = 0; i < QUARANTINE; i++)
        explored_end_free(NULL);
}

static void finish(void)
{
    for (unsigned i = 0; i < QUARANTINE; i++)
        explored_end_free(NULL);
    drop(ends[1]);
    explore_free(ends[1]);
}

static const struct explore_scenario list[] = {
    { "two_drop", prepare, { drop_first, go_round }, finish },
};

EXPLORE_SCENARIOS("quarantine", list)
