/* hello.c: one message from one thread to another.
 *
 * SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include <sluice/thread.h>

#define SLUICE_NAME    greetings
#define SLUICE_TYPE    const char *
#define SLUICE_FLAVOUR SLUICE_SPSC
#include <sluice/channel.h>

static void *greet(void *arg)
{
    SLUICE_AUTO(greetings_tx) tx = arg; /* ours now; dropped when the scope ends, which closes the channel */
    enum sluice_status status = greetings_send(tx, "hello");
    if (status != SLUICE_OK)
        fprintf(stderr, "nobody to greet: %s\n", sluice_status_name(status));
    return NULL;
}

int main(void)
{
    SLUICE_AUTO(greetings_tx) tx = NULL;
    SLUICE_AUTO(greetings_rx) rx = NULL;
    if (greetings_open(&tx, &rx, &(struct sluice_options){ .capacity = 1 }) != SLUICE_OK)
        return 1;
    sluice_thread *thread;
    if (sluice_spawn(&thread, greet, tx, NULL) != SLUICE_OK)
        return 1;
    tx = NULL; /* the thread's */

    const char *received = NULL;
    enum sluice_status status = greetings_recv(rx, &received);
    if (status == SLUICE_OK)
        printf("got: %s\n", received);
    const char *nothing;
    enum sluice_status after = greetings_recv(rx, &nothing);
    printf("then: %s\n", sluice_status_name(after));
    return sluice_join(&thread, NULL) != SLUICE_OK || status != SLUICE_OK || strcmp(received, "hello") != 0 ||
           after != SLUICE_CLOSED;
}
