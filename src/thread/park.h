/* park.h: the one function of the library in which a thread sleeps.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLUICE_THREAD_PARK_H
#define SLUICE_THREAD_PARK_H

#include <stdbool.h>

#include "thread/os.h"

/* Sleeps until *word differs from `expected` or the deadline passes (absolute CLOCK_MONOTONIC nanoseconds;
 * UINT64_MAX: never). Returns whether the word differs: false means the deadline passed and the word was
 * still the same at the last look. Signals and spurious returns stay inside. The read of the word that
 * ends the sleep is an acquire. */
bool sluice__sleep_while(sluice__a32 *word, uint32_t expected, uint64_t deadline);

#endif
