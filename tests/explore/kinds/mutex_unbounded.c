/* mutex_unbounded.c: the explorer's scenarios on the baseline without a limit.
 *
 * SPDX-License-Identifier: MIT */
#define GROUP "mutex_unbounded"
#define KIND_FLAVOUR SLUICE_MUTEX
#define KIND_BUFFER SLUICE_UNBOUNDED
#define KIND_ORDER SLUICE_TOTAL
#define KIND_MANY_TX 1
#define KIND_MANY_RX 1
#include "../scenarios.inc.h"

#ifndef EXPLORE_FREEZE
/* As many inside as it makes cells for at first, the first of them not in the first cell. */
#define FIRST_CELLS 64

static void full_of_first_cells(void)
{
    struct message m;
    open_channel(0, true, 0);
    for (uint64_t i = 0; i <= FIRST_CELLS; i++) {
        EXPLORE_CHECK(small_try_send(tx[0], numbered(i)) == SLUICE_OK);
        EXPLORE_CHECK(i > 0 || small_try_recv(rx[0], &m) == SLUICE_OK);
    }
}

static void one_more(void)
{
    while (small_try_send(tx[0], numbered(FIRST_CELLS + 1)) == SLUICE_NO_MEMORY) {
    }
}

static void finish_in_order(void)
{
    struct message m;
    for (uint64_t i = 1; i <= FIRST_CELLS + 1; i++)
        EXPLORE_CHECK(small_try_recv(rx[0], &m) == SLUICE_OK && number_of(&m) == i);
    finish();
}

static const struct explore_scenario growing[] = { { "grows", full_of_first_cells, { one_more }, finish_in_order } };

EXPLORE_SCENARIOS(GROUP, growing)
#endif
