/* mpmc_unbounded.c: broken rules on a chain that many senders and receivers share.
 *
 * SPDX-License-Identifier: MIT */
#define MISUSE_FLAVOUR SLUICE_MPMC
#define MISUSE_BUFFER SLUICE_UNBOUNDED
#include "misuse.inc.h"
