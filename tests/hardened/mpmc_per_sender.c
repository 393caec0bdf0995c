/* mpmc_per_sender.c: broken rules on a channel with a lane for each sender and many receivers.
 *
 * SPDX-License-Identifier: MIT */
#define MISUSE_FLAVOUR SLUICE_MPMC
#define MISUSE_ORDER SLUICE_PER_SENDER
#include "misuse.inc.h"
