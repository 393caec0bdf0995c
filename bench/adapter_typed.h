/* adapter_typed.h: the suite's operations on a typed sluice channel of any kind. Included for each message size;
 * kind.inc.h defines ADAPTER_FLAVOUR, ADAPTER_BUFFER, ADAPTER_ORDER, ADAPTER_SENDERS and ADAPTER_RECEIVERS (1 or
 * BENCH_ENDS_MAX), ADAPTER_HAS_CELLS and ADAPTER_WAIT.
 *
 * SPDX-License-Identifier: MIT */
#include <sluice/status.h>

#define SLUICE_NAME N(channel)
#define SLUICE_TYPE struct N(message)
#define SLUICE_FLAVOUR ADAPTER_FLAVOUR
#define SLUICE_BUFFER ADAPTER_BUFFER
#define SLUICE_ORDER ADAPTER_ORDER
#include <sluice/channel.h>

#define CHANNEL(suffix) BENCH_PASTE(N(channel), suffix)

typedef CHANNEL(_tx) N(tx);
typedef CHANNEL(_rx) N(rx);

static bool N(open)(struct bench_pipe *pipe, const struct bench_case *c)
{
    const struct bench_row *row = c->row;
    N(tx) tx = NULL;
    N(rx) rx = NULL;
    if (CHANNEL(_open)(&tx, &rx, &(struct sluice_options){ .capacity = row->capacity, .wait = ADAPTER_WAIT }) != SLUICE_OK)
        return false;
    pipe->tx[0] = tx;
    pipe->rx[0] = rx;
    bool complete = true;
#if ADAPTER_SENDERS > 1
    for (unsigned i = 1; i < row->senders; i++)
        complete &= (pipe->tx[i] = CHANNEL(_tx_clone)(tx)) != NULL;
    for (unsigned i = 0; i < c->idle; i++)
        complete &= (pipe->idle[i] = CHANNEL(_tx_clone)(tx)) != NULL;
#endif
#if ADAPTER_RECEIVERS > 1
    for (unsigned i = 1; i < row->receivers; i++)
        complete &= (pipe->rx[i] = CHANNEL(_rx_clone)(rx)) != NULL;
#endif
    return complete;
}

static void N(drop_tx)(void *end)
{
    N(tx) tx = end;
    CHANNEL(_tx_drop)(&tx);
}

static void N(drop_rx)(void *end)
{
    N(rx) rx = end;
    CHANNEL(_rx_drop)(&rx);
}

static bool N(drained)(void *end)
{
    struct N(message) message;
    return CHANNEL(_try_recv)(end, &message) == SLUICE_CLOSED;
}

#if BENCH_BYTES > 64 /* as a user would */
#define ADAPTER_SEND(tx, message) (BENCH_PASTE(N(channel), _send_from)(tx, &(message)) == SLUICE_OK)
#else
#define ADAPTER_SEND(tx, message) (BENCH_PASTE(N(channel), _send)(tx, message) == SLUICE_OK)
#endif

BENCH_INLINE bool N(recv)(N(rx) rx, struct N(message) *message)
{
    return CHANNEL(_recv)(rx, message) == SLUICE_OK;
}

BENCH_INLINE bool N(send_n)(N(tx) tx, const struct N(message) *messages, size_t n)
{
    size_t sent;
    return CHANNEL(_send_n)(tx, messages, n, &sent) == SLUICE_OK && sent == n;
}

BENCH_INLINE bool N(recv_n)(N(rx) rx, struct N(message) *messages, size_t max, size_t *got)
{
    return CHANNEL(_recv_n)(rx, messages, max, got) == SLUICE_OK;
}

#if ADAPTER_HAS_CELLS
BENCH_INLINE bool N(reserve)(N(tx) tx, size_t max, struct N(message) **cells, size_t *count)
{
    return CHANNEL(_reserve)(tx, max, cells, count) == SLUICE_OK;
}

BENCH_INLINE bool N(commit)(N(tx) tx, size_t count)
{
    return CHANNEL(_commit)(tx, count) == SLUICE_OK;
}

BENCH_INLINE bool N(peek)(N(rx) rx, size_t max, struct N(message) **cells, size_t *count)
{
    return CHANNEL(_peek)(rx, max, cells, count) == SLUICE_OK;
}

BENCH_INLINE bool N(release)(N(rx) rx, size_t count)
{
    return CHANNEL(_release)(rx, count) == SLUICE_OK;
}
#endif

#undef CHANNEL
