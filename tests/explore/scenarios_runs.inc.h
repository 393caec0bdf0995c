/* scenarios_runs.inc.h: batches and what works in place. Part of scenarios.inc.h.
 *
 * A reservation holds room, and so does a peek, so that FULL and EMPTY may be said where the sequential channel would not: the
 * model is lenient there.
 *
 * SPDX-License-Identifier: MIT */

static void batches(void)
{
    open_channel(2, true, 0);
    clone_tx(0, 1);
    clone_rx(0, 1);
}

static void in_place_alone(void)
{
    open_channel(2, true, 0);
}

static void in_place_inside(void)
{
    open_channel(2, true, 0);
    if (!MEETS) {
        send_until(0, 1, NEVER);
        send_until(0, 2, NEVER);
    }
}

static void in_place_inside_two_receivers(void)
{
    in_place_inside();
    clone_rx(0, 1);
}

/* ---- batches ---- */

static void send_batch_3(void)
{
    size_t sent = send_batch(0, 10, 3, false);
    for (size_t i = sent; i < 3; i++) /* memory was short, or the channel is closed */
        send_until(0, 10 + i, NEVER);
    drop_tx(0);
}

static void try_send_batch_3(void)
{
    send_batch(0, 10, 3, true);
    drop_tx(0);
}

static void other_sends_batch_2(void)
{
    size_t sent = send_batch(1, 20, 2, false);
    for (size_t i = sent; i < 2; i++)
        send_until(1, 20 + i, NEVER);
    drop_tx(1);
}

static void drop_others(void)
{
    drop_tx(1);
    drop_rx(1);
}

static void receive_batches(void)
{
    while (receive_batch(0, 2, false) == SLUICE_OK) {
    }
}

/* As much room at once as both senders need, and one wake-up. */
static void receive_one_batch(void)
{
    for (unsigned left = LANES ? 4 : 2; left;) {
        uint64_t before = received;
        receive_batch(0, left, false);
        left -= (unsigned)(received - before);
    }
}

static void other_receives_batches(void)
{
    while (receive_batch(1, 3, false) == SLUICE_OK) {
    }
}

static void try_receive_batch(void)
{
    receive_batch(0, 3, true);
}

static void batches_one_sender(void)
{
    batches();
    drop_tx(1);
}

static void batches_one_of_each(void)
{
    batches();
    drop_others();
}

#if !(KIND_BUFFER == SLUICE_RENDEZVOUS)

/* ---- in place ---- */

/* Reserves `max`, sends `used` of what it got. A message that is committed has its place from the reservation on, so that the sends
 * begin with that. */
static void reserve_and_commit(unsigned i, uint64_t first, size_t max, size_t used, sluice_deadline deadline)
{
    struct message *cells = NULL;
    size_t count = 0;
    unsigned o[8];
    for (size_t k = 0; k < used; k++)
        o[k] = explore_call(EXPLORE_SEND, i + 1, first + k);
    enum sluice_status status = deadline == SLUICE_NOW ? small_try_reserve(tx[i], max, &cells, &count)
                                                       : small_reserve(tx[i], max, &cells, &count);
    EXPLORE_CHECK(status != SLUICE_OK || (count >= 1 && count <= max));
    size_t sent = used < count ? used : count;
    for (size_t k = 0; k < count; k++)
        cells[k] = numbered(k < sent ? first + k : 200);
    if (status == SLUICE_OK)
        status = small_commit(tx[i], sent);
    for (size_t k = 0; k < used; k++)
        explore_return(o[k], k < sent ? status : SLUICE_TIMED_OUT, first + k);
}

static void reserve_and_abort(unsigned i)
{
    struct message *cells = NULL;
    size_t count = 0;
    if (small_try_reserve(tx[i], 2, &cells, &count) == SLUICE_OK) {
        cells[0] = numbered(201);
        small_abort(tx[i]);
    }
}

static void reserve_only(unsigned i)
{
    struct message *cells = NULL;
    size_t count = 0;
    if (small_try_reserve(tx[i], 2, &cells, &count) == SLUICE_OK)
        cells[0] = numbered(202);
}

