/* faulty_os.h: what takes the place of thread/os.h in the library that the fault-injecting tests link
 * (-DSLUICE_OS_HEADER='"faulty_os.h"'): the same functions, made in faulty_os.c, and a first position that a
 * test can choose.
 *
 * SPDX-License-Identifier: MIT */
#ifndef FAULTY_OS_H
#define FAULTY_OS_H

#include "faulty.h"

#define SLUICE_OS_FIRST_POSITION (faulty_first_position)

/* The declarations are the real header's. */
#undef SLUICE_OS_HEADER
#undef SLUICE_THREAD_OS_H
#include "thread/os.h"

#endif
