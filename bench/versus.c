/* versus.c: sluice against the peers, over the whole run: the best of each side in every row.
 *
 * SPDX-License-Identifier: MIT */
#include "versus.h"

#include <string.h>

#define LINES_MAX 512
#define WRONG_MAX 64

/* A row, or one of the things measured in it. */
struct line {
    const struct bench_row *row;
    const char *suffix;
    char title[BENCH_NAME_MAX]; /* the names' common part */
    struct best {
        const struct bench_implementation *with; /* NULL: nobody */
        double median;
    } sluice, peer;
    double times; /* sluice's best better than the best peer */
};

static struct line lines[LINES_MAX];
static unsigned line_count;
static char wrong[WRONG_MAX][2 * BENCH_NAME_MAX];
static unsigned wrong_count;

void bench_versus_start(void)
{
    printf("  peers    ");
    for (unsigned i = 0; i < bench_peers_count; i++)
        if (i == 0 || strcmp(bench_peers[i]->project, bench_peers[i - 1]->project) != 0)
            printf("%s %s", i ? "," : "", bench_peers[i]->project);
    printf("%s\n", bench_peers_count ? "" : " none: this program was built without");
}

static bool is_sluice(const struct bench_case *c)
{
    return strncmp(c->implementation->name, "sluice", 6) == 0;
}

static struct line *line_of(const struct bench_case *c, const char *suffix)
{
    for (unsigned i = line_count; i > 0; i--)
        if (lines[i - 1].row == c->row && strcmp(lines[i - 1].suffix, suffix) == 0)
            return &lines[i - 1];
    if (line_count == LINES_MAX)
        return NULL;
    struct line *line = &lines[line_count++];
    const char *last = strrchr(c->name, '/');
    line->row = c->row;
    line->suffix = suffix;
    snprintf(line->title, sizeof line->title, "%.*s%.8s", (int)(last ? last - c->name : 0), c->name, suffix);
    return line;
}

void bench_versus_note(const struct bench_case *c, const char *suffix, double median, double times,
                       bool is_best_peer)
{
    struct line *line = is_sluice(c) || is_best_peer ? line_of(c, suffix) : NULL;
    if (!line)
        return;
    if (is_best_peer)
        line->peer = (struct best){ c->implementation, median };
    if (is_sluice(c) && times > line->times) {
        line->sluice = (struct best){ c->implementation, median };
        line->times = times;
    }
}

unsigned bench_versus_sift(struct bench_result *results, unsigned count)
{
    unsigned left = 0;
    for (unsigned i = 0; i < count; i++) {
        const char *what = results[i].wrong[0] ? results[i].wrong : NULL;
        if (what && wrong_count < WRONG_MAX)
            snprintf(wrong[wrong_count++], sizeof *wrong, "%s: %.120s", results[i].c->name, what);
        if (what)
            printf("\n%s: %s; no figure\n", results[i].c->name, what);
        else if (left++ != i)
            results[left - 1] = results[i];
    }
    return left;
}

static void print_line(const struct line *line)
{
    char sluice[BENCH_NAME_MAX], peer[BENCH_NAME_MAX];
    printf("    %-38s %-36s %10.2f   %-34s %10.2f %7.2f\n", line->title, bench_label(line->sluice.with, sluice),
           line->sluice.median, bench_label(line->peer.with, peer), line->peer.median, line->times);
}

void bench_versus_end(void)
{
    if (bench_peers_count)
        printf("\nbest of sluice, best peer (Mmsg/s, or ns), and how many times better sluice is\n");
    for (unsigned i = 0; i < line_count; i++)
        if (lines[i].sluice.with && lines[i].peer.with)
            print_line(&lines[i]);
    if (wrong_count)
        printf("\nwithout a figure\n");
    for (unsigned i = 0; i < wrong_count; i++)
        printf("    %s\n", wrong[i]);
}
