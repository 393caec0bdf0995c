/* environment.c: which mutant is alive in a program that is not the explorer: the number in SLUICE_MUTANT.
 *
 * SPDX-License-Identifier: MIT */
#include <stdlib.h>

extern int explore_mutant;
int explore_mutant;

__attribute__((constructor)) static void read_number(void)
{
    const char *number = getenv("SLUICE_MUTANT");
    explore_mutant = number ? atoi(number) : 0;
}
