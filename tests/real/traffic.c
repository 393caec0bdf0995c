/* traffic.c: random traffic through every kind of channel, checked to the last message, while the system makes trouble. Settings as in
 * stress_kit.h; mode= says what trouble:
 *
 *     signals      each thread has a timer of its own, which interrupts it every 20 to 200 us, with SA_RESTART and without; and
 *                  another thread throws signals at all of them
 *     one_cpu      32 senders and 32 receivers on a single CPU
 *     membarrier   refused by a seccomp filter with EPERM, ENOSYS and EINVAL; from the start, and while all are running
 *     futex        refused likewise: nobody can sleep on it, so ends look again every millisecond
 *
 * SPDX-License-Identifier: MIT */
#define _GNU_SOURCE 1

#include <sluice/thread.h>

#include "sandbox.h"
#include "traffic.h"

#define QUOTA ((uint64_t)KIT_ROUNDS(1500))

static uint64_t moved;

static void one_run(const struct kind *k, unsigned senders, unsigned receivers, uint64_t quota, void (*begin)(void), void (*end)(void),
                    void (*meanwhile)(struct traffic *))
{
    static struct traffic t;
    uint64_t random = kit_scramble(settings.seed + current_round);
    memset(&t, 0, sizeof t);
    t.kind = k;
    t.senders = senders;
    t.receivers = receivers;
    t.quota = quota;
    t.capacity = 1 + kit_below(&random, 20);
    t.begin = begin;
    t.end = end;
    moved += traffic_run(&t, random, meanwhile);
    __atomic_store_n(&current_round, current_round + 1, __ATOMIC_RELAXED);
}

/* ---- signals ---- */

static uint64_t interruptions; /* touched with the builtins only */
static _Thread_local timer_t own_timer;

static void on_timer(int signal)
{
    (void)signal;
    __atomic_fetch_add(&interruptions, 1, __ATOMIC_RELAXED);
}

static void start_timer(void)
{
    struct sigevent event = { .sigev_notify = SIGEV_THREAD_ID, .sigev_signo = SIGRTMIN };
    event._sigev_un._tid = kit_tid();
    uint64_t random = (uint64_t)kit_tid();
    long interval = 20000 + (long)kit_below(&random, 180000);
    struct itimerspec when = { { 0, interval }, { 0, interval } };
    REQUIRE(timer_create(CLOCK_MONOTONIC, &event, &own_timer) == 0);
    REQUIRE(timer_settime(own_timer, 0, &when, NULL) == 0);
}

static void stop_timer(void)
{
    REQUIRE(timer_delete(own_timer) == 0);
}

static void storm_over(const struct kind *k)
{
    for (int restart = 0; restart < 2; restart++) {
        struct sigaction action = { .sa_handler = on_timer, .sa_flags = restart ? SA_RESTART : 0 };
        REQUIRE(sigaction(SIGRTMIN, &action, NULL) == 0);
        one_run(k, 3, 3, QUOTA, start_timer, stop_timer, NULL);
    }
}

static void signals_are_not_seen(void)
{
    for_each_kind(storm_over);
    printf("  %llu signals\n", (unsigned long long)__atomic_load_n(&interruptions, __ATOMIC_RELAXED));
    CHECK(interruptions > moved / 100);
}

static sluice_thread *parked_thread;

static void unpark_it(int signal)
{
    (void)signal;
    __atomic_fetch_add(&interruptions, 1, __ATOMIC_RELAXED);
    sluice_unpark(parked_thread);
}

static void *sleep_a_little(void *unused)
{
    kit_pause_us(2000);
    return unused;
}

/* The one call that a handler may make; and joins do not notice handlers. */
static void a_handler_may_unpark(void)
{
    struct sigaction action = { .sa_handler = unpark_it };
    REQUIRE(sigaction(SIGRTMIN, &action, NULL) == 0);
    REQUIRE((parked_thread = sluice_current()) != NULL);
    start_timer();
    for (int i = 0; i < 300; i++)
        sluice_park();
    for (int i = 0; i < 10; i++) {
        sluice_thread *thread = NULL;
        enum sluice_status status;
        REQUIRE(sluice_spawn(&thread, sleep_a_little, NULL, NULL) == SLUICE_OK);
        while ((status = sluice_join_until(&thread, NULL, sluice_in_us(300))) == SLUICE_TIMED_OUT && i % 2) {
        }
        CHECK_STATUS(thread ? sluice_join(&thread, NULL) : status, SLUICE_OK); /* interrupted, too */
    }
    stop_timer();
    CHECK(interruptions >= 300);
}

