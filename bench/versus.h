/* versus.h: sluice against the peers, over the whole run.
 *
 * SPDX-License-Identifier: MIT */
#ifndef BENCH_VERSUS_H
#define BENCH_VERSUS_H

#include "harness.h"

/* Which peers there are, for the report's head. */
void bench_versus_start(void);

/* Takes note of one line of one row; `suffix` where the row has several, `times`: how many times better than the
 * best peer, or whether it is that. */
void bench_versus_note(const struct bench_case *c, const char *suffix, double median, double times,
                       bool is_best_peer);

/* Takes the results of peers that were wrong out, and says so. Returns how many are left. */
unsigned bench_versus_sift(struct bench_result *results, unsigned count);

/* For each row the best of sluice and the best peer; what was wrong. */
void bench_versus_end(void);

#endif
