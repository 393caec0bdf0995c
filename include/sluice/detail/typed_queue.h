/* sluice/detail/typed_queue.h: the operations of one channel over any kind of queue, all made from runs of cells
 * (run.h): ask for a run, copy, pass it on, see whether anyone waits. Included for each typed channel by
 * <sluice/channel.h>, and for each kind by the any-channel, which set before:
 *
 *     SLUICE__N(suffix)           the channel's names        SLUICE__K(operation)    the kind's
 *     SLUICE__BYTES(endpoint)     bytes of a message         SLUICE__COPY(to, from, endpoint)   copies one
 *     SLUICE__AT(messages, i, endpoint)   the address of one in the caller's array
 *     SLUICE__SPILL(message, endpoint)   a statement: lets `message` point to a copy of itself, where it is passed by value
 *
 * Blocking calls are a try and, when that finds nothing, sluice__end_wait and a try again: the library's one wait
 * loop. The functions named __blocked_ hold that rare half, out of the caller's way.
 *
 * SPDX-License-Identifier: MIT */

/* ---- runs ---- */

/* Passes on the first `count` cells of the sender's run, and gives the rest back. OK; CLOSED: nothing was sent. */
SLUICE_INLINE enum sluice_status SLUICE__N(__publish)(SLUICE__N(_tx) tx, const struct sluice__front *front,
                                                      struct sluice__run *run, uint64_t count)
{
    SLUICE__K(publish)(&tx->cursor, SLUICE__BYTES(tx), run, count);
    if (sluice__gate_is_wanted(&front->gate[SLUICE__RECEIVERS]))
        sluice__end_wake_peer(&tx->end);
    return sluice__likely(run->count) ? SLUICE_OK : SLUICE_CLOSED;
}

SLUICE_INLINE void SLUICE__N(__give_back)(SLUICE__N(_rx) rx, const struct sluice__front *front, const struct sluice__run *run,
                                          uint64_t count)
{
    SLUICE__K(release)(&rx->cursor, SLUICE__BYTES(rx), run, count);
    if (sluice__gate_is_wanted(SLUICE__K(ROOM_GATE)(&rx->cursor, front)))
        sluice__end_wake_peer(&rx->end);
    (void)front; /* (not every kind asks) */
    if (sluice__unlikely(SLUICE__K(LETS_GO)(&rx->cursor, front)))
        sluice__end_wake_own_side(&rx->end);
}

/* Ends a reservation: its first `count` cells are sent. Room that goes back may be what another sender waits for. */
SLUICE_OUTLINE enum sluice_status SLUICE__N(__settle)(SLUICE__N(_tx) tx, struct sluice__run *run, uint64_t count)
{
    SLUICE__K(hold)(&tx->cursor, run, 0, 0);
    enum sluice_status status = SLUICE__N(__publish)(tx, tx->end.front, run, count);
    if (SLUICE__K(TX_IS_SHARED) && count < run->count)
        sluice__end_wake_own_side(&tx->end);
    return status;
}

SLUICE_INLINE void SLUICE__N(__abort)(SLUICE__N(_tx) tx)
{
    struct sluice__run run;
    if (SLUICE__K(held)(&tx->cursor, SLUICE__BYTES(tx), &run))
        (void)SLUICE__N(__settle)(tx, &run, 0);
}

/* A run for the sender. OK, CLOSED, FULL, BUSY, NO_MEMORY. */
SLUICE_INLINE enum sluice_status SLUICE__N(__claim)(SLUICE__N(_tx) tx, const struct sluice__front *front, size_t max,
                                                    struct sluice__run *run)
{
    if (SLUICE__K(TX_IS_SHARED))
        SLUICE__N(__abort)(tx); /* any other send gives a reservation back */
    if (sluice__unlikely(sluice__front_may_not_send(front)))
        return SLUICE_CLOSED;
    return SLUICE__K(claim)(&tx->cursor, SLUICE__BYTES(tx), max, run);
}

/* A run for the receiver. OK, CLOSED, EMPTY, BUSY. */
SLUICE_INLINE enum sluice_status SLUICE__N(__take)(SLUICE__N(_rx) rx, const struct sluice__front *front, size_t max,
                                                   struct sluice__run *run)
{
    enum sluice_status status = SLUICE__K(take)(&rx->cursor, SLUICE__BYTES(rx), max, run);
    if (sluice__likely(status == SLUICE_OK))
        return status;
    /* Closed: but a message sent just before it may have come after the look above. */
    if (sluice__front_is_last_call(front))
        status = SLUICE__K(take_last)(&rx->cursor, SLUICE__BYTES(rx), max, run);
    if (SLUICE__K(RX_IS_SHARED) && status == SLUICE_CLOSED)
        sluice__end_wake_own_side(&rx->end); /* one who waits for the end, too, and passes it on here */
    /* A take that gave nothing may yet have made room: by passing over what a reservation left, or by no longer being about to
     * take something. */
    if ((SLUICE__K(TX_IS_SHARED) || SLUICE__K(RX_IS_SHARED)) && status != SLUICE_OK &&
        sluice__gate_is_wanted(SLUICE__K(ROOM_GATE)(&rx->cursor, front)))
        sluice__end_wake_peer(&rx->end);
    return status;
}

