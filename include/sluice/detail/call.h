/* sluice/detail/call.h: what stands around every call on an endpoint, in typed channels and in the any-channel.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLUICE_DETAIL_CALL_H
#define SLUICE_DETAIL_CALL_H

#include <sluice/detail/endpoint.h>

/* Runs `call` on a live endpoint and returns its status from the function around it. `where` is that function's name, a string
 * literal; `complete` says whether the other arguments are there. */
#define SLUICE__CALL(endpoint, where, complete, call)                                            \
    do {                                                                                         \
        if (sluice__unlikely(!(endpoint) || !(complete)))                                        \
            return SLUICE_INVALID;                                                               \
        char sluice__token = 0;                                                                  \
        static const char sluice__where[] = where;                                               \
        if (!sluice__end_enter(&(endpoint)->end, &sluice__token, sluice__where))                 \
            return SLUICE_MISUSE;                                                                \
        enum sluice_status sluice__status = (call);                                              \
        sluice__end_leave(&(endpoint)->end, &sluice__token, sluice__where);                      \
        return sluice__status;                                                                   \
    } while (0)

/* For a question, which answers nothing by a status: whether the endpoint is there and live. */
#define SLUICE__IS_ALIVE(endpoint, where) ((endpoint) && sluice__end_is_alive(&(endpoint)->end, where))

#endif
