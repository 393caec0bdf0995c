/* search.h: how much to search, and what came of it.
 *
 * SPDX-License-Identifier: MIT */
#ifndef EXPLORE_SEARCH_H
#define EXPLORE_SEARCH_H

#include "engine.h"
#include "explore.h"

struct profile {
    struct ex_bounds bounds;
    unsigned depth_first;  /* executions at most, in all levels from 0 on */
    unsigned by_priority, at_random;
    bool reduce;
    uint64_t seed;
};

struct outcome {
    unsigned executions[3]; /* by strategy */
    int complete;           /* with so many departures at most, everything was tried; -1: not even with none */
    uint32_t steps_most;
    bool failed;
    char failure[1024];
    char replay[32768];
    unsigned switches; /* other than standard choices in the minimised failure */
};

void search(const struct explore_scenario *s, const char *name, enum ex_mode mode, const struct profile *p, struct outcome *o);
/* Runs what a replay line says of its choices. */
void replay(const struct explore_scenario *s, enum ex_mode mode, const char *choices, struct outcome *o);
extern const char *const mode_names[];

#endif
