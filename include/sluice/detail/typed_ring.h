/* sluice/detail/typed_ring.h: the operations of one typed lock-free channel, all made from runs of cells: ask for
 * a run, copy, pass it on, see whether anyone waits. Included by <sluice/channel.h> for each channel.
 *
 * Blocking calls are a try and, when that finds nothing, sluice__end_wait and a try again: the library's one wait
 * loop. The functions named __blocked_ hold that rare half, out of the caller's way.
 *
 * SPDX-License-Identifier: MIT */

/* A run for the sender. OK, CLOSED, FULL. */
SLUICE_INLINE enum sluice_status SLUICE__N(__claim)(SLUICE__N(_tx) tx, const struct sluice__front *front, size_t max,
                                                    struct sluice__run *run)
{
    if (sluice__unlikely(sluice__front_may_not_send(front)))
        return SLUICE_CLOSED;
    *run = sluice__spsc_run(&tx->cursor, sizeof(SLUICE__N(_message)), max);
    return sluice__likely(run->count) ? SLUICE_OK : SLUICE_FULL;
}

/* A run for the receiver. OK, CLOSED, EMPTY. */
SLUICE_INLINE enum sluice_status SLUICE__N(__take)(SLUICE__N(_rx) rx, const struct sluice__front *front, size_t max,
                                                   struct sluice__run *run)
{
    *run = sluice__spsc_run(&rx->cursor, sizeof(SLUICE__N(_message)), max);
    if (sluice__likely(run->count))
        return SLUICE_OK;
    if (!sluice__front_is_last_call(front))
        return SLUICE_EMPTY;
    /* Closed: but a message sent just before it may have come after the look above. */
    *run = sluice__spsc_run(&rx->cursor, sizeof(SLUICE__N(_message)), max);
    return run->count ? SLUICE_OK : SLUICE_CLOSED;
}

SLUICE_INLINE void SLUICE__N(__publish)(SLUICE__N(_tx) tx, const struct sluice__front *front, uint64_t first, uint64_t count)
{
    sluice__spsc_pass(&tx->cursor, first, count);
    if (sluice__gate_is_wanted(&front->gate[SLUICE__RECEIVERS]))
        sluice__end_wake_peer(&tx->end);
}

SLUICE_INLINE void SLUICE__N(__give_back)(SLUICE__N(_rx) rx, const struct sluice__front *front, uint64_t first, uint64_t count)
{
    sluice__spsc_pass(&rx->cursor, first, count);
    if (sluice__gate_is_wanted(&front->gate[SLUICE__SENDERS]))
        sluice__end_wake_peer(&rx->end);
}

/* ---- one message ---- */

SLUICE_INLINE enum sluice_status SLUICE__N(__put)(SLUICE__N(_tx) tx, const SLUICE__N(_message) *message)
{
    const struct sluice__front *front = tx->end.front; /* read once: the accesses below make the compiler forget it */
    struct sluice__run run = { 0, 0, NULL };
    enum sluice_status status = SLUICE__N(__claim)(tx, front, 1, &run);
    if (sluice__likely(status == SLUICE_OK)) {
        SLUICE__COPY(SLUICE__N(_message), run.cells, message);
        SLUICE__N(__publish)(tx, front, run.first, 1);
    }
    return status;
}

SLUICE_INLINE enum sluice_status SLUICE__N(__get)(SLUICE__N(_rx) rx, SLUICE__N(_message) *message)
{
    const struct sluice__front *front = rx->end.front;
    struct sluice__run run = { 0, 0, NULL };
    enum sluice_status status = SLUICE__N(__take)(rx, front, 1, &run);
    if (sluice__likely(status == SLUICE_OK)) {
        SLUICE__COPY(SLUICE__N(_message), message, run.cells);
        SLUICE__N(__give_back)(rx, front, run.first, 1);
    }
    return status;
}

SLUICE_COLD enum sluice_status SLUICE__N(__blocked_put)(SLUICE__N(_tx) tx,
                                                                          const SLUICE__N(_message) *message,
                                                                          sluice_deadline deadline)
{
    enum sluice_status status;
    do {
        status = sluice__end_wait(&tx->end, deadline);
        if (status != SLUICE_OK)
            return status;
        status = SLUICE__N(__put)(tx, message);
    } while (status == SLUICE_FULL);
    return status;
}

SLUICE_COLD enum sluice_status SLUICE__N(__blocked_get)(SLUICE__N(_rx) rx,
                                                                          SLUICE__N(_message) *message,
                                                                          sluice_deadline deadline)
{
    enum sluice_status status;
    do {
        status = sluice__end_wait(&rx->end, deadline);
        if (status != SLUICE_OK)
            return status;
        status = SLUICE__N(__get)(rx, message);
    } while (status == SLUICE_EMPTY);
    return status;
}

SLUICE_INLINE enum sluice_status SLUICE__N(__send_one)(SLUICE__N(_tx) tx, const SLUICE__N(_message) *message, int try_only,
                                                       sluice_deadline deadline)
{
    enum sluice_status status = SLUICE__N(__put)(tx, message);
    if (sluice__likely(status != SLUICE_FULL) || try_only)
        return status;
    SLUICE__N(_message) waiting = *message; /* a copy, so that only this path needs the message in memory */
    return SLUICE__N(__blocked_put)(tx, &waiting, deadline);
}

