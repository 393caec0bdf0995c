/* test_park.c: park and unpark, the own record, statuses and deadlines.
 *
 * SPDX-License-Identifier: MIT */
#define _GNU_SOURCE 1

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include <sluice/detail/misuse.h>
#include <sluice/thread.h>

#include "../check.h"
#include "out_of_memory.h"

/* ---- the token ---- */

static void unpark_before_park_is_not_lost(void)
{
    sluice_unpark(sluice_current());
    CHECK_STATUS(sluice_park_until(SLUICE_FOREVER), SLUICE_OK);
    sluice_unpark(sluice_current());
    sluice_park();
}

static void tokens_do_not_add_up(void)
{
    for (int i = 0; i < 3; i++)
        sluice_unpark(sluice_current());
    CHECK_STATUS(sluice_park_until(SLUICE_NOW), SLUICE_OK);
    CHECK_STATUS(sluice_park_until(SLUICE_NOW), SLUICE_TIMED_OUT);
    sluice_unpark(NULL);
    CHECK_STATUS(sluice_park_until(SLUICE_NOW), SLUICE_TIMED_OUT);
}

static void park_until_is_never_early(void)
{
    for (int i = 0; i < 20; i++) {
        sluice_deadline deadline = sluice_in_us(500 * (unsigned)i);
        CHECK_STATUS(sluice_park_until(deadline), SLUICE_TIMED_OUT);
        CHECK(sluice_in_ns(0) >= deadline);
    }
    sluice_unpark(sluice_current()); /* a park that timed out leaves the token to the next */
    CHECK_STATUS(sluice_park_until(SLUICE_NOW), SLUICE_OK);
}

/* ---- between threads ---- */

struct rally {
    sluice_thread *peer;
    sluice_thread *_Atomic own; /* of the thread that plays along */
    _Atomic int ball;
    int rounds;
    _Atomic bool over; /* nobody will unpark the peer any more: it may end */
};

static void hit(struct rally *rally, sluice_thread *peer, int parity)
{
    for (int i = 0; i < rally->rounds; i++) {
        while (rally->ball % 2 != parity)
            sluice_park();
        rally->ball++;
        sluice_unpark(peer);
    }
}

static void *play_along(void *arg)
{
    struct rally *rally = arg;
    rally->own = sluice_current();
    hit(rally, rally->peer, 1);
    while (!rally->over)
        sched_yield();
    return NULL;
}

static void foreign_threads_park_too(void)
{
    struct rally rally = { .peer = sluice_current(), .rounds = 2000 };
    pthread_t t;
    REQUIRE(pthread_create(&t, NULL, play_along, &rally) == 0);
    while (!rally.own)
        sched_yield();
    hit(&rally, rally.own, 0);
    rally.over = true;
    pthread_join(t, NULL);
    CHECK_EQ_INT(rally.ball, 4000);
    while (sluice_park_until(SLUICE_NOW) == SLUICE_OK)
        ; /* the last return may have left a token */
}

enum { GIVERS = 4, GIFTS = 2000 };

struct gifts {
    sluice_thread *taker;
    _Atomic int given;
};

static void *give(void *arg)
{
    struct gifts *gifts = arg;
    for (int i = 0; i < GIFTS; i++) {
        atomic_fetch_add_explicit(&gifts->given, 1, memory_order_relaxed);
        sluice_unpark(gifts->taker);
    }
    return NULL;
}

/* Were the last wake-up lost, the last park would not end. */
static void no_wake_up_is_lost(void)
{
    struct gifts gifts = { .taker = sluice_current() };
    SLUICE_SCOPE(s) {
        for (int i = 0; i < GIVERS; i++)
            REQUIRE(sluice_scope_spawn(s, give, &gifts, NULL) == SLUICE_OK);
        while (atomic_load_explicit(&gifts.given, memory_order_relaxed) < GIVERS * GIFTS)
            sluice_park();
    }
    while (sluice_park_until(SLUICE_NOW) == SLUICE_OK)
        ;
}

