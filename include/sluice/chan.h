/* sluice/chan.h: the any-channel: everything about a channel chosen at run time. For bindings to other languages, tools, and
 * programs that read from their configuration what a channel is to be.
 *
 *     sluice_chan_tx *tx;
 *     sluice_chan_rx *rx;
 *     struct sluice_chan_options options = {
 *         .size = sizeof options, .flavour = SLUICE_MPSC, .capacity = 1024, .message_bytes = sizeof(struct order),
 *     };
 *     if (sluice_chan_open(&tx, &rx, &options) != SLUICE_OK)
 *         return 1;
 *     struct order o = { … };
 *     enum sluice_status status = sluice_chan_send(tx, &o);          copied in: o is the channel's on SLUICE_OK only
 *
 * It is made from the same text as the typed channels of <sluice/channel.h>, compiled into the library. A call costs what the typed
 * one does and two calls through pointers more; where type and flavour are known, prefer that. This header shows no layout, so that
 * programs compiled against it go on working with later libraries.
 *
 * Messages are `message_bytes` bytes each and are copied as such. A `const void *` to a message, or the first of several, points to
 * that many bytes; it need not be aligned. Cells (in place) lie at multiples of the alignment, one directly beside the other.
 *
 * What holds for every call
 *   An endpoint is used by one thread at a time, and may be handed from thread to thread by anything that orders the two (spawn,
 *   join, a channel, a mutex). Different endpoints of a channel are used freely at the same time. Every function that returns a
 *   status answers SLUICE_INVALID to a NULL endpoint or pointer, and touches its outputs only on SLUICE_OK. In hardened builds of
 *   the library each may also answer SLUICE_MISUSE; nothing was done then. None may be made from a signal handler; signals never
 *   show. No call is a cancellation point: who is cancelled in one finishes it first, and what the thread holds stays for its clean-up
 *   handlers, destructors of its data, or whoever joins it (not so with asynchronous cancellation, which must not be enabled in a
 *   call). fork: the child has copies, and may use that of a channel that no other thread was in a call on; what allocates, where
 *   malloc may be called. What of the system may be refused to a process: <sluice/channel.h>.
 *   The end of a thread drops nothing: one that keeps its endpoint leaves the other side waiting for ever. Hardened builds of the
 *   library warn of that (sluice_on_warning).
 *   Who owns a message: the channel, or the receiver, on SLUICE_OK; on anything else it is where it was.
 * Progress is that of the queue: docs/flavours has a page on each. What waits spins for some microseconds where a peer can be running,
 * then sleeps; an idle endpoint uses no CPU time.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLUICE_CHAN_H
#define SLUICE_CHAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <sluice/detail/words.h>
#include <sluice/status.h>

#ifdef __cplusplus
extern "C" {
#endif

/* An endpoint, as its owner sees it: one that sends, one that receives. */
typedef struct sluice_chan_tx sluice_chan_tx;
typedef struct sluice_chan_rx sluice_chan_rx;

/* What a channel is to be. Zero-initialise it and set what is wanted; later versions append members, and zero will mean in them
 * what this version does. */
struct sluice_chan_options {
    size_t size;              /* sizeof(struct sluice_chan_options), as the caller knows it */
    uint32_t flavour;         /* SLUICE_SPSC, SLUICE_MPSC, SLUICE_SPMC, SLUICE_MPMC or SLUICE_MUTEX */
    uint32_t buffer;          /* SLUICE_BOUNDED (or 0), SLUICE_UNBOUNDED or SLUICE_RENDEZVOUS */
    uint32_t order;           /* SLUICE_TOTAL (or 0) or SLUICE_PER_SENDER */
    uint32_t wait;            /* SLUICE_WAIT_BALANCED (0), SLUICE_WAIT_THROUGHPUT or SLUICE_WAIT_LATENCY */
    size_t capacity;          /* messages a bounded channel holds, exactly; at least 1. Ignored by the others */
    size_t message_bytes;     /* 1 to SLUICE_MESSAGE_BYTES_MAX */
    size_t message_alignment; /* of cells: a power of two that divides message_bytes, at most SLUICE_MESSAGE_ALIGNMENT_MAX. 0: what any
                               * type of that size can need, extended alignment apart */
    /* Destroys *message, one that nobody received; with no lock held, on the thread that dropped the last receiver, or on the one
     * that dropped the last endpoint of all. It may not use this channel, and has to return. NULL: there is nothing to do. */
    void (*destroy)(void *message, void *context);
    void *context;            /* handed to destroy; must live as long as an endpoint does */
};

