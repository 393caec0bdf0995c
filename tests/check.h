/* check.h: the test kit.
 *
 *     static void adds(void)
 *     {
 *         CHECK(1 + 1 == 2);
 *         CHECK_EQ_INT(1 + 1, 2);
 *         CHECK_STATUS(orders_open(&tx, &rx, &options), SLUICE_OK);
 *     }
 *     int main(void)
 *     {
 *         RUN(adds);
 *         return CHECK_DONE();
 *     }
 *
 * A failed check prints where and what, and the test goes on; the process then ends with 1, however it
 * ends. Where going on makes no sense use REQUIRE, which ends the process at once. Checks may be made by
 * any thread. NDEBUG changes nothing. One file including this is one test program.
 *
 * SPDX-License-Identifier: MIT */
#ifndef CHECK_H
#define CHECK_H

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sluice/status.h>

static unsigned check_failures; /* touched with the builtins only: checks come from any thread */
static int check_passed_tests;
static int check_failed_tests;

static inline unsigned check_failure_count(void)
{
    return __atomic_load_n(&check_failures, __ATOMIC_RELAXED);
}

/* One line per failure, in one call, so that threads' lines do not mix. Returns ok. */
__attribute__((format(printf, 2, 3), unused)) static int check_report(int ok, const char *format, ...)
{
    if (ok)
        return ok;
    char line[1024];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    fflush(stdout);
    fprintf(stderr, "%s\n", line);
    __atomic_fetch_add(&check_failures, 1, __ATOMIC_RELAXED);
    return ok;
}

/* A test that leaves main by another way than CHECK_DONE must not look passed. */
__attribute__((destructor)) static void check_at_exit(void)
{
    if (check_failure_count() != 0) {
        fflush(stdout);
        _exit(1);
    }
}

__attribute__((unused)) static void check_run(const char *name, void (*test)(void))
{
    unsigned before = check_failure_count();
    printf("%s\n", name);
    fflush(stdout); /* the name is out before a crash or a hang */
    test();
    if (check_failure_count() == before) {
        check_passed_tests++;
    } else {
        check_failed_tests++;
        printf("%s: FAILED\n", name);
    }
}

__attribute__((unused)) static int check_done(void)
{
    printf("%d passed, %d failed\n", check_passed_tests, check_failed_tests);
    if (check_passed_tests + check_failed_tests == 0)
        check_report(0, "no test was run");
    return check_failure_count() != 0;
}

/* Not run, and why: exit status 77, unless a check failed before. */
__attribute__((unused, noreturn)) static void check_skip(const char *reason)
{
    printf("skipped: %s\n", reason);
    exit(check_failure_count() != 0 ? 1 : 77);
}

static inline int check_int(const char *file, int line, const char *a_text, long long a, const char *b_text,
                            long long b)
{
    return check_report(a == b, "%s:%d: %s == %s: %lld and %lld", file, line, a_text, b_text, a, b);
}

static inline int check_string(const char *file, int line, const char *a_text, const char *a,
                               const char *b_text, const char *b)
{
    return check_report(a && b && strcmp(a, b) == 0, "%s:%d: %s == %s: \"%s\" and \"%s\"", file, line, a_text,
                        b_text, a ? a : "(null)", b ? b : "(null)");
}

static inline int check_status(const char *file, int line, const char *text, enum sluice_status is,
                               enum sluice_status expected)
{
    return check_report(is == expected, "%s:%d: %s: %s, expected %s", file, line, text, sluice_status_name(is),
                        sluice_status_name(expected));
}

/* Each evaluates its arguments once and is nonzero when the check held. */
#define CHECK(condition) check_report(!!(condition), "%s:%d: %s: false", __FILE__, __LINE__, #condition)
#define CHECK_EQ_INT(a, b) check_int(__FILE__, __LINE__, #a, (long long)(a), #b, (long long)(b))
#define CHECK_EQ_STRING(a, b) check_string(__FILE__, __LINE__, #a, (a), #b, (b))
#define CHECK_STATUS(call, expected) check_status(__FILE__, __LINE__, #call, (call), (expected))
#define REQUIRE(condition)      \
    do {                        \
        if (!CHECK(condition)) \
            _exit(1);           \
    } while (0)

#define RUN(test) check_run(#test, test)
#define CHECK_DONE() check_done()
#define SKIP(reason) check_skip(reason)

#endif
