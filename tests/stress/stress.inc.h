/* stress.inc.h: random traffic through one channel after the other, with random closes, drops, timeouts and pauses,
 * checked to the last message. An adapter sets STRESS_FLAVOUR, STRESS_BUFFER, STRESS_MANY_TX and STRESS_MANY_RX, and STRESS_ORDER
 * where it is not SLUICE_TOTAL, and includes this.
 *
 * What would be noticed: a lost, doubled, torn or invented message; a wrong order; a message destroyed and received; a
 * status that cannot be; a hang, lost wake-ups included (the watchdog).
 *
 * In mode=history all calls are written down and judged (stress_history.inc.h).
 * In mode=order the calls' times are noted instead, and judged (stress_order.inc.h). Else
 * a round: a channel of a random capacity; each sender sends its numbered messages by randomly chosen calls, until it has
 * sent its quota, finds the channel closed or gives up; receivers likewise. Then: for each sender, what was accepted is
 * what was received and destroyed, in number and in sum.
 *
 * SPDX-License-Identifier: MIT */
#define _GNU_SOURCE 1

#include "stress_kit.h"

#ifndef STRESS_ORDER
#define STRESS_ORDER SLUICE_TOTAL
#endif

#ifdef ON_FAULTY_OS
#include <errno.h>

#include "faulty.h"
#endif

#define SENDERS_MAX 32
#define BATCH 16
/* Where each endpoint has an order of its own, a sender that goes on with a fresh one begins a new life, this often at most. */
#define LIVES_MAX (STRESS_ORDER == SLUICE_PER_SENDER && STRESS_FLAVOUR != SLUICE_MUTEX ? 16 : 1)

/* Every word follows from the first: a message made of parts of two shows. */
struct message {
    uint64_t id; /* name << 48 | number; the name: life << 8 | sender */
    uint64_t words[4];
};

static struct message make_message(uint64_t sender, uint64_t number)
{
    struct message m = { .id = sender << 48 | number };
    for (uint64_t i = 0; i < 4; i++)
        m.words[i] = kit_scramble(m.id + i + 1);
    return m;
}

static bool is_whole(const struct message *m)
{
    for (uint64_t i = 0; i < 4; i++)
        if (m->words[i] != kit_scramble(m->id + i + 1))
            return false;
    return true;
}

/* Messages of one sender, as one party counted them. */
struct tally {
    uint64_t count, sum;
};

static void tally_add(struct tally *t, uint64_t number)
{
    t->count++;
    t->sum += kit_scramble(number);
}

static struct tally destroyed[SENDERS_MAX]; /* touched with the builtins only */

static void destroy_message(struct message m)
{
    uint64_t sender = m.id >> 48 & 0xff;
    CHECK(is_whole(&m));
    REQUIRE(sender < SENDERS_MAX);
    __atomic_fetch_add(&destroyed[sender].count, 1, __ATOMIC_RELAXED);
    __atomic_fetch_add(&destroyed[sender].sum, kit_scramble(m.id & 0xffffffffffff), __ATOMIC_RELAXED);
}

#define SLUICE_NAME pipe
#define SLUICE_TYPE struct message
#define SLUICE_FLAVOUR STRESS_FLAVOUR
#define SLUICE_BUFFER STRESS_BUFFER
#define SLUICE_ORDER STRESS_ORDER
#define SLUICE_DROP(m) destroy_message(m)
#include KIT_CHANNEL

struct sender {
    struct worker *worker;
    pipe_tx tx;
    uint64_t name, quota, random;
    struct tally accepted;
};

struct receiver {
    struct worker *worker;
    pipe_rx rx;
    uint64_t random, most; /* drops its endpoint after about that many messages */
    bool alone;
    uint64_t next[LIVES_MAX][SENDERS_MAX];
    struct tally received[SENDERS_MAX];
};

static struct sender senders[SENDERS_MAX];
static struct receiver receivers[WORKERS_MAX];

/* mode=memory_short: one allocation in ten fails while the threads run, and a sender is told so. */
static bool memory_is_short;

static bool lacks_memory(enum sluice_status status)
{
    return memory_is_short && status == SLUICE_NO_MEMORY;
}

