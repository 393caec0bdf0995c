/* scenarios_lanes_hot.inc.h: lanes that go out of the rounds and come back, whose senders go while others stay, so that no close heals
 * what was missed. Part of scenarios.inc.h, of the kinds whose lanes go cold at once.
 *
 * SPDX-License-Identifier: MIT */
#include "queue/lanes.h"

static struct sluice__lanes *lanes_of(unsigned i)
{
    return rx[i]->cursor.lanes;
}

static uint64_t hot_bits(void)
{
    return sluice__a64_load_relaxed(&lanes_of(0)->first.hot);
}

/* How many lanes there are: they are only made where none is spare. */
static unsigned lanes_made(void)
{
    struct sluice__lanes_walk walk = { NULL, 0 };
    unsigned count = 0;
    while (sluice__lanes_walk_on(lanes_of(0), &walk))
        count++;
    return count;
}

/* ---- the senders stay ---- */

static void idle_lane_refused(void)
{
    explore_refuse_membarrier();
    idle_lane();
}

/* The second one's lane is hot and empty, and the receiver is on it. */
static void two_senders_on_the_second(void)
{
    open_channel(2, false, 0);
    clone_tx(0, 1);
    send_until(1, 2, NEVER);
    receive_until(0, NEVER);
}

static void second_sender_gone(void)
{
    two_senders_on_the_second();
    drop_tx(1);
}

/* Two idle lanes, on the first of which the receiver is: as to the other, only a round brings it there. */
static void two_idle_lanes_on_the_first(void)
{
    open_channel(2, false, 0);
    clone_tx(0, 1);
    send_until(0, 1, NEVER);
    send_until(1, 2, NEVER);
    receive_until(0, NEVER);
    receive_until(0, NEVER);
    send_until(0, 3, NEVER);
    receive_until(0, NEVER);
    receive_until(0, SLUICE_NOW);
}

/* So often it is tried; then waited for. */
static void receive_1_after(unsigned tries)
{
    while (tries--)
        if (receive_until(0, SLUICE_NOW) == SLUICE_OK)
            return;
    receive_until(0, NEVER);
}

static void try_then_wait(void)
{
    receive_1_after(1);
}

static void try_twice_then_wait(void)
{
    receive_1_after(2);
}

static void try_then_wait_for_two(void)
{
    receive_1_after(1);
    receive_1_after(0);
}

static void clone_and_send(void)
{
    clone_tx(0, 2);
    send_until(2, 30, NEVER);
}

static void other_clones_and_sends(void)
{
    clone_tx(1, 3);
    send_until(3, 40, NEVER);
}

static void receive_all_and_ask_again(void)
{
    receive_all(0);
    EXPLORE_CHECK(receive_until(0, SLUICE_NOW) == SLUICE_CLOSED);
}

/* ---- by one thread ---- */

static void out_and_in(void)
{
    for (uint64_t round = 0; round < 3; round++) {
        receive_until(0, SLUICE_NOW);
        EXPLORE_CHECK(hot_bits() == 0);
        send_until(0, 10 + round, SLUICE_NOW);
        EXPLORE_CHECK(hot_bits() == 1);
        EXPLORE_CHECK(receive_until(0, SLUICE_NOW) == SLUICE_OK);
        receive_until(0, SLUICE_NOW);
    }
}

/* The lane of a sender that was dropped goes to the next one, and only then. */
static void lanes_are_inherited(void)
{
    for (uint64_t round = 0; round < 3; round++) {
        receive_until(0, SLUICE_NOW);
        clone_tx(0, 1);
        EXPLORE_CHECK(lanes_made() == 2);
        send_until(1, 30 + round, SLUICE_NOW);
        EXPLORE_CHECK(receive_until(0, SLUICE_NOW) == SLUICE_OK);
        receive_until(0, SLUICE_NOW);
        drop_tx(1);
    }
    receive_until(0, SLUICE_NOW);
    clone_tx(0, 1);
    EXPLORE_CHECK(lanes_made() == 2);
    send_until(1, 40, SLUICE_NOW);
    receive_until(0, SLUICE_NOW);
    receive_until(0, SLUICE_NOW);
    clone_tx(0, 2);
    EXPLORE_CHECK(lanes_made() == 3);
}

