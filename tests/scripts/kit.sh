# shellcheck shell=bash
# kit.sh: what the tests of scripts have in common; to be sourced. $1: the root of the source tree.
#
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2034,SC2154
root=$1
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
failures=0 checks=0
columns=workload,implementation,flavour,buffer,order,senders,receivers,capacity,message_bytes,batch,placement
columns=$columns,median,min,max,unit

check() { # check WHAT COMMAND...: that it succeeds
    local what=$1
    shift
    checks=$((checks + 1))
    "$@" >/dev/null 2>&1 && return
    failures=$((failures + 1))
    echo "FAILED: $what"
}

check_not() { # check_not WHAT COMMAND...: that it fails
    local what=$1
    shift
    check "$what" not "$@"
}

not() {
    ! "$@"
}

run() { # run COMMAND...: leaves its status, and what it printed in $scratch/out and $scratch/err
    status=0
    "$@" >"$scratch/out" 2>"$scratch/err" || status=$?
}

csv() { # csv FILE: a file of results with the rows that standard input holds
    { echo "$columns"; cat; } >"$scratch/$1"
}

finish() {
    echo "$checks checks, $failures failed"
    [ "$failures" -eq 0 ] && [ "$checks" -gt 0 ]
}
