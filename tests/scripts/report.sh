#!/usr/bin/env bash
# report.sh: the page that scripts/report draws. $1: the root of the source tree. Skipped where gnuplot is missing.
#
# SPDX-License-Identifier: MIT
# shellcheck source=tests/scripts/kit.sh
. "${BASH_SOURCE[0]%/*}/kit.sh"

# Without gnuplot it says what to do, and writes nothing.
csv results.csv <<<'throughput,sluice,spsc,bounded,total,1,1,1024,8,-,spread,100,90,110,Mmsg/s'
mkdir "$scratch/nothing"
PATH=$scratch/nothing run "$BASH" "$root/scripts/report" "$scratch/results.csv" "$scratch/out.d"
check "status 2 without gnuplot, not $status" test "$status" -eq 2
check "names the script that installs it" grep -q "scripts/setup report" "$scratch/err"
check_not "no page without gnuplot" test -e "$scratch/out.d"
command -v gnuplot >/dev/null || { finish && exit 77; }

page=$scratch/page/index.html

report() { # report FILE
    rm -rf "$scratch/page"
    run "$root/scripts/report" "$scratch/$1" "$scratch/page"
}

draws() { # draws FILE: that there is a page of it, which is well-formed
    report "$1"
    check "draws $1: status $status" test "$status" -eq 0
    check "a page of $1" test -s "$page"
    ! command -v xmllint >/dev/null || check "the page of $1 is well-formed" xmllint --noout "$page"
}

on_page() { # on_page WHAT PATTERN
    check "$1: $2" grep -qE -- "$2" "$page"
}

figure() { # figure SECTION TITLE: the figure with that title in that section
    sed -n "/^<section id=\"s$1\">/,/^<\/section>/p" "$page" |
        awk -v title="<figcaption>$2</figcaption>" '/^<figure>/ { text = ""; held = 0 }
            { text = text $0 "\n" } $0 == title { held = 1 } /^<\/figure>/ && held { printf "%s", text }'
}

words() { # words FIGURE: those of its picture, each name's and number's in a line
    sed -n 's/.*<text>\(.*\)<\/text>.*/\1/p' <<<"$1"
}

one=throughput,sluice,spsc,bounded,total,1,1
{
    # implementation,flavour, order, and how fast it is; then the shapes
    while read -r who order speed; do
        for size in 8 64; do
            for capacity in 64 1024; do
                echo "throughput,$who,bounded,$order,1,1,$capacity,$size,-,spread,$speed.5,$speed,$speed.9,Mmsg/s"
            done
        done
        echo "throughput,$who,unbounded,$order,1,1,-,8,-,one-cpu,$speed.5,$speed,$speed.9,Mmsg/s"
        echo "batch,$who,bounded,$order,1,1,1024,8,32,spread,$speed.5,$speed,$speed.9,Mmsg/s"
        for idle in 1 1001; do
            echo "crowd,$who,bounded,$order,$idle,1,1024,8,-,spread,$speed.5,$speed,$speed.9,Mmsg/s"
        done
        for senders in 2 4; do
            echo "throughput,$who,bounded,$order,$senders,1,1024,8,-,spread,$speed.5,$speed,$speed.9,Mmsg/s"
        done
        echo "pingpong,$who,bounded,$order,1,1,64,8,-,spread,$((100000 / speed)),$((90000 / speed)),200000,ns"
        echo "trickle-p50,$who,bounded,$order,1,1,1024,8,-,spread,${speed}000,${speed}000,${speed}000,ns"
        echo "trickle-p99,$who,bounded,$order,1,1,1024,8,-,spread,${speed}900,${speed}900,${speed}900,ns"
        echo "idle-cpu,$who,bounded,$order,1,1,64,8,-,spread,0.0$speed,0,0.9,%"
    done <<'END'
mutex,- total 6
sluice,spsc total 250
other_ring-2,spsc total 150
a::very/long-name(of-a-queue-by-somebody-else),mpmc - 120
bare,spsc total 260
sluice,mpmc per-sender 90
END
    echo "brand-new,sluice,spsc,bounded,total,1,1,1024,8,-,spread,1,1,1,furlongs"
} | csv full.csv
names=('mutex' 'sluice spsc' 'other_ring-2 spsc' 'a::very/long-name(of-a-queue-by-somebody-else) mpmc' 'bare'
    'sluice mpmc per-sender')
