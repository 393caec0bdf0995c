/* toys.c: small things with a fault each, which the explorer must find, and the same without, in which it must find none.
 *
 * SPDX-License-Identifier: MIT */
#include <string.h>

#include "thread/os.h"

#include "explore.h"

static struct shared {
    sluice__a32 published, wanted, turns, references;
    sluice__a32 flags[2];
    sluice__a64 head;
    uint64_t payload[2];
    sluice__os_mutex lock, other_lock;
    sluice__os_condition condition;
    uint32_t ready, count;
} *s;

static unsigned got;

static void prepare(void)
{
    s = explore_allocate(sizeof *s);
    memset(s, 0, sizeof *s);
    EXPLORE_CHECK(sluice__os_mutex_init(&s->lock, 0) == 0 && sluice__os_mutex_init(&s->other_lock, 0) == 0);
    EXPLORE_CHECK(sluice__os_condition_init(&s->condition) == 0);
    got = 0;
}

static void finish(void)
{
    explore_free(s);
}

/* ---- a cell: published by a word ---- */

static void cell_send(void)
{
    s->payload[0] = 1;
    sluice__a32_store_release(&s->published, 1);
}

static void cell_send_early(void)
{
    sluice__a32_store_release(&s->published, 1);
    s->payload[0] = 1;
}

static void cell_receive(void)
{
    if (sluice__a32_load_acquire(&s->published))
        EXPLORE_CHECK(s->payload[0] == 1);
}

/* ---- gates: one publishes and wakes, one announces itself, looks and sleeps ---- */

static void wake(void)
{
    sluice__a32_add_release(&s->turns, 1);
    sluice__os_futex_wake(&s->turns, 1);
}

static void gate_send(void)
{
    sluice__a32_store_release(&s->published, 1);
    sluice__compiler_barrier();
    if (sluice__a32_load_relaxed(&s->wanted))
        wake();
}

static void gate_send_no_compiler_barrier(void)
{
    sluice__a32_store_release(&s->published, 1);
    if (sluice__a32_load_relaxed(&s->wanted))
        wake();
}

static void gate_send_fenced(void)
{
    sluice__a32_store_release(&s->published, 1);
    sluice__fence_full();
    if (sluice__a32_load_relaxed(&s->wanted))
        wake();
}

static void sleep_until_published(int heavy, int fence)
{
    uint32_t ticket = sluice__a32_load_acquire(&s->turns);
    sluice__a32_store_relaxed(&s->wanted, 1);
    if (heavy)
        EXPLORE_CHECK(sluice__os_membarrier() == 0);
    if (fence)
        sluice__fence_full();
    while (!sluice__a32_load_acquire(&s->published) && sluice__a32_load_relaxed(&s->turns) == ticket)
        sluice__os_futex_wait(&s->turns, ticket, UINT64_MAX);
}

static void gate_receive(void)
{
    sleep_until_published(1, 0);
}

static void gate_receive_fenced(void)
{
    sleep_until_published(0, 1);
}

static void gate_receive_no_barrier(void)
{
    sleep_until_published(0, 0);
}

/* Looks, and announces itself after that. */
static void gate_receive_late(void)
{
    if (sluice__a32_load_acquire(&s->published))
        return;
    uint32_t ticket = sluice__a32_load_acquire(&s->turns);
    sluice__a32_add_acq_rel(&s->wanted, 1);
    sluice__os_futex_wait(&s->turns, ticket, UINT64_MAX);
}

/* ---- a wake-up that one who gave up has taken: whoever comes out is to wake the next ---- */

static void wait_for_it(uint64_t deadline, bool passes_on)
{
    for (;;) {
        uint32_t ticket = sluice__a32_load_acquire(&s->turns);
        if (sluice__a32_load_acquire(&s->published))
            break;
        sluice__os_futex_wait(&s->turns, ticket, deadline);
        if (deadline != UINT64_MAX) { /* woken or not, it has no more time */
            if (passes_on)
                wake();
            return;
        }
    }
    wake();
}

static void wait_shortly(void)
{
    wait_for_it(explore_now() + 1000, false);
}

static void wait_shortly_pass_on(void)
{
    wait_for_it(explore_now() + 1000, true);
}

