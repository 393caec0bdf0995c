/* shim.h: Google Benchmark for C: register, iterate, count. Implemented in shim.cc, which is C++.
 *
 * SPDX-License-Identifier: MIT */
#ifndef BENCH_SHIM_H
#define BENCH_SHIM_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct shim_state; /* one repetition, while its body runs */

typedef void shim_body(struct shim_state *state, void *argument);

/* Once, before anything else. Repetitions of what is registered together will be interleaved at random. */
void shim_start(const char *program);

/* Registers a benchmark that measures its own time: `repetitions` times one iteration. */
void shim_register(const char *name, shim_body *body, void *argument, int repetitions);

/* Runs what was registered and forgets it. Returns how many benchmarks ran. */
size_t shim_run(void);

/* For bodies: `while (shim_iterate(state))` around the measured work, which reports its time and its messages. */
int shim_iterate(struct shim_state *state);
void shim_time(struct shim_state *state, double seconds);
void shim_count(struct shim_state *state, uint64_t messages, uint64_t message_bytes);

#ifdef __cplusplus
}
#endif

#endif
