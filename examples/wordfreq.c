/* wordfreq.c: the most frequent words of text files, as a pipeline of three threads.
 *
 *     wordfreq [-n N] FILE...
 *
 *     reader ──blocks of text──▶ counter ──the table──▶ printer (main)
 *
 * The reader cuts the files into blocks where no word is cut in two. Blocks and the table are messages by
 * pointer: whoever holds one owns it, and the channel frees those that nobody received. A word is a maximal
 * run of ASCII letters within a file, in lower case. A file that cannot be read is reported, the others are
 * counted all the same, and the exit status is 1.
 *
 * SPDX-License-Identifier: MIT */
#define _POSIX_C_SOURCE 200809L

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sluice/thread.h>

#include "wordtable.h"

struct block {
    size_t length, room;
    char bytes[];
};
typedef struct block *block;

static void block_drop(block *b)
{
    free(*b);
    *b = NULL;
}

#define SLUICE_NAME    blocks
#define SLUICE_TYPE    block
#define SLUICE_FLAVOUR SLUICE_SPSC
#define SLUICE_DROP(b) block_drop(&(b))
#include <sluice/channel.h>

#define SLUICE_NAME    tables
#define SLUICE_TYPE    wordtable
#define SLUICE_FLAVOUR SLUICE_SPSC
#define SLUICE_DROP(t) wordtable_drop(&(t))
#include <sluice/channel.h>

enum { BLOCK_BYTES = 65536, BLOCKS_WAITING = 16 };

static bool complain(const char *about, const char *problem)
{
    fprintf(stderr, "wordfreq: %s: %s\n", about, problem);
    return false;
}

/* ---- reader ---- */

struct reader {
    blocks_tx tx;
    char **paths; /* up to NULL */
    bool failed;
};

static block block_new(size_t room)
{
    block b = malloc(sizeof *b + room);
    if (b)
        *b = (struct block){ .room = room };
    return b;
}

/* How many of the bytes can go without cutting a word: up to the last line's end, or the last character
 * that is no letter where the line is longer than the block; 0 where it is all one word. */
