/* orphans.c: the hardened library warns when an end waits for threads that have ended without dropping their endpoints, in every kind of
 * channel; and it does not when an endpoint was handed on and used, or may have been.
 *
 * SPDX-License-Identifier: MIT */
#define _GNU_SOURCE 1

#include <pthread.h>
#include <sys/wait.h>

#include "../kit.h"

extern uint64_t sluice__orphans_patience; /* the library's own; a second is long for a test */
#define PATIENCE_MS 10
#define RUN_KIND(test) RUN(test) /* by the name that it expands to */

/* ---- what the handler was told ---- */

static unsigned warnings, misuses;
static char last_warning[512];

static void note_warning(const char *text)
{
    snprintf(last_warning, sizeof last_warning, "%s", text);
    __atomic_fetch_add(&warnings, 1, __ATOMIC_RELEASE);
}

static void note_misuse(const char *rule, const char *where)
{
    (void)rule, (void)where;
    __atomic_fetch_add(&misuses, 1, __ATOMIC_RELAXED);
}

static unsigned warnings_since_last(void)
{
    return __atomic_exchange_n(&warnings, 0, __ATOMIC_ACQUIRE);
}

static void expect_text(const char *part)
{
    if (!strstr(last_warning, part))
        check_report(0, "no '%s' in: %s", part, last_warning);
}

/* Waits for a warning, however long that takes: main's alarm ends it. */
static void expect_warning(const char *who, const char *kind, const char *count, const char *name)
{
    while (__atomic_load_n(&warnings, __ATOMIC_ACQUIRE) == 0)
        kit_pause_us(500);
    kit_pause_us(3000 * PATIENCE_MS); /* once is enough */
    CHECK_EQ_INT(warnings_since_last(), 1);
    expect_text(who);
    expect_text(kind);
    expect_text(count);
    expect_text(name);
}

static void name_this_thread(const char *name)
{
    REQUIRE(pthread_setname_np(pthread_self(), name) == 0);
}

#define ORPHANS_KIND spsc_ring
#define ORPHANS_FLAVOUR SLUICE_SPSC
#define ORPHANS_BUFFER SLUICE_BOUNDED
#define ORPHANS_ORDER SLUICE_TOTAL
#define ORPHANS_TEXT "(SPSC, bounded)"
#include "orphans.inc.h"

#define ORPHANS_KIND spsc_chain
#define ORPHANS_FLAVOUR SLUICE_SPSC
#define ORPHANS_BUFFER SLUICE_UNBOUNDED
#define ORPHANS_ORDER SLUICE_TOTAL
#define ORPHANS_TEXT "(SPSC, unbounded)"
#include "orphans.inc.h"

#define ORPHANS_KIND spsc_meet
#define ORPHANS_FLAVOUR SLUICE_SPSC
#define ORPHANS_BUFFER SLUICE_RENDEZVOUS
#define ORPHANS_ORDER SLUICE_TOTAL
#define ORPHANS_TEXT "(SPSC, rendezvous)"
#include "orphans.inc.h"

#define ORPHANS_KIND mpsc_ring
#define ORPHANS_FLAVOUR SLUICE_MPSC
#define ORPHANS_BUFFER SLUICE_BOUNDED
#define ORPHANS_ORDER SLUICE_TOTAL
#define ORPHANS_TEXT "(MPSC, bounded)"
#include "orphans.inc.h"

#define ORPHANS_KIND mpsc_chain
#define ORPHANS_FLAVOUR SLUICE_MPSC
#define ORPHANS_BUFFER SLUICE_UNBOUNDED
#define ORPHANS_ORDER SLUICE_TOTAL
#define ORPHANS_TEXT "(MPSC, unbounded)"
#include "orphans.inc.h"

#define ORPHANS_KIND mpsc_lanes
#define ORPHANS_FLAVOUR SLUICE_MPSC
#define ORPHANS_BUFFER SLUICE_BOUNDED
#define ORPHANS_ORDER SLUICE_PER_SENDER
#define ORPHANS_TEXT "(MPSC, bounded, per sender)"
#include "orphans.inc.h"

#define ORPHANS_KIND mpsc_lanes_chain
#define ORPHANS_FLAVOUR SLUICE_MPSC
#define ORPHANS_BUFFER SLUICE_UNBOUNDED
#define ORPHANS_ORDER SLUICE_PER_SENDER
#define ORPHANS_TEXT "(MPSC, unbounded, per sender)"
#include "orphans.inc.h"

#define ORPHANS_KIND spmc_ring
#define ORPHANS_FLAVOUR SLUICE_SPMC
#define ORPHANS_BUFFER SLUICE_BOUNDED
#define ORPHANS_ORDER SLUICE_TOTAL
#define ORPHANS_TEXT "(SPMC, bounded)"
#include "orphans.inc.h"

#define ORPHANS_KIND spmc_chain
#define ORPHANS_FLAVOUR SLUICE_SPMC
#define ORPHANS_BUFFER SLUICE_UNBOUNDED
#define ORPHANS_ORDER SLUICE_TOTAL
#define ORPHANS_TEXT "(SPMC, unbounded)"
#include "orphans.inc.h"

#define ORPHANS_KIND mpmc_ring
#define ORPHANS_FLAVOUR SLUICE_MPMC
#define ORPHANS_BUFFER SLUICE_BOUNDED
#define ORPHANS_ORDER SLUICE_TOTAL
#define ORPHANS_TEXT "(MPMC, bounded)"
#include "orphans.inc.h"

