/* heap.c: memory that is given out at the same addresses in every execution, and never twice in one: what was freed stays freed, so
 * that its use is noticed. The threads' stacks lie beside it, since their memory is shared, too (waiters' nodes).
 *
 * SPDX-License-Identifier: MIT */
#include "engine.h"

#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#define HEAP_BYTES ((size_t)48 << 20)
#define STACKS_BYTES (EX_THREADS * EX_STACK_BYTES)
#define REGION_BYTES (STACKS_BYTES + HEAP_BYTES)
#define GRANULE 8
#define GAP 64 /* bytes between blocks that belong to nobody */
#define BLOCKS_MAX 4096
#define GARBAGE 0xa5

enum { NOBODYS = 0, LIVE = 1, FREED = 2, ATOMIC = 4 };

struct block {
    char *memory;
    size_t bytes;
    bool freed;
};

static char *region;
static uint8_t states[REGION_BYTES / GRANULE];
static struct block blocks[BLOCKS_MAX];
static unsigned block_count;
static int live_blocks;
static size_t used; /* of the region */

void ex_heap_begin(void)
{
    if (!region) {
        region = mmap(NULL, REGION_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        if (region == MAP_FAILED) {
            region = NULL;
            ex_fail("the explorer itself: no memory");
        }
    }
    memset(states, LIVE, STACKS_BYTES / GRANULE);
    if (used > STACKS_BYTES)
        memset(states + STACKS_BYTES / GRANULE, NOBODYS, (used - STACKS_BYTES) / GRANULE + GAP);
    used = STACKS_BYTES;
    block_count = 0;
    live_blocks = 0;
}

void *ex_stack_of(unsigned thread)
{
    return region + thread * EX_STACK_BYTES;
}

bool ex_region_offset(const void *memory, size_t *offset)
{
    *offset = (size_t)((uintptr_t)memory - (uintptr_t)region);
    return *offset < REGION_BYTES;
}

int ex_heap_blocks(void)
{
    return live_blocks;
}

void ex_heap_mark_atomic(const void *word)
{
    size_t offset;
    if (ex_region_offset(word, &offset))
        states[offset / GRANULE] |= ATOMIC;
}

bool ex_heap_has_atomic(size_t granule)
{
    return (states[granule] & ATOMIC) != 0;
}

void *ex_heap_allocate(size_t alignment, size_t bytes)
{
    size_t place = (used + GAP + alignment - 1) / alignment * alignment;
    if (alignment < GRANULE)
        place = (place + GRANULE - 1) / GRANULE * GRANULE;
    if (block_count == BLOCKS_MAX || bytes > REGION_BYTES || place + bytes + 2 * GAP > REGION_BYTES)
        ex_fail("the explorer itself: out of memory after %u blocks", block_count);
    used = (place + bytes + GRANULE - 1) / GRANULE * GRANULE;
    memset(states + place / GRANULE, LIVE, (used - place) / GRANULE);
    memset(region + place, GARBAGE, bytes);
    blocks[block_count++] = (struct block){ region + place, bytes, false };
    live_blocks++;
    return region + place;
}

static struct block *block_of(const void *memory)
{
    unsigned from = 0, to = block_count; /* in the order of their addresses */
    while (to - from > 1) {
        unsigned middle = (from + to) / 2;
        *(blocks[middle].memory <= (const char *)memory ? &from : &to) = middle;
    }
    return to > from && (const char *)memory >= blocks[from].memory ? &blocks[from] : NULL;
}

void ex_heap_free(void *memory)
{
    struct block *b = block_of(memory);
    if (!b || b->memory != memory)
        ex_fail("freed what was never allocated: %p", memory);
    if (b->freed) {
        char name[64];
        ex_heap_name(memory, name, sizeof name);
        ex_fail("double free of %s", name);
    }
    ex_race_freed(memory, b->bytes);
    b->freed = true;
    live_blocks--;
    for (size_t i = 0, from = (size_t)(b->memory - region) / GRANULE; i < (b->bytes + GRANULE - 1) / GRANULE; i++)
        states[from + i] = (uint8_t)((states[from + i] & ATOMIC) | FREED);
}

void ex_heap_name(const void *memory, char *name, size_t size)
{
    size_t offset;
    const struct block *b = ex_region_offset(memory, &offset) ? block_of(memory) : NULL;
    if (b)
        snprintf(name, size, "block %u (%zu bytes)%s + %zu", (unsigned)(b - blocks), b->bytes, b->freed ? ", freed," : "",
                 (size_t)((const char *)memory - b->memory));
    else if (offset < STACKS_BYTES)
        snprintf(name, size, "stack of thread %zu + %zu", offset / EX_STACK_BYTES, offset % EX_STACK_BYTES);
    else
        snprintf(name, size, "%p", memory);
}

static void refuse(const char *at, bool writes, int state)
{
    char name[64];
    ex_heap_name(at, name, sizeof name);
    ex_fail("%s %s: %s", writes ? "wrote" : "read", state & FREED ? "after free" : "outside of any block", name);
}

void ex_heap_check(const void *memory, size_t bytes, bool writes)
{
    size_t offset;
    if (!ex_region_offset(memory, &offset))
        return;
    for (size_t i = offset / GRANULE; bytes && i <= (offset + bytes - 1) / GRANULE; i++)
        if (!(states[i] & LIVE))
            refuse(region + i * GRANULE, writes, states[i]);
}
