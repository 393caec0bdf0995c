/* mpmc_bounded_per_sender.c: many senders, each with a lane of its own, and many receivers.
 *
 * SPDX-License-Identifier: MIT */
#define KIND_FLAVOUR mpmc
#define KIND_BUFFER bounded
#define KIND_ORDER per_sender
#include "kind.inc.h"
