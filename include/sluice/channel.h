/* sluice/channel.h: typed channels between threads.
 *
 * Include it once for each kind of channel, with its parameters defined before; they are gone afterwards.
 *
 *     #define SLUICE_NAME     orders
 *     #define SLUICE_TYPE     struct order
 *     #define SLUICE_FLAVOUR  SLUICE_SPSC        one of SLUICE_SPSC SLUICE_MPSC SLUICE_SPMC SLUICE_MPMC SLUICE_MUTEX
 *     #include <sluice/channel.h>
 *
 * Optional parameters:
 *     SLUICE_BUFFER   SLUICE_BOUNDED (default), SLUICE_UNBOUNDED or SLUICE_RENDEZVOUS
 *     SLUICE_ORDER    SLUICE_TOTAL (default) or SLUICE_PER_SENDER: each sender's messages in their order, nothing between senders
 *                     (a clone is another sender), and each has the capacity for itself. Of several receivers each gets every
 *                     sender's messages in their order
 *     SLUICE_DROP(m)  a statement that destroys `m`, a message nobody received
 *
 * All of them go with each other.
 * The type may have 1 to 65536 bytes and any alignment up to 4096; it is assignable (no const members) and copied by its bytes.
 *
 * What is generated, for SLUICE_NAME orders and SLUICE_TYPE T
 * -----------------------------------------------------------
 * Types: orders_tx, orders_rx (endpoints: pointers, NULL when none), orders_message (T).
 *
 * An endpoint is used by one thread at a time and may be handed from thread to thread by anything that orders
 * the two (spawn, join, a channel, a mutex). Different endpoints of a channel are used freely at the same time.
 * Every function that returns a status answers SLUICE_INVALID to a NULL endpoint or pointer, and touches its
 * outputs only on SLUICE_OK. In hardened builds each may also answer SLUICE_MISUSE; nothing was done then.
 * An endpoint outlives the thread that uses it: that thread's end drops nothing. If nobody else has it, the channel is never closed and
 * the other side waits for ever. Hardened builds find that, and warn (sluice_on_warning).
 * No call may be made from a signal handler. A signal that arrives in a call is never visible.
 * Cancellation: no call is a cancellation point. A thread that is cancelled in a call, or a wait, finishes it as if it had not been, and
 * is gone at its next cancellation point; what it holds (endpoints, a reservation, a peek) stays as it is, for its clean-up
 * handlers, for destructors of thread-specific data, which may use channels, or for whoever joins it. Asynchronous cancellation must
 * not be enabled in a call. SLUICE_DROP has to return: the thread may not exit, be cancelled or jump out of it.
 * fork: the child has a copy of the channel, not a connection to the parent; it may use its copy, with threads of its own too, only if
 * no other thread was in a call on it when the fork was made. In the child of a process with several threads, what allocates
 * (open, clone, unbounded sends) may only be called where malloc may, as with glibc.
 * Sandboxes: membarrier may be refused, also while channels are in use. Where futex is refused from the start, what waits looks again
 * every millisecond (SLUICE_MUTEX and rendezvous need it: the C library's locks do); who sleeps when it begins to be refused is not woken.
 *
 * Opening and dropping
 *   enum sluice_status orders_open(orders_tx *tx, orders_rx *rx, const struct sluice_options *options)
 *       Makes a channel with one sender and one receiver, owned by the caller. OK; INVALID: capacity 0,
 *       capacity x size over half the address space, or a way to wait that does not exist (found before anything is allocated);
 *       NO_MEMORY. Does not block. options->wait says what its ends trade for what while they wait: SLUICE_WAIT_BALANCED (0, the
 *       default), SLUICE_WAIT_THROUGHPUT or SLUICE_WAIT_LATENCY (docs/flavours/waiting.md has figures).
 *   orders_tx orders_tx_clone(orders_tx tx)        orders_rx orders_rx_clone(orders_rx rx)
 *       One more endpoint of that side, for another thread. NULL when out of memory or given NULL. `unavailable` where
 *       the flavour has one sender or one receiver. Does not block.
 *   void orders_tx_drop(orders_tx *tx)             void orders_rx_drop(orders_rx *rx)
 *       Gives the endpoint up and leaves NULL; NULL is let be. The last sender closes the channel for receivers; the
 *       last receiver closes it for senders and destroys the messages inside, on this thread, with SLUICE_DROP and no
 *       lock held. Wakes whoever waits for it. Does not block.
 *   void orders_tx_close(orders_tx tx)
 *       Seals the channel: every later send fails with CLOSED, receivers drain what is in and then get CLOSED.
 *
 * Sending one message: by value; it is the channel's on OK, and still the caller's on any other status. An unbounded
 * channel is never FULL and does not wait; there every send and reserve may also answer NO_MEMORY
 *   enum sluice_status orders_try_send(orders_tx tx, T message)                      OK, CLOSED, FULL, BUSY
 *   enum sluice_status orders_send(orders_tx tx, T message)                          OK, CLOSED
 *   enum sluice_status orders_send_until(orders_tx tx, T message, sluice_deadline)   OK, CLOSED, TIMED_OUT
 *   The same of *message, which is copied once: for messages of more than a line or two, where a copy by value is worth saving
 *   enum sluice_status orders_try_send_from(orders_tx tx, const T *message)
 *   enum sluice_status orders_send_from(orders_tx tx, const T *message)
 *   enum sluice_status orders_send_from_until(orders_tx tx, const T *message, sluice_deadline)
 * Receiving one: *message is the caller's on OK
 *   enum sluice_status orders_try_recv(orders_rx rx, T *message)                     OK, CLOSED, EMPTY, BUSY
 *   enum sluice_status orders_recv(orders_rx rx, T *message)                         OK, CLOSED
 *   enum sluice_status orders_recv_until(orders_rx rx, T *message, sluice_deadline)  OK, CLOSED, TIMED_OUT
 *   SLUICE_FOR_EACH(orders, rx, m) { … }   receives into m, a new variable, until the channel is closed and drained
 *
 * SLUICE_RENDEZVOUS has no place inside: OK from a send means that a receiver has the message; FULL that no receiver waits now, EMPTY
 * that no sender does; first come, first served. Of the options only `wait` counts; they may be NULL. What works in place does not compile.
 *
 * Batches. On OK the first *sent messages are the channel's, or the first *got are the caller's
 *   enum sluice_status orders_try_send_n(orders_tx tx, const T *messages, size_t n, size_t *sent)
 *       As many as there is room for; FULL when that is none.
 *   enum sluice_status orders_send_n(orders_tx tx, const T *messages, size_t n, size_t *sent)
 *   enum sluice_status orders_send_n_until(orders_tx tx, const T *messages, size_t n, size_t *sent, sluice_deadline)
 *       All of them, waiting for room. A short count, as write(2) gives it, means that the channel was closed or the
 *       deadline passed in between: the rest is still the caller's, and the next call says which it was.
 *   enum sluice_status orders_try_recv_n(orders_rx rx, T *messages, size_t max, size_t *got)
 *   enum sluice_status orders_recv_n(orders_rx rx, T *messages, size_t max, size_t *got)
 *   enum sluice_status orders_recv_n_until(orders_rx rx, T *messages, size_t max, size_t *got, sluice_deadline)
 *       What is there, 1 to max messages; the last two wait for the first. n or max 0 is OK with a count of 0.
 *
 * In place: without a copy through the caller's memory
 *   enum sluice_status orders_try_reserve(orders_tx tx, size_t max, T **cells, size_t *count)     and reserve, reserve_until
 *       1 to max cells, contiguous, for the sender to fill. Another reserve gives the first one back, also where it fails.
 *   enum sluice_status orders_commit(orders_tx tx, size_t count)
 *       Sends the first `count` cells of the reservation and gives the rest back. OK; CLOSED: nothing was sent and the
 *       cells are given back, so copy out what must not be lost; INVALID: more than were reserved.
 *   void orders_abort(orders_tx tx)
 *       Gives the reservation back. (Also what dropping the sender does.)
 *   enum sluice_status orders_try_peek(orders_rx rx, size_t max, T **cells, size_t *count)        and peek, peek_until
 *       1 to max messages, contiguous, where they lie. They stay in the channel until they are released.
 *   enum sluice_status orders_release(orders_rx rx, size_t count)
 *       Takes the first `count` peeked messages out: what they own is the caller's from then on. OK; INVALID: more
 *       than the last peek gave and is not released yet, or another receive came in between. What was peeked and not
 *       released is received again by the next call.
 *
 * Questions; their answers may be stale when they arrive, except that CLOSED stays
 *   size_t orders_tx_len_hint(orders_tx tx)        size_t orders_rx_len_hint(orders_rx rx)      messages inside, 0 .. capacity
 *       (SLUICE_PER_SENDER: of all senders)
 *   size_t orders_tx_capacity(orders_tx tx)        size_t orders_rx_capacity(orders_rx rx)      SIZE_MAX: unbounded
 *   bool   orders_tx_is_closed(orders_tx tx)       a send would fail        orders_rx_is_closed(orders_rx rx): no more
 *                                                  messages will be sent (some may still be inside)
 *   bool   orders_same_channel(orders_tx tx, orders_rx rx)
 *
 * Progress. SPSC: everything with try_, commit, abort, release and the questions is wait-free, and the others are until
 * they have to wait. MPSC, SPMC, MPMC with a ring: no lock; the side with one end is wait-free, and an end of the other that
 * keeps losing to its own side says BUSY after a bounded number of steps. A thread that stops in the middle of a send holds up
 * receivers, one that stops in the middle of a receive, or holds a peek, the room.
 * SLUICE_PER_SENDER: sending is wait-free, and one receiver's receiving. Several receivers have a sender's messages in turns, which
 * are taken over from one that is slow to come back; what one of them peeks at holds up that sender's later messages.
 * MUTEX, rendezvous: nothing is lock-free; a try_ may wait for the lock, held for a copy only. Waiting
 * spins for some microseconds where a peer can be running, then sleeps; an idle endpoint uses no CPU time.
 *
 * SPDX-License-Identifier: MIT */

