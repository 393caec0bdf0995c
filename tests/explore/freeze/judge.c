/* judge.c: one run of the freeze mode, and what the table says of it.
 *
 * SPDX-License-Identifier: MIT */
#include "judge.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine.h"

#define CALL_STEPS_MAX 3000 /* of one call: it looks and looks */
#define WINDOWS_MAX 64

struct freeze_run freeze_run;
struct freeze_outcome freeze_outcomes[ROLES];
struct freeze_totals totals;
const struct freeze_kind *kind;

const char *const call_names[CALLS] = {
    "-", "try_send", "send", "send_until", "try_send_n", "send_n", "commit", "abort", "tx_clone", "tx_drop", "tx_close", "tx_len_hint",
    "fill", "try_recv", "recv", "recv_until", "try_recv_n", "recv_n", "release", "rx_clone", "rx_drop", "rx_len_hint", "drain", "recv_all"
};
const char *const setup_names[SETUPS] = { "empty", "one", "two", "closing", "rx_waits", "tx_waits", "rx_comes", "tx_comes" };
static const char *const end_names[] = { "returns", "sleeps", "wants a lock", "looks again and again", "never began" };
const char *const role_names[ROLES] = { "peer", "victim", "companion", "probe" };

static uint32_t begun_at[ROLES];
static unsigned sleeps_at[ROLES];
static uint32_t most_steps[16][CALLS];                              /* [family][call] */
static unsigned seen_statuses[WINDOWS_MAX], seen_ends[WINDOWS_MAX]; /* of this kind */

/* ---- one execution ---- */

void freeze_call_begins(enum freeze_role role)
{
    struct ex_thread *t = &ex.thread[ex.current];
    begun_at[role] = t->steps;
    sleeps_at[role] = t->sleeps;
    freeze_outcomes[role].end = LOOKS;
    if (role != VICTIM)
        t->last_step = t->steps + CALL_STEPS_MAX;
}

void freeze_call_ends(enum freeze_role role, enum sluice_status status, unsigned count)
{
    struct ex_thread *t = &ex.thread[ex.current];
    freeze_outcomes[role] = (struct freeze_outcome){ RETURNED, status, count, t->steps - begun_at[role] };
    if (role != VICTIM)
        t->last_step = UINT32_MAX;
}

static void prepare(void)
{
    kind->prepare();
    ex.may_get_stuck = true;
    ex.thread[1 + VICTIM].last_step = freeze_run.stop_after;
}

static void nothing(void)
{
}

void execute(const struct freeze_run *run)
{
    unsigned none = 0;
    freeze_run = *run;
    for (unsigned r = 0; r < ROLES; r++)
        freeze_outcomes[r] = (struct freeze_outcome){ .end = NEVER_BEGAN };
    ex_plan(&none, &none, 0);
    ex_execute(prepare, kind->bodies, ROLES, nothing);
    totals.executions++;
    for (unsigned r = 0; r < ROLES; r++) {
        const struct ex_thread *t = &ex.thread[1 + r];
        if (freeze_outcomes[r].end == LOOKS)
            freeze_outcomes[r].end = t->state == EX_LOCKS ? LOCKED : t->sleeps > sleeps_at[r] ? SLEEPS : LOOKS;
    }
}

/* ---- judging ---- */

void print_outcome(const char *what, const struct freeze_outcome *o)
{
    printf("    %s: %s", what, end_names[o->end]);
    if (o->end == RETURNED)
        printf(" %s, %u messages, %u steps", sluice_status_name(o->status), o->count, o->steps);
    printf("\n");
}

void complain(const char *what, enum freeze_role role, const struct freeze_outcome *o)
{
    totals.failed++;
    printf("FAILED: %s, %s: %s's %s with %s stopped after %u steps: %s\n", kind->name, setup_names[freeze_run.setup], role_names[role],
           call_names[freeze_run.call[role]], call_names[freeze_run.call[VICTIM]], freeze_run.stop_after, what);
    print_outcome("it", o);
    printf("    explore_freeze --replay '%s %s %s %s %u", kind->name, setup_names[freeze_run.setup], call_names[freeze_run.call[VICTIM]],
           call_names[freeze_run.call[PROBE]], freeze_run.stop_after);
}

static const struct freeze_promise *promise_of(enum freeze_call call)
{
    for (size_t i = 0; i < freeze_promise_count; i++)
        if ((freeze_promises[i].families & kind->family) && (freeze_promises[i].calls & CALL(call)))
            return &freeze_promises[i];
    return NULL;
}

