/* mutex_unbounded.c: the baseline without a limit.
 *
 * SPDX-License-Identifier: MIT */
#define KIND_FLAVOUR mutex
#define KIND_BUFFER unbounded
#define KIND_ORDER total
#define KIND_SMALL
#include "kind.inc.h"
