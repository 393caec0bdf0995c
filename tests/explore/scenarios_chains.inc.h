/* scenarios_chains.inc.h: shared chains at their segments' ends, to the point. Part of scenarios.inc.h, for messages of 2 KiB: 16 in a
 * segment, 15 have gone through before.
 *
 * SPDX-License-Identifier: MIT */

static void through(unsigned sender, unsigned receiver, unsigned count)
{
    struct message m;
    for (unsigned i = 0; i < count; i++)
        EXPLORE_CHECK(small_try_send(tx[sender], numbered(i)) == SLUICE_OK && small_try_recv(rx[receiver], &m) == SLUICE_OK);
}

/* ---- what a dropped receiver left ---- */

#if KIND_MANY_RX
static struct message *peeked;
static size_t peeked_count;
static unsigned peeking; /* the receive of what is peeked at */

static void peek_1(unsigned i)
{
    peeking = explore_call(EXPLORE_RECV, i + 1, 0);
    enum sluice_status status = small_try_peek(rx[i], 1, &peeked, &peeked_count);
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
    peek_1(0);
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
    peek_1(0);
    send_until(0, 60, NEVER);
}

static void third_receives_1(void)
{
    receive_until(2, NEVER);
}

static void first_drops_other_peeks(void)
{
    drop_peeked(0);
    peek_1(1);
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
    drain_and_finish();
}
#endif

static const struct explore_scenario chain_scenarios[] = {
    { "backlog_again", backlog, { send_1, receive_1 }, drain_and_finish },
#if KIND_MANY_RX
    { "adopt_beside_send", left_in_a_retired_segment, { send_1, other_receives_1 }, drain_and_finish },
    { "adopt_beside_search", last_of_a_segment_held, { third_receives_1, first_drops_other_peeks }, look_at_peeked_and_finish },
#endif
};

__attribute__((constructor)) static void add_chains_to_explorer(void)
{
    explore_add(GROUP, chain_scenarios, sizeof chain_scenarios / sizeof *chain_scenarios);
}