/* ---- one CPU ---- */

static void crowd(const struct kind *k)
{
    one_run(k, 32, 32, QUOTA / 10, NULL, NULL, NULL);
}

static void sixty_four_threads_share_one_cpu(void)
{
    if (!kit_pin_to_one_cpu())
        SKIP("threads may not be confined to one CPU here");
    for_each_kind(crowd);
}

/* ---- a sandbox ---- */

static long refused_call;
static unsigned refused_with;
static bool refused_later;

static void refuse_after_a_while(struct traffic *t)
{
    uint64_t random = settings.seed + current_round, sent = 0, enough = kit_below(&random, t->quota);
    while (sent < enough && __atomic_load_n(&t->sending, __ATOMIC_RELAXED) == t->senders) {
        sent = __atomic_load_n(&t->tx[0].worker->steps, __ATOMIC_RELAXED);
        kit_pause_us(100);
    }
    REQUIRE(sandbox_refuse(refused_call, refused_with, true));
}

static void traffic_in_child(void *kind)
{
    (void)kit_start(watch, NULL); /* ends with the process */
    if (!refused_later)
        REQUIRE(sandbox_refuse(refused_call, refused_with, true));
    one_run(kind, 3, 3, QUOTA / 2, NULL, NULL, refused_later ? refuse_after_a_while : NULL);
    one_run(kind, 2, 2, QUOTA / 4, NULL, NULL, NULL); /* a channel that was opened after the refusal */
}

static void sandboxed(const struct kind *k)
{
    static const unsigned errors[] = { EPERM, ENOSYS, EINVAL };
    refused_call = SYS_membarrier;
    for (unsigned i = 0; i < (KIT_SANITIZED ? 1 : 3); i++) /* each child ends by a second's sleep of the sanitizer */
        for (int later = 0; later < 2; later++) {
            refused_with = errors[i];
            refused_later = later;
            CHECK_EQ_INT(sandbox_child(traffic_in_child, (void *)(uintptr_t)k), 0);
            moved += (QUOTA / 2 + QUOTA / 4) * (k->many_tx ? 3 : 1); /* about */
            __atomic_store_n(&current_round, current_round + 1, __ATOMIC_RELAXED);
        }
}

static void membarrier_may_be_refused(void)
{
    if (!sandbox_exists())
        SKIP("seccomp filters are not to be had here");
    for_each_kind(sandboxed);
}

/* ---- no futex: pthread's own locks and joins are lost then, so no kind with a lock, and nobody is joined ---- */

struct pair {
    sluice_chan_tx *tx;
    sluice_chan_rx *rx;
    int received, done, tid; /* touched with the builtins only */
};

#define PAIR_MESSAGES 50

static void *receive_pair(void *argument)
{
    struct pair *p = argument;
    uint64_t got = 0;
    while (sluice_chan_recv(p->rx, &got) == SLUICE_OK)
        CHECK_EQ_INT(got, __atomic_fetch_add(&p->received, 1, __ATOMIC_RELAXED));
    __atomic_store_n(&p->done, 1, __ATOMIC_RELEASE);
    return NULL;
}

static void send_to_pair(struct pair *p)
{
    for (uint64_t i = 0; i < PAIR_MESSAGES; i++) {
        kit_pause_us(i % 5 == 0 ? 2000 : 0);
        CHECK_STATUS(sluice_chan_send(p->tx, &i), SLUICE_OK);
    }
    sluice_chan_tx_drop(&p->tx);
    for (uint64_t end = kit_now() + UINT64_C(20000000000); !__atomic_load_n(&p->done, __ATOMIC_ACQUIRE) && kit_now() < end;)
        kit_pause_us(1000);
    CHECK_EQ_INT(p->done, 1);
    CHECK_EQ_INT(p->received, PAIR_MESSAGES);
    fflush(stdout);
    _exit(check_failure_count() != 0); /* joins need the futex, too */
}

