#!/usr/bin/env bash
# compare.sh: what scripts/compare says of two files of results. $1: the root of the source tree.
#
# SPDX-License-Identifier: MIT
# shellcheck source=tests/scripts/kit.sh
. "${BASH_SOURCE[0]%/*}/kit.sh"

compare() {
    run "$root/scripts/compare" "$@"
}

says() { # says NAME WORDS: that a line holds the name, and then the words with any space between them
    check "says of $1: $2" grep -qE "^ *${1//\//\\/} +${2// / +}\$" "$scratch/out"
}

refuses() { # refuses WHY FILE...: that these are an error, and that it tells why
    local why=$1
    shift
    compare "$@"
    check "status 2, not $status: $why" test "$status" -eq 2
    check "tells: $why" grep -q -- "$why" "$scratch/err"
    check "no comparison: $why" test ! -s "$scratch/out"
}

throughput=throughput/8B/1024
csv before.csv <<'END'
throughput,sluice,spsc,bounded,total,1,1,1024,8,-,spread,100,95,105,Mmsg/s
throughput,sluice,mpsc,bounded,total,2,1,1024,8,-,spread,100,95,105,Mmsg/s
throughput,sluice,mpsc,bounded,per-sender,2,1,1024,8,-,spread,100,80,125,Mmsg/s
throughput,mutex,-,bounded,total,1,1,1024,8,-,spread,100,99.9,100.1,Mmsg/s
throughput,bare,spsc,bounded,total,1,1,1024,8,-,spread,100,90,110,Mmsg/s
pingpong,sluice,spsc,bounded,total,1,1,64,8,-,spread,100,95,105,ns
pingpong,mutex,-,bounded,total,1,1,64,8,-,spread,100,95,105,ns
idle-cpu,sluice,spsc,bounded,total,1,1,64,8,-,spread,0.02,0.01,0.03,%
idle-cpu,mutex,-,bounded,total,1,1,64,8,-,spread,0,0,0,%
END
csv after.csv <<'END'
throughput,sluice,spsc,bounded,total,1,1,1024,8,-,spread,120,115,125,Mmsg/s
throughput,sluice,mpsc,bounded,total,2,1,1024,8,-,spread,50,45,55,Mmsg/s
throughput,sluice,mpsc,bounded,per-sender,2,1,1024,8,-,spread,120,110,130,Mmsg/s
throughput,mutex,-,bounded,total,1,1,1024,8,-,spread,102,101.9,102.1,Mmsg/s
throughput,other-ring,spsc,bounded,total,1,1,1024,8,-,spread,100,90,110,Mmsg/s
pingpong,sluice,spsc,bounded,total,1,1,64,8,-,spread,80,75,85,ns
pingpong,mutex,-,bounded,total,1,1,64,8,-,spread,200,190,210,ns
idle-cpu,sluice,spsc,bounded,total,1,1,64,8,-,spread,0.5,0.4,0.6,%
idle-cpu,mutex,-,bounded,total,1,1,64,8,-,spread,0,0,0,%
END

# What moved.
compare --all "$scratch/before.csv" "$scratch/after.csv"
check "status 0 whatever moved" test "$status" -eq 0
says $throughput/1x1/spread/sluice-spsc-bounded-total "100 120 Mmsg/s 1.20 faster"
says $throughput/2x1/spread/sluice-mpsc-bounded-total "100 50 Mmsg/s 0.50 slower"
says pingpong/8B/64/1x1/spread/sluice-spsc-bounded-total "100 80 ns 1.25 faster"
says pingpong/8B/64/1x1/spread/mutex "100 200 ns 0.50 slower"
says idle-cpu/8B/64/1x1/spread/sluice-spsc-bounded-total "0.02 0.5 % 25.00 more"
check "counts them" grep -q "^5 of 8 rows .*: 2 slower, 2 faster, 1 in CPU time" "$scratch/out"

