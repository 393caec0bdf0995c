/* test_shared.c: shared state: counting, dropping, locking, and reports of broken rules.
 *
 * Compiled with SLUICE_HARDENED=1, whatever the library was built with: the reports are asked for by the
 * code that includes the header.
 *
 * SPDX-License-Identifier: MIT */
#define _GNU_SOURCE 1
#undef SLUICE_HARDENED
#define SLUICE_HARDENED 1

#include <stdint.h>

#include <sluice/thread.h>

#include "../check.h"
#include "out_of_memory.h"

static int destroyed;
static int destroyed_value;

static void destroy(int *value)
{
    destroyed++;
    destroyed_value = *value;
}

#define SLUICE_NAME tally
#define SLUICE_TYPE long
#include <sluice/shared.h>

#define SLUICE_NAME watched
#define SLUICE_TYPE int
#define SLUICE_DROP(value) destroy(value)
#include <sluice/shared.h>

struct page {
    _Alignas(4096) char bytes[4096];
};

#define SLUICE_NAME paged
#define SLUICE_TYPE struct page
#include <sluice/shared.h>

#if defined(SLUICE_NAME) || defined(SLUICE_TYPE) || defined(SLUICE_DROP)
#error "shared.h leaves its parameters behind"
#endif

/* ---- counting together ---- */

enum { THREADS = 8, ROUNDS = 5000 };

static void *count(void *arg)
{
    SLUICE_AUTO(tally) total = arg;
    for (int i = 0; i < ROUNDS; i++) {
        SLUICE_AUTO(tally_guard) g = tally_lock(total);
        ++*g.value;
    }
    return NULL;
}

static void eight_threads_count_together(void)
{
    SLUICE_AUTO(tally) total = NULL;
    REQUIRE(tally_open(&total, 100) == SLUICE_OK);
    SLUICE_SCOPE(s)
        for (int i = 0; i < THREADS; i++)
            REQUIRE(sluice_scope_spawn(s, count, tally_clone(total), NULL) == SLUICE_OK);
    SLUICE_AUTO(tally_guard) g = tally_lock(total);
    CHECK_EQ_INT(*g.value, 100 + THREADS * ROUNDS);
}

static void *drop_soon(void *arg)
{
    watched own = arg;
    watched_guard g = watched_lock(own);
    ++*g.value;
    watched_guard_drop(&g);
    watched_drop(&own);
    return own;
}

static void the_last_owner_destroys_once(void)
{
    for (int round = 0; round < 100; round++) {
        destroyed = 0;
        watched first = NULL;
        REQUIRE(watched_open(&first, 0) == SLUICE_OK);
        SLUICE_SCOPE(s) {
            for (int i = 0; i < THREADS; i++)
                REQUIRE(sluice_scope_spawn(s, drop_soon, watched_clone(first), NULL) == SLUICE_OK);
            watched_drop(&first);
            CHECK(first == NULL);
        }
        CHECK_EQ_INT(destroyed, 1);
        CHECK_EQ_INT(destroyed_value, THREADS);
    }
}

static void drops_in_any_order(void)
{
    destroyed = 0;
    watched a = NULL;
    REQUIRE(watched_open(&a, 5) == SLUICE_OK);
    watched b = watched_clone(a);
    watched c = watched_clone(b);
    watched_drop(&a);
    CHECK_EQ_INT(destroyed, 0);
    watched_drop(&a); /* nothing there any more */
    watched_drop(&c);
    CHECK_EQ_INT(destroyed, 0);
    watched_guard g = watched_lock(b);
    *g.value = 6;
    watched_guard_drop(&g);
    watched_drop(&b);
    CHECK_EQ_INT(destroyed, 1);
    CHECK_EQ_INT(destroyed_value, 6);
    watched_drop(&b);
    watched_drop(NULL);
    CHECK(watched_clone(NULL) == NULL);
    CHECK_EQ_INT(destroyed, 1);
}

/* ---- locking ---- */

static void *try_once(void *arg)
{
    SLUICE_AUTO(tally) own = arg;
    SLUICE_AUTO(tally_guard) g = { 0 };
    return tally_try_lock(own, &g) == SLUICE_OK ? arg : NULL;
}

/* Whether another thread finds the state unlocked. */
static bool is_unlocked(tally state)
{
    sluice_thread *t;
    void *result = NULL;
    REQUIRE(sluice_spawn(&t, try_once, tally_clone(state), NULL) == SLUICE_OK);
    REQUIRE(sluice_join(&t, &result) == SLUICE_OK);
    return result != NULL;
}

