/* stopped.c: a thread is stopped after each single instruction of a send or a receive, as a debugger, a SIGSTOP or the scheduler may
 * stop it; meanwhile the others must fare as docs/flavours says; then it goes on, and every message must be somewhere, once.
 *
 * The thread steps through the real machine code: the CPU's trap flag makes it enter a signal handler after each instruction, and in
 * that handler it stays. x86-64 only. Locks and rendezvous have nothing to promise to others meanwhile but that all goes on afterwards.
 *
 * SLUICE_REAL_STRIDE: every n-th instruction only, from a random one on; 1: all of them (some minutes). Default 149. SLUICE_REAL_SEED.
 *
 * SPDX-License-Identifier: MIT */
#define _GNU_SOURCE 1

#include "../kinds.h"

#if !defined(__x86_64__)
int main(void)
{
    SKIP("needs a CPU that traps after each instruction (x86-64)");
}
#else

#include "stepping.h"

#define HANG_SECONDS 1500
#define STEPS_MAX 20000
#define CAPACITY 8

/* ---- the scene ---- */

/* Messages: sender << 8 | number; the victim is sender 0. */
static struct scene {
    const struct kind *kind;
    sluice_chan_tx *tx[2]; /* [0]: the victim's, or that of all where there is one */
    sluice_chan_rx *rx[2];
    bool in_place;
    size_t batch;
    unsigned sent[2], victim_got;
    unsigned char received[2][256];
    uint64_t last[2][2]; /* [receiver][sender]: number + 1 */
    unsigned destroyed;
    enum sluice_status status;
} scene;

static void note(unsigned receiver, uint64_t message)
{
    unsigned sender = (unsigned)(message >> 8), number = (unsigned)(message & 255);
    REQUIRE(sender < 2);
    scene.received[sender][number]++;
    check_report(number + 1 > scene.last[receiver][sender], "message %u of sender %u after %llu", number, sender,
                 (unsigned long long)scene.last[receiver][sender]);
    scene.last[receiver][sender] = number + 1;
}

static void note_destroyed(void *message, void *context)
{
    uint64_t m;
    (void)context;
    memcpy(&m, message, sizeof m);
    REQUIRE(m >> 8 < 2);
    scene.received[m >> 8][m & 255]++;
    scene.destroyed++;
}

static enum sluice_status try_send_as(unsigned sender, sluice_chan_tx *tx)
{
    uint64_t m = (uint64_t)sender << 8 | scene.sent[sender];
    enum sluice_status status = sluice_chan_try_send(tx, &m);
    scene.sent[sender] += status == SLUICE_OK;
    return status;
}

static enum sluice_status try_recv_as(unsigned receiver)
{
    uint64_t m;
    enum sluice_status status = sluice_chan_try_recv(scene.rx[receiver], &m);
    if (status == SLUICE_OK)
        note(receiver, m);
    return status;
}

/* ---- what the victim does ---- */

static void victim_sends(void)
{
    uint64_t m[2] = { scene.sent[0], scene.sent[0] + 1 };
    size_t n = 1;
    void *cells;
    if (!scene.in_place) {
        scene.status = scene.batch == 1 ? sluice_chan_try_send(scene.tx[0], m) : sluice_chan_try_send_n(scene.tx[0], m, scene.batch, &n);
    } else {
        scene.status = sluice_chan_try_reserve(scene.tx[0], scene.batch, &cells, &n);
        if (scene.status != SLUICE_OK)
            return;
        memcpy(cells, m, n * sizeof *m);
        scene.status = sluice_chan_commit(scene.tx[0], n);
    }
    scene.sent[0] += scene.status == SLUICE_OK ? (unsigned)n : 0;
}

static uint64_t victims_messages[2];

static void victim_receives(void)
{
    size_t n = 1;
    void *cells;
    if (!scene.in_place) {
        scene.status = scene.batch == 1 ? sluice_chan_try_recv(scene.rx[0], victims_messages)
                                        : sluice_chan_try_recv_n(scene.rx[0], victims_messages, scene.batch, &n);
    } else {
        scene.status = sluice_chan_try_peek(scene.rx[0], scene.batch, &cells, &n);
        if (scene.status != SLUICE_OK)
            return;
        memcpy(victims_messages, cells, n * sizeof *victims_messages);
        scene.status = sluice_chan_release(scene.rx[0], n);
    }
    scene.victim_got = scene.status == SLUICE_OK ? (unsigned)n : 0;
}

