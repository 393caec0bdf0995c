/* wordtable.c: how often each word occurs.
 *
 * SPDX-License-Identifier: MIT */
#include "wordtable.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_SLOTS = 1024 };

wordtable wordtable_new(void)
{
    wordtable table = malloc(sizeof *table);
    struct word *slot = calloc(FIRST_SLOTS, sizeof *slot);
    if (!table || !slot) {
        free(table);
        free(slot);
        return NULL;
    }
    *table = (struct wordtable){ .slots = FIRST_SLOTS, .slot = slot };
    return table;
}

void wordtable_drop(wordtable *table)
{
    if (!*table)
        return;
    for (size_t i = 0; i < (*table)->slots; i++)
        free((*table)->slot[i].text);
    free((*table)->slot);
    free(*table);
    *table = NULL;
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool is_letter(char c)
{
    return lower(c) >= 'a' && lower(c) <= 'z';
}

/* FNV-1a. */
static uint64_t hash(const char *text, size_t length)
{
    uint64_t h = UINT64_C(0xcbf29ce484222325);
    for (size_t i = 0; i < length; i++)
        h = (h ^ (unsigned char)lower(text[i])) * UINT64_C(0x100000001b3);
    return h;
}

static bool same(const char *word, const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (word[i] != lower(text[i])) /* also where the word is shorter */
            return false;
    return !word[length];
}

/* The slot where the word is, or should be. */
static struct word *find(const struct word *slot, size_t slots, const char *text, size_t length)
{
    size_t i = hash(text, length) & (slots - 1);
    while (slot[i].text && !same(slot[i].text, text, length))
        i = (i + 1) & (slots - 1);
    return (struct word *)&slot[i];
}

static bool grow(wordtable table)
{
    size_t slots = 2 * table->slots;
    struct word *slot = calloc(slots, sizeof *slot);
    if (!slot)
        return false;
    for (size_t i = 0; i < table->slots; i++)
        if (table->slot[i].text)
            *find(slot, slots, table->slot[i].text, strlen(table->slot[i].text)) = table->slot[i];
    free(table->slot);
    table->slot = slot;
    table->slots = slots;
    return true;
}

static bool count_word(wordtable table, const char *text, size_t length)
{
    struct word *word = find(table->slot, table->slots, text, length);
    if (!word->text) {
        if (table->words >= table->slots / 2) {
            if (!grow(table))
                return false;
            word = find(table->slot, table->slots, text, length);
        }
        char *name = malloc(length + 1);
        if (!name)
            return false;
        for (size_t i = 0; i < length; i++)
            name[i] = lower(text[i]);
        name[length] = '\0';
        word->text = name;
        table->words++;
    }
    word->count++;
    return true;
}

bool wordtable_count(wordtable table, const char *text, size_t length)
{
    for (size_t i = 0; i < length;) {
        size_t begin = i;
        while (i < length && is_letter(text[i]))
            i++;
        if (i == begin)
            i++;
        else if (!count_word(table, text + begin, i - begin))
            return false;
    }
    return true;
}

/* Unused slots come last. */
static int compare(const void *left, const void *right)
{
    const struct word *a = left, *b = right;
    if (a->count != b->count)
        return a->count > b->count ? -1 : 1;
    return a->text && b->text ? strcmp(a->text, b->text) : 0;
}

void wordtable_sort(wordtable table)
{
    qsort(table->slot, table->slots, sizeof *table->slot, compare);
}
