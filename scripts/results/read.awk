# read.awk: reads the CSV that the benchmarks write, for the programs that follow on awk's command line.
#
#   rows[i, column]   the figures and names of row i, from 1; read_results() returns how many
#   row_key(rows, i)  what makes it the same measurement in another file
#   row_name(rows, i) the same for people, as --filter sees it
#
# Columns are found by their names, so that there may be more: p10 and p90, where a file has them, are used.
# Every mistake in a file is told with its line, and ends the program with status 2.
#
# SPDX-License-Identifier: MIT

function fail(file, line, why) {
    printf "%s:%s %s\n", file, line ? line ":" : "", why | "cat >&2"
    close("cat >&2")
    failed = 1
    exit 2
}

function is_number(text) {
    return text ~ /^[0-9]+(\.[0-9]*)?([eE][-+]?[0-9]+)?$/
}

# Which columns there are, into at[name]; missing ones are an error.
function read_header(file, line, at,    names, count, i) {
    count = split(line, names, ",")
    for (i = 1; i <= count; i++)
        at[names[i]] = i
    count = split(ID_COLUMNS " median min max unit", names, " ")
    for (i = 1; i <= count; i++)
        if (!(names[i] in at))
            fail(file, 1, "not results of scripts/bench: no column '" names[i] "'")
}

function check_row(file, number, rows, i,    names, count, k) {
    count = split(ID_COLUMNS " unit", names, " ")
    for (k = 1; k <= count; k++)
        if (rows[i, names[k]] !~ /^[-A-Za-z0-9_.:+\/()% ]+$/)
            fail(file, number, "column '" names[k] "' holds '" rows[i, names[k]] "'")
    count = split("senders receivers message_bytes median min max", names, " ")
    for (k = 1; k <= count; k++)
        if (!is_number(rows[i, names[k]]))
            fail(file, number, "column '" names[k] "' holds '" rows[i, names[k]] "', not a number")
    if (rows[i, "capacity"] != "-" && !is_number(rows[i, "capacity"]))
        fail(file, number, "column 'capacity' holds '" rows[i, "capacity"] "', neither a number nor -")
    if (rows[i, "min"] + 0 > rows[i, "median"] + 0 || rows[i, "median"] + 0 > rows[i, "max"] + 0)
        fail(file, number, "not min <= median <= max")
    rows[i, "quantiles"] = is_number(rows[i, "p10"]) && is_number(rows[i, "p90"])
}

function read_results(file, rows,    line, number, count, at, name, fields, columns, status, seen, key) {
    ID_COLUMNS = "workload implementation flavour buffer order senders receivers capacity message_bytes batch " \
        "placement"
    while ((status = (getline line < file)) > 0) {
        number++
        sub(/\r$/, "", line)
        if (number == 1) {
            columns = split(line, fields, ",")
            read_header(file, line, at)
            continue
        }
        if (line == "")
            continue
        if (split(line, fields, ",") != columns)
            fail(file, number, "not " columns " columns, as the first line has")
        count++
        rows[count, "p10"] = rows[count, "p90"] = ""
        for (name in at)
            rows[count, name] = fields[at[name]]
        check_row(file, number, rows, count)
        key = row_key(rows, count)
        if (key in seen)
            fail(file, number, "the same measurement as in line " seen[key] ": " row_name(rows, count))
        seen[key] = number
    }
    if (status < 0)
        fail(file, 0, "cannot be read")
    close(file)
    if (!count)
        fail(file, 0, "no results in it")
    return count
}

function row_key(rows, i,    names, count, k, key) {
    count = split(ID_COLUMNS, names, " ")
    for (k = 1; k <= count; k++)
        key = key SUBSEP rows[i, names[k]]
    return key
}

function row_name(rows, i,    label) {
    label = rows[i, "implementation"]
    if (label ~ /^sluice/)
        label = label "-" rows[i, "flavour"] "-" rows[i, "buffer"] "-" rows[i, "order"]
    else
        label = label (rows[i, "flavour"] ~ /^(-|spsc)$/ ? "" : "-" rows[i, "flavour"]) \
            (rows[i, "buffer"] == "bounded" ? "" : "-" rows[i, "buffer"])
    return rows[i, "workload"] "/" rows[i, "message_bytes"] "B/" rows[i, "capacity"] "/" rows[i, "senders"] "x" \
        rows[i, "receivers"] "/" rows[i, "placement"] "/" label
}
