/* test_os.c: sleeping on a futex, deadlines and signals, with the real system.
 *
 * SPDX-License-Identifier: MIT */
#define _GNU_SOURCE 1

#include <errno.h>
#include <signal.h>
#include <sys/time.h>

#include "../kit.h"
#include "thread/os.h"
#include "thread/park.h"

#define SLUICE_NAME numbers
#define SLUICE_TYPE uint64_t
#define SLUICE_FLAVOUR SLUICE_SPSC
#include <sluice/channel.h>

static unsigned signals_seen;

static void on_signal(int signal)
{
    (void)signal;
    __atomic_fetch_add(&signals_seen, 1, __ATOMIC_RELAXED);
}

/* A timer that interrupts this process's threads all the time, without SA_RESTART. */
static void storm(bool on)
{
    struct sigaction action = { .sa_handler = on_signal };
    REQUIRE(sigaction(SIGALRM, &action, NULL) == 0);
    struct itimerval every = { { 0, on ? 150 : 0 }, { 0, on ? 150 : 0 } };
    REQUIRE(setitimer(ITIMER_REAL, &every, NULL) == 0);
}

static void the_clock_goes_forward(void)
{
    uint64_t before = sluice__os_now(), outside = kit_now();
    CHECK(outside >= before);
    CHECK(sluice__os_now() >= outside);
    CHECK(sluice__os_ticks_per_us() >= 1);
    CHECK_EQ_INT(sluice__os_ticks_per_us(), sluice__os_ticks_per_us());
}

static void futex_wait_answers(void)
{
    sluice__a32 word;
    sluice__a32_store_relaxed(&word, 5);
    errno = 77;
    CHECK_EQ_INT(sluice__os_futex_wait(&word, 4, UINT64_MAX), EAGAIN);
    CHECK_EQ_INT(sluice__os_futex_wait(&word, 5, 0), ETIMEDOUT);
    uint64_t deadline = sluice__os_now() + 2000000;
    CHECK_EQ_INT(sluice__os_futex_wait(&word, 5, deadline), ETIMEDOUT);
    CHECK(kit_now() >= deadline);
    sluice__os_futex_wake(&word, 1); /* nobody */
    CHECK_EQ_INT(errno, 77);
}

/* Signals neither end a sleep nor show. */
static void sleep_goes_on_after_a_signal(void)
{
    sluice__a32 word;
    sluice__a32_store_relaxed(&word, 5);
    unsigned before = __atomic_load_n(&signals_seen, __ATOMIC_RELAXED);
    storm(true);
    for (int i = 0; i < 20; i++) {
        uint64_t deadline = sluice__os_now() + 2000000;
        CHECK(!sluice__sleep_while(&word, 5, deadline));
        CHECK(kit_now() >= deadline);
        CHECK(sluice__sleep_while(&word, 4, UINT64_MAX));
    }
    storm(false);
    CHECK(__atomic_load_n(&signals_seen, __ATOMIC_RELAXED) > before);
}

struct sleeper {
    sluice__a32 word;
    int tid;
    bool woken;
};

static void *sleep_on_word(void *argument)
{
    struct sleeper *s = argument;
    __atomic_store_n(&s->tid, kit_tid(), __ATOMIC_RELEASE);
    s->woken = sluice__sleep_while(&s->word, 0, UINT64_MAX);
    return NULL;
}

/* Only a change of the word ends an endless sleep: not a wake without it, not a signal. */
static void only_a_change_ends_a_sleep(void)
{
    struct sigaction action = { .sa_handler = on_signal };
    REQUIRE(sigaction(SIGUSR1, &action, NULL) == 0);
    for (int i = 0; i < 10; i++) {
        struct sleeper s = { .tid = 0 };
        pthread_t thread = kit_start(sleep_on_word, &s);
        kit_await_asleep(&s.tid);
        for (int n = 0; n < 20; n++) {
            sluice__os_futex_wake(&s.word, 1);
            CHECK(pthread_kill(thread, SIGUSR1) == 0);
        }
        kit_await_asleep(&s.tid);
        sluice__a32_store_release(&s.word, 1);
        sluice__os_futex_wake(&s.word, 1);
        kit_join(thread);
        CHECK(s.woken);
    }
}

static void *receive_all(void *argument)
{
    numbers_rx rx = argument;
    uint64_t expected = 0;
    SLUICE_FOR_EACH(numbers, rx, m) {
        CHECK_EQ_INT(m, expected);
        expected++;
    }
    numbers_rx_drop(&rx);
    return (void *)(uintptr_t)expected;
}

static void a_channel_works_through_a_storm(void)
{
    numbers_tx tx = NULL;
    numbers_rx rx = NULL;
    REQUIRE(numbers_open(&tx, &rx, &(struct sluice_options){ .capacity = 2 }) == SLUICE_OK);
    pthread_t thread = kit_start(receive_all, rx);
    storm(true);
    uint64_t count = (uint64_t)KIT_ROUNDS(20000);
    for (uint64_t i = 0; i < count; i++) {
        CHECK_STATUS(numbers_send(tx, i), SLUICE_OK);
        if (i % 64 == 0)
            kit_pause_us(20); /* the receiver sleeps now and then */
    }
    numbers_tx_drop(&tx);
    void *received = NULL;
    REQUIRE(pthread_join(thread, &received) == 0);
    storm(false);
    CHECK_EQ_INT((uintptr_t)received, count);
}

int main(void)
{
    RUN(the_clock_goes_forward);
    RUN(futex_wait_answers);
    RUN(sleep_goes_on_after_a_signal);
    RUN(only_a_change_ends_a_sleep);
    RUN(a_channel_works_through_a_storm);
    return CHECK_DONE();
}
