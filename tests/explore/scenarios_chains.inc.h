/* scenarios_chains.inc.h: shared chains at their segments' ends, to the point. Part of scenarios.inc.h, for messages of 2 KiB: 16 in a
 * segment, 15 have gone through before.
 *
 * SPDX-License-Identifier: MIT */
#include "queue/segments.h"

/* Sent and received by the main thread, as if it had not been. */
static void through(unsigned sender, unsigned receiver, unsigned count)
{
    struct message m;
    for (unsigned i = 0; i < count; i++)
        EXPLORE_CHECK(small_try_send(tx[sender], numbered(i)) == SLUICE_OK && small_try_recv(rx[receiver], &m) == SLUICE_OK);
}

/* ---- what must hold whenever nobody is in a call ---- */

static void look_over_segment(const struct sluice__chain *chain, const struct sluice__chain_segment *segment)
{
    for (unsigned i = 0; i < SLUICE__CHAIN_SPARE_MAX; i++)
        EXPLORE_CHECK(sluice__a64_load_relaxed(&chain->pool.spare[i]) != sluice__chain_address(segment));
}

static void look_over_slots(const struct sluice__chain *chain, uint64_t used, uint64_t keep)
{
    uint64_t count[3] = { 0, 0, 0 };
    for (const struct sluice__chain_slot *slot = sluice__chain_first_slot(chain); slot; slot = slot->next)
        count[sluice__a32_load_relaxed(&slot->state)]++;
    EXPLORE_CHECK(count[SLUICE__SLOT_USED] == used);
    EXPLORE_CHECK(count[SLUICE__SLOT_FREE] == sluice__a64_load_relaxed(&chain->free));
    EXPLORE_CHECK(count[SLUICE__SLOT_ORPHAN] == sluice__a64_load_relaxed(&chain->orphans));
    EXPLORE_CHECK(count[SLUICE__SLOT_ORPHAN] + keep == sluice__a64_load_relaxed(&chain->held));
}

/* Nobody is in a segment that is spare, each has a slot for itself, and what is counted is there. */
static void look_over(void)
{
    const struct sluice__chain *chain = NULL;
    uint64_t used = 0, keep = 0;
    for (unsigned i = 0; i < ENDS; i++) {
        if (tx[i]) {
            chain = tx[i]->cursor.chain;
            look_over_segment(chain, tx[i]->cursor.at.segment);
            used++;
        }
        if (rx[i]) {
            chain = rx[i]->cursor.chain;
            look_over_segment(chain, rx[i]->cursor.at.segment);
            used++;
            keep += rx[i]->cursor.keeps;
        }
    }
    if (chain)
        look_over_slots(chain, used, keep);
}

static void look_over_and_drain(void)
{
    look_over();
    drain_and_finish();
}

#if KIND_MANY_TX
/* ---- several senders ---- */

static void two_senders_at_a_full_segment(void)
{
    open_channel(1, true, 0);
    clone_tx(0, 1);
    through(0, 0, 1);
}

/* The other sender has stayed in the first segment; all others are in the second, which is used up. */
static void lagging_sender_and_a_full_segment(void)
{
    open_channel(1, true, 0);
    clone_tx(0, 1);
    through(0, 0, 17);
}

static void lagging_sender_and_backlog(void)
{
    lagging_sender();
    for (unsigned i = 0; i < 17; i++)
        send_until(0, 100 + i, NEVER);
}

/* Room that the first sender has reserved. */
static struct message *room;

static void reserve_1(unsigned i)
{
    size_t count;
    EXPLORE_CHECK(small_try_reserve(tx[i], 1, &room, &count) == SLUICE_OK && count == 1);
}

static void void_before_a_message(void)
{
    two_senders_at_a_full_segment();
    reserve_1(0);
    send_until(1, 20, NEVER);
    small_abort(tx[0]);
}

static void only_a_reservation(void)
{
    two_senders_at_a_full_segment();
    reserve_1(0);
}

static void reserve_then_abort(void)
{
    size_t count;
    if (small_try_reserve(tx[0], 1, &room, &count) != SLUICE_OK)
        return;
    room->number = 200;
    small_abort(tx[0]);
}

/* The channel goes on by a segment and more, so that the one that was last is it again. */
static void go_round(void)
{
    through(0, 0, 17);
}

static void other_clones_sender(void)
{
    clone_tx(1, 3);
}

static void clones_sender(void)
{
    clone_tx(0, 2);
}

static void finds_nothing(void)
{
    EXPLORE_CHECK(receive_until(0, SLUICE_NOW) == SLUICE_EMPTY);
}

/* Without memory the claim word is as it was. */
static void sends_or_leaves_no_trace(void)
{
    if (send_until(0, 10, SLUICE_NOW) == SLUICE_NO_MEMORY)
        EXPLORE_CHECK(sluice__a64_load_relaxed(&tx[0]->cursor.at.segment->claim) == tx[0]->cursor.cells);
}

