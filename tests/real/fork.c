/* fork.c: a process that forks while it has channels.
 *
 * What is promised: the child has a copy of each channel, not a connection to the parent. It may use its copy if no other thread was in a
 * call on it when the fork was made, and may start threads of its own on it. What the child does, or does not do, to its copies is
 * nothing to the parent. Of the parent's threads only the one that forked is in the child.
 *
 * SPDX-License-Identifier: MIT */
#define _GNU_SOURCE 1

#include <sluice/thread.h>

#include "sandbox.h"
#include "traffic.h"

/* ---- a copy that nobody was using ---- */

static struct {
    const struct kind *kind;
    sluice_chan_tx *tx;
    sluice_chan_rx *rx;
    void *cells;
    size_t count;
} quiet;

#define INSIDE 3

/* With messages inside, one of them peeked at, and room reserved. */
static void open_quiet(const struct kind *k)
{
    quiet.kind = k;
    REQUIRE(kind_open(k, 8, sizeof(uint64_t), NULL, NULL, &quiet.tx, &quiet.rx) == SLUICE_OK);
    if (k->buffer == SLUICE_RENDEZVOUS)
        return;
    for (uint64_t i = 0; i < INSIDE; i++)
        REQUIRE(sluice_chan_send(quiet.tx, &i) == SLUICE_OK);
    REQUIRE(sluice_chan_peek(quiet.rx, 1, &quiet.cells, &quiet.count) == SLUICE_OK);
    REQUIRE(sluice_chan_reserve(quiet.tx, 1, &quiet.cells, &quiet.count) == SLUICE_OK);
}

static void finish_what_was_begun(uint64_t mark)
{
    uint64_t got;
    if (quiet.kind->buffer == SLUICE_RENDEZVOUS)
        return;
    memcpy(quiet.cells, &mark, sizeof mark);
    CHECK_STATUS(sluice_chan_commit(quiet.tx, 1), SLUICE_OK);
    CHECK_STATUS(sluice_chan_release(quiet.rx, 1), SLUICE_OK);
    for (uint64_t i = 1; i <= INSIDE; i++) {
        CHECK_STATUS(sluice_chan_try_recv(quiet.rx, &got), SLUICE_OK);
        CHECK_EQ_INT(got, i < INSIDE ? i : mark);
    }
}

#define STREAM 300

static void *send_stream(void *unused)
{
    for (uint64_t i = 0; i < STREAM; i++) {
        if (i % 10 == 0)
            kit_pause_us(50); /* the receiver sleeps */
        CHECK_STATUS(sluice_chan_send(quiet.tx, &i), SLUICE_OK);
    }
    sluice_chan_tx_drop(&quiet.tx);
    return unused;
}

/* Both ends sleep, in a process of its own. */
static void stream_to_a_thread(void)
{
    uint64_t got, expected = 0;
    sluice_thread *thread = NULL;
    REQUIRE(sluice_spawn(&thread, send_stream, NULL, NULL) == SLUICE_OK);
    while (sluice_chan_recv(quiet.rx, &got) == SLUICE_OK) {
        CHECK_EQ_INT(got, expected);
        expected++;
        if (expected % 100 == 0)
            kit_pause_us(500); /* the sender sleeps */
    }
    CHECK_EQ_INT(expected, STREAM);
    CHECK_STATUS(sluice_join(&thread, NULL), SLUICE_OK);
    sluice_chan_rx_drop(&quiet.rx);
}

static void use_copy(void *unused)
{
    (void)unused;
    alarm(60);
    sluice_unpark(sluice_current()); /* the forking thread is still itself */
    CHECK_STATUS(sluice_park_until(SLUICE_FOREVER), SLUICE_OK);
    finish_what_was_begun(77);
    stream_to_a_thread();
}

static void copy_and_original(const struct kind *k)
{
    open_quiet(k);
    CHECK_EQ_INT(sandbox_child(use_copy, NULL), 0);
    finish_what_was_begun(88); /* as if there had been no child */
    stream_to_a_thread();
}

static void a_child_has_copies_of_its_own(void)
{
    REQUIRE(sluice_current() != NULL);
    for_each_kind(copy_and_original);
}