struct letter {
    int text; /* plain */
    sluice_thread *reader;
};

static void *write_letter(void *arg)
{
    struct letter *letter = arg;
    letter->text = 7;
    sluice_unpark(letter->reader);
    return NULL;
}

static void the_token_carries_what_was_written(void)
{
    for (int i = 0; i < 200; i++) {
        struct letter letter = { .reader = sluice_current() };
        sluice_thread *t;
        REQUIRE(sluice_spawn(&t, write_letter, &letter, NULL) == SLUICE_OK);
        CHECK_STATUS(sluice_park_until(SLUICE_FOREVER), SLUICE_OK);
        CHECK_EQ_INT(letter.text, 7);
        CHECK_STATUS(sluice_join(&t, NULL), SLUICE_OK);
    }
}

/* ---- signals ---- */

static _Atomic int interrupts;
static sluice_thread *_Atomic parked;
static _Atomic bool given, early;

static void count_interrupt(int signal)
{
    (void)signal;
    interrupts++;
}

static void *park_once(void *arg)
{
    parked = sluice_current();
    sluice_park();
    if (!given)
        early = true;
    return arg;
}

static void signals_do_not_end_a_park(void)
{
    struct sigaction action = { .sa_handler = count_interrupt };
    sigaction(SIGUSR1, &action, NULL);
    pthread_t t;
    REQUIRE(pthread_create(&t, NULL, park_once, NULL) == 0);
    while (!parked)
        sched_yield();
    for (int i = 0; i < 50; i++) {
        int before = interrupts;
        pthread_kill(t, SIGUSR1);
#ifndef SLUICE__THREAD_SANITIZER /* it holds handlers back while a thread sleeps in a raw system call */
        while (interrupts == before)
            sched_yield();
#endif
        (void)before;
    }
    given = true;
    sluice_unpark(parked);
    pthread_join(t, NULL);
    CHECK(!early);
}

static void unpark_own(int signal)
{
    (void)signal;
    sluice_unpark(parked);
}

static void handlers_may_unpark(void)
{
    parked = sluice_current();
    struct sigaction action = { .sa_handler = unpark_own };
    sigaction(SIGUSR2, &action, NULL);
    raise(SIGUSR2);
    CHECK_STATUS(sluice_park_until(SLUICE_NOW), SLUICE_OK);
    CHECK_STATUS(sluice_park_until(SLUICE_NOW), SLUICE_TIMED_OUT);
}

/* ---- the own record ---- */

static pthread_key_t late_key;

static void ask_late(void *value)
{
    sluice_unpark(sluice_current());
    CHECK_STATUS(sluice_park_until(SLUICE_NOW), SLUICE_OK);
    atomic_fetch_add((_Atomic int *)value, 1);
}

static void *ask_at_the_end(void *arg)
{
    sluice_thread *own = sluice_current();
    CHECK(own != NULL);
    CHECK(own == sluice_current());
    pthread_setspecific(late_key, arg);
    return own;
}

/* Worth most where leaks and uses of freed memory are looked for: what the destructor gets must be a record
 * that still lives, and must be freed as well. */
static void the_own_record_lasts_into_destructors(void)
{
    static _Atomic int asked;
    REQUIRE(pthread_key_create(&late_key, ask_late) == 0);
    pthread_t foreign;
    REQUIRE(pthread_create(&foreign, NULL, ask_at_the_end, &asked) == 0);
    pthread_join(foreign, NULL);
    sluice_thread *t;
    REQUIRE(sluice_spawn(&t, ask_at_the_end, &asked, NULL) == SLUICE_OK);
    sluice_thread *handle = t;
    void *own = NULL;
    CHECK_STATUS(sluice_join(&t, &own), SLUICE_OK);
    CHECK(own == handle);
    CHECK_EQ_INT(asked, 2);
    REQUIRE(sluice_spawn(&t, ask_at_the_end, &asked, NULL) == SLUICE_OK);
    sluice_thread_drop(&t);
    while (asked != 3)
        sched_yield();
    pthread_key_delete(late_key);
}

