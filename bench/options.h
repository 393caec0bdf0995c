/* options.h: what was asked for on the command line.
 *
 * SPDX-License-Identifier: MIT */
#ifndef BENCH_OPTIONS_H
#define BENCH_OPTIONS_H

#include "harness.h"

struct options {
    bool full, list, peers;
    regex_t filter;
    const char *filter_text, *csv;
    uint64_t steady; /* messages; 0: measure */
    struct bench_report report;
};

/* Ends the program where the command line makes no sense. */
void options_parse(struct options *options, int argc, char **argv);

/* Sends that many messages through one channel, and prints how much memory is resident meanwhile. */
void bench_steady(const struct options *options);

#endif