/* Makes a channel with one sender and one receiver, owned by the caller, in *tx and *rx.
 *
 * Returns
 *   SLUICE_OK         made
 *   SLUICE_INVALID    a NULL argument; a flavour, buffer, order or way to wait that does not exist, or not in this combination; capacity 0,
 *                     or capacity x message_bytes over half the address space; a message size or alignment out of range; a size
 *                     that is less than the first version's, or more than this one's with something in it that is not zero.
 *                     Found before anything is allocated
 *   SLUICE_NO_MEMORY  an allocation failed
 * Any thread; does not wait. */
SLUICE_API SLUICE_NODISCARD enum sluice_status sluice_chan_open(sluice_chan_tx **tx, sluice_chan_rx **rx,
                                                                const struct sluice_chan_options *options);

/* Makes one more endpoint of that side, for another thread, in *out.
 *
 * Returns
 *   SLUICE_OK         made; `tx` (`rx`) is as before
 *   SLUICE_INVALID    a NULL argument, or the flavour has one sender (SLUICE_SPSC, SLUICE_SPMC), one receiver (SLUICE_SPSC,
 *                     SLUICE_MPSC)
 *   SLUICE_NO_MEMORY  an allocation failed
 * The endpoint's thread; does not wait. */
SLUICE_API SLUICE_NODISCARD enum sluice_status sluice_chan_tx_clone(sluice_chan_tx *tx, sluice_chan_tx **out);
SLUICE_API SLUICE_NODISCARD enum sluice_status sluice_chan_rx_clone(sluice_chan_rx *rx, sluice_chan_rx **out);

/* Gives the endpoint up and leaves NULL in it; a NULL there, or a NULL pointer, is let be. The last sender closes the channel for
 * receivers; the last receiver closes it for senders and destroys the messages inside. Wakes whoever waits for that. The
 * endpoint's thread; does not wait. */
SLUICE_API void sluice_chan_tx_drop(sluice_chan_tx **tx);
SLUICE_API void sluice_chan_rx_drop(sluice_chan_rx **rx);

/* SLUICE_AUTO(sluice_chan_tx_handle) tx = NULL; drops tx at the scope's end. A handle is the pointer that the calls take. */
typedef sluice_chan_tx *sluice_chan_tx_handle;
typedef sluice_chan_rx *sluice_chan_rx_handle;
SLUICE_MAYBE_UNUSED void sluice_chan_tx_handle_drop(sluice_chan_tx_handle *tx)
{
    sluice_chan_tx_drop(tx);
}
SLUICE_MAYBE_UNUSED void sluice_chan_rx_handle_drop(sluice_chan_rx_handle *rx)
{
    sluice_chan_rx_drop(rx);
}

/* Seals the channel: every later send fails with SLUICE_CLOSED, receivers drain what is in and then get SLUICE_CLOSED. NULL is let be.
 * The endpoint's thread; does not wait. */
SLUICE_API void sluice_chan_tx_close(sluice_chan_tx *tx);

/* ---- one message ---- */

/* Sends the message at `message`. On SLUICE_OK it is the channel's (rendezvous: a receiver has it); else it is still the caller's.
 *
 * Return
 *   SLUICE_OK         sent
 *   SLUICE_CLOSED     the channel is sealed, or there is no receiver any more
 *   SLUICE_FULL       try: no room now (rendezvous: no receiver waits now)
 *   SLUICE_BUSY       try: a peer is in the middle of its step on the very cell; try again
 *   SLUICE_TIMED_OUT  until: the deadline passed
 *   SLUICE_NO_MEMORY  unbounded: an allocation failed; the channel is as before
 * The endpoint's thread. try does not wait; send waits for room; until waits no longer than to the deadline. */
SLUICE_API SLUICE_NODISCARD enum sluice_status sluice_chan_try_send(sluice_chan_tx *tx, const void *message);
SLUICE_API SLUICE_NODISCARD enum sluice_status sluice_chan_send(sluice_chan_tx *tx, const void *message);
SLUICE_API SLUICE_NODISCARD enum sluice_status sluice_chan_send_until(sluice_chan_tx *tx, const void *message,
                                                                      sluice_deadline deadline);

