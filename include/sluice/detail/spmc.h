/* sluice/detail/spmc.h: the SPMC ring, a kind of queue (run.h): one sender, several receivers, one total order.
 *
 * The algorithm, its picture and its invariants: ring.h; its linearisation points: src/queue/ring_again.c. This
 * says which halves it is made of.
 *
 * Progress: a send is wait-free. A receive makes a bounded number of steps, and is not wait-free: it may lose 16
 * races in a row, each to a receive that succeeded, and say BUSY. A receiver that stops between its announcement
 * and its release keeps the room from there on: when the ring has filled up the sender is told BUSY, and the other
 * receivers find it empty; nobody else is held up.
 *
 * Cost per message: none locked to send, one to receive (one for a whole run). Lines that travel: the head's and a
 * cell's among the receivers, the tail's to each of them once per run of messages, and the slots' to the sender
 * once per run of room.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLUICE_DETAIL_SPMC_H
#define SLUICE_DETAIL_SPMC_H

#include <sluice/detail/ring_rx.h>
#include <sluice/detail/ring_tx.h>

typedef struct sluice__ring_tx sluice__spmc_tx;
typedef struct sluice__ring_rx sluice__spmc_rx;

#define sluice__spmc_TX_IS_SHARED 0
#define sluice__spmc_RX_IS_SHARED 1

SLUICE_INLINE enum sluice_status sluice__spmc_claim(sluice__spmc_tx *c, size_t size, uint64_t want,
                                                    struct sluice__run *run)
{
    return sluice__ring_one_claim(c, size, want, run);
}

SLUICE_INLINE void sluice__spmc_publish(sluice__spmc_tx *c, size_t size, const struct sluice__run *run,
                                        uint64_t count)
{
    (void)size;
    sluice__ring_one_publish(c, run, count);
}

SLUICE_INLINE enum sluice_status sluice__spmc_take(sluice__spmc_rx *c, size_t size, uint64_t want,
                                                   struct sluice__run *run)
{
    return sluice__ring_many_take(c, size, want, run, 0);
}

SLUICE_INLINE enum sluice_status sluice__spmc_take_last(sluice__spmc_rx *c, size_t size, uint64_t want,
                                                        struct sluice__run *run)
{
    enum sluice_status status = sluice__spmc_take(c, size, want, run);
    return status != SLUICE_OK && sluice__ring_is_over(c) ? SLUICE_CLOSED : status;
}

SLUICE_INLINE void sluice__spmc_release(sluice__spmc_rx *c, size_t size, const struct sluice__run *run,
                                        uint64_t count)
{
    (void)size;
    sluice__ring_many_release(c, run, count);
}

SLUICE_INLINE int sluice__spmc_more(const sluice__spmc_rx *c)
{
    return sluice__ring_many_more(c);
}

SLUICE_INLINE void sluice__spmc_hold(sluice__spmc_tx *c, const struct sluice__run *run, uint64_t from,
                                     uint64_t count)
{
    sluice__ring_hold(c, run, from, count);
}

SLUICE_INLINE uint64_t sluice__spmc_held(const sluice__spmc_tx *c, size_t size, struct sluice__run *run)
{
    return sluice__ring_one_held(c, size, run);
}

SLUICE_INLINE void sluice__spmc_keep(sluice__spmc_rx *c, const struct sluice__run *run, uint64_t from,
                                     uint64_t count)
{
    sluice__ring_many_keep(c, run, from, count);
}

SLUICE_INLINE uint64_t sluice__spmc_kept(const sluice__spmc_rx *c, size_t size, struct sluice__run *run)
{
    return sluice__ring_kept(c, c->taken_from, size, run);
}

#endif
