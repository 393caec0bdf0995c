/* orphans.inc.h: threads that end without dropping their endpoints, on one kind of channel: ORPHANS_KIND, its name; ORPHANS_FLAVOUR,
 * ORPHANS_BUFFER, ORPHANS_ORDER; ORPHANS_TEXT, what a warning calls it. Included by orphans.c for each kind.
 *
 * SPDX-License-Identifier: MIT */

#define K_(kind, suffix) kind##suffix
#define K__(kind, suffix) K_(kind, suffix)
#define K(suffix) K__(ORPHANS_KIND, suffix)
#define MANY_TX (ORPHANS_FLAVOUR != SLUICE_SPSC && ORPHANS_FLAVOUR != SLUICE_SPMC)
#define MANY_RX (ORPHANS_FLAVOUR != SLUICE_SPSC && ORPHANS_FLAVOUR != SLUICE_MPSC)

#define SLUICE_NAME ORPHANS_KIND
#define SLUICE_TYPE uint64_t
#define SLUICE_FLAVOUR ORPHANS_FLAVOUR
#define SLUICE_BUFFER ORPHANS_BUFFER
#define SLUICE_ORDER ORPHANS_ORDER
#include KIT_CHANNEL

/* What a thread is given. */
struct K(_user) {
    K(_tx) tx;
    K(_rx) rx;
    uint64_t got;
    enum sluice_status status;
};

static void K(_open_both)(struct K(_user) *u)
{
    *u = (struct K(_user)){ .got = 0 };
    REQUIRE(K(_open)(&u->tx, &u->rx, &(struct sluice_options){ .capacity = 2 }) == SLUICE_OK);
    CHECK_EQ_INT(warnings_since_last(), 0);
}

/* Uses what it was given, so far as that does not wait, and ends. */
static void *K(_leave)(void *argument)
{
    struct K(_user) *u = argument;
    name_this_thread("leaver");
    if (u->tx)
        u->status = K(_try_send)(u->tx, 1);
    else
        u->status = K(_try_recv)(u->rx, &u->got);
    return NULL;
}

static void K(_is_used_by_one_that_ends)(K(_tx) tx, K(_rx) rx)
{
    struct K(_user) leaver = { .tx = tx, .rx = rx };
    kit_join(kit_start(K(_leave), &leaver));
    CHECK_STATUS(leaver.status, ORPHANS_BUFFER == SLUICE_RENDEZVOUS && tx ? SLUICE_FULL : tx ? SLUICE_OK : SLUICE_EMPTY);
}

static void *K(_receive)(void *argument)
{
    struct K(_user) *u = argument;
    while ((u->status = K(_recv)(u->rx, &u->got)) == SLUICE_OK)
        continue;
    return NULL;
}

static void *K(_send_three)(void *argument)
{
    struct K(_user) *u = argument;
    for (uint64_t n = 1; n <= 3; n++)
        CHECK_STATUS(K(_send_until)(u->tx, n, sluice_in_ms(3600000)), SLUICE_OK);
    return NULL;
}

/* Several looks long nothing comes, and nobody is told anything. */
static void K(_waits_in_vain)(K(_rx) rx, uint64_t leftovers)
{
    uint64_t m = 0, deadline;
    for (uint64_t i = 0; i < leftovers; i++)
        CHECK_STATUS(K(_recv)(rx, &m), SLUICE_OK);
    deadline = sluice_in_ms(6 * PATIENCE_MS);
    CHECK_STATUS(K(_recv_until)(rx, &m, deadline), SLUICE_TIMED_OUT);
    CHECK(kit_now() >= deadline);
    CHECK_EQ_INT(warnings_since_last(), 0);
}

#define LEFT_BY_LEAVER (ORPHANS_BUFFER == SLUICE_RENDEZVOUS ? 0 : 1) /* messages */

/* A warning, once; and the wait goes on: who has the endpoint after all may use it. */
static void K(_sender_ends)(void)
{
    struct K(_user) u;
    K(_open_both)(&u);
    K(_is_used_by_one_that_ends)(u.tx, NULL);
    pthread_t thread = kit_start(K(_receive), &u);
    expect_warning("a receiver waits for a sender", ORPHANS_TEXT, "(1 left; thread ", "\"leaver\"");
    CHECK_STATUS(K(_send)(u.tx, 42), SLUICE_OK);
    K(_tx_drop)(&u.tx);
    kit_join(thread);
    CHECK_EQ_INT(u.got, 42);
    CHECK_STATUS(u.status, SLUICE_CLOSED);
    CHECK_EQ_INT(warnings_since_last(), 0);
    K(_rx_drop)(&u.rx);
}