/* Receives one message into the memory at `message`, where it is the caller's on SLUICE_OK.
 *
 * Return
 *   SLUICE_OK         received
 *   SLUICE_CLOSED     the channel is sealed or there is no sender any more, and all messages were received; it stays so
 *   SLUICE_EMPTY      try: no message now (rendezvous: no sender waits now)
 *   SLUICE_BUSY       try: a peer is in the middle of its step on the very cell; try again
 *   SLUICE_TIMED_OUT  until: the deadline passed
 * The endpoint's thread. try does not wait; recv waits for a message; until waits no longer than to the deadline. */
SLUICE_API SLUICE_NODISCARD enum sluice_status sluice_chan_try_recv(sluice_chan_rx *rx, void *message);
SLUICE_API SLUICE_NODISCARD enum sluice_status sluice_chan_recv(sluice_chan_rx *rx, void *message);
SLUICE_API SLUICE_NODISCARD enum sluice_status sluice_chan_recv_until(sluice_chan_rx *rx, void *message,
                                                                      sluice_deadline deadline);

/* ---- batches ---- */

/* Send the messages that lie at `messages` one directly beside the other, `n` of them. On SLUICE_OK the first *sent are the channel's
 * and the rest is the caller's. try sends what there is room for, SLUICE_FULL when that is none; the others send all of them,
 * waiting for room. A short count of theirs means that the channel was closed, the deadline passed or memory ran out in between: the
 * next call says which. n 0 is SLUICE_OK with *sent 0, and `messages` may be NULL then. Statuses as for one message; on any but
 * SLUICE_OK nothing was sent. The endpoint's thread. */
SLUICE_API SLUICE_NODISCARD enum sluice_status sluice_chan_try_send_n(sluice_chan_tx *tx, const void *messages, size_t n,
                                                                      size_t *sent);
SLUICE_API SLUICE_NODISCARD enum sluice_status sluice_chan_send_n(sluice_chan_tx *tx, const void *messages, size_t n,
                                                                  size_t *sent);
SLUICE_API SLUICE_NODISCARD enum sluice_status sluice_chan_send_n_until(sluice_chan_tx *tx, const void *messages, size_t n,
                                                                        size_t *sent, sluice_deadline deadline);

/* Receive what is there, 1 to `max` messages, into the memory at `messages`, one directly beside the other. On SLUICE_OK the first *got
 * are the caller's. try does not wait; the others wait for the first message only. max 0 is SLUICE_OK with *got 0, and
 * `messages` may be NULL then. Statuses as for one message. The endpoint's thread. */
SLUICE_API SLUICE_NODISCARD enum sluice_status sluice_chan_try_recv_n(sluice_chan_rx *rx, void *messages, size_t max,
                                                                      size_t *got);
SLUICE_API SLUICE_NODISCARD enum sluice_status sluice_chan_recv_n(sluice_chan_rx *rx, void *messages, size_t max,
                                                                  size_t *got);
SLUICE_API SLUICE_NODISCARD enum sluice_status sluice_chan_recv_n_until(sluice_chan_rx *rx, void *messages, size_t max,
                                                                        size_t *got, sluice_deadline deadline);

/* ---- in place, without a copy through the caller's memory; SLUICE_INVALID on a rendezvous channel, which has no cells ---- */

/* Give the sender 1 to `max` cells to fill, at *cells, *count of them, one directly beside the other. They are the caller's until
 * commit, abort or drop; any other send of this endpoint gives them back first, another reserve also where it fails. max 0 is
 * SLUICE_INVALID. Statuses and waiting as for one message. The endpoint's thread. */
SLUICE_API SLUICE_NODISCARD enum sluice_status sluice_chan_try_reserve(sluice_chan_tx *tx, size_t max, void **cells,
                                                                       size_t *count);
SLUICE_API SLUICE_NODISCARD enum sluice_status sluice_chan_reserve(sluice_chan_tx *tx, size_t max, void **cells,
                                                                   size_t *count);
SLUICE_API SLUICE_NODISCARD enum sluice_status sluice_chan_reserve_until(sluice_chan_tx *tx, size_t max, void **cells,
                                                                         size_t *count, sluice_deadline deadline);

/* Sends the first `count` cells of the reservation and gives the rest back.
 *
 * Returns
 *   SLUICE_OK       sent
 *   SLUICE_CLOSED   nothing was sent and the cells were given back: copy out before what must not be lost
 *   SLUICE_INVALID  more than are reserved; nothing was done
 * The endpoint's thread; does not wait. */
