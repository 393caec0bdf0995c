/* kind.inc.h: one kind of sluice channel as an implementation. The including file says which by KIND_FLAVOUR,
 * KIND_BUFFER and KIND_ORDER, in lower case, and the result is bench_FLAVOUR_BUFFER_ORDER. Where it defines
 * KIND_SMALL, only messages of 8 bytes are compiled. KIND_WAIT, if defined, is how its ends wait, in lower case; the result is then
 * bench_WAIT_FLAVOUR_BUFFER_ORDER.
 *
 * SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "harness.h"

/* What the words mean: to the channel, */
#define FLAVOUR_OF_spsc SLUICE_SPSC
#define FLAVOUR_OF_mpsc SLUICE_MPSC
#define FLAVOUR_OF_spmc SLUICE_SPMC
#define FLAVOUR_OF_mpmc SLUICE_MPMC
#define FLAVOUR_OF_mutex SLUICE_MUTEX
#define BUFFER_OF_bounded SLUICE_BOUNDED
#define BUFFER_OF_unbounded SLUICE_UNBOUNDED
#define BUFFER_OF_rendezvous SLUICE_RENDEZVOUS
#define ORDER_OF_total SLUICE_TOTAL
#define ORDER_OF_per_sender SLUICE_PER_SENDER
#define WAIT_OF_latency SLUICE_WAIT_LATENCY
#define WAIT_OF_throughput SLUICE_WAIT_THROUGHPUT
/* to the suite, */
#define SENDERS_OF_spsc 1
#define SENDERS_OF_mpsc BENCH_ENDS_MAX
#define SENDERS_OF_spmc 1
#define SENDERS_OF_mpmc BENCH_ENDS_MAX
#define SENDERS_OF_mutex BENCH_ENDS_MAX
#define RECEIVERS_OF_spsc 1
#define RECEIVERS_OF_mpsc 1
#define RECEIVERS_OF_spmc BENCH_ENDS_MAX
#define RECEIVERS_OF_mpmc BENCH_ENDS_MAX
#define RECEIVERS_OF_mutex BENCH_ENDS_MAX
#define BENCH_BUFFER_OF_bounded BENCH_BOUNDED
#define BENCH_BUFFER_OF_unbounded BENCH_UNBOUNDED
#define BENCH_BUFFER_OF_rendezvous BENCH_RENDEZVOUS
#define HAS_CELLS_bounded 1
#define HAS_CELLS_unbounded 1
#define HAS_CELLS_rendezvous 0
#define IS_PER_SENDER_total false
#define IS_PER_SENDER_per_sender true
/* and to the reader. */
#define NAME_OF_spsc "sluice", "spsc"
#define NAME_OF_mpsc "sluice", "mpsc"
#define NAME_OF_spmc "sluice", "spmc"
#define NAME_OF_mpmc "sluice", "mpmc"
#define NAME_OF_mutex "mutex", "-"
#define ORDER_NAME_total "total"
#define ORDER_NAME_per_sender "per-sender"

#define KIND_PASTE_(a, b) a##b
#define KIND_PASTE(a, b) KIND_PASTE_(a, b)
#define KIND_STRING_(a) #a
#define KIND_STRING(a) KIND_STRING_(a)
#define KIND_NAME_(flavour, buffer, order) bench_##flavour##_##buffer##_##order
#define KIND_NAME(flavour, buffer, order) KIND_NAME_(flavour, buffer, order)

#ifdef KIND_WAIT
#define KIND_IMPLEMENTATION KIND_PASTE(KIND_PASTE(bench_, KIND_WAIT), KIND_PASTE(KIND_PASTE(_, KIND_FLAVOUR), \
                            KIND_PASTE(KIND_PASTE(_, KIND_BUFFER), KIND_PASTE(_, KIND_ORDER))))
#define ADAPTER_WAIT KIND_PASTE(WAIT_OF_, KIND_WAIT)
#define KIND_LABEL "sluice-" KIND_STRING(KIND_WAIT), KIND_STRING(KIND_FLAVOUR)
#else
#define KIND_IMPLEMENTATION KIND_NAME(KIND_FLAVOUR, KIND_BUFFER, KIND_ORDER)
#define ADAPTER_WAIT SLUICE_WAIT_BALANCED
#define KIND_LABEL KIND_PASTE(NAME_OF_, KIND_FLAVOUR)
#endif

#define ADAPTER "adapter_typed.h"
#define ADAPTER_FLAVOUR KIND_PASTE(FLAVOUR_OF_, KIND_FLAVOUR)
#define ADAPTER_BUFFER KIND_PASTE(BUFFER_OF_, KIND_BUFFER)
#define ADAPTER_ORDER KIND_PASTE(ORDER_OF_, KIND_ORDER)
#define ADAPTER_SENDERS KIND_PASTE(SENDERS_OF_, KIND_FLAVOUR)
#define ADAPTER_RECEIVERS KIND_PASTE(RECEIVERS_OF_, KIND_FLAVOUR)
#define ADAPTER_HAS_CELLS KIND_PASTE(HAS_CELLS_, KIND_BUFFER)
#ifdef KIND_SMALL
#include "size_8.inc.h"
#define KIND_OPS &ops_8
#else
#include "sizes.inc.h"
#define KIND_OPS &ops_8, &ops_64, &ops_256
#endif

extern const struct bench_implementation KIND_IMPLEMENTATION;

const struct bench_implementation KIND_IMPLEMENTATION = {
    KIND_LABEL,
    .order = KIND_PASTE(ORDER_NAME_, KIND_ORDER),
    .buffer = KIND_PASTE(BENCH_BUFFER_OF_, KIND_BUFFER),
    .senders_max = ADAPTER_SENDERS,
    .receivers_max = ADAPTER_RECEIVERS,
    .sleeps = true,
    .per_sender = KIND_PASTE(IS_PER_SENDER_, KIND_ORDER),
    .ops = { KIND_OPS },
};
