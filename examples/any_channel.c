/* any_channel.c: a channel whose flavour is read from the command line, as a binding or a tool would make one.
 *
 *     any_channel [spsc|mpsc|spmc|mpmc|mutex [bounded|unbounded|rendezvous [total|per_sender]]]
 *
 * Two threads send words, which the channel owns while they are inside; main counts their letters and frees them. Where the
 * flavour has one sender there is one.
 *
 * SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sluice/chan.h>
#include <sluice/thread.h>

static const char *const words[] = { "a", "sluice", "lets", "through", "what", "it", "is", "opened", "for" };
#define WORDS (sizeof words / sizeof *words)
#define SENDERS 2

/* Every message is a char *; what is destroyed is what nobody received. The context counts it. */
static void free_word(void *message, void *context)
{
    char *word;
    memcpy(&word, message, sizeof word);
    ++*(size_t *)context;
    free(word);
}

static void *speak(void *argument)
{
    SLUICE_AUTO(sluice_chan_tx_handle) tx = argument;
    for (size_t i = 0; i < WORDS; i++) {
        char *word = strdup(words[i]);
        if (!word || sluice_chan_send(tx, &word) != SLUICE_OK) {
            free(word); /* still ours */
            break;
        }
    }
    return NULL;
}

/* The word's number among the names that begin with "SLUICE_", in capitals; 0: none of them. */
static uint32_t number_of(const char *word, const char *(*name)(uint32_t), uint32_t last)
{
    for (uint32_t value = 1; value <= last; value++) {
        const char *known = name(value) + strlen("SLUICE_");
        size_t i = 0;
        while (word[i] && (word[i] == known[i] || word[i] - 'a' + 'A' == known[i]))
            i++;
        if (!word[i] && !known[i])
            return value;
    }
    return 0;
}

static size_t letters_heard(sluice_chan_rx *rx)
{
    size_t letters = 0;
    char *word;
    while (sluice_chan_recv(rx, &word) == SLUICE_OK) {
        letters += strlen(word);
        free(word);
    }
    return letters;
}

static int run(sluice_chan_tx *first, sluice_chan_rx *rx)
{
    sluice_chan_tx *tx[SENDERS] = { first };
    int senders = 1;
    if (sluice_chan_tx_clone(first, &tx[1]) == SLUICE_OK)
        senders = SENDERS;
    sluice_thread *threads[SENDERS];
    for (int i = 0; i < senders; i++)
        if (sluice_spawn(&threads[i], speak, tx[i], NULL) != SLUICE_OK)
            return 1;
    size_t letters = letters_heard(rx), expected = 0;
    for (size_t i = 0; i < WORDS; i++)
        expected += strlen(words[i]);
    for (int i = 0; i < senders; i++)
        if (sluice_join(&threads[i], NULL) != SLUICE_OK)
            return 1;
    printf("%s, %s, %s: %d sender%s, %zu letters\n", sluice_flavour_name(sluice_chan_rx_flavour(rx)),
           sluice_buffer_name(sluice_chan_rx_buffer(rx)), sluice_order_name(sluice_chan_rx_order(rx)), senders,
           senders == 1 ? "" : "s", letters);
    return letters != (size_t)senders * expected;
}

int main(int argc, char **argv)
{
    size_t unheard = 0;
    struct sluice_chan_options options = {
        .size = sizeof options,
        .flavour = argc > 1 ? number_of(argv[1], sluice_flavour_name, SLUICE_MUTEX) : SLUICE_SPSC,
        .buffer = argc > 2 ? number_of(argv[2], sluice_buffer_name, SLUICE_RENDEZVOUS) : SLUICE_BOUNDED,
        .order = argc > 3 ? number_of(argv[3], sluice_order_name, SLUICE_PER_SENDER) : SLUICE_TOTAL,
        .capacity = 4,
        .message_bytes = sizeof(char *),
        .destroy = free_word,
        .context = &unheard,
    };
    sluice_chan_tx *tx;
    SLUICE_AUTO(sluice_chan_rx_handle) rx = NULL;
    enum sluice_status status = sluice_chan_open(&tx, &rx, &options);
    if (status != SLUICE_OK) {
        fprintf(stderr, "no such channel: %s\n", sluice_status_name(status));
        return 2;
    }
    int failed = run(tx, rx);
    sluice_chan_rx_drop(&rx); /* after it nothing is destroyed any more: the senders are gone */
    printf("%zu words unheard\n", unheard);
    return failed || unheard != 0;
}
