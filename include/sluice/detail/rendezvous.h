/* sluice/detail/rendezvous.h: the compiled calls of rendezvous channels (src/channel/rendezvous.c). Nothing of it is inlined: two threads
 * meet, which costs more than a call.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLUICE_DETAIL_RENDEZVOUS_H
#define SLUICE_DETAIL_RENDEZVOUS_H

#include <sluice/detail/endpoint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* An endpoint keeps nothing beyond what every endpoint has: who waits is in a list, with a node on its own stack. */
typedef struct sluice__rendezvous_cursor {
    char nothing;
} sluice__rendezvous_tx, sluice__rendezvous_rx;

/* Hands `n` messages over to receivers, or takes 1 to `max` from senders; try_only: from those who wait now. *done: how many. */
SLUICE_API SLUICE_NODISCARD enum sluice_status sluice__rendezvous_send(struct sluice__end *tx, const void *messages, size_t n,
                                                                       size_t *done, int try_only, sluice_deadline deadline);
SLUICE_API SLUICE_NODISCARD enum sluice_status sluice__rendezvous_recv(struct sluice__end *rx, void *messages, size_t max,
                                                                       size_t *done, int try_only, sluice_deadline deadline);

#ifdef __cplusplus
}
#endif

#endif
