/* memory.c: atomic accesses, in three memory modes.
 *
 *   SC    Memory is memory: one access at a time.
 *   TSO   As x86: a store may wait in its thread's buffer while the thread reads on, and reaches memory in order with the thread's
 *         other stores; locked operations and fences drain the buffer first. That a compiler may keep a store back, too, is part
 *         of it: membarrier drains the stores of other threads only up to the last compiler barrier of theirs.
 *   RA    As C11 without load buffering: weak.c.
 *
 * In each mode the clocks of C11 are kept, by the orders that the source asks for.
 *
 * SPDX-License-Identifier: MIT */
#include "engine.h"

#include <string.h>

#include "explore_atomic.h"

#define TABLE 8192 /* places; a power of two */
#define GLOBALS_MAX 65536

static struct ex_place table[TABLE], special[2];

/* Words that are not the explorer's memory (the library's statics), to be put back after the execution. */
static struct global {
    void *word;
    unsigned bytes;
    uint64_t value;
} globals[GLOBALS_MAX];
static unsigned global_count;

uint64_t ex_raw_get(const void *word, unsigned bytes)
{
    return bytes == 1 ? *(const uint8_t *)word : bytes == 4 ? *(const uint32_t *)word : *(const uint64_t *)word;
}

void ex_raw_set(void *word, unsigned bytes, uint64_t value)
{
    size_t offset;
    if (!ex_region_offset(word, &offset)) {
        if (global_count == GLOBALS_MAX)
            ex_fail("the explorer itself: too many writes to statics");
        globals[global_count++] = (struct global){ word, bytes, ex_raw_get(word, bytes) };
    }
    if (bytes == 1)
        *(uint8_t *)word = (uint8_t)value;
    else if (bytes == 4)
        *(uint32_t *)word = (uint32_t)value;
    else
        *(uint64_t *)word = value;
}

/* ---- places ---- */

static void clear_place(struct ex_place *place, uintptr_t address, unsigned bytes)
{
    memset(place, 0, sizeof *place);
    place->address = address;
    place->execution = ex.execution;
    place->bytes = (uint8_t)bytes;
}

static struct ex_place *slot_of(uintptr_t address)
{
    size_t at = (size_t)(address * UINT64_C(0x9e3779b97f4a7c15) >> 40);
    for (unsigned tries = 0; tries < TABLE; tries++) {
        struct ex_place *place = &table[(at + tries) % TABLE];
        if (place->execution != ex.execution || place->address == address)
            return place;
    }
    ex_fail("the explorer itself: too many atomic words");
}

struct ex_place *ex_place_find(uintptr_t address)
{
    struct ex_place *place = slot_of(address);
    return place->execution == ex.execution ? place : NULL;
}

struct ex_place *ex_place_of(const void *word, unsigned bytes)
{
    struct ex_place *place = slot_of((uintptr_t)word);
    if (place->execution != ex.execution) {
        if (ex.places == EX_PLACES_MAX)
            ex_fail("the explorer itself: too many atomic words");
        clear_place(place, (uintptr_t)word, bytes);
        place->index = (uint16_t)ex.places++;
        ex_heap_mark_atomic(word);
    }
    return place;
}

struct ex_place *ex_special(unsigned which)
{
    if (special[which].execution != ex.execution)
        clear_place(&special[which], 0, 0);
    return &special[which];
}

void ex_memory_begin(void)
{
    ex.places = 0;
    if (ex.mode == EX_RA)
        ex_weak_begin();
}

void ex_memory_end(void)
{
    while (global_count) {
        const struct global *g = &globals[--global_count];
        memcpy(g->word, &g->value, g->bytes);
    }
}

void ex_memory_keep(void)
{
    global_count = 0;
}

/* ---- clocks ---- */

static void learn(const struct ex_clock *released, int order)
{
    struct ex_thread *t = ex_self();
    ex_clock_join(order & EXPLORE_ACQUIRE ? &t->clock : &t->pending_clock, released);
}

struct ex_clock ex_to_release(int order)
{
    struct ex_thread *t = ex_self();
    if (!(order & EXPLORE_RELEASE))
        return t->fence_clock;
    struct ex_clock released = t->clock;
    ex_clock_tick(t);
    return released;
}

/* Somebody wrote: who spins may look again. Who wrote himself, and spins, has nothing new to see. */
static void has_written(void)
{
    struct ex_thread *t = ex_self();
    if (t->relaxed_at == ex.writes)
        t->relaxed_at++;
    ex.writes++;
}

void ex_accessed(struct ex_place *place, bool writes)
{
    ex_heap_check((const void *)place->address, place->bytes, writes);
    ex_race_atomic(place, writes);
}

static struct ex_place *visit(const void *word, unsigned bytes, bool writes)
{
    struct ex_place *place = ex_place_of(word, bytes);
    ex_accessed(place, writes);
    return place;
}

/* ---- what the library calls ---- */

