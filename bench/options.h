/* options.h: what was asked for on the command line.
 *
 * SPDX-License-Identifier: MIT */
#ifndef BENCH_OPTIONS_H
#define BENCH_OPTIONS_H

#include "harness.h"

struct options {
    bool full, list;
    regex_t filter;
    const char *filter_text, *csv;
    struct bench_report report;
};

/* Ends the program where the command line makes no sense. */
void options_parse(struct options *options, int argc, char **argv);

#endif
