/* adapter_any.h: the suite's operations on an any-channel, of the flavour, buffer and order that the
 * implementation's description names. Included for each message size.
 *
 * SPDX-License-Identifier: MIT */
#ifndef BENCH_ADAPTER_ANY_H
#define BENCH_ADAPTER_ANY_H

#include <sluice/chan.h>

static uint32_t any_flavour_of(const struct bench_implementation *i)
{
    static const uint32_t flavours[2][2] = { { SLUICE_SPSC, SLUICE_SPMC }, { SLUICE_MPSC, SLUICE_MPMC } };
    return flavours[i->senders_max > 1][i->receivers_max > 1];
}

static uint32_t any_buffer_of(const struct bench_implementation *i)
{
    static const uint32_t buffers[] = {
        [BENCH_BOUNDED] = SLUICE_BOUNDED,
        [BENCH_UNBOUNDED] = SLUICE_UNBOUNDED,
        [BENCH_RENDEZVOUS] = SLUICE_RENDEZVOUS,
    };
    return buffers[i->buffer];
}

static void *any_tx_clone(sluice_chan_tx *tx)
{
    sluice_chan_tx *clone;
    return sluice_chan_tx_clone(tx, &clone) == SLUICE_OK ? clone : NULL;
}

static void *any_rx_clone(sluice_chan_rx *rx)
{
    sluice_chan_rx *clone;
    return sluice_chan_rx_clone(rx, &clone) == SLUICE_OK ? clone : NULL;
}

static bool any_open(struct bench_pipe *pipe, const struct bench_case *c)
{
    const struct bench_implementation *with = c->implementation;
    sluice_chan_tx *tx = NULL;
    sluice_chan_rx *rx = NULL;
    struct sluice_chan_options options = {
        .size = sizeof options,
        .flavour = any_flavour_of(with),
        .buffer = any_buffer_of(with),
        .order = with->per_sender ? SLUICE_PER_SENDER : SLUICE_TOTAL,
        .capacity = c->row->capacity,
        .message_bytes = c->row->bytes,
    };
    if (sluice_chan_open(&tx, &rx, &options) != SLUICE_OK)
        return false;
    pipe->tx[0] = tx;
    pipe->rx[0] = rx;
    bool complete = true;
    for (unsigned i = 1; i < c->row->senders; i++)
        complete &= (pipe->tx[i] = any_tx_clone(tx)) != NULL;
    for (unsigned i = 0; i < c->idle; i++)
        complete &= (pipe->idle[i] = any_tx_clone(tx)) != NULL;
    for (unsigned i = 1; i < c->row->receivers; i++)
        complete &= (pipe->rx[i] = any_rx_clone(rx)) != NULL;
    return complete;
}

static void any_drop_tx(void *end)
{
    sluice_chan_tx *tx = end;
    sluice_chan_tx_drop(&tx);
}

static void any_drop_rx(void *end)
{
    sluice_chan_rx *rx = end;
    sluice_chan_rx_drop(&rx);
}
#endif

typedef sluice_chan_tx *N(tx);
typedef sluice_chan_rx *N(rx);

static bool N(open)(struct bench_pipe *pipe, const struct bench_case *c)
{
    return any_open(pipe, c);
}

static void N(drop_tx)(void *tx)
{
    any_drop_tx(tx);
}

static void N(drop_rx)(void *rx)
{
    any_drop_rx(rx);
}

static bool N(drained)(void *rx)
{
    struct N(message) message;
    return sluice_chan_try_recv(rx, &message) == SLUICE_CLOSED;
}

BENCH_INLINE bool N(send)(N(tx) tx, const struct N(message) *message)
{
    return sluice_chan_send(tx, message) == SLUICE_OK;
}

BENCH_INLINE bool N(recv)(N(rx) rx, struct N(message) *message)
{
    return sluice_chan_recv(rx, message) == SLUICE_OK;
}

BENCH_INLINE bool N(send_n)(N(tx) tx, const struct N(message) *messages, size_t n)
{
    size_t sent;
    return sluice_chan_send_n(tx, messages, n, &sent) == SLUICE_OK && sent == n;
}

BENCH_INLINE bool N(recv_n)(N(rx) rx, struct N(message) *messages, size_t max, size_t *got)
{
    return sluice_chan_recv_n(rx, messages, max, got) == SLUICE_OK;
}

BENCH_INLINE bool N(reserve)(N(tx) tx, size_t max, struct N(message) **cells, size_t *count)
{
    void *first;
    bool ok = sluice_chan_reserve(tx, max, &first, count) == SLUICE_OK;
    if (ok)
        *cells = first;
    return ok;
}

BENCH_INLINE bool N(commit)(N(tx) tx, size_t count)
{
    return sluice_chan_commit(tx, count) == SLUICE_OK;
}

BENCH_INLINE bool N(peek)(N(rx) rx, size_t max, struct N(message) **cells, size_t *count)
{
    void *first;
    bool ok = sluice_chan_peek(rx, max, &first, count) == SLUICE_OK;
    if (ok)
        *cells = first;
    return ok;
}

BENCH_INLINE bool N(release)(N(rx) rx, size_t count)
{
    return sluice_chan_release(rx, count) == SLUICE_OK;
}
