/* cpu.h: how many CPUs there are to use.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SLUICE_THREAD_CPU_H
#define SLUICE_THREAD_CPU_H

/* How many CPUs' worth of time the control groups of this process allow, rounded up, at least 1; UINT_MAX
 * where nothing limits it. All paths (/proc/self/cgroup, /proc/self/mountinfo and the mount points named
 * there) are taken below `root`: "" for the system's own, a folder of its own for a test. */
unsigned sluice__cpu_quota(const char *root);

/* For deciding whether spinning can pay: the quota, and the widest affinity mask that any caller of refresh has shown
 * (the widest, because threads pinned to one CPU each still have peers on the others). 0 before the first refresh. Any
 * thread; one relaxed read. */
unsigned sluice__cpu_quota_cached(void);
unsigned sluice__cpu_mask_cached(void);

/* Brings both up to date, at most every 100 ms. Reads files and allocates: called when a channel is opened, never
 * while messages move. Any thread. */
void sluice__cpu_count_refresh(void);

#endif