/* A child of a child, too: the registration for membarrier may or may not come with a fork. */
static void fork_again(void *unused)
{
    (void)unused;
    CHECK_EQ_INT(sandbox_child(use_copy, NULL), 0);
}

static void a_child_of_a_child_sleeps_and_wakes(void)
{
    for (size_t i = 0; i < KINDS; i++) {
        open_quiet(&kinds[i]);
        CHECK_EQ_INT(sandbox_child(fork_again, NULL), 0);
        sluice_chan_tx_drop(&quiet.tx);
        sluice_chan_rx_drop(&quiet.rx);
    }
}

/* ---- forks at random moments, while others are in calls ---- */

static uint64_t forks;

/* It only executes something, or only ends, or uses what the forking thread has for itself. */
static void in_child(uint64_t way)
{
    if (way == 0)
        _exit(0);
    if (way == 1)
        execl("/proc/self/exe", "fork", "mode=executed", (char *)NULL);
    uint64_t got = 0;
    for (uint64_t i = 0; i < 20; i++)
        if (sluice_chan_try_send(quiet.tx, &i) != SLUICE_OK || sluice_chan_try_recv(quiet.rx, &got) != SLUICE_OK || got != i)
            _exit(2);
    _exit(sluice_chan_recv_until(quiet.rx, &got, sluice_in_us(100)) != SLUICE_TIMED_OUT); /* sleeps */
}

static void fork_meanwhile(struct traffic *t)
{
    uint64_t random = settings.seed + forks;
    while (__atomic_load_n(&t->sending, __ATOMIC_RELAXED)) {
        uint64_t way = kit_below(&random, 16) == 0 ? 1 : kit_below(&random, 2) * 2;
        int status = 0;
        pid_t child = fork();
        REQUIRE(child >= 0);
        if (child == 0)
            in_child(way);
        while (waitpid(child, &status, 0) != child)
            REQUIRE(errno == EINTR);
        check_report(status == 0, "the child ended with %x in way %llu", (unsigned)status, (unsigned long long)way);
        forks++;
    }
}

static void fork_beside(const struct kind *k)
{
    static struct traffic t;
    memset(&t, 0, sizeof t);
    t.kind = k;
    t.senders = t.receivers = 3;
    t.quota = (uint64_t)KIT_ROUNDS(1500);
    t.capacity = 4;
    quiet.kind = k;
    if (k->buffer == SLUICE_RENDEZVOUS) /* whose messages need another thread */
        REQUIRE(kind_open(&kinds[0], 8, sizeof(uint64_t), NULL, NULL, &quiet.tx, &quiet.rx) == SLUICE_OK);
    else
        REQUIRE(kind_open(k, 8, sizeof(uint64_t), NULL, NULL, &quiet.tx, &quiet.rx) == SLUICE_OK);
    (void)traffic_run(&t, settings.seed + forks, fork_meanwhile);
    sluice_chan_tx_drop(&quiet.tx);
    sluice_chan_rx_drop(&quiet.rx);
}

static void forks_beside_traffic_change_nothing(void)
{
    pthread_t watchdog = kit_start(watch, NULL), signals = start_storm(); /* forks begun anew by EINTR, too */
    uint64_t end = kit_now() + settings.ms * 1000000;
    do
        for_each_kind(fork_beside);
    while (kit_now() < end && !check_failure_count());
    __atomic_store_n(&over, 1, __ATOMIC_RELAXED);
    kit_join(watchdog);
    kit_join(signals);
    printf("  %llu forks\n", (unsigned long long)forks);
    CHECK(forks > 0);
}

int main(int argc, char **argv)
{
    read_settings(argc, argv);
    if (strcmp(settings.mode, "executed") == 0) { /* a child, by exec */
        open_quiet(&kinds[0]);
        use_copy(NULL);
        return check_failure_count() != 0;
    }
    RUN(a_child_has_copies_of_its_own);
    RUN(a_child_of_a_child_sleeps_and_wakes);
    RUN(forks_beside_traffic_change_nothing);
    return CHECK_DONE();
}
