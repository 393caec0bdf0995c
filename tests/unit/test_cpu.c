/* test_cpu.c: CPUs and quotas, on made-up control group trees.
 *
 * SPDX-License-Identifier: MIT */
#define _GNU_SOURCE 1

#include <errno.h>
#include <ftw.h>
#include <limits.h>
#include <sched.h>
#include <stdbool.h>
#include <sys/stat.h>
#include <time.h>

#include <sluice/thread.h>

#include "../check.h"
#include "thread/cpu.h"

static char root[PATH_MAX];

/* Writes a file below the root, making its folders. */
static void put(const char *name, const char *text)
{
    char path[2 * PATH_MAX];
    snprintf(path, sizeof path, "%s%s", root, name);
    for (char *slash = path + strlen(root) + 1; (slash = strchr(slash, '/')) != NULL; slash++) {
        *slash = '\0';
        REQUIRE(mkdir(path, 0700) == 0 || errno == EEXIST);
        *slash = '/';
    }
    FILE *file = fopen(path, "w");
    REQUIRE(file != NULL);
    REQUIRE(fputs(text, file) >= 0);
    REQUIRE(fclose(file) == 0);
}

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *where)
{
    (void)status;
    (void)kind;
    (void)where;
    return remove(path);
}

static void make_root(void)
{
    const char *folder = getenv("TMPDIR");
    snprintf(root, sizeof root, "%s/sluice-test-cpu-XXXXXX", folder ? folder : "/tmp");
    REQUIRE(mkdtemp(root) != NULL);
}

