/* mpmc_bounded.c: many senders and many receivers over a ring.
 *
 * SPDX-License-Identifier: MIT */
#define KIND_FLAVOUR mpmc
#define KIND_BUFFER bounded
#define KIND_ORDER total
#include "kind.inc.h"
