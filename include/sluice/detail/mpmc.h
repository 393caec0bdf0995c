/* sluice/detail/mpmc.h: the MPMC ring, a kind of queue (run.h): several senders, several receivers, one total
 * order.
 *
 * The algorithm, its picture and its invariants: ring.h; its linearisation points: src/queue/ring_again.c. This
 * says which halves it is made of.
 *
 * Progress: sends and receives make a bounded number of steps, and are not wait-free: they may lose 16 races in a
 * row, each to an operation that succeeded, and say BUSY. A sender that stops between its claim and its mark holds
 * up the receivers (BUSY) until it goes on. A receiver that stops between its announcement and its release keeps
 * the room from there on: senders are told BUSY when the ring has filled up.
 *
 * Cost per message: one locked operation to send and one to receive (one for a whole run). Lines that travel:
 * tail, mark and cell among the senders; head, mark and cell among the receivers; head and slots to each sender
 * once per run of room.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLUICE_DETAIL_MPMC_H
#define SLUICE_DETAIL_MPMC_H

#include <sluice/detail/ring_rx.h>
#include <sluice/detail/ring_tx.h>

typedef struct sluice__ring_tx sluice__mpmc_tx;
typedef struct sluice__ring_rx sluice__mpmc_rx;

#define sluice__mpmc_TX_IS_SHARED 1
#define sluice__mpmc_RX_IS_SHARED 1

SLUICE_INLINE enum sluice_status sluice__mpmc_claim(sluice__mpmc_tx *c, size_t size, uint64_t want,
                                                    struct sluice__run *run)
{
    return sluice__ring_many_claim(c, size, want, run);
}

SLUICE_INLINE void sluice__mpmc_publish(sluice__mpmc_tx *c, size_t size, const struct sluice__run *run,
                                        uint64_t count)
{
    (void)size;
    sluice__ring_many_publish(c, run, count);
}

SLUICE_INLINE enum sluice_status sluice__mpmc_take(sluice__mpmc_rx *c, size_t size, uint64_t want,
                                                   struct sluice__run *run)
{
    return sluice__ring_many_take(c, size, want, run, 1);
}

SLUICE_INLINE enum sluice_status sluice__mpmc_take_last(sluice__mpmc_rx *c, size_t size, uint64_t want,
                                                        struct sluice__run *run)
{
    enum sluice_status status = sluice__mpmc_take(c, size, want, run);
    return status != SLUICE_OK && sluice__ring_is_over(c) ? SLUICE_CLOSED : status;
}

SLUICE_INLINE void sluice__mpmc_release(sluice__mpmc_rx *c, size_t size, const struct sluice__run *run,
                                        uint64_t count)
{
    (void)size;
    sluice__ring_many_release(c, run, count);
}

SLUICE_INLINE int sluice__mpmc_more(const sluice__mpmc_rx *c)
{
    return sluice__ring_many_more(c);
}

SLUICE_INLINE void sluice__mpmc_hold(sluice__mpmc_tx *c, const struct sluice__run *run, uint64_t from,
                                     uint64_t count)
{
    sluice__ring_hold(c, run, from, count);
}

SLUICE_INLINE uint64_t sluice__mpmc_held(const sluice__mpmc_tx *c, size_t size, struct sluice__run *run)
{
    return sluice__ring_many_held(c, size, run);
}

SLUICE_INLINE void sluice__mpmc_keep(sluice__mpmc_rx *c, const struct sluice__run *run, uint64_t from,
                                     uint64_t count)
{
    sluice__ring_many_keep(c, run, from, count);
}

SLUICE_INLINE uint64_t sluice__mpmc_kept(const sluice__mpmc_rx *c, size_t size, struct sluice__run *run)
{
    return sluice__ring_kept(c, c->taken_from, size, run);
}

#endif
