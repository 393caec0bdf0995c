/* sluice/detail/endpoint.h: what the inlined half of a channel sees of its endpoints, and the compiled
 * functions it calls. The layout here is shared between the library and the code compiled against it.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLUICE_DETAIL_ENDPOINT_H
#define SLUICE_DETAIL_ENDPOINT_H

#include <sluice/detail/gate.h>
#include <sluice/detail/misuse.h>
#include <sluice/detail/words.h>
#include <sluice/status.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What the user may choose when a channel is opened. Zero-initialise it; new members will be appended. */
struct sluice_options {
    size_t capacity; /* messages a bounded channel holds, exactly; at least 1. Ignored by the others */
    uint32_t wait;   /* how its ends wait: SLUICE_WAIT_BALANCED (0), SLUICE_WAIT_THROUGHPUT or SLUICE_WAIT_LATENCY */
};

struct sluice__any_kind; /* the any-channel's operations on one kind of queue (src/any) */

enum sluice__side { SLUICE__SENDERS = 0, SLUICE__RECEIVERS = 1 };

/* Bits of front.closed. A sender may not send when any is set; a receiver is done when the queue is empty
 * and one of the first two is set. */
#define SLUICE__SEALED 1u
#define SLUICE__NO_SENDERS 2u
#define SLUICE__NO_RECEIVERS 4u

/* The part of a channel that every operation reads and almost nobody writes. */
struct sluice__front {
    struct sluice__gate gate[2]; /* [side]: where that side waits */
    SLUICE_ALIGNED(SLUICE_CACHE_LINE) sluice__a32 closed;
};

SLUICE_STATIC_ASSERT(sizeof(struct sluice__front) == 3 * SLUICE_CACHE_LINE, "closed has its lines for itself");

#define SLUICE__ALIVE UINT32_C(0x51a1ce01)   /* end.state of an endpoint in use */
#define SLUICE__DROPPED UINT32_C(0x51a1cedd) /* of one that was dropped, as long as the hardened library keeps it */

/* The calling thread and its process, as sluice__os_thread_id has them; 0: not asked yet. Written by sluice__end_adopt. */
extern SLUICE_API __thread uint64_t sluice__own_id;
#define SLUICE__NOBODY UINT64_C(1) /* what nobody's is */

/* An endpoint's block; the flavour's cursor follows it at once. Owned by one thread at a time. */
struct SLUICE_ALIGNED(SLUICE_CACHE_LINE) sluice__end {
    struct sluice__front *front;
    uint64_t capacity;  /* as asked at open; UINT64_MAX: unbounded */
    uint32_t side;      /* enum sluice__side */
    sluice__a32 state;  /* hardened: SLUICE__ALIVE or SLUICE__DROPPED */
    sluice__a64 inside; /* hardened: who is in a call on this endpoint now; 0: nobody */
    /* how waiting went so far (src/channel/wait.c) */
    uint64_t stand_off; /* ticks to stay away after finding nothing */
    uint64_t gap;       /* ticks from one message to the next, smoothed */
    uint32_t naps_off;     /* waits to come before a nap is tried again */
    uint32_t sparse_waits; /* waits so far in which messages came far apart */
    uint32_t unneeded;     /* looks at a fenced gate since the last that found somebody asleep */
    /* constant after open: for the any-channel, which learns them from here, and the wait loop */
    const struct sluice__any_kind *any; /* NULL: an endpoint of a typed channel */
    size_t message_bytes;
    /* hardened: who is there (src/channel/orphans.c) */
    sluice__a64 user;         /* the thread that used it last, by sluice__own_id; SLUICE__NOBODY: none yet */
    sluice__a64 user_name[2]; /* what it was called */
    struct sluice__end *before, *behind; /* in the roll of its side */
};

SLUICE_STATIC_ASSERT(sizeof(struct sluice__end) == SLUICE_CACHE_LINE, "the cursor starts on a line of its own");

/* What a channel is to be. */
struct sluice__channel_type {
    const char *name;
    uint32_t flavour, buffer, order; /* the values of SLUICE_FLAVOUR, SLUICE_BUFFER, SLUICE_ORDER */
    size_t message_bytes, message_alignment;
    void (*destroy)(void *message, void *context); /* for a message that nobody received; NULL: nothing to do */
    void *context;
    const struct sluice__any_kind *any; /* NULL: a typed channel */
    uint32_t hardened; /* SLUICE_HARDENED, of the code that opens it */
};

