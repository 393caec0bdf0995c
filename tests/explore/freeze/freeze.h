/* freeze.h: one thread is stopped for ever in the middle of a call; what do the others' calls do?
 *
 * An execution has up to four threads, of which each makes one call, and which run one after the other unless one waits:
 *
 *     peer        goes to sleep, waiting for the other side (in some set-ups)
 *     victim      makes its call, and stops for ever after so many of its steps, or when it is over
 *     companion   comes after that: closes the channel, or goes to sleep (in some set-ups)
 *     probe       the call that is looked at
 *
 * main.c makes them all, for every kind of channel; table.c says what may come of them.
 *
 * SPDX-License-Identifier: MIT */
#ifndef FREEZE_H
#define FREEZE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <sluice/status.h>

enum freeze_role { PEER, VICTIM, COMPANION, PROBE, ROLES };

/* What a thread does. Senders' calls first; the last ones of each side are many calls in a row, or end the channel. */
enum freeze_call {
    NO_CALL,
    TRY_SEND, SEND, SEND_SOON, TRY_SEND_N, SEND_N, COMMIT, ABORT, CLONE_TX, DROP_TX, CLOSE, ASK_TX, FILL,
    TRY_RECV, RECV, RECV_SOON, TRY_RECV_N, RECV_N, RELEASE, CLONE_RX, DROP_RX, ASK_RX, DRAIN, RECV_ALL,
    CALLS
};
#define FIRST_OF_RX TRY_RECV

/* What the victim finds. Capacity 2 where there is one. */
enum freeze_setup {
    EMPTY,      /* nothing inside */
    ONE,        /* a message inside */
    TWO,        /* two: full, where there is a capacity */
    CLOSING,    /* one inside; the companion closes the channel */
    RX_WAITS,   /* empty; a receiver sleeps */
    TX_WAITS,   /* full; a sender sleeps, where there is a capacity */
    RX_COMES,   /* empty; another receiver goes to sleep after the victim has stopped */
    TX_COMES,   /* full; another sender does */
    SETUPS
};

/* How a call ended, if it did. */
enum freeze_end { RETURNED, SLEEPS, LOCKED, LOOKS, NEVER_BEGAN };

struct freeze_outcome {
    enum freeze_end end; /* LOOKS: it goes on looking, awake */
    enum sluice_status status;
    unsigned count;      /* of messages that went through it */
    uint32_t steps;      /* its own */
};

struct freeze_run {
    enum freeze_setup setup;
    enum freeze_call call[ROLES];
    uint32_t stop_after; /* the victim's steps; UINT32_MAX: never */
};

/* The families of kinds, as a set: what is said of one holds for all of a family. */
enum {
    SPSC_RING = 1 << 0, MPSC_RING = 1 << 1, SPMC_RING = 1 << 2, MPMC_RING = 1 << 3,
    SPSC_CHAIN = 1 << 4, MPSC_CHAIN = 1 << 5, SPMC_CHAIN = 1 << 6, MPMC_CHAIN = 1 << 7,
    MPSC_LANES = 1 << 8, MPMC_LANES = 1 << 9, MPSC_LANES_CHAIN = 1 << 10, MPMC_LANES_CHAIN = 1 << 11,
    MPMC_LANES_LEASED = 1 << 15, /* lanes of chains, of which an empty one is leased to begin with */
    RENDEZVOUS = 1 << 12, MUTEX_RING = 1 << 13, MUTEX_LIST = 1 << 14
};

struct freeze_kind {
    const char *name;
    unsigned family;
    bool many_tx, many_rx, meets;
    bool naps; /* receivers do before they sleep: not all that is said of sleepers happens */
    void (*prepare)(void);
    void (*bodies[ROLES])(void);
};

void freeze_add(const struct freeze_kind *kind);
extern struct freeze_run freeze_run;
extern struct freeze_outcome freeze_outcomes[ROLES];

/* Marks the beginning and the end of the calling role's call. */
void freeze_call_begins(enum freeze_role role);
void freeze_call_ends(enum freeze_role role, enum sluice_status status, unsigned count);

/* ---- table.c ---- */

#define CALL(c) (UINT64_C(1) << (c))
#define SET(s) (1u << (s))

/* Calls that return whatever happens, within so many steps of their own. What no row names may wait for the other side. */
struct freeze_promise {
    unsigned families;
    uint64_t calls;
    uint32_t steps;
    const char *said_in;
};
extern const struct freeze_promise freeze_promises[];
extern const size_t freeze_promise_count;

/* What a call may do beside what it would have done had the victim not begun, or been done: a window of the victim's that is seen from
 * outside. And it must: in every kind of these families each status and each end is seen somewhere among these runs. */
struct freeze_window {
    unsigned families;
    uint64_t victims;
    unsigned setups, roles;
    uint64_t calls;      /* of these roles */
    unsigned statuses;   /* a set of statuses to return with; */
    unsigned ends;       /* a set of other ends */
    const char *said_in; /* the documentation */
};
extern const struct freeze_window freeze_windows[];
extern const size_t freeze_window_count;

#endif
