/* spsc_unbounded.c: broken rules on a channel of one sender and one receiver without a limit.
 *
 * SPDX-License-Identifier: MIT */
#define MISUSE_FLAVOUR SLUICE_SPSC
#define MISUSE_BUFFER SLUICE_UNBOUNDED
#include "misuse.inc.h"
