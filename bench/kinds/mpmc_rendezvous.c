/* mpmc_rendezvous.c: a send and a receive meet: many senders, many receivers.
 *
 * SPDX-License-Identifier: MIT */
#define KIND_FLAVOUR mpmc
#define KIND_BUFFER rendezvous
#define KIND_ORDER total
#define KIND_SMALL
#include "kind.inc.h"
