# page.awk: puts the page together. Reads what charts.awk prints, sorted, with the chart's number before each line.
# Variables: charts (the folder with cN.svg), style (a file), log_file (what was printed with the results; may be
# empty).
#
# SPDX-License-Identifier: MIT

BEGIN {
    FS = "\t"
    describe_sections()
    read_log()
}

$1 != chart { end_chart(); chart = $1; count = 0; disturbances = "" }
{ remember() }
END { end_chart(); print_page() }

# ---- what is read ----

function describe_sections() {
    title[1] = "Throughput"
    intro[1] = "Senders send as fast as they can, through calls that block. A bar, and the number behind it, is " \
        "the median of the repetitions; the line through its end goes from the slowest to the fastest."
    title[2] = "Throughput in runs"
    intro[2] = "The same with many messages a call: batches, and messages written and read where they lie."
    title[3] = "Throughput in a crowd"
    intro[3] = "The same while a thousand more senders exist that do nothing."
    title[4] = "Throughput over the number of threads"
    intro[4] = "One line for each implementation, of its medians, with the extremes. Lines stand a little " \
        "apart, so that their marks can be told from each other."
    title[5] = "Throughput over capacity"
    intro[5] = "With order per sender the capacity is each sender's."
    title[6] = "Over the size of a message"
    intro[6] = "Bigger messages take more of the memory's time, whatever the channel does."
    title[7] = "Latency"
    intro[7] = "Less is better. The point is the median of the repetitions, the line goes from the least to " \
        "the most, and the bar, if there is one, from the 10th to the 90th percentile of them. Of messages " \
        "sent one every 20 µs, half arrive within p50 and 99 % within p99."
    title[8] = "CPU time"
    intro[8] = "What waiting costs."
    title[9] = "More"
    intro[9] = ""
    split("Throughput,In runs,In a crowd,Over threads,Over capacity,Over size,Latency,CPU time,More", short_title,
          ",")
    class_title["sluice"] = "sluice"
    class_title["mutex"] = "mutex: sluice's baseline"
    class_title["bare"] = "bare: a ring that does nothing else"
    class_title["peer"] = "other libraries"
    split("sluice mutex bare peer", classes, " ")
    split("1 5 6 7", class_colour, " ")
}