static void shorten_memory(unsigned per_mille)
{
    (void)per_mille;
#ifdef ON_FAULTY_OS
    faulty_allocations_fail_at_random(per_mille);
#endif
}

/* Mostly nothing, sometimes a yield, a busy wait or a sleep. */
static void dawdle(uint64_t *random)
{
    uint64_t draw = kit_below(random, 1000);
    if (draw < 3)
        kit_pause_us((unsigned)kit_below(random, 100));
    else if (draw < 20)
        sched_yield();
    else if (draw < 60)
        for (volatile uint64_t i = kit_below(random, 2000); i; i--) {
        }
}

static sluice_deadline random_deadline(uint64_t *random)
{
    switch (kit_below(random, 4)) {
    case 0: return SLUICE_NOW;
    case 1: return SLUICE_FOREVER;
    default: return sluice_in_us(kit_below(random, 200));
    }
}

#include "stress_send.inc.h"
#include "stress_recv.inc.h"
#include "stress_order.inc.h"
#include "stress_history.inc.h"

/* ---- rounds ---- */

static void dump_pipe(void)
{
    for (unsigned i = 0; i < settings.senders; i++)
        if (senders[i].tx)
            fprintf(stderr, "  sender %u: sent %llu of %llu, %zu inside, closed %d\n", i,
                    (unsigned long long)senders[i].accepted.count, (unsigned long long)senders[i].quota,
                    pipe_tx_len_hint(senders[i].tx), pipe_tx_is_closed(senders[i].tx));
}

static size_t random_capacity(uint64_t *random)
{
    static const size_t favourites[] = { 1, 2, 3, 4, 5, 7, 64, 1000 };
    return kit_below(random, 2) ? favourites[kit_below(random, 8)] : (size_t)kit_below(random, 1000) + 1;
}

/* One quota in four is small, so that closes and drops come at the beginning, too. */
static uint64_t random_quota(uint64_t *random)
{
    return kit_below(random, 4) ? kit_below(random, (uint64_t)KIT_ROUNDS(5000)) : kit_below(random, 10);
}

static void open_round(uint64_t *random, unsigned tx_count, unsigned rx_count)
{
#ifdef ON_FAULTY_OS
    faulty_first_position = 0 - kit_below(random, 2000); /* wraps within the round */
#endif
    memset(senders, 0, sizeof senders);
    memset(receivers, 0, sizeof receivers);
    memset(destroyed, 0, sizeof destroyed);
    struct sluice_options options = { .capacity = random_capacity(random), .wait = (uint32_t)kit_below(random, 3) };
    REQUIRE(pipe_open(&senders[0].tx, &receivers[0].rx, &options) == SLUICE_OK);
    for (unsigned i = 0; i < tx_count; i++) {
#if STRESS_MANY_TX
        if (i)
            REQUIRE((senders[i].tx = pipe_tx_clone(senders[0].tx)) != NULL);
#endif
        senders[i].worker = &workers[i];
        senders[i].name = i;
        senders[i].quota = random_quota(random);
        senders[i].random = kit_random(random);
    }
    for (unsigned i = 0; i < rx_count; i++) {
#if STRESS_MANY_RX
        if (i)
            REQUIRE((receivers[i].rx = pipe_rx_clone(receivers[0].rx)) != NULL);
#endif
        receivers[i].worker = &workers[tx_count + i];
        receivers[i].random = kit_random(random);
        receivers[i].alone = rx_count == 1;
        receivers[i].most = kit_below(random, 3) ? UINT64_MAX : random_quota(random);
    }
}

static void check_round(unsigned tx_count, unsigned rx_count)
{
    for (unsigned s = 0; s < tx_count; s++) {
        struct tally all = destroyed[s], accepted = senders[s].accepted;
        for (unsigned r = 0; r < rx_count; r++) {
            all.count += receivers[r].received[s].count;
            all.sum += receivers[r].received[s].sum;
        }
        CHECK_EQ_INT(all.count, accepted.count);
        CHECK_EQ_INT(all.sum, accepted.sum);
    }
}

