/* open.c: an any-channel's beginning and end: what its options may say, its endpoints, and its words' names.
 *
 * SPDX-License-Identifier: MIT */
#include "any/any.h"

#include <string.h>

#include <sluice/chan.h>

#define OPTIONS_BYTES_0_1 offsetof(struct sluice_chan_options, context) + sizeof(void *) /* of the first version */

SLUICE_STATIC_ASSERT(OPTIONS_BYTES_0_1 == sizeof(struct sluice_chan_options), "no padding that a caller could leave unset");

/* Reads options of another version: what ours lacks must be zero there, what theirs lacks is zero here. */
static bool read_options(struct sluice_chan_options *to, const struct sluice_chan_options *from)
{
    size_t size = from->size;
    if (size < OPTIONS_BYTES_0_1)
        return false;
    for (size_t i = sizeof *to; i < size; i++)
        if (((const char *)from)[i])
            return false;
    memset(to, 0, sizeof *to);
    memcpy(to, from, size < sizeof *to ? size : sizeof *to);
    return true;
}

/* The largest alignment that a type of that size can have, without extended ones. */
static size_t natural_alignment(size_t bytes)
{
    size_t lowest_bit = bytes & (~bytes + 1);
    return lowest_bit < _Alignof(max_align_t) ? lowest_bit : _Alignof(max_align_t);
}

static bool is_message(size_t bytes, size_t alignment)
{
    return bytes > 0 && bytes <= SLUICE_MESSAGE_BYTES_MAX && (alignment & (alignment - 1)) == 0 &&
           alignment <= SLUICE_MESSAGE_ALIGNMENT_MAX && bytes % alignment == 0;
}

enum sluice_status sluice_chan_open(sluice_chan_tx **tx, sluice_chan_rx **rx, const struct sluice_chan_options *options)
{
    struct sluice_chan_options wanted;
    if (!tx || !rx || !options || !read_options(&wanted, options) || wanted.message_bytes == 0)
        return SLUICE_INVALID;
    struct sluice__channel_type type = {
        .name = "sluice_chan",
        .flavour = wanted.flavour,
        .buffer = wanted.buffer ? wanted.buffer : SLUICE_BOUNDED,
        .order = wanted.order ? wanted.order : SLUICE_TOTAL,
        .message_bytes = wanted.message_bytes,
        .message_alignment = wanted.message_alignment ? wanted.message_alignment : natural_alignment(wanted.message_bytes),
        .destroy = wanted.destroy,
        .context = wanted.context,
        .hardened = SLUICE_HARDENED,
    };
    const struct sluice__flavour *flavour = sluice__kind_of(type.flavour, type.buffer, type.order);
    type.any = flavour ? sluice__any_kind_of(flavour) : NULL;
    if (!type.any || !is_message(type.message_bytes, type.message_alignment))
        return SLUICE_INVALID;
    struct sluice__end *sender, *receiver;
    struct sluice_options sizes = { .capacity = wanted.capacity, .wait = wanted.wait };
    enum sluice_status status = sluice__channel_open(&type, &sizes, &sender, &receiver);
    if (status == SLUICE_OK) {
        *tx = (sluice_chan_tx *)sender;
        *rx = (sluice_chan_rx *)receiver;
    }
    return status;
}

/* Some queues could have more endpoints than the channel's word for them says. */
static bool may_be_cloned(const struct sluice__end *end)
{
    uint32_t flavour = sluice__channel_of(end)->type.flavour;
    return flavour == SLUICE_MPMC || flavour == SLUICE_MUTEX ||
           flavour == (end->side == SLUICE__SENDERS ? SLUICE_MPSC : SLUICE_SPMC);
}

static enum sluice_status clone_end(struct sluice__end *end, struct sluice__end **out, const char *where)
{
    if (!sluice__end_is_alive(end, where))
        return SLUICE_MISUSE;
    if (!may_be_cloned(end))
        return SLUICE_INVALID;
    *out = sluice__end_clone(end, where);
    return *out ? SLUICE_OK : SLUICE_NO_MEMORY;
}

enum sluice_status sluice_chan_tx_clone(sluice_chan_tx *tx, sluice_chan_tx **out)
{
    struct sluice__end *clone;
    enum sluice_status status = tx && out ? clone_end(&tx->end, &clone, "sluice_chan_tx_clone") : SLUICE_INVALID;
    if (status == SLUICE_OK)
        *out = (sluice_chan_tx *)clone;
    return status;
}

enum sluice_status sluice_chan_rx_clone(sluice_chan_rx *rx, sluice_chan_rx **out)
{
    struct sluice__end *clone;
    enum sluice_status status = rx && out ? clone_end(&rx->end, &clone, "sluice_chan_rx_clone") : SLUICE_INVALID;
    if (status == SLUICE_OK)
        *out = (sluice_chan_rx *)clone;
    return status;
}

void sluice_chan_tx_drop(sluice_chan_tx **tx)
{
    if (!tx || !*tx)
        return;
    sluice__end_drop(&(*tx)->end, "sluice_chan_tx_drop");
    *tx = NULL;
}

void sluice_chan_rx_drop(sluice_chan_rx **rx)
{
    if (!rx || !*rx)
        return;
    sluice__end_drop(&(*rx)->end, "sluice_chan_rx_drop");
    *rx = NULL;
}

void sluice_chan_tx_close(sluice_chan_tx *tx)
{
    if (tx)
        sluice__end_seal(&tx->end, "sluice_chan_tx_close");
}

/* ---- names ---- */

#define NAME(names, value) ((value) < sizeof(names) / sizeof *(names) && (names)[value] ? (names)[value] : "SLUICE_?")

const char *sluice_flavour_name(uint32_t flavour)
{
    static const char *const names[] = { [SLUICE_SPSC] = "SLUICE_SPSC", [SLUICE_MPSC] = "SLUICE_MPSC",
                                         [SLUICE_SPMC] = "SLUICE_SPMC", [SLUICE_MPMC] = "SLUICE_MPMC",
                                         [SLUICE_MUTEX] = "SLUICE_MUTEX" };
    return NAME(names, flavour);
}

const char *sluice_buffer_name(uint32_t buffer)
{
    static const char *const names[] = { [SLUICE_BOUNDED] = "SLUICE_BOUNDED", [SLUICE_UNBOUNDED] = "SLUICE_UNBOUNDED",
                                         [SLUICE_RENDEZVOUS] = "SLUICE_RENDEZVOUS" };
    return NAME(names, buffer);
}

const char *sluice_order_name(uint32_t order)
{
    static const char *const names[] = { [SLUICE_TOTAL] = "SLUICE_TOTAL", [SLUICE_PER_SENDER] = "SLUICE_PER_SENDER" };
    return NAME(names, order);
}
