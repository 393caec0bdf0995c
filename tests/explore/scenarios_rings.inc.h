/* scenarios_rings.inc.h: what is particular to bounded queues in one order, above all the rings: slots that change hands, ranges that come
 * back, ends. Part of scenarios.inc.h.
 *
 * Peeks and reservations that are held over a scenario's end are not written down: the checks stand here.
 *
 * SPDX-License-Identifier: MIT */

#define IS_RING (KIND_FLAVOUR != SLUICE_MUTEX)

static void open_with(size_t capacity, uint64_t messages)
{
    open_channel(capacity, true, 0);
    for (uint64_t i = 1; i <= messages; i++)
        send_until(0, i, NEVER);
}

static void hold_peek(unsigned i, size_t max)
{
    struct message *cells = NULL;
    size_t count = 0;
    if (small_try_peek(rx[i], max, &cells, &count) == SLUICE_OK)
        number_of(&cells[0]);
}

static void reserve_one(unsigned i)
{
    struct message *cells = NULL;
    size_t count = 0;
    if (small_try_reserve(tx[i], 1, &cells, &count) == SLUICE_OK)
        cells[0] = numbered(200 + i);
}

/* ---- one of each ---- */

static void two_inside(void)
{
    open_with(2, 2);
}

static void two_inside_peeked(void)
{
    open_with(2, 2);
    hold_peek(0, 2);
}

/* What is only looked at is inside, and no reason to be busy. */
static void try_send_beside_a_peek(void)
{
    send_until(0, 10, SLUICE_NOW);
    EXPLORE_CHECK(small_tx_len_hint(tx[0]) == 2);
}

static void peek_2_release_1_and_stay(void)
{
    peek_and_release(0, 2, 1, NEVER);
}

/* The last receiver's drop destroys what is inside, then and there. */
static void drop_receiver_and_look(void)
{
    drop_rx(0);
    EXPLORE_CHECK(small_tx_len_hint(tx[0]) == 0);
}

static void reserve_twice(void)
{
    reserve_one(0);
    struct message *cells = NULL;
    size_t count = 0;
    if (small_try_reserve(tx[0], 1, &cells, &count) == SLUICE_CLOSED)
        EXPLORE_CHECK(small_commit(tx[0], 1) == SLUICE_INVALID); /* the first is over, too */
}

static void try_send_1(void)
{
    send_until(0, 10, SLUICE_NOW);
}

#if KIND_MANY_RX
/* ---- slots ---- */

static void two_inside_two_receivers(void)
{
    open_with(2, 2);
    clone_rx(0, 1);
}

static void two_inside_and_a_place(void)
{
    two_inside_two_receivers();
    clone_rx(0, 2);
    drop_rx(2);
}

static void other_tries_and_drops(void)
{
    receive_until(1, SLUICE_NOW);
    drop_rx(1);
}

static void clone_tries(void)
{
    clone_rx(0, 2);
    receive_until(2, SLUICE_NOW);
}

static void other_clone_tries(void)
{
    clone_rx(1, 3);
    receive_until(3, SLUICE_NOW);
}

static void try_send_a_batch(void)
{
    send_batch(0, 10, 2, true);
}

static void try_receive_1(void)
{
    receive_until(0, SLUICE_NOW);
}

#if IS_RING
static void drops_and_clones(void)
{
    for (unsigned i = 0; i < 2; i++) {
        drop_rx(1);
        clone_rx(0, 1);
    }
}

/* What comes back is taken up in its slot, and the taker's own goes. */
static void takes_up_and_clones(void)
{
    drop_rx(1);
    EXPLORE_CHECK(receive_until(0, SLUICE_NOW) == SLUICE_OK);
    clone_rx(0, 1);
}

static void finish_with_two_slots(void)
{
    unsigned slots = 0;
    const struct sluice__ring *ring = rx[0]->cursor.ring;
    for (const struct sluice__ring_slot *s = (void *)(uintptr_t)sluice__a64_load_relaxed(&ring->slots); s; s = s->next)
        slots++;
    EXPLORE_CHECK(slots == 2);
    drain_and_finish();
}
#endif

/* ---- what comes back ---- */

static unsigned got;

static void one_peeked_at_the_end(void)
{
    open_with(2, 1);
    clone_rx(0, 1);
    drop_tx(0);
    got = 0;
}

static void other_peeks_and_drops(void)
{
    hold_peek(1, 1);
    drop_rx(1);
}

static void count_to_the_end(void)
{
    while (receive_until(0, NEVER) == SLUICE_OK)
        got++;
}

static void finish_with_one_received(void)
{
    EXPLORE_CHECK(got == 1);
    finish();
}

static void came_back(void)
{
    open_with(2, 1);
    clone_rx(0, 1);
    clone_rx(0, 2);
    hold_peek(2, 1);
    drop_rx(2);
}

static void one_peeked_by_the_other(void)
{
    open_with(2, 1);
    clone_rx(0, 1);
    hold_peek(1, 1);
}