static void remove_root(void)
{
    nftw(root, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

#define V2_MOUNT "30 23 0:26 / /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw,nsdelegate\n"
#define V1_MOUNT "33 32 0:29 / /sys/fs/cgroup/cpu,cpuacct rw shared:11 - cgroup cgroup rw,cpu,cpuacct\n"
#define OTHER_MOUNTS                                              \
    "23 1 254:0 / / rw,relatime shared:1 - ext4 /dev/root rw\n"    \
    "24 23 0:22 / /proc rw,nosuid - proc proc rw\n"                \
    "34 32 0:30 / /sys/fs/cgroup/cpuset rw - cgroup cgroup rw,cpuset\n"

/* A fresh tree with these two files; the rest is put into it. */
static void tree(const char *groups, const char *mounts)
{
    remove_root();
    REQUIRE(mkdir(root, 0700) == 0);
    put("/proc/self/cgroup", groups);
    put("/proc/self/mountinfo", mounts);
}

static void v2_own_group(void)
{
    tree("0::/service\n", OTHER_MOUNTS V2_MOUNT);
    CHECK_EQ_INT(sluice__cpu_quota(root), UINT_MAX);
    put("/sys/fs/cgroup/service/cpu.max", "200000 100000\n");
    CHECK_EQ_INT(sluice__cpu_quota(root), 2);
    put("/sys/fs/cgroup/service/cpu.max", "200001 100000\n");
    CHECK_EQ_INT(sluice__cpu_quota(root), 3);
    put("/sys/fs/cgroup/service/cpu.max", "1000 100000\n");
    CHECK_EQ_INT(sluice__cpu_quota(root), 1);
    put("/sys/fs/cgroup/service/cpu.max", "max 100000\n");
    CHECK_EQ_INT(sluice__cpu_quota(root), UINT_MAX);
}

static void v2_every_ancestor_counts(void)
{
    tree("0::/a/b/c\n", V2_MOUNT);
    put("/sys/fs/cgroup/a/b/c/cpu.max", "max 100000\n");
    put("/sys/fs/cgroup/a/b/cpu.max", "500000 100000\n");
    CHECK_EQ_INT(sluice__cpu_quota(root), 5);
    put("/sys/fs/cgroup/a/cpu.max", "150000 50000\n");
    CHECK_EQ_INT(sluice__cpu_quota(root), 3);
    put("/sys/fs/cgroup/cpu.max", "200000 100000\n"); /* a namespace's root has one */
    CHECK_EQ_INT(sluice__cpu_quota(root), 2);
    put("/sys/fs/cgroup/a/b/c/cpu.max", "100000 100000\n");
    CHECK_EQ_INT(sluice__cpu_quota(root), 1);
    put("/sys/fs/cpu.max", "1 100000\n"); /* above the mount: not a group */
    put("/sys/fs/cgroup/a/b/c/d/cpu.max", "1 100000\n"); /* below us */
    put("/sys/fs/cgroup/a/b/c/cpu.max", "max 100000\n");
    CHECK_EQ_INT(sluice__cpu_quota(root), 2);
}

static void v2_in_a_container(void)
{
    /* The mount shows the hierarchy from the own group on. */
    tree("0::/docker/abc/inner\n", "30 23 0:26 /docker/abc /sys/fs/cgroup ro - cgroup2 cgroup rw\n");
    put("/sys/fs/cgroup/cpu.max", "400000 100000\n");
    put("/sys/fs/cgroup/inner/cpu.max", "300000 100000\n");
    CHECK_EQ_INT(sluice__cpu_quota(root), 3);
    /* A name that only begins alike is not below it: the mount itself is what there is. */
    put("/proc/self/cgroup", "0::/docker/abcd/inner\n");
    put("/sys/fs/cgroupd/inner/cpu.max", "100000 100000\n");
    CHECK_EQ_INT(sluice__cpu_quota(root), 4);
    /* The own group lies outside of the namespace. */
    tree("0::/../other\n", V2_MOUNT);
    put("/sys/fs/cgroup/cpu.max", "400000 100000\n");
    put("/sys/fs/other/cpu.max", "100000 100000\n");
    CHECK_EQ_INT(sluice__cpu_quota(root), 4);
}

static void v1_quota_and_period(void)
{
    tree("5:cpuset:/x\n4:cpu,cpuacct:/a/b\n1:name=systemd:/y\n", OTHER_MOUNTS V1_MOUNT);
    CHECK_EQ_INT(sluice__cpu_quota(root), UINT_MAX);
    put("/sys/fs/cgroup/cpu,cpuacct/a/b/cpu.cfs_quota_us", "-1\n");
    put("/sys/fs/cgroup/cpu,cpuacct/a/b/cpu.cfs_period_us", "100000\n");
    CHECK_EQ_INT(sluice__cpu_quota(root), UINT_MAX);
    put("/sys/fs/cgroup/cpu,cpuacct/a/b/cpu.cfs_quota_us", "250000\n");
    CHECK_EQ_INT(sluice__cpu_quota(root), 3);
    put("/sys/fs/cgroup/cpu,cpuacct/a/cpu.cfs_quota_us", "20000\n");
    put("/sys/fs/cgroup/cpu,cpuacct/a/cpu.cfs_period_us", "10000\n");
    CHECK_EQ_INT(sluice__cpu_quota(root), 2);
    /* cpuset and cpuacct are not the cpu controller */
    put("/sys/fs/cgroup/cpuset/a/b/cpu.cfs_quota_us", "10000\n");
    put("/sys/fs/cgroup/cpuset/a/b/cpu.cfs_period_us", "10000\n");
    CHECK_EQ_INT(sluice__cpu_quota(root), 2);
    put("/proc/self/cgroup", "5:cpuset:/a/b\n4:cpuacct:/a/b\n");
    CHECK_EQ_INT(sluice__cpu_quota(root), UINT_MAX);
}

static void both_versions_at_once(void)
{
    tree("4:cpu,cpuacct:/old\n0::/new\n", V1_MOUNT
         "41 31 0:38 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n");
    put("/sys/fs/cgroup/cpu,cpuacct/old/cpu.cfs_quota_us", "700000\n");
    put("/sys/fs/cgroup/cpu,cpuacct/old/cpu.cfs_period_us", "100000\n");
    CHECK_EQ_INT(sluice__cpu_quota(root), 7);
    put("/sys/fs/cgroup/unified/new/cpu.max", "600000 100000\n");
    CHECK_EQ_INT(sluice__cpu_quota(root), 6);
    put("/sys/fs/cgroup/cpu,cpuacct/old/cpu.cfs_quota_us", "500000\n");
    CHECK_EQ_INT(sluice__cpu_quota(root), 5);
}

static void names_with_blanks_and_colons(void)
{
    tree("0::/a b:c\n", "30 23 0:26 / /my\\040groups rw - cgroup2 none rw\n");
    put("/my groups/a b:c/cpu.max", "200000 100000\n");
    CHECK_EQ_INT(sluice__cpu_quota(root), 2);
}

static void garbage_limits_nothing(void)
{
    static const char *const limits[] = { "", "\n", "max", "junk", "-5 100000\n", "100000\n", "100000 0\n",
                                          "100000 x\n", "100000x100000\n", " 1 1\n",
                                          "99999999999999999999999 1\n" };
    tree("0::/g\n", V2_MOUNT);
    for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++) {
        put("/sys/fs/cgroup/g/cpu.max", limits[i]);
        CHECK_EQ_INT(sluice__cpu_quota(root), UINT_MAX);
    }
    put("/sys/fs/cgroup/g/cpu.max", "0 100000\n"); /* the least there is */
    CHECK_EQ_INT(sluice__cpu_quota(root), 1);

    static const char *const mounts[] = { "", "\n\n", "30", "30 23 0:26 / /sys/fs/cgroup rw\n",
                                          "30 23 0:26 / /sys/fs/cgroup rw -\n",
                                          "30 23 0:26 / /sys/fs/cgroup rw - cgroup2\n",
                                          "30 23 0:26 / /sys/fs/cgroup rw cgroup2 cgroup2 rw\n" };
    for (size_t i = 0; i < sizeof mounts / sizeof mounts[0]; i++) {
        put("/proc/self/mountinfo", mounts[i]);
        CHECK_EQ_INT(sluice__cpu_quota(root), UINT_MAX);
    }
    static const char *const groups[] = { "", "\n", "0", "0:", "0:\n:\n", "::", "x:cpuset:/g\n" };
    put("/proc/self/mountinfo", V2_MOUNT V1_MOUNT);
    for (size_t i = 0; i < sizeof groups / sizeof groups[0]; i++) {
        remove_root();
        REQUIRE(mkdir(root, 0700) == 0);
        put("/proc/self/mountinfo", V2_MOUNT V1_MOUNT);
        put("/proc/self/cgroup", groups[i]);
        CHECK_EQ_INT(sluice__cpu_quota(root), UINT_MAX);
    }
    remove_root();
    CHECK_EQ_INT(sluice__cpu_quota(root), UINT_MAX); /* no files at all */
    REQUIRE(mkdir(root, 0700) == 0);
}

/* Longer than any buffer that is tried first, and a group path longer than any path may be. */
static void large_files(void)
{
    tree("0::/g\n", "");
    char path[2 * PATH_MAX];
    snprintf(path, sizeof path, "%s/proc/self/mountinfo", root);
    FILE *file = fopen(path, "w");
    REQUIRE(file != NULL);
    for (int i = 0; i < 20000; i++)
        fprintf(file, "%d 23 0:99 / /mnt/%d rw shared:1 - tmpfs tmpfs rw\n", 100 + i, i);
    fputs(V2_MOUNT, file);
    REQUIRE(fclose(file) == 0);
    put("/sys/fs/cgroup/g/cpu.max", "200000 100000\n");
    CHECK_EQ_INT(sluice__cpu_quota(root), 2);

    static char long_group[20000];
    memset(long_group, 'x', sizeof long_group - 1);
    memcpy(long_group, "0::/", 4);
    put("/proc/self/cgroup", long_group);
    CHECK_EQ_INT(sluice__cpu_quota(root), UINT_MAX);
}

static void *count_pinned(void *arg)
{
    *(unsigned *)arg = sluice_cpu_count();
    nanosleep(&(struct timespec){ .tv_nsec = 150000000 }, NULL); /* so that the count is due again */
    sluice__cpu_count_refresh();
    return NULL;
}

static void the_real_machine(void)
{
    cpu_set_t allowed;
    REQUIRE(sched_getaffinity(0, sizeof allowed, &allowed) == 0);
    unsigned mask = (unsigned)CPU_COUNT(&allowed), quota = sluice__cpu_quota("");
    CHECK(quota >= 1);
    CHECK_EQ_INT(sluice_cpu_count(), mask < quota ? mask : quota);
    sluice__cpu_count_refresh();
    CHECK_EQ_INT(sluice__cpu_mask_cached(), mask);
    CHECK_EQ_INT(sluice__cpu_quota_cached(), quota);

    unsigned cpu = 0, counted = 0;
    while (!CPU_ISSET(cpu, &allowed))
        cpu++;
    sluice_thread *t;
    REQUIRE(sluice_spawn(&t, count_pinned, &counted, &(struct sluice_spawn_options){ .pin = true, .cpu = cpu }) ==
            SLUICE_OK);
    CHECK_STATUS(sluice_join(&t, NULL), SLUICE_OK);
    CHECK_EQ_INT(counted, 1);
    CHECK_EQ_INT(sluice__cpu_mask_cached(), mask); /* one pinned thread does not speak for its peers */
}

/* Paths that are too long for the system, and a file that is too large for us, say nothing. */
static void what_is_too_long_is_left_out(void)
{
    static char text[5 << 20];
    char longest[4600];
    memset(longest, 'x', sizeof longest);
    longest[0] = '/';
    longest[sizeof longest - 1] = '\0';
    CHECK_EQ_INT(sluice__cpu_quota(longest), UINT_MAX);
    snprintf(text, sizeof text, "30 23 0:26 / %s rw - cgroup2 cgroup2 rw\n" V2_MOUNT, longest); /* a mount point */
    tree("0::/service\n", text);
    put("/sys/fs/cgroup/service/cpu.max", "200000 100000\n");
    CHECK_EQ_INT(sluice__cpu_quota(root), 2); /* the other lines count */
    longest[4200] = '\0';
    snprintf(text, sizeof text, "0::%s\n", longest); /* a group */
    tree(text, "30 23 0:26 / /a/mount/point/that/makes/it/longer/than/any/path/may/be/a/mount/point/that/makes/it/longer/than/any/path/may/be/"
               "so/that/both/together/are/too/long rw - cgroup2 cgroup2 rw\n");
    CHECK_EQ_INT(sluice__cpu_quota(root), UINT_MAX);
    memset(text, '\n', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    memcpy(text, V2_MOUNT, sizeof V2_MOUNT - 1);
    tree("0::/service\n", text);
    put("/sys/fs/cgroup/service/cpu.max", "200000 100000\n");
    CHECK_EQ_INT(sluice__cpu_quota(root), UINT_MAX);
}

int main(void)
{
    make_root();
    RUN(v2_own_group);
    RUN(v2_every_ancestor_counts);
    RUN(v2_in_a_container);
    RUN(v1_quota_and_period);
    RUN(both_versions_at_once);
    RUN(names_with_blanks_and_colons);
    RUN(garbage_limits_nothing);
    RUN(large_files);
    RUN(the_real_machine);
    RUN(what_is_too_long_is_left_out);
    remove_root();
    return CHECK_DONE();
}
