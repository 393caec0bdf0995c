/* sequence.h: a sequence of calls on one any-channel, made from bytes, by one thread, against a model.
 *
 *     byte 0        kind of channel
 *     byte 1        capacity
 *     byte 2        size of messages
 *     then pairs    what to do and with which endpoint; how many
 *
 * The model knows what is inside, in which order, who reserves and who peeks. One thread alone gets exact answers; while somebody
 * reserves or peeks the others' answers are as weak as docs/flavours has it, and the model asks no more than that:
 *     - what a reservation stands before is not received (EMPTY or BUSY), and its room is not given to others (FULL or BUSY)
 *     - between senders of which one reserves while another sends, only each one's own order is asked for
 *     - what a dropped receiver had peeked at comes again, in any order
 *     - what lies behind a reservation when the last receiver goes is destroyed later
 *     - after a reservation was given back, in part or in all, or a receiver was dropped with a peek, room may be gone until a receiver has passed over it, and BUSY is allowed
 *
 * SPDX-License-Identifier: MIT */
#ifndef SEQUENCE_H
#define SEQUENCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sluice/chan.h>

enum { ENDS = 3, INSIDE_MAX = 4096, RUN = 4 };

struct model_message {
    uint64_t number;   /* unique: lane << 32 | count */
    unsigned held_by;  /* 1 + the receiver that has peeked at it; 0: nobody */
    bool loosely;      /* it has received something since, instead of releasing it: it may keep it, or others may get it */
};

struct sequence {
    const uint8_t *data;
    size_t left;
    uint32_t flavour, buffer, order;
    bool many_tx, many_rx;
    size_t capacity, bytes;
    sluice_chan_tx *tx[ENDS];
    sluice_chan_rx *rx[ENDS];
    uint64_t lane[ENDS];     /* of each sender; each clone has a new one */
    uint32_t count[ENDS];    /* messages it has sent */
    size_t reserved[ENDS];   /* cells it has reserved */
    void *cells[ENDS];
    size_t peeked[ENDS];     /* messages each receiver may release */
    uint64_t lanes;
    bool sealed, mixed, loosened, gave_back;
    struct model_message inside[INSIDE_MAX]; /* in order */
    size_t length;
    size_t destroyed, to_be_destroyed;
    bool may_destroy, later; /* later: what lies behind a reservation is destroyed when that is over, or at the end */
    size_t calls;
};

static const char *sequence_doing = "";
static bool sequence_is_traced;

