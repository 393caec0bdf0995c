/* stress_order.inc.h: mode=order. Every call's beginning and end are noted on one clock, and afterwards the whole history is
 * held against what a queue may do: of two calls of which one had returned before the other began, the order is known, and
 *
 *   order     a message sent later is not received before: if send(a) returned before send(b) began, then not receive(b) before
 *             receive(a) began. Between all senders; where the order is each sender's own, between the messages of one; and
 *             where receivers take ahead out of lanes, only between those that one of them received.
 *   EMPTY     not while a message was inside all along: sent before the call, received after it.
 *   FULL      not while there was room all along: fewer sends begun than the capacity and the receives that had returned make up.
 *             (Next to a peek it may be said: in a ring the cells behind it are room only when it is released.)
 *   CLOSED    for good: nothing is sent by a call that began after any was told so, nothing received after a receiver was.
 *   rendezvous: a send and its receive overlap.
 *
 * The clock is a fetch-and-add, so that "returned before it began" is also an order of the memory accesses. BUSY is let be.
 * Part of stress.inc.h.
 *
 * SPDX-License-Identifier: MIT */

#define ORDER_MESSAGES 4096
#define ORDER_REFUSALS 512 /* of each thread */

struct span {
    uint64_t began, ended; /* 0: was not */
};

/* A call that was told FULL, EMPTY or CLOSED. */
struct refusal {
    struct span at;
    enum sluice_status status;
    uint64_t sender; /* RECEIVER: it was a receiver */
};
#define RECEIVER UINT64_MAX

/* A message's history. A sender's messages stand side by side. */
struct passage {
    struct span sent, received;
    uint64_t sender;
    bool peeked;
};

static struct passage passages[ORDER_MESSAGES];
static struct refusal refusals[WORKERS_MAX][ORDER_REFUSALS];
static uint64_t refusal_counts[WORKERS_MAX]; /* all of these: of one thread each until it is joined */
static uint64_t logs[WORKERS_MAX][ORDER_MESSAGES], log_lengths[WORKERS_MAX]; /* what each receiver got, in its order */
static uint64_t order_clock, order_share; /* messages of each sender */

static uint64_t tick(void)
{
    return __atomic_add_fetch(&order_clock, 1, __ATOMIC_SEQ_CST);
}

static void refused(const struct worker *w, uint64_t began, enum sluice_status status, uint64_t sender)
{
    size_t i = (size_t)(w - workers);
    struct refusal r = { .at = { began, tick() }, .status = status, .sender = sender };
    if (status == SLUICE_FULL || status == SLUICE_EMPTY || status == SLUICE_CLOSED)
        refusals[i][refusal_counts[i]++ % ORDER_REFUSALS] = r;
}

/* Between calls, so that threads meet in ever new ways. */
static void saunter(uint64_t *random)
{
    uint64_t draw = kit_below(random, 100);
    if (draw < 3)
        sched_yield();
    else if (draw < 10)
        for (volatile uint64_t i = kit_below(random, 1000); i; i--) {
        }
}

/* ---- the threads ---- */

static enum sluice_status order_send_in_place(struct sender *s, size_t *n)
{
#if STRESS_BUFFER != SLUICE_RENDEZVOUS
    struct message *cells = NULL;
    worker_calls(s->worker, "reserve");
    enum sluice_status status = pipe_reserve(s->tx, *n, &cells, n);
    if (status != SLUICE_OK)
        return status;
    for (size_t i = 0; i < *n; i++)
        cells[i] = make_message(s->name, s->accepted.count + i);
    saunter(&s->random);
    worker_calls(s->worker, "commit");
    return pipe_commit(s->tx, *n);
#else
    *n = 1;
    return pipe_send(s->tx, make_message(s->name, s->accepted.count));
#endif
}

/* Sends some of what is left, in one of the ways. */
static enum sluice_status order_send(struct sender *s, size_t *n)
{
    struct message m[4];
    uint64_t left = order_share - s->accepted.count;
    *n = (size_t)kit_below(&s->random, 4) + 1;
    *n = *n < left ? *n : (size_t)left;
    for (size_t i = 0; i < *n; i++)
        m[i] = make_message(s->name, s->accepted.count + i);
    switch (kit_below(&s->random, 8)) {
    case 0: return order_send_in_place(s, n);
    case 1: worker_calls(s->worker, "send_n"); return pipe_send_n(s->tx, m, *n, n);
    case 2: worker_calls(s->worker, "try_send_n"); return pipe_try_send_n(s->tx, m, *n, n);
    case 3: *n = 1; worker_calls(s->worker, "send"); return pipe_send(s->tx, m[0]);
    default: *n = 1; worker_calls(s->worker, "try_send"); return pipe_try_send(s->tx, m[0]);
    }
}

