/* scenarios_left.inc.h: shared chains: what a receiver holds, and what it leaves when it is dropped. Part of scenarios_chains.inc.h.
 *
 * SPDX-License-Identifier: MIT */

static struct message *peeked;
static size_t peeked_count;
static unsigned peeking; /* the receive of what is peeked at */

static void peek_n(unsigned i, size_t n)
{
    peeking = explore_call(EXPLORE_RECV, i + 1, 0);
    enum sluice_status status = small_try_peek(rx[i], n, &peeked, &peeked_count);
    if (status != SLUICE_OK) {
        peeked = NULL;
        explore_return(peeking, status, 0);
    }
}

static void release_peeked(unsigned i)
{
    if (!peeked)
        return;
    uint64_t number = number_of(peeked);
    explore_return(peeking, small_release(rx[i], 1), number);
}

/* What is held is dropped: nothing is received, and it may come back. */
static void drop_peeked(unsigned i)
{
    if (peeked)
        explore_return(peeking, SLUICE_TIMED_OUT, 0);
    drop_rx(i);
}

/* The first receiver has left the first message of the second segment, which is retired; the third is used up. */
static void left_in_a_retired_segment(void)
{
    open_channel(1, true, 0);
    clone_rx(0, 1);
    through(0, 0, 1);
    send_until(0, 50, NEVER);
    peek_n(0, 1);
    through(0, 1, 31);
    drop_peeked(0);
}

/* The first receiver holds the last message of the second segment, where the third is, too; the second receiver has stayed in the first.
 * One message is in the third. */
static void last_of_a_segment_held(void)
{
    open_channel(1, true, 0);
    clone_rx(0, 1);
    clone_rx(0, 2);
    through(0, 0, 15);
    through(0, 2, 1);
    send_until(0, 50, NEVER);
    peek_n(0, 1);
    send_until(0, 60, NEVER);
}

static void two_held_of_three_receivers(void)
{
    open_channel(1, true, 0);
    clone_rx(0, 1);
    clone_rx(0, 2);
    through(0, 0, 15);
    send_until(0, 50, NEVER);
    send_until(0, 51, NEVER);
    peek_n(0, 2);
}

static void one_held_at_a_segment_s_end(void)
{
    open_channel(1, true, 0);
    clone_rx(0, 1);
    send_until(0, 50, NEVER);
    peek_n(0, 1);
}

static void one_left_of_three_receivers(void)
{
    one_held_at_a_segment_s_end();
    clone_rx(0, 2);
    drop_peeked(0);
}

static void last_one_held_at_a_segment_s_end(void)
{
    one_held_at_a_segment_s_end();
    drop_tx(0);
}

static void last_one(void)
{
    open_channel(1, true, 0);
    clone_rx(0, 1);
    through(0, 0, 1);
    send_until(0, 50, NEVER);
    drop_tx(0);
}

static void last_one_held(void)
{
    open_channel(1, true, 0);
    clone_rx(0, 1);
    through(0, 0, 1);
    send_until(0, 50, NEVER);
    peek_n(0, 1);
    drop_tx(0);
}

/* The other receiver's waits are long ones, which make it cheap for itself to sleep, and dearer for others to ask. */
static void one_held_and_a_patient_receiver(void)
{
    one_held_at_a_segment_s_end();
    rx[1]->end.gap = UINT64_MAX >> 8;
}

/* The first has stayed in the first segment, the other has used up the second but for its last message. */
static void last_of_a_segment_for_a_newcomer(void)
{
    open_channel(1, true, 0);
    clone_rx(0, 1);
    through(0, 1, 16);
    send_until(0, 50, NEVER);
}

/* One message is left in the second segment, where two receivers are; the third segment is full, and the third receiver in the first. */
static void three_receivers_and_backlog(void)
{
    open_channel(1, true, 0);
    clone_rx(0, 1);
    clone_rx(0, 2);
    through(0, 0, 1);
    through(0, 1, 1);
    through(0, 0, 14);
    for (unsigned i = 0; i < 17; i++)
        send_until(0, 100 + i, NEVER);
}

