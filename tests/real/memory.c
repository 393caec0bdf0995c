/* memory.c: one allocation fails, each in turn, until none is left to fail; and from each on all of them. A program that opens, clones,
 * sends beyond segments, reserves, receives, drops, spawns, parks and shares goes on with what it got: statuses say NO_MEMORY and
 * nothing else, accepted messages arrive, and all memory comes back.
 *
 * (What each single call leaves behind when it fails is for the contract tests: faults.inc.h.)
 *
 * SPDX-License-Identifier: MIT */
#define _GNU_SOURCE 1

#include <sluice/thread.h>

#include "faulty.h"
#include "../kinds.h"

#define SLUICE_NAME tally
#define SLUICE_TYPE uint64_t
#include <sluice/shared.h>

#define BYTES 2048 /* a segment holds few of these */
#define MESSAGES 70
#define ENDS 3

static unsigned refused; /* statuses of NO_MEMORY in this run */

/* Whether it went well; anything else must be NO_MEMORY, or `other`. */
static bool went_well(enum sluice_status status, enum sluice_status other)
{
    if (status == SLUICE_NO_MEMORY)
        refused++;
    else if (status != SLUICE_OK)
        CHECK_STATUS(status, other);
    return status == SLUICE_OK;
}

/* ---- a channel ---- */

static struct life {
    const struct kind *kind;
    sluice_chan_tx *tx[ENDS];
    sluice_chan_rx *rx[ENDS];
    uint64_t sent, received, sum, destroyed;
} life;

static void on_destroy(void *message, void *context)
{
    (void)context;
    life.destroyed++;
    life.sum -= kit_scramble(*(uint64_t *)message);
}

static void send_some(unsigned which)
{
    uint64_t words[2][BYTES / 8] = { { 0 } };
    void *cells;
    size_t n = 0;
    enum sluice_status full = life.kind->buffer == SLUICE_UNBOUNDED ? SLUICE_OK : SLUICE_FULL;
    words[0][0] = life.sent;
    words[1][0] = life.sent + 1;
    if (which % 3 == 0 && went_well(sluice_chan_try_send(life.tx[which % ENDS], words[0]), full)) {
        n = 1;
    } else if (which % 3 == 1) {
        n = went_well(sluice_chan_try_send_n(life.tx[which % ENDS], words, 2, &n), full) ? n : 0;
    } else if (which % 3 == 2 && life.kind->buffer != SLUICE_RENDEZVOUS) {
        if (went_well(sluice_chan_try_reserve(life.tx[which % ENDS], 1, &cells, &n), full)) {
            memcpy(cells, words[0], BYTES);
            CHECK_STATUS(sluice_chan_commit(life.tx[which % ENDS], 1), SLUICE_OK);
            n = 1;
        } else {
            n = 0;
        }
    }
    for (; n; n--)
        life.sum += kit_scramble(life.sent++);
}

static void receive_some(sluice_chan_rx *rx, unsigned most)
{
    uint64_t words[BYTES / 8];
    enum sluice_status status = SLUICE_OK;
    while (most-- && (status = sluice_chan_try_recv(rx, words)) == SLUICE_OK) {
        life.received++;
        life.sum -= kit_scramble(words[0]);
    }
    CHECK(status == SLUICE_OK || status == SLUICE_EMPTY || status == SLUICE_CLOSED);
}

static void clone_what_can_be(void)
{
    for (unsigned i = 1; i < ENDS; i++) {
        if (life.kind->many_tx && !life.tx[i])
            (void)went_well(sluice_chan_tx_clone(life.tx[0], &life.tx[i]), SLUICE_OK);
        if (life.kind->many_rx && !life.rx[i])
            (void)went_well(sluice_chan_rx_clone(life.rx[0], &life.rx[i]), SLUICE_OK);
    }
}

