/* scenarios_voids.inc.h: rings of several senders whose reservations go back, with messages behind them or not. Goes on from
 * scenarios_rings.inc.h.
 *
 * SPDX-License-Identifier: MIT */

static void reserved_before_a_message(void)
{
    open_channel(2, true, 0);
    clone_tx(0, 1);
    reserve_one(0);
    send_until(1, 20, NEVER);
}

static void void_before_a_message(void)
{
    reserved_before_a_message();
    small_abort(tx[0]);
}

static void abort_held(void)
{
    small_abort(tx[0]);
}

static void lengths_over_a_void(void)
{
    EXPLORE_CHECK(small_tx_len_hint(tx[0]) == 1);
    receive_until(0, NEVER);
    EXPLORE_CHECK(small_tx_len_hint(tx[0]) == 0);
    send_until(0, 10, NEVER);
    EXPLORE_CHECK(small_tx_len_hint(tx[0]) == 1);
}

static void hold_a_peek(void)
{
    hold_peek(0, 1);
}

/* The first sender knows that there is room. */
static void two_senders_one_inside(void)
{
    open_with(2, 1);
    clone_tx(0, 1);
}

static void other_reserves_and_aborts(void)
{
    reserve_one(1);
    small_abort(tx[1]);
}

static void two_senders_one_reserved(void)
{
    open_channel(2, true, 0);
    clone_tx(0, 1);
    reserve_one(0);
}

static void other_tries_to_send_1(void)
{
    send_until(1, 20, SLUICE_NOW);
}

#if KIND_MANY_RX
/* A void cell, and nothing behind it. */
static void void_two_receivers(void)
{
    open_channel(2, true, 0);
    clone_tx(0, 1);
    clone_rx(0, 1);
    reserve_one(0);
    reserve_one(1);
    small_abort(tx[0]);
    small_abort(tx[1]);
}
#endif

static const struct explore_scenario void_scenarios[] = {
    { "given_back_then_claimed", two_senders_one_inside, { other_reserves_and_aborts, try_send_1 }, drain_and_finish },
    { "void_and_last_receiver", reserved_before_a_message, { abort_held, drop_receiver }, finish },
    { "void_lengths", void_before_a_message, { lengths_over_a_void }, drain_and_finish },
    { "void_under_a_peek_is_room", void_before_a_message, { other_sends_1, hold_a_peek }, drain_and_finish },
    { "void_of_a_dropped", two_senders_one_reserved, { drop_sender, other_tries_to_send_1, receive_1 }, drain_and_finish },
#if KIND_MANY_RX
    { "void_passed_by_one", void_two_receivers, { other_tries_to_receive_1, try_send_2 }, drain_and_finish },
#endif
};
