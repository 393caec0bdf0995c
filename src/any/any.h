/* any.h: the any-channel's inside: one table of operations for each kind of queue.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLUICE_ANY_ANY_H
#define SLUICE_ANY_ANY_H

#include "channel/channel.h"

#include <sluice/detail/call.h>

/* What every kind does with an endpoint of its own; typed_queue.h has what each is to do. */
struct sluice__any_kind {
    enum sluice_status (*send_one)(struct sluice__end *tx, const void *message, int try_only, sluice_deadline deadline);
    enum sluice_status (*recv_one)(struct sluice__end *rx, void *message, int try_only, sluice_deadline deadline);
    enum sluice_status (*send_some)(struct sluice__end *tx, const void *messages, size_t n, size_t *sent, int try_only,
                                    sluice_deadline deadline);
    enum sluice_status (*recv_some)(struct sluice__end *rx, void *messages, size_t max, size_t *got, int try_only,
                                    sluice_deadline deadline);
    /* in place */
    enum sluice_status (*reserve)(struct sluice__end *tx, size_t max, void **cells, size_t *count, int try_only,
                                  sluice_deadline deadline);
    enum sluice_status (*commit)(struct sluice__end *tx, size_t count);
    void (*abort)(struct sluice__end *tx);
    enum sluice_status (*peek)(struct sluice__end *rx, size_t max, void **cells, size_t *count, int try_only,
                               sluice_deadline deadline);
    enum sluice_status (*release)(struct sluice__end *rx, size_t count);
};

/* An endpoint of an any-channel: the channel layer's, seen from one side. */
struct sluice_chan_tx {
    struct sluice__end end;
};
struct sluice_chan_rx {
    struct sluice__end end;
};

/* The operations on that kind of queue; NULL: there are none. */
const struct sluice__any_kind *sluice__any_kind_of(const struct sluice__flavour *flavour);

#endif
