/* sluice/detail/mpsc.h: the MPSC ring, a kind of queue (run.h): several senders, one receiver, one total order.
 *
 * The algorithm, its picture and its invariants: ring.h; its linearisation points: src/queue/ring_again.c. This
 * says which halves it is made of.
 *
 * Progress: a send makes a bounded number of steps, and is not wait-free: it may lose 16 races in a row, each of
 * them to a send that succeeded, and say BUSY. A receive is wait-free. A sender that stops between its claim and
 * its mark holds up the receiver (BUSY) until it goes on, and the senders when the ring has filled up behind it; a
 * receiver that stops holds up nobody before that.
 *
 * Cost per message: one locked operation to send (one for a whole run), none to receive. Lines that travel: the
 * tail's, a mark's and a cell's among the senders; a mark's and a cell's to the receiver; the head's once per run
 * of room.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLUICE_DETAIL_MPSC_H
#define SLUICE_DETAIL_MPSC_H

#include <sluice/detail/ring_rx.h>
#include <sluice/detail/ring_tx.h>

typedef struct sluice__ring_tx sluice__mpsc_tx;
typedef struct sluice__ring_rx sluice__mpsc_rx;

#define sluice__mpsc_TX_IS_SHARED 1
#define sluice__mpsc_RX_IS_SHARED 0

SLUICE_INLINE enum sluice_status sluice__mpsc_claim(sluice__mpsc_tx *c, size_t size, uint64_t want,
                                                    struct sluice__run *run)
{
    return sluice__ring_many_claim(c, size, want, run);
}

SLUICE_INLINE void sluice__mpsc_publish(sluice__mpsc_tx *c, size_t size, const struct sluice__run *run,
                                        uint64_t count)
{
    (void)size;
    sluice__ring_many_publish(c, run, count);
}

SLUICE_INLINE enum sluice_status sluice__mpsc_take(sluice__mpsc_rx *c, size_t size, uint64_t want,
                                                   struct sluice__run *run)
{
    return sluice__ring_one_take(c, size, want, run);
}

SLUICE_INLINE enum sluice_status sluice__mpsc_take_last(sluice__mpsc_rx *c, size_t size, uint64_t want,
                                                        struct sluice__run *run)
{
    enum sluice_status status = sluice__mpsc_take(c, size, want, run);
    return status != SLUICE_OK && sluice__ring_is_over(c) ? SLUICE_CLOSED : status;
}

SLUICE_INLINE void sluice__mpsc_release(sluice__mpsc_rx *c, size_t size, const struct sluice__run *run,
                                        uint64_t count)
{
    (void)size;
    sluice__ring_one_release(c, run, count);
}

SLUICE_INLINE int sluice__mpsc_more(const sluice__mpsc_rx *c)
{
    return sluice__ring_one_more(c);
}

SLUICE_INLINE void sluice__mpsc_hold(sluice__mpsc_tx *c, const struct sluice__run *run, uint64_t from,
                                     uint64_t count)
{
    sluice__ring_hold(c, run, from, count);
}

SLUICE_INLINE uint64_t sluice__mpsc_held(const sluice__mpsc_tx *c, size_t size, struct sluice__run *run)
{
    return sluice__ring_many_held(c, size, run);
}

SLUICE_INLINE void sluice__mpsc_keep(sluice__mpsc_rx *c, const struct sluice__run *run, uint64_t from,
                                     uint64_t count)
{
    sluice__ring_one_keep(c, run, from, count);
}

SLUICE_INLINE uint64_t sluice__mpsc_kept(const sluice__mpsc_rx *c, size_t size, struct sluice__run *run)
{
    return sluice__ring_kept(c, c->position, size, run);
}

#endif
