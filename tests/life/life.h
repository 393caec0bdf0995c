/* life.h: every kind of channel there is, through the any-channel: how one is opened, and what became of its messages.
 *
 * A message's first 8 bytes are its number. Each test opens a channel of each kind, so that a kind that is added is tested by being
 * named in the table below.
 *
 * SPDX-License-Identifier: MIT */
#ifndef LIFE_H
#define LIFE_H

#include "../kit.h"
#include "faulty.h"

#include <sluice/chan.h>

#define MESSAGE_BYTES_MAX 1024
#define NUMBERS 65536 /* of messages whose fate is noted */
#define POISON (NUMBERS - 1) /* what lies in cells that were reserved and never sent */

struct kind {
    uint32_t flavour, buffer, order;
    bool many_tx, many_rx;
};

static const struct kind kinds[] = {
#define ALL_BUFFERS(flavour, order, many_tx, many_rx)                  \
    { flavour, SLUICE_BOUNDED, order, many_tx, many_rx },              \
    { flavour, SLUICE_UNBOUNDED, order, many_tx, many_rx },            \
    { flavour, SLUICE_RENDEZVOUS, order, many_tx, many_rx }
    ALL_BUFFERS(SLUICE_SPSC, SLUICE_TOTAL, false, false),
    ALL_BUFFERS(SLUICE_MPSC, SLUICE_TOTAL, true, false),
    ALL_BUFFERS(SLUICE_SPMC, SLUICE_TOTAL, false, true),
    ALL_BUFFERS(SLUICE_MPMC, SLUICE_TOTAL, true, true),
    { SLUICE_MPSC, SLUICE_BOUNDED, SLUICE_PER_SENDER, true, false },
    { SLUICE_MPSC, SLUICE_UNBOUNDED, SLUICE_PER_SENDER, true, false },
    { SLUICE_MPMC, SLUICE_BOUNDED, SLUICE_PER_SENDER, true, true },
    { SLUICE_MPMC, SLUICE_UNBOUNDED, SLUICE_PER_SENDER, true, true },
    { SLUICE_MUTEX, SLUICE_BOUNDED, SLUICE_TOTAL, true, true },
    { SLUICE_MUTEX, SLUICE_UNBOUNDED, SLUICE_TOTAL, true, true },
#undef ALL_BUFFERS
};
#define KINDS (sizeof kinds / sizeof *kinds)

/* Which is being tested, for the report of a failed check. */
static const struct kind *current;

static void say_current(void)
{
    fprintf(stderr, "  (in %s %s %s)\n", sluice_flavour_name(current->flavour), sluice_buffer_name(current->buffer),
            sluice_order_name(current->order));
}

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
    struct sluice_chan_options options = { .size = sizeof options,
                                           .flavour = k->flavour,
                                           .buffer = k->buffer,
                                           .order = k->order,
                                           .capacity = capacity,
                                           .message_bytes = message_bytes,
                                           .destroy = destroy_message };
    REQUIRE(sluice_chan_open(tx, rx, &options) == SLUICE_OK);
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

/* Does it for each kind; which, is said where something fails. */
static void for_each_kind(void (*test)(const struct kind *))
{
    for (size_t i = 0; i < KINDS; i++) {
        unsigned failures = check_failure_count();
        current = &kinds[i];
        test(current);
        if (check_failure_count() != failures)
            say_current();
    }
}

#endif
