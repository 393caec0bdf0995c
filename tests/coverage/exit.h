/* exit.h: included before everything else where coverage is counted: a child that ends by _exit writes its counters, too.
 *
 * SPDX-License-Identifier: MIT */
#ifndef COVERAGE_EXIT_H
#define COVERAGE_EXIT_H

#define _GNU_SOURCE 1
#include <unistd.h>

void __gcov_dump(void);

__attribute__((noreturn)) static inline void coverage_exit(int status)
{
    __gcov_dump();
    _exit(status);
}
#define _exit coverage_exit

#endif
