/* cancel.c: threads that are cancelled or exit while they use channels.
 *
 * What is promised: no call is a cancellation point. A thread that is cancelled in a call finishes the call, and is gone at its next
 * cancellation point; so each message is somewhere, and no lock is left locked. What the thread held (endpoints, reservations, peeks)
 * is as it was: for its clean-up handlers to drop, or for who joins it.
 *
 * SPDX-License-Identifier: MIT */
#define _GNU_SOURCE 1

#include "cancel.h"

struct victim {
    const struct kind *kind;
    sluice_chan_tx *tx;
    sluice_chan_rx *rx;
    enum sluice_status (*call)(struct victim *v);
    bool ends_by_itself; /* by pthread_exit instead of a cancellation */
    size_t count;
    void *cells;
    int tid, returned;
    enum sluice_status status;
};

static void drop_both(void *argument)
{
    struct victim *v = argument;
    sluice_chan_tx_drop(&v->tx);
    sluice_chan_rx_drop(&v->rx);
}

static void *call_once(void *argument)
{
    struct victim *v = argument;
    pthread_cleanup_push(drop_both, v);
    __atomic_store_n(&v->tid, kit_tid(), __ATOMIC_RELEASE);
    v->status = v->call(v);
    __atomic_store_n(&v->returned, 1, __ATOMIC_RELEASE);
    if (v->ends_by_itself)
        pthread_exit(PTHREAD_CANCELED);
    pthread_testcancel();
    pthread_cleanup_pop(1);
    return NULL;
}

/* ---- cancelled while it waits ---- */

static uint64_t numbers_got[3];

static enum sluice_status call_send(struct victim *v)
{
    return sluice_chan_send(v->tx, numbers);
}

static enum sluice_status call_send_until(struct victim *v)
{
    return sluice_chan_send_until(v->tx, numbers, sluice_in_ms(60000));
}

static enum sluice_status call_send_n(struct victim *v)
{
    return sluice_chan_send_n(v->tx, numbers, 1, &v->count);
}

static enum sluice_status call_reserve(struct victim *v)
{
    return sluice_chan_reserve(v->tx, 1, &v->cells, &v->count);
}

static enum sluice_status call_recv(struct victim *v)
{
    return sluice_chan_recv(v->rx, numbers_got);
}

static enum sluice_status call_recv_until(struct victim *v)
{
    return sluice_chan_recv_until(v->rx, numbers_got, sluice_in_ms(60000));
}

static enum sluice_status call_recv_n(struct victim *v)
{
    return sluice_chan_recv_n(v->rx, numbers_got, 3, &v->count);
}

static enum sluice_status call_peek(struct victim *v)
{
    return sluice_chan_peek(v->rx, 1, &v->cells, &v->count);
}

static const struct {
    enum sluice_status (*call)(struct victim *v);
    bool sends, in_place;
} calls[] = { { call_send, true, false },      { call_send_until, true, false },  { call_send_n, true, false },
              { call_reserve, true, true },    { call_recv, false, false },       { call_recv_until, false, false },
              { call_recv_n, false, false },   { call_peek, false, true } };
#define CALLS (sizeof calls / sizeof *calls)

/* What is left of a channel of which the victim had the endpoint of one side: closed for the other, after what is inside. */
static void check_what_is_left(const struct kind *k, unsigned call, sluice_chan_tx *tx, sluice_chan_rx *rx)
{
    uint64_t got;
    unsigned inside = 0;
    enum sluice_status status;
    if (calls[call].sends) {
        while ((status = sluice_chan_try_recv(rx, &got)) == SLUICE_OK)
            inside++;
        CHECK_STATUS(status, SLUICE_CLOSED);
        CHECK_EQ_INT(inside, !calls[call].in_place && k->buffer == SLUICE_BOUNDED); /* what the victim sent; a reservation was given back */
    } else {
        CHECK_STATUS(sluice_chan_try_send(tx, numbers), SLUICE_CLOSED);
        CHECK_EQ_INT(destroyed, calls[call].in_place); /* a peek was given back, and destroyed with the last receiver */
    }
}

