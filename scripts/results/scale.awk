# scale.awk: words, numbers and axes of the chart that plot.awk is at: with that `unit`, and figures from `lowest`
# to `highest`.
#
# SPDX-License-Identifier: MIT

# ---- words and numbers ----

function quoted(text) {
    return "\"" text "\""
}

function colour(number) {
    return quoted(sprintf("#%06x", number))
}

function digits(value) {
    return sprintf(value >= 100 ? "%.0f" : value >= 10 ? "%.1f" : value >= 1 ? "%.2f" : "%.2g", value)
}

# A figure as one writes it. Times get the unit that fits.
function figure(value) {
    if (unit == "ns" && value >= 1e6)
        return digits(value / 1e6) " ms"
    if (unit == "ns" && value >= 1e3)
        return digits(value / 1e3) " µs"
    return digits(value) (unit == "ns" ? " ns" : unit == "%" ? " %" : "")
}

# The same where it is round, on an axis. Its title tells of what it is per cent, and gnuplot would take a % for a
# format.
function round_figure(value,    text) {
    text = figure(value)
    sub(/ %/, "", text)
    if (text ~ /\./) {
        sub(/0+ /, " ", text)
        sub(/0+$/, "", text)
        sub(/\. /, " ", text)
        sub(/\.$/, "", text)
    }
    return value == 0 ? "0" : text
}

function unit_text() {
    if (unit == "Mmsg/s")
        return "million messages a second"
    return unit == "ns" ? "time" : unit == "%" ? "% of one CPU" : unit
}

# How wide a text is about, in a plain sans-serif of the charts' size.
function width_of(text,    wide, narrow) {
    wide = gsub(/[A-Zmw@%]/, "&", text)
    narrow = gsub(/[-iljtfrI.,:;() ]/, "&", text)
    return wide * 11 + narrow * 5 + (length(text) - wide - narrow) * 8
}

# What would leave no room for the bars is cut; the table below the chart has it whole.
function cut(text, room) {
    if (width_of(text) <= room)
        return text
    while (width_of(text) > room - 10)
        text = substr(text, 1, length(text) - 1)
    return text "..."
}

# ---- scales ----

function power_of_ten(value) {
    return 10 ^ floor(log(value) / log(10) + 1e-9)
}

function floor(value) {
    return int(value) - (value < int(value))
}

function ceiling(value) {
    return -floor(-value)
}

# The largest of 1, 2, 5, 10, 20, 50, ... that is not above a value.
function round_below(value,    step) {
    step = power_of_ten(value)
    return step * (value >= 5 * step ? 5 : value >= 2 * step ? 2 : 1)
}

# Where figures go from and to on an axis with room for so many ticks; `beyond`: room for words behind the highest.
function scale(log_from, beyond, room) {
    is_log = lowest > 0 && highest / lowest > log_from
    ticks = ""
    if (is_log)
        log_scale(beyond, room)
    else
        linear_scale(beyond, room)
}

function log_scale(beyond, room,    decades, stride, tick, k) {
    from = round_below(lowest * 0.9)
    to = highest * (highest / from) ^ beyond
    decades = log(highest / from) / log(10)
    stride = 10 ^ ceiling((decades + 0.5) / room)
    for (tick = power_of_ten(from) * (stride > 10 ? 10 : 1); tick <= highest * 1.5; tick *= stride)
        for (k = 1; k <= 5; k += k == 1 ? 1 : 3)
            if (tick * k >= from && tick * k <= highest * 1.5 && (k == 1 || decades * 3 < room))
                add_tick(tick * k)
}

function linear_scale(beyond, room,    step, tick) {
    from = 0
    to = highest > 0 ? highest * (1 + beyond) : 1
    step = round_below(to / room)
    while (to / step > room)
        step *= round_below(step * 1.01) == power_of_ten(step * 1.01) * 2 ? 2.5 : 2
    for (tick = 0; tick <= to * 0.97; tick += step)
        add_tick(tick)
}

function add_tick(value) {
    ticks = ticks (ticks == "" ? "" : ", ") quoted(round_figure(value)) " " sprintf("%.10g", value)
}
