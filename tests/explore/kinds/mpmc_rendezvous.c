/* mpmc_rendezvous.c: the explorer's scenarios on a rendezvous.
 *
 * SPDX-License-Identifier: MIT */
#define GROUP "mpmc_rendezvous"
#define KIND_FLAVOUR SLUICE_MPMC
#define KIND_BUFFER SLUICE_RENDEZVOUS
#define KIND_ORDER SLUICE_TOTAL
#define KIND_MANY_TX 1
#define KIND_MANY_RX 1
#include "../scenarios.inc.h"

#ifndef EXPLORE_FREEZE
/* Nobody closes it: a batch that waits is sent as a whole. */
static void send_a_whole_batch(void)
{
    EXPLORE_CHECK(send_batch(0, 10, 2, false) == 2);
}

static const struct explore_scenario wholes[] = { { "batch_of_two_by_one", capacity_1, { send_a_whole_batch, receive_2 }, drain_and_finish } };

EXPLORE_SCENARIOS(GROUP, wholes)
#endif
