#!/bin/sh
# run.sh FUZZER DRIVER: fuzzes from the driver's corpus for SLUICE_FUZZ_SECONDS (default 5), in a folder of its own.
#
# SPDX-License-Identifier: MIT
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mkdir "$folder/corpus"
"$2" corpus="$folder/corpus"
cd "$folder"
if ! "$1" corpus -max_total_time="${SLUICE_FUZZ_SECONDS:-5}" -max_len=2048 -print_final_stats=1 >log 2>&1; then
    tail -n 40 log
    cp crash-* "${MESON_BUILD_ROOT:-/tmp}" 2>/dev/null || true
    exit 1
fi
tail -n 8 log
