/* sluice/shared.h: a value that several threads own together and change one at a time.
 *
 * Parameters, defined before each inclusion and undefined by it:
 *     SLUICE_NAME        prefix of everything generated
 *     SLUICE_TYPE        the value's type
 *     SLUICE_DROP(ptr)   optional: destroys *ptr, a SLUICE_TYPE; runs once, when the last owner is gone
 *
 *     #define SLUICE_NAME tally
 *     #define SLUICE_TYPE long
 *     #include <sluice/shared.h>
 *
 *     SLUICE_AUTO(tally) total = NULL;
 *     if (tally_open(&total, 0) != SLUICE_OK)
 *         return 1;
 *     … give tally_clone(total) to other threads …
 *     {
 *         SLUICE_AUTO(tally_guard) g = tally_lock(total);
 *         ++*g.value;
 *     }                                     // unlocked here
 *
 * Each owner is used by one thread at a time; give each thread a clone. A guard belongs to the thread that
 * locked and must go before the owner it came from. The lock is not recursive: locking again under one's
 * own guard is a broken rule (release: the thread waits for ever; hardened build: reported, and the guard
 * is empty). So is using an owner after its drop: the NULL left behind is always reported, a stale copy of
 * the pointer is undefined in release and noticed as a best effort in the hardened build. A thread that is
 * cancelled, or exits, under a guard leaves the value locked for ever, unless its code was compiled with
 * -fexceptions. The generated functions:
 *
 * enum sluice_status NAME_open(NAME *out, TYPE initial)
 *     Makes shared state with one owner, *out, holding `initial`. SLUICE_OK, or, with *out untouched and
 *     `initial` still the caller's: SLUICE_INVALID (out is NULL), SLUICE_NO_MEMORY, SLUICE_NO_RESOURCE
 *     (no mutex). Does not block.
 * NAME NAME_clone(NAME shared)
 *     Returns one more owner; never fails. NULL for NULL. Wait-free.
 * void NAME_drop(NAME *shared)
 *     Ends the owner and leaves NULL; a no-op for NULL. The last one destroys the value on its thread, with
 *     no lock held. Wait-free but for that.
 * NAME_guard NAME_lock(NAME shared)
 *     Waits for the lock; the guard's `value` points to the value until the guard is dropped. `value` is
 *     NULL after a broken rule that was reported, never otherwise. Blocks.
 * enum sluice_status NAME_try_lock(NAME shared, NAME_guard *out)
 *     SLUICE_OK and a guard in *out; or, with *out untouched, SLUICE_BUSY (locked now, by whomever),
 *     SLUICE_INVALID (out is NULL) or SLUICE_MISUSE (reported). Does not block.
 * void NAME_guard_drop(NAME_guard *guard)
 *     Unlocks and makes the guard empty; a no-op for an empty guard. The thread that locked.
 *
 * SPDX-License-Identifier: MIT */
#include <sluice/detail/misuse.h>
#include <sluice/detail/shared.h>

#ifndef SLUICE_NAME
#error "define SLUICE_NAME, the prefix of the generated names, before including sluice/shared.h"
#endif
#ifndef SLUICE_TYPE
#error "define SLUICE_TYPE, the type of the shared value, before including sluice/shared.h"
#endif

#if defined(SLUICE_NAME) && defined(SLUICE_TYPE)

#define SLUICE__SHARED_PASTE_(name, suffix) name##suffix
#define SLUICE__SHARED_PASTE(name, suffix) SLUICE__SHARED_PASTE_(name, suffix)
#define SLUICE__SHARED_STRING_(name) #name
#define SLUICE__SHARED_STRING(name) SLUICE__SHARED_STRING_(name)
#define SLUICE__ID(suffix) SLUICE__SHARED_PASTE(SLUICE_NAME, suffix)
#define SLUICE__WHERE(suffix) SLUICE__SHARED_STRING(SLUICE_NAME) suffix

