/* several_values.c: a thread sends several values; the receiver iterates until the sender is gone.
 *
 * SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include <sluice/thread.h>

#define SLUICE_NAME    words
#define SLUICE_TYPE    const char *
#define SLUICE_FLAVOUR SLUICE_SPSC
#include <sluice/channel.h>

enum { WORDS = 4 };
static const char *const words[WORDS] = { "hi", "from", "the", "thread" };

static void *send_words(void *arg)
{
    SLUICE_AUTO(words_tx) tx = arg;
    for (int i = 0; i < WORDS; i++)
        if (words_send(tx, words[i]) != SLUICE_OK)
            break; /* the receiver is gone */
    return NULL;
}

int main(void)
{
    SLUICE_AUTO(words_tx) tx = NULL;
    SLUICE_AUTO(words_rx) rx = NULL;
    if (words_open(&tx, &rx, &(struct sluice_options){ .capacity = 2 }) != SLUICE_OK)
        return 1;
    sluice_thread *thread;
    if (sluice_spawn(&thread, send_words, tx, NULL) != SLUICE_OK)
        return 1;
    tx = NULL; /* the thread's */

    int received = 0, wrong = 0;
    SLUICE_FOR_EACH(words, rx, word) {
        printf("got: %s\n", word);
        wrong |= received == WORDS || strcmp(word, words[received]) != 0;
        received++;
    }
    return sluice_join(&thread, NULL) != SLUICE_OK || wrong || received != WORDS;
}
