/* spmc_unbounded.c: one sender and many receivers over a chain, without a limit.
 *
 * SPDX-License-Identifier: MIT */
#define KIND_FLAVOUR spmc
#define KIND_BUFFER unbounded
#define KIND_ORDER total
#define KIND_SMALL
#include "kind.inc.h"
