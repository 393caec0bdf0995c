/* test_rare.c: what seldom happens: memory that is lacking just where a queue of many lanes grows, and batches of impossible size.
 *
 * And what only the any-channel, or nobody, can ask for: cells of a channel that has none, channels that there are not.
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

#include <sluice/chan.h>

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

/* A hand-over has no cells to work in. */
static void nothing_is_done_in_place_where_there_is_none(void)
{
    sluice_chan_tx *tx = NULL;
    sluice_chan_rx *rx = NULL;
    struct sluice_chan_options options = { .size = sizeof options, .flavour = SLUICE_MPMC, .buffer = SLUICE_RENDEZVOUS,
                                           .message_bytes = 8 };
    REQUIRE(sluice_chan_open(&tx, &rx, &options) == SLUICE_OK);
    void *cells = NULL;
    size_t n = 9;
    CHECK_STATUS(sluice_chan_reserve(tx, 1, &cells, &n), SLUICE_INVALID);
    CHECK_STATUS(sluice_chan_try_reserve(tx, 1, &cells, &n), SLUICE_INVALID);
    CHECK_STATUS(sluice_chan_commit(tx, 0), SLUICE_INVALID);
    sluice_chan_abort(tx);
    CHECK_STATUS(sluice_chan_peek(rx, 1, &cells, &n), SLUICE_INVALID);
    CHECK_STATUS(sluice_chan_try_peek(rx, 1, &cells, &n), SLUICE_INVALID);
    CHECK_STATUS(sluice_chan_release(rx, 0), SLUICE_INVALID);
    CHECK(cells == NULL && n == 9);
    CHECK_STATUS(sluice_chan_try_send(tx, NULL), SLUICE_INVALID);
    CHECK_STATUS(sluice_chan_send(tx, NULL), SLUICE_INVALID);
    CHECK_STATUS(sluice_chan_send_until(tx, NULL, SLUICE_FOREVER), SLUICE_INVALID);
    CHECK(!sluice_chan_same_channel(tx, NULL) && !sluice_chan_same_channel(NULL, rx));
    sluice_chan_tx_drop(&tx);
    sluice_chan_rx_drop(&rx);
}

/* Questions to nobody have an answer. */
static void nobody_is_asked(void)
{
    CHECK_EQ_INT(sluice_chan_tx_message_bytes(NULL) + sluice_chan_rx_message_bytes(NULL), 0);
    CHECK_EQ_INT(sluice_chan_tx_flavour(NULL) + sluice_chan_rx_flavour(NULL), 0);
    CHECK_EQ_INT(sluice_chan_tx_buffer(NULL) + sluice_chan_rx_buffer(NULL), 0);
    CHECK_EQ_INT(sluice_chan_tx_order(NULL) + sluice_chan_rx_order(NULL), 0);
}

/* What no header would ask for: a kind of channel that there is not, messages of nothing. */
static void channels_that_there_are_not(void)
{
    const struct sluice_options options = { .capacity = 4 };
    struct sluice__channel_type type = { .name = "none", .flavour = SLUICE_SPSC, .buffer = SLUICE_BOUNDED, .order = SLUICE_TOTAL,
                                         .message_bytes = 8, .message_alignment = 8 };
    struct sluice__end *tx = NULL, *rx = NULL;
    uint32_t *const words[] = { &type.flavour, &type.buffer, &type.order };
    for (int i = 0; i < 3; i++) {
        uint32_t kept = *words[i];
        *words[i] = 99;
        CHECK_STATUS(sluice__channel_open(&type, &options, &tx, &rx), SLUICE_INVALID);
        *words[i] = kept;
    }
    type.message_bytes = 0;
    CHECK_STATUS(sluice__channel_open(&type, &options, &tx, &rx), SLUICE_INVALID);
    CHECK(!tx && !rx);
}

int main(void)
{
    alarm(60); /* a hang is a failure */
    RUN(the_lane_for_which_a_block_is_missing);
    RUN(a_batch_beyond_all_memory);
    RUN(nothing_is_done_in_place_where_there_is_none);
    RUN(nobody_is_asked);
    RUN(channels_that_there_are_not);
    return CHECK_DONE();
}