static void *park_without_memory(void *arg)
{
    memory_fails(true);
    CHECK(sluice_current() == NULL);
    CHECK_STATUS(sluice_park_until(SLUICE_FOREVER), SLUICE_NO_MEMORY);
    sluice_park();
    memory_fails(false);
    CHECK(sluice_current() != NULL);
    return arg;
}

static void out_of_memory_does_not_park(void)
{
    pthread_t t;
    if (!memory_can_fail())
        return;
    REQUIRE(pthread_create(&t, NULL, park_without_memory, NULL) == 0);
    pthread_join(t, NULL);
}

/* ---- statuses, deadlines, misuse ---- */

static void each_status_has_its_name(void)
{
    CHECK_EQ_STRING(sluice_status_name(SLUICE_OK), "SLUICE_OK");
    CHECK_EQ_STRING(sluice_status_name(SLUICE_TIMED_OUT), "SLUICE_TIMED_OUT");
    CHECK_EQ_STRING(sluice_status_name(SLUICE_MISUSE), "SLUICE_MISUSE");
    for (int a = SLUICE_OK; a <= SLUICE_MISUSE; a++)
        for (int b = SLUICE_OK; b <= SLUICE_MISUSE + 1; b++)
            CHECK((strcmp(sluice_status_name((enum sluice_status)a),
                          sluice_status_name((enum sluice_status)b)) == 0) == (a == b));
    CHECK_EQ_STRING(sluice_status_name((enum sluice_status)(SLUICE_MISUSE + 1)), "SLUICE_?");
    CHECK_EQ_STRING(sluice_status_name((enum sluice_status)-1), "SLUICE_?");
}

static void deadlines_add_up_and_saturate(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    uint64_t before = (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
    CHECK(sluice_in_ns(5) >= before + 5);
    CHECK(sluice_in_us(5) >= before + 5000);
    CHECK(sluice_in_ms(3600000) >= before + UINT64_C(3600000000000));
    CHECK(sluice_in_ns(0) <= sluice_in_us(0) && sluice_in_us(0) <= sluice_in_ms(0));
    CHECK(sluice_in_ns(UINT64_MAX) == SLUICE_FOREVER);
    CHECK(sluice_in_us(UINT64_MAX) == SLUICE_FOREVER);
    CHECK(sluice_in_ms(UINT64_MAX / 1000000 + 1) == SLUICE_FOREVER);
}

static const char *told_rule, *told_where;

static void listen(const char *rule, const char *where)
{
    told_rule = rule;
    told_where = where;
}

static void misuse_is_told_to_the_handler(void)
{
    sluice_on_misuse(listen);
    sluice__misuse("a rule was broken", "here");
    CHECK_EQ_STRING(told_rule, "a rule was broken");
    CHECK_EQ_STRING(told_where, "here");
    sluice_on_misuse(NULL);

    int ends[2], standard_error = dup(2);
    char line[100] = "";
    REQUIRE(pipe(ends) == 0);
    dup2(ends[1], 2);
    told_rule = NULL;
    sluice__misuse("another was", "there");
    dup2(standard_error, 2);
    CHECK(read(ends[0], line, sizeof line - 1) > 0);
    CHECK_EQ_STRING(line, "sluice: there: another was\n");
    CHECK(told_rule == NULL);
    close(ends[0]);
    close(ends[1]);
    close(standard_error);
}

int main(void)
{
    RUN(unpark_before_park_is_not_lost);
    RUN(tokens_do_not_add_up);
    RUN(park_until_is_never_early);
    RUN(foreign_threads_park_too);
    RUN(no_wake_up_is_lost);
    RUN(the_token_carries_what_was_written);
    RUN(signals_do_not_end_a_park);
    RUN(handlers_may_unpark);
    RUN(the_own_record_lasts_into_destructors);
    RUN(out_of_memory_does_not_park);
    RUN(each_status_has_its_name);
    RUN(deadlines_add_up_and_saturate);
    RUN(misuse_is_told_to_the_handler);
    return CHECK_DONE();
}
