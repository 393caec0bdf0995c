/* table.c: what is promised of each call while another thread is stopped for ever in the middle of one, as the documentation says it.
 *
 * The general rule needs no row: a call of another thread is to others as if it had not begun or were over. The rows of
 * freeze_windows are the exceptions, each with the place in docs/ where it stands; freeze_promises are the calls that return in any case.
 *
 * SPDX-License-Identifier: MIT */
#include "freeze.h"

#define RINGS (SPSC_RING | MPSC_RING | SPMC_RING | MPMC_RING)
#define CHAINS (SPSC_CHAIN | MPSC_CHAIN | SPMC_CHAIN | MPMC_CHAIN)
#define LANES_OF_ONE (MPSC_LANES | MPSC_LANES_CHAIN)
#define LANES_OF_MANY (MPMC_LANES | MPMC_LANES_CHAIN | MPMC_LANES_LEASED)
#define LANES (LANES_OF_ONE | LANES_OF_MANY)
#define LANES_CHAINS (MPSC_LANES_CHAIN | MPMC_LANES_CHAIN | MPMC_LANES_LEASED)
#define QUEUES (RINGS | CHAINS | LANES_OF_ONE | LANES_OF_MANY)
#define MUTEX (MUTEX_RING | MUTEX_LIST)
#define WITH_MARKS (MPSC_RING | MPMC_RING | MPSC_CHAIN | MPMC_CHAIN) /* several senders to one queue: claim, then mark */
#define WITH_SLOTS (SPMC_RING | MPMC_RING)                           /* several receivers of a ring: announce, claim, copy, clear */

#define PLAIN_SENDS (CALL(TRY_SEND) | CALL(SEND) | CALL(SEND_SOON) | CALL(TRY_SEND_N) | CALL(SEND_N))
#define RESERVATIONS (CALL(COMMIT) | CALL(ABORT))
#define SENDS (PLAIN_SENDS | RESERVATIONS)
#define PLAIN_RECEIVES (CALL(TRY_RECV) | CALL(RECV) | CALL(RECV_SOON) | CALL(TRY_RECV_N) | CALL(RECV_N))
#define RECEIVES (PLAIN_RECEIVES | CALL(RELEASE))
#define TRIES_TX (CALL(TRY_SEND) | CALL(TRY_SEND_N) | CALL(COMMIT) | CALL(ABORT) | CALL(FILL))
#define TRIES_RX (CALL(TRY_RECV) | CALL(TRY_RECV_N) | CALL(RELEASE) | CALL(DRAIN))
#define WAITING_TX (CALL(SEND) | CALL(SEND_N))
#define WAITING_RX (CALL(RECV) | CALL(RECV_N) | CALL(RECV_ALL))
#define LIFE (CALL(CLONE_TX) | CALL(DROP_TX) | CALL(CLOSE) | CALL(CLONE_RX) | CALL(DROP_RX))
#define QUESTIONS (CALL(ASK_TX) | CALL(ASK_RX))
#define LOCKING ((CALL(CALLS) - 2) & ~(QUESTIONS | CALL(CLONE_TX) | CALL(CLONE_RX)))

#define ANY_SETUP (SET(SETUPS) - 1)
#define WITH_MESSAGES (SET(ONE) | SET(TWO) | SET(CLOSING) | TX_SLEEPS)
#define RX_SLEEPS (SET(RX_WAITS) | SET(RX_COMES))
#define TX_SLEEPS (SET(TX_WAITS) | SET(TX_COMES))

#define OTHERS (SET(PEER) | SET(COMPANION) | SET(PROBE))
#define SLEEPERS (SET(PEER) | SET(COMPANION))

#define TO(status) SET(SLUICE_##status)

/* ---- what returns, and in how many steps of its own ---- */

