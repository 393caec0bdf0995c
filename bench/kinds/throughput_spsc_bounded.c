/* throughput_spsc_bounded.c: one sender and one receiver over a ring, who let messages gather.
 *
 * SPDX-License-Identifier: MIT */
#define KIND_FLAVOUR spsc
#define KIND_BUFFER bounded
#define KIND_ORDER total
#define KIND_WAIT throughput
#define KIND_SMALL
#include "kind.inc.h"
