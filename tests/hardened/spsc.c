/* spsc.c: broken rules on an SLUICE_SPSC channel.
 *
 * SPDX-License-Identifier: MIT */
#define MISUSE_FLAVOUR SLUICE_SPSC
#include "misuse.inc.h"
