/* stress_history.inc.h: mode=history and mode=history_unfenced. Every call of a round is written down by its thread, with what came of it
 * and when, in a log of its own that was made and touched before; the whole is judged by the monitor (tests/history).
 *
 * Times are read from the monotonic clock, a call's end after a full fence, so that what it stored is seen by all. In history_unfenced there is neither fence nor clock between the calls: what a fence would
 * hide can happen, and the monitor judges by program order alone.
 *
 * calls=N: about so many calls in a round. Part of stress.inc.h.
 *
 * SPDX-License-Identifier: MIT */
#include "../history/history.h"

static struct history_log {
    struct history_call *calls;
    size_t count, room;
    bool is_partial; /* there were more */
} history_logs[WORKERS_MAX];

static bool history_fenced;
static struct history_call *history_all;
static uint64_t history_judged;

/* Clocks of two CPUs may differ by less than a line takes from one to the other: nobody could tell, and yet calls that nothing orders
 * could seem to come one after the other. So every call is taken to be longer by this, at both ends. */
#define HISTORY_SKEW 500 /* ns */

static uint64_t call_begins(void)
{
    return history_fenced ? kit_now() - HISTORY_SKEW : 0;
}

static uint64_t call_ends(void)
{
    if (!history_fenced)
        return 0;
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
    return kit_now() + HISTORY_SKEW;
}

static void note_call(struct history_log *log, struct history_call call)
{
    if (log->count < log->room)
        log->calls[log->count++] = call;
    else
        log->is_partial = true;
}

/* Refusals leave room for all that may come through. */
static void note_refusal(struct history_log *log, struct history_call call, uint64_t still_to_come)
{
    if (log->room - log->count > still_to_come)
        note_call(log, call);
    else
        log->is_partial = true;
}

/* ---- the threads ---- */

static enum sluice_status history_send(struct sender *s, struct message *m, size_t *n)
{
    uint64_t way = kit_below(&s->random, 16);
    if (way < 3) {
        worker_calls(s->worker, "try_send_n");
        return pipe_try_send_n(s->tx, m, *n, n);
    }
    if (way < 5) {
        worker_calls(s->worker, "send_n");
        return pipe_send_n(s->tx, m, *n, n);
    }
    *n = 1;
    if (way < 8) {
        worker_calls(s->worker, "send");
        return pipe_send(s->tx, m[0]);
    }
    if (way == 8) {
        worker_calls(s->worker, "send_until");
        return pipe_send_until(s->tx, m[0], sluice_in_us(kit_below(&s->random, 50)));
    }
    worker_calls(s->worker, "try_send");
    return pipe_try_send(s->tx, m[0]);
}

static void *history_sender(void *argument)
{
    struct sender *s = argument;
    struct history_log *log = &history_logs[s->worker - workers];
    struct history_call call = { .thread = (uint16_t)(s->worker - workers), .sender = (uint32_t)s->name, .what = HISTORY_SEND };
    struct message m[4];
    worker_begins(s->worker);
    while (s->accepted.count < s->quota && call.status != SLUICE_CLOSED) {
        uint64_t left = s->quota - s->accepted.count;
        size_t n = (size_t)kit_below(&s->random, 4) + 1;
        n = n < left ? n : (size_t)left;
        for (size_t i = 0; i < n; i++)
            m[i] = make_message(s->name, s->accepted.count + i);
        call.began = call_begins();
        call.status = (uint8_t)history_send(s, m, &n);
        call.ended = call_ends();
        call.value = m[0].id;
        if (call.status != SLUICE_OK)
            note_refusal(log, call, left);
        for (size_t i = 0; i < n && call.status == SLUICE_OK; i++, call.value++)
            note_call(log, call);
        if (call.status == SLUICE_OK)
            accepted(s, n);
        saunter(&s->random);
    }
    call.what = kit_below(&s->random, 8) ? HISTORY_DROP_TX : HISTORY_CLOSE;
    call.status = SLUICE_OK;
    call.began = call_begins();
    if (call.what == HISTORY_CLOSE)
        pipe_tx_close(s->tx);
    else
        pipe_tx_drop(&s->tx);
    call.ended = call_ends();
    note_call(log, call);
    pipe_tx_drop(&s->tx); /* if it was not: the channel is closed already */
    worker_ends(s->worker);
    return NULL;
}

static enum sluice_status history_receive(struct receiver *r, struct message *m, size_t *n)
{
    uint64_t way = kit_below(&r->random, 16);
    if (way < 3) {
        worker_calls(r->worker, "try_recv_n");
        return pipe_try_recv_n(r->rx, m, 4, n);
    }
    if (way < 5) {
        worker_calls(r->worker, "recv_n");
        return pipe_recv_n(r->rx, m, 4, n);
    }
    *n = 1;
    if (way < 8) {
        worker_calls(r->worker, "recv");
        return pipe_recv(r->rx, m);
    }
    if (way == 8) {
        worker_calls(r->worker, "recv_until");
        return pipe_recv_until(r->rx, m, sluice_in_us(kit_below(&r->random, 50)));
    }
    worker_calls(r->worker, "try_recv");
    return pipe_try_recv(r->rx, m);
}

