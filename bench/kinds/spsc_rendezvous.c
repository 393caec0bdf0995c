/* spsc_rendezvous.c: a send and a receive meet: one sender, one receiver. What the channel does is the same in
 * every flavour.
 *
 * SPDX-License-Identifier: MIT */
#define KIND_FLAVOUR spsc
#define KIND_BUFFER rendezvous
#define KIND_ORDER total
#define KIND_SMALL
#include "kind.inc.h"
