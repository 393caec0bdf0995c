/* faulty_os.c: the operating system as the library sees it in fault-injecting tests: the real one (real_os.c),
 * except where faulty.h was told otherwise.
 *
 * SPDX-License-Identifier: MIT */
#include "thread/os.h"

#include <errno.h>
#include <malloc.h>
#include <stddef.h>

void *real_os_allocate(size_t alignment, size_t bytes);
void real_os_free(void *memory);
int real_os_mutex_init(sluice__os_mutex *mutex, int checked);
int real_os_condition_init(sluice__os_condition *condition);
int real_os_condition_wait(sluice__os_condition *condition, sluice__os_mutex *mutex, uint64_t deadline);
int real_os_futex_wait(sluice__a32 *word, uint32_t expected, uint64_t deadline);
int real_os_membarrier_register(void);
int real_os_membarrier(void);

uint64_t faulty_first_position;

/* All touched with the builtins only, in relaxed order: none of it orders the library's own accesses. */
static uint64_t allocations, allocation_to_fail, allocations_fail_for_good;
static unsigned allocations_per_mille;
static int64_t blocks, bytes_inside;
static uint64_t sync_objects, sync_object_to_fail;
static uint64_t futex_waits;
static unsigned futex_per_mille;
static int register_error, call_error, barrier_lies;
static uint64_t membarrier_calls, membarrier_good_calls;

#define GET(variable) __atomic_load_n(&(variable), __ATOMIC_RELAXED)
#define SET(variable, value) __atomic_store_n(&(variable), (value), __ATOMIC_RELAXED)
#define ADD(variable, value) __atomic_add_fetch(&(variable), (value), __ATOMIC_RELAXED)

/* ---- memory ---- */

void faulty_allocation_fails(uint64_t n, int for_good)
{
    SET(allocation_to_fail, n ? GET(allocations) + n : 0);
    SET(allocations_fail_for_good, (uint64_t)for_good);
}

uint64_t faulty_allocations(void)
{
    return GET(allocations);
}

int64_t faulty_blocks(void)
{
    return GET(blocks);
}

int64_t faulty_bytes(void)
{
    return GET(bytes_inside);
}

void faulty_allocations_fail_at_random(unsigned per_mille)
{
    SET(allocations_per_mille, per_mille);
}

/* A number scrambled: what goes by it strikes in no rhythm. */
static uint64_t scramble(uint64_t x)
{
    x *= UINT64_C(0x9e3779b97f4a7c15);
    x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    return x ^ (x >> 31);
}

void *sluice__os_allocate(size_t alignment, size_t bytes)
{
    uint64_t number = ADD(allocations, 1), fails = GET(allocation_to_fail);
    if (fails && (number == fails || (number > fails && GET(allocations_fail_for_good))))
        return NULL;
    if (scramble(number) % 1000 < GET(allocations_per_mille))
        return NULL;
    void *memory = real_os_allocate(alignment, bytes);
    if (memory) {
        ADD(blocks, 1);
        ADD(bytes_inside, (int64_t)malloc_usable_size(memory));
    }
    return memory;
}

void sluice__os_free(void *memory)
{
    if (memory) {
        ADD(blocks, -1);
        ADD(bytes_inside, -(int64_t)malloc_usable_size(memory));
    }
    real_os_free(memory);
}

/* ---- mutex and condition variable ---- */

void faulty_sync_object_fails(uint64_t n)
{
    SET(sync_object_to_fail, n ? GET(sync_objects) + n : 0);
}

int sluice__os_mutex_init(sluice__os_mutex *mutex, int checked)
{
    return ADD(sync_objects, 1) == GET(sync_object_to_fail) ? EAGAIN : real_os_mutex_init(mutex, checked);
}

int sluice__os_condition_init(sluice__os_condition *condition)
{
    return ADD(sync_objects, 1) == GET(sync_object_to_fail) ? EAGAIN : real_os_condition_init(condition);
}

/* ---- sleeping ---- */

void faulty_futex(unsigned per_mille)
{
    SET(futex_per_mille, per_mille);
}

uint64_t faulty_futex_waits(void)
{
    return GET(futex_waits);
}

static uint64_t next_draw(void)
{
    return scramble(ADD(futex_waits, 1));
}

int sluice__os_futex_wait(sluice__a32 *word, uint32_t expected, uint64_t deadline)
{
    static const int errors[] = { EINTR, 0, EAGAIN };
    uint64_t draw = next_draw();
    if (draw % 1000 < GET(futex_per_mille))
        return errors[draw / 1000 % 3];
    return real_os_futex_wait(word, expected, deadline);
}

int sluice__os_condition_wait(sluice__os_condition *condition, sluice__os_mutex *mutex, uint64_t deadline)
{
    if (next_draw() % 1000 >= GET(futex_per_mille))
        return real_os_condition_wait(condition, mutex, deadline);
    sluice__os_mutex_unlock(mutex); /* as a wait would: others get in */
    sluice__os_mutex_lock(mutex);
    return 0;
}

/* ---- membarrier ---- */

void faulty_membarrier(int registering, int calling, uint64_t calls)
{
    SET(register_error, registering);
    SET(call_error, calling);
    SET(membarrier_good_calls, GET(membarrier_calls) + calls);
}

void faulty_membarrier_lies(int lies)
{
    SET(barrier_lies, lies);
}

uint64_t faulty_membarrier_calls(void)
{
    return GET(membarrier_calls);
}

int sluice__os_membarrier_register(void)
{
    int error = GET(register_error);
    return error ? error : real_os_membarrier_register();
}

int sluice__os_membarrier(void)
{
    int error = GET(call_error);
    if (ADD(membarrier_calls, 1) > GET(membarrier_good_calls) && error)
        return error;
    return GET(barrier_lies) ? 0 : real_os_membarrier();
}