/* ---- one message ---- */

SLUICE_INLINE enum sluice_status SLUICE__N(__put)(SLUICE__N(_tx) tx, const SLUICE__N(_message) *message)
{
    const struct sluice__front *front = tx->end.front; /* read once: the accesses below make the compiler forget it */
    struct sluice__run run = { 0, 0, NULL, NULL };
    enum sluice_status status = SLUICE__N(__claim)(tx, front, 1, &run);
    if (sluice__likely(status == SLUICE_OK)) {
        SLUICE__COPY(run.cells, message, tx);
        status = SLUICE__N(__publish)(tx, front, &run, 1);
    }
    return status;
}

SLUICE_INLINE enum sluice_status SLUICE__N(__get)(SLUICE__N(_rx) rx, SLUICE__N(_message) *message)
{
    const struct sluice__front *front = rx->end.front;
    struct sluice__run run = { 0, 0, NULL, NULL };
    enum sluice_status status = SLUICE__N(__take)(rx, front, 1, &run);
    if (sluice__likely(status == SLUICE_OK)) {
        SLUICE__COPY(message, run.cells, rx);
        SLUICE__N(__give_back)(rx, front, &run, 1);
    }
    return status;
}

/* What waiting may change. */
SLUICE_INLINE int SLUICE__N(__is_for_now)(enum sluice_status status)
{
    return status == SLUICE_FULL || status == SLUICE_EMPTY || status == SLUICE_BUSY;
}

SLUICE_COLD enum sluice_status SLUICE__N(__blocked_put)(SLUICE__N(_tx) tx, const SLUICE__N(_message) *message,
                                                        sluice_deadline deadline)
{
    enum sluice_status status;
    do {
        status = sluice__end_wait(&tx->end, deadline);
        if (status != SLUICE_OK)
            return status;
        status = SLUICE__N(__put)(tx, message);
    } while (SLUICE__N(__is_for_now)(status));
    return status;
}

SLUICE_COLD enum sluice_status SLUICE__N(__blocked_get)(SLUICE__N(_rx) rx, SLUICE__N(_message) *message,
                                                        sluice_deadline deadline)
{
    enum sluice_status status;
    do {
        status = sluice__end_wait(&rx->end, deadline);
        if (status != SLUICE_OK)
            return status;
        status = SLUICE__N(__get)(rx, message);
    } while (SLUICE__N(__is_for_now)(status));
    return status;
}

SLUICE_INLINE enum sluice_status SLUICE__N(__send_one)(SLUICE__N(_tx) tx, const SLUICE__N(_message) *message, int try_only,
                                                       sluice_deadline deadline)
{
    enum sluice_status status = SLUICE__N(__put)(tx, message);
    if (sluice__likely(status == SLUICE_OK) || try_only || !SLUICE__N(__is_for_now)(status))
        return status;
    SLUICE__SPILL(message, tx); /* so that only this path needs the message in memory */
    return SLUICE__N(__blocked_put)(tx, message, deadline);
}

SLUICE_INLINE enum sluice_status SLUICE__N(__recv_one)(SLUICE__N(_rx) rx, SLUICE__N(_message) *message, int try_only,
                                                       sluice_deadline deadline)
{
    enum sluice_status status = SLUICE__N(__get)(rx, message);
    if (sluice__likely(status == SLUICE_OK) || try_only || !SLUICE__N(__is_for_now)(status))
        return status;
    return SLUICE__N(__blocked_get)(rx, message, deadline);
}

/* ---- runs, with waiting ---- */

SLUICE_INLINE enum sluice_status SLUICE__N(__claim_or_wait)(SLUICE__N(_tx) tx, size_t max, struct sluice__run *run,
                                                            int try_only, sluice_deadline deadline)
{
    enum sluice_status status = SLUICE__N(__claim)(tx, tx->end.front, max, run);
    while (sluice__unlikely(SLUICE__N(__is_for_now)(status)) && !try_only) {
        status = sluice__end_wait(&tx->end, deadline);
        if (status == SLUICE_OK)
            status = SLUICE__N(__claim)(tx, tx->end.front, max, run);
    }
    return status;
}

SLUICE_INLINE enum sluice_status SLUICE__N(__take_or_wait)(SLUICE__N(_rx) rx, size_t max, struct sluice__run *run,
                                                           int try_only, sluice_deadline deadline)
{
    enum sluice_status status = SLUICE__N(__take)(rx, rx->end.front, max, run);
    while (sluice__unlikely(SLUICE__N(__is_for_now)(status)) && !try_only) {
        status = sluice__end_wait(&rx->end, deadline);
        if (status == SLUICE_OK)
            status = SLUICE__N(__take)(rx, rx->end.front, max, run);
    }
    return status;
}

