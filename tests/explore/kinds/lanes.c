/* lanes.c: the explorer's scenarios on lanes without a channel around them: senders that publish, come and go, one who closes, a receiver.
 * What a channel adds to it is one word, which says that it is closed; so that an execution has some forty steps.
 *
 * SPDX-License-Identifier: MIT */
#include "flavour.h"
#include "queue/lanes.h"

#include <string.h>

#include <sluice/detail/mpsc_lanes.h>

#include "explore.h"

#define SENDERS 4
#define BYTES sizeof(uint64_t)

static const struct sluice__flavour *const flavour = &sluice__mpsc_lanes_flavour;

static struct sluice__lanes *lanes;
static sluice__a32 *closed;
static sluice__mpsc_lanes_tx tx[SENDERS];
static sluice__mpsc_lanes_rx rx;
static bool attached[SENDERS];
static unsigned accepted, received; /* a bit for each message */

/* ---- what the threads do ---- */

static void attach(unsigned i)
{
    attached[i] = flavour->attach(lanes, 0, &tx[i]) == SLUICE_OK; /* memory may be short */
}

static void detach(unsigned i)
{
    if (attached[i])
        flavour->detach(&tx[i], 0);
    attached[i] = false;
}

/* As a channel's try_send does it. */
static void send(unsigned i, unsigned message)
{
    struct sluice__run run;
    if (!attached[i] || sluice__a32_load_relaxed(closed) || sluice__mpsc_lanes_claim(&tx[i], BYTES, 1, &run) != SLUICE_OK)
        return;
    *(uint64_t *)run.cells = message;
    sluice__mpsc_lanes_publish(&tx[i], BYTES, &run, 1);
    if (run.count)
        accepted |= 1u << message;
}

static void take_out(struct sluice__run *run)
{
    unsigned message = (unsigned)*(uint64_t *)run->cells;
    EXPLORE_CHECK(!(received >> message & 1));
    received |= 1u << message;
    sluice__mpsc_lanes_release(&rx, BYTES, run, 1);
}

static bool receive(void)
{
    struct sluice__run run;
    if (sluice__mpsc_lanes_take(&rx, BYTES, 1, &run) != SLUICE_OK)
        return false;
    take_out(&run);
    return true;
}

/* What is in when it is closed, and then CLOSED. */
static void receive_the_last(void)
{
    struct sluice__run run;
    while (sluice__mpsc_lanes_take_last(&rx, BYTES, 1, &run) == SLUICE_OK)
        take_out(&run);
}

static void close_without_sealing(void)
{
    sluice__a32_or_acq_rel(closed, 1);
}

static void close_it(void)
{
    close_without_sealing();
    flavour->seal(lanes);
}

/* ---- before and after ---- */

/* A sender whose lane is hot and empty, and had no message since the receiver last looked for such. */
static void prepare(void)
{
    struct sluice__geometry geometry = { .capacity = 2, .message_bytes = BYTES, .alignment = SLUICE_CACHE_LINE };
    lanes = explore_allocate(flavour->queue_bytes);
    closed = explore_allocate(sizeof *closed);
    memset(lanes, 0, flavour->queue_bytes);
    memset(closed, 0, sizeof *closed);
    memset(attached, 0, sizeof attached);
    accepted = received = 0;
    explore_lanes_waste = 4096;
    EXPLORE_CHECK(flavour->init(lanes, &geometry) == SLUICE_OK && flavour->attach(lanes, 1, &rx) == SLUICE_OK);
    attach(0);
    send(0, 0);
    receive();
    receive();
    sluice__lanes_cool(lanes);
}

static void prepare_refused(void)
{
    explore_refuse_membarrier();
    prepare();
}

static void clear_up(void)
{
    EXPLORE_CHECK(received == accepted);
    flavour->destroy(lanes);
    explore_free(lanes);
    explore_free(closed);
}

/* Nobody has been told the end. */
static void finish(void)
{
    while (receive()) {
    }
    clear_up();
}

/* The end was told, or is now. That is settled once: who asks again waits for nothing, and nothing is left over. */
static void finish_closed(void)
{
    void *cells;
    close_it();
    receive_the_last();
    EXPLORE_CHECK(flavour->leftover(lanes, &cells) == 0);
    explore_refuse_membarrier();
    uint64_t before = explore_now();
    receive_the_last();
    EXPLORE_CHECK(explore_now() == before);
    clear_up();
}

/* When all senders are gone, who closes waits for nothing, either. */
static void finish_without_senders(void)
{
    for (unsigned i = 0; i < SENDERS; i++)
        detach(i);
    explore_refuse_membarrier();
    uint64_t before = explore_now();
    close_it();
    EXPLORE_CHECK(explore_now() == before);
    finish_closed();
}

static unsigned count_lanes(void)
{
    struct sluice__lanes_walk walk = { NULL, 0 };
    unsigned made = 0;
    while (sluice__lanes_walk_on(lanes, &walk))
        made++;
    return made;
}

