/* history.h: histories of a channel's calls with times, and two judges of them.
 *
 *     history_judge   the monitor: any number of calls, in n log n; says only what is surely wrong
 *     history_exact   the search: a few calls; says whether any order of them is one that a channel could have had
 *
 * Values are sent once each. A call's span of time covers it whichever CPU's clock is asked: it began before its first access, and ended
 * after its last one was seen by all. On x86 that takes a full fence in front of the reading (`fenced`), and on any machine something for
 * what the CPUs' clocks may differ by. Without that only what program order alone says is judged: values, and the order of each
 * sender's messages with each receiver.
 *
 * What the monitor looks for, and whether it finds all of it (for a history without BUSY and TIMED_OUT, which say nothing):
 *
 *     values     received twice, never sent, received before it was sent, lost (if `drained`)             all
 *     order      sent before another, and received after it, or not at all                                all
 *     EMPTY      no moment within the call at which every message sent before had begun to be received    all
 *                (lanes, which are looked at one by one: not while one message was inside all along)      some
 *     FULL       at no moment as many inside as the capacity, counting all that may have been             some
 *     overfull   more inside than the capacity, counting only those that surely were                      some
 *     the end    sent after the close, or after the last receiver; CLOSED before; CLOSED beside messages  some
 *     BUSY       while no other thread was in a call                                                      all
 *     rendezvous a send over before its receive began                                                     all
 *
 * "All" of the first three together is a theorem: a queue's history in which every call ended is linearisable if and only if it has none
 * of these faults (T. Henzinger, A. Sezgin, V. Vafeiadis, "Aspect-oriented linearizability proofs", 2013; A. Bouajjani, M. Emmi,
 * C. Enea, J. Hamza, "On reducing linearizability to state reachability", 2015). With a capacity and an end there are histories that
 * are wrong only as a whole: each FULL could be true, but not two of them. Those are not found.
 *
 * SPDX-License-Identifier: MIT */
#ifndef HISTORY_H
#define HISTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <sluice/status.h>

enum history_what { HISTORY_SEND, HISTORY_RECV, HISTORY_CLOSE, HISTORY_DROP_TX, HISTORY_DROP_RX };

struct history_call {
    uint64_t began, ended;
    uint64_t value;         /* SEND, and RECV that was OK */
    uint32_t sender;        /* of a SEND: whose order it keeps */
    uint16_t thread;
    uint8_t what, status;
};

struct history {
    const struct history_call *calls; /* each thread's in its order */
    size_t count;
    uint64_t capacity;  /* UINT64_MAX: none; of each sender where per_sender */
    bool per_sender;    /* lanes */
    bool meets;         /* rendezvous */
    bool drained;       /* whatever was sent has been received */
    bool fenced;
    bool partial;       /* some calls that were refused are not there, so that BUSY may have had its reason */
    unsigned senders, receivers; /* endpoints there were at first; DROP_TX and DROP_RX are theirs */
};

enum history_fault {
    HISTORY_FINE, HISTORY_TWICE, HISTORY_NEVER_SENT, HISTORY_BEFORE_SENT, HISTORY_LOST, HISTORY_ORDER, HISTORY_EMPTY, HISTORY_FULL,
    HISTORY_OVERFULL, HISTORY_AFTER_CLOSE, HISTORY_AFTER_RECEIVERS, HISTORY_CLOSED_EARLY, HISTORY_CLOSED_BESIDE, HISTORY_LONE_BUSY,
    HISTORY_NOT_MET, HISTORY_NO_MEMORY
};

/* The first fault found; `why` says which call. */
enum history_fault history_judge(const struct history *h, char *why, size_t size);

#define HISTORY_EXACT_MAX 20
/* Whether a sequential channel could have answered so, in some order of the calls in which none comes before one that had ended before
 * it began. At most HISTORY_EXACT_MAX calls. */
bool history_exact(const struct history *h);

const char *history_fault_name(enum history_fault fault);

#endif