/* Returns whether the outcome is as promised. */
bool keeps_promise(enum freeze_role role, unsigned factor)
{
    const struct freeze_outcome *o = &freeze_outcomes[role];
    const struct freeze_promise *p = promise_of(freeze_run.call[role]);
    unsigned family = (unsigned)__builtin_ctz(kind->family);
    uint32_t *most = &most_steps[family][freeze_run.call[role]];
    if (factor == 1 && o->end == RETURNED && o->steps > *most && p)
        *most = o->steps;
    if (!p || (o->end == RETURNED && o->steps <= p->steps * factor))
        return true;
    complain(o->end == RETURNED ? "more steps than promised" : "it has to return", role, o);
    return false;
}

static bool is_between(unsigned count, unsigned a, unsigned b)
{
    return count >= (a < b ? a : b) && count <= (a < b ? b : a);
}

/* A batch may come in parts. */
static bool is_batch(enum freeze_call call)
{
    return CALL(call) & (CALL(TRY_SEND_N) | CALL(SEND_N) | CALL(TRY_RECV_N) | CALL(RECV_N));
}

static bool is_as(enum freeze_role role, const struct freeze_outcome *as, const struct freeze_outcome *other)
{
    const struct freeze_outcome *o = &freeze_outcomes[role];
    if (o->end != as->end || o->end != RETURNED)
        return o->end == as->end;
    unsigned others = other->end == RETURNED ? other->count : is_batch(freeze_run.call[role]) ? 0 : as->count;
    return o->status == as->status && is_between(o->count, as->count, others);
}

/* Whether a row of the table lets it; notes that it was seen. */
static bool is_in_window(enum freeze_role role, const struct freeze_outcome *o)
{
    bool found = false;
    for (size_t i = 0; i < freeze_window_count; i++) {
        const struct freeze_window *w = &freeze_windows[i];
        if (!(w->families & kind->family) || !(w->victims & CALL(freeze_run.call[VICTIM])) || !(w->setups & SET(freeze_run.setup)) ||
            !(w->calls & CALL(freeze_run.call[role])) || !(w->roles & SET(role)))
            continue;
        if (o->end == RETURNED ? !(w->statuses & SET(o->status)) : !(w->ends & SET(o->end)))
            continue;
        *(o->end == RETURNED ? &seen_statuses[i] : &seen_ends[i]) |= o->end == RETURNED ? SET(o->status) : SET(o->end);
        found = true;
    }
    totals.by_window += found;
    return found;
}

bool judge(const struct freeze_outcome *before, const struct freeze_outcome *after)
{
    bool good = true;
    if (ex.failed) {
        freeze_outcomes[PROBE].end = NEVER_BEGAN;
        complain(ex.failure, PROBE, &freeze_outcomes[PROBE]);
        printf("'\n");
        return false;
    }
    for (unsigned r = 0; r < ROLES; r++) {
        const struct freeze_outcome *o = &freeze_outcomes[r];
        if (r == VICTIM || !freeze_run.call[r])
            continue;
        if (!is_as((enum freeze_role)r, &before[r], &after[r]) && !is_as((enum freeze_role)r, &after[r], &before[r]) &&
            !is_in_window((enum freeze_role)r, o)) {
            complain("nothing lets it", (enum freeze_role)r, o);
            printf("'\n");
            print_outcome("had the victim not begun", &before[r]);
            print_outcome("had it not stopped", &after[r]);
            good = false;
        } else if (!keeps_promise((enum freeze_role)r, 1)) {
            printf("'\n");
            good = false;
        }
    }
    return good;
}

void judge_begin(void)
{
    if (freeze_window_count > WINDOWS_MAX)
        abort();
    memset(seen_statuses, 0, sizeof seen_statuses);
    memset(seen_ends, 0, sizeof seen_ends);
}

/* What the table says must be seen. */
void judge_windows(void)
{
    for (size_t i = 0; i < freeze_window_count; i++) {
        const struct freeze_window *w = &freeze_windows[i];
        if (!(w->families & kind->family) || (kind->naps && w->roles == (SET(PEER) | SET(COMPANION))))
            continue;
        if ((w->statuses & ~seen_statuses[i]) || (w->ends & ~seen_ends[i])) {
            totals.failed++;
            printf("FAILED: %s: row %zu of the windows (%s) was never seen: it would block there, and does not\n", kind->name, i,
                   w->said_in);
        }
    }
}

void print_figures(void)
{
    for (unsigned f = 0; f < 15; f++)
        for (unsigned c = 1; c < CALLS; c++)
            if (most_steps[f][c])
                printf("family %2u %-12s %u\n", f, call_names[c], most_steps[f][c]);
}
