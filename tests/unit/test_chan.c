/* test_chan.c: what the any-channel has beside what the contract asks of every channel: its options, its questions, the words'
 * names, messages of odd sizes at odd addresses, and who may be cloned.
 *
 * SPDX-License-Identifier: MIT */
#define _GNU_SOURCE 1

#include "../kit.h"

#include <sluice/chan.h>

static struct sluice_chan_options usual(void)
{
    return (struct sluice_chan_options){ .size = sizeof(struct sluice_chan_options), .flavour = SLUICE_SPSC, .capacity = 3,
                                         .message_bytes = 8 };
}

/* Opens and drops; nothing is made unless the answer is OK. */
static enum sluice_status try_open(const struct sluice_chan_options *options)
{
    sluice_chan_tx *tx = NULL;
    sluice_chan_rx *rx = NULL;
    enum sluice_status status = sluice_chan_open(&tx, &rx, options);
    CHECK(status == SLUICE_OK ? tx && rx : !tx && !rx);
    sluice_chan_tx_drop(&tx);
    sluice_chan_rx_drop(&rx);
    CHECK(!tx && !rx);
    return status;
}

static void options_of_other_versions(void)
{
    struct {
        struct sluice_chan_options known;
        char unknown[24];
    } later = { .known = usual() };
    CHECK_STATUS(try_open(NULL), SLUICE_INVALID);
    CHECK_STATUS(try_open(&later.known), SLUICE_OK);
    static const size_t too_small[] = { 0, 1, sizeof(size_t), sizeof later.known - 1 };
    for (size_t i = 0; i < sizeof too_small / sizeof *too_small; i++) {
        later.known.size = too_small[i];
        CHECK_STATUS(try_open(&later.known), SLUICE_INVALID);
    }
    for (size_t more = 1; more <= sizeof later.unknown; more++) {
        later.known.size = sizeof later.known + more;
        CHECK_STATUS(try_open(&later.known), SLUICE_OK); /* what we do not know is as it was */
        later.unknown[more - 1] = 1;
        CHECK_STATUS(try_open(&later.known), SLUICE_INVALID);
        later.known.size--;
        CHECK_STATUS(try_open(&later.known), SLUICE_OK); /* not part of it */
        later.unknown[more - 1] = 0;
    }
    later.known = usual();
    later.known.wait = SLUICE_WAIT_LATENCY + 1;
    CHECK_STATUS(try_open(&later.known), SLUICE_INVALID);
}

static void words_that_do_not_exist(void)
{
    static const uint32_t wrong_flavours[] = { 0, 6, 1000, UINT32_MAX }, wrong_others[] = { 4, 1000, UINT32_MAX };
    for (int i = 0; i < 4; i++) {
        struct sluice_chan_options o = usual();
        o.flavour = wrong_flavours[i];
        CHECK_STATUS(try_open(&o), SLUICE_INVALID);
    }
    for (int i = 0; i < 3; i++) {
        struct sluice_chan_options o = usual();
        o.buffer = wrong_others[i];
        CHECK_STATUS(try_open(&o), SLUICE_INVALID);
        o = usual();
        o.order = wrong_others[i];
        CHECK_STATUS(try_open(&o), SLUICE_INVALID);
    }
}

static void sizes_and_alignments(void)
{
    static const struct {
        size_t bytes, alignment;
        enum sluice_status expected;
    } cases[] = {
        { 0, 0, SLUICE_INVALID }, { 0, 1, SLUICE_INVALID }, { 1, 0, SLUICE_OK }, { 1, 1, SLUICE_OK }, { 1, 2, SLUICE_INVALID },
        { 24, 8, SLUICE_OK }, { 24, 16, SLUICE_INVALID }, { 24, 3, SLUICE_INVALID }, { 24, 24, SLUICE_INVALID },
        { 65536, 4096, SLUICE_OK }, { 65536, 8192, SLUICE_INVALID }, { 65536, 65536, SLUICE_INVALID }, { 65537, 1, SLUICE_INVALID },
        { SIZE_MAX, 0, SLUICE_INVALID }, { 8, SIZE_MAX / 2 + 1, SLUICE_INVALID },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct sluice_chan_options o = usual();
        o.message_bytes = cases[i].bytes;
        o.message_alignment = cases[i].alignment;
        if (!CHECK_STATUS(try_open(&o), cases[i].expected))
            fprintf(stderr, "  %zu bytes aligned to %zu\n", cases[i].bytes, cases[i].alignment);
    }
}