static void wait_long(void)
{
    wait_for_it(UINT64_MAX, false);
}

static void publish_one(void)
{
    sluice__a32_store_release(&s->published, 1);
    wake();
}

/* ---- condition variables ---- */

static void condition_wait(void)
{
    sluice__os_mutex_lock(&s->lock);
    while (!s->ready)
        sluice__os_condition_wait(&s->condition, &s->lock, UINT64_MAX);
    sluice__os_mutex_unlock(&s->lock);
}

static void condition_wait_once(void)
{
    sluice__os_mutex_lock(&s->lock);
    if (!s->ready)
        sluice__os_condition_wait(&s->condition, &s->lock, UINT64_MAX);
    EXPLORE_CHECK(s->ready);
    sluice__os_mutex_unlock(&s->lock);
}

static void condition_wait_no_look(void)
{
    sluice__os_mutex_lock(&s->lock);
    sluice__os_condition_wait(&s->condition, &s->lock, UINT64_MAX);
    sluice__os_mutex_unlock(&s->lock);
}

static void condition_signal(void)
{
    sluice__os_mutex_lock(&s->lock);
    s->ready = 1;
    sluice__os_condition_signal(&s->condition);
    sluice__os_mutex_unlock(&s->lock);
}

/* ---- locks ---- */

static void lock_both(void)
{
    sluice__os_mutex_lock(&s->lock);
    sluice__os_mutex_lock(&s->other_lock);
    s->count++;
    sluice__os_mutex_unlock(&s->other_lock);
    sluice__os_mutex_unlock(&s->lock);
}

static void lock_both_otherwise(void)
{
    sluice__os_mutex_lock(&s->other_lock);
    sluice__os_mutex_lock(&s->lock);
    s->count++;
    sluice__os_mutex_unlock(&s->lock);
    sluice__os_mutex_unlock(&s->other_lock);
}

static void lock_other(void)
{
    sluice__os_mutex_lock(&s->other_lock);
    s->count++;
    sluice__os_mutex_unlock(&s->other_lock);
}

static void lock_first(void)
{
    sluice__os_mutex_lock(&s->lock);
    s->count++;
    sluice__os_mutex_unlock(&s->lock);
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
#define WEAK (EXPLORE_IN_TSO | EXPLORE_IN_RA)

static const struct explore_scenario scenarios[] = {
    { "cell", prepare, { cell_send, cell_receive }, finish },
    { "cell_early", prepare, { cell_send_early, cell_receive }, finish, ALL, "data race" },
    { "gate", prepare, { gate_send, gate_receive }, finish, .faults = -1 },
    { "gate_fenced", prepare, { gate_send_fenced, gate_receive_fenced }, finish },
    { "gate_no_compiler_barrier", prepare, { gate_send_no_compiler_barrier, gate_receive }, finish, EXPLORE_IN_TSO, "lost wake-up",
      .faults = -1 },
    { "gate_no_membarrier", prepare, { gate_send, gate_receive_no_barrier }, finish, WEAK, "lost wake-up" },
    { "gate_fence_for_membarrier", prepare, { gate_send, gate_receive_fenced }, finish, WEAK, "lost wake-up" },
    { "gate_sender_fence_only", prepare, { gate_send_fenced, gate_receive_no_barrier }, finish, WEAK, "lost wake-up" },
    { "gate_looks_too_early", prepare, { publish_one, gate_receive_late }, finish, ALL, "lost wake-up" },
    { "wake_up_kept", prepare, { publish_one, wait_shortly, wait_long }, finish, ALL, "lost wake-up" },
    { "wake_up_passed_on", prepare, { publish_one, wait_shortly_pass_on, wait_long }, finish },
    { "condition", prepare, { condition_wait, condition_signal }, finish },
    { "condition_if", prepare, { condition_wait_once, condition_signal }, finish, ALL, "s->ready" },
    { "condition_no_look", prepare, { condition_wait_no_look, condition_signal }, finish, ALL, "lost wake-up" },
    { "locks", prepare, { lock_both, lock_both, lock_other }, finish },
    { "locks_crossed", prepare, { lock_both, lock_both_otherwise }, finish, ALL, "deadlock" },
    { "locks_two_for_one", prepare, { lock_first, lock_other }, finish, ALL, "data race" },
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