static void K(_receiver_ends)(void)
{
    struct K(_user) u;
    K(_open_both)(&u);
    K(_is_used_by_one_that_ends)(NULL, u.rx);
    pthread_t thread = kit_start(K(_send_three), &u);
    expect_warning("a sender waits for a receiver", ORPHANS_TEXT, "(1 left; thread ", "\"leaver\"");
    for (uint64_t n = 1; n <= 3; n++) {
        CHECK_STATUS(K(_recv)(u.rx, &u.got), SLUICE_OK);
        CHECK_EQ_INT(u.got, n);
    }
    kit_join(thread);
    CHECK_EQ_INT(warnings_since_last(), 0);
    K(_tx_drop)(&u.tx);
    K(_rx_drop)(&u.rx);
}

/* Handed on after its thread's end, and used since then; or not used by anybody yet. */
static void K(_hand_over)(void)
{
    struct K(_user) u;
    K(_open_both)(&u);
    K(_waits_in_vain)(u.rx, 0);
    K(_is_used_by_one_that_ends)(u.tx, NULL);
    enum sluice_status status = K(_try_send)(u.tx, 2);
    CHECK_STATUS(status, LEFT_BY_LEAVER ? SLUICE_OK : SLUICE_FULL);
    K(_waits_in_vain)(u.rx, 2 * LEFT_BY_LEAVER);
    K(_tx_drop)(&u.tx);
    K(_rx_drop)(&u.rx);
}

#if MANY_TX
/* One of two senders' threads has ended, the other lives; then both have. A clone that nobody used may be anybody's. */
static void K(_clones)(void)
{
    struct K(_user) u;
    K(_open_both)(&u);
    K(_tx) other = K(_tx_clone)(u.tx); /* a use of the one, but not of the other */
    REQUIRE(other != NULL);
    K(_is_used_by_one_that_ends)(other, NULL);
    K(_waits_in_vain)(u.rx, LEFT_BY_LEAVER);
    K(_is_used_by_one_that_ends)(u.tx, NULL);
    K(_tx) third = K(_tx_clone)(other);
    REQUIRE(third != NULL);
    K(_is_used_by_one_that_ends)(other, NULL); /* full is all right */
    K(_waits_in_vain)(u.rx, 2 * LEFT_BY_LEAVER);
    K(_tx_drop)(&third);
    pthread_t thread = kit_start(K(_receive), &u);
    expect_warning("a receiver waits for a sender", ORPHANS_TEXT, "(2 left; thread ", "\"leaver\"");
    K(_tx_drop)(&other);
    K(_tx_drop)(&u.tx);
    kit_join(thread);
    K(_rx_drop)(&u.rx);
}

static void *K(_clone_and_forget)(void *argument)
{
    struct K(_user) *u = argument;
    K(_tx) clone = K(_tx_clone)(u->tx);
    CHECK(clone != NULL);
    K(_tx_drop)(&clone);
    return NULL;
}

/* The commonest mistake: the original, of which only clones were used, is never dropped. */
static void K(_forgotten_original)(void)
{
    struct K(_user) u;
    K(_open_both)(&u);
    kit_join(kit_start(K(_clone_and_forget), &u));
    pthread_t thread = kit_start(K(_receive), &u);
    expect_warning("a receiver waits for a sender", ORPHANS_TEXT, "(1 left; thread ", "");
    K(_tx_drop)(&u.tx);
    kit_join(thread);
    K(_rx_drop)(&u.rx);
}
#endif

#if MANY_RX
static void K(_receivers_clones)(void)
{
    struct K(_user) u;
    K(_open_both)(&u);
    K(_rx) other = K(_rx_clone)(u.rx);
    REQUIRE(other != NULL);
    K(_is_used_by_one_that_ends)(NULL, other);
    uint64_t m = 0;
    if (ORPHANS_BUFFER != SLUICE_UNBOUNDED) {
        while (K(_try_send)(u.tx, 7) == SLUICE_OK)
            continue;
        CHECK_STATUS(K(_send_until)(u.tx, 8, sluice_in_ms(6 * PATIENCE_MS)), SLUICE_TIMED_OUT);
    }
    CHECK_EQ_INT(warnings_since_last(), 0);
    while (K(_try_recv)(u.rx, &m) == SLUICE_OK)
        continue;
    K(_rx_drop)(&other);
    K(_rx_drop)(&u.rx);
    K(_tx_drop)(&u.tx);
}
#endif

static void K(_all)(void)
{
    RUN_KIND(K(_sender_ends));
    if (ORPHANS_BUFFER != SLUICE_UNBOUNDED) /* no sender waits there */
        RUN_KIND(K(_receiver_ends));
    RUN_KIND(K(_hand_over));
#if MANY_TX
    RUN_KIND(K(_clones));
    RUN_KIND(K(_forgotten_original));
#endif
#if MANY_RX
    RUN_KIND(K(_receivers_clones));
#endif
}

#undef K_
#undef K__
#undef K
#undef MANY_TX
#undef MANY_RX
#undef LEFT_BY_LEAVER
#undef ORPHANS_KIND
#undef ORPHANS_FLAVOUR
#undef ORPHANS_BUFFER
#undef ORPHANS_ORDER
#undef ORPHANS_TEXT
