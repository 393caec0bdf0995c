/* child.c: one repetition in a process of its own. Beside peers everything is measured like that: each begins
 * with the same memory, and what hangs or crashes takes nothing else along. (Go's runtime does not survive a fork,
 * so its channels stay in this process.)
 *
 * SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "child.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static int to_parent = -1; /* in a child */

static _Noreturn void answer(const struct bench_answer *a)
{
    _exit(write(to_parent, a, sizeof *a) == (ssize_t)sizeof *a ? 0 : 1);
}

void bench_child_fail(const char *what)
{
    struct bench_answer a = { .how = BENCH_FAILED };
    if (to_parent < 0)
        return;
    snprintf(a.wrong, sizeof a.wrong, "%s", what);
    answer(&a);
}

static void be_child(int pipe_end, bench_work *work, void *argument)
{
    struct bench_answer a = { .how = BENCH_DONE };
    to_parent = pipe_end;
    work(argument, &a);
    answer(&a);
}

/* Waits for the answer, or for the child's end, or for so long. */
static void await(int from, pid_t child, int milliseconds, struct bench_answer *a)
{
    struct pollfd poll_fd = { .fd = from, .events = POLLIN };
    int ready, status = 0;
    while ((ready = poll(&poll_fd, 1, milliseconds)) < 0 && errno == EINTR) {
    }
    bool answered = ready > 0 && read(from, a, sizeof *a) == (ssize_t)sizeof *a;
    if (ready <= 0)
        kill(child, SIGKILL);
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    if (answered)
        return;
    *a = (struct bench_answer){ .how = ready > 0 ? BENCH_FAILED : BENCH_OVERDUE };
    if (ready > 0)
        snprintf(a->wrong, sizeof a->wrong, "it crashed: %s",
                 WIFSIGNALED(status) ? strsignal(WTERMSIG(status)) : "?");
}

void bench_in_child(bench_work *work, void *argument, int milliseconds, struct bench_answer *a)
{
    int ends[2];
    *a = (struct bench_answer){ .how = BENCH_FAILED, .wrong = "no process for it" };
    if (pipe(ends))
        return;
    fflush(NULL);
    pid_t child = fork();
    if (child == 0)
        be_child(ends[1], work, argument);
    close(ends[1]);
    if (child > 0)
        await(ends[0], child, milliseconds, a);
    close(ends[0]);
}
