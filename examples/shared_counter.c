/* shared_counter.c: ten threads own one counter together and change it one at a time.
 *
 * SPDX-License-Identifier: MIT */
#include <stdio.h>

#include <sluice/thread.h>

#define SLUICE_NAME counter
#define SLUICE_TYPE int
#include <sluice/shared.h>

enum { THREADS = 10 };

static void *count_once(void *arg)
{
    SLUICE_AUTO(counter) shared = arg;
    SLUICE_AUTO(counter_guard) guard = counter_lock(shared); /* unlocks before `shared` is dropped */
    ++*guard.value;
    return NULL;
}

int main(void)
{
    SLUICE_AUTO(counter) shared = NULL;
    if (counter_open(&shared, 0) != SLUICE_OK)
        return 1;
    int started = 0;
    SLUICE_SCOPE(s) {
        for (int i = 0; i < THREADS; i++) {
            counter theirs = counter_clone(shared);
            if (sluice_scope_spawn(s, count_once, theirs, NULL) == SLUICE_OK)
                started++;
            else
                counter_drop(&theirs);
        }
    }
    SLUICE_AUTO(counter_guard) guard = counter_lock(shared);
    printf("result: %d\n", *guard.value);
    return started != THREADS || *guard.value != THREADS;
}
