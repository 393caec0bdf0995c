/* sluice/detail/mpsc_lanes.h: lanes with one receiver, bounded: each sender has a ring for itself. The lanes themselves, and why
 * nothing gets lost, in lanes.h; the receiver's compiled half in src/mpsc/lanes.c.
 *
 * The receiver stays on a lane until that is found empty or SLUICE__LANES_QUANTUM messages are taken, and then goes round the
 * hot lanes from there. Its end of a lane is the lane's own SPSC receiving cursor, so a receive is an SPSC receive and one comparison;
 * the head moves with each message, so that room is exact.
 *
 * Progress: receiving is wait-free, bounded by the number of lanes; closing included. A lane with messages is passed over by at
 * most the quanta of the other hot lanes.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLUICE_DETAIL_MPSC_LANES_H
#define SLUICE_DETAIL_MPSC_LANES_H

#include <sluice/detail/lanes.h>
#include <sluice/detail/spsc.h>

#ifdef __cplusplus
extern "C" {
#endif

struct sluice__mpsc_lanes_cursor {
    void *cursor;              /* the lane's receiving cursor */
    uint64_t turn_end;         /* its position at which the turn ends */
    struct sluice__lane *lane; /* where the receiver is */
    struct sluice__lanes *lanes;
    uint32_t others; /* whether there may be other hot lanes */
};

/* Goes to the next lane that has messages, possibly the same. Returns whether there was one. */
SLUICE_API int sluice__mpsc_lanes_turn(struct sluice__mpsc_lanes_cursor *c);
/* The same on a closed channel, over all lanes. 0: nothing that was accepted is left, nor will be. */
SLUICE_API int sluice__mpsc_lanes_last(struct sluice__mpsc_lanes_cursor *c);

#ifdef __cplusplus
}
#endif

#define sluice__mpsc_lanes_TX_IS_SHARED 0
#define sluice__mpsc_lanes_RX_IS_SHARED 0
#define sluice__mpsc_lanes_TAKE_FREES_ROOM 0
#define sluice__mpsc_lanes_ROOM_GATE(rx, front) ((const struct sluice__gate *)(const void *)(rx)->lane->gate)

#define SLUICE__LANES(suffix) sluice__mpsc_lanes_##suffix
#define SLUICE__LANE(operation) sluice__spsc_##operation
#include <sluice/detail/lanes_sender.h>
#include <sluice/detail/mpsc_lanes_receiver.h>
#undef SLUICE__LANES
#undef SLUICE__LANE

#endif
