/* mpsc_unbounded_per_sender.c: many senders, each with a lane of its own without a limit, and one receiver.
 *
 * SPDX-License-Identifier: MIT */
#define KIND_FLAVOUR mpsc
#define KIND_BUFFER unbounded
#define KIND_ORDER per_sender
#define KIND_SMALL
#include "kind.inc.h"