uint64_t explore_load(const void *word, unsigned bytes, int order)
{
    if (!ex.running) {
        ex_heap_check(word, bytes, false);
        return ex_raw_get(word, bytes);
    }
    ex_point();
    struct ex_place *place = visit(word, bytes, false);
    const struct ex_store *own = ex_in_buffer(word);
    uint64_t value;
    if (own) {
        value = own->value;
        ex_touch(place, false);
    } else if (ex.mode == EX_RA) {
        value = ex_weak_load(place, order);
    } else {
        ex_touch(place, false);
        learn(&place->released, order);
        value = ex_raw_get(word, bytes);
    }
    ex_say(word, "loads %llx at %p of", (unsigned long long)value, __builtin_return_address(0));
    return value;
}

void explore_store(void *word, unsigned bytes, uint64_t value, int order)
{
    if (!ex.running) {
        ex_heap_check(word, bytes, true);
        ex_raw_set(word, bytes, value);
        return;
    }
    ex_point();
    struct ex_place *place = visit(word, bytes, true);
    if (ex_waits_in_buffer()) {
        ex_put_in_buffer(word, bytes, value, order);
        return;
    }
    ex_touch(place, true);
    if (ex.mode == EX_RA)
        ex_weak_store(place, value, order, false);
    else
        place->released = ex_to_release(order);
    ex_raw_set(word, bytes, value);
    has_written();
    ex_say(word, "stores %llx at %p to", (unsigned long long)value, __builtin_return_address(0));
}

static uint64_t newest(struct ex_place *place, int order)
{
    if (ex.mode == EX_RA)
        return ex_weak_newest(place, order);
    learn(&place->released, order);
    return ex_raw_get((const void *)place->address, place->bytes);
}

/* The second half of a read-modify-write: continues what it read from. */
static void replace(struct ex_place *place, uint64_t old, uint64_t value, int order)
{
    if (ex.mode == EX_RA) {
        ex_weak_store(place, value, order, true);
    } else {
        struct ex_clock released = ex_to_release(order);
        ex_clock_join(&place->released, &released);
    }
    ex_raw_set((void *)place->address, place->bytes, value);
    if (old != ex_raw_get((void *)place->address, place->bytes))
        has_written();
}

static uint64_t apply(int operation, uint64_t old, uint64_t operand)
{
    switch (operation) {
    case EXPLORE_ADD:
        return old + operand;
    case EXPLORE_OR:
        return old | operand;
    case EXPLORE_AND:
        return old & operand;
    default:
        return operand;
    }
}

uint64_t explore_rmw(void *word, unsigned bytes, int operation, uint64_t operand, int order)
{
    if (!ex.running) {
        ex_heap_check(word, bytes, true);
        uint64_t was = ex_raw_get(word, bytes);
        ex_raw_set(word, bytes, apply(operation, was, operand));
        return was;
    }
    ex_point();
    ex_drain(ex.current);
    struct ex_place *place = visit(word, bytes, true);
    ex_touch(place, true);
    uint64_t old = newest(place, order);
    replace(place, old, apply(operation, old, operand), order);
    ex_say(word, "makes %llx of %llx at %p in", (unsigned long long)apply(operation, old, operand), (unsigned long long)old,
           __builtin_return_address(0));
    return old;
}

int explore_cas(void *word, unsigned bytes, uint64_t *expected, uint64_t desired, int order)
{
    if (!ex.running) {
        ex_heap_check(word, bytes, true);
        uint64_t was = ex_raw_get(word, bytes);
        if (was == *expected)
            ex_raw_set(word, bytes, desired);
        return was == *expected || (*expected = was, 0);
    }
    ex_point();
    ex_drain(ex.current);
    struct ex_place *place = visit(word, bytes, false);
    uint64_t old = ex_raw_get(word, bytes);
    bool stores = old == *expected && !ex_choose_fault(); /* a weak one: may fail for no reason */
    if (stores)
        ex_race_atomic(place, true);
    ex_touch(place, stores);
    newest(place, stores ? order : EXPLORE_RELAXED);
    if (stores)
        replace(place, old, desired, order);
    ex_say(word, "%s %llx by %llx at %p in", stores ? "replaces" : "does not replace", (unsigned long long)old,
           (unsigned long long)desired, __builtin_return_address(0));
    *expected = old;
    return stores;
}

void explore_fence(void)
{
    if (!ex.running)
        return;
    struct ex_thread *t = ex_self();
    if (ex.mode == EX_RA || t->buffered) {
        ex_point();
        ex_drain(ex.current);
    }
    ex_clock_join(&t->clock, &t->pending_clock);
    t->fence_clock = t->clock;
    ex_clock_tick(t);
    if (ex.mode == EX_RA) {
        ex_touch(ex_special(1), true);
        ex_touch(ex_special(0), false);
        ex_weak_fence(t);
    }
    ex_say(NULL, "full fence");
}

#define PAUSE UINT64_C(40000)     /* ns that pass between two looks: longer than any spinning that the library does by the clock */
#define SHORT_PAUSE UINT64_C(100) /* without a look */

void explore_relax(void)
{
    if (!ex.running) {
        ex.now += PAUSE;
        return;
    }
    struct ex_thread *t = ex_self();
    ex_pass_time(ex.now + (t->looked ? PAUSE : SHORT_PAUSE));
    if (!t->looked)
        return; /* a delay, counted: once is enough to let others in */
    t->looked = false;
    if (t->relaxed_at != ex.writes)
        t->relaxed = 0;
    t->relaxed_at = ex.writes;
    t->relaxed++;
    ex_say(NULL, "pauses");
    ex_point_free();
}
