/* programs.inc.h: small programs at random. Each thread has an end of its own, which nobody else uses, and does 2 to 5 calls on it that
 * cannot wait for ever; the answers are judged by history.c. Part of scenarios.inc.h.
 *
 * SPDX-License-Identifier: MIT */

#define CALLS_MAX 5

static struct program {
    size_t capacity;
    uint64_t first;
    unsigned senders, receivers;
    uint8_t calls[4][CALLS_MAX]; /* [thread]: senders first */
    uint8_t lengths[4];
    bool in_place; /* with reservations and peeks, for which the model is lenient */
    bool drops[4]; /* in the end, by the thread itself */
} program;

static uint64_t draw(uint64_t *state, uint64_t below)
{
    *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (*state >> 33) % below;
}

static void choose_program(uint64_t number)
{
    uint64_t state = number * UINT64_C(0x9e3779b97f4a7c15) + 1;
    program.in_place = number % 2;
    program.capacity = 1 + draw(&state, 3);
    program.first = draw(&state, 2) ? 0 : UINT64_MAX - draw(&state, 4);
    program.senders = KIND_MANY_TX ? 1 + (unsigned)draw(&state, KIND_MANY_RX ? 2 : 3) : 1;
    program.receivers = KIND_MANY_RX ? 1 + (unsigned)draw(&state, KIND_MANY_TX ? 2 : 3) : 1;
    for (unsigned i = 0; i < 4; i++) {
        program.lengths[i] = (uint8_t)(2 + draw(&state, program.senders + program.receivers > 2 ? 2 : CALLS_MAX - 1));
        for (unsigned k = 0; k < CALLS_MAX; k++)
            program.calls[i][k] = (uint8_t)draw(&state, 100);
        program.drops[i] = draw(&state, 2);
    }
}

static void prepare_program(void)
{
    open_channel(program.capacity, program.in_place, program.first);
    for (unsigned i = 1; i < program.senders; i++)
        clone_tx(0, i);
    for (unsigned i = 1; i < program.receivers; i++)
        clone_rx(0, i);
}

/* Its messages: 40 each sender, in the order of its calls, 4 each call. */
static void sender_calls(unsigned i, unsigned thread)
{
    for (unsigned k = 0; k < program.lengths[thread]; k++) {
        unsigned call = program.calls[thread][k];
        uint64_t message = 40 * i + 4 * k + 1;
        if (!tx[i])
            return;
        if (call < 35)
            send_until(i, message, SLUICE_NOW);
        else if (call < 60)
            send_until(i, message, LATER);
        else if (call < 70)
            send_until(i, message, SOON);
        else if (call < 85)
            send_batch(i, message, 2 + call % 2, true);
        else if (call < 90)
            close_by(i);
#if !(KIND_BUFFER == SLUICE_RENDEZVOUS)
        else if (call < 95 && program.in_place)
            reserve_and_commit(i, message, 2, call % 3, SLUICE_NOW);
        else if (call < 97 && program.in_place)
            reserve_and_abort(i);
        else if (call < 98 && program.in_place)
            reserve_only(i);
#endif
        else
            drop_tx(i);
    }
    if (program.drops[thread])
        drop_tx(i);
}

static void receiver_calls(unsigned i, unsigned thread)
{
    for (unsigned k = 0; k < program.lengths[thread]; k++) {
        unsigned call = program.calls[thread][k];
        if (!rx[i])
            return;
        if (call < 40)
            receive_until(i, SLUICE_NOW);
        else if (call < 65)
            receive_until(i, LATER);
        else if (call < 75)
            receive_until(i, SOON);
        else if (call < 90)
            receive_batch(i, 2 + call % 2, true);
#if !(KIND_BUFFER == SLUICE_RENDEZVOUS)
        else if (call < 97 && program.in_place)
            peek_and_release(i, 2, call % 3, SLUICE_NOW);
#endif
        else
            drop_rx(i);
    }
    if (program.drops[thread])
        drop_rx(i);
}

static void run_thread(unsigned thread)
{
    if (thread < program.senders)
        sender_calls(thread, thread);
    else if (thread < program.senders + program.receivers)
        receiver_calls(thread - program.senders, thread);
}

static void thread_0(void)
{
    run_thread(0);
}

static void thread_1(void)
{
    run_thread(1);
}

static void thread_2(void)
{
    run_thread(2);
}

static void thread_3(void)
{
    run_thread(3);
}

static const struct explore_scenario program_scenario = {
    "program", prepare_program, { thread_0, thread_1, thread_2, thread_3 }, drain_and_finish
};
