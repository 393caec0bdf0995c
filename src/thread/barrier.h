/* barrier.h: a full memory barrier on every thread of the process, paid by the one who asks: the heavy half of asymmetric
 * schemes, whose light half is a compiler barrier.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLUICE_THREAD_BARRIER_H
#define SLUICE_THREAD_BARRIER_H

#include <stdbool.h>

/* Whether the system has offered such barriers so far. Once it has refused one it stays with that. */
bool sluice__barrier_works(void);
/* Makes every running thread of the process execute a full barrier, somewhere between two of its instructions, and the caller one
 * before and after (a thread that is not running passes one when it is switched in). Returns whether that was done; never tries
 * again once it was refused. */
bool sluice__barrier_on_all_threads(void);
/* The same where the system refuses: keeps the caller busy until no store that was made before the call can still be in a store
 * buffer. That takes 20 ms, so it is for what happens once. */
void sluice__barrier_by_patience(void);

#endif