/* ---- once ---- */
#ifndef SLUICE_CHANNEL_H
#define SLUICE_CHANNEL_H

#include <stdbool.h>
#include <string.h>

#include <sluice/detail/call.h>
#include <sluice/detail/kinds.h>
#include <sluice/status.h>

#define SLUICE_FOR_EACH(name, receiver, message) \
    for (name##_message message; name##_recv((receiver), &message) == SLUICE_OK;)

/* One message's copy, as an assignment of its type where the language allows it for every type: gcc then stores a message that was
 * built field by field straight into the cell. By memcpy it first builds it on the stack and copies it with wider loads, which the
 * CPU cannot serve from the narrower stores still in flight: they wait, and with them for the cell's line. */
#ifdef __cplusplus
#define SLUICE__COPY_AS(type, to, from) memcpy((void *)(to), (const void *)(from), sizeof(type))
#else
#define SLUICE__COPY_AS(type, to, from) (*(type *)(to) = *(const type *)(from))
#endif

#define SLUICE__PASTE_(a, b) a##b
#define SLUICE__PASTE(a, b) SLUICE__PASTE_(a, b)
#define SLUICE__STRING_(a) #a
#define SLUICE__STRING(a) SLUICE__STRING_(a)
#endif

/* ---- for each channel ---- */
#ifndef SLUICE_NAME
#error "define SLUICE_NAME, the prefix of the channel's functions, before including <sluice/channel.h>"
#endif
#ifndef SLUICE_TYPE
#error "define SLUICE_TYPE, the type of the channel's messages, before including <sluice/channel.h>"
#endif
#ifndef SLUICE_FLAVOUR
#error "define SLUICE_FLAVOUR (SLUICE_SPSC: one sender and one receiver, SLUICE_MUTEX: any number) before including <sluice/channel.h>"
#endif
#ifndef SLUICE_BUFFER
#define SLUICE_BUFFER SLUICE_BOUNDED
#endif
#ifndef SLUICE_ORDER
#define SLUICE_ORDER SLUICE_TOTAL
#endif

#if SLUICE_FLAVOUR != SLUICE_SPSC && SLUICE_FLAVOUR != SLUICE_MPSC && SLUICE_FLAVOUR != SLUICE_SPMC && \
    SLUICE_FLAVOUR != SLUICE_MPMC && SLUICE_FLAVOUR != SLUICE_MUTEX
#error "SLUICE_FLAVOUR must be one of SLUICE_SPSC, SLUICE_MPSC, SLUICE_SPMC, SLUICE_MPMC, SLUICE_MUTEX"
#endif
#if SLUICE_BUFFER != SLUICE_BOUNDED && SLUICE_BUFFER != SLUICE_UNBOUNDED && SLUICE_BUFFER != SLUICE_RENDEZVOUS
#error "SLUICE_BUFFER must be one of SLUICE_BOUNDED, SLUICE_UNBOUNDED, SLUICE_RENDEZVOUS"
#endif
#if SLUICE_ORDER != SLUICE_TOTAL && SLUICE_ORDER != SLUICE_PER_SENDER
#error "SLUICE_ORDER must be SLUICE_TOTAL or SLUICE_PER_SENDER"
#endif

#ifdef __cplusplus
extern "C++" {
#endif

#define SLUICE__N(suffix) SLUICE__PASTE(SLUICE_NAME, suffix)
#define SLUICE__BYTES(endpoint) sizeof(SLUICE__N(_message))
#define SLUICE__COPY(to, from, endpoint) SLUICE__COPY_AS(SLUICE__N(_message), to, from)
#define SLUICE__AT(messages, i, endpoint) ((messages) + (i))
#define SLUICE__SPILL(message, endpoint)         \
    SLUICE__N(_message) sluice__copy = *(message); \
    (message) = &sluice__copy
#include <sluice/detail/kind_of.h>
#include <sluice/detail/typed_types.h>
#ifdef SLUICE__KIND_IS_MUTEX
#include <sluice/detail/typed_mutex.h>
#elif defined(SLUICE__KIND_IS_RENDEZVOUS)
#include <sluice/detail/typed_rendezvous.h>
#else
#include <sluice/detail/typed_queue.h>
#endif
#include <sluice/detail/typed.h>
#undef SLUICE__N
#undef SLUICE__BYTES
#undef SLUICE__COPY
#undef SLUICE__AT
#undef SLUICE__SPILL
#undef SLUICE__KIND
#undef SLUICE__KIND_IS_MUTEX
#undef SLUICE__KIND_IS_RENDEZVOUS

#ifdef __cplusplus
}
#endif

#undef SLUICE_NAME
#undef SLUICE_TYPE
#undef SLUICE_FLAVOUR
#undef SLUICE_BUFFER
#undef SLUICE_ORDER
#undef SLUICE_DROP