static void live(void)
{
    const struct kind *k = life.kind;
    if (!went_well(kind_open(k, 8, BYTES, on_destroy, NULL, &life.tx[0], &life.rx[0]), SLUICE_OK)) {
        CHECK(!life.tx[0] && !life.rx[0]);
        return;
    }
    for (unsigned round = 0; round < 2; round++) {
        clone_what_can_be();
        for (unsigned i = 0; i < MESSAGES; i++) {
            if (life.tx[i % ENDS])
                send_some(i);
            if (i % 4 == 3 && life.rx[i / 4 % ENDS])
                receive_some(life.rx[i / 4 % ENDS], 2);
        }
        for (unsigned i = 1; i < ENDS && round == 0; i++) {
            sluice_chan_tx_drop(&life.tx[i]);
            sluice_chan_rx_drop(&life.rx[i]);
        }
    }
    receive_some(life.rx[0], k->buffer == SLUICE_BOUNDED ? 3 : 1000);
    for (unsigned i = 0; i < ENDS; i++)
        sluice_chan_rx_drop(&life.rx[i]);
    for (unsigned i = 0; i < ENDS; i++)
        sluice_chan_tx_drop(&life.tx[i]);
    CHECK_EQ_INT(life.received + life.destroyed, life.sent);
    CHECK_EQ_INT(life.sum, 0);
}

/* ---- threads and shared state ---- */

static void *park_for_a_while(void *value)
{
    sluice_deadline soon = sluice_in_us(50);
    enum sluice_status status = sluice_park_until(soon);
    CHECK(status == SLUICE_TIMED_OUT || status == SLUICE_NO_MEMORY);
    return value;
}

static void spawn_and_share(void)
{
    sluice_thread *thread = NULL;
    tally shared = NULL, clone;
    if (went_well(sluice_spawn(&thread, park_for_a_while, &life, NULL), SLUICE_OK)) {
        void *result = NULL;
        CHECK_STATUS(sluice_join(&thread, &result), SLUICE_OK);
        CHECK(result == &life);
    }
    CHECK(thread == NULL);
    SLUICE_SCOPE(s) {
        for (int i = 0; i < 2; i++)
            (void)went_well(sluice_scope_spawn(s, park_for_a_while, NULL, NULL), SLUICE_OK);
        CHECK_STATUS(sluice_scope_join(s), SLUICE_OK);
    }
    kit_join(kit_start(park_for_a_while, NULL)); /* one that sluice did not start: its record is made when it parks */
    if (went_well(tally_open(&shared, 3), SLUICE_OK)) {
        clone = tally_clone(shared);
        tally_drop(&shared);
        tally_drop(&clone);
    }
}

/* ---- each allocation ---- */

static uint64_t places;

static void (*body)(void);

/* Whether an allocation was there to fail. */
static bool run_with_failure(uint64_t n, int for_good)
{
    const struct kind *k = life.kind;
    int64_t blocks = faulty_blocks();
    uint64_t before = faulty_allocations();
    memset(&life, 0, sizeof life);
    life.kind = k;
    refused = 0;
    faulty_allocation_fails(n, for_good);
    body();
    faulty_allocation_fails(0, 0);
    if (!SLUICE_HARDENED) /* which keeps dropped endpoints for a while */
        CHECK_EQ_INT(faulty_blocks(), blocks);
    return faulty_allocations() - before >= n;
}

static void each_allocation_fails(const struct kind *k)
{
    life.kind = k;
    for (int for_good = 0; for_good < 2; for_good++) {
        unsigned noticed = 0, failures = check_failure_count();
        uint64_t n = 1;
        for (; run_with_failure(n, for_good) && n < 1000; n++) {
            noticed += refused > 0;
            if (check_failure_count() != failures) {
                fprintf(stderr, "  (allocation %llu, %s)\n", (unsigned long long)n, for_good ? "and all after it" : "that one");
                return;
            }
        }
        CHECK(noticed >= 3 && n < 1000);
        CHECK_EQ_INT(refused, 0); /* the last run had all its memory */
        places += n - 1;
    }
}

static void channels_survive_every_failure(void)
{
    body = live;
    for_each_kind(each_allocation_fails);
    printf("  %llu failures\n", (unsigned long long)places);
}

static void threads_and_shared_state_survive_every_failure(void)
{
    body = spawn_and_share;
    each_allocation_fails(&kinds[0]);
}

int main(void)
{
    RUN(channels_survive_every_failure);
    RUN(threads_and_shared_state_survive_every_failure);
    return CHECK_DONE();
}
