#!/bin/sh
# wordfreq_test.sh WORDFREQ: compares wordfreq with the same count made by tr, sort and uniq, on texts found
# on this machine and on texts made to be awkward.
#
# SPDX-License-Identifier: MIT
set -eu
LC_ALL=C
export LC_ALL
wordfreq=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fail()
{
    echo "FAILED: $1" >&2
    exit 1
}

# The reference: all words of its input, most frequent first, then by name.
reference()
{
    tr -cs 'A-Za-z' '\n' | tr 'A-Z' 'a-z' | sed '/^$/d' | sort | uniq -c | sort -k1,1nr -k2,2
}

# compare WHAT REFERENCE-INPUT FILE...
compare()
{
    what=$1
    input=$2
    shift 2
    reference <"$input" >"$work/expected"
    "$wordfreq" -n 1000000000 "$@" >"$work/found" || fail "$what: exit status $?"
    cmp "$work/expected" "$work/found" || fail "$what: another result"
    "$wordfreq" -n 25 "$@" >"$work/found" || fail "$what: exit status $?"
    head -n 25 "$work/expected" | cmp - "$work/found" || fail "$what: another result with -n 25"
    echo "$what: $(wc -c <"$input") bytes, $(wc -l <"$work/expected") words"
}

# At least 10 MB of real text; repeated where the machine has less.
find /usr/include /usr/share/common-licenses /usr/share/doc /usr/share/perl /usr/lib/python3* \
    -type f ! -name "*.gz" ! -name "*.pyc" -exec cat {} + 2>/dev/null |
    head -c 12000000 >"$work/found_text" || true
[ -s "$work/found_text" ] || cat "$0" >"$work/found_text"
: >"$work/large"
while [ "$(wc -c <"$work/large")" -lt 10485760 ]; do
    cat "$work/found_text" >>"$work/large"
    echo >>"$work/large"
done
compare 'real text' "$work/large" "$work/large"

# Lines, then words, that are longer than a block; no line end at the end; bytes that are no text.
{
    head -c 300000 "$work/large" | tr '\n' ' '
    printf '\nshort\n'
    head -c 200000 /dev/zero | tr '\0' 'x'
    printf ' '
    head -c 65536 /dev/zero | tr '\0' 'Y'
    printf '\n\000\377word\000Word'
    head -c 65537 /dev/zero
    printf 'last'
} >"$work/awkward"
compare 'awkward text' "$work/awkward" "$work/awkward"

# Words that begin and end at every offset about the borders of blocks.
awk 'BEGIN {
    for (i = 0; i < 40000; i++)
        printf "%s%s", substr("abcdefghijklm", 1, i % 13 + 1), i % 7 ? " " : "\n"
}' >"$work/borders"
compare 'borders' "$work/borders" "$work/borders"

# Several files, one of them empty: the end of a file ends a word.
: >"$work/empty"
printf 'one two' >"$work/first"
printf 'two three\n' >"$work/second"
{ cat "$work/first"; echo; cat "$work/second"; } >"$work/all"
compare 'several files' "$work/all" "$work/first" "$work/empty" "$work/second"

# A missing file and a folder: reported by name, the others counted, and the status tells.
status=0
"$wordfreq" "$work/first" "$work/missing" "$work" "$work/second" >"$work/found" 2>"$work/errors" || status=$?
[ "$status" -eq 1 ] || fail "missing file: exit status $status"
reference <"$work/all" | cmp - "$work/found" || fail 'missing file: another result'
grep -q "$work/missing: No such file" "$work/errors" || fail 'missing file: not reported'
grep -q "$work: Is a directory" "$work/errors" || fail 'folder: not reported'

for arguments in '' '-n' '-n x file' '-n -1 file' '-z file'; do
    status=0
    # shellcheck disable=SC2086
    "$wordfreq" $arguments >/dev/null 2>&1 || status=$?
    [ "$status" -eq 2 ] || fail "arguments '$arguments': exit status $status"
done
echo 'all as expected'
