/* wait.c: the one loop in which an end waits: stand off, look, spin, announce, look, sleep, look. All flavours and both
 * directions come here; the inlined half tries again after it.
 *
 * Three spans of time, all learnt from one number, the gap between messages that the last waits have shown:
 *
 *   stand-off  When an end catches up with its peer, both work on the same cache lines and each message costs their transfer:
 *              a slow regime that feeds itself. An end that found nothing therefore stays away until half a ring of
 *              messages can have come, never longer than STAND_OFF_MAX, and does not stay away at all when the messages come
 *              further apart than a line transfer takes (a dialogue: its latency is the point).
 *   patience   How long to spin before sleeping: about what a wake-up costs, if the messages come closer than PATIENT_GAP;
 *              otherwise not at all, since spinning over long gaps burns a CPU to save little. None either where the peer
 *              cannot be running while we spin.
 *   sleep      Until woken, or the deadline.
 *
 * SPDX-License-Identifier: MIT */
#include "channel/channel.h"
#include "channel/gate.h"
#include "thread/cpu.h"
#include "thread/os.h"

/* Nanoseconds. How each was measured stands in docs/performance.md. */
#define STAND_OFF_MAX 2800 /* beyond it throughput no longer grows */
#define LOCKSTEP_GAP 100   /* messages closer than this cost more in line transfers than in work */
#define PATIENT_GAP 5000
#define PATIENCE 30000     /* a wake-up costs 25 to 50 us across two CPUs of a virtual machine */

#define BATCH_MAX 4096 /* for queues without an end */

static uint64_t to_ticks(uint64_t nanoseconds)
{
    return nanoseconds * sluice__os_ticks_per_us() / 1000;
}

/* What this end's next operation would find; closed counts as something. */
static uint64_t look(struct sluice__channel *channel, struct sluice__end *end, bool *closed)
{
    uint64_t found = channel->flavour->ready(sluice__end_cursor(end));
    *closed = found == 0 &&
              (end->side == SLUICE__SENDERS ? sluice__end_may_not_send(end) : sluice__end_is_last_call(end));
    return found + *closed;
}

/* Whether the other side cannot be running while this thread does. Each end leaves its CPU behind when it waits or wakes, so an
 * answer that is wrong lasts until the next sleep. */
static bool peer_is_stopped(struct sluice__channel *channel, const struct sluice__end *end)
{
    uint32_t mine = sluice__channel_leave_cpu(channel, end);
    uint32_t theirs = sluice__a32_load_relaxed(&channel->cpu[!end->side]); /* relaxed: hint */
    if (sluice__cpu_quota_cached() == 1)
        return true;
    return theirs == UINT32_MAX ? sluice__cpu_mask_cached() == 1 : theirs == mine;
}

/* `found` messages came in `waited` ticks. */
static void learn(struct sluice__end *end, uint64_t waited, uint64_t found)
{
    uint64_t gap = waited / found;
    uint64_t batch = end->capacity / 2 < BATCH_MAX ? end->capacity / 2 : BATCH_MAX;
    uint64_t most = to_ticks(STAND_OFF_MAX);
    end->gap = end->gap - end->gap / 8 + gap / 8;
    end->stand_off = gap >= to_ticks(LOCKSTEP_GAP) ? 0 : gap * batch < most ? gap * batch : most;
}

/* Returns whether there is something; *since is when the wait began. */
static bool spin(struct sluice__channel *channel, struct sluice__end *end, uint64_t since, sluice_deadline deadline)
{
    uint64_t patience = end->gap < to_ticks(PATIENT_GAP) ? to_ticks(PATIENCE) : 0;
    if (deadline != SLUICE_FOREVER) {
        uint64_t now = sluice__os_now();
        uint64_t left = deadline > now ? deadline - now : 0;
        if (left < PATIENCE && to_ticks(left) < patience)
            patience = to_ticks(left);
    }
    uint64_t stand_off = end->stand_off < patience ? end->stand_off : patience;
    uint64_t waited;
    while ((waited = sluice__os_ticks() - since) < stand_off)
        sluice__cpu_relax();
    for (;;) {
        bool closed;
        uint64_t found = look(channel, end, &closed);
        if (found) {
            if (!closed)
                learn(end, waited, found);
            return true;
        }
        if (waited >= patience)
            return false;
        sluice__cpu_relax();
        waited = sluice__os_ticks() - since;
    }
}

static enum sluice_status sleep_until(struct sluice__channel *channel, struct sluice__end *end, uint64_t since,
                                      sluice_deadline deadline)
{
    struct sluice__gate *gate = &channel->front.gate[end->side];
    for (;;) {
        bool closed, in_time = true;
        uint32_t ticket = sluice__gate_prepare(gate);
        uint64_t found = look(channel, end, &closed);
        if (!found) {
            in_time = sluice__gate_sleep(gate, ticket, deadline);
            found = look(channel, end, &closed);
        }
        uint64_t mine = found && !closed ? 1 : 0; /* what this end is about to use */
        if (sluice__gate_leave(gate) && channel->flavour->ready(sluice__end_cursor(end)) > mine)
            sluice__gate_wake(gate); /* there is more: pass the wake-up on */
        if (found) {
            if (!closed)
                learn(end, sluice__os_ticks() - since, found);
            return SLUICE_OK;
        }
        if (!in_time)
            return SLUICE_TIMED_OUT;
    }
}

enum sluice_status sluice__end_wait(struct sluice__end *end, sluice_deadline deadline)
{
    struct sluice__channel *channel = sluice__channel_of(end);
    uint64_t since = sluice__os_ticks();
    if (!peer_is_stopped(channel, end) && spin(channel, end, since, deadline))
        return SLUICE_OK;
    return sleep_until(channel, end, since, deadline);
}

void sluice__end_wake_peer(struct sluice__end *end)
{
    struct sluice__channel *channel = sluice__channel_of(end);
    sluice__channel_leave_cpu(channel, end);
    sluice__gate_wake(&channel->front.gate[!end->side]);
}
