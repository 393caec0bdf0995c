/* scope.c: threads that are joined together.
 *
 * A scope is a list of handles, linked through the threads' records, so that holding one more thread needs
 * no memory of its own. Only the thread that opened the scope touches the list.
 *
 * SPDX-License-Identifier: MIT */
#include "thread/record.h"

enum sluice_status sluice_scope_spawn(struct sluice_scope *scope, void *(*body)(void *), void *arg,
                                      const struct sluice_spawn_options *options)
{
    if (!scope)
        return SLUICE_INVALID;
    sluice_thread *thread;
    enum sluice_status status = sluice_spawn(&thread, body, arg, options);
    if (status != SLUICE_OK)
        return status;
    if (scope->last)
        scope->last->next = thread;
    else
        scope->first = thread;
    scope->last = thread;
    return SLUICE_OK;
}

enum sluice_status sluice_scope_join(struct sluice_scope *scope)
{
    if (!scope)
        return SLUICE_INVALID;
    while (scope->first) {
        sluice_thread *thread = scope->first;
        sluice_thread *next = thread->next; /* read now: the record is gone once it is joined */
        enum sluice_status status = sluice_join(&thread, NULL);
        if (thread)
            return status; /* not joined: it is the calling thread */
        if (scope->ending == SLUICE_OK)
            scope->ending = status;
        scope->first = next;
        if (!next)
            scope->last = NULL;
    }
    return scope->ending;
}
