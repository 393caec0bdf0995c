/* thread.c: parking, starting and joining threads, shared values, and who is told of misuse. What starts threads and what shares values
 * is compiled here, over functions that start none: the explorer's threads are there already, and one of them runs the body.
 *
 * SPDX-License-Identifier: MIT */
#include "thread/os.h"

#define sluice__os_thread_start explored_thread_start
#define sluice__os_thread_join explored_thread_join
#define sluice__os_thread_detach explored_thread_detach

static int explored_thread_start(sluice__os_thread *thread, void *(*body)(void *), void *arg,
                                 const struct sluice__os_thread_options *options);
static int explored_thread_join(sluice__os_thread thread, void **result, int *cancelled);
static int explored_thread_detach(sluice__os_thread thread);

#include "thread/shared.c"
#include "thread/spawn.c"

#include "explore.h"

static struct started {
    void *(*body)(void *);
    void *arg, *result;
} *started;
static uint64_t *plain; /* on the explorer's heap, where races are seen */

static int explored_thread_start(sluice__os_thread *thread, void *(*body)(void *), void *arg,
                                 const struct sluice__os_thread_options *options)
{
    (void)thread, (void)options;
    *started = (struct started){ body, arg, NULL };
    return 0;
}

/* Unlike the system's, it orders nothing: what is seen is what `done` has published. */
static int explored_thread_join(sluice__os_thread thread, void **result, int *cancelled)
{
    (void)thread;
    *result = NULL;
    *cancelled = 0;
    return 0;
}

static int explored_thread_detach(sluice__os_thread thread)
{
    (void)thread;
    return 0;
}

static void prepare(void)
{
    plain = explore_allocate(sizeof *plain);
    started = explore_allocate(sizeof *started);
    *plain = 0;
}

static void finish(void)
{
    explore_free(plain);
    explore_free(started);
}

/* ---- park and unpark ---- */

static struct sluice_thread *parker;

static void prepare_parker(void)
{
    prepare();
    parker = sluice__record_new(1);
    EXPLORE_CHECK(parker);
}

static void finish_parker(void)
{
    sluice__record_release(parker);
    finish();
}

static void park_and_read(void)
{
    sluice__os_set_own(parker);
    sluice_park();
    EXPLORE_CHECK(*plain == 1);
}

static void write_and_unpark(void)
{
    *plain = 1;
    sluice_unpark(parker);
}

static void park_until(void)
{
    sluice__os_set_own(parker);
    uint64_t deadline = explore_now() + 10000000;
    if (sluice_park_until(deadline) == SLUICE_OK)
        EXPLORE_CHECK(*plain == 1);
    else
        EXPLORE_CHECK(explore_now() >= deadline);
}

static void park_until_then_park(void)
{
    sluice__os_set_own(parker);
    if (sluice_park_until(explore_now() + 10000000) != SLUICE_OK)
        sluice_park(); /* the token comes all the same */
    EXPLORE_CHECK(*plain == 1);
}

/* ---- records ---- */

static void prepare_record(void)
{
    prepare();
    parker = sluice__record_new(2);
    EXPLORE_CHECK(parker);
}

static void use_and_release(void)
{
    EXPLORE_CHECK(!parker->returned);
    sluice__record_release(parker);
}

/* ---- spawn and join ---- */

static sluice_thread *spawned;

static void *write_plain(void *arg)
{
    *plain = 1;
    return arg;
}

static void prepare_thread(void)
{
    prepare();
    EXPLORE_CHECK(sluice_spawn(&spawned, write_plain, plain, NULL) == SLUICE_OK);
}

static void run_thread(void)
{
    started->result = started->body(started->arg);
}

static void join_thread(void)
{
    EXPLORE_CHECK(sluice_join(&spawned, NULL) == SLUICE_OK && !spawned);
    EXPLORE_CHECK(*plain == 1);
}

static void join_thread_soon(void)
{
    while (sluice_join_until(&spawned, NULL, explore_now() + 10000000) != SLUICE_OK)
        EXPLORE_CHECK(spawned);
    EXPLORE_CHECK(*plain == 1);
}

static void let_thread_go(void)
{
    sluice_thread_drop(&spawned);
}

/* ---- shared values ---- */

static struct sluice__shared *shares[2];
static uint64_t *value;

static void prepare_shared(void)
{
    prepare();
    void *at;
    EXPLORE_CHECK(sluice__shared_open(&shares[0], &at, sizeof *value, 8, false) == SLUICE_OK);
    value = at;
    *value = 0;
    shares[1] = sluice__shared_clone(shares[0], "explore");
}

static void let_share_go(struct sluice__shared *share)
{
    uint64_t *last = sluice__shared_release(share, "explore");
    if (!last)
        return;
    EXPLORE_CHECK(*last <= 3);
    *last = 99;
    sluice__shared_free(share);
}

static void change_and_let_go(struct sluice__shared *share)
{
    uint64_t *locked = sluice__shared_lock(share, "explore");
    ++*locked;
    sluice__shared_unlock(share, "explore");
    let_share_go(share);
}

static void first_changes(void)
{
    change_and_let_go(shares[0]);
}

static void second_changes(void)
{
    change_and_let_go(shares[1]);
}

static void second_clones_and_changes(void)
{
    struct sluice__shared *more = sluice__shared_clone(shares[1], "explore");
    change_and_let_go(shares[1]);
    change_and_let_go(more);
}

static void first_tries(void)
{
    void *locked;
    if (sluice__shared_try_lock(shares[0], &locked, "explore") == SLUICE_OK) {
        ++*(uint64_t *)locked;
        sluice__shared_unlock(shares[0], "explore");
    }
    let_share_go(shares[0]);
}

/* ---- who is told of misuse ---- */

static void told_first(const char *rule, const char *where)
{
    (void)rule, (void)where;
}

static void told_second(const char *rule, const char *where)
{
    (void)rule, (void)where;
    EXPLORE_CHECK(*plain == 1); /* what it was set up with */
}

static void prepare_told(void)
{
    prepare();
    sluice_on_misuse(told_first);
}

static void tell_another(void)
{
    *plain = 1;
    sluice_on_misuse(told_second);
}

static void misuse(void)
{
    sluice__misuse("a rule", "explore");
}

static const struct explore_scenario list[] = {
    { "park_unpark", prepare_parker, { park_and_read, write_and_unpark }, finish_parker },
    { "park_unpark_twice", prepare_parker, { park_until_then_park, write_and_unpark }, finish_parker },
    { "park_until_unpark", prepare_parker, { park_until, write_and_unpark }, finish_parker },
    { "record_two_owners", prepare_record, { use_and_release, use_and_release }, finish },
    { "spawn_join", prepare_thread, { join_thread, run_thread }, finish },
    { "spawn_join_until", prepare_thread, { join_thread_soon, run_thread }, finish },
    { "spawn_let_go", prepare_thread, { let_thread_go, run_thread }, finish },
    { "shared_two_owners", prepare_shared, { first_changes, second_changes }, finish },
    { "shared_clone", prepare_shared, { first_changes, second_clones_and_changes }, finish },
    { "shared_try_lock", prepare_shared, { first_tries, second_changes }, finish },
    { "misuse_told", prepare_told, { tell_another, misuse }, finish },
};

EXPLORE_SCENARIOS("thread", list)
