/* size.inc.h: one channel of messages of SIZE_BYTES bytes at alignment SIZE_ALIGN, called SIZE_NAME, and a test of it.
 * Included by sizes.inc.h once for each.
 *
 * SPDX-License-Identifier: MIT */

#define SIZE_PASTE_(a, b) a##b
#define SIZE_PASTE(a, b) SIZE_PASTE_(a, b)
#define SIZE(suffix) SIZE_PASTE(SIZE_NAME, suffix)

struct SIZE(_struct) {
    _Alignas(SIZE_ALIGN) unsigned char bytes[SIZE_BYTES];
};

#define SLUICE_NAME SIZE_NAME
#define SLUICE_TYPE struct SIZE(_struct)
#define SLUICE_FLAVOUR CONTRACT_FLAVOUR
#define SLUICE_BUFFER CONTRACT_BUFFER
#define SLUICE_ORDER CONTRACT_ORDER
#include KIT_CHANNEL

static void SIZE(_fill)(SIZE(_message) *m, uint64_t number)
{
    for (size_t i = 0; i < sizeof m->bytes; i++)
        m->bytes[i] = (unsigned char)(kit_scramble(number) + i * 7);
}

static bool SIZE(_holds)(const SIZE(_message) *m, uint64_t number)
{
    for (size_t i = 0; i < sizeof m->bytes; i++)
        if (m->bytes[i] != (unsigned char)(kit_scramble(number) + i * 7))
            return false;
    return true;
}

static void SIZE(_messages_arrive_whole_and_aligned)(void)
{
    SIZE(_tx) tx = NULL;
    SIZE(_rx) rx = NULL;
    static SIZE(_message) m[3]; /* too large for a stack, some */
    REQUIRE(SIZE(_open)(&tx, &rx, &(struct sluice_options){ .capacity = 3 }) == SLUICE_OK);
    uint64_t sent = 0, received = 0;
    for (int round = 0; round < 7; round++) {
        SIZE(_message) *cells = NULL;
        size_t n = 0;
        SIZE(_fill)(&m[0], sent++);
        CHECK_STATUS(SIZE(_send)(tx, m[0]), SLUICE_OK);
        CHECK_STATUS(SIZE(_reserve)(tx, 1, &cells, &n), SLUICE_OK);
        CHECK((uintptr_t)cells % SIZE_ALIGN == 0);
        SIZE(_fill)(cells, sent++);
        CHECK_STATUS(SIZE(_commit)(tx, 1), SLUICE_OK);
        CHECK_STATUS(SIZE(_peek)(rx, 1, &cells, &n), SLUICE_OK);
        CHECK((uintptr_t)cells % SIZE_ALIGN == 0);
        CHECK(SIZE(_holds)(cells, received++));
        CHECK_STATUS(SIZE(_release)(rx, 1), SLUICE_OK);
        for (size_t i = 0; i < 2; i++)
            SIZE(_fill)(&m[i], sent++);
        CHECK_STATUS(SIZE(_send_n)(tx, m, 2, &n), SLUICE_OK);
        CHECK_EQ_INT(n, 2);
        CHECK_STATUS(SIZE(_recv)(rx, &m[0]), SLUICE_OK);
        CHECK(SIZE(_holds)(&m[0], received++));
        while (received < sent) {
            CHECK_STATUS(SIZE(_recv_n)(rx, m, 3, &n), SLUICE_OK);
            for (size_t i = 0; i < n; i++)
                CHECK(SIZE(_holds)(&m[i], received + i));
            received += n;
        }
    }
    SIZE(_tx_drop)(&tx);
    SIZE(_rx_drop)(&rx);
}

#undef SIZE
#undef SIZE_PASTE
#undef SIZE_PASTE_
#undef SIZE_NAME
#undef SIZE_BYTES
#undef SIZE_ALIGN
