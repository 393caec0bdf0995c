/* sluice/detail/mpmc_chain.h: the MPMC chain: several senders, several receivers, no limit, one order. The algorithm: chain.h.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLUICE_DETAIL_MPMC_CHAIN_H
#define SLUICE_DETAIL_MPMC_CHAIN_H

#include <sluice/detail/chain.h>

#define sluice__mpmc_chain_TX_IS_SHARED 1
#define sluice__mpmc_chain_RX_IS_SHARED 1

SLUICE__CHAIN_KIND(mpmc_chain, 1, 1)

#endif
