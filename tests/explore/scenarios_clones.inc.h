/* scenarios_clones.inc.h: endpoints that come and go beside others, whose places in the queue (slots, lanes, seats) change hands; ends
 * and deadlines to the point; lanes that go cold. Part of scenarios.inc.h.
 *
 * SPDX-License-Identifier: MIT */

#if KIND_MANY_TX
static void other_clones_sends_drops(void)
{
    clone_tx(1, 3);
    send_until(3, 40, NEVER);
    drop_tx(3);
    drop_tx(1);
}

/* The main thread has dropped a sender: its place is there to be taken. */
static void two_senders_and_a_place(void)
{
    two_senders();
    clone_tx(0, 2);
    send_until(2, 30, SLUICE_NOW);
    receive_until(0, SLUICE_NOW);
    drop_tx(2);
}

static void send_2_then_close(void)
{
    send_2();
    close_by(0);
    send_until(0, 12, NEVER);
}
#endif

#if KIND_MANY_RX
static void clone_receives_1_drops(void)
{
    clone_rx(0, 2);
    drop_rx(0);
    receive_until(2, NEVER);
    drop_rx(2);
}

static void other_clones_receives_1_drops(void)
{
    clone_rx(1, 3);
    drop_rx(1);
    receive_until(3, NEVER);
    drop_rx(3);
}

static void receive_later_and_stay(void)
{
    receive_until(0, LATER);
}

static void two_receivers_and_a_place(void)
{
    two_receivers();
    clone_rx(0, 2);
    drop_rx(2);
}
#endif

/* ---- what came before the deadline is no timeout ---- */

static uint64_t sent_at; /* 0: not yet */

static void capacity_1_not_sent(void)
{
    capacity_1();
    sent_at = 0;
}

static void send_1_noted(void)
{
    if (send_until(0, 10, NEVER) == SLUICE_OK)
        sent_at = explore_now();
}

static void receive_in_time(void)
{
    uint64_t deadline = LATER;
    if (receive_until(0, deadline) == SLUICE_TIMED_OUT)
        EXPLORE_CHECK(!sent_at || sent_at >= deadline);
}

static void one_inside_not_received(void)
{
    one_inside();
    sent_at = 0;
}

static void receive_1_noted(void)
{
    if (receive_until(0, NEVER) == SLUICE_OK)
        sent_at = explore_now();
}

static void send_in_time(void)
{
    uint64_t deadline = LATER;
    if (send_until(0, 10, deadline) == SLUICE_TIMED_OUT)
        EXPLORE_CHECK(!sent_at || sent_at >= deadline);
}

/* ---- lengths ---- */

static void send_with_lengths(void)
{
    for (unsigned i = 0; i < 2; i++) {
        send_until(0, 10 + i, SLUICE_NOW);
        EXPLORE_CHECK(small_tx_len_hint(tx[0]) <= (BOUNDED && !LANES ? 2u : 8u));
    }
}

static void receive_with_lengths(void)
{
    for (unsigned i = 0; i < 2; i++) {
        EXPLORE_CHECK(small_rx_len_hint(rx[0]) <= (BOUNDED && !LANES ? 2u : 8u));
        receive_until(0, SLUICE_NOW);
    }
}

#if KIND_MANY_TX
static void other_looks_at_length(void)
{
    EXPLORE_CHECK(small_tx_len_hint(tx[1]) <= (BOUNDED && !LANES ? 2u : 8u));
    EXPLORE_CHECK(small_tx_len_hint(tx[1]) <= (BOUNDED && !LANES ? 2u : 8u));
}
#endif

#ifdef KIND_COLD
/* ---- lanes that nobody sends to for a moment ---- */

/* A lane that is hot and empty, and has been looked at in vain once: the next time it may go cold. */
static void idle_lane(void)
{
    open_channel(2, false, 0);
    send_until(0, 1, NEVER);
    receive_until(0, NEVER);
    receive_until(0, SLUICE_NOW);
}

static void two_idle_lanes(void)
{
    open_channel(2, false, 0);
    clone_tx(0, 1);
    send_until(0, 1, NEVER);
    send_until(1, 2, NEVER);
    receive_until(0, NEVER);
    receive_until(0, NEVER);
    receive_until(0, SLUICE_NOW);
}

static void idle_and_cold_lane(void)
{
    idle_lane();
    clone_tx(0, 1);
    receive_until(0, SLUICE_NOW);
}

static void try_then_receive_all(void)
{
    receive_until(0, SLUICE_NOW);
    receive_all(0);
}

