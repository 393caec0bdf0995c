/* loops.inc.h: the inner loops of all workloads, over the operations of one adapter at one message size. Each
 * message is written whole and checked on arrival: its number, and its last word, so that copying is not
 * optimised away. An adapter without calls for runs, or for work in place, says so by ADAPTER_HAS_RUNS 0 or
 * ADAPTER_HAS_CELLS 0. Compiled as C++ too, for peers.
 *
 * SPDX-License-Identifier: MIT */

#ifndef ADAPTER_HAS_RUNS
#define ADAPTER_HAS_RUNS 1
#endif
#ifndef ADAPTER_HAS_CELLS
#define ADAPTER_HAS_CELLS 1
#endif

#ifndef ADAPTER_SEND /* (a variable: what is sent by value is then not copied on the way) */
#define ADAPTER_SEND(tx, message) N(send)(tx, &(message))
#endif

#define WORDS (BENCH_BYTES / 8)

/* ---- calls that are never made ---- */

#if !ADAPTER_HAS_RUNS
BENCH_INLINE bool N(send_n)(N(tx) tx, const struct N(message) *messages, size_t n)
{
    (void)tx, (void)messages, (void)n;
    return false;
}

BENCH_INLINE bool N(recv_n)(N(rx) rx, struct N(message) *messages, size_t max, size_t *got)
{
    (void)rx, (void)messages, (void)max, (void)got;
    return false;
}
#endif

#if !ADAPTER_HAS_CELLS
BENCH_INLINE bool N(reserve)(N(tx) tx, size_t max, struct N(message) **cells, size_t *count)
{
    (void)tx, (void)max, (void)cells, (void)count;
    return false;
}

BENCH_INLINE bool N(commit)(N(tx) tx, size_t count)
{
    (void)tx, (void)count;
    return false;
}

BENCH_INLINE bool N(peek)(N(rx) rx, size_t max, struct N(message) **cells, size_t *count)
{
    (void)rx, (void)max, (void)cells, (void)count;
    return false;
}

BENCH_INLINE bool N(release)(N(rx) rx, size_t count)
{
    (void)rx, (void)count;
    return false;
}
#endif

/* ---- messages ---- */

BENCH_INLINE void N(fill)(struct N(message) *message, uint64_t word)
{
    for (unsigned i = 0; i < WORDS; i++)
        message->word[i] = word + i;
}

BENCH_INLINE bool N(is_torn)(const struct N(message) *message)
{
    return message->word[WORDS - 1] != message->word[0] + (WORDS - 1);
}

/* ---- sending ---- */

BENCH_INLINE bool N(send_one)(N(tx) tx, uint64_t word)
{
    struct N(message) message;
    N(fill)(&message, word);
    return ADAPTER_SEND(tx, message);
}

BENCH_INLINE bool N(send_run)(N(tx) tx, uint64_t word, size_t max, enum bench_mode mode, size_t *count)
{
    struct N(message) buffer[BENCH_BATCH], *cells = buffer;
    *count = max < BENCH_BATCH ? max : BENCH_BATCH;
    if (mode == BENCH_IN_PLACE && !N(reserve)(tx, *count, &cells, count))
        return false;
    for (size_t i = 0; i < *count; i++)
        N(fill)(&cells[i], word + i);
    return mode == BENCH_RUNS ? N(send_n)(tx, cells, *count) : N(commit)(tx, *count);
}

BENCH_INLINE bool N(send_all)(void *end, uint64_t first, uint64_t count, enum bench_mode mode)
{
    N(tx) tx = (N(tx))end;
    size_t sent = 1;
    for (uint64_t word = first; word != first + count; word += sent)
        if (mode == BENCH_SINGLE ? !N(send_one)(tx, word) : !N(send_run)(tx, word, first + count - word, mode, &sent))
            return false;
    return true;
}

static bool N(send_singles)(void *tx, uint64_t first, uint64_t count)
{
    return N(send_all)(tx, first, count, BENCH_SINGLE);
}

#if ADAPTER_HAS_RUNS
static bool N(send_batches)(void *tx, uint64_t first, uint64_t count)
{
    return N(send_all)(tx, first, count, BENCH_RUNS);
}
#endif

#if ADAPTER_HAS_CELLS
static bool N(send_inplace)(void *tx, uint64_t first, uint64_t count)
{
    return N(send_all)(tx, first, count, BENCH_IN_PLACE);
}
#endif

/* ---- receiving ---- */

BENCH_INLINE bool N(take)(N(rx) rx, uint64_t left, enum bench_mode mode, struct N(message) *buffer,
                          struct N(message) **cells, size_t *count)
{
    size_t max = left < BENCH_BATCH ? left : BENCH_BATCH;
    *cells = buffer;
    *count = 1;
    switch (mode) {
    case BENCH_SINGLE: return N(recv)(rx, buffer);
    case BENCH_RUNS: return N(recv_n)(rx, buffer, max, count);
    default: return N(peek)(rx, max, cells, count);
    }
}

/* One sender, one receiver: everything comes in order, without a gap. */
BENCH_INLINE bool N(recv_alone)(N(rx) rx, struct bench_sink *sink, enum bench_mode mode)
{
    struct N(message) buffer[BENCH_BATCH], *cells;
    uint64_t expected = sink->expected[0], end = expected + sink->left, sum = 0;
    bool wrong = false;
    while (expected != end) {
        size_t count;
        if (!N(take)(rx, end - expected, mode, buffer, &cells, &count))
            return false;
        for (size_t i = 0; i < count; i++) {
            wrong |= cells[i].word[0] != expected + i || N(is_torn)(&cells[i]);
            sum += cells[i].word[0];
        }
        if (mode == BENCH_IN_PLACE && !N(release)(rx, count))
            return false;
        expected += count;
    }
    sink->expected[0] = expected;
    sink->sum += sum;
    sink->left = 0;
    sink->wrong |= wrong;
    return true;
}

