/* mpmc_unbounded.c: many senders and many receivers over a chain, without a limit.
 *
 * SPDX-License-Identifier: MIT */
#define KIND_FLAVOUR mpmc
#define KIND_BUFFER unbounded
#define KIND_ORDER total
#define KIND_SMALL
#include "kind.inc.h"
