/* memory.c: how much memory channels use while they run: bounded by what is inside and a constant, given back after a burst, and
 * not growing with the number of channels, endpoints or messages there ever were.
 *
 * SPDX-License-Identifier: MIT */
#define _GNU_SOURCE 1

#include <malloc.h>

#include "life.h"

#define KIB INT64_C(1024)
/* For segments that are not full, are being recycled, or are held by an endpoint that looks at them: of each endpoint, and of the
 * channel. A segment is about 32 KiB. */
#define ENDPOINT_SLACK (160 * KIB)
#define CHANNEL_SLACK (2048 * KIB) /* half of it spare segments */

/* Under the sanitizers memory is many times what is used, and freed memory is kept. */
static int64_t resident_bytes(void)
{
    long long total = 0, resident = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    if (!file || fscanf(file, "%lld %lld", &total, &resident) != 2)
        resident = 0;
    if (file)
        fclose(file);
    return resident * sysconf(_SC_PAGESIZE);
}

static bool is_chain(const struct kind *k)
{
    return k->buffer == SLUICE_UNBOUNDED && k->flavour != SLUICE_MUTEX; /* whose ring never shrinks */
}

/* ---- memory follows what is inside ---- */

/* From the receiver whose turn it is, or from the first after it that has one: receivers of lanes have a few messages in hand. */
static enum sluice_status receive_from_any(sluice_chan_rx **rx, size_t rx_count, uint64_t turn)
{
    uint64_t number;
    enum sluice_status status = SLUICE_EMPTY;
    for (size_t i = 0; i < rx_count && status != SLUICE_OK; i++)
        status = try_receive(rx[(turn + i) % rx_count], &number);
    return status;
}

/* One message in, one out, `backlog` inside. The most bytes that were in use meanwhile, beyond `before`. */
static int64_t run_stream(sluice_chan_tx **tx, sluice_chan_rx **rx, size_t tx_count, size_t rx_count, uint64_t messages,
                          uint64_t backlog, int64_t before)
{
    int64_t most = 0;
    for (uint64_t n = 0; n < messages + backlog; n++) {
        if (n < messages)
            send_number(tx[n / 1000 % tx_count], n);
        if (n >= backlog)
            CHECK_STATUS(receive_from_any(rx, rx_count, n / 777), SLUICE_OK);
        int64_t used = faulty_bytes() - before;
        most = used > most ? used : most;
    }
    return most;
}

/* Several endpoints on each side, all but one of each idle at any time. */
static void stream_through(const struct kind *k)
{
    static const uint64_t backlogs[] = { 1, 100, 20000 };
    if (!is_chain(k))
        return;
    for (size_t i = 0; i < sizeof backlogs / sizeof *backlogs; i++) {
        sluice_chan_tx *tx[3] = { NULL };
        sluice_chan_rx *rx[3] = { NULL };
        size_t tx_count = k->many_tx ? 3 : 1, rx_count = k->many_rx ? 3 : 1;
        int64_t before = faulty_bytes();
        open_kind(k, 0, 64, &tx[0], &rx[0]);
        for (size_t t = 1; t < tx_count; t++)
            tx[t] = clone_tx(tx[0]);
        for (size_t r = 1; r < rx_count; r++)
            rx[r] = clone_rx(rx[0]);
        int64_t most = run_stream(tx, rx, tx_count, rx_count, (uint64_t)KIT_ROUNDS(300000), backlogs[i], before);
        int64_t allowed = (int64_t)backlogs[i] * 64 * 5 / 4 + CHANNEL_SLACK + (int64_t)(tx_count + rx_count) * ENDPOINT_SLACK;
        check_report(most <= allowed, "%lld bytes with %llu messages inside, of 64 bytes each", (long long)most,
                     (unsigned long long)backlogs[i]);
        for (size_t t = 0; t < tx_count; t++)
            sluice_chan_tx_drop(&tx[t]);
        for (size_t r = 0; r < rx_count; r++)
            sluice_chan_rx_drop(&rx[r]);
    }
}

static void memory_follows_what_is_inside(void)
{
    for_each_kind(stream_through);
}

/* ---- the same with threads: each sends, and takes as many out, so that no more than a few are inside ---- */

struct mover {
    sluice_chan_tx *tx;
    sluice_chan_rx *rx;
    uint64_t *inside, *left;
};

enum { MOVERS = 3, MOVERS_INSIDE = 200 };

static void *move_in(void *argument)
{
    struct mover *m = argument;
    while (__atomic_load_n(m->left, __ATOMIC_RELAXED) > 0) {
        if (__atomic_load_n(m->inside, __ATOMIC_RELAXED) >= MOVERS_INSIDE) {
            sched_yield();
            continue;
        }
        __atomic_fetch_add(m->inside, 1, __ATOMIC_RELAXED);
        send_number(m->tx, 1);
    }
    sluice_chan_tx_drop(&m->tx);
    return NULL;
}

static void *move_out(void *argument)
{
    struct mover *m = argument;
    uint64_t words[MESSAGE_BYTES_MAX / 8];
    while (sluice_chan_recv(m->rx, words) == SLUICE_OK) {
        __atomic_fetch_add(m->inside, UINT64_MAX, __ATOMIC_RELAXED);
        if (__atomic_load_n(m->left, __ATOMIC_RELAXED) > 0) /* it may go a little below; that only ends the run */
            __atomic_fetch_add(m->left, UINT64_MAX, __ATOMIC_RELAXED);
    }
    sluice_chan_rx_drop(&m->rx);
    return NULL;
}

