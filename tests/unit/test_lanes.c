/* test_lanes.c: lanes on their own: hot and cold, senders that come and go, the end with a sender in the middle of its send, the
 * hands of several receivers, and all of that where membarrier is refused.
 *
 * SPDX-License-Identifier: MIT */
#define _GNU_SOURCE 1

#include <errno.h>
#include <sys/wait.h>

#include "../kit.h"
#include "faulty.h"
#include "mpmc/lanes_hands.h"
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

/* Whether receivers come round to it; both halves of that say the same. */
static bool is_hot(const struct sluice__lane *lane)
{
    bool bit = sluice__a64_load_relaxed(&lane->block->hot) >> lane->index & 1;
    CHECK_EQ_INT(bit, !(sluice__a32_load_relaxed(&lane->state) & SLUICE__LANE_COLD));
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

/* ---- several receivers (over rings) ---- */

#define flavour mpmc_lanes_flavour

/* What a receiver takes out of a lane is half its share of it, at least one and at most a quantum; alone it frees no room ahead. */
static void a_hand_takes_half_its_share(void)
{
    static const struct {
        uint64_t receivers, inside, taken;
    } cases[] = { { 2, 1, 1 }, { 2, 3, 1 }, { 2, 7, 1 }, { 2, 8, 2 }, { 2, 100, 25 }, { 2, 128, 32 }, { 2, 500, 32 },
                  { 4, 8, 1 }, { 4, 100, 12 }, { 4, 500, 32 } };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct sluice__lanes_tx tx;
        struct sluice__mpmc_lanes_cursor rx[4];
        struct sluice__lanes *q = mpmc_lanes_make(500, &tx, 1, &rx[0]);
        for (uint64_t r = 1; r < cases[i].receivers; r++)
            REQUIRE(flavour->attach(q, 1, &rx[r]) == SLUICE_OK);
        mpmc_lanes_send_all(&tx, 0, cases[i].inside);
        mpmc_lanes_expect(&rx[0], 0);
        CHECK_EQ_INT(rx[0].limit - rx[0].first, cases[i].taken - 1);
        CHECK_EQ_INT(sluice__lane_length(tx.lane), cases[i].inside - cases[i].taken); /* the rest is room */
        CHECK_EQ_INT(flavour->length(q), cases[i].inside - 1); /* those in hand included */
        if (cases[i].inside > cases[i].taken)
            mpmc_lanes_expect(&rx[1], cases[i].taken);
        free_queue(flavour, q);
    }
}

static void alone_room_is_exact(void)
{
    struct sluice__lanes_tx tx;
    struct sluice__mpmc_lanes_cursor rx;
    struct sluice__lanes *q = mpmc_lanes_make(5, &tx, 1, &rx);
    for (uint64_t i = 0; i < 100; i++) {
        while (mpmc_lanes_send(&tx, i) == SLUICE_OK)
            continue;
        CHECK_EQ_INT(flavour->length(q), 5);
        uint64_t got;
        CHECK_STATUS(mpmc_lanes_recv(&rx, &got), SLUICE_OK);
        CHECK_EQ_INT(sluice__lanes_room(&tx), 1);
        CHECK_EQ_INT(flavour->length(q), 4);
    }
    free_queue(flavour, q);
}

/* When a second receiver comes, the first keeps what its user peeks at, and nothing else. */
static void a_second_receiver_ends_the_solitude(void)
{
    for (uint64_t peeked = 0; peeked <= 4; peeked++) {
        struct sluice__lanes_tx tx;
        struct sluice__mpmc_lanes_cursor rx[2];
        struct sluice__run run = { 0, 0, NULL, NULL };
        uint64_t got = 77;
        struct sluice__lanes *q = mpmc_lanes_make(10, &tx, 1, &rx[0]);
        mpmc_lanes_send_all(&tx, 0, 10);
        mpmc_lanes_expect(&rx[0], 0);
        if (peeked) {
            CHECK_STATUS(sluice__mpmc_lanes_take(&rx[0], 8, peeked, &run), SLUICE_OK);
            CHECK_EQ_INT(run.count, peeked);
            sluice__mpmc_lanes_keep(&rx[0], &run, 0, run.count);
        }
        CHECK_EQ_INT(sluice__lane_length(tx.lane), 9);
        REQUIRE(flavour->attach(q, 1, &rx[1]) == SLUICE_OK);
        CHECK_EQ_INT(sluice__lane_length(tx.lane), 9 - peeked);
        CHECK_EQ_INT(flavour->length(q), 9);
        CHECK_EQ_INT(sluice__mpmc_lanes_kept(&rx[0], 8, &run), peeked);
        for (uint64_t i = 0; i < peeked; i++)
            CHECK_EQ_INT(((uint64_t *)run.cells)[i], 1 + i);
        for (uint64_t i = 1 + peeked; i < 10; i++)
            mpmc_lanes_expect(&rx[1], i);
        CHECK_STATUS(mpmc_lanes_recv(&rx[1], &got), peeked ? SLUICE_BUSY : SLUICE_EMPTY);
        for (uint64_t i = 1; i <= peeked; i++)
            mpmc_lanes_expect(&rx[0], i);
        CHECK_STATUS(mpmc_lanes_recv(&rx[1], &got), SLUICE_EMPTY);
        CHECK_EQ_INT(flavour->length(q), 0);
        free_queue(flavour, q);
    }
}