cat >"$scratch/full.txt" <<'END'
  date      2001-02-03 04:05 UTC
sluice 9.9 benchmarks
  machine   Abacus <12> & "sons", 7 CPUs
  system    Linux 1.0, compiled by gcc 1.42
  command   scripts/bench --filter 'a|b'

throughput  8 B, capacity 1024, 2 senders, 1 receiver, spread
    disturbed: CPUs not at their usual distance in 1, 0, 3 of each's 5 repetitions
    disturbed: other processes or machines took 12 % of the CPUs' time meanwhile

trickle-cpu  8 B, capacity 1024, 1 sender, 1 receiver, spread
    disturbed: other processes or machines took 34 % of the CPUs' time meanwhile
END

# Everything at once.
draws full.csv
for section in 1 2 3 4 5 6 7 8 9; do
    text=$(sed -n "/^<section id=\"s$section\">/,/^<\/section>/p" "$page")
    check "section $section has a picture" grep -q '<svg .*role="img"' <<<"$text"
    check "section $section has a table" grep -q '<details>' <<<"$text"
    on_page "a way to section $section" "href=\"#s$section\""
done
for name in "${names[@]}"; do
    check "$name is in a table" grep -qF "<th scope=\"row\">$name</th>" "$page"
done
bars=$(figure 1 '8 B, capacity 1024, 1 sender, 1 receiver')
for name in "${names[@]}"; do # a very long one is cut
    check "$name is in a picture" grep -qF "${name:0:24}" <<<"$(words "$bars")"
done
order=$(words "$bars" | grep -xE 'bare|sluice spsc|mutex' | tr '\n' ',')
check "the best comes first" test "$order" = "bare,sluice spsc,mutex,"
for colour in 1 5 6 7; do
    check "a bar in colour $colour" grep -q "<polygon fill = 'var(--c$colour)'" <<<"$bars"
done
check "a bar for each" test "$(grep -c '<polygon' <<<"$bars")" -eq 6
check "figures behind the bars" grep -qx 260 <<<"$(words "$bars")"

# Units and scales.
check "bars tell what of" grep -qx 'million messages a second' <<<"$(words "$bars")"
trip=$(words "$(figure 7 '8 B, capacity 64, 1 sender, 1 receiver')")
check "times that are far apart: logarithmic" grep -q 'time, logarithmic' <<<"$trip"
check "with ticks in units that fit" grep -qxE '10{0,2} µs' <<<"$trip"
check "CPU time" grep -q '% of one CPU' <<<"$(words "$(figure 8 '8 B, capacity 64, 1 sender, 1 receiver')")"
check "an unknown unit" grep -q furlongs <<<"$(words "$(figure 9 '8 B, capacity 1024, 1 sender, 1 receiver')")"
threads=$(words "$(figure 4 '8 B, capacity 1024, 1 receiver')")
check "lines over threads: 1, 2, 4" test "$(grep -cxE '1|2|4' <<<"$threads")" -ge 3
check "lines have names" grep -qx 'sluice mpmc per-sender' <<<"$threads"

# What the run said.
on_page "the date" '2001-02-03 04:05 UTC'
on_page "the machine, as it is called" 'Abacus &lt;12&gt; &amp; &quot;sons&quot;, 7 CPUs'
on_page "the compiler" 'gcc 1.42'
on_page "the command" "scripts/bench --filter 'a|b'"
disturbed=$(figure 1 '8 B, capacity 1024, 2 senders, 1 receiver')
check "a disturbed row: how often" grep -q "distance in 4 of 15 repetitions" <<<"$disturbed"
check "a disturbed row: what else" grep -q "took 12 %" <<<"$disturbed"
check_not "another row is not" grep -q "isturbed:" <<<"$bars"
trickle=$(figure 7 '8 B, capacity 1024, 1 sender, 1 receiver')
check "what was measured at once was disturbed at once" grep -q "took 34 %" <<<"$trickle"

