/* life.h: how a channel of any kind is opened, and what became of its messages.
 *
 * A message's first 8 bytes are its number. Each test opens a channel of each kind, so that a kind that is added is tested by being
 * named in the table of ../kinds.h.
 *
 * SPDX-License-Identifier: MIT */
#ifndef LIFE_H
#define LIFE_H

#include "../kinds.h"
#include "faulty.h"

#define MESSAGE_BYTES_MAX 1024
#define NUMBERS 65536 /* of messages whose fate is noted */
#define POISON (NUMBERS - 1) /* what lies in cells that were reserved and never sent */

/* ---- messages ---- */

static unsigned char fates[NUMBERS]; /* how often each was destroyed; touched with the builtins only */

static void destroy_message(void *message, void *context)
{
    uint64_t number;
    (void)context;
    memcpy(&number, message, sizeof number);
    __atomic_fetch_add(&fates[number % NUMBERS], 1, __ATOMIC_RELAXED);
}

static const void *message_of(uint64_t number)
{
    static _Thread_local uint64_t words[MESSAGE_BYTES_MAX / 8];
    words[0] = number;
    return words;
}

/* ---- channels ---- */

static void open_kind(const struct kind *k, size_t capacity, size_t message_bytes, sluice_chan_tx **tx, sluice_chan_rx **rx)
{
    REQUIRE(kind_open(k, capacity, message_bytes, destroy_message, NULL, tx, rx) == SLUICE_OK);
}

static sluice_chan_tx *clone_tx(sluice_chan_tx *tx)
{
    sluice_chan_tx *clone = NULL;
    REQUIRE(sluice_chan_tx_clone(tx, &clone) == SLUICE_OK);
    return clone;
}

static sluice_chan_rx *clone_rx(sluice_chan_rx *rx)
{
    sluice_chan_rx *clone = NULL;
    REQUIRE(sluice_chan_rx_clone(rx, &clone) == SLUICE_OK);
    return clone;
}

static void send_number(sluice_chan_tx *tx, uint64_t number)
{
    CHECK_STATUS(sluice_chan_send(tx, message_of(number)), SLUICE_OK);
}

/* Receives one message of at most MESSAGE_BYTES_MAX bytes; its number is in *number on OK. */
static enum sluice_status try_receive(sluice_chan_rx *rx, uint64_t *number)
{
    uint64_t words[MESSAGE_BYTES_MAX / 8];
    enum sluice_status status = sluice_chan_try_recv(rx, words);
    if (status == SLUICE_OK)
        *number = words[0];
    return status;
}

#endif
