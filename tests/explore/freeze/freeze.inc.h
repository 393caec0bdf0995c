/* freeze.inc.h: the calls of the freeze mode on one kind of channel. Part of scenarios.inc.h, in place of the scenarios.
 *
 * SPDX-License-Identifier: MIT */
#include "freeze/freeze.h"

#define FREEZE_SOON UINT64_C(1000000) /* ns */

static unsigned tx_of[ROLES], rx_of[ROLES], tx_used, rx_used;

static bool needs_tx(enum freeze_call call)
{
    return call != NO_CALL && call < FIRST_OF_RX;
}

static bool needs_rx(enum freeze_call call)
{
    return call >= FIRST_OF_RX;
}

/* An endpoint for each role, the victim first; those that nobody uses stay with the main thread. */
static void give_out_endpoints(void)
{
    static const enum freeze_role order[] = { VICTIM, PROBE, COMPANION, PEER };
    tx_used = rx_used = 0;
    for (unsigned i = 0; i < ROLES; i++) {
        enum freeze_role role = order[i];
        if (needs_tx(freeze_run.call[role])) {
            if (tx_used)
                clone_tx(0, tx_used);
            tx_of[role] = tx_used++;
        }
        if (needs_rx(freeze_run.call[role])) {
            if (rx_used)
                clone_rx(0, rx_used);
            rx_of[role] = rx_used++;
        }
    }
}

static void freeze_prepare(void)
{
    static const unsigned inside[SETUPS] = { [ONE] = 1, [TWO] = 2, [CLOSING] = 1, [TX_WAITS] = 2, [TX_COMES] = 2 };
    open_channel(2, false, 0);
    give_out_endpoints();
    for (unsigned i = 0; i < ENDS && (i == 0 || LANES); i++)
        for (unsigned n = 0; tx[i] && !MEETS && n < inside[freeze_run.setup]; n++)
            EXPLORE_CHECK(small_try_send(tx[i], numbered(1 + n)) == SLUICE_OK);
}

/* What the answers are is another's matter: that there are any is this one's. */
static void ask(size_t length, bool closed)
{
    EXPLORE_CHECK((length <= 2 || !BOUNDED || LANES) && (closed == true || closed == false));
}

static enum sluice_status fill(small_tx end, unsigned *count)
{
    enum sluice_status status;
    while ((status = small_try_send(end, numbered(30))) == SLUICE_OK && ++*count < 6) {
    }
    return status;
}

static enum sluice_status drain(small_rx end, bool waits, unsigned *count)
{
    struct message m;
    enum sluice_status status;
    while ((status = waits ? small_recv(end, &m) : small_try_recv(end, &m)) == SLUICE_OK)
        ++*count;
    return status;
}

#if !(KIND_BUFFER == SLUICE_RENDEZVOUS)
static enum sluice_status reserve(small_tx end, bool commits, unsigned *count)
{
    struct message *cells;
    size_t n = 0;
    enum sluice_status status = small_try_reserve(end, 2, &cells, &n);
    if (status != SLUICE_OK)
        return status;
    for (size_t i = 0; i < n; i++)
        cells[i] = numbered(40 + i);
    if (!commits)
        return small_abort(end), SLUICE_OK;
    *count = 1;
    return small_commit(end, 1);
}

static enum sluice_status peek(small_rx end, unsigned *count)
{
    struct message *cells;
    size_t n = 0;
    enum sluice_status status = small_try_peek(end, 2, &cells, &n);
    if (status != SLUICE_OK)
        return status;
    *count = 1;
    return small_release(end, 1);
}
#endif

static enum sluice_status do_send(enum freeze_call call, unsigned i, unsigned *count)
{
    struct message batch[] = { numbered(20), numbered(21) };
    size_t n = 0;
    enum sluice_status status = SLUICE_OK;
    switch (call) {
    case TRY_SEND: return small_try_send(tx[i], numbered(10));
    case SEND: return small_send(tx[i], numbered(10));
    case SEND_SOON: return small_send_until(tx[i], numbered(10), explore_now() + FREEZE_SOON);
    case TRY_SEND_N: status = small_try_send_n(tx[i], batch, 2, &n); break;
    case SEND_N: status = small_send_n(tx[i], batch, 2, &n); break;
#if !(KIND_BUFFER == SLUICE_RENDEZVOUS)
    case COMMIT: return reserve(tx[i], true, count);
    case ABORT: return reserve(tx[i], false, count);
#endif
#if KIND_MANY_TX
    case CLONE_TX: {
        small_tx clone = small_tx_clone(tx[i]);
        small_tx_drop(&clone);
        break;
    }
#endif
    case DROP_TX: small_tx_drop(&tx[i]); break;
    case CLOSE: small_tx_close(tx[i]); break;
    case ASK_TX: ask(small_tx_len_hint(tx[i]), small_tx_is_closed(tx[i])); break;
    case FILL: return fill(tx[i], count);
    default: EXPLORE_CHECK(!"a sender's call");
    }
    *count += (unsigned)n;
    return status;
}

