/* sluice/detail/kinds.h: every kind of queue there is, and their inlined halves.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLUICE_DETAIL_KINDS_H
#define SLUICE_DETAIL_KINDS_H

#include <sluice/detail/mutex.h>
#include <sluice/detail/spsc.h>
#include <sluice/detail/spsc_chain.h>

/* SLUICE__K(operation): that operation of the kind that SLUICE__KIND names, e.g. sluice__spsc_claim. */
#define SLUICE__KIND_PASTE_(kind, operation) sluice__##kind##_##operation
#define SLUICE__KIND_PASTE(kind, operation) SLUICE__KIND_PASTE_(kind, operation)
#define SLUICE__K(operation) SLUICE__KIND_PASTE(SLUICE__KIND, operation)

#endif