static size_t whole_words(const struct block *b)
{
    for (size_t i = b->length; i > 0; i--)
        if (b->bytes[i - 1] == '\n')
            return i;
    for (size_t i = b->length; i > 0; i--)
        if (!strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", b->bytes[i - 1]) || !b->bytes[i - 1])
            return i;
    return 0;
}

/* Sends the whole words of a full block; leaves in *b a block with the rest and room for more. */
static enum sluice_status pass_on(blocks_tx tx, block *b)
{
    size_t whole = whole_words(*b), rest = (*b)->length - whole;
    size_t room = rest < BLOCK_BYTES / 2 ? BLOCK_BYTES : 2 * rest;
    SLUICE_AUTO(block) next = block_new(room);
    if (!next)
        return SLUICE_NO_MEMORY;
    memcpy(next->bytes, (*b)->bytes + whole, rest);
    next->length = rest;
    if (whole > 0) {
        (*b)->length = whole;
        enum sluice_status status = blocks_send(tx, *b);
        if (status != SLUICE_OK)
            return status;
    } else {
        block_drop(b); /* a word longer than the block: all of it is in the next, larger one */
    }
    *b = SLUICE_MOVE(next);
    return SLUICE_OK;
}

/* Sends the file in blocks. On SLUICE_OK *problem tells of a file that could not be read to its end. */
static enum sluice_status send_file(blocks_tx tx, FILE *file, int *problem)
{
    SLUICE_AUTO(block) b = block_new(BLOCK_BYTES);
    if (!b)
        return SLUICE_NO_MEMORY;
    for (;;) {
        size_t wanted = b->room - b->length;
        errno = 0;
        size_t got = fread(b->bytes + b->length, 1, wanted, file);
        b->length += got;
        if (got < wanted)
            break;
        enum sluice_status status = pass_on(tx, &b);
        if (status != SLUICE_OK)
            return status;
    }
    if (ferror(file))
        *problem = errno ? errno : EIO;
    enum sluice_status status = blocks_send(tx, b);
    if (status == SLUICE_OK)
        b = NULL; /* the channel's */
    return status;
}

static void *read_all(void *arg)
{
    struct reader *self = arg;
    SLUICE_AUTO(blocks_tx) tx = SLUICE_MOVE(self->tx);
    for (char **path = self->paths; *path; path++) {
        int problem = 0;
        enum sluice_status status = SLUICE_OK;
        FILE *file = fopen(*path, "rb");
        if (file) {
            status = send_file(tx, file, &problem);
            fclose(file);
        } else {
            problem = errno;
        }
        if (problem)
            self->failed = !complain(*path, strerror(problem));
        if (status == SLUICE_CLOSED)
            return NULL; /* the counter gave up, and said why */
        if (status != SLUICE_OK)
            self->failed = !complain(*path, sluice_status_name(status));
    }
    return NULL;
}

/* ---- counter ---- */

struct counter {
    blocks_rx rx;
    tables_tx tx;
};

static void *count_all(void *arg)
{
    struct counter *self = arg;
    SLUICE_AUTO(blocks_rx) rx = SLUICE_MOVE(self->rx);
    SLUICE_AUTO(tables_tx) tx = SLUICE_MOVE(self->tx);
    SLUICE_AUTO(wordtable) table = wordtable_new();
    SLUICE_FOR_EACH(blocks, rx, b) {
        bool counted = table && wordtable_count(table, b->bytes, b->length);
        block_drop(&b);
        if (!counted) {
            complain("counting", "out of memory");
            return NULL; /* dropping both ends tells reader and printer */
        }
    }
    if (!table)
        return NULL;
    wordtable_sort(table);
    if (tables_send(tx, table) == SLUICE_OK)
        table = NULL; /* the channel's */
    return NULL;
}

/* ---- printer ---- */

static bool print_table(tables_rx rx, size_t most)
{
    SLUICE_AUTO(wordtable) table = NULL;
    if (tables_recv(rx, &table) != SLUICE_OK)
        return complain("no result", "the counting stage ended without one");
    for (size_t i = 0; i < table->words && i < most; i++)
        printf("%7zu %s\n", table->slot[i].count, table->slot[i].text);
    return fflush(stdout) == 0 && !ferror(stdout) ? true : complain("standard output", strerror(errno));
}

static bool run(char **paths, size_t most)
{
    struct reader reader = { .paths = paths };
    struct counter counter = { .rx = NULL };
    SLUICE_AUTO(tables_rx) results = NULL;
    if (blocks_open(&reader.tx, &counter.rx, &(struct sluice_options){ .capacity = BLOCKS_WAITING }) != SLUICE_OK)
        return complain("channel", "out of memory");
    bool ok = true;
    SLUICE_SCOPE(s) {
        enum sluice_status status = tables_open(&counter.tx, &results, &(struct sluice_options){ .capacity = 1 });
        if (status == SLUICE_OK)
            status = sluice_scope_spawn(s, read_all, &reader, NULL);
        if (status == SLUICE_OK)
            status = sluice_scope_spawn(s, count_all, &counter, NULL);
        ok = status == SLUICE_OK ? print_table(results, most) : complain("start", sluice_status_name(status));
        if (status != SLUICE_OK) {
            blocks_rx_drop(&counter.rx); /* before the scope waits for a reader that waits for us */
            tables_tx_drop(&counter.tx);
        }
    }
    blocks_tx_drop(&reader.tx); /* still ours only if the reader never started */
    return ok && !reader.failed;
}

static bool parse_count(const char *text, size_t *count)
{
    char *end;
    errno = 0;
    unsigned long long value = strtoull(text, &end, 10);
    *count = (size_t)value;
    return *text >= '0' && *text <= '9' && !*end && !errno && value <= SIZE_MAX;
}

int main(int argc, char **argv)
{
    size_t most = 10;
    bool usable = true;
    for (int option; (option = getopt(argc, argv, "n:")) != -1;)
        usable &= option == 'n' && parse_count(optarg, &most);
    if (!usable || optind == argc) {
        fprintf(stderr, "usage: wordfreq [-n N] FILE...\n");
        return 2;
    }
    return run(argv + optind, most) ? 0 : 1;
}