/* ---- what is documented for the others ---- */

static bool is_lanes(void)
{
    return scene.kind->order == SLUICE_PER_SENDER;
}

static bool is_bounded(void)
{
    return scene.kind->buffer == SLUICE_BOUNDED;
}

/* Receives until something else comes than OK, which is returned. *count: how many of the other sender's. */
static enum sluice_status receive_all(unsigned receiver, unsigned *count)
{
    enum sluice_status status;
    unsigned before = scene.sent[1], i = 0;
    for (unsigned n = *count = 0; n < before; n++)
        *count -= scene.received[1][n];
    while ((status = try_recv_as(receiver)) == SLUICE_OK && i++ < 200) {
    }
    for (unsigned n = 0; n < before; n++)
        *count += scene.received[1][n];
    return status;
}

static void beside_a_stopped_sender(void)
{
    unsigned others = 0;
    if (scene.kind->many_tx)
        for (int i = 0; i < 3; i++)
            CHECK_STATUS(try_send_as(1, scene.tx[1]), SLUICE_OK); /* other senders go on */
    enum sluice_status end = receive_all(scene.kind->many_rx, &others);
    if (!scene.kind->many_tx || is_lanes())
        CHECK_STATUS(end, SLUICE_EMPTY); /* it holds up nobody */
    else
        CHECK(end == SLUICE_EMPTY || end == SLUICE_BUSY);
    if (scene.kind->many_tx)
        CHECK(others == 3 || (others == 0 && end == SLUICE_BUSY)); /* all, or what it has claimed comes first */
    if (!scene.kind->many_tx || !is_bounded())
        return;
    unsigned sent = 0;
    while ((end = try_send_as(1, scene.tx[1])) == SLUICE_OK && sent < 100)
        sent++;
    CHECK(end == SLUICE_FULL || end == SLUICE_BUSY);
    CHECK(sent == CAPACITY || (!is_lanes() && sent >= CAPACITY - 3 - scene.batch));
}

/* The other sender seals the channel: where a stopped sender delays nobody, the end comes. */
static void seal_beside_a_stopped_sender(void)
{
    unsigned others = 0;
    if (!scene.kind->many_tx)
        return;
    sluice_chan_tx_close(scene.tx[1]);
    CHECK_STATUS(try_send_as(1, scene.tx[1]), SLUICE_CLOSED);
    enum sluice_status end = receive_all(scene.kind->many_rx, &others);
    CHECK(end == SLUICE_CLOSED || (!is_lanes() && end == SLUICE_BUSY));
}

static void beside_a_stopped_receiver(void)
{
    enum sluice_status end = SLUICE_EMPTY;
    unsigned sent = 0, others = 0;
    if (scene.kind->many_rx) {
        end = receive_all(1, &others);
        CHECK(end == SLUICE_EMPTY || (is_lanes() && end == SLUICE_BUSY)); /* others take what is behind */
        if (is_lanes())
            CHECK(others == 2 || end == SLUICE_BUSY); /* it keeps one lane */
    }
    sluice_chan_tx *tx = scene.tx[scene.kind->many_tx];
    while (sent < 100 && (end = try_send_as(scene.kind->many_tx, tx)) == SLUICE_OK)
        sent++;
    if (is_bounded())
        CHECK(end == SLUICE_FULL || end == SLUICE_BUSY);
    else
        CHECK_STATUS(end, SLUICE_OK);
    CHECK(sent >= CAPACITY - 4); /* what was room before it stopped */
}

/* ---- one stop ---- */

static void open_scene(const struct kind *k, size_t batch, bool in_place)
{
    sluice_chan_tx *tx = NULL;
    sluice_chan_rx *rx = NULL;
    memset(&scene, 0, sizeof scene);
    scene.kind = k;
    scene.batch = batch;
    scene.in_place = in_place;
    REQUIRE(kind_open(k, CAPACITY, sizeof(uint64_t), note_destroyed, NULL, &tx, &rx) == SLUICE_OK);
    if (k->many_tx)
        scene.tx[1] = kind_tx(k, &tx);
    if (k->many_rx)
        scene.rx[1] = kind_rx(k, &rx);
    scene.tx[0] = tx;
    scene.rx[0] = rx;
}

