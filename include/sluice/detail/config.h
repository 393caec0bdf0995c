/* sluice/detail/config.h: compiler and platform words shared by every header.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLUICE_DETAIL_CONFIG_H
#define SLUICE_DETAIL_CONFIG_H

#if __SIZEOF_POINTER__ < 8 /* before anything is included that a compiler for both may lack */
#error "sluice needs a 64-bit machine (x86-64, aarch64)"
#endif

#include <stddef.h>
#include <stdint.h>

#if !defined(__GNUC__)
#error "sluice needs gcc or clang: it uses their atomic builtins and attributes"
#endif
#if !defined(__linux__)
#error "sluice runs on Linux only"
#endif

/* 1: look for broken rules (two threads in one endpoint, use after drop) and report them. Set by the Meson
 * option `hardened` through pkg-config; a translation unit may also define it itself. */
#ifndef SLUICE_HARDENED
#define SLUICE_HARDENED 0
#endif

/* Two lines of 64 bytes: x86's adjacent-line prefetcher and some aarch64 cores move lines in pairs. */
#define SLUICE_CACHE_LINE 128

#define SLUICE_API __attribute__((visibility("default")))
#define SLUICE_NODISCARD __attribute__((warn_unused_result))
#if defined(__has_attribute)
#if __has_attribute(unavailable)
#define SLUICE_UNAVAILABLE(advice) __attribute__((unavailable(advice)))
#endif
#endif
#ifndef SLUICE_UNAVAILABLE /* gcc before 12 */
#define SLUICE_UNAVAILABLE(advice) __attribute__((error(advice)))
#endif
#define SLUICE_ALIGNED(bytes) __attribute__((aligned(bytes)))
#ifndef SLUICE_INLINE /* a program in which only the behaviour counts may leave that to the compiler, and compile faster */
#define SLUICE_INLINE static inline __attribute__((always_inline, unused))
#endif
#define SLUICE_MAYBE_UNUSED static inline __attribute__((unused))
#define SLUICE_OUTLINE static __attribute__((noinline, unused))
#define SLUICE_COLD static __attribute__((cold, noinline, unused))

#if defined(__SANITIZE_THREAD__)
#define SLUICE__THREAD_SANITIZER 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define SLUICE__THREAD_SANITIZER 1
#endif
#endif

#define sluice__likely(x) __builtin_expect(!!(x), 1)
#define sluice__unlikely(x) __builtin_expect(!!(x), 0)

#ifdef __cplusplus
#define SLUICE_STATIC_ASSERT(condition, message) static_assert(condition, message)
#define SLUICE_ALIGNOF(type) alignof(type)
#else
#define SLUICE_STATIC_ASSERT(condition, message) _Static_assert(condition, message)
#define SLUICE_ALIGNOF(type) _Alignof(type)
#endif

#endif