/* The compiled half. `where` names the caller's function in a report of misuse. */
SLUICE_API SLUICE_NODISCARD enum sluice_status sluice__channel_open(const struct sluice__channel_type *type,
                                                                    const struct sluice_options *options,
                                                                    struct sluice__end **sender,
                                                                    struct sluice__end **receiver);
SLUICE_API struct sluice__end *sluice__end_clone(struct sluice__end *end, const char *where);
SLUICE_API void sluice__end_drop(struct sluice__end *end, const char *where);
SLUICE_API void sluice__end_seal(struct sluice__end *end, const char *where);
SLUICE_API size_t sluice__end_length(const struct sluice__end *end);
/* Writes the calling thread down as the one that used the end last. */
SLUICE_API void sluice__end_adopt(struct sluice__end *end);
/* Waits until the end's next operation may find what it needs, the channel is closed (OK) or the deadline
 * has passed (TIMED_OUT). OK promises nothing: try, and wait again. */
SLUICE_API SLUICE_NODISCARD enum sluice_status sluice__end_wait(struct sluice__end *end, sluice_deadline deadline);
/* Wakes one waiter of this end's own side, if there is one: after room or messages that another end may wait for went back. */
SLUICE_API void sluice__end_wake_own_side(struct sluice__end *end);
/* Wakes one waiter of the other side, after sluice__gate_is_wanted said so. */
SLUICE_API void sluice__end_wake_peer(struct sluice__end *end);

/* Whether sending is over. */
SLUICE_INLINE int sluice__front_may_not_send(const struct sluice__front *front)
{
    return sluice__a32_load_relaxed(&front->closed) != 0; /* relaxed: hint; the close may also come just after */
}

/* Whether no more messages will be sent: what is in by now is all. */
SLUICE_INLINE int sluice__front_is_last_call(const struct sluice__front *front)
{
    /* [END.C1] acquire: every message sent before the channel was closed is seen by the look that follows.
     * Pairs with [CHANNEL.P1].
     * Without it: a receiver could see "closed" but not yet the last messages, and report the end early. */
    return (sluice__a32_load_acquire(&front->closed) & (SLUICE__SEALED | SLUICE__NO_SENDERS)) != 0;
}

/* Hardened checks around every call. The token is an address on the caller's stack: no two threads have the
 * same at the same time. Plain loads and stores, no locked operation: two threads that are inside for long (one
 * is blocked) are always caught, two that race through quickly are caught soon. */
SLUICE_INLINE int sluice__end_is_alive(const struct sluice__end *end, const char *where)
{
    if (!SLUICE_HARDENED)
        return 1;
    uint32_t state = sluice__a32_load_relaxed(&end->state); /* relaxed: a hint; only misuse changes it under us */
    if (sluice__likely(state == SLUICE__ALIVE))
        return 1;
    sluice__misuse(state == SLUICE__DROPPED ? "an endpoint was used after it was dropped"
                                            : "this is not an endpoint of a channel", where);
    return 0;
}

/* To be called where an endpoint is used: so that its last user is known when nobody comes any more. */
SLUICE_INLINE void sluice__end_use(struct sluice__end *end)
{
    if (sluice__unlikely(sluice__a64_load_relaxed(&end->user) != sluice__own_id)) /* relaxed: the owner's */
        sluice__end_adopt(end);
}

SLUICE_INLINE int sluice__end_enter(struct sluice__end *end, const void *token, const char *where)
{
    if (!SLUICE_HARDENED)
        return 1;
    if (!sluice__end_is_alive(end, where))
        return 0;
    if (sluice__unlikely(sluice__a64_load_relaxed(&end->inside) != 0)) { /* relaxed: a hint, see above */
        sluice__misuse("two threads used one endpoint at the same time", where);
        return 0;
    }
    sluice__a64_store_relaxed(&end->inside, (uint64_t)(uintptr_t)token); /* relaxed: a hint, see above */
    sluice__end_use(end);
    return 1;
}

SLUICE_INLINE void sluice__end_leave(struct sluice__end *end, const void *token, const char *where)
{
    if (!SLUICE_HARDENED)
        return;
    if (sluice__unlikely(sluice__a64_load_relaxed(&end->inside) != (uint64_t)(uintptr_t)token)) /* relaxed: a hint */
        sluice__misuse("two threads used one endpoint at the same time", where);
    sluice__a64_store_relaxed(&end->inside, 0); /* relaxed: a hint, see above */
}

#ifdef __cplusplus
}
#endif

#endif
