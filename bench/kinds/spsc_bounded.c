/* spsc_bounded.c: one sender and one receiver over a ring.
 *
 * SPDX-License-Identifier: MIT */
#define KIND_FLAVOUR spsc
#define KIND_BUFFER bounded
#define KIND_ORDER total
#include "kind.inc.h"
