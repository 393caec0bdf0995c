/* test_seccomp.c: a sandbox that refuses membarrier, by a real seccomp filter: from the start, and after the channel
 * already ran with it. Messages and sleepers must get through either way.
 *
 * SPDX-License-Identifier: MIT */
#define _GNU_SOURCE 1

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "../kit.h"

#define SLUICE_NAME numbers
#define SLUICE_TYPE uint64_t
#define SLUICE_FLAVOUR SLUICE_SPSC
#include <sluice/channel.h>

#define HANG_SECONDS 60
#define CHILD_SKIPS 77

/* All threads of the process: SECCOMP_FILTER_FLAG_TSYNC. False where the system has no seccomp. */
static bool refuse_membarrier(unsigned error)
{
    struct sock_filter steps[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_membarrier, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | error),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog program = { .len = sizeof steps / sizeof *steps, .filter = steps };
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        return false;
    if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &program) != 0)
        return false;
    REQUIRE(syscall(SYS_membarrier, 0, 0, 0) == -1 && errno == (int)error); /* it is in force */
    return true;
}

struct stream {
    numbers_tx tx;
    uint64_t count, pause_every, random;
};

static void *send_stream(void *argument)
{
    struct stream *s = argument;
    for (uint64_t i = 0; i < s->count; i++) {
        CHECK_STATUS(numbers_send(s->tx, i), SLUICE_OK);
        if (s->pause_every && i % s->pause_every == 0)
            kit_pause_us((unsigned)kit_below(&s->random, 100));
    }
    numbers_tx_drop(&s->tx);
    return NULL;
}

/* Sends and receives `count`; `in_the_middle` is called once half-way. */
static void traffic(size_t capacity, uint64_t count, bool (*in_the_middle)(unsigned), unsigned error)
{
    struct stream s = { .count = count, .pause_every = 16, .random = count };
    numbers_rx rx = NULL;
    REQUIRE(numbers_open(&s.tx, &rx, &(struct sluice_options){ .capacity = capacity }) == SLUICE_OK);
    pthread_t thread = kit_start(send_stream, &s);
    uint64_t expected = 0;
    SLUICE_FOR_EACH(numbers, rx, m) {
        if (expected == count / 2 && in_the_middle && !in_the_middle(error))
            _exit(CHILD_SKIPS);
        CHECK_EQ_INT(m, expected);
        expected++;
        if (expected % 40 == 0)
            kit_pause_us(50); /* the sender sleeps, too */
    }
    CHECK_EQ_INT(expected, count);
    kit_join(thread);
    numbers_rx_drop(&rx);
}

static void refused_from_the_start(unsigned error)
{
    if (!refuse_membarrier(error))
        _exit(CHILD_SKIPS);
    traffic(1, (uint64_t)KIT_ROUNDS(2000), NULL, 0);
    traffic(64, (uint64_t)KIT_ROUNDS(10000), NULL, 0);
}

static void refused_after_a_while(unsigned error)
{
    traffic(7, (uint64_t)KIT_ROUNDS(4000), refuse_membarrier, error); /* in use, on this very channel */
    traffic(64, (uint64_t)KIT_ROUNDS(5000), NULL, 0);
}

static void expect_child_ok(void (*body)(unsigned), unsigned error)
{
    fflush(stdout);
    pid_t child = fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        alarm(HANG_SECONDS);
        body(error);
        _exit(check_failure_count() != 0);
    }
    int status = 0;
    REQUIRE(waitpid(child, &status, 0) == child);
    if (WIFEXITED(status) && WEXITSTATUS(status) == CHILD_SKIPS)
        SKIP("seccomp filters are not to be had here");
    check_report(WIFEXITED(status) && WEXITSTATUS(status) == 0, "%s:%d: the child ended with %x", __FILE__, __LINE__,
                 (unsigned)status);
}

static void membarrier_refused_from_the_start(void)
{
    expect_child_ok(refused_from_the_start, EPERM);
    expect_child_ok(refused_from_the_start, ENOSYS);
}

static void membarrier_refused_after_a_while(void)
{
    for (int i = 0; i < 5; i++)
        expect_child_ok(refused_after_a_while, i % 2 ? EPERM : ENOSYS);
}

int main(void)
{
    RUN(membarrier_refused_from_the_start);
    RUN(membarrier_refused_after_a_while);
    return CHECK_DONE();
}