/* Senders have gone, all messages are taken: the next sender gets a lane that was there, and all of it. */
static void finish_with_a_lane_to_spare(void)
{
    while (receive()) {
    }
    unsigned made = count_lanes();
    attach(2);
    EXPLORE_CHECK(count_lanes() == made);
    send(2, 30);
    send(2, 31);
    EXPLORE_CHECK(accepted >> 30 == 3);
    finish();
}

/* ---- the end ---- */

static void send_1(void)
{
    send(0, 1);
}

static void send_2(void)
{
    send(0, 1);
    send(0, 2);
}

static void send_1_detach(void)
{
    send_1();
    detach(0);
}

static void send_2_detach(void)
{
    send_2();
    detach(0);
}

static void close_and_receive(void)
{
    close_it();
    receive_the_last();
}

/* The closer is stopped before it seals. */
static void settle_and_receive(void)
{
    close_without_sealing();
    receive_the_last();
}

static void receive_if_closed(void)
{
    if (sluice__a32_load_acquire(closed))
        receive_the_last();
}

/* ---- lanes that are made, and found ---- */

static void attach_and_send(void)
{
    attach(1);
    send(1, 11);
}

static void attach_second_and_send(void)
{
    attach(2);
    send(2, 21);
}

/* The first block is full: the next lane makes another. */
static void prepare_full_block(void)
{
    prepare();
    attach(3);
}

static void prepare_spare(void)
{
    prepare();
    attach(3);
    detach(3);
}

static void prepare_unused(void)
{
    prepare();
    attach(3);
}

/* It has sent nothing, so its lane is cold; its cursor is written all the same. */
static void claim_and_detach(void)
{
    struct sluice__run run;
    EXPLORE_CHECK(sluice__mpsc_lanes_claim(&tx[3], BYTES, 1, &run) == SLUICE_OK);
    detach(3);
}

static void receive_then_attach_and_send(void)
{
    receive();
    receive();
    attach_and_send();
}

static void receive_twice(void)
{
    receive();
    receive();
}

/* Another sender gets a lane with all its room. */
static void send_1_leave_and_return(void)
{
    send_1_detach();
    attach(1);
    send(1, 11);
    send(1, 12);
    EXPLORE_CHECK(!attached[1] || (accepted >> 11 & 3) == 3);
}

/* Each sender goes when the receiver has left its lane for the next one's, and never comes round: the lanes are found all the same. */
static void come_and_go(void)
{
    for (unsigned i = 0; i < 40; i++) {
        accepted = received = 0;
        attach(i % 2);
        send(i % 2, 1);
        EXPLORE_CHECK(receive());
        detach(1 - i % 2);
    }
    EXPLORE_CHECK(count_lanes() <= 20);
}

/* ---- going cold ---- */

static void cool(void)
{
    sluice__lanes_cool(lanes);
}

/* The receiver is on another lane, in which there is a message; when that is out it goes to the first, and looks for idle ones. */
static void prepare_on_the_other_lane(void)
{
    prepare();
    attach(3);
    send(3, 2);
    receive();
    cool();
    send(3, 3);
    send(0, 1);
}

static void receive_twice_and_cool(void)
{
    receive_twice();
    cool();
}

static void other_leaves(void)
{
    detach(3);
}

static const struct explore_scenario list[] = {
    { "send_beside_the_end", prepare, { send_1, close_and_receive }, finish_closed },
    { "send_2_beside_the_end", prepare, { send_2, close_and_receive }, finish_closed },
    { "send_beside_the_end_refused", prepare_refused, { send_1, close_and_receive }, finish_closed },
    { "send_and_leave_beside_the_end", prepare, { send_1_detach, close_and_receive }, finish_closed },
    { "settled_by_the_receiver", prepare, { send_1, settle_and_receive }, finish_closed },
    { "closed_by_another", prepare, { send_1, close_it, receive_if_closed }, finish_closed },
    { "closed_by_another_refused", prepare_refused, { send_1, close_it, receive_if_closed }, finish_closed },
    { "attach_beside_the_end", prepare, { attach_and_send, close_and_receive }, finish_closed },
    { "attach_in_a_new_block_beside_the_end", prepare_full_block, { attach_and_send, close_and_receive }, finish_closed },
    { "two_attach_in_a_new_block", prepare_full_block, { attach_and_send, attach_second_and_send }, finish_without_senders },
    { "two_attach_one_spare", prepare_spare, { attach_and_send, attach_second_and_send }, finish },
    { "leave_and_attach", prepare_unused, { claim_and_detach, attach_second_and_send }, finish },
    { "leave_receive_and_attach", prepare, { send_2_detach, receive_then_attach_and_send }, finish },
    { "leave_beside_a_receive", prepare, { send_2_detach, receive_twice }, finish_with_a_lane_to_spare },
    { .name = "come_and_go", .prepare = prepare, .bodies = { come_and_go }, .finish = finish, .faults = -1, .modes = EXPLORE_IN_SC },
    { "send_beside_cooling", prepare, { send_1, cool }, finish },
    { "leave_and_return_beside_cooling", prepare, { send_1_leave_and_return, cool }, finish },
    { "leave_beside_cooling", prepare_on_the_other_lane, { other_leaves, receive_twice_and_cool }, finish_with_a_lane_to_spare },
};

EXPLORE_SCENARIOS("lanes", list)