SLUICE_STATIC_ASSERT(sizeof(SLUICE_TYPE) <= SLUICE__SHARED_MAX_SIZE, "SLUICE_TYPE is larger than 1 GiB");
SLUICE_STATIC_ASSERT(SLUICE_ALIGNOF(SLUICE_TYPE) <= SLUICE__SHARED_MAX_ALIGNMENT,
                     "SLUICE_TYPE is aligned to more than 4096 bytes");
#ifdef __cplusplus
SLUICE_STATIC_ASSERT(__is_trivially_copyable(SLUICE_TYPE), "SLUICE_TYPE must be trivially copyable");
#endif

struct SLUICE__ID(_shared); /* never defined: it keeps owners of different states apart */
typedef struct SLUICE__ID(_shared) *SLUICE_NAME;

typedef struct SLUICE__ID(_guard) {
    SLUICE_TYPE *value;  /* NULL: an empty guard */
    SLUICE_NAME locked;  /* the library's */
} SLUICE__ID(_guard);

SLUICE_MAYBE_UNUSED SLUICE_NODISCARD enum sluice_status SLUICE__ID(_open)(SLUICE_NAME *out, SLUICE_TYPE initial)
{
    void *value;
    struct sluice__shared *made = NULL;
    enum sluice_status status = sluice__shared_open(out ? &made : NULL, &value, sizeof(SLUICE_TYPE),
                                                    SLUICE_ALIGNOF(SLUICE_TYPE), SLUICE_HARDENED);
    if (status == SLUICE_OK) {
        __builtin_memcpy(value, &initial, sizeof(SLUICE_TYPE));
        *out = (SLUICE_NAME)made;
    }
    return status;
}

SLUICE_MAYBE_UNUSED SLUICE_NODISCARD SLUICE_NAME SLUICE__ID(_clone)(SLUICE_NAME shared)
{
    return (SLUICE_NAME)sluice__shared_clone((struct sluice__shared *)shared, SLUICE__WHERE("_clone"));
}

SLUICE_MAYBE_UNUSED void SLUICE__ID(_drop)(SLUICE_NAME *shared)
{
    if (!shared)
        return;
    struct sluice__shared *dropped = (struct sluice__shared *)*shared;
    *shared = NULL;
    SLUICE_TYPE *value = (SLUICE_TYPE *)sluice__shared_release(dropped, SLUICE__WHERE("_drop"));
    if (!value)
        return;
#ifdef SLUICE_DROP
    SLUICE_DROP(value);
#endif
    sluice__shared_free(dropped);
}

SLUICE_MAYBE_UNUSED SLUICE_NODISCARD SLUICE__ID(_guard) SLUICE__ID(_lock)(SLUICE_NAME shared)
{
    SLUICE__ID(_guard) guard;
    guard.value = (SLUICE_TYPE *)sluice__shared_lock((struct sluice__shared *)shared, SLUICE__WHERE("_lock"));
    guard.locked = shared;
    return guard;
}

SLUICE_MAYBE_UNUSED SLUICE_NODISCARD enum sluice_status SLUICE__ID(_try_lock)(SLUICE_NAME shared,
                                                                            SLUICE__ID(_guard) *out)
{
    if (!out)
        return SLUICE_INVALID;
    void *value;
    enum sluice_status status = sluice__shared_try_lock((struct sluice__shared *)shared, &value,
                                                        SLUICE__WHERE("_try_lock"));
    if (status == SLUICE_OK) {
        out->value = (SLUICE_TYPE *)value;
        out->locked = shared;
    }
    return status;
}

SLUICE_MAYBE_UNUSED void SLUICE__ID(_guard_drop)(SLUICE__ID(_guard) *guard)
{
    if (!guard || !guard->value)
        return;
    guard->value = NULL;
    sluice__shared_unlock((struct sluice__shared *)guard->locked, SLUICE__WHERE("_guard_drop"));
}

#undef SLUICE__WHERE
#undef SLUICE__ID
#undef SLUICE__SHARED_STRING
#undef SLUICE__SHARED_STRING_
#undef SLUICE__SHARED_PASTE
#undef SLUICE__SHARED_PASTE_

#endif

#undef SLUICE_NAME
#undef SLUICE_TYPE
#undef SLUICE_DROP
