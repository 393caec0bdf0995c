/* contract.inc.h: what <sluice/channel.h> promises, as tests that every flavour runs. An adapter (spsc_bounded.c and
 * so on) says what the flavour is and includes this:
 *
 *     CONTRACT_FLAVOUR, CONTRACT_BUFFER         as SLUICE_FLAVOUR and SLUICE_BUFFER
 *     CONTRACT_ORDER                            as SLUICE_ORDER; SLUICE_TOTAL if it is not said
 *     CONTRACT_SIZES (optional)                 messages of all sizes and alignments, too: long to compile
 *     CONTRACT_MANY_TX, CONTRACT_MANY_RX        1: endpoints of that side can be cloned
 *
 * With ON_FAULTY_OS the program is linked to the library of tests/seam and takes arguments: first=N (index of
 * each channel's first message), membarrier=refused, membarrier=dying (after some calls), futex=faulty.
 *
 * SPDX-License-Identifier: MIT */
#define _GNU_SOURCE 1

#include "../kit.h"

#ifndef CONTRACT_ORDER
#define CONTRACT_ORDER SLUICE_TOTAL
#endif

#ifdef ON_FAULTY_OS
#include <errno.h>

#include "faulty.h"
#endif

struct token { /* a message with an owner */
    uint64_t number;
};

static unsigned destroyed[256]; /* [number]: how often; touched with the builtins only */
static pthread_t destroyer;

static void destroy_token(struct token token)
{
    destroyer = pthread_self();
    __atomic_fetch_add(&destroyed[token.number % 256], 1, __ATOMIC_RELAXED);
}

struct padded {
    char first;
    uint64_t second;
    char third;
};

#define SLUICE_NAME numbers
#define SLUICE_TYPE uint64_t
#define SLUICE_FLAVOUR CONTRACT_FLAVOUR
#define SLUICE_BUFFER CONTRACT_BUFFER
#define SLUICE_ORDER CONTRACT_ORDER
#include KIT_CHANNEL

#define SLUICE_NAME tokens
#define SLUICE_TYPE struct token
#define SLUICE_FLAVOUR CONTRACT_FLAVOUR
#define SLUICE_BUFFER CONTRACT_BUFFER
#define SLUICE_ORDER CONTRACT_ORDER
#define SLUICE_DROP(m) destroy_token(m)
#include KIT_CHANNEL

#define SLUICE_NAME padded
#define SLUICE_TYPE struct padded
#define SLUICE_FLAVOUR CONTRACT_FLAVOUR
#define SLUICE_BUFFER CONTRACT_BUFFER
#define SLUICE_ORDER CONTRACT_ORDER
#include KIT_CHANNEL

/* With these left undefined by the includes above, an adapter's choice can't leak into user code. */
#if defined(SLUICE_NAME) || defined(SLUICE_TYPE) || defined(SLUICE_FLAVOUR) || defined(SLUICE_BUFFER) || \
    defined(SLUICE_ORDER) || defined(SLUICE_DROP)
#error "channel.h left a parameter defined"
#endif

static const bool bounded = CONTRACT_BUFFER == SLUICE_BOUNDED;
/* Nothing is said of the order between senders, and each has the capacity for itself. */
static const bool per_sender = CONTRACT_MANY_TX && CONTRACT_ORDER == SLUICE_PER_SENDER && CONTRACT_FLAVOUR != SLUICE_MUTEX;
/* A sender in the middle of its message holds up the ones after it: receivers may be told BUSY where they would be told EMPTY. */
static const bool senders_share = CONTRACT_MANY_TX && !(CONTRACT_ORDER == SLUICE_PER_SENDER);
/* A receiver in the middle of its message keeps its room: senders may be told BUSY where they would be told FULL. */
static const bool receivers_share = CONTRACT_MANY_RX;

static const size_t capacities[] = { 1, 2, 3, 5, 7, 64, 1000 };
#define CAPACITIES (sizeof capacities / sizeof *capacities)

static void open_numbers(numbers_tx *tx, numbers_rx *rx, size_t capacity)
{
    REQUIRE(numbers_open(tx, rx, &(struct sluice_options){ .capacity = capacity }) == SLUICE_OK);
}

static void open_tokens(tokens_tx *tx, tokens_rx *rx, size_t capacity)
{
    memset(destroyed, 0, sizeof destroyed);
    memset(&destroyer, 0, sizeof destroyer);
    REQUIRE(tokens_open(tx, rx, &(struct sluice_options){ .capacity = capacity }) == SLUICE_OK);
}

/* Whether exactly the tokens [from, to) were destroyed, once each. */
static void check_destroyed(uint64_t from, uint64_t to)
{
    for (uint64_t i = 0; i < 256; i++)
        CHECK_EQ_INT(__atomic_load_n(&destroyed[i], __ATOMIC_RELAXED), i >= from && i < to);
}

/* The two answers that mean "not now", BUSY only where a peer is in the middle of something. */
#define CHECK_EMPTY(call, busy) check_not_now(__FILE__, __LINE__, #call, (call), SLUICE_EMPTY, (busy))
#define CHECK_FULL(call, busy) check_not_now(__FILE__, __LINE__, #call, (call), SLUICE_FULL, (busy))

static void check_not_now(const char *file, int line, const char *text, enum sluice_status is, enum sluice_status expected,
                          bool may_be_busy)
{
    check_status(file, line, text, is, may_be_busy && is == SLUICE_BUSY ? SLUICE_BUSY : expected);
}

static void expect_number(numbers_rx rx, uint64_t expected)
{
    uint64_t got = 0;
    CHECK_STATUS(numbers_try_recv(rx, &got), SLUICE_OK);
    CHECK_EQ_INT(got, expected);
}

#include "open.inc.h"
#include "one.inc.h"
#include "closing.inc.h"
#include "batch.inc.h"
#include "place.inc.h"
#ifdef CONTRACT_SIZES
#include "sizes.inc.h"
#endif
#include "model.inc.h"
#include "waiting.inc.h"
#include "many.inc.h"
#include "shared.inc.h"
#ifdef ON_FAULTY_OS
#include "faults.inc.h"
#endif

static void read_arguments(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        bool known = true;
#ifdef ON_FAULTY_OS
        if (strncmp(argv[i], "first=", 6) == 0)
            faulty_first_position = strtoull(argv[i] + 6, NULL, 0);
        else if (strcmp(argv[i], "membarrier=refused") == 0)
            faulty_membarrier(EPERM, EPERM, 0);
        else if (strcmp(argv[i], "membarrier=dying") == 0)
            faulty_membarrier(0, ENOSYS, 3);
        else if (strcmp(argv[i], "futex=faulty") == 0)
            faulty_futex(500);
        else
#endif
            known = false;
        if (!known)
            fprintf(stderr, "unknown argument: %s\n", argv[i]);
        REQUIRE(known);
    }
}

int main(int argc, char **argv)
{
    alarm(KIT_SANITIZED ? 240 : 120); /* a hang is a failure */
    read_arguments(argc, argv);
    run_open();
    run_one();
    run_closing();
    run_batch();
    run_place();
#ifdef CONTRACT_SIZES
    run_sizes();
#endif
    run_model();
    run_waiting();
    run_many();
    run_shared();
#ifdef ON_FAULTY_OS
    run_faults();
    if (!SLUICE_HARDENED) /* which keeps dropped endpoints for a while */
        CHECK_EQ_INT(faulty_blocks(), 0);
#endif
    return CHECK_DONE();
}
