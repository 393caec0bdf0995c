# plot.awk: the gnuplot program that draws the charts. Reads what charts.awk prints, sorted, with the chart's
# number before each line; writes a program that draws cN.svg, 400 units wide, for each chart N. Needs scale.awk.
#
# Colours are numbers in disguise: #00000N becomes the page's colour N (page.awk), by day or by night.
#
# SPDX-License-Identifier: MIT

BEGIN {
    FS = "\t"
    WIDTH = 400
    RIGHT = 0.96  # of the width: behind it there is room for half a number
    FONT = 13
    BAR = 26      # height of a bar with the room around it
    LOG_FROM = 30 # largest by smallest figure, from which on an axis is logarithmic
    BARS_LOG_FROM = 1000
    KEY_ROW = 20  # height of a line's name below a chart
    GRID = 20
    FAINT = 21
    print "set encoding utf8"
    print "set border 0"
    print "set tics scale 0"
    print "set key off"
    print "set grid linetype 1 linewidth 1 linecolor rgb " colour(GRID)
    marks_of_flavours()
}

$1 != chart { draw(); start() }
{ remember() }
END { draw() }

# ---- what is drawn ----

function start() {
    chart = $1
    kind = $7
    axis = $10
    unit = $11
    bars = names = lowest = highest = 0
    split("", name_number)
    split("", x_seen)
    x_ticks = ""
}

function remember(    low, high) {
    bars++
    name[bars] = $13
    class[bars] = $14
    x[bars] = $6
    median[bars] = $15
    min[bars] = $16
    max[bars] = $17
    p10[bars] = $18
    p90[bars] = $19
    low = kind == "bars" ? median[bars] : min[bars]
    if (low > 0 && (!lowest || low < lowest))
        lowest = low
    if (max[bars] > highest)
        highest = max[bars]
    if (!(name[bars] in name_number)) {
        name_number[name[bars]] = ++names
        line_name[names] = name[bars]
        line_class[names] = class[bars]
    }
    if (!(x[bars] in x_seen)) {
        x_seen[x[bars]] = 1
        x_ticks = x_ticks (x_ticks == "" ? "" : ", ") quoted(x[bars]) " " x[bars]
    }
}

function draw() {
    if (bars && kind == "lines")
        draw_lines()
    else if (bars)
        draw_bars()
}

# ---- bars, and points between their extremes ----

function colour_of_class(class) {
    return class == "sluice" ? 1 : class == "mutex" ? 5 : class == "bare" ? 6 : 7
}

function widest_name(    i, most) {
    for (i = 1; i <= bars; i++)
        if (width_of(name[i]) > most)
            most = width_of(name[i])
    return most
}

function start_chart(height) {
    printf "\nset terminal svg size %d,%d dynamic noenhanced font \"sans,%d\"\n", WIDTH, height, FONT
    printf "set output \"c%d.svg\"\n", chart
    print "unset logscale\nunset label\nunset arrow"
}

function bar_data(    i) {
    print "$data << END"
    for (i = 1; i <= bars; i++)
        printf "%d %.10g %.10g %.10g %d %s %.10g %.10g\n", i, median[i], min[i], max[i], colour_of_class(class[i]),
            quoted(figure(median[i])), (p10[i] == "" ? median[i] : p10[i]), (p90[i] == "" ? median[i] : p90[i])
    print "END"
}

function left_of_bars(    left) {
    left = widest_name() + 10
    return left < WIDTH * 0.62 ? left : WIDTH * 0.62
}

function bar_axes(    i, text, left) {
    left = left_of_bars()
    printf "set lmargin at screen %.4f\nset rmargin at screen %.4f\n", left / WIDTH, RIGHT
    printf "set tmargin at screen %.4f\nset bmargin at screen %.4f\n", 1 - 2 / height, 46 / height
    printf "set xrange [%.10g:%.10g]\nset yrange [%.2f:0.4]\n", from, to, bars + 0.6
    if (is_log)
        print "set logscale x 10"
    for (i = 1; i <= bars; i++)
        text = text (i > 1 ? ", " : "") quoted(cut(name[i], left - 10)) " " i
    print "set ytics (" text ") nomirror"
    print "set xtics (" ticks ") nomirror offset 0,0.4"
    print "set grid noytics xtics"
    axis_title(1, unit_text() (is_log ? ", logarithmic" : ""), "right", RIGHT * WIDTH + 8, 12)
}

