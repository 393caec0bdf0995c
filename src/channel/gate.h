/* gate.h: the sleeping half of a gate, as a contract in four steps:
 *
 *     ticket = prepare(gate, often);     announce: from here on a waker sees us
 *     if (what we wait for is there)     the last look
 *         leave(gate, ticket);
 *     else {
 *         sleep(gate, ticket, deadline); returns when woken, or for no reason, or late
 *         look;                          always once more, whatever ended the sleep
 *         leave(gate, ticket);
 *     }
 *
 * A wake-up is never a promise of a message: whoever wakes looks for itself, and whoever leaves while others sleep
 * answers for the wake-up it may have got in their place (see leave). The waking half is <sluice/detail/gate.h>.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLUICE_CHANNEL_GATE_H
#define SLUICE_CHANNEL_GATE_H

#include <stdbool.h>

#include <sluice/detail/gate.h>
#include <sluice/status.h>

/* Makes a gate, and finds out once per process whether membarrier works. */
void sluice__gate_init(struct sluice__gate *gate);

/* `often`: sleeping is the rule now, so make it cheap and let the askers fence; otherwise the other way round. */
uint32_t sluice__gate_prepare(struct sluice__gate *gate, bool often);

/* Returns false when the deadline passed, true otherwise. */
bool sluice__gate_sleep(struct sluice__gate *gate, uint32_t ticket, sluice_deadline deadline);

/* Returns whether this thread may hold a wake-up that others, who still sleep, need: then the caller must look, after this call,
 * whether there is more than it will use itself, and if so call sluice__gate_wake. */
SLUICE_NODISCARD bool sluice__gate_leave(struct sluice__gate *gate, uint32_t ticket);

/* Waking, to be done after publishing, in two steps: claim returns whether somebody sleeps whom nobody is waking yet; who got
 * true must deliver, at once. A bounded number of steps, of which deliver's one system call. wake is both. */
bool sluice__gate_claim(struct sluice__gate *gate);
void sluice__gate_deliver(struct sluice__gate *gate);
bool sluice__gate_wake(struct sluice__gate *gate);

/* For an asker that finds the gate FENCED again and again and nobody asleep: asking is made cheap again, if membarrier works. */
void sluice__gate_unfence(struct sluice__gate *gate);

/* Wakes everyone, after something that will not change back (a close). */
void sluice__gate_wake_all(struct sluice__gate *gate);

#endif
