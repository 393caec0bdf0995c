/* race.c: plain accesses. The library and the scenarios are compiled with the compiler's instrumentation for a thread sanitizer, whose
 * functions are these: each plain access is checked to be of allocated memory and ordered, in C11's sense, with all others of the
 * same bytes by other threads of which one writes. (In every memory mode by C11's rules, so that a release that is missing is found
 * where the machine would have forgiven it.)
 *
 * SPDX-License-Identifier: MIT */
#include "engine.h"

#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#define GRANULE 8
#define REGION_MAX ((size_t)64 << 20)

/* What is known of eight bytes. */
struct granule {
    uint32_t execution;
    uint32_t written_at;
    uint32_t read_at[EX_THREADS];
    uint8_t writer, written; /* written, read: which of the bytes */
    uint8_t read[EX_THREADS];
    const void *writer_where;
};

static struct granule *granules;

static struct granule *granule(size_t number)
{
    if (!granules) {
        granules = mmap(NULL, REGION_MAX / GRANULE * sizeof *granules, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        if (granules == MAP_FAILED)
            ex_fail("the explorer itself: no memory");
    }
    struct granule *g = &granules[number];
    if (g->execution != ex.execution) {
        memset(g, 0, sizeof *g);
        g->execution = ex.execution;
    }
    return g;
}

void ex_clock_join(struct ex_clock *into, const struct ex_clock *from)
{
    for (unsigned i = 0; i < EX_THREADS; i++)
        if (into->of[i] < from->of[i])
            into->of[i] = from->of[i];
}

void ex_clock_tick(struct ex_thread *t)
{
    t->clock.of[t - ex.thread]++;
}

static bool happened(unsigned thread, uint32_t at)
{
    return at == 0 || thread == ex.current || ex_self()->clock.of[thread] >= at;
}

static void report(const char *mine, unsigned thread, const char *theirs, const void *memory, const void *where)
{
    char name[64];
    ex_heap_name(memory, name, sizeof name);
    ex_fail("data race: %s %s (at %p), unordered with thread %u's %s", mine, name, where, thread, theirs);
}

static void check_granule(struct granule *g, unsigned bytes, bool writes, const void *memory, const void *where)
{
    if ((g->written & bytes) && !happened(g->writer, g->written_at)) {
        ex_say(g->writer_where, "raced with the write at %p", g->writer_where);
        report(writes ? "write of" : "read of", g->writer, "write", memory, where);
    }
    for (unsigned i = 0; writes && i < EX_THREADS; i++)
        if ((g->read[i] & bytes) && !happened(i, g->read_at[i]))
            report("write of", i, "read", memory, where);
}

static void note_granule(struct granule *g, unsigned bytes, bool writes, const void *where)
{
    unsigned self = ex.current;
    uint32_t now = ex.thread[self].clock.of[self];
    if (writes) {
        g->written = (uint8_t)(g->writer == self && g->written_at == now ? g->written | bytes : bytes);
        g->writer = (uint8_t)self;
        g->written_at = now;
        g->writer_where = where;
    } else {
        g->read[self] = (uint8_t)(g->read_at[self] == now ? g->read[self] | bytes : bytes);
        g->read_at[self] = now;
    }
}

/* Plain memory was written where atomic words lie: ordered with their users, or else a race. */
static void check_places(unsigned bytes, const char *memory, const void *where)
{
    for (unsigned i = 0; i < GRANULE; i++) {
        struct ex_place *place = ex_place_find((uintptr_t)memory + i);
        if (!place || !(bytes >> i & ((1u << place->bytes) - 1)))
            continue;
        for (unsigned t = 1; t < EX_THREADS; t++)
            if (!happened(t, place->accessed[t]))
                report("plain write of", t, "atomic access", memory + i, where);
        ex_weak_forget(place);
    }
}

void ex_race_range(const void *memory, size_t bytes, bool writes, const void *where)
{
    size_t offset;
    if (!bytes || !ex_region_offset(memory, &offset))
        return;
    ex_heap_check(memory, bytes, writes);
    if (!ex.running)
        return;
    size_t end = offset + bytes;
    const char *base = (const char *)memory - offset;
    while (offset < end) {
        size_t number = offset / GRANULE, first = offset % GRANULE;
        size_t last = end - number * GRANULE < GRANULE ? end - number * GRANULE : GRANULE;
        unsigned mask = (0xffu << first) & (0xffu >> (GRANULE - last));
        struct granule *g = granule(number);
        check_granule(g, mask, writes, base + number * GRANULE, where);
        note_granule(g, mask, writes, where);
        if (writes && ex_heap_has_atomic(number))
            check_places(mask, base + number * GRANULE, where);
        offset = (number + 1) * GRANULE;
    }
}

void ex_race_atomic(struct ex_place *place, bool writes)
{
    size_t offset;
    place->accessed[ex.current] = ex.thread[ex.current].clock.of[ex.current];
    if (!ex_region_offset((const void *)place->address, &offset))
        return;
    struct granule *g = granule(offset / GRANULE);
    unsigned mask = ((1u << place->bytes) - 1) << offset % GRANULE;
    if ((g->written & mask) && !happened(g->writer, g->written_at))
        report("atomic access of", g->writer, "plain write", (const void *)place->address, NULL);
    for (unsigned i = 0; writes && i < EX_THREADS; i++)
        if ((g->read[i] & mask) && !happened(i, g->read_at[i]))
            report("atomic write of", i, "plain read", (const void *)place->address, NULL);
}

void ex_race_freed(void *memory, size_t bytes)
{
    size_t offset;
    if (!ex.running || !ex_region_offset(memory, &offset))
        return;
    for (size_t i = offset / GRANULE; i <= (offset + bytes - 1) / GRANULE; i++) {
        struct granule *g = &granules[i];
        const char *at = (const char *)memory - offset + i * GRANULE;
        if (granules && g->execution == ex.execution)
            check_granule(g, 0xff, true, at, __builtin_return_address(0));
        if (ex_heap_has_atomic(i))
            check_places(0xff, at, __builtin_return_address(0));
    }
}

/* ---- what instrumented code calls ---- */

#define WHERE __builtin_return_address(0)
#define HOOK(name, bytes, writes)     \
    void name(const void *memory);    \
    void name(const void *memory)     \
    {                                 \
        ex_race_range(memory, bytes, writes, WHERE); \
    }
#define HOOKS(bytes)                                   \
    HOOK(__tsan_read##bytes, bytes, false)             \
    HOOK(__tsan_write##bytes, bytes, true)             \
    HOOK(__tsan_volatile_read##bytes, bytes, false)    \
    HOOK(__tsan_volatile_write##bytes, bytes, true)
#define UNALIGNED_HOOKS(bytes)                         \
    HOOK(__tsan_unaligned_read##bytes, bytes, false)   \
    HOOK(__tsan_unaligned_write##bytes, bytes, true)

HOOKS(1)
HOOKS(2)
HOOKS(4)
HOOKS(8)
HOOKS(16)
UNALIGNED_HOOKS(2)
UNALIGNED_HOOKS(4)
UNALIGNED_HOOKS(8)
UNALIGNED_HOOKS(16)

void __tsan_init(void);
void __tsan_func_entry(void *caller);
void __tsan_func_exit(void);
void __tsan_read_range(const void *memory, size_t bytes);
void __tsan_write_range(const void *memory, size_t bytes);
void *explore_memcpy(void *to, const void *from, size_t bytes);
void *explore_memmove(void *to, const void *from, size_t bytes);
void *explore_memset(void *to, int byte, size_t bytes);
/* Some compilers turn the calls that they make themselves into these. */
void *__tsan_memcpy(void *to, const void *from, size_t bytes) __attribute__((alias("explore_memcpy")));
void *__tsan_memmove(void *to, const void *from, size_t bytes) __attribute__((alias("explore_memmove")));
void *__tsan_memset(void *to, int byte, size_t bytes) __attribute__((alias("explore_memset")));

void __tsan_init(void)
{
}

void __tsan_func_entry(void *caller)
{
    (void)caller;
}

void __tsan_func_exit(void)
{
}

void __tsan_read_range(const void *memory, size_t bytes)
{
    ex_race_range(memory, bytes, false, WHERE);
}

void __tsan_write_range(const void *memory, size_t bytes)
{
    ex_race_range(memory, bytes, true, WHERE);
}

/* Instrumented code is compiled with -Dmemcpy=explore_memcpy and so on. */
void *explore_memcpy(void *to, const void *from, size_t bytes)
{
    ex_race_range(from, bytes, false, WHERE);
    ex_race_range(to, bytes, true, WHERE);
    return memcpy(to, from, bytes);
}

void *explore_memmove(void *to, const void *from, size_t bytes)
{
    ex_race_range(from, bytes, false, WHERE);
    ex_race_range(to, bytes, true, WHERE);
    return memmove(to, from, bytes);
}

void *explore_memset(void *to, int byte, size_t bytes)
{
    ex_race_range(to, bytes, true, WHERE);
    return memset(to, byte, bytes);
}
