/* two_producers.c: two threads send into one channel, each through a sender of its own. Each one's messages
 * arrive in its order; how the two mix is up to the scheduler.
 *
 * SPDX-License-Identifier: MIT */
#include <stdio.h>

#include <sluice/thread.h>

struct report {
    int producer;
    int number;
};

#define SLUICE_NAME    reports
#define SLUICE_TYPE    struct report
#define SLUICE_FLAVOUR SLUICE_MPSC
#include <sluice/channel.h>

enum { PRODUCERS = 2, REPORTS = 5 };

struct producer {
    int index;
    reports_tx tx;
};

static void *produce(void *arg)
{
    struct producer *self = arg;
    SLUICE_AUTO(reports_tx) tx = SLUICE_MOVE(self->tx);
    for (int i = 0; i < REPORTS; i++)
        if (reports_send(tx, (struct report){ .producer = self->index, .number = i }) != SLUICE_OK)
            break; /* the receiver is gone */
    return NULL;
}

/* Prints what arrives; returns whether each producer's reports came complete and in order. */
static bool print_all(reports_rx rx)
{
    int next[PRODUCERS] = { 0 };
    bool right = true;
    SLUICE_FOR_EACH(reports, rx, r) {
        printf("producer %d: report %d\n", r.producer, r.number);
        right &= r.number == next[r.producer]++;
    }
    for (int i = 0; i < PRODUCERS; i++)
        right &= next[i] == REPORTS;
    return right;
}

int main(void)
{
    SLUICE_AUTO(reports_tx) tx = NULL;
    SLUICE_AUTO(reports_rx) rx = NULL;
    if (reports_open(&tx, &rx, &(struct sluice_options){ .capacity = 4 }) != SLUICE_OK)
        return 1;
    struct producer producers[PRODUCERS];
    bool right = true;
    SLUICE_SCOPE(s) {
        for (int i = 0; i < PRODUCERS; i++) {
            producers[i] = (struct producer){ .index = i, .tx = reports_tx_clone(tx) };
            if (!producers[i].tx || sluice_scope_spawn(s, produce, &producers[i], NULL) != SLUICE_OK) {
                reports_tx_drop(&producers[i].tx);
                right = false;
            }
        }
        reports_tx_drop(&tx); /* ours; the channel closes when the producers' are gone too */
        right &= print_all(rx);
    }
    return !right;
}
