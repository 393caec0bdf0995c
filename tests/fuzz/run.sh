#!/bin/sh
# run.sh FUZZER DRIVER: fuzzes from the driver's corpus for SLUICE_FUZZ_SECONDS (default 5), in a folder of its own. What fails is kept
# beside the driver.
#
# SPDX-License-Identifier: MIT
set -eu
fuzzer=$(realpath "$1")
driver=$(realpath "$2")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mkdir "$folder/corpus"
cd "$folder"
"$driver" corpus=corpus
if ! "$fuzzer" corpus -max_total_time="${SLUICE_FUZZ_SECONDS:-5}" -max_len=2048 -print_final_stats=1 >log 2>&1; then
    tail -n 40 log
    cp crash-* leak-* "$(dirname "$driver")" 2>/dev/null || true
    exit 1
fi
tail -n 8 log