static void *order_sender(void *argument)
{
    struct sender *s = argument;
    worker_begins(s->worker);
    while (s->accepted.count < order_share) {
        uint64_t began = tick();
        size_t n = 0;
        enum sluice_status status = order_send(s, &n);
        if (status == SLUICE_OK) {
            struct span at = { began, tick() };
            for (size_t i = 0; i < n; i++)
                passages[s->name * order_share + s->accepted.count++].sent = at;
        } else {
            refused(s->worker, began, status, s->name);
            sched_yield();
        }
        if (status == SLUICE_CLOSED)
            break;
        if (kit_below(&s->random, 4 * order_share * settings.senders) == 0)
            pipe_tx_close(s->tx);
        saunter(&s->random);
    }
    pipe_tx_drop(&s->tx);
    worker_ends(s->worker);
    return NULL;
}

static void note_received(struct receiver *r, const struct message *m, struct span at, bool peeked)
{
    uint64_t sender = m->id >> 48, number = m->id & 0xffffffffffff, i = sender * order_share + number;
    size_t log = (size_t)(r->worker - workers);
    REQUIRE(is_whole(m) && number < order_share && i < ORDER_MESSAGES && log_lengths[log] < ORDER_MESSAGES);
    CHECK_EQ_INT(passages[i].received.ended, 0);
    passages[i].received = at;
    passages[i].peeked = peeked;
    logs[log][log_lengths[log]++] = i;
}

static enum sluice_status order_peek(struct receiver *r, struct message *m, size_t *n)
{
#if STRESS_BUFFER != SLUICE_RENDEZVOUS
    struct message *cells = NULL;
    worker_calls(r->worker, "peek");
    enum sluice_status status = pipe_peek(r->rx, 4, &cells, n);
    if (status != SLUICE_OK)
        return status;
    for (size_t i = 0; i < *n; i++)
        m[i] = cells[i];
    saunter(&r->random);
    worker_calls(r->worker, "release");
    return pipe_release(r->rx, *n);
#else
    *n = 1;
    return pipe_recv(r->rx, m);
#endif
}

static enum sluice_status order_receive(struct receiver *r, struct message *m, size_t *n, bool *peeked)
{
    uint64_t way = kit_below(&r->random, 8);
    *n = 1;
    *peeked = way == 0;
    switch (way) {
    case 0: return order_peek(r, m, n);
    case 1: worker_calls(r->worker, "recv_n"); return pipe_recv_n(r->rx, m, 4, n);
    case 2: worker_calls(r->worker, "try_recv_n"); return pipe_try_recv_n(r->rx, m, 4, n);
    case 3: worker_calls(r->worker, "recv"); return pipe_recv(r->rx, m);
    default: worker_calls(r->worker, "try_recv"); return pipe_try_recv(r->rx, m);
    }
}

static void *order_receiver(void *argument)
{
    struct receiver *r = argument;
    struct message m[4];
    worker_begins(r->worker);
    for (;;) {
        uint64_t began = tick();
        size_t n = 0;
        bool peeked;
        enum sluice_status status = order_receive(r, m, &n, &peeked);
        if (status == SLUICE_OK) {
            struct span at = { began, tick() };
            for (size_t i = 0; i < n; i++)
                note_received(r, &m[i], at, peeked);
        } else {
            refused(r->worker, began, status, RECEIVER);
            if (status == SLUICE_CLOSED)
                break;
            sched_yield();
        }
        saunter(&r->random);
    }
    pipe_rx_drop(&r->rx);
    worker_ends(r->worker);
    return NULL;
}

/* ---- the judgement ---- */

/* Messages that came through, and the questions asked of them, each in the order of some time of theirs. */
static const struct passage *by_end[ORDER_MESSAGES];
static uint64_t passed;

struct question {
    uint64_t from, to; /* was a message sent before `from`, and its receive begun only after `to`? */
};
static struct question questions[ORDER_MESSAGES + WORKERS_MAX * ORDER_REFUSALS];
static uint64_t question_count;

static int compare_ends(const void *a, const void *b)
{
    uint64_t x = (*(const struct passage *const *)a)->sent.ended, y = (*(const struct passage *const *)b)->sent.ended;
    return (x > y) - (x < y);
}

static int compare_questions(const void *a, const void *b)
{
    uint64_t x = ((const struct question *)a)->from, y = ((const struct question *)b)->from;
    return (x > y) - (x < y);
}

/* Answers the questions over the messages [first, first + count) of by_end. */
static void ask(uint64_t first, uint64_t count, const char *what)
{
    uint64_t latest = 0, taken = first;
    qsort(by_end + first, count, sizeof *by_end, compare_ends);
    qsort(questions, question_count, sizeof *questions, compare_questions);
    for (uint64_t q = 0; q < question_count; q++) {
        while (taken < first + count && by_end[taken]->sent.ended < questions[q].from) {
            uint64_t began = by_end[taken++]->received.began;
            latest = began > latest ? began : latest;
        }
        if (latest > questions[q].to)
            check_report(0, "%s: before %llu a message was sent that was received only from %llu on, after %llu", what,
                         (unsigned long long)questions[q].from, (unsigned long long)latest,
                         (unsigned long long)questions[q].to);
    }
    question_count = 0;
}

static void judge_order(uint64_t first, uint64_t count)
{
    for (uint64_t i = first; i < first + count; i++)
        questions[question_count++] = (struct question){ by_end[i]->sent.began, by_end[i]->received.ended };
    ask(first, count, "order");
}

