/* real_os.c: the real os.c, with the functions that faulty_os.c wraps under other names.
 *
 * SPDX-License-Identifier: MIT */
#define sluice__os_allocate real_os_allocate
#define sluice__os_free real_os_free
#define sluice__os_mutex_init real_os_mutex_init
#define sluice__os_condition_init real_os_condition_init
#define sluice__os_condition_wait real_os_condition_wait
#define sluice__os_futex_wait real_os_futex_wait
#define sluice__os_membarrier_register real_os_membarrier_register
#define sluice__os_membarrier real_os_membarrier

#include "thread/os.c"
