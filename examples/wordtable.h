/* wordtable.h: how often each word occurs.
 *
 * SPDX-License-Identifier: MIT */
#ifndef WORDTABLE_H
#define WORDTABLE_H

#include <stdbool.h>
#include <stddef.h>

struct word {
    size_t count;
    char *text; /* NULL: an unused slot */
};

/* Open addressing, linear probing; the number of slots is a power of two. */
struct wordtable {
    size_t words, slots;
    struct word *slot;
};
typedef struct wordtable *wordtable;

/* Returns an empty table, or NULL when memory ran out. */
wordtable wordtable_new(void);
/* Frees the table and leaves NULL. */
void wordtable_drop(wordtable *table);
/* Counts every word in the text: each maximal run of ASCII letters, in lower case. False when memory ran
 * out. */
bool wordtable_count(wordtable table, const char *text, size_t length);
/* Puts the words in front, the most frequent first, equally frequent ones by name. Nothing can be counted
 * afterwards. */
void wordtable_sort(wordtable table);

#endif
