/* judge.h: makes one run, and holds it against the table.
 *
 * SPDX-License-Identifier: MIT */
#ifndef FREEZE_JUDGE_H
#define FREEZE_JUDGE_H

#include "freeze.h"

extern struct freeze_totals {
    uint64_t runs, points, executions, failed, by_window;
} totals;
extern const struct freeze_kind *kind; /* the current one */
extern const char *const call_names[CALLS], *const setup_names[SETUPS], *const role_names[ROLES];

/* One execution; what came of it is in freeze_outcomes. */
void execute(const struct freeze_run *run);

/* Whether the last execution is as it may be, given what came of the same run with the victim not begun, and not stopped. Says what is
 * wrong, with a line that replays it. */
bool judge(const struct freeze_outcome *before, const struct freeze_outcome *after);

/* Whether the call of that role returned, in at most `factor` times the promised number of steps. */
bool keeps_promise(enum freeze_role role, unsigned factor);

/* The beginning of what is said of a failure; the line that replays it is left to be ended. */
void complain(const char *what, enum freeze_role role, const struct freeze_outcome *o);

void judge_begin(void);   /* of a kind */
void judge_windows(void); /* whether each window of the table was seen in it */
void print_outcome(const char *what, const struct freeze_outcome *o);
void print_figures(void);

#endif
