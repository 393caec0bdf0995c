#!/bin/sh
# Builds peers.rs as an archive for C, without cargo and without the network: the crates are those in a folder that
# has one folder for each, NAME-VERSION, as Debian's packages fill it.
#
#   build.sh RUSTC peers.rs REGISTRY OUTPUT.a WORK      (REGISTRY "": without crossbeam-channel)
#
# SPDX-License-Identifier: MIT
set -eu
rustc=$1 source=$2 registry=$3 output=$4 work=$5
mkdir -p "$work"
codegen="-C opt-level=3 -C codegen-units=1 -C panic=abort --cap-lints allow"

crate() { # crate NAME ARGUMENTS...: its newest version in the registry as a library in the work folder
    name=$1
    shift
    folder=$(ls -d "$registry/$name"-[0-9]* | sort -V | tail -n 1)
    edition=$(sed -n 's/^edition = "\(.*\)"/\1/p' "$folder/Cargo.toml" | head -n 1)
    # shellcheck disable=SC2086
    "$rustc" $codegen --crate-type rlib --crate-name "$(echo "$name" | tr - _)" --edition "${edition:-2015}" \
        -L "$work" --out-dir "$work" "$@" "$folder/src/lib.rs"
}

with=
if [ -n "$registry" ]; then
    crate cfg-if
    crate crossbeam-utils --cfg 'feature="std"' --cfg 'feature="default"' --extern "cfg_if=$work/libcfg_if.rlib"
    crate crossbeam-channel --cfg 'feature="std"' --cfg 'feature="default"' \
        --extern "cfg_if=$work/libcfg_if.rlib" \
        --extern "crossbeam_utils=$work/libcrossbeam_utils.rlib"
    with="--cfg peer_crossbeam --extern crossbeam_channel=$work/libcrossbeam_channel.rlib"
fi
# shellcheck disable=SC2086
"$rustc" $codegen --crate-type staticlib --crate-name peers --edition 2021 -L "$work" $with -o "$output" "$source"
