/* stress_kit.h: settings, the table of workers and the watchdog of the stress tests.
 *
 * Settings, as arguments or from the environment:
 *     seed=N     SLUICE_STRESS_SEED      default: the clock. Printed; the same seed makes the same rounds
 *     round=N    SLUICE_STRESS_ROUND     do this round only, over and over (it is printed with a failure)
 *     ms=N       SLUICE_STRESS_MS        how long, milliseconds
 *     threads=SxR  SLUICE_STRESS_THREADS at most so many senders and receivers
 *     calls=N    SLUICE_STRESS_CALLS     mode=history: about so many calls in a round
 *     mode=…     see read_mode in stress.inc.h
 *
 * SPDX-License-Identifier: MIT */
#ifndef STRESS_KIT_H
#define STRESS_KIT_H

#include <signal.h>

#include "../kit.h"

#define WORKERS_MAX 64
#define DEFAULT_MS 500
#define HANG_SECONDS (KIT_SANITIZED ? 60 : 20)

struct settings {
    uint64_t seed, ms, round, calls;
    bool one_round;
    unsigned senders, receivers;
    const char *mode;
};

/* What a thread is doing, for the watchdog's dump. */
struct worker {
    _Alignas(128) const char *where; /* touched with the builtins only, as all of this */
    uint64_t steps;
    int tid;
};

static struct worker workers[WORKERS_MAX];
static struct settings settings = { .ms = DEFAULT_MS, .calls = KIT_ROUNDS(60000), .senders = 1, .receivers = 1, .mode = "free" };
static uint64_t current_round;
static int over;

static void apply_setting(const char *name, const char *value)
{
    if (strcmp(name, "seed") == 0) {
        settings.seed = strtoull(value, NULL, 0);
    } else if (strcmp(name, "ms") == 0) {
        settings.ms = strtoull(value, NULL, 0);
    } else if (strcmp(name, "calls") == 0) {
        settings.calls = strtoull(value, NULL, 0);
    } else if (strcmp(name, "round") == 0) {
        settings.round = strtoull(value, NULL, 0);
        settings.one_round = true;
    } else if (strcmp(name, "threads") == 0) {
        bool understood = sscanf(value, "%ux%u", &settings.senders, &settings.receivers) == 2;
        REQUIRE(understood && settings.senders && settings.receivers);
        REQUIRE(settings.senders + settings.receivers <= WORKERS_MAX);
    } else if (strcmp(name, "mode") == 0) {
        settings.mode = value;
    } else {
        fprintf(stderr, "unknown setting: %s\n", name);
        REQUIRE(!"a known setting");
    }
}

static void read_settings(int argc, char **argv)
{
    static const char *const names[] = { "seed", "ms", "round", "calls" }, /* the threads and the mode make the test */
                      *const variables[] = { "SLUICE_STRESS_SEED", "SLUICE_STRESS_MS", "SLUICE_STRESS_ROUND",
                                                  "SLUICE_STRESS_CALLS" };
    settings.seed = kit_now();
    for (int i = 1; i < argc; i++) {
        char *value = strchr(argv[i], '=');
        REQUIRE(value);
        *value = '\0';
        apply_setting(argv[i], value + 1);
    }
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (getenv(variables[i]))
            apply_setting(names[i], getenv(variables[i]));
    if (getenv("SLUICE_STRESS_THREADS") && (settings.senders > 1 || settings.receivers > 1))
        apply_setting("threads", getenv("SLUICE_STRESS_THREADS"));
    printf("seed=%llu ms=%llu threads=%ux%u mode=%s\n", (unsigned long long)settings.seed,
           (unsigned long long)settings.ms, settings.senders, settings.receivers, settings.mode);
    fflush(stdout);
}

/* ---- workers ---- */

static void worker_begins(struct worker *w)
{
    __atomic_store_n(&w->tid, kit_tid(), __ATOMIC_RELAXED);
}

/* The worker is about to call this function. */
static void worker_calls(struct worker *w, const char *where)
{
    __atomic_store_n(&w->where, where, __ATOMIC_RELAXED);
    __atomic_store_n(&w->steps, w->steps + 1, __ATOMIC_RELAXED);
}

static void worker_ends(struct worker *w)
{
    worker_calls(w, "(ended)");
    __atomic_store_n(&w->tid, 0, __ATOMIC_RELAXED);
}

static uint64_t steps_of_all(void)
{
    uint64_t sum = 0;
    for (int i = 0; i < WORKERS_MAX; i++)
        sum += __atomic_load_n(&workers[i].steps, __ATOMIC_RELAXED);
    return sum;
}

/* ---- the watchdog ---- */

static void (*dump_channel)(void);

static void dump_and_die(void)
{
    fprintf(stderr, "HANG: no step for %d s in round %llu of seed %llu\n", HANG_SECONDS,
            (unsigned long long)__atomic_load_n(&current_round, __ATOMIC_RELAXED), (unsigned long long)settings.seed);
    for (int i = 0; i < WORKERS_MAX; i++) {
        int tid = __atomic_load_n(&workers[i].tid, __ATOMIC_RELAXED);
        if (tid)
            fprintf(stderr, "  worker %d (thread %d): in %s since step %llu, state %c\n", i, tid,
                    __atomic_load_n(&workers[i].where, __ATOMIC_RELAXED),
                    (unsigned long long)__atomic_load_n(&workers[i].steps, __ATOMIC_RELAXED), kit_thread_state(tid));
    }
    if (dump_channel)
        dump_channel();
    fflush(stderr);
    _exit(1);
}

static void *watch(void *unused)
{
    (void)unused;
    uint64_t last = steps_of_all(), since = kit_now();
    while (!__atomic_load_n(&over, __ATOMIC_RELAXED)) {
        kit_pause_us(100000);
        uint64_t steps = steps_of_all(), now = kit_now();
        if (steps != last) {
            last = steps;
            since = now;
        } else if (now - since > HANG_SECONDS * UINT64_C(1000000000)) {
            dump_and_die();
        }
    }
    return NULL;
}

/* ---- a storm of signals ---- */

static void on_signal(int signal)
{
    (void)signal;
}

/* Every worker gets a signal every 50 us or so, without SA_RESTART: system calls come back with EINTR. */
static void *storm(void *unused)
{
    (void)unused;
    while (!__atomic_load_n(&over, __ATOMIC_RELAXED)) {
        for (int i = 0; i < WORKERS_MAX; i++) {
            int tid = __atomic_load_n(&workers[i].tid, __ATOMIC_RELAXED);
            if (tid)
                syscall(SYS_tgkill, getpid(), tid, SIGUSR1); /* gone meanwhile: no harm */
        }
        kit_pause_us(50);
    }
    return NULL;
}

static pthread_t start_storm(void)
{
    struct sigaction action = { .sa_handler = on_signal };
    REQUIRE(sigaction(SIGUSR1, &action, NULL) == 0);
    return kit_start(storm, NULL);
}

#endif
