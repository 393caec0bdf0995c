/* worker_pool.c: jobs go to whichever worker is free, results come back. Two channels: one whose receivers are cloned, and one whose
 * senders are.
 *
 * SPDX-License-Identifier: MIT */
#include <stdio.h>

#include <sluice/thread.h>

struct job { /* count the primes in [from, to) */
    unsigned from, to;
};

struct result {
    struct job job;
    unsigned primes;
};

#define SLUICE_NAME    jobs
#define SLUICE_TYPE    struct job
#define SLUICE_FLAVOUR SLUICE_MPMC
#include <sluice/channel.h>

#define SLUICE_NAME    results
#define SLUICE_TYPE    struct result
#define SLUICE_FLAVOUR SLUICE_MPSC
#include <sluice/channel.h>

enum { WORKERS = 4, JOBS = 50, NUMBERS_EACH = 1000, PRIMES_BELOW_50000 = 5133 };

static bool is_prime(unsigned n)
{
    for (unsigned divisor = 2; divisor * divisor <= n; divisor++)
        if (n % divisor == 0)
            return false;
    return n >= 2;
}

struct worker {
    jobs_rx jobs;
    results_tx results;
};

/* Works until there are no more jobs, or nobody wants results. */
static void *work(void *arg)
{
    struct worker *self = arg;
    SLUICE_AUTO(jobs_rx) jobs = SLUICE_MOVE(self->jobs);
    SLUICE_AUTO(results_tx) results = SLUICE_MOVE(self->results);
    SLUICE_FOR_EACH(jobs, jobs, job) {
        struct result r = { .job = job };
        for (unsigned n = job.from; n < job.to; n++)
            r.primes += is_prime(n);
        if (results_send(results, r) != SLUICE_OK)
            break;
    }
    return NULL;
}

static void *hand_out(void *arg)
{
    SLUICE_AUTO(jobs_tx) jobs = arg;
    for (unsigned i = 0; i < JOBS; i++)
        if (jobs_send(jobs, (struct job){ i * NUMBERS_EACH, (i + 1) * NUMBERS_EACH }) != SLUICE_OK)
            break; /* all workers are gone */
    return NULL;
}

/* Starts the workers, each with ends of its own. */
static bool start_workers(struct sluice_scope *s, struct worker *workers, jobs_rx jobs, results_tx results)
{
    for (int i = 0; i < WORKERS; i++) {
        workers[i] = (struct worker){ jobs_rx_clone(jobs), results_tx_clone(results) };
        if (!workers[i].jobs || !workers[i].results || sluice_scope_spawn(s, work, &workers[i], NULL) != SLUICE_OK) {
            jobs_rx_drop(&workers[i].jobs);
            results_tx_drop(&workers[i].results);
            return false;
        }
    }
    return true;
}

int main(void)
{
    SLUICE_AUTO(jobs_tx) jobs_in = NULL;
    SLUICE_AUTO(jobs_rx) jobs_out = NULL;
    SLUICE_AUTO(results_tx) results_in = NULL;
    SLUICE_AUTO(results_rx) results_out = NULL;
    struct sluice_options options = { .capacity = 8 };
    if (jobs_open(&jobs_in, &jobs_out, &options) != SLUICE_OK ||
        results_open(&results_in, &results_out, &options) != SLUICE_OK)
        return 1;
    struct worker workers[WORKERS];
    unsigned primes = 0, results = 0;
    bool started = false;
    SLUICE_SCOPE(s) {
        started = start_workers(s, workers, jobs_out, results_in);
        jobs_rx_drop(&jobs_out); /* ours: results end when the workers' ends are gone */
        results_tx_drop(&results_in);
        if (started && sluice_scope_spawn(s, hand_out, jobs_in, NULL) == SLUICE_OK)
            jobs_in = NULL; /* the thread's */
        else
            jobs_tx_drop(&jobs_in);
        SLUICE_FOR_EACH(results, results_out, r) {
            results++;
            primes += r.primes;
        }
    }
    printf("%u jobs done, %u primes below %u\n", results, primes, JOBS * NUMBERS_EACH);
    return !started || results != JOBS || primes != PRIMES_BELOW_50000;
}