/* What a receiver had in hand goes to another before anything else, and holds the end off; with nobody left it is left over. */
static void a_dropped_hand_is_taken_over(void)
{
    for (int heir = 0; heir < 2; heir++) {
        struct sluice__lanes_tx tx;
        struct sluice__mpmc_lanes_cursor rx[2];
        uint64_t got = 77, count, left = 0;
        void *cells;
        struct sluice__lanes *q = mpmc_lanes_make(100, &tx, 1, &rx[0]);
        REQUIRE(flavour->attach(q, 1, &rx[1]) == SLUICE_OK);
        mpmc_lanes_send_all(&tx, 0, 100);
        mpmc_lanes_expect(&rx[0], 0); /* has 1 to 24 in hand */
        flavour->seal(q);
        for (uint64_t i = 25; i < 100; i++)
            mpmc_lanes_expect(&rx[1], i);
        CHECK_STATUS(mpmc_lanes_recv_last(&rx[1], &got), SLUICE_BUSY);
        CHECK(flavour->pending(&rx[1]) && !flavour->pending(&rx[0]));
        flavour->detach(&rx[0], 1);
        CHECK_EQ_INT(flavour->length(q), 24);
        CHECK(flavour->ready(&rx[1], 1) > 0);
        for (uint64_t i = 1; heir && i < 25; i++) {
            CHECK_STATUS(mpmc_lanes_recv_last(&rx[1], &got), SLUICE_OK);
            CHECK_EQ_INT(got, i);
        }
        if (heir)
            mpmc_lanes_expect_end(&rx[1]);
        flavour->detach(&rx[1], 1);
        while ((count = flavour->leftover(q, &cells)) > 0) {
            CHECK_EQ_INT(*(uint64_t *)cells, 1);
            left += count;
            flavour->discard(q, count);
        }
        CHECK_EQ_INT(left, heir ? 0 : 24);
        CHECK_EQ_INT(flavour->length(q), 0);
        free_queue(flavour, q);
    }
}

/* A receiver that finds a lane locked goes to the next; if that is all there is, it says that somebody is busy with it. */
static void a_locked_lane_is_passed_over(void)
{
    struct sluice__lanes_tx tx[2];
    struct sluice__mpmc_lanes_cursor rx[2];
    uint64_t got = 77;
    struct sluice__lanes *q = mpmc_lanes_make(10, tx, 2, &rx[0]);
    REQUIRE(flavour->attach(q, 1, &rx[1]) == SLUICE_OK);
    mpmc_lanes_send_all(&tx[0], 0, 2);
    mpmc_lanes_send_all(&tx[1], 100, 2);
    REQUIRE(sluice__lane_try_lock(tx[0].lane)); /* as one would that is stopped in the middle of its copy */
    mpmc_lanes_expect(&rx[1], 100);
    mpmc_lanes_expect(&rx[0], 101);
    CHECK_STATUS(mpmc_lanes_recv(&rx[1], &got), SLUICE_BUSY);
    CHECK_EQ_INT(flavour->ready(&rx[1], 1), 2); /* no reason to sleep */
    flavour->seal(q);
    CHECK_STATUS(mpmc_lanes_recv_last(&rx[1], &got), SLUICE_BUSY);
    CHECK_EQ_INT(got, 77);
    sluice__lane_unlock(tx[0].lane);
    mpmc_lanes_expect(&rx[1], 0);
    mpmc_lanes_expect(&rx[0], 1);
    mpmc_lanes_expect_end(&rx[0]);
    mpmc_lanes_expect_end(&rx[1]);
    free_queue(flavour, q);
}

/* While bits may be clear for a moment, a waiting receiver looks at all lanes, and none is told EMPTY. */
static void a_cooling_hides_nothing(void)
{
    struct sluice__lanes_tx tx;
    struct sluice__mpmc_lanes_cursor rx;
    uint64_t got = 77;
    struct sluice__lanes *q = mpmc_lanes_make(10, &tx, 1, &rx);
    CHECK_STATUS(mpmc_lanes_send(&tx, 5), SLUICE_OK);
    sluice__a32_add_acq_rel(&q->cooling, 1); /* as a receiver would that is stopped in the middle of it */
    sluice__a64_and_acq_rel(&tx.lane->block->hot, 0);
    CHECK_STATUS(mpmc_lanes_recv(&rx, &got), SLUICE_BUSY);
    CHECK_EQ_INT(flavour->ready(&rx, 1), 1);
    sluice__a64_or_acq_rel(&tx.lane->block->hot, 1);
    sluice__a32_add_acq_rel(&q->cooling, 1);
    mpmc_lanes_expect(&rx, 5);
    CHECK_STATUS(mpmc_lanes_recv(&rx, &got), SLUICE_EMPTY);
    free_queue(flavour, q);
}

#undef flavour

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
    RUN(a_hand_takes_half_its_share);
    RUN(alone_room_is_exact);
    RUN(a_second_receiver_ends_the_solitude);
    RUN(a_dropped_hand_is_taken_over);
    RUN(a_locked_lane_is_passed_over);
    RUN(a_cooling_hides_nothing);
    CHECK_EQ_INT(faulty_blocks(), 0);
    return CHECK_DONE();
}
