/* options.c: the command line.
 *
 * SPDX-License-Identifier: MIT */
#include "options.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define QUICK_REPETITIONS 5
#define FULL_REPETITIONS 15
#define REPETITIONS_MIN 5
#define STEADY_MAX UINT64_C(1000000000000)

static void usage(FILE *to)
{
    fprintf(to, "usage: sluice-bench [--quick | --full] [--peers] [--reps N] [--filter REGEX] [--csv FILE]\n"
                "                    [--raw] [--list] [--steady N]\n"
                "  --quick   the rows that say most, about two minutes (default)\n"
                "  --full    all rows, measured for longer\n"
                "  --peers   other projects' queues too, as far as this program was built with them\n"
                "  --reps    repetitions of each measurement, %d to %d (default %d, with --full %d)\n"
                "  --filter  only what matches, e.g. 'throughput/8B' or 'pingpong.*sluice'; see --list\n"
                "  --csv     write the results there too\n"
                "  --raw     print every repetition, sorted\n"
                "  --list    print the names that --filter is matched with, and end\n"
                "  --steady  instead: N messages through the one channel that --filter names, and the memory\n"
                "            that is resident at 10, 50 and 100 %%\n",
            REPETITIONS_MIN, BENCH_REPETITIONS_MAX, QUICK_REPETITIONS, FULL_REPETITIONS);
}

static _Noreturn void refuse(const char *what, const char *why)
{
    fprintf(stderr, "sluice-bench: %s: %s\n", what, why);
    usage(stderr);
    exit(2);
}

static bool is(const char *word, const char *option)
{
    return strcmp(word, option) == 0;
}

static const char *command_line(int argc, char **argv)
{
    static char text[1024];
    const char *told = getenv("SLUICE_BENCH_COMMAND"); /* scripts/bench knows better what was typed */
    size_t length = (size_t)snprintf(text, sizeof text, "%s", told ? told : argv[0]);
    for (int i = 1; i < argc && length < sizeof text; i++)
        length += (size_t)snprintf(text + length, sizeof text - length,
                                   strpbrk(argv[i], " |*()$^[]") ? " '%s'" : " %s", argv[i]);
    return text;
}

/* An option with a value, or not. */
static bool parse_value(struct options *options, const char *word, const char *value)
{
    if (is(word, "--reps"))
        options->report.repetitions = (unsigned)strtoul(value, NULL, 10);
    else if (is(word, "--filter"))
        options->filter_text = value;
    else if (is(word, "--csv"))
        options->csv = value;
    else if (is(word, "--steady"))
        options->steady = strtoull(value, NULL, 10);
    else
        return false;
    return true;
}

static void parse_word(struct options *options, const char *word)
{
    if (is(word, "--quick") || is(word, "--full"))
        options->full = is(word, "--full");
    else if (is(word, "--raw"))
        options->report.raw = true;
    else if (is(word, "--peers"))
        options->peers = options->report.peers = true;
    else if (is(word, "--list"))
        options->list = true;
    else if (is(word, "--help"))
        usage(stdout), exit(0);
    else
        refuse(word, "unknown, or needs a value");
}

void options_parse(struct options *options, int argc, char **argv)
{
    *options = (struct options){ .filter_text = ".", .report.command = command_line(argc, argv) };
    for (int i = 1; i < argc; i++) {
        if (i + 1 < argc && parse_value(options, argv[i], argv[i + 1]))
            i++;
        else
            parse_word(options, argv[i]);
    }
    struct bench_report *report = &options->report;
    if (report->repetitions == 0)
        report->repetitions = options->full ? FULL_REPETITIONS : QUICK_REPETITIONS;
    if (report->repetitions < REPETITIONS_MIN || report->repetitions > BENCH_REPETITIONS_MAX)
        refuse("--reps", "out of range");
    if (options->steady > STEADY_MAX)
        refuse("--steady", "out of range");
    report->warm_ns = options->full ? 20e6 : 10e6;
    report->measure_ns = options->full ? 120e6 : 60e6;
    if (regcomp(&options->filter, options->filter_text, REG_EXTENDED | REG_NOSUB))
        refuse(options->filter_text, "not a regular expression");
    if (options->csv && !options->list && !(report->csv = fopen(options->csv, "w")))
        refuse(options->csv, strerror(errno));
}
