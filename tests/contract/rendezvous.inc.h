/* rendezvous.inc.h: what a channel without a place for messages promises, in every flavour. An adapter says
 *
 *     CONTRACT_FLAVOUR                          as SLUICE_FLAVOUR
 *     CONTRACT_MANY_TX, CONTRACT_MANY_RX        1: endpoints of that side can be cloned
 *
 * and includes this. With ON_FAULTY_OS the program is linked to the library of tests/seam, and takes the argument futex=faulty.
 *
 * SPDX-License-Identifier: MIT */
#define _GNU_SOURCE 1

#include "../kit.h"

#ifdef ON_FAULTY_OS
#include "faulty.h"
#endif

#define SLUICE_NAME numbers
#define SLUICE_TYPE uint64_t
#define SLUICE_FLAVOUR CONTRACT_FLAVOUR
#define SLUICE_BUFFER SLUICE_RENDEZVOUS
#include KIT_CHANNEL

static unsigned destroyed; /* touched with the builtins only */

#define SLUICE_NAME tokens
#define SLUICE_TYPE uint64_t
#define SLUICE_FLAVOUR CONTRACT_FLAVOUR
#define SLUICE_BUFFER SLUICE_RENDEZVOUS
#define SLUICE_ORDER SLUICE_PER_SENDER
#define SLUICE_DROP(m) (void)(m), __atomic_fetch_add(&destroyed, 1, __ATOMIC_RELAXED)
#include KIT_CHANNEL

static void open_numbers(numbers_tx *tx, numbers_rx *rx)
{
    REQUIRE(numbers_open(tx, rx, NULL) == SLUICE_OK);
}

/* ---- a thread in one call ---- */

enum { WAYS = 4 }; /* of waiting, of either side */

struct caller {
    numbers_tx tx;
    numbers_rx rx;
    int how;
    sluice_deadline deadline;
    uint64_t messages[64];
    size_t n, done; /* asked for, and what came of it */
    enum sluice_status status;
    int tid, returned; /* touched with the builtins only */
};

static void *call_send(void *argument)
{
    struct caller *c = argument;
    __atomic_store_n(&c->tid, kit_tid(), __ATOMIC_RELEASE);
    switch (c->how) {
    case 0: c->status = numbers_send(c->tx, c->messages[0]); break;
    case 1: c->status = numbers_send_until(c->tx, c->messages[0], c->deadline); break;
    case 2: c->status = numbers_send_n(c->tx, c->messages, c->n, &c->done); break;
    case 3: c->status = numbers_send_n_until(c->tx, c->messages, c->n, &c->done, c->deadline); break;
    }
    if (c->how < 2)
        c->done = c->status == SLUICE_OK;
    __atomic_store_n(&c->returned, 1, __ATOMIC_RELEASE);
    return NULL;
}

static void *call_recv(void *argument)
{
    struct caller *c = argument;
    __atomic_store_n(&c->tid, kit_tid(), __ATOMIC_RELEASE);
    switch (c->how) {
    case 0: c->status = numbers_recv(c->rx, &c->messages[0]); break;
    case 1: c->status = numbers_recv_until(c->rx, &c->messages[0], c->deadline); break;
    case 2: c->status = numbers_recv_n(c->rx, c->messages, c->n, &c->done); break;
    case 3: c->status = numbers_recv_n_until(c->rx, c->messages, c->n, &c->done, c->deadline); break;
    }
    if (c->how < 2)
        c->done = c->status == SLUICE_OK;
    __atomic_store_n(&c->returned, 1, __ATOMIC_RELEASE);
    return NULL;
}

static struct caller caller(int how, size_t n, uint64_t first)
{
    struct caller c = { .how = how, .n = n, .deadline = sluice_in_ms(600000), .status = SLUICE_INVALID };
    for (uint64_t i = 0; i < 64; i++)
        c.messages[i] = first + i;
    return c;
}

/* Starts a thread in the call, and waits until it is asleep there. */
static pthread_t start_waiting(void *(*call)(void *), struct caller *c)
{
    pthread_t thread = kit_start(call, c);
    kit_await_asleep(&c->tid);
    CHECK(!__atomic_load_n(&c->returned, __ATOMIC_ACQUIRE));
    return thread;
}

#include "rendezvous_meet.inc.h"
#include "rendezvous_end.inc.h"
#include "rendezvous_stream.inc.h"

int main(int argc, char **argv)
{
    alarm(KIT_SANITIZED ? 240 : 120); /* a hang is a failure */
#ifdef ON_FAULTY_OS
    if (argc > 1 && strcmp(argv[1], "futex=faulty") == 0) {
        faulty_futex(500);
        argc--;
    }
#else
    (void)argv;
#endif
    REQUIRE(argc == 1);
    run_meet();
    run_end();
    run_stream();
#ifdef ON_FAULTY_OS
    if (!SLUICE_HARDENED) /* which keeps dropped endpoints for a while */
        CHECK_EQ_INT(faulty_blocks(), 0);
#endif
    return CHECK_DONE();
}
