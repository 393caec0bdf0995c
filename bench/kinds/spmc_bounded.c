/* spmc_bounded.c: one sender and many receivers over a ring.
 *
 * SPDX-License-Identifier: MIT */
#define KIND_FLAVOUR spmc
#define KIND_BUFFER bounded
#define KIND_ORDER total
#define KIND_SMALL
#include "kind.inc.h"