const struct freeze_promise freeze_promises[] = {
    { RINGS | CHAINS | MUTEX | RENDEZVOUS, QUESTIONS, 16, "channel.h: the questions are wait-free" },
    { LANES, QUESTIONS, 96, "lanes.md: in the number of lanes" },
    { RENDEZVOUS, CALL(CLONE_TX) | CALL(CLONE_RX), 16, "rendezvous.md: cloning needs no lock" },
    { RINGS, CALL(TRY_SEND) | CALL(TRY_SEND_N) | RESERVATIONS, 32, "rings.md: send, commit, abort" },
    { RINGS, CALL(TRY_RECV) | CALL(TRY_RECV_N) | CALL(RELEASE), 48, "rings.md: receive, release" },
    { RINGS, CALL(FILL) | CALL(DRAIN), 96, "as try_send and try_recv, several times" },
    { RINGS, CALL(SEND_SOON) | CALL(RECV_SOON), 128, "channel.h: TIMED_OUT when the deadline has passed" },
    { RINGS, LIFE, 64, "rings.md: clone, drop, close" },
    { CHAINS, CALL(TRY_SEND) | CALL(TRY_SEND_N) | RESERVATIONS, 80, "chains.md: send, commit, abort" },
    { CHAINS, CALL(SEND) | CALL(SEND_N) | CALL(SEND_SOON), 80, "chains.md: a send never waits" },
    { CHAINS, CALL(TRY_RECV) | CALL(TRY_RECV_N) | CALL(RELEASE), 96, "chains.md: receive, release" },
    { CHAINS, CALL(FILL) | CALL(DRAIN), 128, "as try_send and try_recv, several times" },
    { CHAINS, CALL(RECV_SOON), 160, "channel.h: TIMED_OUT when the deadline has passed" },
    { CHAINS, LIFE, 192, "chains.md: clone, drop, close" },
    { LANES, CALL(TRY_SEND) | CALL(TRY_SEND_N) | RESERVATIONS, 64, "lanes.md: send, commit and abort are wait-free" },
    { LANES_CHAINS, CALL(SEND) | CALL(SEND_N) | CALL(SEND_SOON), 64, "lanes.md: a chain's send never waits" },
    { LANES, CALL(TRY_RECV) | CALL(TRY_RECV_N) | CALL(RELEASE), 256, "lanes.md: wait-free in the number of lanes; BUSY where one is held" },
    { LANES, CALL(FILL) | CALL(DRAIN), 384, "as try_send and try_recv, several times" },
    { LANES, CALL(SEND_SOON) | CALL(RECV_SOON), 1200, "channel.h: TIMED_OUT when the deadline has passed" },
    { LANES, LIFE, 512, "lanes.md: clone, drop, close" },
};
const size_t freeze_promise_count = sizeof freeze_promises / sizeof *freeze_promises;

/* ---- what is seen of a call in the middle ---- */

