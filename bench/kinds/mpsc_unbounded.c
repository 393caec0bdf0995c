/* mpsc_unbounded.c: many senders and one receiver over a chain, without a limit.
 *
 * SPDX-License-Identifier: MIT */
#define KIND_FLAVOUR mpsc
#define KIND_BUFFER unbounded
#define KIND_ORDER total
#define KIND_SMALL
#include "kind.inc.h"
