/* explore_os.h: what takes the place of thread/os.h in code that the explorer runs (-DSLUICE_OS_HEADER="explore_os.h"): the same
 * functions, made in os.c here, and a first position that a scenario chooses.
 *
 * SPDX-License-Identifier: MIT */
#ifndef EXPLORE_OS_H
#define EXPLORE_OS_H

#include <stddef.h>
#include <stdint.h>

extern uint64_t explore_first_position;
#define SLUICE_OS_FIRST_POSITION (explore_first_position)

/* The declarations are the real header's. */
#undef SLUICE_OS_HEADER
#undef SLUICE_THREAD_OS_H
#include "thread/os.h"

#endif
