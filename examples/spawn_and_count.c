/* spawn_and_count.c: two threads count at the same time; the program waits for neither of them by name,
 * because a scope ends only when all its threads have.
 *
 * SPDX-License-Identifier: MIT */
#include <stdio.h>

#include <sluice/thread.h>

enum { SPAWNED_COUNTS_TO = 9, MAIN_COUNTS_TO = 4 };

static void *count(void *arg)
{
    int *counted = arg;
    for (int i = 1; i <= SPAWNED_COUNTS_TO; i++) {
        printf("hi number %d from the spawned thread!\n", i);
        ++*counted;
    }
    return NULL;
}

int main(void)
{
    int counted = 0;
    SLUICE_SCOPE(s) {
        enum sluice_status status = sluice_scope_spawn(s, count, &counted, NULL);
        if (status != SLUICE_OK) {
            fprintf(stderr, "cannot start a thread: %s\n", sluice_status_name(status));
            return 1;
        }
        for (int i = 1; i <= MAIN_COUNTS_TO; i++)
            printf("hi number %d from the main thread!\n", i);
    }
    return counted != SPAWNED_COUNTS_TO; /* the scope has ended, so the thread has */
}