static void try_twice_then_receive_all(void)
{
    receive_until(0, SLUICE_NOW);
    receive_until(0, SLUICE_NOW);
    receive_all(0);
}

#if KIND_MANY_RX
static void idle_lane_two_receivers(void)
{
    idle_lane();
    clone_rx(0, 1);
}

static void other_tries_then_receives_all(void)
{
    receive_until(1, SLUICE_NOW);
    receive_all(1);
}
#endif

static const struct explore_scenario cold_scenarios[] = {
    { "cold_send_recv", idle_lane, { send_1_drop, try_twice_then_receive_all }, finish },
    { "cold_send_2_recv", idle_lane, { send_2_drop, try_then_receive_all }, finish },
    { "cold_two_send_recv", two_idle_lanes, { send_1_drop, other_sends_1_drops, try_then_receive_all }, finish },
    { "cold_send_clone_sends", idle_and_cold_lane, { send_1_drop, other_sends_1_drops, try_then_receive_all }, finish },
    { "cold_drop_clone_sends", two_idle_lanes, { clone_sends_drops, other_sends_1_drops, try_then_receive_all }, finish },
    { "cold_drop_then_clone", two_idle_lanes, { drop_other_sender, clone_sends_drops, try_then_receive_all }, finish },
    { "cold_close_recv", idle_lane, { send_2_then_close, try_then_receive_all }, finish },
    { "cold_send_other_closes", two_idle_lanes, { send_2, other_closes, try_then_receive_all }, finish },
    { "cold_send_drop_receiver", two_idle_lanes, { send_1_drop, other_sends_1_drops, drop_receiver }, finish },
#if KIND_MANY_RX
    { "cold_send_two_recv", idle_lane_two_receivers, { send_1_drop, try_then_receive_all, other_tries_then_receives_all }, finish },
    { "cold_send_2_two_recv", idle_lane_two_receivers, { send_2_drop, try_then_receive_all, other_tries_then_receives_all }, finish },
    { "cold_two_try_recv", idle_lane_two_receivers, { send_1, try_receive_2, other_tries_to_receive_2 }, drain_and_finish },
#endif
};
#endif

static const struct explore_scenario clone_scenarios[] = {
#if !(KIND_BUFFER == SLUICE_RENDEZVOUS)
    { .name = "recv_in_time", .prepare = capacity_1_not_sent, .bodies = { send_1_noted, receive_in_time }, .finish = drain_and_finish,
      .modes = EXPLORE_IN_SC },
    { .name = "send_in_time", .prepare = one_inside_not_received, .bodies = { receive_1_noted, send_in_time }, .finish = drain_and_finish,
      .modes = EXPLORE_IN_SC },
    { "lengths", capacity_2, { send_with_lengths, receive_with_lengths }, drain_and_finish },
#endif
#if KIND_MANY_TX
    { "two_clones_send", two_senders, { clone_sends_drops, other_clones_sends_drops, receive_to_the_end }, finish },
    { "clone_into_a_place", two_senders_and_a_place, { clone_sends_drops, other_clones_sends_drops, receive_to_the_end }, finish },
    { "drop_then_clone", two_senders_and_a_place, { clone_sends_drops, other_sends_1_drops, receive_to_the_end }, finish },
    { "clone_beside_close", two_senders, { clone_sends_drops, other_closes, receive_to_the_end }, finish },
#if !(KIND_BUFFER == SLUICE_RENDEZVOUS)
    { "lengths_of_others", two_senders, { send_3, receive_3, other_looks_at_length }, drain_and_finish },
    { "two_send_full_drop_receiver", two_senders_and_full, { send_1, other_sends_1, drop_receiver }, finish },
#endif
    { "send_2_close", two_senders, { send_2_then_close, other_sends_1_drops, receive_to_the_end }, finish },
#endif
#if KIND_MANY_RX
#if !(KIND_BUFFER == SLUICE_RENDEZVOUS)
    { "one_in_time_one_for_ever", two_receivers, { send_2, receive_later_and_stay, other_receives_1 }, drain_and_finish },
#endif
    { "two_clones_receive", two_receivers, { send_2_drop, clone_receives_1_drops, other_clones_receives_1_drops }, finish },
    { "clone_receives_in_a_place", two_receivers_and_a_place, { send_2_drop, clone_receives_1_drops, other_clones_receives_1_drops }, finish },
    { "receiver_drops_then_clone", two_receivers_and_a_place, { send_2_drop, clone_receives_1_drops, other_receives_1_drops }, finish },
#endif
};