/* Every size, from addresses of no alignment, one by one and in batches over the end of the lap; cells as aligned as asked. */
static void messages_of_any_size_from_anywhere(void)
{
    static const size_t sizes[] = { 1, 2, 3, 4, 5, 7, 8, 9, 12, 15, 16, 17, 24, 31, 32, 100, 128, 1000 };
    static unsigned char out[1 + 2 * 1000], in[1 + 2 * 1000];
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        size_t bytes = sizes[i], n = 0;
        struct sluice_chan_options o = usual();
        sluice_chan_tx *tx = NULL;
        sluice_chan_rx *rx = NULL;
        o.message_bytes = bytes;
        REQUIRE(sluice_chan_open(&tx, &rx, &o) == SLUICE_OK);
        CHECK_EQ_INT(sluice_chan_tx_message_bytes(tx), bytes);
        CHECK_EQ_INT(sluice_chan_rx_message_bytes(rx), bytes);
        for (unsigned round = 0; round < 5; round++) {
            void *cells = NULL;
            for (size_t k = 0; k < 2 * bytes; k++)
                out[1 + k] = (unsigned char)kit_scramble(k + bytes + round);
            CHECK_STATUS(sluice_chan_send_n(tx, out + 1, 2, &n), SLUICE_OK);
            CHECK_STATUS(sluice_chan_send(tx, out + 1 + bytes), SLUICE_OK);
            CHECK_STATUS(sluice_chan_recv(rx, in + 1), SLUICE_OK);
            CHECK_STATUS(sluice_chan_recv(rx, in + 1 + bytes), SLUICE_OK);
            CHECK(memcmp(in + 1, out + 1, 2 * bytes) == 0);
            CHECK_STATUS(sluice_chan_peek(rx, 1, &cells, &n), SLUICE_OK);
            CHECK(memcmp(cells, out + 1 + bytes, bytes) == 0);
            size_t natural = bytes & (~bytes + 1);
            CHECK((uintptr_t)cells % (natural < 16 ? natural : 16) == 0);
            CHECK_STATUS(sluice_chan_release(rx, 1), SLUICE_OK);
        }
        sluice_chan_tx_drop(&tx);
        sluice_chan_rx_drop(&rx);
    }
}

static void questions_to_null(void)
{
    CHECK(sluice_chan_tx_message_bytes(NULL) == 0 && sluice_chan_rx_message_bytes(NULL) == 0);
    CHECK(sluice_chan_tx_flavour(NULL) == 0 && sluice_chan_rx_flavour(NULL) == 0);
    CHECK(sluice_chan_tx_buffer(NULL) == 0 && sluice_chan_rx_buffer(NULL) == 0);
    CHECK(sluice_chan_tx_order(NULL) == 0 && sluice_chan_rx_order(NULL) == 0);
    CHECK(sluice_chan_tx_capacity(NULL) == 0 && sluice_chan_rx_capacity(NULL) == 0);
    CHECK(sluice_chan_tx_len_hint(NULL) == 0 && sluice_chan_rx_len_hint(NULL) == 0);
    CHECK(sluice_chan_tx_is_closed(NULL) && sluice_chan_rx_is_closed(NULL));
    uint64_t m = 0;
    CHECK_STATUS(sluice_chan_send(NULL, &m), SLUICE_INVALID);
    CHECK_STATUS(sluice_chan_recv(NULL, &m), SLUICE_INVALID);
}

