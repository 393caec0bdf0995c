/* monitor.h: the monitor's parts. monitor.c: values and order; sweeps.c: EMPTY, FULL, capacity, the end, BUSY.
 *
 * SPDX-License-Identifier: MIT */
#ifndef HISTORY_MONITOR_H
#define HISTORY_MONITOR_H

#include "history.h"

#define NEVER UINT64_MAX
#define MONITOR_THREADS 256

struct span {
    uint64_t began, ended;
};

/* A message's way. */
struct passage {
    uint64_t value;
    struct span sent, received;
    size_t number, received_as; /* which calls these were */
    uint32_t sender;
    uint16_t receiver;
};

struct change { /* of a count, at some time */
    uint64_t at;
    int64_t by;
};

struct monitor {
    const struct history *h;
    char *why;
    size_t size, count;
    struct passage *passages;                /* [count], by value */
    const struct passage **order, **ends;
    struct span *times;
    struct change *changes;
};

enum history_fault monitor_sweeps(struct monitor *m);
__attribute__((format(printf, 3, 4))) enum history_fault monitor_says(struct monitor *m, enum history_fault fault, const char *format, ...);

#endif
