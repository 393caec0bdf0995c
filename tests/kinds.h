/* kinds.h: every kind of channel there is, through the any-channel, and what is documented of each.
 *
 * SPDX-License-Identifier: MIT */
#ifndef KINDS_H
#define KINDS_H

#include <dirent.h>
#include <signal.h>
#include <sluice/chan.h>

#include "kit.h"

struct kind {
    uint32_t flavour, buffer, order;
    bool many_tx, many_rx;
    bool locks; /* every call may wait for a lock */
};

static const struct kind kinds[] = {
#define BOTH_BUFFERS(flavour, order, many_tx, many_rx)                  \
    { flavour, SLUICE_BOUNDED, order, many_tx, many_rx, false },        \
    { flavour, SLUICE_UNBOUNDED, order, many_tx, many_rx, false }
    BOTH_BUFFERS(SLUICE_SPSC, SLUICE_TOTAL, false, false),
    BOTH_BUFFERS(SLUICE_MPSC, SLUICE_TOTAL, true, false),
    BOTH_BUFFERS(SLUICE_SPMC, SLUICE_TOTAL, false, true),
    BOTH_BUFFERS(SLUICE_MPMC, SLUICE_TOTAL, true, true),
    BOTH_BUFFERS(SLUICE_MPSC, SLUICE_PER_SENDER, true, false),
    BOTH_BUFFERS(SLUICE_MPMC, SLUICE_PER_SENDER, true, true),
#undef BOTH_BUFFERS
    { SLUICE_SPSC, SLUICE_RENDEZVOUS, SLUICE_TOTAL, false, false, true },
    { SLUICE_MPSC, SLUICE_RENDEZVOUS, SLUICE_TOTAL, true, false, true },
    { SLUICE_SPMC, SLUICE_RENDEZVOUS, SLUICE_TOTAL, false, true, true },
    { SLUICE_MPMC, SLUICE_RENDEZVOUS, SLUICE_TOTAL, true, true, true },
    { SLUICE_MUTEX, SLUICE_BOUNDED, SLUICE_TOTAL, true, true, true },
    { SLUICE_MUTEX, SLUICE_UNBOUNDED, SLUICE_TOTAL, true, true, true },
};
#define KINDS (sizeof kinds / sizeof *kinds)

static inline const char *kind_name(const struct kind *k)
{
    static _Thread_local char name[100];
    snprintf(name, sizeof name, "%s %s %s", sluice_flavour_name(k->flavour), sluice_buffer_name(k->buffer), sluice_order_name(k->order));
    return name;
}

static inline enum sluice_status kind_open(const struct kind *k, size_t capacity, size_t bytes, void (*destroy)(void *, void *),
                                           void *context, sluice_chan_tx **tx, sluice_chan_rx **rx)
{
    struct sluice_chan_options options = { .size = sizeof options,
                                           .flavour = k->flavour,
                                           .buffer = k->buffer,
                                           .order = k->order,
                                           .capacity = capacity,
                                           .message_bytes = bytes,
                                           .destroy = destroy,
                                           .context = context };
    return sluice_chan_open(tx, rx, &options);
}

/* One more endpoint where the kind may have several, or else the one there is, which is then gone from *of. */
static inline sluice_chan_tx *kind_tx(const struct kind *k, sluice_chan_tx **of)
{
    sluice_chan_tx *tx = NULL;
    if (!k->many_tx)
        return SLUICE_MOVE(*of);
    REQUIRE(sluice_chan_tx_clone(*of, &tx) == SLUICE_OK);
    return tx;
}

static inline sluice_chan_rx *kind_rx(const struct kind *k, sluice_chan_rx **of)
{
    sluice_chan_rx *rx = NULL;
    if (!k->many_rx)
        return SLUICE_MOVE(*of);
    REQUIRE(sluice_chan_rx_clone(*of, &rx) == SLUICE_OK);
    return rx;
}

/* ---- for each of them ---- */

static const struct kind *kind_at_work; /* NULL: none yet */

/* Says which kind it was and what each thread waits for: the number of its system call, and what it was given. */
__attribute__((unused)) static void kinds_hang(int signal)
{
    (void)signal; /* (nothing else runs any more that could disturb what is not allowed in a handler) */
    fprintf(stderr, "a hang, in %s\n", kind_at_work ? kind_name(kind_at_work) : "none");
    DIR *tasks = opendir("/proc/self/task");
    for (struct dirent *entry; tasks && (entry = readdir(tasks)) != NULL;) {
        char path[64], call[200] = "?\n";
        snprintf(path, sizeof path, "/proc/self/task/%.20s/syscall", entry->d_name);
        FILE *file = entry->d_name[0] == '.' ? NULL : fopen(path, "r");
        if (!file)
            continue;
        if (fgets(call, sizeof call, file))
            fprintf(stderr, "  thread %s, state %c, in call %s", entry->d_name, kit_thread_state(atoi(entry->d_name)), call);
        fclose(file);
    }
    _exit(1);
}

/* A test that is not over by then has hung. */
__attribute__((unused)) static void kinds_watch(unsigned seconds)
{
    REQUIRE(signal(SIGALRM, kinds_hang) != SIG_ERR);
    alarm(seconds);
}

/* Does it for each kind; which, is said where something fails. */
__attribute__((unused)) static void for_each_kind(void (*test)(const struct kind *))
{
    for (size_t i = 0; i < KINDS; i++) {
        unsigned failures = check_failure_count();
        kind_at_work = &kinds[i];
        test(kind_at_work);
        if (check_failure_count() != failures)
            fprintf(stderr, "  (in %s)\n", kind_name(kind_at_work));
    }
}

#endif
