# compare.awk: what moved between two files of results. Variables: before, after (the files), all (1: every row),
# least (per cent).
#
# SPDX-License-Identifier: MIT

BEGIN {
    count_before = read_results(before, b)
    count_after = read_results(after, a)
    for (i = 1; i <= count_before; i++)
        place_before[row_key(b, i)] = i
    for (i = 1; i <= count_after; i++)
        place_after[row_key(a, i)] = i
    for (i = 1; i <= count_before; i++)
        if (row_key(b, i) in place_after)
            compare(i, place_after[row_key(b, i)])
    report()
}

# How far repetitions lie from each other: p10 to p90 where both files have them, else the extremes.
function apart(i, j,    low, high) {
    low = b[i, "quantiles"] && a[j, "quantiles"] ? "p10" : "min"
    high = low == "p10" ? "p90" : "max"
    return b[i, high] + 0 < a[j, low] + 0 || a[j, high] + 0 < b[i, low] + 0
}

# More of it means: faster, slower, or just more.
function verdict_of(unit, more) {
    if (unit == "Mmsg/s")
        return more ? "faster" : "slower"
    if (unit == "ns")
        return more ? "slower" : "faster"
    return more ? "more" : "less"
}

# How many times better, or where nothing is better, more; 0: not to be said.
function ratio_of(unit, old, new) {
    if (old <= 0 || new <= 0)
        return 0
    return unit == "ns" ? old / new : new / old
}

function compare(i, j,    old, new, verdict, unit, ratio) {
    old = b[i, "median"] + 0
    new = a[j, "median"] + 0
    unit = b[i, "unit"]
    if (unit != a[j, "unit"])
        fail(after, 0, row_name(a, j) ": in " a[j, "unit"] ", but in " before " in " unit)
    verdict = "same"
    if (apart(i, j) && (new > old * (1 + least / 100) || new < old * (1 - least / 100)))
        verdict = verdict_of(unit, new > old)
    ratio = ratio_of(unit, old, new)
    total[verdict]++
    shared++
    lines[verdict, total[verdict]] = sprintf("    %-66s %12.4g %12.4g %-6s %7s  %s", row_name(b, i), old, new,
                                             unit, ratio ? sprintf("%.2f", ratio) : "-", verdict)
}

function print_all(verdict,    i) {
    for (i = 1; i <= total[verdict]; i++)
        print lines[verdict, i]
}

function print_moved() {
    printf "    %-66s %12s %12s %-6s %7s\n", "", "before", "after", "", "x"
    print_all("slower")
    print_all("faster")
    print_all("more")
    print_all("less")
    if (all)
        print_all("same")
}

function print_missing(rows, count, others, file,    i, any) {
    for (i = 1; i <= count; i++)
        if (!(row_key(rows, i) in others)) {
            if (!any++)
                printf "\nonly in %s\n", file
            print "    " row_name(rows, i)
        }
}

function report(    moved) {
    printf "before  %s, %d rows\nafter   %s, %d rows\n\n", before, count_before, after, count_after
    moved = shared - total["same"]
    printf "%d of %d rows that are in both moved beyond the noise", moved, shared
    printf ": %d slower, %d faster, %d in CPU time\n", total["slower"], total["faster"],
        total["more"] + total["less"]
    if (moved || (all && shared))
        print_moved()
    print_missing(b, count_before, place_after, before)
    print_missing(a, count_after, place_before, after)
    print ""
    print "Moved: the ranges of the repetitions (p10 to p90 where both files have them, else min to max) do not"
    printf "meet, and the medians are more than %g %% apart. x: how many times better the median became;\n", least
    print "of CPU time, larger. With five repetitions about one row in a hundred moves by chance; a machine that"
    print "changed moves them all."
}
