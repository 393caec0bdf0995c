/* sequence_run.h: the sequence itself. Part of sequence.h.
 *
 * SPDX-License-Identifier: MIT */

static const char *const call_names[] = { "try_send", "send_until", "try_send_n", "send_n_until", "reserve", "commit", "abort", "tx_clone",
                                          "tx_drop", "tx_close", "try_recv", "recv_until", "try_recv_n", "recv_n_until", "peek", "release",
                                          "rx_clone", "rx_drop", "questions", "try_send", "try_recv", "try_send_n", "try_recv_n", "reserve",
                                          "commit", "peek", "release", "try_send", "try_recv", "try_send", "try_recv", "questions" };
#define CALL_COUNT 32

static inline void call_as_sender(struct sequence *s, const char *name, unsigned e, size_t n)
{
    if (strcmp(name, "try_send") == 0 || strcmp(name, "send_until") == 0)
        call_send(s, e, *name == 's');
    else if (strcmp(name, "try_send_n") == 0 || strcmp(name, "send_n_until") == 0)
        call_send_n(s, e, n % (RUN + 1), *name == 's');
    else if (strcmp(name, "reserve") == 0)
        call_reserve(s, e, n % (RUN + 1));
    else if (strcmp(name, "commit") == 0)
        call_commit(s, e, n % (s->reserved[e] + 2));
    else if (strcmp(name, "abort") == 0)
        sluice_chan_abort(s->tx[e]), unreserve(s, e);
    else if (strcmp(name, "tx_clone") == 0)
        call_tx_clone(s, e, n % ENDS);
    else if (strcmp(name, "tx_drop") == 0)
        call_tx_drop(s, e);
    else if (strcmp(name, "tx_close") == 0 && n % 8 == 0) /* else hardly anything happens before */
        sluice_chan_tx_close(s->tx[e]), s->sealed = true;
}

static inline void call_as_receiver(struct sequence *s, const char *name, unsigned e, size_t n)
{
    if (strcmp(name, "try_recv") == 0 || strcmp(name, "recv_until") == 0)
        call_recv(s, e, *name == 'r');
    else if (strcmp(name, "try_recv_n") == 0 || strcmp(name, "recv_n_until") == 0)
        call_recv_n(s, e, n % (RUN + 1), *name == 'r');
    else if (strcmp(name, "peek") == 0)
        call_peek(s, e, n % (RUN + 1));
    else if (strcmp(name, "release") == 0)
        call_release(s, e, n % (s->peeked[e] + 2));
    else if (strcmp(name, "rx_clone") == 0)
        call_rx_clone(s, e, n % ENDS);
    else if (strcmp(name, "rx_drop") == 0)
        call_rx_drop(s, e);
}

static inline void open_channel(struct sequence *s)
{
    static const uint32_t flavours[] = { SLUICE_SPSC, SLUICE_MPSC, SLUICE_SPMC, SLUICE_MPMC, SLUICE_MUTEX };
    static const uint32_t buffers[] = { SLUICE_BOUNDED, SLUICE_UNBOUNDED, SLUICE_RENDEZVOUS, SLUICE_BOUNDED };
    static const size_t sizes[] = { 8, 1, 24, 2048, 3, 16, 4096, 200 };
    unsigned kind = next_byte(s);
    s->flavour = flavours[kind % 5];
    s->buffer = buffers[kind / 5 % 4];
    s->order = kind / 20 % 2 ? SLUICE_PER_SENDER : SLUICE_TOTAL;
    s->many_tx = s->flavour == SLUICE_MPSC || s->flavour == SLUICE_MPMC || s->flavour == SLUICE_MUTEX;
    s->many_rx = s->flavour == SLUICE_SPMC || s->flavour == SLUICE_MPMC || s->flavour == SLUICE_MUTEX;
    s->capacity = next_byte(s) % 9 + 1;
    s->bytes = sizes[next_byte(s) % 8];
    s->bytes = s->many_tx && s->bytes < 8 ? 8 : s->bytes;
    struct sluice_chan_options options = { .size = sizeof options, .flavour = s->flavour, .buffer = s->buffer, .order = s->order,
                                           .capacity = s->capacity, .message_bytes = s->bytes, .destroy = on_destroy, .context = s };
    EXPECT(sluice_chan_open(&s->tx[0], &s->rx[0], &options) == SLUICE_OK);
    s->lanes = 1;
    if (sequence_is_traced)
        printf("%s %s %s, capacity %zu, %zu bytes\n", sluice_flavour_name(s->flavour), sluice_buffer_name(s->buffer),
               sluice_order_name(s->order), s->capacity, s->bytes);
}

/* Returns how many calls were made. */
static inline size_t run_sequence(const uint8_t *data, size_t size)
{
    static struct sequence sequence;
    struct sequence *s = &sequence;
    memset(s, 0, sizeof *s);
    s->data = data;
    s->left = size;
    sequence_doing = "open";
    open_channel(s);
    for (; s->left; s->calls++) {
        uint8_t what = next_byte(s), n = next_byte(s);
        unsigned e = what / CALL_COUNT % ENDS;
        sequence_doing = call_names[what % CALL_COUNT];
        if (sequence_is_traced)
            printf("%4zu %s, endpoint %u, argument %u; inside %zu, reserved %zu %zu %zu, peeked %zu %zu %zu\n", s->calls, sequence_doing, e,
                   n, s->length, s->reserved[0], s->reserved[1], s->reserved[2], s->peeked[0], s->peeked[1], s->peeked[2]);
        if (s->tx[e])
            call_as_sender(s, sequence_doing, e, n);
        if (s->rx[e])
            call_as_receiver(s, sequence_doing, e, n);
        if (strcmp(sequence_doing, "questions") == 0)
            ask_everything(s, s->tx[e], s->rx[n % ENDS]);
    }
    sequence_doing = "the end";
    for (unsigned e = 0; e < ENDS; e++)
        if (s->tx[e])
            call_tx_drop(s, e);
    for (unsigned e = 0; e < ENDS; e++)
        if (s->rx[e])
            call_rx_drop(s, e);
    return s->calls;
}
