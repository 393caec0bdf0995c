/* mpsc_bounded_per_sender.c: many senders, each with a lane of its own, and one receiver.
 *
 * SPDX-License-Identifier: MIT */
#define KIND_FLAVOUR mpsc
#define KIND_BUFFER bounded
#define KIND_ORDER per_sender
#include "kind.inc.h"