SLUICE_INLINE enum sluice_status SLUICE__N(__recv_one)(SLUICE__N(_rx) rx, SLUICE__N(_message) *message, int try_only,
                                                       sluice_deadline deadline)
{
    enum sluice_status status = SLUICE__N(__get)(rx, message);
    if (sluice__likely(status != SLUICE_EMPTY) || try_only)
        return status;
    return SLUICE__N(__blocked_get)(rx, message, deadline);
}

/* ---- runs, with waiting ---- */

SLUICE_INLINE enum sluice_status SLUICE__N(__claim_or_wait)(SLUICE__N(_tx) tx, size_t max, struct sluice__run *run,
                                                            int try_only, sluice_deadline deadline)
{
    enum sluice_status status = SLUICE__N(__claim)(tx, tx->end.front, max, run);
    while (sluice__unlikely(status == SLUICE_FULL) && !try_only) {
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
    while (sluice__unlikely(status == SLUICE_EMPTY) && !try_only) {
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
    struct sluice__run run = { 0, 0, NULL };
    sluice__spsc_hold(&tx->cursor, 0); /* an earlier reservation ends, whatever comes of this one */
    enum sluice_status status = SLUICE__N(__claim_or_wait)(tx, max, &run, try_only, deadline);
    if (status != SLUICE_OK)
        return status;
    sluice__spsc_hold(&tx->cursor, run.count);
    *cells = run.cells;
    *count = (size_t)run.count;
    return SLUICE_OK;
}

SLUICE_MAYBE_UNUSED enum sluice_status SLUICE__N(__peek)(SLUICE__N(_rx) rx, size_t max, void **cells, size_t *count,
                                                         int try_only, sluice_deadline deadline)
{
    struct sluice__run run = { 0, 0, NULL };
    enum sluice_status status = SLUICE__N(__take_or_wait)(rx, max, &run, try_only, deadline);
    if (status != SLUICE_OK)
        return status;
    sluice__spsc_hold(&rx->cursor, run.count);
    *cells = run.cells;
    *count = (size_t)run.count;
    return SLUICE_OK;
}

SLUICE_MAYBE_UNUSED enum sluice_status SLUICE__N(__commit)(SLUICE__N(_tx) tx, size_t count)
{
    if (count > sluice__spsc_held(&tx->cursor))
        return SLUICE_INVALID;
    sluice__spsc_hold(&tx->cursor, 0); /* the rest goes back */
    if (sluice__unlikely(sluice__front_may_not_send(tx->end.front)))
        return SLUICE_CLOSED;
    SLUICE__N(__publish)(tx, tx->end.front, tx->cursor.position, count);
    return SLUICE_OK;
}

SLUICE_INLINE void SLUICE__N(__abort)(SLUICE__N(_tx) tx)
{
    sluice__spsc_hold(&tx->cursor, 0);
}

SLUICE_MAYBE_UNUSED enum sluice_status SLUICE__N(__release)(SLUICE__N(_rx) rx, size_t count)
{
    uint64_t held = sluice__spsc_held(&rx->cursor);
    if (count > held)
        return SLUICE_INVALID;
    SLUICE__N(__give_back)(rx, rx->end.front, rx->cursor.position, count);
    sluice__spsc_hold(&rx->cursor, held - count);
    return SLUICE_OK;
}

/* ---- batches: runs with a copy. Calls of their own: inlined, they would take the registers of the loop around them ---- */

SLUICE_OUTLINE enum sluice_status SLUICE__N(__send_some)(SLUICE__N(_tx) tx, const SLUICE__N(_message) *messages,
                                                              size_t n, size_t *sent, int try_only,
                                                              sluice_deadline deadline)
{
    enum sluice_status status = SLUICE_OK;
    size_t done = 0;
    while (done < n) {
        struct sluice__run run = { 0, 0, NULL };
        status = SLUICE__N(__claim_or_wait)(tx, n - done, &run, try_only, deadline);
        if (status != SLUICE_OK)
            break;
        memcpy(run.cells, messages + done, (size_t)run.count * sizeof *messages);
        SLUICE__N(__publish)(tx, tx->end.front, run.first, run.count);
        done += (size_t)run.count;
    }
    if (done == 0 && status != SLUICE_OK)
        return status;
    *sent = done;
    return SLUICE_OK;
}

SLUICE_OUTLINE enum sluice_status SLUICE__N(__recv_some)(SLUICE__N(_rx) rx, SLUICE__N(_message) *messages,
                                                              size_t max, size_t *got, int try_only,
                                                              sluice_deadline deadline)
{
    size_t done = 0;
    while (done < max) {
        struct sluice__run run = { 0, 0, NULL };
        /* Only the first message is waited for. */
        enum sluice_status status =
            SLUICE__N(__take_or_wait)(rx, max - done, &run, try_only || done > 0, deadline);
        if (status != SLUICE_OK && done == 0)
            return status;
        if (status != SLUICE_OK)
            break;
        memcpy(messages + done, run.cells, (size_t)run.count * sizeof *messages);
        SLUICE__N(__give_back)(rx, rx->end.front, run.first, run.count);
        done += (size_t)run.count;
        if (!sluice__spsc_lap_is_over(&rx->cursor))
            break; /* that was all: looking again at once would only pull the sender's line over */
    }
    *got = done;
    return SLUICE_OK;
}