static void check_scene(void)
{
    unsigned others;
    for (unsigned i = 0; i < scene.victim_got; i++)
        note(0, victims_messages[i]);
    for (unsigned receiver = 0; receiver < 2; receiver++) /* all goes on */
        if (scene.rx[receiver]) {
            enum sluice_status end = receive_all(receiver, &others);
            CHECK(end == SLUICE_EMPTY || end == SLUICE_CLOSED);
        }
    for (unsigned i = 0; i < 2; i++)
        sluice_chan_tx_drop(&scene.tx[i]);
    for (unsigned i = 0; i < 2; i++)
        sluice_chan_rx_drop(&scene.rx[i]);
    for (unsigned s = 0; s < 2; s++)
        for (unsigned n = 0; n < 256; n++)
            CHECK_EQ_INT(scene.received[s][n], n < scene.sent[s]);
    CHECK_EQ_INT(scene.destroyed, 0);
}

static void *do_in_thread(void *body)
{
    (*(void (**)(void))body)();
    return NULL;
}

/* The others' part beside the stopped victim, then the victim goes on. Where they may wait for it they are given a while. */
static void others_then_victim(void (*others)(void))
{
    if (!scene.kind->locks) {
        others();
        let_victim_go();
        return;
    }
    pthread_t thread = kit_start(do_in_thread, &others);
    kit_pause_us(30);
    let_victim_go();
    kit_join(thread);
}

/* Kinds with locks: it may wait. Of the endpoints that the victim is not using. */
static void receive_one(void)
{
    enum sluice_status status = try_recv_as(0);
    CHECK(status == SLUICE_OK || status == SLUICE_EMPTY || status == SLUICE_BUSY);
}

static void send_one(void)
{
    enum sluice_status status = try_send_as(scene.kind->many_tx, scene.tx[scene.kind->many_tx]);
    CHECK(status == SLUICE_OK || status == SLUICE_FULL || status == SLUICE_BUSY);
}

/* Returns whether the victim was stopped at all. */
static bool stop_once(const struct kind *k, bool sends, size_t batch, bool in_place, uint64_t after)
{
    void (*others)(void) = sends ? after % 2 ? beside_a_stopped_sender : seal_beside_a_stopped_sender : beside_a_stopped_receiver;
    open_scene(k, batch, in_place);
    for (int i = 0; i < (sends ? 0 : 2) && k->buffer != SLUICE_RENDEZVOUS; i++)
        for (unsigned s = 0; s < 2; s++) /* 4 messages, of two senders where there are */
            CHECK_STATUS(try_send_as(s && k->many_tx, scene.tx[s && k->many_tx]), SLUICE_OK);
    bool stopped = stop_victim(sends ? victim_sends : victim_receives, after);
    if (stopped)
        others_then_victim(!k->locks ? others : sends ? receive_one : send_one);
    CHECK(scene.status == SLUICE_OK || scene.status == SLUICE_BUSY || scene.status == SLUICE_CLOSED || k->buffer == SLUICE_RENDEZVOUS ||
          (!sends && scene.status == SLUICE_EMPTY) || (sends && scene.status == SLUICE_FULL));
    check_scene();
    return stopped;
}

static uint64_t stops, stride = 149, random_state;

static void step_through(const struct kind *k)
{
    static const struct {
        bool sends, in_place;
        size_t batch;
    } calls[] = { { true, false, 1 }, { false, false, 1 }, { true, false, 2 }, { false, false, 2 }, { true, true, 2 }, { false, true, 2 } };
    unsigned failures = check_failure_count();
    for (unsigned i = 0; i < sizeof calls / sizeof *calls; i++) {
        if (calls[i].in_place && k->buffer == SLUICE_RENDEZVOUS)
            continue;
        uint64_t after = 1 + kit_below(&random_state, stride);
        (void)stop_once(k, calls[i].sends, calls[i].batch, calls[i].in_place, STEPS_MAX); /* what is bound late is bound now */
        while (after < STEPS_MAX && stop_once(k, calls[i].sends, calls[i].batch, calls[i].in_place, after)) {
            stops++;
            if (check_failure_count() != failures) {
                fprintf(stderr, "  stopped after %llu instructions of call %u\n", (unsigned long long)after, i);
                return;
            }
            after += stride;
        }
        CHECK(after < STEPS_MAX);
    }
}