const struct freeze_window freeze_windows[] = {
    /* A sender between claim and mark, or with a reservation open: what is behind its message waits. */
    { WITH_MARKS, SENDS, ANY_SETUP, OTHERS, TRIES_RX, TO(BUSY), 0, "rings.md, chains.md: a sender stopped between claim and mark" },
    { WITH_MARKS, SENDS, SET(CLOSING), OTHERS, WAITING_RX, 0, SET(SLEEPS), "rings.md, chains.md: it holds off the end" },
    /* A reservation in a ring holds its room. */
    { MPSC_RING | MPMC_RING, RESERVATIONS, ANY_SETUP, OTHERS, TRIES_TX, TO(FULL), 0, "rings.md: a reservation's room" },
    { MPSC_RING | MPMC_RING, RESERVATIONS, ANY_SETUP, OTHERS, WAITING_TX, 0, SET(SLEEPS), "rings.md: a reservation's room" },
    { MPSC_RING | MPMC_RING, RESERVATIONS, ANY_SETUP, OTHERS, CALL(SEND_SOON), TO(TIMED_OUT), 0, "rings.md: a reservation's room" },
    /* A receiver of a ring between announcement and release, or with a peek open: its room waits, and the end. */
    { WITH_SLOTS, RECEIVES, ANY_SETUP, OTHERS, TRIES_TX, TO(BUSY), 0, "rings.md: a receiver stopped keeps the room" },
    { WITH_SLOTS, RECEIVES, SET(CLOSING), OTHERS, TRIES_RX, TO(EMPTY), 0, "rings.md: it holds off the end" },
    { WITH_SLOTS, RECEIVES, SET(CLOSING), OTHERS, WAITING_RX, 0, SET(SLEEPS), "rings.md: it holds off the end" },
    { WITH_SLOTS, RECEIVES, SET(CLOSING), OTHERS, CALL(RECV_SOON), TO(TIMED_OUT), 0, "rings.md: it holds off the end" },
    /* A receiver of a chain: nothing, unless it peeks. */
    { SPMC_CHAIN | MPMC_CHAIN, CALL(RELEASE), SET(CLOSING), OTHERS, TRIES_RX, TO(BUSY), 0, "chains.md: a peek holds off the end" },
    { SPMC_CHAIN | MPMC_CHAIN, CALL(RELEASE), SET(CLOSING), OTHERS, WAITING_RX, 0, SET(SLEEPS), "chains.md: a peek holds off the end" },
    { SPMC_CHAIN | MPMC_CHAIN, CALL(RELEASE), SET(CLOSING), OTHERS, CALL(RECV_SOON), TO(TIMED_OUT), 0, "chains.md: a peek holds off the end" },
    /* One of several receivers of lanes keeps its lane, also where that is empty by now; senders never keep anything. */
    { LANES_OF_MANY, RECEIVES, WITH_MESSAGES, OTHERS, TRIES_RX, TO(BUSY), 0, "lanes.md: a receiver that stops keeps that lane" },
    { LANES_OF_MANY, RECEIVES, WITH_MESSAGES, OTHERS, WAITING_RX, 0, SET(LOOKS), "lanes.md: a blocking call looks again" },
    { LANES_OF_MANY, RECEIVES, WITH_MESSAGES, OTHERS, CALL(RECV_SOON), TO(TIMED_OUT), 0, "lanes.md: until its deadline" },
    { LANES_OF_MANY, CALL(RELEASE), SET(TWO) | SET(CLOSING), OTHERS, WAITING_RX, 0, SET(SLEEPS), "lanes.md: what is peeked at" },
    { MPMC_LANES_LEASED, RECEIVES, RX_SLEEPS, SLEEPERS, CALL(RECV), 0, SET(SLEEPS), "lanes.md: also one that it finds empty" },
    /* Whoever is stopped in the middle of waking others. */
    { QUEUES & ~(SPSC_RING | SPSC_CHAIN), SENDS | LIFE, RX_SLEEPS, SLEEPERS, CALL(RECV), 0, SET(SLEEPS), "waiting.md: a wake-up under way" },
    { WITH_SLOTS | MPSC_RING | MPMC_LANES, RECEIVES | SENDS | LIFE, TX_SLEEPS, SLEEPERS, CALL(SEND), 0, SET(SLEEPS), "waiting.md: a wake-up under way" },
    { MPSC_RING | MPMC_RING, SENDS, RX_SLEEPS, SET(PROBE), TRIES_TX, TO(FULL) | TO(OK), 0, "waiting.md: who sleeps on takes nothing out" },
    { MPSC_RING | MPMC_RING, SENDS, RX_SLEEPS, SET(PROBE), WAITING_TX, 0, SET(SLEEPS), "waiting.md: who sleeps on takes nothing out" },
    { MPSC_RING | MPMC_RING, SENDS, RX_SLEEPS, SET(PROBE), CALL(SEND_SOON), TO(TIMED_OUT), 0, "waiting.md: who sleeps on takes nothing out" },
    { WITH_SLOTS, RECEIVES, TX_SLEEPS, SET(PROBE), TRIES_RX, TO(EMPTY) | TO(OK), 0, "waiting.md: who sleeps on puts nothing in" },
    { WITH_SLOTS, RECEIVES, TX_SLEEPS, SET(PROBE), WAITING_RX, TO(OK), SET(SLEEPS), "waiting.md: who sleeps on puts nothing in" },
    { WITH_SLOTS, RECEIVES, TX_SLEEPS, SET(PROBE), CALL(RECV_SOON), TO(TIMED_OUT), 0, "waiting.md: who sleeps on puts nothing in" },
    { MPMC_LANES, PLAIN_RECEIVES, TX_SLEEPS, SET(PROBE), WAITING_RX, 0, SET(SLEEPS), "waiting.md: who sleeps on puts nothing in" },
    /* Whoever was woken, and stopped before it could pass that on. */
    { SPMC_RING | MPMC_RING | SPMC_CHAIN | MPMC_CHAIN | LANES_OF_MANY, CALL(RECV) | CALL(RECV_N) | CALL(RECV_SOON), SET(RX_COMES),
      SLEEPERS, CALL(RECV), 0, SET(SLEEPS), "waiting.md: a wake-up under way" },
    /* A lock. */
    { RENDEZVOUS, SENDS | RECEIVES | CALL(CLOSE) | CALL(DROP_TX) | CALL(DROP_RX), ANY_SETUP, OTHERS, LOCKING, 0, SET(LOCKED),
      "rendezvous.md: a thread stopped while it holds the lock stops all" },
    { RENDEZVOUS, SENDS | RECEIVES | CALL(CLOSE) | CALL(DROP_TX) | CALL(DROP_RX), RX_SLEEPS | TX_SLEEPS, SLEEPERS, LOCKING, 0, SET(SLEEPS),
      "rendezvous.md: between step 1 and step 3 it stops those it served" },
    { MUTEX, SENDS | RECEIVES | LIFE, ANY_SETUP, OTHERS, LOCKING | CALL(CLONE_TX) | CALL(CLONE_RX), 0, SET(LOCKED), "mutex.md: a thread stopped with the lock stops all" },
    { MUTEX, SENDS | RECEIVES | LIFE, RX_SLEEPS | TX_SLEEPS, SLEEPERS, LOCKING, 0, SET(SLEEPS), "mutex.md: a thread stopped with the lock stops all" },
    { MUTEX_RING, RESERVATIONS, ANY_SETUP, OTHERS, TRIES_TX, TO(FULL), 0, "mutex.md: a reservation's room" },
    { MUTEX_RING, RESERVATIONS, ANY_SETUP, OTHERS, WAITING_TX, 0, SET(SLEEPS), "mutex.md: a reservation's room" },
    { MUTEX_RING, RESERVATIONS, ANY_SETUP, OTHERS, CALL(SEND_SOON), TO(TIMED_OUT), 0, "mutex.md: a reservation's room" },
    { MUTEX, CALL(RELEASE), SET(CLOSING) | TX_SLEEPS, OTHERS, TRIES_RX, TO(EMPTY), 0, "mutex.md: a peek" },
    { MUTEX, CALL(RELEASE), SET(CLOSING) | TX_SLEEPS, OTHERS, WAITING_RX, 0, SET(SLEEPS), "mutex.md: a peek" },
    { MUTEX, CALL(RELEASE), SET(CLOSING) | TX_SLEEPS, OTHERS, CALL(RECV_SOON), TO(TIMED_OUT), 0, "mutex.md: a peek" },
    { MUTEX_RING, PLAIN_RECEIVES, TX_SLEEPS, SET(PROBE), WAITING_RX, 0, SET(SLEEPS), "waiting.md: who sleeps on puts nothing in" },
    { MUTEX_RING, PLAIN_RECEIVES, TX_SLEEPS, SET(PROBE), CALL(RECV_SOON), TO(TIMED_OUT), 0, "waiting.md: who sleeps on puts nothing in" },
    { MUTEX_RING, PLAIN_SENDS, RX_SLEEPS, SET(PROBE), WAITING_TX, 0, SET(SLEEPS), "waiting.md: who sleeps on takes nothing out" },
    { MUTEX_RING, PLAIN_SENDS, RX_SLEEPS, SET(PROBE), CALL(SEND_SOON), TO(TIMED_OUT), 0, "waiting.md: who sleeps on takes nothing out" },
};
const size_t freeze_window_count = sizeof freeze_windows / sizeof *freeze_windows;