/* rust.c: Rust's std::sync::mpsc, and crossbeam-channel where PEER_CROSSBEAM is its version. The loops are in
 * rust/peers.rs.
 *
 * SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "foreign.h"
#include "peer.h"

extern const struct foreign_ops peer_rust_channel_8, peer_rust_sync_8, peer_rust_sync_64, peer_rust_sync_256;

#define OPS channel_8
#define FOREIGN peer_rust_channel_8
#include "foreign.inc.h"

#define OPS sync_8
#define FOREIGN peer_rust_sync_8
#include "foreign.inc.h"

#define OPS sync_64
#define FOREIGN peer_rust_sync_64
#include "foreign.inc.h"

#define OPS sync_256
#define FOREIGN peer_rust_sync_256
#include "foreign.inc.h"

#define IMPLEMENTATION(symbol, ...)                       \
    PEER_EXPORT const struct bench_implementation symbol; \
    const struct bench_implementation symbol = {          \
        .order = "total",                                 \
        .senders_max = BENCH_ENDS_MAX,                    \
        .sleeps = true,                                   \
        __VA_ARGS__                                       \
    }

IMPLEMENTATION(bench_peer_rust_channel, .name = "rust-channel", .flavour = "mpsc", .buffer = BENCH_UNBOUNDED,
               .receivers_max = 1, .project = PEER_PROJECT, .ops = { &channel_8 });
IMPLEMENTATION(bench_peer_rust_sync, .name = "rust-sync-channel", .flavour = "mpsc", .buffer = BENCH_BOUNDED,
               .receivers_max = 1, .project = PEER_PROJECT, .ops = { &sync_8, &sync_64, &sync_256 });
IMPLEMENTATION(bench_peer_rust_sync_zero, .name = "rust-sync-channel", .flavour = "mpsc",
               .buffer = BENCH_RENDEZVOUS, .receivers_max = 1, .project = PEER_PROJECT, .ops = { &sync_8 });

#ifdef PEER_CROSSBEAM
extern const struct foreign_ops peer_crossbeam_unbounded_8;
extern const struct foreign_ops peer_crossbeam_8, peer_crossbeam_64, peer_crossbeam_256;

#define OPS unbounded_8
#define FOREIGN peer_crossbeam_unbounded_8
#include "foreign.inc.h"

#define OPS bounded_8
#define FOREIGN peer_crossbeam_8
#include "foreign.inc.h"

#define OPS bounded_64
#define FOREIGN peer_crossbeam_64
#include "foreign.inc.h"

#define OPS bounded_256
#define FOREIGN peer_crossbeam_256
#include "foreign.inc.h"

IMPLEMENTATION(bench_peer_crossbeam_unbounded, .name = "crossbeam", .flavour = "-", .buffer = BENCH_UNBOUNDED,
               .receivers_max = BENCH_ENDS_MAX, .project = PEER_CROSSBEAM, .ops = { &unbounded_8 });
IMPLEMENTATION(bench_peer_crossbeam, .name = "crossbeam", .flavour = "-", .buffer = BENCH_BOUNDED,
               .receivers_max = BENCH_ENDS_MAX, .project = PEER_CROSSBEAM,
               .ops = { &bounded_8, &bounded_64, &bounded_256 });
IMPLEMENTATION(bench_peer_crossbeam_zero, .name = "crossbeam", .flavour = "-", .buffer = BENCH_RENDEZVOUS,
               .receivers_max = BENCH_ENDS_MAX, .project = PEER_CROSSBEAM, .ops = { &bounded_8 });
#endif