SLUICE_API SLUICE_NODISCARD enum sluice_status sluice_chan_commit(sluice_chan_tx *tx, size_t count);

/* Gives the reservation back, if there is one. The endpoint's thread; does not wait. */
SLUICE_API void sluice_chan_abort(sluice_chan_tx *tx);

/* Show the receiver 1 to `max` messages where they lie, at *cells, *count of them. They stay in the channel until they are
 * released. max 0 is SLUICE_INVALID. Statuses and waiting as for one message. The endpoint's thread. */
SLUICE_API SLUICE_NODISCARD enum sluice_status sluice_chan_try_peek(sluice_chan_rx *rx, size_t max, void **cells,
                                                                    size_t *count);
SLUICE_API SLUICE_NODISCARD enum sluice_status sluice_chan_peek(sluice_chan_rx *rx, size_t max, void **cells,
                                                                size_t *count);
SLUICE_API SLUICE_NODISCARD enum sluice_status sluice_chan_peek_until(sluice_chan_rx *rx, size_t max, void **cells,
                                                                      size_t *count, sluice_deadline deadline);

/* Takes the first `count` peeked messages out: what they own is the caller's from then on.
 *
 * Returns
 *   SLUICE_OK       taken
 *   SLUICE_INVALID  more than the last peek gave and is not released yet, or another receive came in between; nothing was done
 * What was peeked and not released is received again by the next call. The endpoint's thread; does not wait. */
SLUICE_API SLUICE_NODISCARD enum sluice_status sluice_chan_release(sluice_chan_rx *rx, size_t count);

/* ---- questions: the endpoint's thread; wait-free but for MUTEX. To NULL they answer 0, "closed" and "not the same" ---- */

/* Messages inside, 0 to the capacity; may be stale when it arrives. */
SLUICE_API size_t sluice_chan_tx_len_hint(const sluice_chan_tx *tx);
SLUICE_API size_t sluice_chan_rx_len_hint(const sluice_chan_rx *rx);
/* The capacity as asked; SIZE_MAX: unbounded; 0: rendezvous. */
SLUICE_API size_t sluice_chan_tx_capacity(const sluice_chan_tx *tx);
SLUICE_API size_t sluice_chan_rx_capacity(const sluice_chan_rx *rx);
/* tx: a send would fail. rx: no more messages will be sent (some may still be inside). true stays true. */
SLUICE_API bool sluice_chan_tx_is_closed(const sluice_chan_tx *tx);
SLUICE_API bool sluice_chan_rx_is_closed(const sluice_chan_rx *rx);
/* Whether what tx sends arrives at rx or a clone of it. The thread that owns both. */
SLUICE_API bool sluice_chan_same_channel(const sluice_chan_tx *tx, const sluice_chan_rx *rx);
/* Bytes of a message. */
SLUICE_API size_t sluice_chan_tx_message_bytes(const sluice_chan_tx *tx);
SLUICE_API size_t sluice_chan_rx_message_bytes(const sluice_chan_rx *rx);
/* What the channel is: SLUICE_SPSC …, SLUICE_BOUNDED …, SLUICE_TOTAL …; never 0 but for NULL. */
SLUICE_API uint32_t sluice_chan_tx_flavour(const sluice_chan_tx *tx);
SLUICE_API uint32_t sluice_chan_rx_flavour(const sluice_chan_rx *rx);
SLUICE_API uint32_t sluice_chan_tx_buffer(const sluice_chan_tx *tx);
SLUICE_API uint32_t sluice_chan_rx_buffer(const sluice_chan_rx *rx);
SLUICE_API uint32_t sluice_chan_tx_order(const sluice_chan_tx *tx);
SLUICE_API uint32_t sluice_chan_rx_order(const sluice_chan_rx *rx);

/* The word's name as a static string ("SLUICE_SPSC", "SLUICE_BOUNDED", "SLUICE_TOTAL"), or "SLUICE_?" for a value that is none.
 * Any thread; wait-free. */
SLUICE_API const char *sluice_flavour_name(uint32_t flavour);
SLUICE_API const char *sluice_buffer_name(uint32_t buffer);
SLUICE_API const char *sluice_order_name(uint32_t order);

#ifdef __cplusplus
}
#endif

#endif