/* After a drop beside a receiver that sends lanes cold: it is found in the rounds, or spare. */
static void inherited_and_finish(void)
{
    for (unsigned i = 0; i < 3; i++)
        receive_until(0, SLUICE_NOW);
    clone_tx(0, 2);
    EXPLORE_CHECK(lanes_made() == 2);
    send_until(2, 30, SLUICE_NOW);
    EXPLORE_CHECK(receive_until(0, SLUICE_NOW) == SLUICE_OK);
    drain_and_finish();
}

#if KIND_MANY_RX
/* ---- several receivers ---- */

static bool is_sent;
static enum sluice_status first_got, other_got;

static void idle_lane_two_receivers_and_senders(void)
{
    idle_lane_two_receivers();
    clone_tx(0, 1);
    is_sent = false;
    first_got = other_got = SLUICE_BUSY;
}

static void send_1_and_say_so(void)
{
    send_until(0, 10, NEVER);
    is_sent = true;
}

/* What the other waits for, it gets. */
static void try_and_pass_on(void)
{
    first_got = receive_until(0, SLUICE_NOW);
    if (first_got == SLUICE_OK)
        send_until(1, 20, NEVER);
}

static void other_tries_what_was_sent(void)
{
    if (is_sent)
        other_got = receive_until(1, SLUICE_NOW);
}

static void not_empty_and_finish(void)
{
    EXPLORE_CHECK(other_got != SLUICE_EMPTY || first_got == SLUICE_OK);
    drain_and_finish();
}

/* Receivers look no further than to the first lane with messages. */
static void two_of_both_short_looks(void)
{
    two_of_both();
    explore_lanes_visits = 1;
}

static void send_in_both_lanes(void)
{
    send_until(0, 10, NEVER);
    send_until(1, 20, NEVER);
}

static unsigned seats(void)
{
    unsigned count = 0;
    uint64_t address = sluice__a64_load_relaxed(&lanes_of(0)->seats);
    for (; address; count++)
        address = sluice__a64_load_relaxed(&((const struct sluice__lanes_seat *)(uintptr_t)address)->next);
    return count;
}

/* Seats for three, one of which is vacant. */
static void a_vacant_seat(void)
{
    two_receivers();
    for (unsigned i = 0; i < 3; i++) {
        clone_rx(0, 3);
        drop_rx(3);
    }
    EXPLORE_CHECK(seats() == 3);
}

static void clone_two_receivers(void)
{
    clone_rx(0, 2);
    drop_rx(2);
    clone_rx(0, 2);
}

static void other_clones_receiver(void)
{
    clone_rx(1, 3);
}

static void seats_and_finish(void)
{
    EXPLORE_CHECK(rx[2]->cursor.seat != rx[3]->cursor.seat && seats() == 4);
    drain_and_finish();
}

static void drop_and_clone_receiver(void)
{
    drop_rx(3);
    clone_rx(1, 3);
}

static void other_clones_first(void)
{
    clone_rx(0, 2);
}

static void three_receivers(void)
{
    two_receivers();
    clone_rx(0, 3);
}

/* Four inside, three of them the first one's turn. */
static void a_lease(void)
{
    open_channel(8, false, 0);
    clone_rx(0, 1);
    for (unsigned i = 1; i < 5; i++)
        send_until(0, i, NEVER);
    receive_until(0, NEVER);
}

/* One inside, in a lane that is leased for two. */
static void a_lease_beyond_the_last(void)
{
    open_channel(8, true, 0);
    clone_rx(0, 1);
    send_until(0, 1, NEVER);
    send_until(0, 2, NEVER);
    peek_and_release(0, 2, 1, SLUICE_NOW);
}

static void try_receive_1(void)
{
    receive_until(0, SLUICE_NOW);
}