/* The flavour's word says who may be cloned, for every buffer and order; and there is a channel for each. */
static void clones_are_as_the_flavour_says(void)
{
    for (uint32_t flavour = SLUICE_SPSC; flavour <= SLUICE_MUTEX; flavour++)
        for (uint32_t buffer = SLUICE_BOUNDED; buffer <= SLUICE_RENDEZVOUS; buffer++)
            for (uint32_t order = SLUICE_TOTAL; order <= SLUICE_PER_SENDER; order++) {
                struct sluice_chan_options o = usual();
                o.flavour = flavour;
                o.buffer = buffer;
                o.order = order;
                SLUICE_AUTO(sluice_chan_tx_handle) tx = NULL, more_tx = NULL;
                SLUICE_AUTO(sluice_chan_rx_handle) rx = NULL, more_rx = NULL;
                REQUIRE(sluice_chan_open(&tx, &rx, &o) == SLUICE_OK);
                bool many_tx = flavour != SLUICE_SPSC && flavour != SLUICE_SPMC;
                bool many_rx = flavour != SLUICE_SPSC && flavour != SLUICE_MPSC;
                CHECK_STATUS(sluice_chan_tx_clone(tx, &more_tx), many_tx ? SLUICE_OK : SLUICE_INVALID);
                CHECK_STATUS(sluice_chan_rx_clone(rx, &more_rx), many_rx ? SLUICE_OK : SLUICE_INVALID);
                CHECK((more_tx != NULL) == many_tx && (more_rx != NULL) == many_rx);
                CHECK_STATUS(sluice_chan_tx_clone(tx, NULL), SLUICE_INVALID);
                CHECK_STATUS(sluice_chan_rx_clone(rx, NULL), SLUICE_INVALID);
                CHECK_EQ_INT(sluice_chan_tx_flavour(tx), flavour);
                CHECK_EQ_INT(sluice_chan_rx_buffer(rx), buffer);
                CHECK_EQ_INT(sluice_chan_tx_order(tx), order);
                CHECK(sluice_chan_tx_capacity(tx) == (buffer == SLUICE_BOUNDED ? 3 : buffer == SLUICE_UNBOUNDED ? SIZE_MAX : 0));
            }
}

static void names_of_words(void)
{
    CHECK_EQ_STRING(sluice_flavour_name(SLUICE_SPSC), "SLUICE_SPSC");
    CHECK_EQ_STRING(sluice_flavour_name(SLUICE_MPSC), "SLUICE_MPSC");
    CHECK_EQ_STRING(sluice_flavour_name(SLUICE_SPMC), "SLUICE_SPMC");
    CHECK_EQ_STRING(sluice_flavour_name(SLUICE_MPMC), "SLUICE_MPMC");
    CHECK_EQ_STRING(sluice_flavour_name(SLUICE_MUTEX), "SLUICE_MUTEX");
    CHECK_EQ_STRING(sluice_buffer_name(SLUICE_BOUNDED), "SLUICE_BOUNDED");
    CHECK_EQ_STRING(sluice_buffer_name(SLUICE_UNBOUNDED), "SLUICE_UNBOUNDED");
    CHECK_EQ_STRING(sluice_buffer_name(SLUICE_RENDEZVOUS), "SLUICE_RENDEZVOUS");
    CHECK_EQ_STRING(sluice_order_name(SLUICE_TOTAL), "SLUICE_TOTAL");
    CHECK_EQ_STRING(sluice_order_name(SLUICE_PER_SENDER), "SLUICE_PER_SENDER");
    static const uint32_t none[] = { 0, 6, UINT32_MAX };
    for (int i = 0; i < 3; i++) {
        CHECK_EQ_STRING(sluice_flavour_name(none[i]), "SLUICE_?");
        CHECK_EQ_STRING(sluice_buffer_name(none[i]), "SLUICE_?");
        CHECK_EQ_STRING(sluice_order_name(none[i]), "SLUICE_?");
    }
}

int main(void)
{
    RUN(options_of_other_versions);
    RUN(words_that_do_not_exist);
    RUN(sizes_and_alignments);
    RUN(messages_of_any_size_from_anywhere);
    RUN(questions_to_null);
    RUN(clones_are_as_the_flavour_says);
    RUN(names_of_words);
    return CHECK_DONE();
}