/* ---- in place ---- */

SLUICE_MAYBE_UNUSED enum sluice_status SLUICE__N(__reserve)(SLUICE__N(_tx) tx, size_t max, void **cells, size_t *count,
                                                            int try_only, sluice_deadline deadline)
{
    struct sluice__run run = { 0, 0, NULL, NULL };
    SLUICE__N(__abort)(tx); /* an earlier reservation ends, whatever comes of this one */
    enum sluice_status status = SLUICE__N(__claim_or_wait)(tx, max, &run, try_only, deadline);
    if (status != SLUICE_OK)
        return status;
    SLUICE__K(hold)(&tx->cursor, &run, 0, run.count);
    *cells = run.cells;
    *count = (size_t)run.count;
    return SLUICE_OK;
}

SLUICE_MAYBE_UNUSED enum sluice_status SLUICE__N(__commit)(SLUICE__N(_tx) tx, size_t count)
{
    struct sluice__run run;
    if (count > SLUICE__K(held)(&tx->cursor, SLUICE__BYTES(tx), &run))
        return SLUICE_INVALID;
    int closed = sluice__front_may_not_send(tx->end.front);
    if (run.count && SLUICE__N(__settle)(tx, &run, closed ? 0 : count) != SLUICE_OK)
        closed = 1;
    return closed ? SLUICE_CLOSED : SLUICE_OK;
}

SLUICE_MAYBE_UNUSED enum sluice_status SLUICE__N(__peek)(SLUICE__N(_rx) rx, size_t max, void **cells, size_t *count,
                                                         int try_only, sluice_deadline deadline)
{
    struct sluice__run run = { 0, 0, NULL, NULL };
    enum sluice_status status = SLUICE__N(__take_or_wait)(rx, max, &run, try_only, deadline);
    if (status != SLUICE_OK)
        return status;
    SLUICE__K(keep)(&rx->cursor, &run, 0, run.count);
    if (SLUICE__K(TAKE_FREES_ROOM) && sluice__gate_is_wanted(SLUICE__K(ROOM_GATE)(&rx->cursor, rx->end.front)))
        sluice__end_wake_peer(&rx->end);
    *cells = run.cells;
    *count = (size_t)run.count;
    return SLUICE_OK;
}

SLUICE_MAYBE_UNUSED enum sluice_status SLUICE__N(__release)(SLUICE__N(_rx) rx, size_t count)
{
    struct sluice__run run;
    if (count > SLUICE__K(kept)(&rx->cursor, SLUICE__BYTES(rx), &run))
        return SLUICE_INVALID;
    if (count)
        SLUICE__N(__give_back)(rx, rx->end.front, &run, count);
    SLUICE__K(keep)(&rx->cursor, &run, count, run.count - count);
    return SLUICE_OK;
}

/* ---- batches: runs with a copy. Calls of their own: inlined, they would take the registers of the loop around them ---- */

SLUICE_OUTLINE enum sluice_status SLUICE__N(__send_some)(SLUICE__N(_tx) tx, const SLUICE__N(_message) *messages, size_t n,
                                                         size_t *sent, int try_only, sluice_deadline deadline)
{
    enum sluice_status status = SLUICE_OK;
    size_t done = 0;
    while (done < n) {
        struct sluice__run run = { 0, 0, NULL, NULL };
        status = SLUICE__N(__claim_or_wait)(tx, n - done, &run, try_only, deadline);
        if (status != SLUICE_OK)
            break;
        memcpy(run.cells, SLUICE__AT(messages, done, tx), (size_t)run.count * SLUICE__BYTES(tx));
        status = SLUICE__N(__publish)(tx, tx->end.front, &run, run.count);
        if (status != SLUICE_OK)
            break;
        done += (size_t)run.count;
    }
    if (done == 0 && status != SLUICE_OK)
        return status;
    *sent = done;
    return SLUICE_OK;
}

SLUICE_OUTLINE enum sluice_status SLUICE__N(__recv_some)(SLUICE__N(_rx) rx, SLUICE__N(_message) *messages, size_t max,
                                                         size_t *got, int try_only, sluice_deadline deadline)
{
    size_t done = 0;
    while (done < max) {
        struct sluice__run run = { 0, 0, NULL, NULL };
        /* Only the first message is waited for. */
        enum sluice_status status = SLUICE__N(__take_or_wait)(rx, max - done, &run, try_only || done > 0, deadline);
        if (status != SLUICE_OK && done == 0)
            return status;
        if (status != SLUICE_OK)
            break;
        memcpy(SLUICE__AT(messages, done, rx), run.cells, (size_t)run.count * SLUICE__BYTES(rx));
        SLUICE__N(__give_back)(rx, rx->end.front, &run, run.count);
        done += (size_t)run.count;
        if (!SLUICE__K(more)(&rx->cursor))
            break; /* that was all: looking again at once would only pull the sender's line over */
    }
    *got = done;
    return SLUICE_OK;
}
