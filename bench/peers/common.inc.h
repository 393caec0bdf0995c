/* common.inc.h: the rest of a peer's adapter, included at its end. The adapter has:
 *
 *   struct N(queue)              with `bool shares_cpu` and `unsigned receivers` in it
 *   N(create)(case), N(destroy)(queue)
 *   N(try_recv)(rx, message)     false: nothing there
 *   PEER_SPINS 1 and N(try_send)(tx, message), or PEER_SPINS 0 and N(send), N(recv), which block
 *   ADAPTER_HAS_RUNS 1 and N(try_send_n)(tx, messages, n), N(try_recv_n)(rx, messages, max), which return how
 *                                many; where it blocks, N(send_n) and N(recv_n); or ADAPTER_HAS_RUNS 0
 *   PEER_OWN_ENDS                if an end is not the queue itself: then types N(tx) and N(rx) of its own, with
 *                                `struct N(queue) *queue` and `bool shares_cpu` in them, and
 *                                N(tx_of)(queue, index), N(rx_of)(queue, index)
 *
 * SPDX-License-Identifier: MIT */

#ifdef PEER_OWN_ENDS
#define QUEUE_OF_RX(rx) ((rx)->queue)
#else
#define QUEUE_OF_RX(rx) (rx)
BENCH_INLINE struct N(queue) *N(tx_of)(struct N(queue) *queue, unsigned index)
{
    (void)index;
    return queue;
}

BENCH_INLINE struct N(queue) *N(rx_of)(struct N(queue) *queue, unsigned index)
{
    (void)index;
    return queue;
}
#endif

static bool N(open)(struct bench_pipe *pipe, const struct bench_case *c)
{
    struct N(queue) *queue = N(create)(c);
    if (!queue)
        return false;
    queue->shares_cpu = bench_place_shares(c->row);
    queue->receivers = c->row->receivers;
    for (unsigned i = 0; i < c->row->senders; i++)
        pipe->tx[i] = N(tx_of)(queue, i);
    for (unsigned i = 0; i < c->row->receivers; i++)
        pipe->rx[i] = N(rx_of)(queue, i);
    return true;
}

static void N(drop_tx)(void *tx)
{
    (void)tx; /* the last receiver's drop frees the queue */
}

static void N(drop_rx)(void *rx)
{
    struct N(queue) *queue = QUEUE_OF_RX((N(rx))rx);
    if (--queue->receivers == 0)
        N(destroy)(queue);
}

static bool N(drained)(void *rx)
{
    struct N(message) message;
    return !N(try_recv)((N(rx))rx, &message);
}

#if PEER_SPINS
BENCH_INLINE bool N(send)(N(tx) tx, const struct N(message) *message)
{
    for (unsigned turn = 0; !N(try_send)(tx, message);)
        peer_wait(&turn, tx->shares_cpu);
    return true;
}

BENCH_INLINE bool N(recv)(N(rx) rx, struct N(message) *message)
{
    for (unsigned turn = 0; !N(try_recv)(rx, message);)
        peer_wait(&turn, rx->shares_cpu);
    return true;
}

#if ADAPTER_HAS_RUNS
BENCH_INLINE bool N(send_n)(N(tx) tx, const struct N(message) *messages, size_t n)
{
    for (unsigned turn = 0; n;) {
        size_t sent = N(try_send_n)(tx, messages, n);
        messages += sent;
        n -= sent;
        if (n)
            peer_wait(&turn, tx->shares_cpu);
    }
    return true;
}

BENCH_INLINE bool N(recv_n)(N(rx) rx, struct N(message) *messages, size_t max, size_t *got)
{
    for (unsigned turn = 0; (*got = N(try_recv_n)(rx, messages, max)) == 0;)
        peer_wait(&turn, rx->shares_cpu);
    return true;
}
#endif
#endif

#undef QUEUE_OF_RX
