/* consumer.c: a program as a user would write it, compiled against the installed library.
 *
 * SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <stdio.h>

#define SLUICE_NAME numbers
#define SLUICE_TYPE uint64_t
#define SLUICE_FLAVOUR SLUICE_SPSC
#include <sluice/channel.h>

#define SLUICE_NAME results
#define SLUICE_TYPE uint64_t
#define SLUICE_FLAVOUR SLUICE_MUTEX
#include <sluice/channel.h>

#include <sluice/thread.h>

static void *produce(void *argument)
{
    SLUICE_AUTO(numbers_tx) tx = argument;
    for (uint64_t i = 0; i < 1000; i++)
        if (numbers_send(tx, i) != SLUICE_OK)
            break;
    return NULL;
}

int main(void)
{
    SLUICE_AUTO(numbers_rx) rx = NULL;
    SLUICE_AUTO(results_tx) out = NULL;
    SLUICE_AUTO(results_rx) in = NULL;
    numbers_tx tx = NULL;
    sluice_thread *thread = NULL;
    struct sluice_options options = { .capacity = 8 };
    if (numbers_open(&tx, &rx, &options) != SLUICE_OK || results_open(&out, &in, &options) != SLUICE_OK)
        return 1;
    if (sluice_spawn(&thread, produce, tx, NULL) != SLUICE_OK)
        return 1;
    uint64_t count = 0, sum = 0;
    SLUICE_FOR_EACH(numbers, rx, n) {
        count++;
        sum += n;
    }
    if (sluice_join(&thread, NULL) != SLUICE_OK || results_send(out, sum) != SLUICE_OK)
        return 1;
    if (results_recv(in, &sum) != SLUICE_OK)
        return 1;
    printf("received %" PRIu64 ", sum %" PRIu64 "\n", count, sum);
    return 0;
}