static void *history_receiver(void *argument)
{
    struct receiver *r = argument;
    struct history_log *log = &history_logs[r->worker - workers];
    struct history_call call = { .thread = (uint16_t)(r->worker - workers), .what = HISTORY_RECV };
    struct message m[4];
    uint64_t got = 0, all = settings.calls / 2;
    worker_begins(r->worker);
    while (got < r->most && call.status != SLUICE_CLOSED) {
        size_t n = 1;
        call.began = call_begins();
        call.status = (uint8_t)history_receive(r, m, &n);
        call.ended = call_ends();
        if (call.status != SLUICE_OK)
            note_refusal(log, call, all > got ? all - got : 0);
        for (size_t i = 0; i < n && call.status == SLUICE_OK; i++, got++) {
            REQUIRE(is_whole(&m[i]));
            call.value = m[i].id;
            note_call(log, call);
        }
        saunter(&r->random);
    }
    call.what = HISTORY_DROP_RX;
    call.status = SLUICE_OK;
    call.began = call_begins();
    pipe_rx_drop(&r->rx);
    call.ended = call_ends();
    note_call(log, call);
    worker_ends(r->worker);
    return NULL;
}

/* ---- a round ---- */

/* Logs for all that can come, touched once. */
static void make_logs(void)
{
    if (history_all)
        return;
    size_t threads = settings.senders + settings.receivers;
    history_fenced = strcmp(settings.mode, "history") == 0;
    for (size_t i = 0; i < threads; i++) {
        history_logs[i].room = settings.calls + 8;
        REQUIRE((history_logs[i].calls = malloc(history_logs[i].room * sizeof(struct history_call))) != NULL);
        memset(history_logs[i].calls, 1, history_logs[i].room * sizeof(struct history_call));
    }
    REQUIRE((history_all = malloc(threads * (settings.calls + 8) * sizeof *history_all)) != NULL);
}

static struct history gather(unsigned tx_count, unsigned rx_count, uint64_t capacity)
{
    struct history h = { .calls = history_all, .capacity = STRESS_BUFFER == SLUICE_BOUNDED ? capacity : UINT64_MAX,
                         .per_sender = STRESS_ORDER == SLUICE_PER_SENDER && STRESS_FLAVOUR != SLUICE_MUTEX,
                         .meets = STRESS_BUFFER == SLUICE_RENDEZVOUS, .fenced = history_fenced, .senders = tx_count, .receivers = rx_count };
    for (unsigned i = 0; i < tx_count + rx_count; i++) {
        struct history_log *log = &history_logs[i];
        memcpy(history_all + h.count, log->calls, log->count * sizeof *history_all);
        h.count += log->count;
        h.partial |= log->is_partial;
        for (size_t k = 0; i >= tx_count && k < log->count; k++) /* who was told CLOSED was told that nothing is left */
            h.drained |= log->calls[k].status == SLUICE_CLOSED;
        *log = (struct history_log){ .calls = log->calls, .room = log->room };
    }
    return h;
}

static uint64_t do_history_round(uint64_t *random, unsigned tx_count, unsigned rx_count)
{
    pthread_t threads[WORKERS_MAX];
    char why[256] = "";
    uint64_t capacity = pipe_tx_capacity(senders[0].tx);
    make_logs();
    for (unsigned i = 0; i < tx_count; i++) {
        senders[i].quota = settings.calls / 2 / tx_count;
        threads[i] = kit_start(history_sender, &senders[i]);
    }
    for (unsigned i = 0; i < rx_count; i++) {
        receivers[i].most = kit_below(random, 6) ? UINT64_MAX : kit_below(random, settings.calls / 2 + 1);
        threads[tx_count + i] = kit_start(history_receiver, &receivers[i]);
    }
    for (unsigned i = 0; i < tx_count + rx_count; i++)
        kit_join(threads[i]);
    struct history h = gather(tx_count, rx_count, capacity);
    enum history_fault fault = history_judge(&h, why, sizeof why);
    if (fault)
        check_report(0, "%s: %s (capacity %llu)", history_fault_name(fault), why, (unsigned long long)h.capacity);
    uint64_t sent = 0, ended = 0;
    for (size_t i = 0; i < h.count; i++) {
        sent += h.calls[i].what == HISTORY_SEND && h.calls[i].status == SLUICE_OK;
        ended += h.calls[i].what == HISTORY_RECV && h.calls[i].status == SLUICE_OK;
    }
    for (unsigned i = 0; i < tx_count; i++)
        ended += destroyed[i].count;
    CHECK_EQ_INT(ended, sent);
    history_judged += h.count;
    return sent;
}
