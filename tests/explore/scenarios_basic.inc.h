/* scenarios_basic.inc.h: sends and receives, ends and deadlines. Part of scenarios.inc.h.
 *
 * SPDX-License-Identifier: MIT */

static void capacity_1(void)
{
    open_channel(1, false, 0);
}

static void capacity_2(void)
{
    open_channel(2, false, 0);
}

static void capacity_2_wrapping(void)
{
    open_channel(2, false, UINT64_MAX - 2);
}

static void one_inside(void)
{
    open_channel(1, false, 0);
    if (!MEETS)
        send_until(0, 1, NEVER);
}

static void two_senders(void)
{
    open_channel(2, false, 0);
    clone_tx(0, 1);
}

static void two_senders_capacity_1(void)
{
    open_channel(1, false, 0);
    clone_tx(0, 1);
}

static void two_receivers(void)
{
    open_channel(2, false, 0);
    clone_rx(0, 1);
}

static void two_of_both(void)
{
    open_channel(1, false, 0);
    clone_tx(0, 1);
    clone_rx(0, 1);
}

static void two_senders_and_full(void)
{
    two_senders();
    if (!MEETS) {
        send_until(0, 1, NEVER);
        send_until(0, 2, NEVER);
    }
    if (LANES) {
        send_until(1, 18, NEVER);
        send_until(1, 19, NEVER);
    }
}

/* A ring whose next two cells are its last and its first. */
static void at_lap_end(void)
{
    open_channel(2, false, 0);
    if (!MEETS) {
        send_until(0, 1, NEVER);
        receive_until(0, NEVER);
    }
}

static void two_receivers_at_lap_end(void)
{
    at_lap_end();
    clone_rx(0, 1);
}

static void two_senders_full_at_lap_end(void)
{
    at_lap_end();
    clone_tx(0, 1);
    if (!MEETS) {
        send_until(0, 2, NEVER);
        send_until(0, 3, NEVER);
    }
}

/* ---- bodies: sender i sends messages 10 i + 1, 10 i + 2, … ---- */

static void send_1(void)
{
    send_until(0, 10, NEVER);
}

static void send_2(void)
{
    send_until(0, 10, NEVER);
    send_until(0, 11, NEVER);
}

static void send_3(void)
{
    send_until(0, 10, NEVER);
    send_until(0, 11, NEVER);
    send_until(0, 12, NEVER);
}

static void send_1_drop(void)
{
    send_until(0, 10, NEVER);
    drop_tx(0);
}

static void send_2_drop(void)
{
    send_2();
    drop_tx(0);
}

static void send_1_close(void)
{
    send_until(0, 10, NEVER);
    close_by(0);
    send_until(0, 11, NEVER);
}

static void other_sends_1(void)
{
    send_until(1, 20, NEVER);
}

static void other_sends_1_drops(void)
{
    send_until(1, 20, NEVER);
    drop_tx(1);
}

static void other_sends_2(void)
{
    send_until(1, 20, NEVER);
    send_until(1, 21, NEVER);
}

static void receive_1(void)
{
    receive_until(0, NEVER);
}

static void receive_2(void)
{
    receive_until(0, NEVER);
    receive_until(0, NEVER);
}

static void receive_3(void)
{
    receive_2();
    receive_until(0, NEVER);
}

static void other_receives_1(void)
{
    receive_until(1, NEVER);
}

static void receive_1_drop(void)
{
    receive_until(0, NEVER);
    drop_rx(0);
}

static void receive_to_the_end(void)
{
    receive_all(0);
}

static void other_receives_to_the_end(void)
{
    receive_all(1);
}

static void other_receives_1_drops(void)
{
    receive_until(1, NEVER);
    drop_rx(1);
}

static void try_send_2(void)
{
    send_until(0, 10, SLUICE_NOW);
    send_until(0, 11, SLUICE_NOW);
}

static void other_tries_to_send_2(void)
{
    send_until(1, 20, SLUICE_NOW);
    send_until(1, 21, SLUICE_NOW);
}

static void try_receive_2(void)
{
    receive_until(0, SLUICE_NOW);
    receive_until(0, SLUICE_NOW);
}

static void other_tries_to_receive_1(void)
{
    receive_until(1, SLUICE_NOW);
}

static void other_tries_to_receive_2(void)
{
    receive_until(1, SLUICE_NOW);
    receive_until(1, SLUICE_NOW);
}

#define SOON (explore_now() + 1000)      /* while it spins */
#define LATER (explore_now() + 10000000) /* while it sleeps, and others may do much before */

static void send_soon(void)
{
    send_until(0, 10, SOON);
    drop_tx(0);
}

static void send_later(void)
{
    send_until(0, 10, LATER);
    drop_tx(0);
}

static void other_sends_later_then_drops(void)
{
    send_until(1, 20, LATER);
    drop_tx(1);
}

static void receive_soon(void)
{
    receive_until(0, SOON);
    drop_rx(0);
}

static void receive_later(void)
{
    receive_until(0, LATER);
    drop_rx(0);
}

static void receive_later_then_all(void)
{
    receive_until(0, LATER);
    receive_all(0);
}

static void other_receives_later_then_drops(void)
{
    receive_until(1, LATER);
    drop_rx(1);
}

static void drop_sender(void)
{
    drop_tx(0);
}

static void drop_receiver(void)
{
    drop_rx(0);
}

static void close_sender(void)
{
    close_by(0);
}

static void other_closes(void)
{
    close_by(1);
}

static void drop_other_sender(void)
{
    drop_tx(1);
}