# What the run said of the machine, and which rows it called disturbed.
function read_log(    line, row) {
    while (log_file != "" && (getline line < log_file) > 0) {
        if (match(line, /^  (date|machine|system|distance|measure|command|asked) +/)) {
            row = substr(line, 3)
            sub(/ .*/, "", row)
            said[row] = substr(line, RLENGTH + 1)
        } else if (line ~ /^    disturbed: /)
            add_disturbance(last_row, substr(line, 16))
        else if (match(line, /[0-9]+ ns is the run's median/))
            said["distance"] = substr(line, RSTART, index(substr(line, RSTART), " ")) \
                "ns for a cache line to get from the one CPU to the other, the run's median"
        else if (line ~ /^sluice .* benchmarks$/)
            said["version"] = line
        else if (line ~ /^[a-z]/)
            last_row = row_measured(line)
    }
}

# What was measured at once, and may have been disturbed at once, has several tables.
function row_measured(text) {
    sub(/^trickle-[a-z0-9]+/, "trickle", text)
    return text
}

# The counts are in another order than the chart's: their sum is told.
function add_disturbance(row, text,    counts, values, many, sum, i) {
    if (match(text, /[0-9, ]+ of each's [0-9]+ /)) {
        counts = substr(text, RSTART, RLENGTH)
        text = substr(text, 1, RSTART - 1)
        many = split(counts, values, /, | of each's /)
        for (i = 1; i < many; i++)
            sum += values[i]
        text = text " " sum " of " (many - 1) * values[many] " repetitions"
    }
    if (row in disturbed)
        text = disturbed[row] "; " text
    disturbed[row] = text
}

function remember() {
    count++
    section = $2
    kind = $7
    heading = $8
    caption = $9
    axis = $10
    unit = $11
    label[count] = $13
    x[count] = $6
    figures[count] = $15 FS $16 FS $17 FS $18 FS $19
    has_quantiles = $18 != ""
    has_class[$14] = 1
    row = row_measured($12)
    if ((row in disturbed) && index(disturbances, disturbed[row]) == 0)
        disturbances = disturbances (disturbances == "" ? "" : "; ") disturbed[row]
}

# ---- words ----

function html(text) {
    gsub(/&/, "\\&amp;", text)
    gsub(/</, "\\&lt;", text)
    gsub(/>/, "\\&gt;", text)
    gsub(/"/, "\\&quot;", text)
    return text
}

function unit_text() {
    if (unit == "Mmsg/s")
        return "million messages a second"
    return unit == "ns" ? "nanoseconds" : unit == "%" ? "% of one CPU" : unit
}

function digits(value) {
    return sprintf(value >= 100 ? "%.0f" : value >= 10 ? "%.1f" : value >= 1 ? "%.2f" : "%.3f", value)
}

# ---- a chart ----

# The picture as gnuplot wrote it, without what one page needs only once, or not at all.
function svg_of(number,    file, line, text, drawing, held) {
    file = charts "/c" number ".svg"
    while ((getline line < file) > 0) {
        if (line ~ /viewBox=/) {
            sub(/^ */, "", line)
            text = "<svg " line " role=\"img\" aria-label=\"" html(caption ", " heading ": " unit_text()) "\">\n"
        }
        if (line ~ /<defs>/)
            drawing = -1
        if (drawing > 0)
            text = text svg_line(line)
        if (line ~ /<\/defs>/)
            drawing = 1
    }
    close(file)
    gsub(/<g [^>]*>\n*<\/g>\n/, "", text)
    sub(/<\/g>\n<\/svg>/, "</svg>", text) # of gnuplot_canvas, which was before the defs
    return text
}

function svg_line(line) {
    if (line ~ /^[ \t]*$/)
        return ""
    sub(/<title>.*<\/title>/, "", line)
    sub(/ id="[^"]*"/, "", line)
    gsub(/ font-family="[^"]*"/, "", line)
    gsub(/xlink:href/, "href", line)
    gsub(/["']black["']/, "\"currentColor\"", line)
    gsub(/rgb\( *0, *0, *0\)/, "currentColor", line)
    if (match(line, /rgb\( *0, *0, */)) {
        gsub(/rgb\( *0, *0, */, "var(--c", line)
    }
    return line "\n"
}

function head_of_table(    text) {
    text = "<thead><tr><th scope=\"col\">implementation</th>"
    if (kind == "lines")
        text = text "<th scope=\"col\">" html(axis) "</th>"
    text = text "<th scope=\"col\">median</th><th scope=\"col\">min</th><th scope=\"col\">max</th>"
    if (has_quantiles)
        text = text "<th scope=\"col\">p10</th><th scope=\"col\">p90</th>"
    return text "</tr></thead>\n"
}

function table(    i, k, text, values) {
    text = "<details><summary>Figures</summary>\n<div class=\"scroll\" tabindex=\"0\" role=\"region\" " \
        "aria-label=\"" html("Figures: " caption ", " heading) "\">\n<table>\n" head_of_table() "<tbody>\n"
    for (i = 1; i <= count; i++) {
        text = text "<tr><th scope=\"row\">" html(label[i]) "</th>" (kind == "lines" ? "<td>" x[i] "</td>" : "")
        split(figures[i], values, FS)
        for (k = 1; k <= (has_quantiles ? 5 : 3); k++)
            text = text "<td>" digits(values[k]) "</td>"
        text = text "</tr>\n"
    }
    return text "</tbody>\n</table></div>\n<p class=\"disturbed\">In " html(unit_text()) ".</p></details>\n"
}

function end_chart(    text) {
    if (!count)
        return
    if (!(section in body) || heading != last_heading[section]) {
        if (section in body)
            body[section] = body[section] "</div>\n"
        body[section] = body[section] "<h3>" html(heading) "</h3>\n<div class=\"charts\">\n"
        last_heading[section] = heading
    }
    text = "<figure>\n<figcaption>" html(caption) "</figcaption>\n" svg_of(chart)
    if (disturbances != "")
        text = text "<p class=\"disturbed\">Disturbed: " html(disturbances) ".</p>\n"
    body[section] = body[section] text table() "</figure>\n"
}

# ---- the page ----

function print_file(file,    line) {
    while ((getline line < file) > 0)
        print line
    close(file)
}

function print_said(key, name) {
    if (key in said)
        print "<dt>" name "</dt><dd>" html(said[key]) "</dd>"
}

function print_machine() {
    if (!("machine" in said))
        print "<p>What machine these results are from was not kept with them.</p>"
    if (!("asked" in said) && "command" in said)
        said["asked"] = said["command"]
    print "<dl>"
    print_said("date", "Date")
    print_said("machine", "Machine")
    print_said("system", "System")
    print_said("distance", "Distance")
    print_said("measure", "Measured")
    print_said("version", "Program")
    print_said("asked", "Command")
    print "</dl>"
}

function print_legend(    i) {
    print "<ul class=\"legend\">"
    for (i = 1; i in classes; i++)
        if (classes[i] in has_class)
            printf "<li><span style=\"background: var(--c%d)\"></span>%s</li>\n", class_colour[i],
                class_title[classes[i]]
    print "</ul>"
}

function print_contents(    s) {
    print "<nav aria-label=\"Sections\">"
    for (s = 1; s <= 9; s++)
        if (s in body)
            print "<a href=\"#s" s "\">" short_title[s] "</a>"
    print "</nav>"
}

# The marks of all the lines, as gnuplot draws them: the same in every chart.
function print_marks(    file, line, on) {
    file = charts "/c1.svg"
    print "<svg width=\"0\" height=\"0\" style=\"position:absolute\" aria-hidden=\"true\">"
    while ((getline line < file) > 0) {
        if (line ~ /<defs>/)
            on = 1
        if (line ~ /<filter/)
            break
        gsub(/xlink:href/, "href", line)
        if (on && line !~ /^[ \t]*$/)
            print line
    }
    close(file)
    print "</defs></svg>"
}

function print_head() {
    print "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>"
    print "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>"
    print "<title>sluice benchmarks</title>\n<style>"
    print_file(style)
    print "</style>\n</head>\n<body>"
    print_marks()
}

function print_page(    s) {
    print_head()
    print "<main>\n<h1>sluice benchmarks</h1>"
    print_machine()
    print_legend()
    print_contents()
    for (s = 1; s <= 9; s++)
        if (s in body)
            printf "<section id=\"s%d\">\n<h2>%s</h2>\n<p>%s</p>\n%s</div>\n</section>\n", s, title[s], intro[s],
                body[s]
    print "<footer>"
    print "<p>Medians over repetitions that are interleaved at random between the implementations of a row."
    print "Where a row says that it was disturbed, or ranges overlap, do not believe small differences."
    print "The same figures: <a href=\"results.csv\">results.csv</a>.</p>\n</footer>"
    print "</main>\n</body>\n</html>"
}
