/* scenarios_edge.inc.h: chains whose segments are used up and come back while others still look at them. Part of scenarios.inc.h, for
 * messages of 2 KiB: 16 in a segment, 15 have gone through before.
 *
 * SPDX-License-Identifier: MIT */

/* One message in the first segment's last cell, and the second segment full: the next send needs a third, the receive after the next
 * leaves the first. */
static void backlog(void)
{
    open_channel(1, false, 0);
    for (unsigned i = 0; i < 17; i++)
        send_until(0, 100 + i, NEVER);
}

static void backlog_two_receivers(void)
{
    backlog();
    clone_rx(0, 1);
}

static void backlog_two_senders(void)
{
    backlog();
    clone_tx(0, 1);
}

static void through_another_segment(void)
{
    struct message m;
    for (unsigned i = 0; i < 16; i++)
        EXPLORE_CHECK(small_try_send(tx[0], numbered(i)) == SLUICE_OK && small_try_recv(rx[0], &m) == SLUICE_OK);
}

/* The other end has stayed in the first segment, while the second is used up but for its last cell. */
static void lagging_receiver(void)
{
    open_channel(1, false, 0);
    clone_rx(0, 1);
    through_another_segment();
}

static void lagging_sender(void)
{
    open_channel(1, false, 0);
    clone_tx(0, 1);
    through_another_segment();
}

#if KIND_MANY_RX
/* As backlog, but one segment later, and with a receiver that has stayed in the first: who clones it comes to the second segment
 * while that goes and is made the fourth. */
static void lagging_receiver_and_backlog(void)
{
    lagging_receiver();
    for (unsigned i = 0; i < 17; i++)
        send_until(0, 100 + i, NEVER);
}

static void other_clones_and_drops(void)
{
    clone_rx(1, 2);
    drop_rx(2);
}

static void other_clones_and_receives_1(void)
{
    clone_rx(1, 2);
    receive_until(2, NEVER);
    drop_rx(2);
}
#endif

static const struct explore_scenario edge_scenarios[] = {
    { "backlog", backlog, { send_2, receive_3 }, drain_and_finish },
    { "backlog_drop_receiver", backlog, { send_2, receive_1_drop }, finish },
#if KIND_MANY_TX
    { "backlog_two_send", backlog_two_senders, { send_1, other_sends_2, receive_2 }, drain_and_finish },
    { "lagging_sender", lagging_sender, { send_2_drop, other_sends_1_drops, receive_to_the_end }, finish },
#endif
#if KIND_MANY_RX
    { "backlog_two_recv", backlog_two_receivers, { send_2, receive_2, other_receives_1 }, drain_and_finish },
    { "clone_beside_the_end", lagging_receiver_and_backlog, { send_1, receive_2, other_clones_and_drops }, drain_and_finish },
    { "clone_receives_beside_the_end", lagging_receiver_and_backlog, { send_1, receive_2, other_clones_and_receives_1 }, drain_and_finish },
    { "lagging_receiver", lagging_receiver, { send_2_drop, receive_to_the_end, other_receives_to_the_end }, finish },
    { "lagging_receiver_drops", lagging_receiver, { send_2_drop, receive_to_the_end, drop_other_receiver }, finish },
#endif
};
