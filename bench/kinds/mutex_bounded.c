/* mutex_bounded.c: the baseline, a ring under one mutex with two condition variables.
 *
 * SPDX-License-Identifier: MIT */
#define KIND_FLAVOUR mutex
#define KIND_BUFFER bounded
#define KIND_ORDER total
#include "kind.inc.h"
