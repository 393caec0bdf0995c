/* test_scope.c: threads that are joined together.
 *
 * SPDX-License-Identifier: MIT */
#define _GNU_SOURCE 1

#include <sluice/thread.h>

#include "../check.h"
#include "out_of_memory.h"
#include "thread_bodies.h"

enum { THREADS = 20 };

static int sum(const int *values)
{
    int total = 0;
    for (int i = 0; i < THREADS; i++)
        total += values[i];
    return total;
}

static int scope_left_by_return(int *values)
{
    SLUICE_SCOPE(s) {
        for (int i = 0; i < THREADS; i++)
            REQUIRE(sluice_scope_spawn(s, add_one_late, &values[i], NULL) == SLUICE_OK);
        return 1;
    }
    return 2;
}

static int scope_left_by_goto(int *values)
{
    SLUICE_SCOPE(s) {
        for (int i = 0; i < THREADS; i++) {
            REQUIRE(sluice_scope_spawn(s, add_one_late, &values[i], NULL) == SLUICE_OK);
            if (i == THREADS - 1)
                goto out;
        }
    }
    return 2;
out:
    return 1;
}

static void scopes_join_however_they_are_left(void)
{
    int values[THREADS] = { 0 };
    SLUICE_SCOPE(s)
        for (int i = 0; i < THREADS; i++)
            REQUIRE(sluice_scope_spawn(s, add_one_late, &values[i], NULL) == SLUICE_OK);
    CHECK_EQ_INT(sum(values), THREADS);
    CHECK_EQ_INT(scope_left_by_return(values), 1);
    CHECK_EQ_INT(sum(values), 2 * THREADS);
    CHECK_EQ_INT(scope_left_by_goto(values), 1);
    CHECK_EQ_INT(sum(values), 3 * THREADS);
    SLUICE_SCOPE(s) {
        REQUIRE(sluice_scope_spawn(s, add_one_late, &values[0], NULL) == SLUICE_OK);
        if (values[1])
            break;
        values[0] = -1000;
    }
    CHECK_EQ_INT(sum(values), 3 * THREADS + 1);
    SLUICE_SCOPE(s) {
        REQUIRE(sluice_scope_spawn(s, add_one_late, &values[0], NULL) == SLUICE_OK);
        if (values[1])
            continue;
        values[0] = -1000;
    }
    CHECK_EQ_INT(sum(values), 3 * THREADS + 2);
}

static void scopes_nest(void)
{
    int values[2] = { 0 };
    SLUICE_SCOPE(outer) {
        REQUIRE(sluice_scope_spawn(outer, add_one_late, &values[0], NULL) == SLUICE_OK);
        SLUICE_SCOPE(inner)
            REQUIRE(sluice_scope_spawn(inner, add_one_late, &values[1], NULL) == SLUICE_OK);
        CHECK_EQ_INT(values[1], 1);
    }
    CHECK_EQ_INT(values[0], 1);
}

static void scope_join_tells_the_first_abnormal_end(void)
{
    int value = 0;
    SLUICE_SCOPE(s) {
        CHECK_STATUS(sluice_scope_join(s), SLUICE_OK); /* of none */
        REQUIRE(sluice_scope_spawn(s, add_one_late, &value, NULL) == SLUICE_OK);
        CHECK_STATUS(sluice_scope_join(s), SLUICE_OK);
        CHECK_EQ_INT(value, 1);
        REQUIRE(sluice_scope_spawn(s, add_one, &value, NULL) == SLUICE_OK);
        REQUIRE(sluice_scope_spawn(s, cancel_self, NULL, NULL) == SLUICE_OK);
        REQUIRE(sluice_scope_spawn(s, exit_early, NULL, NULL) == SLUICE_OK);
        CHECK_STATUS(sluice_scope_spawn(s, NULL, NULL, NULL), SLUICE_INVALID);
        CHECK_STATUS(sluice_scope_join(s), SLUICE_CANCELLED);
        REQUIRE(sluice_scope_spawn(s, exit_early, NULL, NULL) == SLUICE_OK);
        CHECK_STATUS(sluice_scope_join(s), SLUICE_CANCELLED); /* remembered */
    }
    SLUICE_SCOPE(s) {
        REQUIRE(sluice_scope_spawn(s, exit_early, NULL, NULL) == SLUICE_OK);
        REQUIRE(sluice_scope_spawn(s, cancel_self, NULL, NULL) == SLUICE_OK);
        CHECK_STATUS(sluice_scope_join(s), SLUICE_EXITED);
    }
    CHECK_STATUS(sluice_scope_spawn(NULL, add_one, &value, NULL), SLUICE_INVALID);
    CHECK_STATUS(sluice_scope_join(NULL), SLUICE_INVALID);
}

static void out_of_memory_leaves_the_others(void)
{
    if (!memory_can_fail())
        return;
    int values[2] = { 0 };
    SLUICE_SCOPE(s) {
        REQUIRE(sluice_scope_spawn(s, add_one_late, &values[0], NULL) == SLUICE_OK);
        memory_fails(true);
        CHECK_STATUS(sluice_scope_spawn(s, add_one, &values[1], NULL), SLUICE_NO_MEMORY);
        memory_fails(false);
    }
    CHECK_EQ_INT(values[0], 1);
    CHECK_EQ_INT(values[1], 0);
}

int main(void)
{
    RUN(scopes_join_however_they_are_left);
    RUN(scopes_nest);
    RUN(scope_join_tells_the_first_abnormal_end);
    RUN(out_of_memory_leaves_the_others);
    return CHECK_DONE();
}
