/* sluice/detail/mpmc_lanes_chain.h: lanes with several receivers, unbounded: each sender has a chain for itself. All but the lanes' kind
 * of queue is as in mpmc_lanes.h.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLUICE_DETAIL_MPMC_LANES_CHAIN_H
#define SLUICE_DETAIL_MPMC_LANES_CHAIN_H

#include <sluice/detail/mpmc_lanes.h>
#include <sluice/detail/spsc_chain.h>

#define sluice__mpmc_lanes_chain_TX_IS_SHARED 0
#define sluice__mpmc_lanes_chain_RX_IS_SHARED 1
#define sluice__mpmc_lanes_chain_TAKE_FREES_ROOM 0
#define sluice__mpmc_lanes_chain_ROOM_GATE(rx, front) sluice__mpmc_lanes_ROOM_GATE(rx, front)
#define sluice__mpmc_lanes_chain_LETS_GO(rx, front) sluice__mpmc_lanes_LETS_GO(rx, front)

#define SLUICE__LANES(suffix) sluice__mpmc_lanes_chain_##suffix
#define SLUICE__LANE(operation) sluice__spsc_chain_##operation
#include <sluice/detail/lanes_sender.h>
#include <sluice/detail/mpmc_lanes_receiver.h>
#undef SLUICE__LANES
#undef SLUICE__LANE

#endif