static void futex_refused_in_child(void *kind)
{
    struct pair p = { 0 };
    alarm(60);
    struct timespec cpu;
    uint64_t got;
    REQUIRE(kind_open(kind, 2, sizeof got, NULL, NULL, &p.tx, &p.rx) == SLUICE_OK);
    REQUIRE(sandbox_refuse(SYS_futex, refused_with, true));
    sluice_deadline deadline = sluice_in_ms(50);
    CHECK_STATUS(sluice_chan_recv_until(p.rx, &got, deadline), SLUICE_TIMED_OUT); /* deadlines hold */
    CHECK(kit_now() >= deadline);
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &cpu);
    check_report(cpu.tv_sec == 0 && cpu.tv_nsec < 25000000, "%ld ns of CPU in a sleep of 50 ms", cpu.tv_nsec);
    (void)kit_start(receive_pair, &p);
    send_to_pair(&p);
}

static void *receive_before_a_deadline(void *argument)
{
    struct pair *p = argument;
    uint64_t got = 0;
    __atomic_store_n(&p->tid, kit_tid(), __ATOMIC_RELEASE);
    enum sluice_status status;
    do
        status = sluice_chan_recv_until(p->rx, &got, sluice_in_ms(100));
    while (status == SLUICE_TIMED_OUT); /* on a machine so busy that nothing was sent yet */
    CHECK_STATUS(status, SLUICE_OK);
    CHECK_EQ_INT(got, 7);
    return receive_pair(argument);
}

/* Who sleeps already cannot be woken any more, but its deadline still comes, and with it the message. */
static void futex_refused_later_in_child(void *kind)
{
    struct pair p = { 0 };
    uint64_t first = 7;
    alarm(60);
    REQUIRE(kind_open(kind, 2, sizeof first, NULL, NULL, &p.tx, &p.rx) == SLUICE_OK);
    (void)kit_start(receive_before_a_deadline, &p);
    kit_await_asleep(&p.tid);
    REQUIRE(sandbox_refuse(SYS_futex, refused_with, true));
    CHECK_STATUS(sluice_chan_send(p.tx, &first), SLUICE_OK);
    send_to_pair(&p);
}

static void without_futex(const struct kind *k)
{
    static const unsigned errors[] = { EPERM, ENOSYS };
    for (unsigned i = 0; i < 2 && !k->locks; i++) {
        refused_with = errors[i];
        CHECK_EQ_INT(sandbox_child(futex_refused_in_child, (void *)(uintptr_t)k), 0);
        CHECK_EQ_INT(sandbox_child(futex_refused_later_in_child, (void *)(uintptr_t)k), 0);
        moved += 2 * PAIR_MESSAGES;
    }
}

static void futex_may_be_refused(void)
{
    if (KIT_SANITIZED)
        SKIP("a sanitizer needs the futex itself");
    if (!sandbox_exists())
        SKIP("seccomp filters are not to be had here");
    for_each_kind(without_futex);
}

/* ---- */

static const struct {
    const char *name;
    void (*test)(void), (*first)(void);
    bool children, storms; /* children have watchdogs of their own */
} modes[] = { { "signals", signals_are_not_seen, a_handler_may_unpark, false, true },
              { "one_cpu", sixty_four_threads_share_one_cpu, NULL, false, false },
              { "membarrier", membarrier_may_be_refused, NULL, true, false },
              { "futex", futex_may_be_refused, NULL, true, false } };

static void run_mode(size_t mode)
{
    pthread_t threads[2];
    if (!modes[mode].children)
        threads[0] = kit_start(watch, NULL);
    if (modes[mode].storms)
        threads[1] = start_storm();
    if (modes[mode].first)
        check_run("before", modes[mode].first);
    uint64_t end = kit_now() + settings.ms * 1000000;
    do
        check_run(modes[mode].name, modes[mode].test);
    while (kit_now() < end && !check_failure_count());
    __atomic_store_n(&over, 1, __ATOMIC_RELAXED);
    for (int i = 0; i < !modes[mode].children + modes[mode].storms; i++)
        kit_join(threads[i]);
}

int main(int argc, char **argv)
{
    read_settings(argc, argv);
    for (size_t i = 0; i < sizeof modes / sizeof *modes; i++)
        if (strcmp(settings.mode, modes[i].name) == 0)
            run_mode(i);
    printf("%llu messages\n", (unsigned long long)moved);
    CHECK(moved > 0);
    return CHECK_DONE();
}