static uint64_t do_traffic_round(unsigned tx_count, unsigned rx_count)
{
    pthread_t threads[WORKERS_MAX];
    shorten_memory(memory_is_short ? 100 : 0);
    for (unsigned i = 0; i < tx_count; i++)
        threads[i] = kit_start(send_all, &senders[i]);
    for (unsigned i = 0; i < rx_count; i++)
        threads[tx_count + i] = kit_start(receive_all, &receivers[i]);
    for (unsigned i = 0; i < tx_count + rx_count; i++)
        kit_join(threads[i]);
    shorten_memory(0);
    check_round(tx_count, rx_count);
    uint64_t moved = 0;
    for (unsigned i = 0; i < tx_count; i++)
        moved += senders[i].accepted.count;
    return moved;
}

static uint64_t do_round(uint64_t number)
{
    uint64_t random = kit_scramble(settings.seed) + number;
    unsigned tx_count = settings.senders - (unsigned)kit_below(&random, settings.senders);
    unsigned rx_count = settings.receivers - (unsigned)kit_below(&random, settings.receivers);
    unsigned failures = check_failure_count();
    __atomic_store_n(&current_round, number, __ATOMIC_RELAXED);
    open_round(&random, tx_count, rx_count);
    uint64_t moved = strcmp(settings.mode, "order") == 0          ? do_order_round(&random, tx_count, rx_count)
                     : strncmp(settings.mode, "history", 7) == 0 ? do_history_round(&random, tx_count, rx_count)
                                                                 : do_traffic_round(tx_count, rx_count);
    if (check_failure_count() != failures) {
        fprintf(stderr, "failed in round %llu; again: seed=%llu round=%llu\n", (unsigned long long)number,
                (unsigned long long)settings.seed, (unsigned long long)number);
        _exit(1);
    }
    return moved;
}

/* Returns whether signals are to be sent meanwhile. */
static bool read_mode(void)
{
    if (strcmp(settings.mode, "free") == 0 || strcmp(settings.mode, "order") == 0 ||
        strcmp(settings.mode, "history") == 0 || strcmp(settings.mode, "history_unfenced") == 0)
        return false;
    if (strcmp(settings.mode, "signals") == 0)
        return true;
    if (strcmp(settings.mode, "one_cpu") == 0) {
        if (!kit_pin_to_one_cpu())
            SKIP("threads may not be confined to one CPU here");
        return false;
    }
#ifdef ON_FAULTY_OS
    if (strcmp(settings.mode, "membarrier_refused") == 0)
        return faulty_membarrier(ENOSYS, ENOSYS, 0), false;
    if (strcmp(settings.mode, "membarrier_dying") == 0)
        return faulty_membarrier(EPERM, EPERM, 40), false;
    if (strcmp(settings.mode, "faulty_waits") == 0)
        return faulty_futex(300), false;
    if (strcmp(settings.mode, "memory_short") == 0)
        return memory_is_short = true, false;
#endif
    fprintf(stderr, "unknown mode: %s\n", settings.mode);
    exit(2);
}

int main(int argc, char **argv)
{
    read_settings(argc, argv);
    bool signals = read_mode();
    REQUIRE(settings.senders <= SENDERS_MAX);
    dump_channel = dump_pipe;
    pthread_t watchdog = kit_start(watch, NULL), storm_thread = signals ? start_storm() : watchdog;
    uint64_t end = kit_now() + settings.ms * 1000000, round = settings.round, moved = 0, rounds = 0;
    do {
        moved += do_round(round);
        rounds++;
        round += !settings.one_round;
    } while (kit_now() < end);
    __atomic_store_n(&over, 1, __ATOMIC_RELAXED);
    kit_join(watchdog);
    if (signals)
        kit_join(storm_thread);
    printf("%llu rounds, %llu messages\n", (unsigned long long)rounds, (unsigned long long)moved);
    if (history_judged)
        printf("%llu calls judged\n", (unsigned long long)history_judged);
    CHECK(moved > 0);
#ifdef ON_FAULTY_OS
    if (!SLUICE_HARDENED) /* which keeps dropped endpoints for a while */
        CHECK_EQ_INT(faulty_blocks(), 0);
#endif
    return check_failure_count() != 0;
}
