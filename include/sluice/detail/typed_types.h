/* sluice/detail/typed_types.h: the types of one typed channel. Included by <sluice/channel.h> for each channel, and by the
 * any-channel for each kind, whose messages are of no type (SLUICE_TYPE is not defined).
 *
 * SPDX-License-Identifier: MIT */

#ifdef SLUICE_TYPE
typedef SLUICE_TYPE SLUICE__N(_message);

SLUICE_STATIC_ASSERT(sizeof(SLUICE__N(_message)) <= SLUICE_MESSAGE_BYTES_MAX,
                     "a message has at most 64 KiB: send a pointer to a larger one");
SLUICE_STATIC_ASSERT(SLUICE_ALIGNOF(SLUICE__N(_message)) <= SLUICE_MESSAGE_ALIGNMENT_MAX,
                     "a message's alignment is at most 4096");
#ifdef __cplusplus
SLUICE_STATIC_ASSERT(__is_trivially_copyable(SLUICE__N(_message)),
                     "messages are copied by their bytes: send a pointer to an object that has a copy constructor");
#endif
#else
typedef void SLUICE__N(_message);
#endif

/* An endpoint's block as the library allocates it. A struct of its own for each channel and side, so that the
 * compiler tells them apart. */
struct SLUICE__N(__sender) {
    struct sluice__end end;
    SLUICE__K(tx) cursor;
};
struct SLUICE__N(__receiver) {
    struct sluice__end end;
    SLUICE__K(rx) cursor;
};
typedef struct SLUICE__N(__sender) *SLUICE__N(_tx);
typedef struct SLUICE__N(__receiver) *SLUICE__N(_rx);
