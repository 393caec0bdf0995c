/* sluice/detail/kind_of.h: defines SLUICE__KIND, the kind of queue for SLUICE_FLAVOUR, SLUICE_BUFFER and SLUICE_ORDER. Where a
 * channel has one sender, the order between senders is nothing. The same table at run time: src/channel/kinds.c.
 *
 * SPDX-License-Identifier: MIT */
#if SLUICE_BUFFER == SLUICE_RENDEZVOUS
#define SLUICE__KIND rendezvous
#define SLUICE__KIND_IS_RENDEZVOUS
#elif SLUICE_FLAVOUR == SLUICE_MUTEX
#define SLUICE__KIND mutex
#define SLUICE__KIND_IS_MUTEX
#elif SLUICE_ORDER == SLUICE_PER_SENDER && SLUICE_FLAVOUR == SLUICE_MPSC && SLUICE_BUFFER == SLUICE_BOUNDED
#define SLUICE__KIND mpsc_lanes
#elif SLUICE_ORDER == SLUICE_PER_SENDER && SLUICE_FLAVOUR == SLUICE_MPSC
#define SLUICE__KIND mpsc_lanes_chain
#elif SLUICE_ORDER == SLUICE_PER_SENDER && SLUICE_FLAVOUR == SLUICE_MPMC && SLUICE_BUFFER == SLUICE_BOUNDED
#define SLUICE__KIND mpmc_lanes
#elif SLUICE_ORDER == SLUICE_PER_SENDER && SLUICE_FLAVOUR == SLUICE_MPMC
#define SLUICE__KIND mpmc_lanes_chain
#elif SLUICE_BUFFER == SLUICE_UNBOUNDED && SLUICE_FLAVOUR == SLUICE_MPSC
#define SLUICE__KIND mpsc_chain
#elif SLUICE_BUFFER == SLUICE_UNBOUNDED && SLUICE_FLAVOUR == SLUICE_SPMC
#define SLUICE__KIND spmc_chain
#elif SLUICE_BUFFER == SLUICE_UNBOUNDED && SLUICE_FLAVOUR == SLUICE_MPMC && SLUICE_ORDER == SLUICE_TOTAL
#define SLUICE__KIND mpmc_chain
#elif SLUICE_BUFFER == SLUICE_UNBOUNDED
#define SLUICE__KIND spsc_chain
#elif SLUICE_FLAVOUR == SLUICE_MPSC
#define SLUICE__KIND mpsc
#elif SLUICE_FLAVOUR == SLUICE_SPMC
#define SLUICE__KIND spmc
#elif SLUICE_FLAVOUR == SLUICE_MPMC
#define SLUICE__KIND mpmc
#else
#define SLUICE__KIND spsc
#endif
