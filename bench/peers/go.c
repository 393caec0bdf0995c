/* go.c: Go's chan. The loops are in go/peers.go.
 *
 * SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "foreign.h"
#include "peer.h"

/* As go/peers.go exports them. */
extern uintptr_t peerGoOpen(uint32_t bytes, uint64_t capacity, bool one_cpu);
extern void peerGoDrop(uintptr_t handle);
extern bool peerGoDrained(uintptr_t handle);
extern void peerGoSend(uintptr_t handle, uint64_t first, uint64_t count);
extern void peerGoRecv(uintptr_t handle, struct foreign_sink *sink);
extern bool peerGoExchange(uintptr_t tx, uintptr_t rx, uint64_t count);
extern void peerGoEcho(uintptr_t tx, uintptr_t rx, uint64_t count);
extern void peerGoSendWord(uintptr_t handle, uint64_t word);
extern bool peerGoRecvWord(uintptr_t handle, uint64_t *word);

struct go_channel {
    uintptr_t handle;
    uint32_t receivers;
};

/* Every end is the channel. */
static bool open_bytes(uint32_t bytes, uint64_t capacity, uint32_t senders, uint32_t receivers, bool one_cpu,
                       void **tx, void **rx)
{
    struct go_channel *channel = malloc(sizeof *channel);
    if (!channel)
        return false;
    *channel = (struct go_channel){ peerGoOpen(bytes, capacity, one_cpu), receivers };
    for (uint32_t i = 0; i < senders; i++)
        tx[i] = channel;
    for (uint32_t i = 0; i < receivers; i++)
        rx[i] = channel;
    return true;
}

static bool open_8(uint64_t capacity, uint32_t senders, uint32_t receivers, bool one_cpu, void **tx, void **rx)
{
    return open_bytes(8, capacity, senders, receivers, one_cpu, tx, rx);
}

static bool open_64(uint64_t capacity, uint32_t senders, uint32_t receivers, bool one_cpu, void **tx, void **rx)
{
    return open_bytes(64, capacity, senders, receivers, one_cpu, tx, rx);
}

static bool open_256(uint64_t capacity, uint32_t senders, uint32_t receivers, bool one_cpu, void **tx, void **rx)
{
    return open_bytes(256, capacity, senders, receivers, one_cpu, tx, rx);
}

static uintptr_t handle_of(void *end)
{
    const struct go_channel *channel = end;
    return channel->handle;
}

static void drop_tx(void *tx)
{
    (void)tx; /* the last receiver's drop frees the channel */
}

static void drop_rx(void *rx)
{
    struct go_channel *channel = rx;
    if (--channel->receivers)
        return;
    peerGoDrop(channel->handle);
    free(channel);
}

static bool drained(void *rx)
{
    return peerGoDrained(handle_of(rx));
}

static bool send(void *tx, uint64_t first, uint64_t count)
{
    peerGoSend(handle_of(tx), first, count);
    return true;
}

static bool recv(void *rx, struct foreign_sink *sink)
{
    peerGoRecv(handle_of(rx), sink);
    return true;
}

static bool exchange(void *tx, void *rx, uint64_t count)
{
    return peerGoExchange(handle_of(tx), handle_of(rx), count);
}

static bool echo(void *tx, void *rx, uint64_t count)
{
    peerGoEcho(handle_of(tx), handle_of(rx), count);
    return true;
}

static bool send_word(void *tx, uint64_t word)
{
    peerGoSendWord(handle_of(tx), word);
    return true;
}

static bool recv_word(void *rx, uint64_t *word)
{
    return peerGoRecvWord(handle_of(rx), word);
}

#define FOREIGN_OPS(bytes)                                                                          \
    static const struct foreign_ops go_##bytes = {                                                  \
        open_##bytes, drop_tx, drop_rx, drained, send, recv, exchange, echo, send_word, recv_word \
    }

FOREIGN_OPS(8);
FOREIGN_OPS(64);
FOREIGN_OPS(256);

#define OPS ops_8
#define FOREIGN go_8
#include "foreign.inc.h"

#define OPS ops_64
#define FOREIGN go_64
#include "foreign.inc.h"

#define OPS ops_256
#define FOREIGN go_256
#include "foreign.inc.h"

#define IMPLEMENTATION(symbol, ...)                                                                              \
    PEER_EXPORT const struct bench_implementation symbol;                                                        \
    const struct bench_implementation symbol = {                                                                 \
        .name = "go-chan", .flavour = "-", .order = "total", .senders_max = BENCH_ENDS_MAX,                      \
        .receivers_max = BENCH_ENDS_MAX, .sleeps = true, .project = PEER_PROJECT, .runs_apart = true, __VA_ARGS__ \
    }

IMPLEMENTATION(bench_peer_go, .buffer = BENCH_BOUNDED, .ops = { &ops_8, &ops_64, &ops_256 });
IMPLEMENTATION(bench_peer_go_zero, .buffer = BENCH_RENDEZVOUS, .ops = { &ops_8 });
