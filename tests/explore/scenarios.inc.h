/* scenarios.inc.h: what every kind of channel goes through. An adapter (spsc_bounded.c and so on) says what it is and includes this:
 *
 *     GROUP                            its name in the explorer, a string
 *     KIND_FLAVOUR, KIND_BUFFER        as SLUICE_FLAVOUR and SLUICE_BUFFER; KIND_ORDER as SLUICE_ORDER
 *     KIND_MANY_TX, KIND_MANY_RX       1: endpoints of that side can be cloned
 *     KIND_EDGE                        defined: messages of 2 KiB, of which a segment holds 16, and 15 have gone through before: all
 *                                      that happens happens at a segment's end
 *     KIND_WAIT                        how its ends wait, if not SLUICE_WAIT_BALANCED
 *     KIND_REFUSED                     defined: the system refuses membarrier
 *     KIND_COLD                        defined, lanes: one is sent cold as soon as it was looked at in vain twice
 *
 * Compiled with EXPLORE_FREEZE it goes through freeze/freeze.inc.h instead.
 *
 * Messages are small numbers. Every operation is written down for history.c.
 *
 * SPDX-License-Identifier: MIT */
#include <stdint.h>
#include <string.h>

#include <sluice/thread.h>

#include "explore.h"

#ifndef KIND_WAIT
#define KIND_WAIT SLUICE_WAIT_BALANCED
#endif
#define BOUNDED (KIND_BUFFER == SLUICE_BOUNDED)
#define UNBOUNDED (KIND_BUFFER == SLUICE_UNBOUNDED)
#define MEETS (KIND_BUFFER == SLUICE_RENDEZVOUS)
#define LANES (KIND_ORDER == SLUICE_PER_SENDER)

struct message {
    uint64_t number;
#ifdef KIND_EDGE
    uint64_t rest[255];
#endif
};

#define SLUICE_NAME small
#define SLUICE_TYPE struct message
#define SLUICE_FLAVOUR KIND_FLAVOUR
#define SLUICE_BUFFER KIND_BUFFER
#define SLUICE_ORDER KIND_ORDER
#define SLUICE_DROP(m) explore_destroyed(m.number)
#include <sluice/channel.h>

#define ENDS 4

static small_tx tx[ENDS]; /* [0] is the first; NULL: there is none */
static small_rx rx[ENDS];

#define NEVER SLUICE_FOREVER
#define NOBODYS 255

static uint64_t received; /* by batches */

static struct message numbered(uint64_t number)
{
    struct message m = { .number = number };
#ifdef KIND_EDGE
    m.rest[254] = ~number;
#endif
    return m;
}

static uint64_t number_of(const struct message *m)
{
#ifdef KIND_EDGE
    EXPLORE_CHECK(m->number == NOBODYS || m->rest[254] == ~m->number);
#endif
    return m->number;
}

/* ---- preparing ---- */

static void open_channel(size_t capacity, bool lenient, uint64_t first)
{
    struct explore_model model = { .capacity = BOUNDED ? capacity : SIZE_MAX, .per_sender = LANES, .meets = MEETS,
                                   .lenient = lenient, .keeps = lenient && KIND_MANY_RX, .senders = 1, .receivers = 1 };
    memset(tx, 0, sizeof tx);
    memset(rx, 0, sizeof rx);
    received = 0;
    explore_history_begin(&model);
    explore_set_first_position(first);
    explore_lanes_visits = 16;
#ifdef KIND_REFUSED
    explore_refuse_membarrier();
#endif
#ifdef KIND_COLD
    explore_lanes_waste = 1;
#else
    explore_lanes_waste = 4096;
#endif
    EXPLORE_CHECK(small_open(&tx[0], &rx[0], &(struct sluice_options){ .capacity = capacity, .wait = KIND_WAIT }) == SLUICE_OK);
#ifdef KIND_EDGE
    struct message m;
    for (unsigned i = 0; i < 15; i++)
        EXPLORE_CHECK(small_try_send(tx[0], numbered(i)) == SLUICE_OK && small_try_recv(rx[0], &m) == SLUICE_OK);
#endif
}

/* ---- operations, written down ---- */

static void clone_tx(unsigned from, unsigned to)
{
#if KIND_MANY_TX
    unsigned o = explore_call(EXPLORE_CLONE_TX, to + 1, 0);
    tx[to] = small_tx_clone(tx[from]);
    explore_return(o, tx[to] ? SLUICE_OK : SLUICE_NO_MEMORY, 0);
#else
    (void)from, (void)to;
#endif
}

static void clone_rx(unsigned from, unsigned to)
{
#if KIND_MANY_RX
    unsigned o = explore_call(EXPLORE_CLONE_RX, to + 1, 0);
    rx[to] = small_rx_clone(rx[from]);
    explore_return(o, rx[to] ? SLUICE_OK : SLUICE_NO_MEMORY, 0);
#else
    (void)from, (void)to;
#endif
}

static void drop_tx(unsigned i)
{
    if (!tx[i])
        return;
    unsigned o = explore_call(EXPLORE_DROP_TX, i + 1, 0);
    small_tx_drop(&tx[i]);
    explore_return(o, SLUICE_OK, 0);
}

static void drop_rx(unsigned i)
{
    if (!rx[i])
        return;
    unsigned o = explore_call(EXPLORE_DROP_RX, i + 1, 0);
    small_rx_drop(&rx[i]);
    explore_return(o, SLUICE_OK, 0);
}

static void close_by(unsigned i)
{
    if (!tx[i])
        return;
    unsigned o = explore_call(EXPLORE_CLOSE, i + 1, 0);
    small_tx_close(tx[i]);
    explore_return(o, SLUICE_OK, 0);
}

