/* faulty.h: what a test can do to a library that runs on faulty_os.c. All of it may be set at any time, from any
 * thread; everything is off at first.
 *
 * SPDX-License-Identifier: MIT */
#ifndef FAULTY_H
#define FAULTY_H

#include <stdint.h>

/* Index of the first message of channels opened from now on. */
extern uint64_t faulty_first_position;

/* The n-th allocation from now on fails (1: the next one), and all after it if `for_good`. 0: none fails. */
void faulty_allocation_fails(uint64_t n, int for_good);
uint64_t faulty_allocations(void); /* asked for so far, failures included */
int64_t faulty_blocks(void);       /* allocated and not freed */
int64_t faulty_bytes(void);        /* in those, as the allocator rounds them */
/* Of 1000 allocations this many fail, at random. */
void faulty_allocations_fail_at_random(unsigned per_mille);

/* The n-th mutex or condition variable from now on cannot be made (1: the next one). 0: all can. */
void faulty_sync_object_fails(uint64_t n);

/* membarrier's registration and, after `calls` successful ones, its calls answer with these errno values. */
void faulty_membarrier(int registering, int calling, uint64_t calls);
uint64_t faulty_membarrier_calls(void);
/* Its calls say that they were done, and do nothing. */
void faulty_membarrier_lies(int lies);

/* Of 1000 futex waits and condition waits this many do not sleep, and answer EINTR, EAGAIN or 0 (a wake-up for no
 * reason) at random. */
void faulty_futex(unsigned per_mille);
uint64_t faulty_futex_waits(void); /* asked for so far */

#endif
