/* foreign.inc.h: a `struct bench_ops` called OPS over the `struct foreign_ops` called FOREIGN.
 *
 * SPDX-License-Identifier: MIT */
#define O(name) PEER_PASTE(OPS, _##name)

static bool O(open)(struct bench_pipe *pipe, const struct bench_case *c)
{
    const struct bench_row *row = c->row;
    return FOREIGN.open(row->capacity, row->senders, row->receivers, row->placement == BENCH_ONE_CPU, pipe->tx,
                        pipe->rx);
}

static void O(drop_tx)(void *tx)
{
    FOREIGN.drop_tx(tx);
}

static void O(drop_rx)(void *rx)
{
    FOREIGN.drop_rx(rx);
}

static bool O(drained)(void *rx)
{
    return FOREIGN.drained(rx);
}

static bool O(send)(void *tx, uint64_t first, uint64_t count)
{
    return FOREIGN.send(tx, first, count);
}

static bool O(recv)(void *rx, struct bench_sink *sink)
{
    struct foreign_sink foreign = {
        .expected = sink->expected,
        .got = (uint64_t *)(void *)&sink->got, /* atomic there too */
        .left = sink->left,
        .sum = sink->sum,
        .senders = sink->senders,
        .alone = sink->alone,
        .wrong = sink->wrong,
    };
    bool ok = FOREIGN.recv(rx, &foreign);
    sink->left = foreign.left;
    sink->sum = foreign.sum;
    sink->wrong = foreign.wrong;
    return ok;
}

static bool O(exchange)(void *tx, void *rx, uint64_t count)
{
    return FOREIGN.exchange(tx, rx, count);
}

static bool O(echo)(void *tx, void *rx, uint64_t count)
{
    return FOREIGN.echo(tx, rx, count);
}

static bool O(send_word)(void *tx, uint64_t word)
{
    return FOREIGN.send_word(tx, word);
}

static bool O(recv_word)(void *rx, uint64_t *word)
{
    return FOREIGN.recv_word(rx, word);
}

static const struct bench_ops OPS = {
    .open = O(open),
    .drop_tx = O(drop_tx),
    .drop_rx = O(drop_rx),
    .drained = O(drained),
    .send = { O(send) },
    .recv = { O(recv) },
    .ping = O(exchange),
    .echo = O(echo),
    .pairs = O(exchange),
    .send_word = O(send_word),
    .recv_word = O(recv_word),
};

#undef O
#undef OPS
#undef FOREIGN