/* The victim falls asleep in the call, is cancelled, and must go on sleeping until it gets what it waits for. */
static void cancel_one(const struct kind *k, unsigned call, bool ends_by_itself)
{
    struct victim v = { .kind = k, .call = calls[call].call, .ends_by_itself = ends_by_itself };
    sluice_chan_tx *tx = NULL;
    sluice_chan_rx *rx = NULL;
    void *result = NULL;
    uint64_t got;
    REQUIRE(kind_open(k, 1, sizeof(uint64_t), count_destroyed, NULL, &tx, &rx) == SLUICE_OK);
    if (calls[call].sends && k->buffer == SLUICE_BOUNDED)
        CHECK_STATUS(sluice_chan_send(tx, numbers), SLUICE_OK); /* it is full */
    destroyed = 0;
    if (calls[call].sends)
        v.tx = SLUICE_MOVE(tx);
    else
        v.rx = SLUICE_MOVE(rx);
    pthread_t thread = kit_start(call_once, &v);
    kit_await_asleep(&v.tid);
    CHECK_EQ_INT(pthread_cancel(thread), 0);
    kit_pause_us(1000);
    CHECK_EQ_INT(__atomic_load_n(&v.returned, __ATOMIC_ACQUIRE), 0);
    CHECK_STATUS(calls[call].sends ? sluice_chan_recv_until(rx, &got, sluice_in_ms(10000))
                                   : sluice_chan_send_until(tx, numbers, sluice_in_ms(10000)), SLUICE_OK);
    join(thread, &result);
    CHECK(result == PTHREAD_CANCELED);
    CHECK_EQ_INT(v.returned, 1);
    CHECK_STATUS(v.status, SLUICE_OK);
    check_what_is_left(k, call, tx, rx);
    sluice_chan_tx_drop(&tx);
    sluice_chan_rx_drop(&rx);
}

static void cancel_in_each_call(const struct kind *k)
{
    for (unsigned call = 0; call < CALLS; call++)
        for (int by_itself = 0; by_itself < 2; by_itself++)
            if (!(calls[call].in_place && k->buffer == SLUICE_RENDEZVOUS) && !(calls[call].sends && k->buffer == SLUICE_UNBOUNDED))
                cancel_one(k, call, by_itself);
}

static void who_is_cancelled_in_a_call_finishes_it(void)
{
    for_each_kind(cancel_in_each_call);
}

/* ---- a cancellation is pending all the time ---- */

#define SLUICE_NAME number
#define SLUICE_TYPE uint64_t
#include <sluice/shared.h>

static void *nothing(void *argument)
{
    return argument;
}

static void use_threads_and_locks(void)
{
    sluice_thread *thread = NULL;
    number shared = NULL;
    CHECK(sluice_cpu_count() > 0);
    REQUIRE(number_open(&shared, 7) == SLUICE_OK);
    number_guard guard = number_lock(shared);
    number_guard_drop(&guard);
    number_drop(&shared);
    sluice_unpark(sluice_current());
    CHECK_STATUS(sluice_park_until(SLUICE_FOREVER), SLUICE_OK);
    CHECK_STATUS(sluice_park_until(sluice_in_us(200)), SLUICE_TIMED_OUT);
    CHECK_STATUS(sluice_spawn(&thread, nothing, NULL, &(struct sluice_spawn_options){ .name = "named" }), SLUICE_OK);
    sluice_thread_drop(&thread); /* join may act on a cancellation, and says so */
}

static void use_everything(const struct kind *k)
{
    sluice_chan_tx *tx = NULL, *tx2 = NULL;
    sluice_chan_rx *rx = NULL, *rx2 = NULL;
    uint64_t got[3];
    void *cells;
    size_t n;
    REQUIRE(kind_open(k, 4, sizeof *got, NULL, NULL, &tx, &rx) == SLUICE_OK);
    bool stores = k->buffer != SLUICE_RENDEZVOUS;
    CHECK_STATUS(sluice_chan_recv_until(rx, got, sluice_in_us(500)), SLUICE_TIMED_OUT); /* sleeps */
    CHECK_STATUS(sluice_chan_send_until(tx, numbers, stores ? SLUICE_FOREVER : sluice_in_us(500)), stores ? SLUICE_OK : SLUICE_TIMED_OUT);
    if (stores) {
        CHECK_STATUS(sluice_chan_reserve(tx, 1, &cells, &n), SLUICE_OK);
        memcpy(cells, numbers, sizeof *numbers);
        CHECK_STATUS(sluice_chan_commit(tx, 1), SLUICE_OK);
        CHECK_STATUS(sluice_chan_peek(rx, 1, &cells, &n), SLUICE_OK);
        CHECK_STATUS(sluice_chan_release(rx, 1), SLUICE_OK);
        CHECK_STATUS(sluice_chan_recv_n(rx, got, 3, &n), SLUICE_OK);
        CHECK_STATUS(sluice_chan_send_n(tx, numbers, 3, &n), SLUICE_OK);
    }
    tx2 = kind_tx(k, &tx);
    rx2 = kind_rx(k, &rx);
    sluice_chan_tx_close(tx2);
    CHECK(sluice_chan_rx_is_closed(rx2) && sluice_chan_rx_len_hint(rx2) == (stores ? 3 : 0));
    sluice_chan_tx_drop(&tx2);
    sluice_chan_tx_drop(&tx);
    sluice_chan_rx_drop(&rx2);
    sluice_chan_rx_drop(&rx);
}

static void *use_everything_while_cancelled(void *finished)
{
    CHECK_EQ_INT(pthread_cancel(pthread_self()), 0);
    for (uint64_t end = kit_now() + UINT64_C(150000000); kit_now() < end;) {
        /* longer than the library keeps what it has found out about CPUs, and no cancellation point */
    }
    for_each_kind(use_everything);
    use_threads_and_locks();
    *(int *)finished = 1;
    pthread_testcancel();
    return NULL;
}