#define ORPHANS_KIND mpmc_chain
#define ORPHANS_FLAVOUR SLUICE_MPMC
#define ORPHANS_BUFFER SLUICE_UNBOUNDED
#define ORPHANS_ORDER SLUICE_TOTAL
#define ORPHANS_TEXT "(MPMC, unbounded)"
#include "orphans.inc.h"

#define ORPHANS_KIND mpmc_lanes
#define ORPHANS_FLAVOUR SLUICE_MPMC
#define ORPHANS_BUFFER SLUICE_BOUNDED
#define ORPHANS_ORDER SLUICE_PER_SENDER
#define ORPHANS_TEXT "(MPMC, bounded, per sender)"
#include "orphans.inc.h"

#define ORPHANS_KIND mpmc_lanes_chain
#define ORPHANS_FLAVOUR SLUICE_MPMC
#define ORPHANS_BUFFER SLUICE_UNBOUNDED
#define ORPHANS_ORDER SLUICE_PER_SENDER
#define ORPHANS_TEXT "(MPMC, unbounded, per sender)"
#include "orphans.inc.h"

#define ORPHANS_KIND mpmc_meet
#define ORPHANS_FLAVOUR SLUICE_MPMC
#define ORPHANS_BUFFER SLUICE_RENDEZVOUS
#define ORPHANS_ORDER SLUICE_TOTAL
#define ORPHANS_TEXT "(MPMC, rendezvous)"
#include "orphans.inc.h"

#define ORPHANS_KIND mutex_ring
#define ORPHANS_FLAVOUR SLUICE_MUTEX
#define ORPHANS_BUFFER SLUICE_BOUNDED
#define ORPHANS_ORDER SLUICE_TOTAL
#define ORPHANS_TEXT "(MUTEX, bounded)"
#include "orphans.inc.h"

#define ORPHANS_KIND mutex_list
#define ORPHANS_FLAVOUR SLUICE_MUTEX
#define ORPHANS_BUFFER SLUICE_UNBOUNDED
#define ORPHANS_ORDER SLUICE_TOTAL
#define ORPHANS_TEXT "(MUTEX, unbounded)"
#include "orphans.inc.h"

/* ---- of any kind ---- */

/* In a child the parent's threads are not there; what one of them used last may be the child's own. */
static void a_child_does_not_miss_its_parents_threads(void)
{
    struct spsc_ring_user u;
    spsc_ring_open_both(&u);
    CHECK_STATUS(spsc_ring_send(u.tx, 1), SLUICE_OK);
    CHECK_STATUS(spsc_ring_recv(u.rx, &u.got), SLUICE_OK);
    spsc_ring_is_used_by_one_that_ends(u.tx, NULL);
    fflush(stdout);
    pid_t child = fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        spsc_ring_waits_in_vain(u.rx, 1);
        _exit(check_failure_count() != 0);
    }
    int status = -1;
    REQUIRE(waitpid(child, &status, 0) == child);
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    spsc_ring_tx_drop(&u.tx);
    spsc_ring_rx_drop(&u.rx);
}

/* Without a handler one line goes to standard error. */
static void the_default_prints_a_line(void)
{
    struct spsc_ring_user u;
    char line[600] = "";
    int ends[2], saved = dup(2);
    spsc_ring_open_both(&u);
    sluice_on_warning(NULL);
    fflush(stderr);
    REQUIRE(saved >= 0 && pipe(ends) == 0 && dup2(ends[1], 2) == 2);
    spsc_ring_is_used_by_one_that_ends(u.tx, NULL);
    pthread_t thread = kit_start(spsc_ring_receive, &u);
    CHECK(read(ends[0], line, sizeof line - 1) > 0);
    dup2(saved, 2);
    sluice_on_warning(note_warning);
    spsc_ring_tx_drop(&u.tx);
    kit_join(thread);
    CHECK(strncmp(line, "sluice: warning: ", 17) == 0);
    CHECK(strchr(line, '\n') == line + strlen(line) - 1);
    close(ends[0]);
    close(ends[1]);
    close(saved);
    spsc_ring_rx_drop(&u.rx);
}

int main(void)
{
    alarm(240); /* a hang is a failure */
    CHECK_EQ_INT(sluice__orphans_patience, 1000000000);
    sluice__orphans_patience = PATIENCE_MS * UINT64_C(1000000);
    sluice_on_warning(note_warning);
    sluice_on_misuse(note_misuse);
    spsc_ring_all();
    spsc_chain_all();
    spsc_meet_all();
    mpsc_ring_all();
    mpsc_chain_all();
    mpsc_lanes_all();
    mpsc_lanes_chain_all();
    spmc_ring_all();
    spmc_chain_all();
    mpmc_ring_all();
    mpmc_chain_all();
    mpmc_lanes_all();
    mpmc_lanes_chain_all();
    mpmc_meet_all();
    mutex_ring_all();
    mutex_list_all();
    RUN(a_child_does_not_miss_its_parents_threads);
    RUN(the_default_prints_a_line);
    CHECK_EQ_INT(warnings_since_last(), 0);
    CHECK_EQ_INT(misuses, 0); /* a warning is not a broken rule */
    return CHECK_DONE();
}