/* Peeks at `max`, takes `used` of what it got out. */
static enum sluice_status peek_and_release(unsigned i, size_t max, size_t used, sluice_deadline deadline)
{
    struct message *cells = NULL;
    size_t count = 0;
    unsigned o[8];
    uint64_t seen[8];
    for (size_t k = 0; k < used; k++)
        o[k] = explore_call(EXPLORE_RECV, i + 1, 0);
    enum sluice_status status = deadline == SLUICE_NOW ? small_try_peek(rx[i], max, &cells, &count)
                                                       : small_peek(rx[i], max, &cells, &count);
    size_t out = used < count ? used : count;
    for (size_t k = 0; k < out; k++)
        seen[k] = number_of(&cells[k]);
    if (status == SLUICE_OK)
        EXPLORE_CHECK(count >= 1 && count <= max && small_release(rx[i], out) == SLUICE_OK);
    for (size_t k = 0; k < used; k++)
        explore_return(o[k], k < out ? SLUICE_OK : status == SLUICE_OK ? SLUICE_TIMED_OUT : status, k < out ? seen[k] : 0);
    return status;
}

static void reserve_2_commit_1(void)
{
    reserve_and_commit(0, 10, 2, 1, NEVER);
    send_until(0, 15, NEVER);
    drop_tx(0);
}

static void reserve_2_commit_2(void)
{
    reserve_and_commit(0, 10, 2, 2, NEVER);
    drop_tx(0);
}

static void reserve_abort_send(void)
{
    reserve_and_abort(0);
    send_until(0, 15, NEVER);
    drop_tx(0);
}

static void reserve_drop(void)
{
    reserve_only(0);
    drop_tx(0);
}

static void reserve_send(void)
{
    reserve_only(0);
    send_until(0, 15, NEVER);
    drop_tx(0);
}

static void other_reserves_commits(void)
{
    reserve_and_commit(1, 20, 2, 1, SLUICE_NOW);
    drop_tx(1);
}

static void peek_2_release_1(void)
{
    while (peek_and_release(0, 2, 1, NEVER) == SLUICE_OK) {
    }
}

static void peek_then_receive(void)
{
    struct message *cells = NULL;
    size_t count;
    if (small_try_peek(rx[0], 2, &cells, &count) == SLUICE_OK)
        number_of(&cells[0]);
    receive_all(0);
}

static void peek_then_drop(void)
{
    struct message *cells = NULL;
    size_t count;
    if (small_try_peek(rx[0], 2, &cells, &count) == SLUICE_OK)
        *(volatile uint64_t *)&cells[0].number = number_of(&cells[0]); /* who changes it in place, is seen to */
    drop_rx(0);
}

static void peek_1_then_drop(void)
{
    peek_and_release(0, 2, 1, SLUICE_NOW);
    drop_rx(0);
}

static void other_peeks_2_releases_1(void)
{
    while (peek_and_release(1, 2, 1, NEVER) == SLUICE_OK) {
    }
}

/* As many as two receivers take in two calls each, and one more: whoever begins has a turn before him. */
static void five_inside_two_receivers(void)
{
    open_channel(5, true, 0);
    for (uint64_t i = 0; i < 5; i++)
        send_until(0, 10 + i, NEVER);
    clone_rx(0, 1);
}

static void peek_2_release_2(void)
{
    peek_and_release(0, 2, 2, NEVER);
}

static void two_in_place_senders(void)
{
    open_channel(2, true, 0);
    clone_tx(0, 1);
}

/* All room is reserved when the threads begin. */
static struct message *reserved;
static size_t reserved_count;
static unsigned reserving; /* the send of what may be committed */

static void all_reserved(void)
{
    open_channel(2, true, 0);
    clone_tx(0, 1);
    reserving = explore_call(EXPLORE_SEND, 1, 10);
    EXPLORE_CHECK(small_try_reserve(tx[0], 2, &reserved, &reserved_count) == SLUICE_OK && reserved_count >= 1);
}

static void abort_reservation(void)
{
    small_abort(tx[0]);
    explore_return(reserving, SLUICE_TIMED_OUT, 10);
}

static void commit_none(void)
{
    EXPLORE_CHECK(small_commit(tx[0], 0) == SLUICE_OK);
    explore_return(reserving, SLUICE_TIMED_OUT, 10);
}

static void drop_reservation(void)
{
    explore_return(reserving, SLUICE_TIMED_OUT, 10);
    drop_tx(0);
}

static void commit_one(void)
{
    reserved[0] = numbered(10);
    explore_return(reserving, small_commit(tx[0], 1), 10);
}

static void two_in_place_receivers(void)
{
    open_channel(2, true, 0);
    clone_rx(0, 1);
}

#endif