/* Takes note of one message where there are many senders or receivers. Receivers that share a channel see gaps in
 * a sender's numbers, but never go back. */
BENCH_INLINE void N(accept)(struct bench_sink *sink, struct bench_tally *tally, const struct N(message) *message,
                            bool alone)
{
    uint64_t word = message->word[0], sender = word >> BENCH_SEQUENCE_BITS, number = word & BENCH_SEQUENCE_MASK;
    if (!alone && word == BENCH_STOP) {
        tally->stop = true;
        return;
    }
    tally->got++;
    tally->sum += word;
    if (sender >= sink->senders) {
        tally->wrong = true;
        return;
    }
    uint64_t expected = sink->expected[sender];
    tally->wrong |= N(is_torn)(message) || (alone ? number != expected : number < expected);
    sink->expected[sender] = number + 1;
}

BENCH_INLINE bool N(recv_many)(N(rx) rx, struct bench_sink *sink, enum bench_mode mode, bool alone)
{
    struct N(message) buffer[BENCH_BATCH], *cells;
    struct bench_tally tally = { .got = atomic_load(&sink->got) };
    uint64_t end = alone ? tally.got + sink->left : UINT64_MAX;
    while (!tally.stop && tally.got != end) {
        size_t count;
        if (!N(take)(rx, end - tally.got, mode, buffer, &cells, &count))
            return false;
        for (size_t i = 0; i < count; i++)
            N(accept)(sink, &tally, &cells[i], alone);
        if (mode == BENCH_IN_PLACE && !N(release)(rx, count))
            return false;
        if (!alone)
            atomic_store_explicit(&sink->got, tally.got, memory_order_relaxed);
    }
    atomic_store(&sink->got, tally.got);
    sink->sum += tally.sum;
    sink->wrong |= tally.wrong;
    return true;
}

BENCH_INLINE bool N(recv_all)(void *end, struct bench_sink *sink, enum bench_mode mode)
{
    N(rx) rx = (N(rx))end;
    if (!sink->alone)
        return N(recv_many)(rx, sink, mode, false);
    return sink->senders > 1 ? N(recv_many)(rx, sink, mode, true) : N(recv_alone)(rx, sink, mode);
}

static bool N(recv_singles)(void *rx, struct bench_sink *sink)
{
    return N(recv_all)(rx, sink, BENCH_SINGLE);
}

#if ADAPTER_HAS_RUNS
static bool N(recv_batches)(void *rx, struct bench_sink *sink)
{
    return N(recv_all)(rx, sink, BENCH_RUNS);
}
#endif

#if ADAPTER_HAS_CELLS
static bool N(recv_inplace)(void *rx, struct bench_sink *sink)
{
    return N(recv_all)(rx, sink, BENCH_IN_PLACE);
}
#endif

/* ---- one by one ---- */

static bool N(send_word)(void *tx, uint64_t word)
{
    return N(send_one)((N(tx))tx, word);
}

static bool N(recv_word)(void *rx, uint64_t *word)
{
    struct N(message) message;
    bool ok = N(recv)((N(rx))rx, &message) && !N(is_torn)(&message);
    if (ok)
        *word = message.word[0];
    return ok;
}

/* A message out and its echo back; the same endpoints on one channel make it a pair of calls in one thread. To
 * the end also if an answer is wrong, since the other side counts too. */
BENCH_INLINE bool N(out_and_back)(N(tx) tx, N(rx) rx, uint64_t count)
{
    bool wrong = false;
    for (uint64_t i = 0; i < count; i++) {
        struct N(message) message;
        N(fill)(&message, i);
        if (!ADAPTER_SEND(tx, message) || !N(recv)(rx, &message))
            return false;
        wrong |= message.word[0] != i || N(is_torn)(&message);
    }
    return !wrong;
}

static bool N(ping)(void *tx, void *rx, uint64_t count)
{
    return N(out_and_back)((N(tx))tx, (N(rx))rx, count);
}

static bool N(pairs)(void *tx, void *rx, uint64_t count)
{
    return N(out_and_back)((N(tx))tx, (N(rx))rx, count);
}

static bool N(echo)(void *tx, void *rx, uint64_t count)
{
    for (uint64_t i = 0; i < count; i++) {
        struct N(message) message;
        if (!N(recv)((N(rx))rx, &message) || !ADAPTER_SEND((N(tx))tx, message))
            return false;
    }
    return true;
}

#if ADAPTER_HAS_RUNS
#define RUNS_OR_NULL(function) function
#else
#define RUNS_OR_NULL(function) NULL
#endif
#if ADAPTER_HAS_CELLS
#define CELLS_OR_NULL(function) function
#else
#define CELLS_OR_NULL(function) NULL
#endif

static const struct bench_ops N(ops) = {
    .open = N(open),
    .drop_tx = N(drop_tx),
    .drop_rx = N(drop_rx),
    .drained = N(drained),
    .send = { N(send_singles), RUNS_OR_NULL(N(send_batches)), CELLS_OR_NULL(N(send_inplace)) },
    .recv = { N(recv_singles), RUNS_OR_NULL(N(recv_batches)), CELLS_OR_NULL(N(recv_inplace)) },
    .ping = N(ping),
    .echo = N(echo),
    .pairs = N(pairs),
    .send_word = N(send_word),
    .recv_word = N(recv_word),
};

#undef RUNS_OR_NULL
#undef CELLS_OR_NULL
#undef ADAPTER_SEND
#undef WORDS