# The page needs nothing else, and has its colours by day and by night.
check_not "no address elsewhere" grep -qE "https?:|//|src=|@import|url\(" "$page"
check_not "links lead nowhere else" grep -qE "href=['\"][^#r]" "$page"
check_not "no names of another language than the page's" grep -q "xlink\|xmlns" "$page"
check_not "no colour of gnuplot's" grep -qiE "rgb\(|=.(black|white|gr[ae]y)|#[0-9a-f]{6}'" "$page"
on_page "colours for the night" 'prefers-color-scheme: dark'
on_page "a width for phones" 'name="viewport"'
check "no mark is missing" test "$(grep -oE "href='#gp[A-Za-z0-9]+" "$page" | cut -c 8- | sort -u |
    while read -r mark; do grep -q "id='$mark'" "$page" || echo "$mark"; done)" = ""
check "the figures are beside it" cmp "$scratch/full.csv" "$scratch/page/results.csv"
check "and what was printed" cmp "$scratch/full.txt" "$scratch/page/results.txt"

# Few rows; p10 and p90; nothing known of the machine; no lines from the baselines alone.
csv one.csv <<<"$one,1024,8,-,spread,100,90,110,Mmsg/s"
draws one.csv
on_page "one picture" '<svg .*role="img"'
on_page "the machine is not made up" 'was not kept'
check_not "no other section" grep -q 'id="s[2-9]"' "$page"
{ echo "$columns,p10,p90"
  echo "pingpong,sluice,spsc,bounded,total,1,1,64,8,-,spread,100,90,110,ns,95,105"; } >"$scratch/quantiles.csv"
draws quantiles.csv
on_page "quantiles in the table" '<th scope="col">p90</th>'
on_page "and in the picture" "<polygon fill = 'var\(--c1\)'"
csv baseline.csv <<'END'
throughput,mutex,-,bounded,total,1,1,1024,8,-,spread,0,0,0,Mmsg/s
throughput,mutex,-,bounded,total,2,1,1024,8,-,spread,3,2,4,Mmsg/s
END
draws baseline.csv
check_not "no lines from the baselines alone" grep -q 'id="s4"' "$page"

# A logarithmic axis is one: ten times as much is always as far.
csv far.csv <<'END'
pingpong,sluice,spsc,bounded,total,1,1,64,8,-,spread,200,150,300,ns
pingpong,mutex,-,bounded,total,1,1,64,8,-,spread,90000,80000,100000,ns
END
draws far.csv
place_of() { # place_of TICK: how far to the right it stands
    grep -B 1 "<text>$1</text>" "$page" | sed -n 's/.*translate(\([0-9.]*\),.*/\1/p'
}
check "ticks of a logarithmic axis" awk \
    -v a="$(place_of '1 µs')" -v b="$(place_of '10 µs')" -v c="$(place_of '100 µs')" \
    'BEGIN { exit !(a && b - a > 20 && (c - b) - (b - a) < 0.1 && (b - a) - (c - b) < 0.1) }'

# What it cannot draw.
echo "throughput,sluice" >>"$scratch/one.csv"
report one.csv
check "status 2, not $status, for a broken file" test "$status" -eq 2
check "names the line" grep -q "one.csv:3: not 15 columns" "$scratch/err"
check_not "no page of a broken file" test -e "$page"
report nowhere.csv
check "status 2, not $status, for no file" test "$status" -eq 2

# The way there is from scripts/bench.
run "$root/scripts/bench" --report "$scratch/page" --from "$scratch/full.csv"
check "scripts/bench --from: status $status" test "$status" -eq 0
check "a page from scripts/bench" test -s "$page"
for wrong in "--report" "--from x.csv" "--report x --csv y" "--report x --from y --quick" "--report x --list"; do
    # shellcheck disable=SC2086
    run "$root/scripts/bench" $wrong
    check "status 2, not $status: $wrong" test "$status" -eq 2
done

finish