static const struct explore_scenario run_scenarios[] = {
    { "batch", batches_one_of_each, { send_batch_3, receive_batches }, finish },
    { "try_batch", batches_one_of_each, { try_send_batch_3, try_receive_batch }, drain_and_finish },
    { "batch_single", batches_one_of_each, { send_batch_3, receive_to_the_end }, finish },
    { "batch_drop_receiver", batches_one_of_each, { send_batch_3, drop_receiver }, finish },
#if KIND_MANY_TX
#if !(KIND_BUFFER == SLUICE_RENDEZVOUS)
#if !(KIND_ORDER == SLUICE_PER_SENDER)
    { "two_send_full_recv_batch_lap_end", two_senders_full_at_lap_end, { send_1, other_sends_1, receive_one_batch },
      drain_and_finish },
    { "two_send_full_recv_2_lap_end", two_senders_full_at_lap_end, { send_1, other_sends_1, receive_2 }, drain_and_finish },
#endif
    { "two_send_full_recv_batch", two_senders_and_full, { send_1, other_sends_1, receive_one_batch }, drain_and_finish },
#endif
    { "two_batches", two_senders, { send_batch_3, other_sends_batch_2, receive_batches }, finish },
#endif
#if KIND_MANY_RX
    { "batch_two_recv", batches_one_sender, { send_batch_3, receive_batches, other_receives_batches }, finish },
#endif
#if !(KIND_BUFFER == SLUICE_RENDEZVOUS)
    { "reserve_commit_part", in_place_alone, { reserve_2_commit_1, receive_to_the_end }, finish },
    { "reserve_commit", in_place_alone, { reserve_2_commit_2, peek_2_release_1 }, finish },
    { "reserve_abort", in_place_alone, { reserve_abort_send, receive_to_the_end }, finish },
    { "reserve_drop", in_place_alone, { reserve_drop, receive_to_the_end }, finish },
    { "reserve_send", in_place_alone, { reserve_send, receive_to_the_end }, finish },
    { "reserve_drop_receiver", in_place_alone, { reserve_2_commit_2, drop_receiver }, finish },
    { "peek_release", in_place_inside, { send_2_drop, peek_2_release_1 }, finish },
    { "peek_then_recv", in_place_inside, { send_2_drop, peek_then_receive }, finish },
    { "peek_then_drop", in_place_inside, { send_2_drop, peek_then_drop }, finish },
    { "peek_part_then_drop", in_place_inside, { send_2_drop, peek_1_then_drop }, finish },
#if KIND_MANY_TX
    { "reserve_commit_two", two_in_place_senders, { reserve_2_commit_1, other_reserves_commits, receive_to_the_end }, finish },
    { "reserve_abort_two", two_in_place_senders, { reserve_abort_send, other_sends_1_drops, receive_to_the_end }, finish },
    { "reserve_drop_two", two_in_place_senders, { reserve_drop, other_sends_1_drops, receive_to_the_end }, finish },
    { "abort_wakes", all_reserved, { abort_reservation, other_sends_1 }, drain_and_finish },
    { "commit_none_wakes", all_reserved, { commit_none, other_sends_1 }, drain_and_finish },
    { "commit_part_wakes", all_reserved, { commit_one, other_sends_1 }, drain_and_finish },
    { "drop_reserved_wakes", all_reserved, { drop_reservation, other_sends_1 }, drain_and_finish },
    { "reserve_abort_peek", two_in_place_senders, { reserve_abort_send, other_reserves_commits, peek_2_release_1 }, finish },
#endif
#if KIND_MANY_RX
    { "peek_two_recv", two_in_place_receivers, { send_2_drop, peek_2_release_1, other_receives_to_the_end }, finish },
    { "peek_two_peek", in_place_inside_two_receivers, { drop_sender, peek_2_release_1, other_peeks_2_releases_1 }, finish },
    { "inside_two_try_recv", five_inside_two_receivers, { try_receive_2, other_tries_to_receive_2 }, drain_and_finish },
    { "release_wakes", five_inside_two_receivers, { peek_2_release_2, other_receives_1 }, drain_and_finish },
    { "peek_drop_two_recv", in_place_inside_two_receivers, { send_1_drop, peek_then_drop, other_receives_to_the_end }, finish },
    { "peek_part_drop_two_recv", in_place_inside_two_receivers, { drop_sender, peek_1_then_drop, other_receives_to_the_end }, finish },
#endif
#endif
};