/* A place that is free is used again. */
static void clones_twice(void)
{
    clone_tx(0, 2);
    const struct sluice__chain_slot *slot = tx[2] ? tx[2]->cursor.slot : NULL;
    drop_tx(2);
    clone_tx(0, 2);
    EXPLORE_CHECK(!slot || !tx[2] || tx[2]->cursor.slot == slot);
}

static void clones_sender_and_sends_1(void)
{
    clone_tx(0, 2);
    send_until(2, 30, NEVER);
}

/* What was sent from a place counts, whoever has it. */
static void count_and_drain(void)
{
    EXPLORE_CHECK(small_tx_len_hint(tx[0]) == 1 + (tx[2] != NULL));
    look_over_and_drain();
}
#endif

#if KIND_MANY_RX
/* ---- several receivers: who comes late ---- */

/* The first receiver has used up the second segment, and there is a third; the other has stayed in the first. */
static void lagging_receiver_and_a_third_segment(void)
{
    open_channel(1, true, 0);
    clone_rx(0, 1);
    through(0, 0, 17);
    send_until(0, 50, NEVER);
}

static void other_clones_receiver(void)
{
    clone_rx(1, 2);
}

#include "scenarios_left.inc.h"
#endif

#if KIND_MANY_TX && KIND_MANY_RX
/* Behind two reservations lies a message. */
static void message_behind_reservations(void)
{
    struct message *other;
    size_t count;
    open_channel(1, true, 0);
    clone_tx(0, 1);
    clone_tx(0, 2);
    clone_rx(0, 1);
    through(0, 0, 1);
    through(0, 1, 1);
    through(0, 0, 1); /* what the other knows is not the newest, so that it does not look at the cell where the next message comes */
    reserving = explore_call(EXPLORE_SEND, 1, 10);
    reserve_1(0);
    EXPLORE_CHECK(small_try_reserve(tx[1], 1, &other, &count) == SLUICE_OK);
    send_until(2, 30, NEVER);
}

static void tries_to_receive_1(void)
{
    receive_until(0, SLUICE_NOW);
}

static void commits_1(void)
{
    room[0] = numbered(10);
    explore_return(reserving, small_commit(tx[0], 1), 10);
}

static void other_finds_it_busy(void)
{
    EXPLORE_CHECK(receive_until(1, SLUICE_NOW) != SLUICE_EMPTY);
}

static void two_of_both_at_a_full_segment(void)
{
    two_senders_at_a_full_segment();
    clone_rx(0, 1);
}

static void sends_2_about_a_void(void)
{
    send_until(0, 10, NEVER);
    reserve_and_abort(1);
    if (small_try_reserve(tx[1], 1, &room, &(size_t){ 0 }) != SLUICE_OK)
        room = NULL;
    send_until(0, 11, NEVER);
    if (room)
        small_abort(tx[1]);
}
#endif

static const struct explore_scenario chain_scenarios[] = {
#if KIND_MANY_TX
    { "void_before_a_message_destroyed", void_before_a_message, { drop_receiver, drop_sender }, finish },
    { "reservation_alone", only_a_reservation, { finds_nothing, drop_other_sender }, look_over_and_drain },
    { "reserve_abort_send_new_segment", two_senders_at_a_full_segment, { reserve_then_abort, other_sends_1 }, look_over_and_drain },
    { "clone_beside_new_segment", two_senders_at_a_full_segment, { send_1, other_clones_sender }, look_over_and_drain },
    { "no_memory_no_trace", two_senders_at_a_full_segment, { sends_or_leaves_no_trace }, look_over_and_drain },
    { "late_sender", lagging_sender_and_backlog, { send_1, receive_2, other_sends_1 }, look_over_and_drain },
    { "clone_beside_append", lagging_sender_and_a_full_segment, { send_1, try_receive_2, other_clones_sender }, look_over_and_drain },
    { "clone_beside_append_drop_receiver", lagging_sender_and_a_full_segment, { send_1, drop_receiver, other_clones_sender }, look_over_and_drain },
    { .name = "clone_beside_a_round", .prepare = lagging_sender_and_a_full_segment, .bodies = { go_round, other_clones_sender },
      .finish = look_over_and_drain, .faults = -1 },
    { "place_for_two", two_senders_and_a_place, { clones_sender, other_clones_sender }, look_over_and_drain },
    { "place_used_again", two_senders, { clones_twice }, look_over_and_drain },
    { "place_counts", two_senders, { clones_sender_and_sends_1, other_sends_1_drops }, count_and_drain },
#endif
#if KIND_MANY_RX
    { "late_receiver", lagging_receiver_and_backlog, { send_1, receive_2, other_receives_1 }, look_over_and_drain },
    { "clone_beside_retirement", lagging_receiver_and_a_third_segment, { receive_1, other_clones_receiver }, look_over_and_drain },
#endif
#if KIND_MANY_TX && KIND_MANY_RX
    { "busy_not_empty", message_behind_reservations, { commits_1, tries_to_receive_1, other_finds_it_busy }, look_over_and_drain },
    { "void_between_two", two_of_both_at_a_full_segment, { sends_2_about_a_void, receive_1, other_receives_1 }, look_over_and_drain },
#endif
};

EXPLORE_SCENARIOS(GROUP, chain_scenarios)
