/* sluice/detail/mpsc_chain.h: the MPSC chain: several senders, one receiver, no limit, one order. The algorithm: chain.h.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLUICE_DETAIL_MPSC_CHAIN_H
#define SLUICE_DETAIL_MPSC_CHAIN_H

#include <sluice/detail/chain.h>

#define sluice__mpsc_chain_TX_IS_SHARED 1
#define sluice__mpsc_chain_RX_IS_SHARED 0

SLUICE__CHAIN_KIND(mpsc_chain, 1, 0)

#endif
