/* sluice/detail/kinds.h: every kind of queue there is, and their inlined halves.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLUICE_DETAIL_KINDS_H
#define SLUICE_DETAIL_KINDS_H

#include <sluice/detail/mpmc.h>
#include <sluice/detail/mpmc_chain.h>
#include <sluice/detail/mpmc_lanes.h>
#include <sluice/detail/mpmc_lanes_chain.h>
#include <sluice/detail/mpsc.h>
#include <sluice/detail/mpsc_chain.h>
#include <sluice/detail/mpsc_lanes.h>
#include <sluice/detail/mpsc_lanes_chain.h>
#include <sluice/detail/mutex.h>
#include <sluice/detail/rendezvous.h>
#include <sluice/detail/spmc.h>
#include <sluice/detail/spmc_chain.h>
#include <sluice/detail/spsc.h>
#include <sluice/detail/spsc_chain.h>

/* SLUICE__K(operation): that operation of the kind that SLUICE__KIND names, e.g. sluice__spsc_claim. */
#define SLUICE__KIND_PASTE_(kind, operation) sluice__##kind##_##operation
#define SLUICE__KIND_PASTE(kind, operation) SLUICE__KIND_PASTE_(kind, operation)
#define SLUICE__K(operation) SLUICE__KIND_PASTE(SLUICE__KIND, operation)

/* sluice__K_ROOM_GATE(rx, front): the gate where those wait for whom the receiver has just made room. Lanes, whose senders have a
 * gate each, define their own. */
#define SLUICE__COMMON_ROOM_GATE(front) (&(front)->gate[SLUICE__SENDERS])
#define sluice__spsc_ROOM_GATE(rx, front) SLUICE__COMMON_ROOM_GATE(front)
#define sluice__mpsc_ROOM_GATE(rx, front) SLUICE__COMMON_ROOM_GATE(front)
#define sluice__spmc_ROOM_GATE(rx, front) SLUICE__COMMON_ROOM_GATE(front)
#define sluice__mpmc_ROOM_GATE(rx, front) SLUICE__COMMON_ROOM_GATE(front)
#define sluice__spsc_chain_ROOM_GATE(rx, front) SLUICE__COMMON_ROOM_GATE(front)
#define sluice__mpsc_chain_ROOM_GATE(rx, front) SLUICE__COMMON_ROOM_GATE(front)
#define sluice__spmc_chain_ROOM_GATE(rx, front) SLUICE__COMMON_ROOM_GATE(front)
#define sluice__mpmc_chain_ROOM_GATE(rx, front) SLUICE__COMMON_ROOM_GATE(front)

/* sluice__K_TAKE_FREES_ROOM: whether a sender may have room already when a receiver has only taken. */
#define sluice__spsc_TAKE_FREES_ROOM 0
#define sluice__mpsc_TAKE_FREES_ROOM 1
#define sluice__spmc_TAKE_FREES_ROOM 1
#define sluice__mpmc_TAKE_FREES_ROOM 1
#define sluice__spsc_chain_TAKE_FREES_ROOM 0
#define sluice__mpsc_chain_TAKE_FREES_ROOM 0
#define sluice__spmc_chain_TAKE_FREES_ROOM 0
#define sluice__mpmc_chain_TAKE_FREES_ROOM 0

/* sluice__K_LETS_GO(rx, front): asked once after each release: whether others of its side may be able to go on. On shared queues they
 * wait, once the channel is closed, to know whether what this end held was the last. */
#define SLUICE__SHARED_LETS_GO(front) sluice__front_is_last_call(front)
#define sluice__spsc_LETS_GO(rx, front) 0
#define sluice__mpsc_LETS_GO(rx, front) 0
#define sluice__spmc_LETS_GO(rx, front) SLUICE__SHARED_LETS_GO(front)
#define sluice__mpmc_LETS_GO(rx, front) SLUICE__SHARED_LETS_GO(front)
#define sluice__spsc_chain_LETS_GO(rx, front) 0
#define sluice__mpsc_chain_LETS_GO(rx, front) 0
#define sluice__spmc_chain_LETS_GO(rx, front) SLUICE__SHARED_LETS_GO(front)
#define sluice__mpmc_chain_LETS_GO(rx, front) SLUICE__SHARED_LETS_GO(front)
#define sluice__mpsc_lanes_LETS_GO(rx, front) 0
#define sluice__mpsc_lanes_chain_LETS_GO(rx, front) 0

#endif