/* Whatever they left the lane to, one of them gets what comes. */
static void one_more_and_finish(void)
{
    send_until(0, 3, SLUICE_NOW);
    EXPLORE_CHECK(receive_until(0, SLUICE_NOW) == SLUICE_OK || receive_until(1, SLUICE_NOW) == SLUICE_OK);
    drain_and_finish();
}

/* All there is is peeked at: who waits sleeps, until its deadline. */
static void one_peeked_at(void)
{
    struct message *messages;
    size_t count;
    open_channel(8, true, 0);
    clone_rx(0, 1);
    send_until(0, 1, NEVER);
    EXPLORE_CHECK(small_try_peek(rx[0], 1, &messages, &count) == SLUICE_OK);
}

static void other_waits_in_vain(void)
{
    receive_until(1, explore_now() + UINT64_C(100000000000));
}
#endif

static const struct explore_scenario lanes_hot_scenarios[] = {
    { "cold_send_stay", idle_lane, { send_1, try_then_wait }, drain_and_finish },
    { "cold_send_stay_later", idle_lane, { send_1, try_twice_then_wait }, drain_and_finish },
    { "cold_send_2_stay", idle_lane, { send_2, try_then_wait_for_two }, drain_and_finish },
    { "cold_refused_send_stay", idle_lane_refused, { send_1, try_then_wait }, drain_and_finish },
    { "orphan_with_a_message", two_senders_on_the_second, { other_sends_1_drops, try_then_wait }, drain_and_finish },
    { .name = "orphan_then_clone_stays", .prepare = second_sender_gone, .bodies = { clone_and_send, try_then_wait },
      .finish = drain_and_finish, .faults = -1 },
    { .name = "cold_drop_inherited", .prepare = two_idle_lanes_on_the_first, .bodies = { drop_other_sender, try_receive_2 },
      .finish = inherited_and_finish, .faults = -1 },
    { .name = "block_beside_a_round", .prepare = two_senders, .bodies = { clone_and_send, try_then_wait },
      .finish = drain_and_finish, .faults = -1 },
    { .name = "two_blocks_at_once", .prepare = two_senders,
      .bodies = { clone_and_send, other_clones_and_sends, try_then_wait_for_two }, .finish = drain_and_finish, .faults = -1 },
    { "end_and_again", two_senders, { send_1, other_closes, receive_all_and_ask_again }, finish },
    { .name = "out_and_in", .prepare = idle_lane, .bodies = { out_and_in }, .finish = drain_and_finish, .faults = -1 },
    { .name = "lanes_are_inherited", .prepare = second_sender_gone, .bodies = { lanes_are_inherited }, .finish = drain_and_finish,
      .faults = -1 },
#if KIND_MANY_RX
    { "cold_send_pass_on", idle_lane_two_receivers_and_senders, { send_1, try_and_pass_on, other_receives_1 }, drain_and_finish },
    { .name = "cold_sent_is_not_empty", .prepare = idle_lane_two_receivers_and_senders,
      .bodies = { send_1_and_say_so, try_and_pass_on, other_tries_what_was_sent }, .finish = not_empty_and_finish, .modes = EXPLORE_IN_SC },
    { "two_wait_for_two_lanes", two_of_both_short_looks, { send_in_both_lanes, receive_1, other_receives_1 }, drain_and_finish },
    { .name = "seat_for_one", .prepare = a_vacant_seat, .bodies = { clone_two_receivers, other_clones_receiver },
      .finish = seats_and_finish, .faults = -1 },
    { "seat_beside_a_new_one", three_receivers, { drop_and_clone_receiver, other_clones_first }, drain_and_finish },
    { "leased_two_try_recv", a_lease, { try_receive_2, other_tries_to_receive_1 }, drain_and_finish },
    { .name = "leased_and_empty", .prepare = a_lease_beyond_the_last, .bodies = { try_receive_1, other_tries_to_receive_1 },
      .finish = one_more_and_finish, .faults = -1 },
    { .name = "wait_beside_a_peek", .prepare = one_peeked_at, .bodies = { other_waits_in_vain }, .finish = drain_and_finish,
      .faults = -1 },
#endif
};
