/* sluice/detail/spmc_chain.h: the SPMC chain: one sender, several receivers, no limit, one order. The algorithm: chain.h.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLUICE_DETAIL_SPMC_CHAIN_H
#define SLUICE_DETAIL_SPMC_CHAIN_H

#include <sluice/detail/chain.h>

#define sluice__spmc_chain_TX_IS_SHARED 0
#define sluice__spmc_chain_RX_IS_SHARED 1

SLUICE__CHAIN_KIND(spmc_chain, 0, 1)

#endif