/* What one receiver got, batches included, in its own order: none was sent after one that came later had been sent. */
static void judge_log(size_t log)
{
    uint64_t latest[SENDERS_MAX] = { 0 };
    for (uint64_t i = 0; i < log_lengths[log]; i++) {
        const struct passage *p = &passages[logs[log][i]];
        uint64_t *began = &latest[STRESS_ORDER == SLUICE_PER_SENDER ? p->sender : 0];
        CHECK(p->sent.ended >= *began);
        *began = p->sent.began > *began ? p->sent.began : *began;
    }
}

/* When the first call began that ended with CLOSED: it may have held room until then, by a reservation. */
static uint64_t first_closed_began(void)
{
    uint64_t first = UINT64_MAX;
    for (size_t w = 0; w < WORKERS_MAX; w++)
        for (uint64_t i = 0; i < refusal_counts[w] && i < ORDER_REFUSALS; i++)
            if (refusals[w][i].status == SLUICE_CLOSED && refusals[w][i].at.began < first)
                first = refusals[w][i].at.began;
    return first;
}

static void judge_full(const struct refusal *r, uint64_t capacity, uint64_t closing)
{
    bool own = STRESS_ORDER == SLUICE_PER_SENDER && STRESS_FLAVOUR != SLUICE_MUTEX;
    uint64_t most = 0;
    if (r->at.ended > closing)
        return; /* room may be held by what was not accepted in the end */
    for (uint64_t i = 0; i < passed; i++) {
        const struct passage *p = by_end[i];
        if (p->peeked && p->received.began < r->at.ended && r->at.began < p->received.ended)
            return;
        if (!own || p->sender == r->sender)
            most += (p->sent.began < r->at.ended) - (p->received.ended < r->at.began);
    }
    if (most < capacity)
        check_report(0, "FULL with at most %llu of %llu messages inside", (unsigned long long)most,
                     (unsigned long long)capacity);
}

static void judge_closed(const struct refusal *r)
{
    for (uint64_t i = 0; i < passed; i++) {
        CHECK(by_end[i]->sent.began < r->at.ended);
        CHECK(r->sender != RECEIVER || by_end[i]->received.began < r->at.ended);
    }
}

static void judge_refusals(uint64_t capacity)
{
    uint64_t closing = first_closed_began();
    for (size_t w = 0; w < WORKERS_MAX; w++)
        for (uint64_t i = 0; i < refusal_counts[w] && i < ORDER_REFUSALS; i++) {
            const struct refusal *r = &refusals[w][i];
            if (r->status == SLUICE_EMPTY)
                questions[question_count++] = (struct question){ r->at.began, r->at.ended };
            else if (r->status == SLUICE_FULL && STRESS_BUFFER == SLUICE_BOUNDED && i % 8 == 0)
                judge_full(r, capacity, closing);
            else if (r->status == SLUICE_CLOSED)
                judge_closed(r);
        }
    ask(0, passed, "EMPTY");
}

static void judge(unsigned tx_count, uint64_t capacity)
{
    passed = 0;
    for (uint64_t s = 0; s < tx_count; s++) {
        uint64_t first = passed;
        for (uint64_t i = s * order_share; i < (s + 1) * order_share; i++) {
            CHECK(!passages[i].sent.ended == !passages[i].received.ended); /* what was accepted came, and nothing else */
            passages[i].sender = s;
            if (passages[i].sent.ended && passages[i].received.ended)
                by_end[passed++] = &passages[i];
            if (STRESS_BUFFER == SLUICE_RENDEZVOUS)
                CHECK(passages[i].sent.began <= passages[i].received.ended && passages[i].received.began <= passages[i].sent.ended);
        }
        if (STRESS_ORDER == SLUICE_PER_SENDER)
            judge_order(first, passed - first);
    }
    if (STRESS_ORDER == SLUICE_TOTAL)
        judge_order(0, passed);
    for (size_t w = 0; w < WORKERS_MAX; w++)
        judge_log(w);
    judge_refusals(capacity);
}

static void forget_history(void)
{
    memset(passages, 0, sizeof passages);
    memset(refusal_counts, 0, sizeof refusal_counts);
    memset(log_lengths, 0, sizeof log_lengths);
}

static uint64_t do_order_round(uint64_t *random, unsigned tx_count, unsigned rx_count)
{
    pthread_t threads[WORKERS_MAX];
    uint64_t capacity = pipe_tx_capacity(senders[0].tx);
    forget_history();
    order_share = (kit_below(random, 4) ? ORDER_MESSAGES / 4 : 100) / tx_count + 1;
    for (unsigned i = 0; i < tx_count; i++)
        threads[i] = kit_start(order_sender, &senders[i]);
    for (unsigned i = 0; i < rx_count; i++)
        threads[tx_count + i] = kit_start(order_receiver, &receivers[i]);
    for (unsigned i = 0; i < tx_count + rx_count; i++)
        kit_join(threads[i]);
    judge(tx_count, capacity);
    return passed;
}
