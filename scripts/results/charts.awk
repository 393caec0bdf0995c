# charts.awk: which figures of the results go into which chart. Variable: file.
#
# Prints a line for each point, with tabs between these (an order of charts comes with `sort` by the first five):
#   section, group, chart   numbers; a section's groups and a group's charts come in the order of the file
#   rank, x                 within a chart: the order of implementations, the best first; the place on the x axis
#   kind                    bars, range (a point between its extremes) or lines
#   the group's heading, the chart's title, the x axis's title, unit
#   row                     as the benchmarks print it above a table: what was disturbed is known by that
#   label, class            of the implementation; class: sluice, mutex, bare or peer
#   median, min, max, p10, p90
#
# SPDX-License-Identifier: MIT

BEGIN {
    OFS = "\t"
    count = read_results(file, rows)
    for (i = 1; i <= count; i++)
        add_row(i)
    for (i = 1; i <= count; i++)
        add_to_lines(i)
    for (p = 1; p <= points; p++)
        print_line_point(p)
}

# ---- words ----

function number_of(count, what) {
    return count " " what (count == 1 ? "" : "s")
}

function label_of(i,    label) {
    label = rows[i, "implementation"]
    if (rows[i, "flavour"] != "-" && label != "bare")
        label = label " " rows[i, "flavour"]
    if (rows[i, "order"] != "-" && rows[i, "order"] != "total")
        label = label " " rows[i, "order"]
    return label
}

function class_of(i,    name) {
    name = rows[i, "implementation"]
    if (name ~ /^sluice/)
        return "sluice"
    return name ~ /^(mutex|bare)$/ ? name : "peer"
}

function room_of(i) {
    return rows[i, "capacity"] == "-" ? rows[i, "buffer"] : "capacity " rows[i, "capacity"]
}

function ends_of(i,    crowd) {
    crowd = rows[i, "workload"] == "crowd"
    return number_of(crowd ? 1 : rows[i, "senders"], "sender") ", " number_of(rows[i, "receivers"], "receiver") \
        (crowd ? ", alone or beside 1000 idle senders" : "")
}

function runs_of(i) {
    return rows[i, "batch"] == "-" ? "" : ", runs of " rows[i, "batch"]
}

function placement_of(i,    placement) {
    placement = rows[i, "placement"]
    if (placement == "spread")
        return "senders and receivers on different CPUs"
    if (placement == "one-cpu")
        return "all on one CPU"
    return placement == "free" ? "wherever the kernel puts them" : placement == "-" ? "one thread" : placement
}

function title_of(i) {
    return rows[i, "message_bytes"] " B, " room_of(i) ", " ends_of(i) runs_of(i)
}

function work_of(workload) {
    if (workload == "throughput")
        return ""
    if (workload == "batch")
        return "in runs"
    if (workload == "inplace")
        return "in place"
    if (workload == "pingpong")
        return "round trip"
    if (workload == "sequential")
        return "a send and a receive"
    if (workload ~ /^trickle-p/)
        return "one message every 20 µs"
    if (workload == "trickle-cpu")
        return "of the receiver of one message every 20 µs"
    if (workload == "idle-cpu")
        return "of a receiver that gets nothing"
    if (workload == "idle-cpu-send")
        return "of a sender whose channel is full"
    return workload == "crowd" ? "" : workload
}

function capital(text) {
    return toupper(substr(text, 1, 1)) substr(text, 2)
}

# ---- a chart for each row ----

function section_of(i,    workload) {
    workload = rows[i, "workload"]
    if (workload == "throughput")
        return 1
    if (workload == "batch" || workload == "inplace")
        return 2
    if (workload == "crowd")
        return 3
    if (workload ~ /cpu/)
        return 8
    return rows[i, "unit"] == "ns" ? 7 : 9
}

# The number of the heading in the section; new ones come behind.
function group_of(section, heading) {
    if (!((section, heading) in group_number))
        group_number[section, heading] = ++groups[section]
    return group_number[section, heading]
}

function chart_of(section, key) {
    if (!((section, key) in chart_number))
        chart_number[section, key] = ++charts
    return chart_number[section, key]
}

# What is best comes first, or, where nothing is better, what is least.
function rank_of(figure, unit) {
    return unit == "Mmsg/s" ? -figure : figure
}

