#!/usr/bin/env bash
# verify.sh: how scripts/verify goes through its parts, with parts of the test's own. $1: the root of the source tree.
#
# SPDX-License-Identifier: MIT
# shellcheck source=tests/scripts/kit.sh
. "${BASH_SOURCE[0]%/*}/kit.sh"

verify() { # verify OPTION...
    run "$root/scripts/verify" --folder="$scratch/verify" "$@"
}

ran() { # ran NAME: how often that part was run
    grep -c "^$1\$" "$scratch/ran" || true
}

says() {
    grep -qE -- "$1" "$scratch/out"
}

export scratch
cat >"$scratch/part" <<'END'
#!/bin/sh
# A part: name, words to say, exit status, unless there is a file that says it is mended.
echo "$1" >>"$scratch/ran"
echo "$2"
[ -e "$scratch/mended.$1" ] || exit "$3"
END
chmod +x "$scratch/part"
touch "$scratch/ran"
part() { # part NAME WORDS STATUS MORE
    printf '{"name": "%s", "command": ["%s", "%s", "%s", "%s"], "minutes": 1%s}' "$1" "$scratch/part" "$1" "$2" "$3" "$4"
}
things=', "figures": {"things": "([0-9]+) things"}'
{
    echo "[$(part alone '7 things and 5 things' 0 "$things, \"alone\": true"),"
    echo "$(part group/one '1000 things' 0 "$things"),"
    echo "$(part group/two '1 things' 1 "$things"),"
    echo "$(part later 'some' 3 ', "not_done": 3'),"
    echo "$(part missing 'nothing' 77 ''),"
    echo "$(part silent 'nothing' 0 "$things")]"
} >"$scratch/parts.json"
export SLUICE_VERIFY_PARTS=$scratch/parts.json

# What there is, without running anything.
verify --list
check "lists" test "$status" -eq 0
check "lists six parts" test "$(grep -c 'to be run$' "$scratch/out")" -eq 6
check "runs nothing" test ! -s "$scratch/ran"

# The first run: goes on after a failure only if told to.
verify --keep-going
check "fails: $status" test "$status" -eq 1
check "sums a figure" says '^passed +alone .* 12 things$'
check "says what failed" says '^failed \(1\) +group/two '
check "what prints no figure fails" says '^failed \(no figures\) +silent '
check "what is not there is skipped" says '^skipped +missing '
check "what needs more time is no failure" says '^not done +later '
check "a report" grep -q '^| things | 1,013 |$' "$scratch/verify/report.md"
check "the report counts what is done" grep -q '3 of 6 parts are done' "$scratch/verify/report.md"

# Again: only what is not done.
verify --keep-going
check "done parts are not run again" test "$(ran alone)$(ran group/one)$(ran missing)" = 111
check "others are" test "$(ran group/two)$(ran later)$(ran silent)" = 222
touch "$scratch/mended.group/two" 2>/dev/null || { mkdir -p "$scratch/mended.group" && touch "$scratch/mended.group/two"; }
verify --only=group/
check "what was mended passes: $status" test "$status" -eq 0
check "alone" test "$(ran group/two)$(ran later)" = 32
verify --list --only=group
check "and is known to have" test "$(grep -c 'passed$' "$scratch/out")" -eq 2
verify --only=later
check "more to do: $status" test "$status" -eq 3

# A part with another command is another part; --fresh forgets all.
sed -i 's/1000 things/1001 things/' "$scratch/parts.json"
verify --only=group
check "runs what has changed" test "$(ran group/one)$(ran group/two)" = 23
verify --fresh --only=alone
check "runs all anew" test "$(ran alone)" = 2
verify --list
check "and knows of nothing else" test "$(grep -c 'to be run$' "$scratch/out")" -eq 5
verify --fresh --hours=0
check "begins nothing after its time: $status" test "$status" -eq 3

# Words it does not know.
verify --fast
check "refuses unknown options: $status" test "$status" -eq 2
verify --only=nothing_like_it
check "and parts that are not there: $status" test "$status" -eq 2

# What there is really: one part at least of each sort, and every kind of channel.
unset SLUICE_VERIFY_PARTS
verify --list
check "lists what it does" test "$status" -eq 0
for name in tests mutants bugs parks/with_membarrier real/litmus coverage cross models sanitizers; do
    check "has $name" says "^$name +to be run"
done
for kind in spsc_bounded mpmc_bounded_per_sender mutex_unbounded; do
    for name in "exhaust/$kind/sc" "exhaust/$kind/tso" "explore/$kind/ra" "freeze/$kind" "history/$kind/history" "stress/$kind/free"; do
        check "has $name" says "^$name +to be run"
    done
done
check_not "has no freeze/gate, which is no channel" says "^freeze/gate "
finish