static void move(const struct kind *k)
{
    if (!is_chain(k))
        return;
    struct mover movers[2 * MOVERS] = { { NULL, NULL, NULL, NULL } };
    pthread_t threads[2 * MOVERS];
    int tx_count = k->many_tx ? MOVERS : 1, rx_count = k->many_rx ? MOVERS : 1;
    uint64_t inside = 0, left = (uint64_t)KIT_ROUNDS(300000);
    int64_t before = faulty_bytes(), most = 0;
    open_kind(k, 0, 64, &movers[0].tx, &movers[MOVERS].rx);
    for (int i = 1; i < tx_count; i++)
        movers[i].tx = clone_tx(movers[0].tx);
    for (int i = 1; i < rx_count; i++)
        movers[MOVERS + i].rx = clone_rx(movers[MOVERS].rx);
    for (int i = 0; i < 2 * MOVERS; i++) {
        movers[i].inside = &inside;
        movers[i].left = &left;
        if (movers[i].tx || movers[i].rx)
            threads[i] = kit_start(i < MOVERS ? move_in : move_out, &movers[i]);
    }
    while ((int64_t)__atomic_load_n(&left, __ATOMIC_RELAXED) > 0) {
        int64_t used = faulty_bytes() - before;
        most = used > most ? used : most;
        kit_pause_us(50);
    }
    for (int i = 0; i < 2 * MOVERS; i++)
        if (i < tx_count || (i >= MOVERS && i < MOVERS + rx_count))
            kit_join(threads[i]);
    int64_t allowed = CHANNEL_SLACK + (tx_count + rx_count) * ENDPOINT_SLACK;
    check_report(most <= allowed, "%lld bytes with at most %d messages inside, of 64 bytes each", (long long)most, MOVERS_INSIDE);
}

static void memory_follows_what_is_inside_among_threads(void)
{
    for_each_kind(move);
}

/* ---- bursts ---- */

static void burst(const struct kind *k)
{
    if (!is_chain(k))
        return;
    sluice_chan_tx *tx = NULL;
    sluice_chan_rx *rx = NULL;
    uint64_t count = KIT_SANITIZED ? 100000 : 10000000, sum = 0, batch[256];
    open_kind(k, 0, 8, &tx, &rx);
    send_number(tx, 0);
    CHECK_STATUS(try_receive(rx, batch), SLUICE_OK);
    int64_t bytes = faulty_bytes(), resident = resident_bytes();
    for (uint64_t n = 0; n < count; n += 100) {
        size_t sent = 0;
        for (uint64_t i = 0; i < 100; i++)
            batch[i] = n + i;
        CHECK_STATUS(sluice_chan_send_n(tx, batch, 100, &sent), SLUICE_OK);
        CHECK_EQ_INT(sent, 100);
    }
    CHECK(faulty_bytes() - bytes >= (int64_t)count * 8 - ENDPOINT_SLACK); /* (there was a segment before) */
    for (uint64_t n = 0; n < count;) {
        size_t got = 0;
        if (!CHECK_STATUS(sluice_chan_try_recv_n(rx, batch, 256, &got), SLUICE_OK))
            break;
        for (size_t i = 0; i < got; i++)
            sum += batch[i] == n++;
    }
    CHECK_EQ_INT(sum, count);
    check_report(faulty_bytes() - bytes <= CHANNEL_SLACK, "%lld bytes kept after a burst", (long long)(faulty_bytes() - bytes));
    if (!KIT_SANITIZED) {
        resident = resident_bytes() - resident;
        /* (of 80 MB; the C library's heap keeps a page or so of each block that it has back) */
        check_report(resident <= 8 * CHANNEL_SLACK, "%lld bytes resident after a burst", (long long)resident);
    }
    sluice_chan_tx_drop(&tx);
    sluice_chan_rx_drop(&rx);
}

static void a_burst_gives_its_memory_back(void)
{
    for_each_kind(burst);
}

/* ---- many channels, one after the other ---- */

static void open_and_close(const struct kind *k)
{
    /* A million of one kind, and enough of the others to see a leak of one word each. */
    bool longest = k->flavour == SLUICE_SPSC && k->buffer == SLUICE_BOUNDED;
    int cycles = KIT_SANITIZED ? 2000 : longest ? 1000000 : 50000;
    int64_t bytes = faulty_bytes(), resident = 0;
    for (int i = 0; i < cycles; i++) {
        sluice_chan_tx *tx = NULL;
        sluice_chan_rx *rx = NULL;
        open_kind(k, 4, 8, &tx, &rx);
        if (i % 4 == 0 && k->buffer != SLUICE_RENDEZVOUS)
            send_number(tx, 1);
        sluice_chan_tx_drop(&tx);
        sluice_chan_rx_drop(&rx);
        if (i == cycles / 10)
            resident = resident_bytes();
    }
    if (!SLUICE_HARDENED) /* which keeps dropped endpoints for a while */
        CHECK_EQ_INT(faulty_bytes(), bytes);
    if (!KIT_SANITIZED) {
        resident = resident_bytes() - resident;
        check_report(resident <= CHANNEL_SLACK, "%lld bytes grown in %d channels", (long long)resident, cycles);
    }
}

static void channels_leave_nothing(void)
{
    for_each_kind(open_and_close);
}

int main(int argc, char **argv)
{
    alarm(280); /* a hang is a failure */
    (void)mallopt(M_PERTURB, 0); /* which Meson sets: it writes to what was freed, so that it is resident again */
    const char *which = argc > 1 ? argv[1] : "all";
    bool all = strcmp(which, "all") == 0;
    if (all || strcmp(which, "bound") == 0) {
        RUN(memory_follows_what_is_inside);
        RUN(memory_follows_what_is_inside_among_threads);
    }
    if (all || strcmp(which, "burst") == 0)
        RUN(a_burst_gives_its_memory_back);
    if (all || strcmp(which, "cycles") == 0)
        RUN(channels_leave_nothing);
    return CHECK_DONE();
}