#define EXPECT(condition)                                                                                     \
    do {                                                                                                      \
        if (!(condition)) {                                                                                   \
            fprintf(stderr, "%s:%d: %s: false (%s)\n", __FILE__, __LINE__, #condition, sequence_doing);       \
            abort();                                                                                          \
        }                                                                                                     \
    } while (0)

/* ---- messages ---- */

/* A small message shows as many bytes of its number as it has: enough where there is one sender. */
static inline uint64_t shown(const struct sequence *s, uint64_t number)
{
    return s->bytes >= 8 ? number : number & ((UINT64_C(1) << s->bytes * 8) - 1);
}

static inline void write_message(const struct sequence *s, uint64_t number, void *at)
{
    uint64_t bits = shown(s, number);
    memset(at, (int)(bits & 255), s->bytes);
    memcpy(at, &bits, s->bytes < 8 ? s->bytes : 8);
}

static inline uint64_t read_message(const struct sequence *s, const void *at)
{
    uint64_t bits = 0;
    memcpy(&bits, at, s->bytes < 8 ? s->bytes : 8);
    for (size_t i = 8; i < s->bytes; i++)
        EXPECT(((const uint8_t *)at)[i] == (bits & 255));
    return bits;
}

/* ---- what the model knows ---- */

static inline unsigned senders_of(const struct sequence *s)
{
    return !!s->tx[0] + !!s->tx[1] + !!s->tx[2];
}

static inline unsigned receivers_of(const struct sequence *s)
{
    return !!s->rx[0] + !!s->rx[1] + !!s->rx[2];
}

static inline bool is_closed_for_senders(const struct sequence *s)
{
    return s->sealed || receivers_of(s) == 0;
}

static inline bool is_closed_for_receivers(const struct sequence *s)
{
    return s->sealed || senders_of(s) == 0;
}

static inline size_t all_reserved(const struct sequence *s)
{
    return s->reserved[0] + s->reserved[1] + s->reserved[2];
}

static inline bool others_peek(const struct sequence *s, unsigned receiver)
{
    for (size_t i = 0; i < s->length; i++)
        if (s->inside[i].held_by && s->inside[i].held_by != receiver + 1)
            return true;
    return false;
}

static inline bool somebody_peeks(const struct sequence *s)
{
    return others_peek(s, ENDS);
}

static inline bool is_lanes(const struct sequence *s)
{
    return s->order == SLUICE_PER_SENDER && s->flavour != SLUICE_MUTEX && s->flavour != SLUICE_SPSC && s->flavour != SLUICE_SPMC;
}

/* Messages that take up the room this sender looks for. */
static inline size_t used_room(const struct sequence *s, unsigned sender)
{
    size_t used = 0;
    for (size_t i = 0; i < s->length; i++)
        used += !is_lanes(s) || s->inside[i].number >> 32 == s->lane[sender];
    return used + (is_lanes(s) ? s->reserved[sender] : all_reserved(s));
}

static inline size_t room_for(const struct sequence *s, unsigned sender)
{
    size_t used = used_room(s, sender);
    if (s->buffer != SLUICE_BOUNDED)
        return INSIDE_MAX - s->length > RUN ? INSIDE_MAX - s->length - RUN : 0;
    return s->capacity > used ? s->capacity - used : 0;
}

static inline bool is_for(const struct sequence *s, size_t i, unsigned receiver)
{
    return s->inside[i].held_by == 0 || s->inside[i].held_by == receiver + 1;
}

static inline bool may_be_for(const struct sequence *s, size_t i, unsigned receiver)
{
    return is_for(s, i, receiver) || s->inside[i].loosely;
}

/* Whether nothing is in between that makes answers weaker, for this receiver. */
static inline bool is_exact_for(const struct sequence *s, unsigned receiver)
{
    return all_reserved(s) == 0 && !others_peek(s, receiver) && !s->gave_back;
}

/* ---- what happened ---- */

static inline void put_inside(struct sequence *s, unsigned sender)
{
    EXPECT(s->length < INSIDE_MAX);
    s->inside[s->length++] = (struct model_message){ .number = s->lane[sender] << 32 | s->count[sender]++ };
    for (unsigned i = 0; i < ENDS; i++)
        s->mixed |= i != sender && s->reserved[i];
}

/* The message at `at` came to this receiver: it must be one whose turn it is. Returns its place. */
static inline size_t find_inside(const struct sequence *s, unsigned receiver, uint64_t bits, size_t from)
{
    for (size_t i = from; i < s->length; i++) {
        bool first_of_lane = true;
        if (!may_be_for(s, i, receiver))
            continue;
        for (size_t j = from; j < i && !s->loosened; j++)
            if (is_for(s, j, receiver) && s->inside[j].number >> 32 == s->inside[i].number >> 32)
                first_of_lane = false;
        if (first_of_lane && shown(s, s->inside[i].number) == bits)
            return i;
        EXPECT(is_lanes(s) || s->mixed || s->loosened || !is_for(s, i, receiver)); /* total order: the very first */
    }
    fprintf(stderr, "received %llx; there are (number, who holds it)", (unsigned long long)bits);
    for (size_t i = 0; i < s->length && i < 20; i++)
        fprintf(stderr, " %llx,%u", (unsigned long long)s->inside[i].number, s->inside[i].held_by);
    fprintf(stderr, "\n");
    EXPECT(!"what was received is inside");
    return 0;
}

static inline void take_out(struct sequence *s, size_t i)
{
    memmove(&s->inside[i], &s->inside[i + 1], (s->length - i - 1) * sizeof *s->inside);
    s->length--;
    if (s->length == 0)
        s->mixed = all_reserved(s) != 0;
}

static inline void let_go(struct sequence *s, unsigned receiver)
{
    for (size_t i = 0; i < s->length; i++)
        if (s->inside[i].held_by == receiver + 1)
            s->inside[i].held_by = s->inside[i].loosely = 0;
    s->peeked[receiver] = 0;
}

static inline void loosen(struct sequence *s, unsigned receiver)
{
    for (size_t i = 0; i < s->length; i++)
        s->inside[i].loosely |= s->inside[i].held_by == receiver + 1;
    s->peeked[receiver] = 0;
}

static inline bool holds(const struct sequence *s, unsigned receiver)
{
    for (size_t i = 0; i < s->length; i++)
        if (s->inside[i].held_by == receiver + 1)
            return true;
    return false;
}

static inline void unreserve(struct sequence *s, unsigned sender)
{
    s->gave_back |= s->reserved[sender] != 0;
    s->reserved[sender] = 0;
}

static inline void on_destroy(void *message, void *context)
{
    struct sequence *s = context;
    EXPECT(s->may_destroy || s->later);
    (void)read_message(s, message);
    s->destroyed++;
}

#include "sequence_calls.h"
#include "sequence_run.h"

#endif