# (gnuplot leaves out the titles of axes whose margins are given, as they are here so that charts look alike.)
function axis_title(number, text, side, right, up) {
    printf "set label %d %s at screen %.4f, screen %.4f %s textcolor rgb %s\n", number, quoted(text),
        right / WIDTH, up / height, side, colour(FAINT)
}

# The part of the width, for the bars, that their figures need behind the longest.
function room_for_figures(width,    i, most, text) {
    for (i = 1; i <= bars; i++) {
        text = figure(median[i])
        if (width_of(text) > most)
            most = width_of(text)
    }
    return (most + 14 - (1 - RIGHT) * WIDTH) / width
}

function draw_bars(    width, room) {
    height = bars * BAR + 50
    start_chart(height)
    width = RIGHT * WIDTH - left_of_bars()
    room = room_for_figures(width)
    scale(kind == "range" ? LOG_FROM : BARS_LOG_FROM, room / (1 - room), width / (unit == "ns" ? 55 : 42))
    bar_data()
    bar_axes()
    if (kind == "range")
        plot_ranges()
    else
        plot_bars()
    print "  '' using 4:1:6 with labels left offset 0.6,0"
}

function plot_bars() {
    printf "plot $data using 2:1:(%.10g):2:($1-0.33):($1+0.33):5 with boxxyerror ", from
    print "fillstyle solid noborder linecolor rgb variable, \\"
    print "  '' using 2:1:3:4 with xerrorbars pointtype 0 linewidth 1.2 linecolor rgb \"#000000\", \\"
}

function plot_ranges() {
    printf "plot $data using 2:1:7:8:($1-0.2):($1+0.2):5 with boxxyerror "
    print "fillstyle solid 0.5 noborder linecolor rgb variable, \\"
    print "  '' using 2:1:3:4:5 with xerrorbars pointtype 0 linewidth 1.5 linecolor rgb variable, \\"
    print "  '' using 2:1:5 with points pointtype 7 pointsize 0.75 linecolor rgb variable, \\"
}

# ---- lines ----

# Where a sluice's flavour has its colour and its mark; filled, and one less: hollow.
function marks_of_flavours() {
    flavour_colour["spsc"] = 1; flavour_mark["spsc"] = 7
    flavour_colour["mpsc"] = 2; flavour_mark["mpsc"] = 9
    flavour_colour["spmc"] = 3; flavour_mark["spmc"] = 11
    flavour_colour["mpmc"] = 4; flavour_mark["mpmc"] = 5
    split("13 9 5 7 11", peer_mark, " ")
}

# The same for a line in all charts: sets line_colour, line_mark and line_dash.
function dress(label, class,    words, aside) {
    line_dash = "solid"
    if (class == "sluice") {
        split(label, words, " ")
        aside = (label ~ /per-sender/) + 2 * (words[1] != "sluice")
        line_colour = (words[2] in flavour_colour) ? flavour_colour[words[2]] : 1
        line_mark = ((words[2] in flavour_mark) ? flavour_mark[words[2]] : 7) - (aside > 0)
        line_dash = aside ? 1 + aside : "solid"
        return
    }
    line_colour = colour_of_class(class)
    line_mark = class == "mutex" ? 13 : 15
    if (class == "peer") {
        if (!(label in peer_number))
            peer_number[label] = ++peers
        line_colour = 7 + (peer_number[label] - 1) % 5
        line_mark = peer_mark[1 + (peer_number[label] - 1) % 5]
        if (peer_number[label] > 5)
            line_dash = 1 + int((peer_number[label] - 1) / 5) % 4
    }
}

