/* mpmc_bounded.c: broken rules on a ring that many senders and receivers share.
 *
 * SPDX-License-Identifier: MIT */
#define MISUSE_FLAVOUR SLUICE_MPMC
#include "misuse.inc.h"
