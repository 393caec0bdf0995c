/* mpsc_per_sender.c: broken rules on a channel with a lane for each sender.
 *
 * SPDX-License-Identifier: MIT */
#define MISUSE_FLAVOUR SLUICE_MPSC
#define MISUSE_ORDER SLUICE_PER_SENDER
#include "misuse.inc.h"
