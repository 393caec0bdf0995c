/* switch.h: coroutines, from the ground up: a stack pointer is all that is kept of one that does not run. (swapcontext would ask the
 * system for signal masks, at several times the cost of everything else in a step.)
 *
 * SPDX-License-Identifier: MIT */
#ifndef EXPLORE_SWITCH_H
#define EXPLORE_SWITCH_H

#include <stddef.h>

/* Goes on where `to` was left; returns when somebody goes on with what was stored at *from. */
void ex_switch(void **from, void *to);

/* The stack pointer of a coroutine that will begin with body(), which must not return. */
void *ex_switch_make(void *stack, size_t bytes, void (*body)(void));

#endif
