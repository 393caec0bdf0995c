/* test_refusals.c: a C library and a system that refuse: each failure of theirs that the library may meet beside a lack of memory comes
 * out as a status, and leaves nothing behind. The C library's functions are taken the place of; what is not to fail goes on to the real
 * one. Sanitizers do the same, so not under them.
 *
 * SPDX-License-Identifier: MIT */
#define _GNU_SOURCE 1

#include <dlfcn.h>
#include <errno.h>
#include <stdarg.h>
#include <sys/wait.h>

#include <sluice/thread.h>

#include "../kit.h"
#include "thread/barrier.h"
#include "thread/cpu.h"
#include "thread/os.h"
#include "thread/park.h"
#include "thread/record.h"

#define SLUICE_NAME numbers
#define SLUICE_TYPE uint64_t
#define SLUICE_FLAVOUR SLUICE_MUTEX
#include <sluice/channel.h>

#define SLUICE_NAME tally
#define SLUICE_TYPE long
#include <sluice/shared.h>

#if !KIT_SANITIZED

/* What fails, with which error, and how often. */
static struct refusal {
    const char *function;
    int error;
    unsigned times;
} refusal;

static void refuse(const char *function, int error)
{
    refusal = (struct refusal){ function, error, UINT32_MAX };
}

static void refuse_once(const char *function, int error)
{
    refusal = (struct refusal){ function, error, 1 };
}

static bool naps_are_refused; /* beside the refusal: clock_nanosleep */

static void refuse_nothing(void)
{
    naps_are_refused = false;
    refusal = (struct refusal){ .function = NULL };
}

static int refused(const char *function)
{
    if (!refusal.function || strcmp(refusal.function, function) != 0 || refusal.times == 0)
        return 0;
    refusal.times--;
    return refusal.error;
}

