/* sluice/detail/misuse.h: how inlined and compiled code report a broken rule.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLUICE_DETAIL_MISUSE_H
#define SLUICE_DETAIL_MISUSE_H

#include <sluice/detail/config.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Tells the handler set with sluice_on_misuse which rule was broken and which call noticed. Both are
 * static strings. Returns if the handler does; the caller then does nothing further. */
SLUICE_API void sluice__misuse(const char *rule, const char *where);

/* Tells the handler set with sluice_on_warning; for the compiled half. */
void sluice__warn(const char *text);

#ifdef __cplusplus
}
#endif

#endif
