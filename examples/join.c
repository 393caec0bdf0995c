/* join.c: start threads that return, exit and are cancelled, and learn from sluice_join which did what.
 *
 * SPDX-License-Identifier: MIT */
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>

#include <sluice/thread.h>

static void *returns(void *arg)
{
    return arg;
}

static void *exits(void *arg)
{
    pthread_exit(arg);
}

static void *is_cancelled(void *arg)
{
    pthread_cancel(pthread_self());
    pthread_testcancel();
    return arg;
}

/* Starts the body, waits for its end, and says whether it ended as expected. */
static int run(const char *name, void *(*body)(void *), enum sluice_status expected)
{
    sluice_thread *thread;
    enum sluice_status status = sluice_spawn(&thread, body, (void *)(uintptr_t)42,
                                             &(struct sluice_spawn_options){ .name = name });
    if (status != SLUICE_OK) {
        fprintf(stderr, "cannot start '%s': %s\n", name, sluice_status_name(status));
        return 1;
    }
    void *result = NULL;
    status = sluice_join(&thread, &result);
    printf("'%s' ended with %s and %u\n", name, sluice_status_name(status), (unsigned)(uintptr_t)result);
    uintptr_t value = status == SLUICE_CANCELLED ? 0 : 42; /* a cancelled thread leaves no result */
    return status != expected || (uintptr_t)result != value;
}

int main(void)
{
    int wrong = run("returns", returns, SLUICE_OK);
    wrong |= run("exits", exits, SLUICE_EXITED);
    wrong |= run("is cancelled", is_cancelled, SLUICE_CANCELLED);
    return wrong;
}