static void guards_lock_until_their_scope_ends(void)
{
    SLUICE_AUTO(tally) state = NULL;
    REQUIRE(tally_open(&state, 1) == SLUICE_OK);
    CHECK(is_unlocked(state));
    {
        SLUICE_AUTO(tally_guard) g = tally_lock(state);
        CHECK_EQ_INT(*g.value, 1);
        CHECK(!is_unlocked(state));
    }
    CHECK(is_unlocked(state));
    SLUICE_AUTO(tally_guard) g = { 0 };
    CHECK_STATUS(tally_try_lock(state, &g), SLUICE_OK);
    CHECK_EQ_INT(*g.value, 1);
    CHECK(!is_unlocked(state));
    tally_guard_drop(&g);
    CHECK(g.value == NULL);
    CHECK(is_unlocked(state));
    tally_guard_drop(&g); /* again: nothing to unlock */
    tally_guard_drop(NULL);
    CHECK(is_unlocked(state));
    CHECK_STATUS(tally_try_lock(state, NULL), SLUICE_INVALID);
}

static void a_busy_try_touches_nothing(void)
{
    SLUICE_AUTO(tally) state = NULL;
    REQUIRE(tally_open(&state, 1) == SLUICE_OK);
    SLUICE_AUTO(tally_guard) held = tally_lock(state);
    CHECK(held.value != NULL);
    tally_guard other = { 0 };
    CHECK_STATUS(tally_try_lock(state, &other), SLUICE_BUSY);
    CHECK(other.value == NULL);
}

static void wide_alignment_is_kept(void)
{
    static struct page page;
    page.bytes[4095] = 9;
    SLUICE_AUTO(paged) state = NULL;
    REQUIRE(paged_open(&state, page) == SLUICE_OK);
    SLUICE_AUTO(paged_guard) g = paged_lock(state);
    CHECK_EQ_INT((uintptr_t)g.value % 4096, 0);
    CHECK_EQ_INT(g.value->bytes[4095], 9);
}

static void open_fails_cleanly(void)
{
    CHECK_STATUS(tally_open(NULL, 1), SLUICE_INVALID);
    if (!memory_can_fail())
        return;
    destroyed = 0;
    watched none = NULL;
    memory_fails(true);
    CHECK_STATUS(watched_open(&none, 1), SLUICE_NO_MEMORY);
    memory_fails(false);
    CHECK(none == NULL);
    CHECK_EQ_INT(destroyed, 0);
}

/* ---- broken rules ---- */

static int told;
static const char *told_where;

static void listen(const char *rule, const char *where)
{
    CHECK(rule && *rule);
    told++;
    told_where = where;
}

static void locking_again_is_reported(void)
{
    told = 0;
    SLUICE_AUTO(tally) state = NULL;
    REQUIRE(tally_open(&state, 1) == SLUICE_OK);
    SLUICE_AUTO(tally_guard) g = tally_lock(state);
    SLUICE_AUTO(tally_guard) again = tally_lock(state);
    CHECK_EQ_INT(told, 1);
    CHECK_EQ_STRING(told_where, "tally_lock");
    CHECK(again.value == NULL);
    CHECK(g.value != NULL);
    tally_guard_drop(&again); /* empty: the lock stays with the first */
    CHECK(!is_unlocked(state));
}

#ifndef SLUICE__THREAD_SANITIZER /* it reports the very thing itself */
static void *unlock_for_another(void *arg)
{
    tally_guard stolen = *(tally_guard *)arg;
    tally_guard_drop(&stolen);
    return NULL;
}

static void unlocking_by_a_stranger_is_reported(void)
{
    told = 0;
    SLUICE_AUTO(tally) state = NULL;
    REQUIRE(tally_open(&state, 1) == SLUICE_OK);
    SLUICE_AUTO(tally_guard) g = tally_lock(state);
    sluice_thread *t;
    REQUIRE(sluice_spawn(&t, unlock_for_another, &g, NULL) == SLUICE_OK);
    CHECK_STATUS(sluice_join(&t, NULL), SLUICE_OK);
    CHECK_EQ_INT(told, 1);
    CHECK(!is_unlocked(state));
}
#endif

static void use_after_drop_is_reported(void)
{
    told = 0;
    tally state = NULL;
    REQUIRE(tally_open(&state, 1) == SLUICE_OK);
    tally_drop(&state);
    tally_guard g = tally_lock(state);
    CHECK(g.value == NULL);
    CHECK_EQ_INT(told, 1);
    CHECK_STATUS(tally_try_lock(state, &g), SLUICE_MISUSE);
    CHECK_EQ_INT(told, 2);
    CHECK_EQ_STRING(told_where, "tally_try_lock");
}

int main(void)
{
    sluice_on_misuse(listen);
    RUN(eight_threads_count_together);
    RUN(the_last_owner_destroys_once);
    RUN(drops_in_any_order);
    RUN(guards_lock_until_their_scope_ends);
    RUN(a_busy_try_touches_nothing);
    RUN(wide_alignment_is_kept);
    RUN(open_fails_cleanly);
    RUN(locking_again_is_reported);
#ifndef SLUICE__THREAD_SANITIZER
    RUN(unlocking_by_a_stranger_is_reported);
#endif
    RUN(use_after_drop_is_reported);
    return CHECK_DONE();
}
