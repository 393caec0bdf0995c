/* sluice/detail/words.h: the words that choose a channel. Macros, not enum constants: an enum constant is 0 inside #if.
 * Their values are part of the library's binary interface.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLUICE_DETAIL_WORDS_H
#define SLUICE_DETAIL_WORDS_H

/* flavours */
#define SLUICE_SPSC 1
#define SLUICE_MPSC 2
#define SLUICE_SPMC 3
#define SLUICE_MPMC 4
#define SLUICE_MUTEX 5

/* buffers */
#define SLUICE_BOUNDED 1
#define SLUICE_UNBOUNDED 2
#define SLUICE_RENDEZVOUS 3

/* orders */
#define SLUICE_TOTAL 1
#define SLUICE_PER_SENDER 2

/* how the ends of a channel wait: what is traded for what. MUTEX channels always sleep at once */
#define SLUICE_WAIT_BALANCED 0   /* spins while messages come close together, sleeps when they do not */
#define SLUICE_WAIT_THROUGHPUT 1 /* lets messages gather: fewer wake-ups and shared cache lines, some messages up to a
                                  * quarter of a millisecond later */
#define SLUICE_WAIT_LATENCY 2    /* spins up to a millisecond before each sleep: a message that comes within it is there at once; the
                                  * CPU is busy meanwhile */

/* messages of every channel */
#define SLUICE_MESSAGE_BYTES_MAX 65536
#define SLUICE_MESSAGE_ALIGNMENT_MAX 4096

#endif
