/* cpu.c: how many CPUs there are to use: the affinity mask and the control groups' quotas.
 *
 * A quota binds a group and all groups below it, so that of the own group and of every ancestor that is
 * visible counts. /proc/self/cgroup names the own group in each hierarchy, /proc/self/mountinfo tells
 * where a hierarchy is mounted and from which of its groups on (in a container, often the own one).
 * Whatever cannot be read or understood limits nothing.
 *
 * SPDX-License-Identifier: MIT */
#include "thread/cpu.h"

#include <ctype.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sluice/thread.h>

#include "thread/os.h"

#define REFRESH_INTERVAL UINT64_C(100000000) /* nanoseconds */
#define PATH_SIZE 4352                        /* the system's longest path, and a file name */
#define SMALL_FILE 16384
#define LARGE_FILE (1 << 22) /* mountinfo of a host with some ten thousand mounts */

static unsigned smaller(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

/* The file's text, to be freed; NULL where it cannot be had whole. */
static char *read_whole(const char *root, const char *name)
{
    char path[PATH_SIZE];
    int length = snprintf(path, sizeof path, "%s%s", root, name);
    if (length < 0 || (size_t)length >= sizeof path)
        return NULL;
    for (size_t size = SMALL_FILE; size <= LARGE_FILE; size *= 16) {
        char *text = sluice__os_allocate(1, size);
        if (!text)
            return NULL;
        int error = sluice__os_read_file(path, text, size);
        if (!error && strlen(text) + 1 < size)
            return text;
        sluice__os_free(text);
        if (error)
            return NULL;
    }
    return NULL;
}

/* Reads a decimal number at *text and moves past it. False, and nothing moved, where there is none. */
static bool take_number(const char **text, uint64_t *number)
{
    if (!isdigit((unsigned char)**text))
        return false;
    char *end;
    *number = strtoull(*text, &end, 10); /* too large a number saturates: as good as no limit */
    *text = end;
    return true;
}

static unsigned whole_cpus(uint64_t quota, uint64_t period)
{
    uint64_t cpus = quota / period + (quota % period != 0);
    return cpus == 0 ? 1 : cpus > UINT_MAX ? UINT_MAX : (unsigned)cpus;
}

/* The limit a v2 group sets: "quota period" in microseconds, or "max period". */
static unsigned limit_v2(const char *group)
{
    char *text = read_whole(group, "/cpu.max");
    const char *rest = text;
    uint64_t quota, period;
    unsigned limit = UINT_MAX;
    if (text && take_number(&rest, &quota) && *rest++ == ' ' && take_number(&rest, &period) && period)
        limit = whole_cpus(quota, period);
    sluice__os_free(text);
    return limit;
}

/* The number in a file that holds nothing else; false for -1, garbage and no file. */
static bool read_number(const char *group, const char *name, uint64_t *number)
{
    char *text = read_whole(group, name);
    const char *rest = text;
    bool ok = text && take_number(&rest, number) && (*rest == '\n' || !*rest);
    sluice__os_free(text);
    return ok;
}

/* The limit a v1 group sets: two files in microseconds, the quota -1 for none. */
static unsigned limit_v1(const char *group)
{
    uint64_t quota, period;
    if (read_number(group, "/cpu.cfs_quota_us", &quota) && read_number(group, "/cpu.cfs_period_us", &period) &&
        period)
        return whole_cpus(quota, period);
    return UINT_MAX;
}

/* Whether a list divided by commas holds the word. */
static bool lists(const char *list, const char *word)
{
    size_t length = strlen(word);
    while (list && *list) {
        if (strncmp(list, word, length) == 0 && (list[length] == ',' || !list[length]))
            return true;
        list = strchr(list, ',');
        if (list)
            list++;
    }
    return false;
}

/* Finds the own group in the text of /proc/self/cgroup, lines of "number:controllers:path": the line that
 * lists the controller, or for "" the one of v2, which lists none. False where there is none. */
static bool find_group(const char *text, const char *controller, char path[PATH_SIZE])
{
    for (const char *line = text, *next; *line; line = next) {
        size_t length = strcspn(line, "\n");
        next = line[length] ? line + length + 1 : line + length;
        const char *list = memchr(line, ':', length);
        const char *name = list ? memchr(list + 1, ':', length - (size_t)(list + 1 - line)) : NULL;
        if (!name || (size_t)(line + length - name) > PATH_SIZE)
            continue;
        char controllers[256];
        snprintf(controllers, sizeof controllers, "%.*s", (int)(name - list - 1), list + 1);
        if (*controller ? lists(controllers, controller) : !*controllers) {
            snprintf(path, PATH_SIZE, "%.*s", (int)(line + length - name - 1), name + 1);
            return true;
        }
    }
    return false;
}

/* Resolves the \ooo with which mountinfo writes blanks and the like. */
static void unescape(char *text)
{
    char *to = text;
    for (const char *from = text; *from; to++) {
        if (from[0] == '\\' && from[1] && from[2] && from[3]) {
            *to = (char)((from[1] - '0') * 64 + (from[2] - '0') * 8 + (from[3] - '0'));
            from += 4;
        } else {
            *to = *from++;
        }
    }
    *to = '\0';
}

/* One mount of a control group hierarchy. */
struct mount {
    const char *origin; /* the group that is mounted */
    const char *point;  /* where */
    bool v2;
};

/* Reads a line of mountinfo, taking it apart: id, parent, device, origin, point, options, tags up to a
 * lone "-", type, source, the type's options. False unless it is a hierarchy that can limit CPU time. */
static bool parse_mount(char *line, struct mount *mount)
{
    char *field[6];
    for (int i = 0; i < 6; i++)
        if (!(field[i] = strsep(&line, " ")))
            return false;
    char *tag = strsep(&line, " ");
    while (tag && strcmp(tag, "-") != 0)
        tag = strsep(&line, " ");
    const char *type = strsep(&line, " ");
    const char *source = strsep(&line, " ");
    const char *options = strsep(&line, " ");
    if (!source || !options)
        return false;
    unescape(field[3]);
    unescape(field[4]);
    *mount = (struct mount){ .origin = field[3], .point = field[4], .v2 = strcmp(type, "cgroup2") == 0 };
    return mount->v2 || (strcmp(type, "cgroup") == 0 && lists(options, "cpu"));
}

/* The group's path below the mount: "" where the mount shows the group itself, or does not show it. */
static const char *below(const char *group, const char *origin)
{
    size_t length = strlen(origin);
    if (length && origin[length - 1] == '/')
        length--; /* the hierarchy's own root, "/" */
    if (strncmp(group, origin, length) != 0 || group[length] != '/' || !group[length + 1])
        return "";
    return strncmp(group + length, "/..", 3) == 0 ? "" : group + length;
}

/* The tightest limit from the group up to the mount point. */
static unsigned tightest(const char *root, const struct mount *mount, const char *group)
{
    char path[PATH_SIZE];
    int top = snprintf(path, sizeof path, "%s%s", root, mount->point);
    if (top < 0 || (size_t)top >= sizeof path)
        return UINT_MAX;
    int length = snprintf(path + top, sizeof path - (size_t)top, "%s", below(group, mount->origin));
    if (length < 0 || (size_t)length >= sizeof path - (size_t)top)
        return UINT_MAX;
    unsigned limit = UINT_MAX;
    for (char *end = path + top + length; ; *end = '\0') {
        limit = smaller(limit, mount->v2 ? limit_v2(path) : limit_v1(path));
        if (end == path + top)
            return limit;
        do
            end--;
        while (end > path + top && *end != '/');
    }
}

unsigned sluice__cpu_quota(const char *root)
{
    unsigned limit = UINT_MAX;
    char *groups = read_whole(root, "/proc/self/cgroup");
    char *mounts = read_whole(root, "/proc/self/mountinfo");
    char *rest = groups ? mounts : NULL;
    for (char *line; (line = strsep(&rest, "\n")) != NULL;) {
        struct mount mount;
        char group[PATH_SIZE];
        if (parse_mount(line, &mount) && find_group(groups, mount.v2 ? "" : "cpu", group))
            limit = smaller(limit, tightest(root, &mount, group));
    }
    sluice__os_free(mounts);
    sluice__os_free(groups);
    return limit;
}

unsigned sluice_cpu_count(void)
{
    return smaller(sluice__os_affinity_count(), sluice__cpu_quota(""));
}

static sluice__a32 quota; /* both 0 before the first refresh */
static sluice__a32 widest_mask;
static sluice__a64 refresh_at;

void sluice__cpu_count_refresh(void)
{
    uint64_t now = sluice__os_now();
    uint64_t due = sluice__a64_load_relaxed(&refresh_at); /* relaxed: a hint; the exchange below decides */
    if (now < due || !sluice__a64_cas_relaxed(&refresh_at, &due, now + REFRESH_INTERVAL)) /* relaxed: elects one */
        return;
    uint32_t mask = sluice__os_affinity_count();
    uint32_t widest = sluice__a32_load_relaxed(&widest_mask); /* relaxed: a number on its own */
    while (mask > widest)
        if (sluice__a32_cas_relaxed(&widest_mask, &widest, mask)) /* relaxed: as above */
            widest = mask;
    sluice__a32_store_relaxed(&quota, sluice__cpu_quota("")); /* relaxed: a number on its own */
}

unsigned sluice__cpu_quota_cached(void)
{
    return sluice__a32_load_relaxed(&quota); /* relaxed: a number on its own */
}

unsigned sluice__cpu_mask_cached(void)
{
    return sluice__a32_load_relaxed(&widest_mask); /* relaxed: a number on its own */
}