static void no_call_acts_on_a_cancellation(void)
{
    int finished = 0;
    void *result = NULL;
    join(kit_start(use_everything_while_cancelled, &finished), &result);
    CHECK_EQ_INT(finished, 1);
    CHECK(result == PTHREAD_CANCELED);
}

/* ---- the one exception: a join may act on a cancellation, but not before the other has ended, and the handle stays ---- */

struct joiner {
    sluice_thread *target;
    int tid, returned, let_target_go;
};

static void *wait_to_be_let_go(void *argument)
{
    struct joiner *j = argument;
    while (!__atomic_load_n(&j->let_target_go, __ATOMIC_ACQUIRE))
        kit_pause_us(100);
    return j;
}

static void *join_target(void *argument)
{
    struct joiner *j = argument;
    __atomic_store_n(&j->tid, kit_tid(), __ATOMIC_RELEASE);
    enum sluice_status status = sluice_join(&j->target, NULL);
    __atomic_store_n(&j->returned, 1, __ATOMIC_RELEASE);
    CHECK_STATUS(status, SLUICE_OK);
    CHECK(j->target == NULL);
    pthread_testcancel();
    return NULL;
}

static void a_cancelled_join_keeps_the_handle(void)
{
    for (int i = 0; i < 20; i++) {
        struct joiner j = { 0 };
        void *result = NULL;
        REQUIRE(sluice_spawn(&j.target, wait_to_be_let_go, &j, NULL) == SLUICE_OK);
        pthread_t thread = kit_start(join_target, &j);
        kit_await_asleep(&j.tid);
        CHECK_EQ_INT(pthread_cancel(thread), 0);
        kit_pause_us(500);
        CHECK(kit_thread_state(j.tid) != '?' && !__atomic_load_n(&j.returned, __ATOMIC_ACQUIRE)); /* it waits on */
        __atomic_store_n(&j.let_target_go, 1, __ATOMIC_RELEASE);
        join(thread, &result);
        CHECK(result == PTHREAD_CANCELED);
        if (!j.returned) {
            CHECK_STATUS(sluice_join(&j.target, &result), SLUICE_OK);
            CHECK(result == &j);
        }
    }
}

/* ---- what a thread leaves behind is for who joins it ---- */

static void *leave_open(void *argument)
{
    struct victim *v = argument;
    if (v->tx)
        CHECK_STATUS(sluice_chan_reserve(v->tx, 1, &v->cells, &v->count), SLUICE_OK);
    if (v->rx)
        CHECK_STATUS(sluice_chan_peek(v->rx, 2, &v->cells, &v->count), SLUICE_OK);
    if (v->ends_by_itself)
        pthread_exit(PTHREAD_CANCELED);
    for (;;)
        pause(); /* a cancellation point */
}

static void take_over(const struct kind *k)
{
    for (int by_itself = 0; by_itself < 2 && k->buffer != SLUICE_RENDEZVOUS; by_itself++) {
        struct victim sender = { .ends_by_itself = by_itself }, receiver = { .ends_by_itself = by_itself };
        void *result;
        uint64_t got;
        REQUIRE(kind_open(k, 2, sizeof got, NULL, NULL, &sender.tx, &receiver.rx) == SLUICE_OK);
        CHECK_STATUS(sluice_chan_send(sender.tx, &numbers[0]), SLUICE_OK);
        struct victim *both[] = { &sender, &receiver };
        for (int i = 0; i < 2; i++) {
            pthread_t thread = kit_start(leave_open, both[i]);
            kit_pause_us(100);
            (void)pthread_cancel(thread);
            join(thread, &result);
        }
        memcpy(sender.cells, &numbers[1], sizeof numbers[1]);
        CHECK_STATUS(sluice_chan_commit(sender.tx, 1), SLUICE_OK);
        CHECK(receiver.count == 1 && memcmp(receiver.cells, &numbers[0], sizeof got) == 0);
        CHECK_STATUS(sluice_chan_release(receiver.rx, 1), SLUICE_OK);
        CHECK_STATUS(sluice_chan_recv(receiver.rx, &got), SLUICE_OK);
        CHECK_EQ_INT(got, numbers[1]);
        sluice_chan_tx_drop(&sender.tx);
        sluice_chan_rx_drop(&receiver.rx);
    }
}

static void who_joins_a_cancelled_thread_takes_over_its_endpoints(void)
{
    for_each_kind(take_over);
}

int main(void)
{
    kinds_watch(HANG_SECONDS);
    RUN(no_call_acts_on_a_cancellation);
    RUN(who_is_cancelled_in_a_call_finishes_it);
    RUN(a_cancelled_join_keeps_the_handle);
    RUN(who_joins_a_cancelled_thread_takes_over_its_endpoints);
    return CHECK_DONE();
}
