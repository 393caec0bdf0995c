#!/bin/sh
# Builds peers.go as an archive for C, without the network.
#
#   build.sh GO FOLDER OUTPUT.a WORK      (the folder of peers.go; the work folder keeps Go's cache)
#
# SPDX-License-Identifier: MIT
set -eu
mkdir -p "$4"
output=$(realpath "$3")
work=$(realpath "$4")
cd "$2"
GOCACHE=$work/cache GOPATH=$work/path GOFLAGS=-mod=mod GOPROXY=off GOTOOLCHAIN=local CGO_ENABLED=1 \
    "$1" build -trimpath -buildvcs=false -buildmode=c-archive -o "$output" .
