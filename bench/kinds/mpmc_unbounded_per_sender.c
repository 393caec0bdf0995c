/* mpmc_unbounded_per_sender.c: many senders, each with a lane of its own without a limit, and many receivers.
 *
 * SPDX-License-Identifier: MIT */
#define KIND_FLAVOUR mpmc
#define KIND_BUFFER unbounded
#define KIND_ORDER per_sender
#define KIND_SMALL
#include "kind.inc.h"
