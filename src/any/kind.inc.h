/* kind.inc.h: the any-channel's operations on one kind of queue, SLUICE__KIND: a table of them called any_K. Included by kinds.c for
 * each kind. They are what typed channels inline, made for messages of which the size is known at run time only.
 *
 * SPDX-License-Identifier: MIT */
#define ANY_PASTE_(kind, suffix) any_##kind##suffix
#define ANY_PASTE(kind, suffix) ANY_PASTE_(kind, suffix)
#define SLUICE__N(suffix) ANY_PASTE(SLUICE__KIND, suffix)
#define SLUICE__BYTES(endpoint) ((endpoint)->end.message_bytes)
#define SLUICE__COPY(to, from, endpoint) copy_message(to, from, SLUICE__BYTES(endpoint))
#define SLUICE__AT(messages, i, endpoint) ((void *)((uintptr_t)(messages) + (i) * SLUICE__BYTES(endpoint)))
#define SLUICE__SPILL(message, endpoint) (void)0 /* it is in memory anyway */

#include <sluice/detail/typed_types.h>
#if defined(SLUICE__KIND_IS_MUTEX)
#include <sluice/detail/typed_mutex.h>
#elif defined(SLUICE__KIND_IS_RENDEZVOUS)
#include <sluice/detail/typed_rendezvous.h>
#else
#include <sluice/detail/typed_queue.h>
#endif

#define TX(end) ((SLUICE__N(_tx))(void *)(end))
#define RX(end) ((SLUICE__N(_rx))(void *)(end))

static enum sluice_status SLUICE__N(_any_send_one)(struct sluice__end *tx, const void *message, int try_only,
                                                   sluice_deadline deadline)
{
    return SLUICE__N(__send_one)(TX(tx), message, try_only, deadline);
}

static enum sluice_status SLUICE__N(_any_recv_one)(struct sluice__end *rx, void *message, int try_only,
                                                   sluice_deadline deadline)
{
    return SLUICE__N(__recv_one)(RX(rx), message, try_only, deadline);
}

static enum sluice_status SLUICE__N(_any_send_some)(struct sluice__end *tx, const void *messages, size_t n, size_t *sent,
                                                    int try_only, sluice_deadline deadline)
{
    return SLUICE__N(__send_some)(TX(tx), messages, n, sent, try_only, deadline);
}

static enum sluice_status SLUICE__N(_any_recv_some)(struct sluice__end *rx, void *messages, size_t max, size_t *got,
                                                    int try_only, sluice_deadline deadline)
{
    return SLUICE__N(__recv_some)(RX(rx), messages, max, got, try_only, deadline);
}

static enum sluice_status SLUICE__N(_any_reserve)(struct sluice__end *tx, size_t max, void **cells, size_t *count,
                                                  int try_only, sluice_deadline deadline)
{
    return SLUICE__N(__reserve)(TX(tx), max, cells, count, try_only, deadline);
}

static enum sluice_status SLUICE__N(_any_commit)(struct sluice__end *tx, size_t count)
{
    return SLUICE__N(__commit)(TX(tx), count);
}

static void SLUICE__N(_any_abort)(struct sluice__end *tx)
{
    SLUICE__N(__abort)(TX(tx));
}

static enum sluice_status SLUICE__N(_any_peek)(struct sluice__end *rx, size_t max, void **cells, size_t *count, int try_only,
                                               sluice_deadline deadline)
{
    return SLUICE__N(__peek)(RX(rx), max, cells, count, try_only, deadline);
}

static enum sluice_status SLUICE__N(_any_release)(struct sluice__end *rx, size_t count)
{
    return SLUICE__N(__release)(RX(rx), count);
}

static const struct sluice__any_kind SLUICE__N() = {
    .send_one = SLUICE__N(_any_send_one),
    .recv_one = SLUICE__N(_any_recv_one),
    .send_some = SLUICE__N(_any_send_some),
    .recv_some = SLUICE__N(_any_recv_some),
    .reserve = SLUICE__N(_any_reserve),
    .commit = SLUICE__N(_any_commit),
    .abort = SLUICE__N(_any_abort),
    .peek = SLUICE__N(_any_peek),
    .release = SLUICE__N(_any_release),
};

#undef TX
#undef RX
#undef SLUICE__SPILL
#undef SLUICE__AT
#undef SLUICE__COPY
#undef SLUICE__BYTES
#undef SLUICE__N
#undef ANY_PASTE
#undef ANY_PASTE_
#undef SLUICE__KIND
#undef SLUICE__KIND_IS_MUTEX
#undef SLUICE__KIND_IS_RENDEZVOUS
