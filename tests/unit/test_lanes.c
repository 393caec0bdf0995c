/* test_lanes.c: lanes on their own: hot and cold, senders that come and go, the end with a sender in the middle of its send, the
 * leases of several receivers, and all of that where membarrier is refused.
 *
 * SPDX-License-Identifier: MIT */
#define _GNU_SOURCE 1

#include <errno.h>
#include <sys/wait.h>

#include "../kit.h"
#include "faulty.h"
#include "queue/lanes.h"

#include <sluice/detail/mpmc_lanes_chain.h>
#include <sluice/detail/mpsc_lanes_chain.h>

static void *make_queue(const struct sluice__flavour *flavour, const struct sluice__geometry *geometry)
{
    size_t bytes = (flavour->queue_bytes + SLUICE_CACHE_LINE - 1) / SLUICE_CACHE_LINE * SLUICE_CACHE_LINE;
    void *queue = aligned_alloc(SLUICE_CACHE_LINE, bytes);
    REQUIRE(queue);
    memset(queue, 0, bytes);
    REQUIRE(flavour->init(queue, geometry) == SLUICE_OK);
    return queue;
}

static void free_queue(const struct sluice__flavour *flavour, void *queue)
{
    flavour->destroy(queue);
    free(queue);
}

/* Whether receivers come round to it. Where they don't its sender is told; where they do it may still be, until it comes. */
static bool is_hot(const struct sluice__lane *lane)
{
    bool bit = sluice__a64_load_relaxed(&lane->block->hot) >> lane->index & 1;
    CHECK(bit || (sluice__a32_load_relaxed(&lane->state) & SLUICE__LANE_COLD));
    return bit;
}

static unsigned hot_count(const struct sluice__lanes *q)
{
    struct sluice__lanes_walk walk = { NULL, 0 };
    const struct sluice__lane *lane;
    unsigned count = 0;
    while ((lane = sluice__lanes_walk_on(q, &walk)))
        count += is_hot(lane);
    return count;
}

static unsigned lane_count(const struct sluice__lanes *q)
{
    struct sluice__lanes_walk walk = { NULL, 0 };
    unsigned count = 0;
    while (sluice__lanes_walk_on(q, &walk))
        count++;
    return count;
}

#define KIND mpsc_lanes
#define INNER spsc
#include "lanes_kind.inc.h"

#define KIND mpsc_lanes_chain
#define INNER spsc_chain
#include "lanes_kind.inc.h"

#define KIND mpmc_lanes
#define INNER spsc
#include "lanes_kind.inc.h"

#define KIND mpmc_lanes_chain
#define INNER spsc_chain
#include "lanes_kind.inc.h"

#include "lanes_receivers.inc.h"

/* ---- in children, as the process remembers whether membarrier works ---- */

static void all_kinds(void)
{
    mpsc_lanes_run();
    mpsc_lanes_chain_run();
    mpmc_lanes_run();
    mpmc_lanes_chain_run();
}

static void expect_child_ok(void (*body)(void))
{
    fflush(stdout);
    pid_t child = fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        body();
        fflush(stdout);
        _exit(check_failure_count() != 0);
    }
    int status = 0;
    REQUIRE(waitpid(child, &status, 0) == child);
    check_report(WIFEXITED(status) && WEXITSTATUS(status) == 0, "%s:%d: a child ended with %x", __FILE__, __LINE__,
                 (unsigned)status);
}

/* From the start: lanes are fenced, and for the rest as ever. */
static void refused(void)
{
    faulty_membarrier(ENOSYS, ENOSYS, 0);
    struct sluice__lanes_tx tx;
    struct sluice__mpsc_lanes_cursor rx;
    struct sluice__lanes *q = mpsc_lanes_make(4, &tx, 1, &rx);
    CHECK(sluice__a32_load_relaxed(&tx.lane->state) & SLUICE__LANE_FENCED);
    free_queue(mpsc_lanes_flavour, q);
    all_kinds();
    CHECK_EQ_INT(faulty_membarrier_calls(), 0);
}

/* Later: lanes that were born without fences stay hot, and the end is still exact. */
static void refused_later(void)
{
    struct sluice__lanes_tx tx[2];
    struct sluice__mpsc_lanes_cursor rx;
    uint64_t got = 77;
    struct sluice__run run;
    struct sluice__lanes *q = mpsc_lanes_make(4, tx, 2, &rx);
    CHECK(!(sluice__a32_load_relaxed(&tx[0].lane->state) & SLUICE__LANE_FENCED));
    CHECK_STATUS(mpsc_lanes_send(&tx[0], 1), SLUICE_OK);
    mpsc_lanes_expect(&rx, 1);
    faulty_membarrier(EPERM, EPERM, 0);
    for (int i = 0; i < 3; i++)
        CHECK_EQ_INT(sluice__lanes_cool(q), 0);
    CHECK(is_hot(tx[0].lane));
    CHECK_STATUS(mpsc_lanes_send(&tx[0], 2), SLUICE_OK);
    mpsc_lanes_publish_only(&tx[0], 3);
    CHECK_STATUS(sluice__mpsc_lanes_claim(&tx[1], 8, 1, &run), SLUICE_OK);
    mpsc_lanes_flavour->seal(q);
    CHECK_EQ_INT(sluice__lanes_attend(tx[0].lane), 0);
    mpsc_lanes_expect(&rx, 2);
    mpsc_lanes_expect(&rx, 3);
    mpsc_lanes_expect_end(&rx);
    sluice__mpsc_lanes_publish(&tx[1], 8, &run, 1);
    CHECK_EQ_INT(run.count, 0);
    CHECK_STATUS(mpsc_lanes_recv_last(&rx, &got), SLUICE_CLOSED);
    free_queue(mpsc_lanes_flavour, q);
}

static void without_membarrier(void)
{
    expect_child_ok(refused);
}

static void when_membarrier_dies(void)
{
    expect_child_ok(refused_later);
}

int main(void)
{
    alarm(KIT_SANITIZED ? 240 : 120);
    RUN(without_membarrier);
    RUN(when_membarrier_dies);
    all_kinds();
    RUN(a_turn_ends_empty_or_after_a_quantum);
    RUN(an_empty_lane_may_stay_leased);
    RUN(room_is_exact);
    RUN(an_idle_receiver_keeps_nothing);
    RUN(who_lost_a_lease_takes_short_turns);
    RUN(a_receiver_inside_is_not_robbed);
    RUN(a_peek_keeps_its_lane);
    RUN(a_dropped_receiver_leaves_all_in_the_lane);
    RUN(the_end_comes_beside_an_idle_receiver);
    RUN(a_locked_lane_is_passed_over);
    RUN(a_cooling_hides_nothing);
    CHECK_EQ_INT(faulty_blocks(), 0);
    return CHECK_DONE();
}