# Marks of the same x would hide each other: each line is moved aside a little.
function line_data(n,    i, aside) {
    aside = x_room * (n - (names + 1) / 2) / names
    printf "$line%d << END\n", n
    for (i = 1; i <= bars; i++)
        if (name_number[name[i]] == n)
            printf "%.10g %.10g %.10g %.10g\n", x[i] * 2 ^ aside, median[i], min[i], max[i]
    print "END"
}

function x_extremes(    value, least, most) {
    for (value in x_seen) {
        value += 0
        if (!least || value < least)
            least = value
        if (value > most)
            most = value
    }
    x_room = log(most / least) / log(2) * 0.06
    printf "set xrange [%.10g:%.10g]\nset logscale x 2\n", least / 2 ^ (x_room * 1.1), most * 2 ^ (x_room * 1.1)
}

function line_axes(    key_height) {
    key_height = key_rows * KEY_ROW
    printf "set lmargin at screen %.4f\nset rmargin at screen %.4f\n", 60 / WIDTH, RIGHT
    printf "set tmargin at screen %.4f\nset bmargin at screen %.4f\n", 1 - 26 / height, (56 + key_height) / height
    printf "set yrange [%.10g:%.10g]\n", from, to
    if (is_log)
        print "set logscale y 10"
    print "set ytics (" ticks ") nomirror"
    print "set xtics (" x_ticks ") nomirror offset 0,0.4"
    print "set grid xtics ytics"
    axis_title(1, axis, "center", WIDTH / 2 + 25, 24 + key_height)
    axis_title(2, unit_text() (is_log ? ", logarithmic" : ""), "left", 4, height - 10)
}

# A line's name below the chart, in one of the columns, behind a piece of the line. (gnuplot takes what comes next
# in the same colour into the same path, with the same dashes, unless there is something between them.)
function name_line(n,    left, up) {
    left = int((n - 1) / key_rows) * WIDTH / columns + 12
    up = (key_rows - 1 - (n - 1) % key_rows) * KEY_ROW + 12
    printf "set arrow %d from screen 0,0 to screen 0,0 nohead linecolor rgb %s\n", 2 * n, colour(GRID)
    printf "set arrow %d from screen %.4f,%.4f to screen %.4f,%.4f nohead ", 2 * n + 1, left / WIDTH, up / height,
        (left + 36) / WIDTH, up / height
    printf "linewidth 1.8 linecolor rgb %s dashtype %s\n", colour(line_colour), line_dash
    printf "set label %d \"\" at screen %.4f,%.4f point pointtype %d pointsize 0.8 linecolor rgb %s\n", 100 + n,
        (left + 18) / WIDTH, up / height, line_mark, colour(line_colour)
    printf "set label %d %s at screen %.4f,%.4f left\n", 200 + n, quoted(cut(line_name[n], WIDTH - 70)),
        (left + 44) / WIDTH, up / height
}

function draw_lines(    n, plot) {
    columns = widest_name() + 56 < WIDTH / 2 ? 2 : 1
    key_rows = int((names + columns - 1) / columns)
    height = 310 + key_rows * KEY_ROW + (names > 6 ? 12 * (names - 6) : 0)
    start_chart(height)
    scale(LOG_FROM, 0.04, 8)
    x_extremes()
    line_axes()
    for (n = 1; n <= names; n++) {
        dress(line_name[n], line_class[n])
        line_data(n)
        name_line(n)
        plot = plot (n > 1 ? ", \\\n  " : "plot ") plot_of_line(n)
    }
    print plot
}

# (gnuplot's own error bars put a white spot below each mark.)
function plot_of_line(n) {
    return sprintf("$line%d using 1:3:(0):($4-$3) with vectors heads size screen 0.008,90 linewidth 1 ", n) \
        sprintf("linecolor rgb %s, \\\n  '' with linespoints linewidth 1.8 pointsize 0.8 ", colour(line_colour)) \
        sprintf("linecolor rgb %s pointtype %d dashtype %s", colour(line_colour), line_mark, line_dash)
}
