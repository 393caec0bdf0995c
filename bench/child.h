/* child.h: one repetition in a process of its own.
 *
 * SPDX-License-Identifier: MIT */
#ifndef BENCH_CHILD_H
#define BENCH_CHILD_H

#include "harness.h"

struct bench_answer {
    enum { BENCH_DONE, BENCH_OVERDUE, BENCH_FAILED } how;
    double values[BENCH_VALUES_MAX]; /* if it is done */
    char wrong[BENCH_NAME_MAX];      /* what, if something is */
};

typedef void bench_work(void *argument, struct bench_answer *a);

/* Does the work in a child, and ends it if it takes longer than that. */
void bench_in_child(bench_work *work, void *argument, int milliseconds, struct bench_answer *a);

/* In a child: tells what failed, and ends it. Else does nothing. */
void bench_child_fail(const char *what);

#endif
