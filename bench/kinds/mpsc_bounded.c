/* mpsc_bounded.c: many senders and one receiver over a ring.
 *
 * SPDX-License-Identifier: MIT */
#define KIND_FLAVOUR mpsc
#define KIND_BUFFER bounded
#define KIND_ORDER total
#include "kind.inc.h"
