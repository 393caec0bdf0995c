/* toys_memory.c: as toys.c: faults in the use of memory, and spinning.
 *
 * SPDX-License-Identifier: MIT */
#include <string.h>

#include "thread/os.h"

#include "explore.h"

static struct shared {
    sluice__a32 published, wanted, turns, references;
    sluice__a64 head;
    uint64_t payload[2];
    uint32_t count;
} *s;
static unsigned got;

static void prepare(void)
{
    s = explore_allocate(sizeof *s);
    memset(s, 0, sizeof *s);
    got = 0;
}

static void finish(void)
{
    explore_free(s);
}

static void cell_send(void)
{
    s->payload[0] = 1;
    sluice__a32_store_release(&s->published, 1);
}

/* ---- reference counts ---- */

static void prepare_two(void)
{
    prepare();
    sluice__a32_store_relaxed(&s->references, 2);
}

static void nothing(void)
{
}

static void drop(void)
{
    if (sluice__a32_add_acq_rel(&s->references, UINT32_MAX) == 1)
        explore_free(s);
}

static void drop_relaxed(void)
{
    s->payload[1] += 0 * s->payload[0];
    s->payload[0] = got; /* its last use */
    if (sluice__a32_add_relaxed(&s->references, UINT32_MAX) == 1)
        explore_free(s);
}

static void drop_and_read_again(void)
{
    sluice__a32_add_acq_rel(&s->references, UINT32_MAX);
    if (sluice__a32_load_acquire(&s->references) == 0)
        explore_free(s);
}

static void use_after_drop(void)
{
    if (sluice__a32_add_acq_rel(&s->references, UINT32_MAX) == 1)
        explore_free(s);
    else
        sluice__os_futex_wake(&s->turns, (int)sluice__a32_load_relaxed(&s->wanted));
}

static void drop_wake_address(void)
{
    if (sluice__a32_add_acq_rel(&s->references, UINT32_MAX) == 1)
        explore_free(s);
    else
        sluice__os_futex_wake(&s->turns, 1); /* the address only */
}

/* ---- memory ---- */

static void allocate_unchecked(void)
{
    uint64_t *memory = sluice__os_allocate(8, 8);
    *memory = 1;
    sluice__os_free(memory);
}

static void allocate_checked(void)
{
    uint64_t *memory = sluice__os_allocate(8, 8);
    if (memory)
        *memory = 1;
    sluice__os_free(memory);
}

static void write_beyond(void)
{
    uint8_t *memory = sluice__os_allocate(8, 8);
    if (memory)
        memset(memory, 0, s->count + 9);
    sluice__os_free(memory);
}

static void check_leak(void)
{
    explore_free(s);
    struct explore_model model = { .capacity = 1, .senders = 1, .receivers = 1 };
    explore_history_begin(&model);
    explore_history_check();
}

static void leak_if_published(void)
{
    void *memory = sluice__os_allocate(8, 8);
    if (!sluice__a32_load_acquire(&s->published))
        sluice__os_free(memory);
}

/* ---- spinning ---- */

static void spin_for_published(void)
{
    while (!sluice__a32_load_acquire(&s->published))
        sluice__cpu_relax();
}

static void spin_then_publish(void)
{
    while (!sluice__a32_load_acquire(&s->wanted))
        sluice__cpu_relax();
    cell_send();
}

/* ---- a stack whose nodes come back (A, B, A) ---- */

static struct node {
    sluice__a64 next;
} *node[2];

static void prepare_stack(void)
{
    prepare();
    node[0] = explore_allocate(2 * sizeof *node[0]);
    node[1] = node[0] + 1;
    sluice__a64_store_relaxed(&node[1]->next, 0);
    sluice__a64_store_relaxed(&node[0]->next, (uint64_t)(uintptr_t)node[1]);
    sluice__a64_store_relaxed(&s->head, (uint64_t)(uintptr_t)node[0]);
}

static struct node *pop(void)
{
    uint64_t top = sluice__a64_load_acquire(&s->head), next;
    do {
        if (!top)
            return NULL;
        next = sluice__a64_load_relaxed(&((struct node *)(uintptr_t)top)->next);
    } while (!sluice__a64_cas_acq_rel(&s->head, &top, next));
    return (struct node *)(uintptr_t)top;
}

static void push(struct node *n)
{
    uint64_t top = sluice__a64_load_relaxed(&s->head);
    do
        sluice__a64_store_relaxed(&n->next, top);
    while (!sluice__a64_cas_acq_rel(&s->head, &top, (uint64_t)(uintptr_t)n));
}

static struct node *kept[3];

static void pop_one(void)
{
    kept[0] = pop();
}

static void pop_two_push_one(void)
{
    kept[1] = pop();
    kept[2] = pop();
    if (kept[1])
        push(kept[1]);
    kept[1] = NULL;
}

static void check_stack(void)
{
    unsigned found = (kept[0] != NULL) + (kept[2] != NULL);
    EXPLORE_CHECK(!kept[0] || kept[0] != kept[2]);
    for (struct node *n; found <= 2 && (n = pop()) != NULL; found++)
        EXPLORE_CHECK(n != kept[0] && n != kept[2]);
    EXPLORE_CHECK(found == 2);
    explore_free(node[0]);
    finish();
}

#define ALL EXPLORE_IN_ALL

static const struct explore_scenario scenarios[] = {
    { "references", prepare_two, { drop, drop }, nothing },
    { "references_relaxed", prepare_two, { drop_relaxed, drop_relaxed }, nothing, ALL, "data race" },
    { "references_read_again", prepare_two, { drop_and_read_again, drop_and_read_again }, nothing, ALL, "" },
    { "use_after_drop", prepare_two, { use_after_drop, use_after_drop }, nothing, ALL, "" },
    { "wake_after_free", prepare_two, { drop_wake_address, drop_wake_address }, nothing },
    { "allocate", prepare, { allocate_checked, allocate_checked }, finish },
    { "allocate_unchecked", prepare, { allocate_unchecked, allocate_checked }, finish, ALL, "crashed" },
    { "write_beyond", prepare, { write_beyond, nothing }, finish, ALL, "outside" },
    { "leak", prepare, { leak_if_published, cell_send }, check_leak, ALL, "not freed" },
    { "spin", prepare, { spin_for_published, cell_send }, finish },
    { "spin_for_ever", prepare, { spin_for_published, spin_then_publish }, finish, ALL, "livelock" },
    { "stack_aba", prepare_stack, { pop_one, pop_two_push_one }, check_stack, ALL, "" },
};
EXPLORE_SCENARIOS("toys", scenarios)
