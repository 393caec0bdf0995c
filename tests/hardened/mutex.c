/* mutex.c: broken rules on a SLUICE_MUTEX channel.
 *
 * SPDX-License-Identifier: MIT */
#define MISUSE_FLAVOUR SLUICE_MUTEX
#include "misuse.inc.h"
