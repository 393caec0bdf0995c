/* mpsc_bounded.c: broken rules on a ring that many senders share.
 *
 * SPDX-License-Identifier: MIT */
#define MISUSE_FLAVOUR SLUICE_MPSC
#include "misuse.inc.h"