/* Messages 1 and 2; what is still to come of them. */
static unsigned to_come_back;

static void two_peeked(void)
{
    open_with(4, 4);
    to_come_back = 2;
    clone_rx(0, 1);
    clone_rx(0, 2);
    hold_peek(1, 1);
    hold_peek(2, 1);
}

static void two_peeked_no_more(void)
{
    open_with(2, 2);
    for (unsigned i = 1; i < 4; i++)
        clone_rx(0, i);
    hold_peek(2, 1);
    hold_peek(3, 1);
}

static uint64_t try_receive_number(unsigned i)
{
    struct message m = { .number = NOBODYS };
    unsigned o = explore_call(EXPLORE_RECV, i + 1, 0);
    enum sluice_status status = small_try_recv(rx[i], &m);
    explore_return(o, status, m.number);
    to_come_back -= status == SLUICE_OK && m.number <= 2;
    return m.number;
}

static void try_receive_2_numbers(void)
{
    try_receive_number(0);
    try_receive_number(0);
}

/* What has come back goes first. */
static void finish_with_what_came_back(void)
{
    while (to_come_back)
        EXPLORE_CHECK(try_receive_number(0) <= 2);
    drain_and_finish();
}

static void drop_two_that_peek(void)
{
    drop_rx(2);
    drop_rx(3);
}

static void drop_third_receiver(void)
{
    drop_rx(2);
}

static void one_inside_at_the_end(void)
{
    one_inside();
    clone_rx(0, 1);
    drop_tx(0);
}

static void try_receive_3(void)
{
    for (unsigned i = 0; i < 3; i++)
        receive_until(0, SLUICE_NOW);
}

static void one_inside_two_receivers(void)
{
    open_with(2, 1);
    clone_rx(0, 1);
}

static void send_2_and_a_batch(void)
{
    send_2();
    size_t sent = send_batch(0, 12, 2, false);
    for (size_t i = sent; i < 2; i++)
        send_until(0, 12 + i, NEVER);
}
#endif

#if KIND_MANY_TX && KIND_MANY_RX
/* A close between a sender's claim and its mark. */
static bool was_sent;

static void nothing_inside(void)
{
    two_of_both();
    got = 0;
}

static void try_send_1_noted(void)
{
    was_sent = send_until(0, 10, SLUICE_NOW) == SLUICE_OK;
}

static void other_closes_then_counts(void)
{
    close_by(1);
    count_to_the_end();
}

static void finish_with_what_was_sent(void)
{
    EXPLORE_CHECK(got == was_sent);
    finish();
}
#endif

static const struct explore_scenario ring_scenarios[] = {
    { "full_of_what_is_peeked", two_inside_peeked, { try_send_beside_a_peek }, drain_and_finish },
    { "released_part_is_room", two_inside, { send_1, peek_2_release_1_and_stay }, drain_and_finish },
    { "last_receiver_destroys", two_inside, { drop_receiver_and_look }, finish },
    { "reserve_twice", capacity_2, { reserve_twice, drop_receiver }, finish },
#if KIND_MANY_RX
    { "slot_changes_hands", two_inside_two_receivers, { other_tries_and_drops, clone_tries, try_send_1 }, drain_and_finish },
    { "two_want_a_slot", two_inside_and_a_place, { clone_tries, other_clone_tries, try_send_1 }, drain_and_finish },
    { "clone_within_a_run", two_receivers, { try_send_a_batch, try_receive_1, other_clone_tries }, drain_and_finish },
    { "end_beside_a_peek", one_peeked_at_the_end, { count_to_the_end, other_peeks_and_drops }, finish_with_one_received },
    { "end_is_for_ever", one_inside_at_the_end, { try_receive_3, other_tries_to_receive_1 }, finish },
    { "two_take_up", came_back, { try_receive_1, other_tries_to_receive_1 }, drain_and_finish },
    { "two_come_back", two_peeked, { drop_other_receiver, drop_third_receiver, try_receive_2_numbers }, finish_with_what_came_back },
    { "two_come_back_to_sleepers", two_peeked_no_more, { drop_two_that_peek, receive_1, other_receives_1 }, drain_and_finish },
    { "late_announcement", one_inside_two_receivers, { send_2_and_a_batch, other_tries_to_receive_1, receive_3 }, drain_and_finish },
#if IS_RING
    { .name = "slots_used_again", .prepare = two_receivers, .bodies = { drops_and_clones, try_send_1 }, .finish = finish_with_two_slots, .faults = -1 },
    { .name = "slot_of_what_came_back", .prepare = one_peeked_by_the_other, .bodies = { takes_up_and_clones }, .finish = finish_with_two_slots, .faults = -1 },
#endif
#if KIND_MANY_TX
    { "end_beside_a_late_mark", nothing_inside, { try_send_1_noted, other_peeks_and_drops, other_closes_then_counts },
      finish_with_what_was_sent },
#endif
#endif
};