# p50 and p99 of one implementation stay together, ordered by p50.
function trickle_rank(i,    key) {
    key = label_of(i) SUBSEP title_of(i) SUBSEP rows[i, "placement"]
    if (rows[i, "workload"] == "trickle-p50")
        trickle_p50[key] = rows[i, "median"]
    return (key in trickle_p50) ? trickle_p50[key] : rows[i, "median"]
}

function add_row(i,    section, heading, work, rank, label, row) {
    section = section_of(i)
    work = work_of(rows[i, "workload"])
    heading = capital(work (work == "" ? "" : ", ") placement_of(i))
    rank = rank_of(rows[i, "median"], rows[i, "unit"])
    label = label_of(i)
    if (rows[i, "workload"] ~ /^trickle-p/) {
        rank = trickle_rank(i)
        label = label substr(rows[i, "workload"], 8)
        sub(/-p/, ", p", label)
    }
    if (rows[i, "workload"] == "crowd" && rows[i, "senders"] > 1)
        label = label ", " rows[i, "senders"] - 1 " idle"
    row = rows[i, "workload"] "  " title_of(i) ", " rows[i, "placement"]
    sub(/-$/, "one thread", row)
    print_point(i, section, heading, title_of(i), rank, 0, section == 7 ? "range" : "bars", "", label, row)
}

function print_point(i, section, heading, title, rank, x, kind, axis, label, row) {
    print section, group_of(section, heading), chart_of(section, heading SUBSEP title), rank, x, kind, heading,
        title, axis, rows[i, "unit"], row, label, class_of(i), rows[i, "median"], rows[i, "min"], rows[i, "max"],
        rows[i, "quantiles"] ? rows[i, "p10"] : "", rows[i, "quantiles"] ? rows[i, "p90"] : ""
}

# ---- charts over something ----

# A point of a line; the line is the implementation's in the chart that the section, heading and title name.
function add_point(i, section, x, title, axis,    work, heading, line) {
    work = work_of(rows[i, "workload"])
    heading = capital(work (work == "" ? "" : ", ") placement_of(i))
    points++
    point_row[points] = i
    point_section[points] = section
    point_x[points] = x + 0
    point_title[points] = title runs_of(i)
    point_heading[points] = heading
    point_axis[points] = axis
    line = line_of(points)
    if (!((line, x) in line_x)) {
        line_x[line, x] = 1
        if (++line_length[line] > 1 && class_of(i) ~ /sluice|peer/)
            compared[chart_key(points)] = 1
    }
    if (!(line in line_last) || x + 0 > line_last[line]) {
        line_last[line] = x + 0
        line_rank[line] = rank_of(rows[i, "median"], rows[i, "unit"])
    }
}

function chart_key(p) {
    return point_section[p] SUBSEP point_heading[p] SUBSEP point_title[p]
}

function line_of(p) {
    return chart_key(p) SUBSEP label_of(point_row[p])
}

function add_to_lines(i,    workload, size, senders, receivers) {
    workload = rows[i, "workload"]
    size = rows[i, "message_bytes"] " B"
    senders = rows[i, "senders"]
    receivers = rows[i, "receivers"]
    if (workload ~ /^(throughput|batch|inplace|pingpong|sequential)$/)
        add_point(i, 6, rows[i, "message_bytes"], room_of(i) ", " ends_of(i), "bytes in a message")
    if (workload !~ /^(throughput|batch|inplace)$/)
        return
    if (receivers == 1)
        add_point(i, 4, senders, size ", " room_of(i) ", 1 receiver", "senders")
    if (senders == 1)
        add_point(i, 4, receivers, size ", " room_of(i) ", 1 sender", "receivers")
    if (senders == receivers)
        add_point(i, 4, senders, size ", " room_of(i) ", as many receivers as senders",
                  "senders, and as many receivers")
    if (rows[i, "buffer"] == "bounded")
        add_point(i, 5, rows[i, "capacity"], size ", " ends_of(i), "capacity, messages")
}

# A line has two points at least, and the baselines are not drawn alone.
function print_line_point(p) {
    if (line_length[line_of(p)] > 1 && (chart_key(p) in compared))
        print_point(point_row[p], point_section[p], point_heading[p], point_title[p], line_rank[line_of(p)],
                    point_x[p], "lines", point_axis[p], label_of(point_row[p]), "")
}