static void other_tries_and_drops(void)
{
    receive_until(1, SLUICE_NOW);
    drop_rx(1);
}

static void clones_third_receiver(void)
{
    clone_rx(2, 3);
}

static void tries_then_sends_1(void)
{
    receive_until(0, SLUICE_NOW);
    send_until(0, 10, SLUICE_NOW);
}

static void third_receives_1(void)
{
    receive_until(2, NEVER);
}

static void third_tries_to_receive_1(void)
{
    receive_until(2, SLUICE_NOW);
}

static void drops_what_it_holds(void)
{
    drop_peeked(0);
}

static void releases_what_it_holds(void)
{
    release_peeked(0);
}

static void peeks_and_drops(void)
{
    peek_n(0, 1);
    drop_peeked(0);
}

static void first_drops_other_peeks(void)
{
    drop_peeked(0);
    peek_n(1, 1);
}

/* What another holds when the channel is closed is not lost by it. */
static void other_must_receive_1(void)
{
    EXPLORE_CHECK(receive_until(1, NEVER) == SLUICE_OK);
}

static void other_receives_to_the_end_for_ever(void)
{
    receive_all(1);
    EXPLORE_CHECK(receive_until(1, SLUICE_NOW) == SLUICE_CLOSED);
    EXPLORE_CHECK(receive_until(1, NEVER) == SLUICE_CLOSED);
}

/* What is held stays as it is, however many segments are used meanwhile. */
static void look_at_peeked_and_finish(void)
{
    struct message m;
    while (receive_until(2, SLUICE_NOW) == SLUICE_OK) {
    }
    for (unsigned i = 0; i < 50; i++)
        EXPLORE_CHECK(small_try_send(tx[0], numbered(i)) == SLUICE_OK);
    for (unsigned i = 0; i < 50; i++)
        EXPLORE_CHECK(small_try_recv(rx[2], &m) == SLUICE_OK && m.number == i);
    release_peeked(1);
    look_over_and_drain();
}

static const struct explore_scenario left_scenarios[] = {
    { "adopt_beside_send", left_in_a_retired_segment, { send_1, other_receives_1 }, look_over_and_drain },
    { "adopt_beside_search", last_of_a_segment_held, { third_receives_1, first_drops_other_peeks }, look_at_peeked_and_finish },
    { "adopt_beside_drop", one_held_at_a_segment_s_end, { drops_what_it_holds, other_tries_to_receive_1 }, look_over_and_drain },
    { "two_adopt", one_left_of_three_receivers, { other_tries_to_receive_1, third_tries_to_receive_1 }, look_over_and_drain },
    { "two_wait_for_what_is_left", two_held_of_three_receivers, { drops_what_it_holds, other_receives_1, third_receives_1 }, look_over_and_drain },
    { "comes_back_before_the_end", last_one_held, { drops_what_it_holds, other_must_receive_1 }, finish },
    { "comes_back_before_the_end_edge", last_one_held_at_a_segment_s_end, { drops_what_it_holds, other_must_receive_1 }, finish },
    { "comes_back_after_the_end", last_one, { peeks_and_drops, other_receives_to_the_end_for_ever }, finish },
    { "release_beside_the_end", one_held_and_a_patient_receiver, { drop_sender, releases_what_it_holds, other_receives_to_the_end }, finish },
    { "adopt_from_a_newcomer", last_of_a_segment_for_a_newcomer, { peeks_and_drops, other_tries_to_receive_1 }, look_over_and_drain },
    { "place_changes_hands", three_receivers_and_backlog, { other_tries_and_drops, clones_third_receiver, tries_then_sends_1 }, look_over_and_drain },
};

EXPLORE_SCENARIOS(GROUP, left_scenarios)
