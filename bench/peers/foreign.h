/* foreign.h: what this suite and the loops in Rust and in Go know of each other. Such a loop is called once for a
 * whole run, and does what loops.inc.h does: writes each message whole, checks its number and its last word.
 *
 * SPDX-License-Identifier: MIT */
#ifndef BENCH_FOREIGN_H
#define BENCH_FOREIGN_H

#include <stdbool.h>
#include <stdint.h>

/* What a receiver expects and has got; see struct bench_sink, whose parts these are. */
struct foreign_sink {
    uint64_t *expected; /* of each sender */
    uint64_t *got;      /* read by others meanwhile */
    uint64_t left, sum;
    uint32_t senders;
    bool alone, wrong;
};

/* One kind of channel for messages of one size. Ends are opaque, and belong to one thread at a time. */
struct foreign_ops {
    bool (*open)(uint64_t capacity, uint32_t senders, uint32_t receivers, bool one_cpu, void **tx, void **rx);
    void (*drop_tx)(void *tx);
    void (*drop_rx)(void *rx);
    bool (*drained)(void *rx);
    bool (*send)(void *tx, uint64_t first, uint64_t count);
    bool (*recv)(void *rx, struct foreign_sink *sink);
    bool (*exchange)(void *tx, void *rx, uint64_t count);
    bool (*echo)(void *tx, void *rx, uint64_t count);
    bool (*send_word)(void *tx, uint64_t word);
    bool (*recv_word)(void *rx, uint64_t *word);
};

#endif