static enum sluice_status do_receive(enum freeze_call call, unsigned i, unsigned *count)
{
    struct message batch[2];
    size_t n = 0;
    enum sluice_status status = SLUICE_OK;
    switch (call) {
    case TRY_RECV: return small_try_recv(rx[i], batch);
    case RECV: return small_recv(rx[i], batch);
    case RECV_SOON: return small_recv_until(rx[i], batch, explore_now() + FREEZE_SOON);
    case TRY_RECV_N: status = small_try_recv_n(rx[i], batch, 2, &n); break;
    case RECV_N: status = small_recv_n(rx[i], batch, 2, &n); break;
#if !(KIND_BUFFER == SLUICE_RENDEZVOUS)
    case RELEASE: return peek(rx[i], count);
#endif
#if KIND_MANY_RX
    case CLONE_RX: {
        small_rx clone = small_rx_clone(rx[i]);
        small_rx_drop(&clone);
        break;
    }
#endif
    case DROP_RX: small_rx_drop(&rx[i]); break;
    case ASK_RX: ask(small_rx_len_hint(rx[i]), small_rx_is_closed(rx[i])); break;
    case DRAIN: return drain(rx[i], false, count);
    case RECV_ALL: return drain(rx[i], true, count);
    default: EXPLORE_CHECK(!"a receiver's call");
    }
    *count += (unsigned)n;
    return status;
}

static void play(enum freeze_role role)
{
    enum freeze_call call = freeze_run.call[role];
    unsigned count = 0;
    if (call == NO_CALL)
        return;
    freeze_call_begins(role);
    enum sluice_status status = needs_rx(call) ? do_receive(call, rx_of[role], &count) : do_send(call, tx_of[role], &count);
    freeze_call_ends(role, status, count);
}

static void play_peer(void)
{
    play(PEER);
}

static void play_victim(void)
{
    play(VICTIM);
}

static void play_companion(void)
{
    play(COMPANION);
}

static void play_probe(void)
{
    play(PROBE);
}

#ifdef KIND_EDGE /* what has gone through has left a lease */
#define FREEZE_LANES_CHAIN MPMC_LANES_LEASED
#else
#define FREEZE_LANES_CHAIN MPMC_LANES_CHAIN
#endif
#define FREEZE_LANES(flavour) ((flavour) == SLUICE_MPSC ? (UNBOUNDED ? MPSC_LANES_CHAIN : MPSC_LANES) : UNBOUNDED ? FREEZE_LANES_CHAIN : MPMC_LANES)
#define FREEZE_RING(flavour) ((flavour) == SLUICE_SPSC ? SPSC_RING : (flavour) == SLUICE_MPSC ? MPSC_RING : (flavour) == SLUICE_SPMC ? SPMC_RING : MPMC_RING)

__attribute__((constructor)) static void add_to_freezer(void)
{
    static const struct freeze_kind kind = {
        .name = GROUP,
        .family = MEETS                           ? RENDEZVOUS
                  : KIND_FLAVOUR == SLUICE_MUTEX ? (UNBOUNDED ? MUTEX_LIST : MUTEX_RING)
                  : LANES                        ? FREEZE_LANES(KIND_FLAVOUR)
                  : UNBOUNDED                    ? FREEZE_RING(KIND_FLAVOUR) << 4
                                                 : FREEZE_RING(KIND_FLAVOUR),
        .many_tx = KIND_MANY_TX,
        .many_rx = KIND_MANY_RX,
        .meets = MEETS,
        .naps = KIND_WAIT == SLUICE_WAIT_THROUGHPUT,
        .prepare = freeze_prepare,
        .bodies = { play_peer, play_victim, play_companion, play_probe },
    };
    freeze_add(&kind);
}
