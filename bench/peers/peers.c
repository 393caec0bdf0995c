/* peers.c: the peers that this program was built with. Meson defines HAS_... for each project that it found.
 *
 * SPDX-License-Identifier: MIT */
#include "../harness.h"

#ifdef HAS_CK
#define EACH_CK(X) X(ck_ring_spsc) X(ck_ring_mpsc) X(ck_ring_spmc) X(ck_ring_mpmc) X(ck_fifo_spsc)
#else
#define EACH_CK(X)
#endif
#ifdef HAS_CK_FIFO_MPMC
#define EACH_CK_FIFO_MPMC(X) X(ck_fifo_mpmc)
#else
#define EACH_CK_FIFO_MPMC(X)
#endif
#ifdef HAS_URCU
#define EACH_URCU(X) X(wfcqueue)
#else
#define EACH_URCU(X)
#endif
#ifdef HAS_DPDK
#define EACH_DPDK(X)                                                                           \
    X(dpdk_ring_spsc) X(dpdk_ring_mpsc) X(dpdk_ring_spmc) X(dpdk_ring_mpmc) X(dpdk_ring_mpmc_hts) \
    X(dpdk_ring_mpmc_rts)
#else
#define EACH_DPDK(X)
#endif
#ifdef HAS_BOOST
#define EACH_BOOST(X) X(boost_spsc_queue) X(boost_queue) X(boost_queue_unbounded)
#else
#define EACH_BOOST(X)
#endif
#ifdef HAS_MOODYCAMEL_RW
#define EACH_MOODYCAMEL_RW(X)                                                        \
    X(moodycamel_rw) X(moodycamel_rw_unbounded) X(moodycamel_rw_blocking)            \
    X(moodycamel_rw_blocking_unbounded)
#else
#define EACH_MOODYCAMEL_RW(X)
#endif
#ifdef HAS_MOODYCAMEL_CQ
#define EACH_MOODYCAMEL_CQ(X) X(moodycamel_cq) X(moodycamel_cq_tokens) X(moodycamel_cq_blocking)
#else
#define EACH_MOODYCAMEL_CQ(X)
#endif
#ifdef HAS_TBB
#define EACH_TBB(X) X(tbb_bounded_queue) X(tbb_queue)
#else
#define EACH_TBB(X)
#endif
#ifdef HAS_GLIB
#define EACH_GLIB(X) X(glib)
#else
#define EACH_GLIB(X)
#endif
#ifdef HAS_RUST
#define EACH_RUST(X) X(rust_channel) X(rust_sync) X(rust_sync_zero)
#else
#define EACH_RUST(X)
#endif
#ifdef HAS_CROSSBEAM
#define EACH_CROSSBEAM(X) X(crossbeam_unbounded) X(crossbeam) X(crossbeam_zero)
#else
#define EACH_CROSSBEAM(X)
#endif
#ifdef HAS_GO
#define EACH_GO(X) X(go) X(go_zero)
#else
#define EACH_GO(X)
#endif

#define EACH_PEER(X)                                                                                   \
    EACH_CK(X) EACH_CK_FIFO_MPMC(X) EACH_URCU(X) EACH_DPDK(X) EACH_BOOST(X) EACH_MOODYCAMEL_RW(X)       \
    EACH_MOODYCAMEL_CQ(X) EACH_TBB(X) EACH_GLIB(X) EACH_RUST(X) EACH_CROSSBEAM(X) EACH_GO(X)

#define DECLARE(name) extern const struct bench_implementation bench_peer_##name;
EACH_PEER(DECLARE)

#define POINT_TO(name) &bench_peer_##name,
const struct bench_implementation *const bench_peers[] = { EACH_PEER(POINT_TO) NULL };
const unsigned bench_peers_count = sizeof bench_peers / sizeof *bench_peers - 1;
