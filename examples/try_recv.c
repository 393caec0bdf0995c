/* try_recv.c: look for a message without waiting, before there is one, when there is one, and when there
 * will be none any more.
 *
 * SPDX-License-Identifier: MIT */
#include <stdio.h>

#include <sluice/thread.h>

#define SLUICE_NAME    numbers
#define SLUICE_TYPE    int
#define SLUICE_FLAVOUR SLUICE_SPSC
#include <sluice/channel.h>

static void *send_seven(void *arg)
{
    SLUICE_AUTO(numbers_tx) tx = arg;
    enum sluice_status status = numbers_send(tx, 7);
    if (status != SLUICE_OK)
        fprintf(stderr, "send: %s\n", sluice_status_name(status));
    return NULL;
}

int main(void)
{
    SLUICE_AUTO(numbers_tx) tx = NULL;
    SLUICE_AUTO(numbers_rx) rx = NULL;
    if (numbers_open(&tx, &rx, &(struct sluice_options){ .capacity = 8 }) != SLUICE_OK)
        return 1;

    int number = 0;
    enum sluice_status before = numbers_try_recv(rx, &number);
    printf("before anything was sent: %s\n", sluice_status_name(before));
    if (before != SLUICE_EMPTY || number != 0)
        return 1;

    sluice_thread *thread;
    if (sluice_spawn(&thread, send_seven, tx, NULL) != SLUICE_OK)
        return 1;
    tx = NULL; /* the thread's */
    enum sluice_status joined = sluice_join(&thread, NULL);

    enum sluice_status there = numbers_try_recv(rx, &number);
    printf("after the sender has ended: %s, %d\n", sluice_status_name(there), number);
    int again = 0;
    enum sluice_status after = numbers_try_recv(rx, &again);
    printf("and then: %s\n", sluice_status_name(after));
    return joined != SLUICE_OK || there != SLUICE_OK || number != 7 || after != SLUICE_CLOSED || again != 0;
}