#define REAL(name) ((__typeof__(&(name)))(uintptr_t)dlsym(RTLD_NEXT, #name))
/* For functions that return an error: the refusal's, or what the real one says. */
#define RETURNS_ERROR(name, parameters, arguments)         \
    int name parameters                                    \
    {                                                      \
        int error = refused(#name);                        \
        return error ? error : REAL(name) arguments;       \
    }

RETURNS_ERROR(pthread_attr_init, (pthread_attr_t * a), (a))
RETURNS_ERROR(pthread_create, (pthread_t *restrict t, const pthread_attr_t *restrict a, void *(*body)(void *), void *restrict arg),
              (t, a, body, arg))
RETURNS_ERROR(pthread_mutexattr_init, (pthread_mutexattr_t * a), (a))
RETURNS_ERROR(pthread_mutexattr_settype, (pthread_mutexattr_t * a, int kind), (a, kind))
RETURNS_ERROR(pthread_mutex_trylock, (pthread_mutex_t * m), (m))
RETURNS_ERROR(pthread_setspecific, (pthread_key_t key, const void *value), (key, value))
RETURNS_ERROR(pthread_key_create, (pthread_key_t * key, void (*at_end)(void *)), (key, at_end))
RETURNS_ERROR(pthread_join, (pthread_t t, void **result), (t, result))

cpu_set_t *__sched_cpualloc(size_t count)
{
    return refused("__sched_cpualloc") ? NULL : REAL(__sched_cpualloc)(count);
}

int sched_getaffinity(pid_t pid, size_t bytes, cpu_set_t *set)
{
    int error = refused("sched_getaffinity");
    if (!error)
        return REAL(sched_getaffinity)(pid, bytes, set);
    errno = error;
    return -1;
}

ssize_t read(int fd, void *to, size_t most)
{
    int error = refused("read");
    if (!error)
        return REAL(read)(fd, to, most);
    errno = error;
    return -1;
}

/* The library's own system calls, by number; refusal.function is "futex" and so on. */
long syscall(long number, ...)
{
    static const struct { long number; const char *name; } names[] = {
        { SYS_futex, "futex" }, { SYS_membarrier, "membarrier" }, { SYS_clock_nanosleep, "clock_nanosleep" },
    };
    long a[6];
    va_list arguments;
    va_start(arguments, number);
    for (int i = 0; i < 6; i++)
        a[i] = va_arg(arguments, long);
    va_end(arguments);
    int error = 0;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (number == names[i].number)
            error = refused(names[i].name) ? refusal.error : naps_are_refused && number == SYS_clock_nanosleep ? EPERM : 0;
    if (!error)
        return REAL(syscall)(number, a[0], a[1], a[2], a[3], a[4], a[5]);
    errno = error;
    return -1;
}

/* ---- threads ---- */

static void *say_hello(void *argument)
{
    return argument;
}

/* Starting a thread fails so, and nothing was started. */
static void spawn_answers(const char *function, int error, enum sluice_status expected, const struct sluice_spawn_options *options)
{
    sluice_thread *thread = NULL;
    refuse(function, error);
    CHECK_STATUS(sluice_spawn(&thread, say_hello, NULL, options), expected);
    refuse_nothing();
    CHECK(thread == NULL);
}

static void a_thread_that_cannot_be_started(void)
{
    spawn_answers("pthread_attr_init", ENOMEM, SLUICE_NO_MEMORY, NULL);
    spawn_answers("pthread_create", EAGAIN, SLUICE_NO_RESOURCE, NULL);
    spawn_answers("pthread_create", EPERM, SLUICE_DENIED, NULL);
    spawn_answers("pthread_create", ENOMEM, SLUICE_NO_MEMORY, NULL);
    spawn_answers("pthread_create", EINVAL, SLUICE_INVALID, NULL);
    spawn_answers("__sched_cpualloc", ENOMEM, SLUICE_NO_MEMORY, &(struct sluice_spawn_options){ .pin = true, .cpu = 0 });
    CHECK_STATUS(sluice__status_of_error(0), SLUICE_OK);
}

/* The handle is still the caller's, and so is the thread. */
static void a_join_that_fails(void)
{
    const struct { int error; enum sluice_status status; } fails[] = { { EDEADLK, SLUICE_DEADLOCK }, { ESRCH, SLUICE_INVALID } };
    sluice_thread *thread = NULL;
    int value = 1;
    void *result = NULL;
    CHECK_STATUS(sluice_spawn(&thread, say_hello, &value, NULL), SLUICE_OK);
    for (int i = 0; i < 2; i++) {
        refuse("pthread_join", fails[i].error);
        CHECK_STATUS(sluice_join(&thread, &result), fails[i].status);
        refuse_nothing();
        CHECK(thread != NULL && result == NULL);
    }
    CHECK_STATUS(sluice_join(&thread, &result), SLUICE_OK);
    CHECK(result == &value);
}

/* A scope in which a thread cannot be joined says so, and still has it. */
static void a_scope_that_cannot_join(void)
{
    struct sluice_scope scope = sluice__scope();
    CHECK_STATUS(sluice_scope_spawn(&scope, say_hello, NULL, NULL), SLUICE_OK);
    refuse("pthread_join", EDEADLK);
    CHECK_STATUS(sluice_scope_join(&scope), SLUICE_DEADLOCK);
    refuse_nothing();
    CHECK(scope.first != NULL);
    CHECK_STATUS(sluice_scope_join(&scope), SLUICE_OK);
    CHECK(scope.first == NULL);
}

static void *ask_for_a_record(void *argument)
{
    (void)argument;
    refuse("pthread_setspecific", ENOMEM);
    CHECK(sluice_current() == NULL);
    CHECK_STATUS(sluice_park_until(SLUICE_NOW), SLUICE_NO_MEMORY);
    refuse_nothing();
    CHECK(sluice_current() != NULL);
    return NULL;
}

/* A foreign thread whose end cannot be learnt of gets no record, and gets one when it can. */
static void a_record_that_would_be_lost(void)
{
    kit_join(kit_start(ask_for_a_record, NULL));
}

/* Where there is no key to learn of threads' ends by, no foreign thread gets one. A process asks once, so a child is asked. */
static void no_key_at_all(void)
{
    fflush(stdout);
    pid_t child = fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        refuse("pthread_key_create", EAGAIN);
        CHECK(sluice_current() == NULL);
        refuse_nothing();
        CHECK(sluice_current() == NULL);
        _exit(check_failure_count() != 0);
    }
    int status = -1;
    REQUIRE(waitpid(child, &status, 0) == child);
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

/* ---- mutexes ---- */

static void a_mutex_that_cannot_be_made(void)
{
    const char *const functions[] = { "pthread_mutexattr_init", "pthread_mutexattr_settype" };
    for (int i = 0; i < 2; i++) {
        tally shared = NULL;
        numbers_tx tx = NULL;
        numbers_rx rx = NULL;
        refuse(functions[i], ENOMEM);
        CHECK_STATUS(tally_open(&shared, 5), SLUICE_NO_MEMORY);
        CHECK_STATUS(numbers_open(&tx, &rx, &(struct sluice_options){ .capacity = 1 }), SLUICE_NO_MEMORY);
        refuse_nothing();
        CHECK(!shared && !tx && !rx);
    }
}

/* A lock that the system says nothing good of is not taken, and is not called busy. */
static void a_lock_that_is_broken(void)
{
    tally shared = NULL;
    REQUIRE(tally_open(&shared, 5) == SLUICE_OK);
    tally_guard guard = { 0 };
    refuse("pthread_mutex_trylock", EINVAL);
    enum sluice_status status = tally_try_lock(shared, &guard);
    refuse_nothing();
    CHECK_STATUS(status, SLUICE_MISUSE);
    CHECK(guard.value == NULL);
    tally_drop(&shared);
}

/* ---- sleeping, and barriers ---- */

/* A sandbox without futexes: waits go on by looking again and again, and deadlines hold. */
static void sleeping_without_futexes(void)
{
    sluice__a32 word;
    sluice__a32_store_relaxed(&word, 5);
    for (int naps = 0; naps < 2; naps++) {
        refuse("futex", ENOSYS);
        naps_are_refused = naps;
        CHECK_EQ_INT(sluice__os_futex_wait(&word, 5, UINT64_MAX), 0);
        CHECK_EQ_INT(sluice__os_futex_wait(&word, 5, 1), ETIMEDOUT);
        uint64_t deadline = sluice__os_now() + 3000000;
        CHECK(!sluice__sleep_while(&word, 5, deadline));
        CHECK(kit_now() >= deadline);
        refuse_nothing();
    }
}

/* A barrier that fails once, as in a child that has to register anew, works. */
static void a_barrier_that_fails_once(void)
{
    if (!sluice__barrier_works())
        return;
    refuse_once("membarrier", EPERM);
    CHECK(sluice__barrier_on_all_threads());
    CHECK_EQ_INT(refusal.times, 0);
    refuse_nothing();
    CHECK(sluice__barrier_works());
}

/* ---- CPUs and files ---- */

static void cpus_that_cannot_be_counted(void)
{
    unsigned count = sluice__os_affinity_count();
    CHECK(count >= 1);
    refuse("sched_getaffinity", EPERM);
    CHECK_EQ_INT(sluice__os_affinity_count(), 1);
    refuse_once("sched_getaffinity", EINVAL); /* the mask is wider: once more, with twice as much room */
    CHECK_EQ_INT(sluice__os_affinity_count(), count);
    refuse("__sched_cpualloc", ENOMEM);
    CHECK_EQ_INT(sluice__os_affinity_count(), 1);
    refuse_nothing();
}

static void files_that_cannot_be_read(void)
{
    char text[64] = "";
    CHECK_EQ_INT(sluice__os_read_file("/proc/self/no-such-file", text, sizeof text), ENOENT);
    CHECK_EQ_INT(sluice__os_read_file("/proc/self/comm", text, sizeof text), 0);
    CHECK(text[0] != '\0');
    refuse("read", EIO);
    CHECK_EQ_INT(sluice__os_read_file("/proc/self/comm", text, sizeof text), EIO);
    CHECK_EQ_INT(sluice__cpu_quota(""), UINT32_MAX); /* no file, no limit */
    refuse_once("read", EINTR);
    CHECK_EQ_INT(sluice__os_read_file("/proc/self/comm", text, sizeof text), 0);
    CHECK(text[0] != '\0');
    refuse_nothing();
}

int main(void)
{
    alarm(60); /* a hang is a failure */
    RUN(no_key_at_all); /* before there is one */
    RUN(a_thread_that_cannot_be_started);
    RUN(a_join_that_fails);
    RUN(a_scope_that_cannot_join);
    RUN(a_record_that_would_be_lost);
    RUN(a_mutex_that_cannot_be_made);
    RUN(a_lock_that_is_broken);
    RUN(sleeping_without_futexes);
    RUN(a_barrier_that_fails_once);
    RUN(cpus_that_cannot_be_counted);
    RUN(files_that_cannot_be_read);
    return CHECK_DONE();
}

#else
int main(void)
{
    SKIP("a sanitizer has taken the place of these functions");
}
#endif
