/* test_rare.c: what seldom happens: memory that is lacking just where a queue of many lanes grows, and batches of impossible size.
 *
 * SPDX-License-Identifier: MIT */
#define _GNU_SOURCE 1

#include "../kit.h"
#include "faulty.h"

#define SLUICE_NAME laned
#define SLUICE_TYPE uint64_t
#define SLUICE_FLAVOUR SLUICE_MPSC
#define SLUICE_ORDER SLUICE_PER_SENDER
#include <sluice/channel.h>

#define SLUICE_NAME grown
#define SLUICE_TYPE uint64_t
#define SLUICE_FLAVOUR SLUICE_MUTEX
#define SLUICE_BUFFER SLUICE_UNBOUNDED
#include <sluice/channel.h>

#define LANES 64 /* in a block: for the next one there must be another */

static void the_lane_for_which_a_block_is_missing(void)
{
    laned_tx tx[LANES] = { NULL };
    laned_rx rx = NULL;
    uint64_t m = 0;
    REQUIRE(laned_open(&tx[0], &rx, &(struct sluice_options){ .capacity = 2 }) == SLUICE_OK);
    for (int i = 1; i < LANES; i++)
        REQUIRE((tx[i] = laned_tx_clone(tx[0])) != NULL);
    unsigned failures = 0;
    int64_t blocks = faulty_blocks();
    laned_tx more = NULL;
    for (uint64_t n = 1; !more; n++) {
        faulty_allocation_fails(n, 0);
        more = laned_tx_clone(tx[0]);
        faulty_allocation_fails(0, 0);
        failures += !more;
        if (!more && !SLUICE_HARDENED)
            CHECK_EQ_INT(faulty_blocks(), blocks);
        REQUIRE(n < 20);
    }
    CHECK(failures >= 3); /* an endpoint, a lane, and the block at the least */
    CHECK_STATUS(laned_send(more, 7), SLUICE_OK);
    CHECK_STATUS(laned_recv(rx, &m), SLUICE_OK);
    CHECK_EQ_INT(m, 7);
    laned_tx_drop(&more);
    for (int i = 0; i < LANES; i++)
        laned_tx_drop(&tx[i]);
    CHECK_STATUS(laned_recv(rx, &m), SLUICE_CLOSED);
    laned_rx_drop(&rx);
}

/* More than could be had is found out before anything is copied, or asked for. */
static void a_batch_beyond_all_memory(void)
{
    grown_tx tx = NULL;
    grown_rx rx = NULL;
    uint64_t m = 5;
    size_t n = 77;
    REQUIRE(grown_open(&tx, &rx, NULL) == SLUICE_OK);
    uint64_t allocations = faulty_allocations();
    CHECK_STATUS(grown_try_send_n(tx, &m, SIZE_MAX / 8, &n), SLUICE_NO_MEMORY);
    CHECK_STATUS(grown_send_n(tx, &m, SIZE_MAX / 2, &n), SLUICE_NO_MEMORY);
    CHECK_EQ_INT(n, 77);
    CHECK_EQ_INT(faulty_allocations(), allocations);
    CHECK_EQ_INT(grown_rx_len_hint(rx), 0);
    CHECK_STATUS(grown_send(tx, 6), SLUICE_OK);
    CHECK_STATUS(grown_recv(rx, &m), SLUICE_OK);
    CHECK_EQ_INT(m, 6);
    grown_tx_drop(&tx);
    grown_rx_drop(&rx);
}

int main(void)
{
    alarm(60); /* a hang is a failure */
    RUN(the_lane_for_which_a_block_is_missing);
    RUN(a_batch_beyond_all_memory);
    return CHECK_DONE();
}