/* deadline: SLUICE_NOW is try_send, NEVER send. */
static enum sluice_status send_until(unsigned i, uint64_t message, sluice_deadline deadline)
{
    if (!tx[i])
        return SLUICE_CLOSED;
    unsigned o = explore_call(EXPLORE_SEND, i + 1, message);
    enum sluice_status status = deadline == SLUICE_NOW ? small_try_send(tx[i], numbered(message))
                                : deadline == NEVER    ? small_send(tx[i], numbered(message))
                                                       : small_send_until(tx[i], numbered(message), deadline);
    EXPLORE_CHECK(status != SLUICE_TIMED_OUT || (deadline != NEVER && explore_now() >= deadline));
    explore_return(o, status, message);
    if (status == SLUICE_NO_MEMORY && deadline != SLUICE_NOW)
        return send_until(i, message, deadline);
    return status;
}

static enum sluice_status receive_until(unsigned i, sluice_deadline deadline)
{
    if (!rx[i])
        return SLUICE_CLOSED;
    struct message message = { .number = NOBODYS };
    unsigned o = explore_call(EXPLORE_RECV, i + 1, 0);
    enum sluice_status status = deadline == SLUICE_NOW ? small_try_recv(rx[i], &message)
                                : deadline == NEVER    ? small_recv(rx[i], &message)
                                                       : small_recv_until(rx[i], &message, deadline);
    EXPLORE_CHECK((status == SLUICE_OK) == (number_of(&message) != NOBODYS));
    EXPLORE_CHECK(status != SLUICE_TIMED_OUT || (deadline != NEVER && explore_now() >= deadline));
    explore_return(o, status, message.number);
    return status;
}

/* Messages first, first + 1, … as one batch: as many operations that begin and end together, in order. */
static size_t send_batch(unsigned i, uint64_t first, size_t n, bool try_only)
{
    struct message messages[8];
    unsigned o[8];
    size_t sent = 0;
    for (size_t k = 0; k < n; k++) {
        messages[k] = numbered(first + k);
        o[k] = explore_call(EXPLORE_SEND, i + 1, first + k);
    }
    enum sluice_status status = try_only ? small_try_send_n(tx[i], messages, n, &sent) : small_send_n(tx[i], messages, n, &sent);
    for (size_t k = 0; k < n; k++) /* short: no more room, or closed; TIMED_OUT stands for either here */
        explore_return(o[k], k < sent ? SLUICE_OK : sent ? SLUICE_TIMED_OUT : status, first + k);
    return sent;
}

static enum sluice_status receive_batch(unsigned i, size_t max, bool try_only)
{
    struct message messages[8];
    unsigned o[8];
    size_t got = 0;
    for (size_t k = 0; k < max; k++)
        o[k] = explore_call(EXPLORE_RECV, i + 1, 0);
    enum sluice_status status = try_only ? small_try_recv_n(rx[i], messages, max, &got) : small_recv_n(rx[i], messages, max, &got);
    received += got;
    for (size_t k = 0; k < max; k++)
        explore_return(o[k], k < got ? SLUICE_OK : got ? SLUICE_TIMED_OUT : status, k < got ? number_of(&messages[k]) : 0);
    return status;
}

static void receive_all(unsigned i)
{
    while (receive_until(i, NEVER) == SLUICE_OK) {
    }
}

static void finish(void)
{
    for (unsigned i = 0; i < ENDS; i++)
        drop_tx(i);
    for (unsigned i = 0; i < ENDS; i++)
        drop_rx(i);
    explore_history_check();
}

/* After everything: what is inside is received by the main thread, by the first receiver that is left, before the channel goes. */
static void drain_and_finish(void)
{
    unsigned last = ENDS;
    for (unsigned i = 0; i < ENDS; i++)
        drop_tx(i);
    for (unsigned i = 0; i < ENDS; i++) {
        if (rx[i] && last == ENDS)
            last = i;
        else
            drop_rx(i);
    }
    if (last < ENDS)
        receive_all(last);
    finish();
}

#ifdef EXPLORE_FREEZE
#include "freeze/freeze.inc.h"
#else
#include "scenarios_basic.inc.h"
#include "scenarios_runs.inc.h"
#include "scenarios_clones.inc.h"
#if BOUNDED && !LANES
#include "scenarios_rings.inc.h"

EXPLORE_SCENARIOS(GROUP, ring_scenarios)
#if KIND_MANY_TX && IS_RING
#include "scenarios_voids.inc.h"

EXPLORE_SCENARIOS(GROUP, void_scenarios)
#endif
#endif
#include "programs.inc.h"
#ifdef KIND_COLD
#include "scenarios_lanes_hot.inc.h"
#endif
#ifdef KIND_EDGE
#include "scenarios_edge.inc.h"
#if !LANES && (KIND_MANY_TX || KIND_MANY_RX)
#include "scenarios_chains.inc.h"
#endif

EXPLORE_SCENARIOS(GROUP, edge_scenarios)
#endif

EXPLORE_SCENARIOS(GROUP, scenarios)
EXPLORE_SCENARIOS(GROUP, run_scenarios)

__attribute__((constructor)) static void add_programs_to_explorer(void)
{
    explore_add_programs(GROUP, choose_program, &program_scenario);
}

EXPLORE_SCENARIOS(GROUP, clone_scenarios)
#ifdef KIND_COLD
EXPLORE_SCENARIOS(GROUP, cold_scenarios)
EXPLORE_SCENARIOS(GROUP, lanes_hot_scenarios)
#endif
#endif