# What did not: ranges that meet; medians too close to each other; nothing in both.
says $throughput/2x1/spread/sluice-mpsc-bounded-per-sender "100 120 Mmsg/s 1.20 same"
says $throughput/1x1/spread/mutex "100 102 Mmsg/s 1.02 same"
says idle-cpu/8B/64/1x1/spread/mutex "0 0 % - same"
compare "$scratch/before.csv" "$scratch/after.csv"
check_not "leaves out what did not move" grep -q 'same$' "$scratch/out"
compare --least 1 "$scratch/before.csv" "$scratch/after.csv"
says $throughput/1x1/spread/mutex "100 102 Mmsg/s 1.02 faster"
compare "$scratch/before.csv" "$scratch/before.csv"
check "nothing moved between a file and itself" grep -q "^0 of 9 rows" "$scratch/out"
check "status 0 where nothing moved" test "$status" -eq 0

# What is in one file only.
compare "$scratch/before.csv" "$scratch/after.csv"
gone=$(grep -A 2 '^only in .*before.csv' "$scratch/out" | tail -n 2)
check "names the row that is gone, and only it" test "$gone" = "    $throughput/1x1/spread/bare"
check "and the new one" grep -q "^    $throughput/1x1/spread/other-ring\$" "$scratch/out"

# p10 and p90 count where both files have them, in whatever order the columns are; without them the extremes do.
quantiles() { # quantiles FILE MEDIAN MIN P10 P90 MAX
    { echo "p10,p90,$columns"
      echo "$4,$5,throughput,sluice,spsc,bounded,total,1,1,1024,8,-,spread,$2,$3,$6,Mmsg/s"; } >"$scratch/$1"
}
quantiles wide-before.csv 100 50 95 105 160
quantiles wide-after.csv 130 60 125 135 170
compare "$scratch/wide-before.csv" "$scratch/wide-after.csv"
says $throughput/1x1/spread/sluice-spsc-bounded-total "100 130 Mmsg/s 1.30 faster"
sed -i 's/^[^,]*,[^,]*,//' "$scratch/wide-after.csv"
compare --all "$scratch/wide-before.csv" "$scratch/wide-after.csv"
says $throughput/1x1/spread/sluice-spsc-bounded-total "100 130 Mmsg/s 1.30 same"

# Two machines, as it were.
echo "to the other; 30 ns is the run's median) is" >"$scratch/before.txt"
echo "to the other; 200 ns is the run's median) is" >"$scratch/after.txt"
compare "$scratch/before.csv" "$scratch/after.csv"
check "tells that the CPUs' distance changed" grep -q "distance was 30 ns before and 200 ns after" "$scratch/out"

# What it cannot compare.
row=throughput,sluice,spsc,bounded,total,1,1,1024,8,-,spread
refuses "needs two files" "$scratch/before.csv"
refuses "no such file" "$scratch/before.csv" "$scratch/nowhere.csv"
refuses "no such option" --frobnicate "$scratch/before.csv" "$scratch/after.csv"
refuses "needs a number" --least some "$scratch/before.csv" "$scratch/after.csv"
echo "Dear reader," >"$scratch/bad.csv"
refuses "bad.csv:1: not results" "$scratch/before.csv" "$scratch/bad.csv"
: >"$scratch/bad.csv"
refuses "no results in it" "$scratch/bad.csv" "$scratch/after.csv"
csv bad.csv <<<"$row,100,95,105"
refuses "bad.csv:2: not 15 columns" "$scratch/bad.csv" "$scratch/after.csv"
csv bad.csv <<<"$row,100,many,105,Mmsg/s"
refuses "bad.csv:2: column 'min' holds 'many'" "$scratch/bad.csv" "$scratch/after.csv"
csv bad.csv <<<"$row,100,105,95,Mmsg/s"
refuses "bad.csv:2: not min <= median <= max" "$scratch/bad.csv" "$scratch/after.csv"
csv bad.csv <<<"$row,100,95,105,Mmsg/s"$'\n'"$row,100,95,105,Mmsg/s"
refuses "bad.csv:3: the same measurement as in line 2" "$scratch/bad.csv" "$scratch/after.csv"
csv bad.csv <<<"$row,100,95,105,ns"
refuses "in Mmsg/s, but in .* in ns" "$scratch/bad.csv" "$scratch/after.csv"

# The way there is from scripts/bench.
run "$root/scripts/bench" --compare "$scratch/before.csv" "$scratch/after.csv"
check "scripts/bench --compare" grep -q "^5 of 8 rows" "$scratch/out"

finish