static void drop_other_receiver(void)
{
    drop_rx(1);
}

static void clone_sends_drops(void)
{
    clone_tx(0, 2);
    send_until(2, 30, NEVER);
    drop_tx(2);
    drop_tx(0);
}

static void clone_receiver_and_drop(void)
{
    clone_rx(0, 2);
    drop_rx(0);
    receive_all(2);
    drop_rx(2);
}

static const struct explore_scenario scenarios[] = {
    { "send_recv", capacity_1, { send_1, receive_1 }, drain_and_finish },
    { "send_recv_2", capacity_1, { send_2, receive_2 }, drain_and_finish },
    { "send_recv_3_capacity_2", capacity_2, { send_3, receive_3 }, drain_and_finish },
    { "send_recv_3_wrapping", capacity_2_wrapping, { send_3, receive_3 }, drain_and_finish },
    { "try_send_try_recv", capacity_1, { try_send_2, try_receive_2 }, drain_and_finish },
    { "try_send_try_recv_capacity_2", capacity_2, { try_send_2, try_receive_2 }, drain_and_finish },
    { "try_recv_one_inside", one_inside, { try_send_2, try_receive_2 }, drain_and_finish },
    { "send_then_drop_sender", capacity_2, { send_2_drop, receive_to_the_end }, finish },
    { "send_then_close", capacity_2, { send_1_close, receive_to_the_end }, finish },
    { "send_drop_receiver", capacity_1, { send_2, drop_receiver }, finish },
    { "send_one_then_drop_receiver", capacity_1, { send_2, receive_1_drop }, finish },
    { "recv_drop_sender", capacity_1, { drop_sender, receive_1 }, finish },
    { "recv_drop_sender_one_inside", one_inside, { drop_sender, receive_to_the_end }, finish },
    { "drop_both", one_inside, { drop_sender, drop_receiver }, finish },
    { "send_drop_both", capacity_2, { send_1_drop, drop_receiver }, finish },
    { "close_recv", capacity_1, { close_sender, receive_1 }, finish },
    { "close_drop_receiver", one_inside, { close_sender, drop_receiver }, finish },
    { "send_soon_recv", one_inside, { send_soon, receive_1_drop }, finish },
    { "send_later_recv", one_inside, { send_later, receive_1_drop }, finish },
    { "recv_soon_send", capacity_1, { receive_soon, send_1_drop }, finish },
    { "recv_later_send", capacity_1, { send_1_drop, receive_later }, finish },
    { "recv_later_then_all", capacity_1, { send_2_drop, receive_later_then_all }, finish },
#if KIND_MANY_TX
    { "two_send_recv", two_senders, { send_1_drop, other_sends_1_drops, receive_to_the_end }, finish },
    { "two_send_recv_capacity_1", two_senders_capacity_1, { send_1_drop, other_sends_1_drops, receive_to_the_end }, finish },
    { "two_try_send_try_recv", two_senders_capacity_1, { try_send_2, other_tries_to_send_2, try_receive_2 }, drain_and_finish },
    { "two_send_drop_receiver", two_senders_capacity_1, { send_1, other_sends_2, receive_1_drop }, finish },
    { "two_send_one_later", two_senders_capacity_1, { send_2_drop, other_sends_later_then_drops, receive_to_the_end }, finish },
    { "send_other_closes", two_senders, { send_2, other_closes, receive_to_the_end }, finish },
    { "two_drop_recv", two_senders, { drop_sender, drop_other_sender, receive_1 }, finish },
    { "clone_send_drop", two_senders_capacity_1, { clone_sends_drops, other_sends_1_drops, receive_to_the_end }, finish },
    { "send_drop_all_three", two_senders, { send_1_drop, other_sends_1_drops, drop_receiver }, finish },
#endif
#if KIND_MANY_RX
    { "send_two_recv", two_receivers, { send_2_drop, receive_to_the_end, other_receives_to_the_end }, finish },
    { "try_send_two_try_recv", two_receivers, { try_send_2, try_receive_2, other_tries_to_receive_2 }, drain_and_finish },
    { "send_two_recv_one_drops", two_receivers, { send_2_drop, receive_to_the_end, other_receives_1_drops }, finish },
    { "send_two_recv_one_later", two_receivers, { send_2_drop, receive_to_the_end, other_receives_later_then_drops }, finish },
    { "send_drop_two_receivers", two_receivers, { send_2, drop_receiver, drop_other_receiver }, finish },
    { "clone_recv_drop", two_receivers, { send_1_drop, clone_receiver_and_drop, other_receives_1_drops }, finish },
#endif
#if KIND_MANY_RX
    { "send_two_recv_once_lap_end", two_receivers_at_lap_end, { send_2, receive_1, other_receives_1 }, drain_and_finish },
    { "send_two_recv_once", two_receivers, { send_2, receive_1, other_receives_1 }, drain_and_finish },
#endif
#if KIND_MANY_TX && KIND_MANY_RX
    { "two_send_two_recv_once", two_of_both, { send_1, other_sends_1, receive_1, other_receives_1 }, drain_and_finish },
    { "two_send_two_recv", two_of_both,
      { send_1_drop, other_sends_1_drops, receive_to_the_end, other_receives_to_the_end }, finish },
    { "drop_all_four", two_of_both, { drop_sender, drop_other_sender, drop_receiver, drop_other_receiver }, finish },
    { "two_try_send_two_try_recv", two_of_both,
      { try_send_2, other_tries_to_send_2, try_receive_2, other_tries_to_receive_1 }, drain_and_finish },
#endif
};