static void a_thread_stopped_anywhere_holds_up_only_whom_it_may(void)
{
    for_each_kind(step_through);
    printf("  %llu stops\n", (unsigned long long)stops);
    CHECK(stops > KINDS);
}

/* ---- stopped while it wakes somebody ---- */

static int sleeper_tid;

static void *sleep_and_receive(void *unused)
{
    uint64_t m;
    (void)unused;
    __atomic_store_n(&sleeper_tid, kit_tid(), __ATOMIC_RELEASE);
    while (sluice_chan_recv(scene.rx[0], &m) == SLUICE_OK)
        note(0, m);
    return NULL;
}

/* The victim sends to a receiver that sleeps. Whatever another sender does meanwhile, nobody stays asleep afterwards. */
static bool stop_waker(const struct kind *k, uint64_t after)
{
    open_scene(k, 1, false);
    __atomic_store_n(&sleeper_tid, 0, __ATOMIC_RELEASE);
    pthread_t thread = kit_start(sleep_and_receive, NULL);
    kit_await_asleep(&sleeper_tid);
    bool stopped = stop_victim(victim_sends, after);
    if (stopped) {
        if (k->many_tx && !k->locks)
            CHECK_STATUS(try_send_as(1, scene.tx[1]), SLUICE_OK);
        let_victim_go();
    }
    CHECK_STATUS(scene.status, SLUICE_OK);
    uint64_t give_up = kit_now() + UINT64_C(20000000000);
    while (sluice_chan_rx_len_hint(scene.rx[0]) && kit_now() < give_up)
        sched_yield();
    CHECK_EQ_INT(sluice_chan_rx_len_hint(scene.rx[0]), 0); /* it was woken, not only told of the end below */
    for (unsigned i = 0; i < 2; i++)
        sluice_chan_tx_drop(&scene.tx[i]);
    kit_join(thread);
    check_scene();
    return stopped;
}

static void step_through_waking(const struct kind *k)
{
    uint64_t after = 1 + kit_below(&random_state, stride);
    while (after < STEPS_MAX && stop_waker(k, after)) {
        stops++;
        after += stride;
    }
    CHECK(after < STEPS_MAX);
}

static void a_waker_stopped_anywhere_wakes_when_it_goes_on(void)
{
    stops = 0;
    for_each_kind(step_through_waking);
    printf("  %llu stops\n", (unsigned long long)stops);
    CHECK(stops > KINDS);
}

int main(void)
{
    if (KIT_SANITIZED)
        SKIP("every access is a call of the sanitizer here");
    random_state = kit_now();
    if (getenv("SLUICE_REAL_SEED"))
        random_state = strtoull(getenv("SLUICE_REAL_SEED"), NULL, 0);
    if (getenv("SLUICE_REAL_STRIDE"))
        stride = strtoull(getenv("SLUICE_REAL_STRIDE"), NULL, 0);
    REQUIRE(stride > 0);
    printf("seed=%llu stride=%llu\n", (unsigned long long)random_state, (unsigned long long)stride);
    struct sigaction action = { .sa_sigaction = on_step, .sa_flags = SA_SIGINFO };
    REQUIRE(sigaction(SIGTRAP, &action, NULL) == 0);
    alarm(HANG_SECONDS);
    pthread_t thread = kit_start(be_victim, NULL);
    RUN(a_thread_stopped_anywhere_holds_up_only_whom_it_may);
    RUN(a_waker_stopped_anywhere_wakes_when_it_goes_on);
    victim.body = NULL;
    __atomic_store_n(&victim.wanted, 1, __ATOMIC_RELEASE);
    kit_join(thread);
    return CHECK_DONE();
}

#endif
