/* lanes_hot.c: the explorer's scenarios on lanes with several receivers that have no channel around them: one sends idle lanes cold,
 * another is about to sleep, and does what it would at a gate.
 *
 * SPDX-License-Identifier: MIT */
#include "queue/lanes.h"
#include "thread/barrier.h"

#include <sluice/detail/mpmc_lanes.h>

#include <string.h>

#include "explore.h"

extern const struct sluice__flavour sluice__mpmc_lanes_flavour;
static const struct sluice__flavour *const flavour = &sluice__mpmc_lanes_flavour;

static struct shared {
    struct sluice__lanes_tx tx[2];
    struct sluice__mpmc_lanes_cursor rx[2];
    sluice__a32 wanted; /* the gate: the second receiver is about to sleep, */
    sluice__a32 woken;  /* and is told */
    uint64_t found;
} *s;
static struct sluice__lanes *lanes;

static void send(unsigned i)
{
    struct sluice__run run = { 0, 0, NULL, NULL };
    EXPLORE_CHECK(sluice__mpmc_lanes_claim(&s->tx[i], 8, 1, &run) == SLUICE_OK);
    memset(run.cells, 0, 8);
    sluice__mpmc_lanes_publish(&s->tx[i], 8, &run, 1);
    EXPLORE_CHECK(run.count == 1);
    sluice__compiler_barrier();
    if (sluice__a32_load_relaxed(&s->wanted))
        sluice__a32_store_relaxed(&s->woken, 1);
}

static enum sluice_status receive(unsigned i)
{
    struct sluice__run run = { 0, 0, NULL, NULL };
    enum sluice_status status = sluice__mpmc_lanes_take(&s->rx[i], 8, 1, &run);
    if (status == SLUICE_OK)
        sluice__mpmc_lanes_release(&s->rx[i], 8, &run, 1);
    return status;
}

static void empty(unsigned i)
{
    while (receive(i) == SLUICE_OK) {
    }
    EXPLORE_CHECK(receive(i) == SLUICE_EMPTY);
}

/* An idle lane, which the next cooling takes out of the rounds, and a cold one, where the second receiver was last. */
static void prepare(void)
{
    struct sluice__geometry geometry = { .capacity = 4, .message_bytes = 8, .alignment = SLUICE_CACHE_LINE };
    explore_lanes_waste = 4096;
    lanes = explore_allocate(flavour->queue_bytes);
    memset(lanes, 0, flavour->queue_bytes);
    s = explore_allocate(sizeof *s);
    memset(s, 0, sizeof *s);
    EXPLORE_CHECK(flavour->init(lanes, &geometry) == SLUICE_OK);
    for (unsigned i = 0; i < 2; i++)
        EXPLORE_CHECK(flavour->attach(lanes, 0, &s->tx[i]) == SLUICE_OK && flavour->attach(lanes, 1, &s->rx[i]) == SLUICE_OK);
    send(0);
    empty(1);
    EXPLORE_CHECK(sluice__lanes_cool(lanes) == 0 && sluice__lanes_cool(lanes) == 1);
    send(1);
    empty(0);
    EXPLORE_CHECK(sluice__lanes_cool(lanes) == 0);
}

static void send_one(void)
{
    send(1);
}

static void cool(void)
{
    sluice__lanes_cool(lanes);
}

static void announce_and_look(void)
{
    sluice__a32_store_relaxed(&s->wanted, 1);
    if (!sluice__barrier_on_all_threads())
        sluice__barrier_by_patience();
    s->found = flavour->ready(&s->rx[1], 1);
}

static void send_and_look(void)
{
    send(1);
    announce_and_look();
}

/* Either has seen the other. */
static void finish(void)
{
    EXPLORE_CHECK(s->found || sluice__a32_load_relaxed(&s->woken));
    EXPLORE_CHECK(receive(1) == SLUICE_OK && receive(1) == SLUICE_EMPTY);
    for (unsigned i = 0; i < 2; i++) {
        flavour->detach(&s->tx[i], 0);
        flavour->detach(&s->rx[i], 1);
    }
    flavour->destroy(lanes);
    explore_free(lanes);
    explore_free(s);
}

static const struct explore_scenario list[] = {
    { "sleeper_beside_cooling", prepare, { send_one, cool, announce_and_look }, finish },
    { "sender_looks_beside_cooling", prepare, { cool, send_and_look }, finish },
};

EXPLORE_SCENARIOS("lanes_hot", list)
