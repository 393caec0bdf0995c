"""Memory-order comments: labels, partners, reasons.

    /* [AREA.P1] release: what it publishes. Pairs with [AREA.C1].
     * Without it: what breaks. */

A label is defined where it is followed by the order's name and a colon, directly above its access. It is defined once, or
more often if it is its own partner. Each relaxed access says "relaxed: why", on its line or directly above.

SPDX-License-Identifier: MIT"""
import re

from rules_text import comment_above, lines_of, strip_comments

LABEL = r'\[([A-Z]+\.[A-Z]\d+)\]'
DEFINITION = LABEL + r'\s+(acquire|release|acq_rel|full fence|compiler barrier)\b[^:]*:'
ORDERED = r'\bsluice__(?:a(?:8|32|64)_\w*?_(?:acquire|release|acq_rel)|fence_full|compiler_barrier)\('
RELAXED = r'\bsluice__a(?:8|32|64)_\w*?_relaxed\('
EXEMPT = {'include/sluice/detail/atomic.h', 'src/thread/os.h'} # where they are defined


def library(tree):
    return {path: text for path, text in tree.items() if re.match(r'(src|include)/.*\.[ch]$', path) and path not in EXEMPT}


def count_accesses(tree):
    return sum(len(re.findall(ORDERED, strip_comments(text))) for text in library(tree).values())


def comments(text):
    for found in re.finditer(r'/\*.*?\*/', text, flags=re.S):
        yield text.count('\n', 0, found.start()) + 1, re.sub(r'\s*\n\s*\*?\s*', ' ', found.group())


def definitions(tree):
    """label: [(path, line, comment)]"""
    defined = {}
    for path, text in library(tree).items():
        for number, comment in comments(text):
            for found in re.finditer(DEFINITION, comment):
                defined.setdefault(found.group(1), []).append((path, number, comment))
    return defined


def partners(comment):
    """The labels named in "Pairs with …", up to the sentence's end."""
    found = re.search(r'Pairs with (.*?)(?:\.(?:\s|$)|\.?\s*\*/)', comment)
    return re.findall(LABEL, found.group(1)) if found else []


def check_definitions(defined):
    for label, places in defined.items():
        for path, number, comment in places:
            named = partners(comment)
            if not named:
                yield path, number, f'[{label}] names no partner ("Pairs with [AREA.X1].")'
            for partner in named:
                if partner not in defined:
                    yield path, number, f'[{label}] pairs with [{partner}], which does not exist'
            if 'Without it:' not in comment:
                yield path, number, f'[{label}] does not say what breaks ("Without it:")'
        for path, number, comment in places[1:]:
            if label not in partners(comment):
                yield path, number, f'[{label}] is defined more than once'


def check_accesses(path, text):
    lines = text.splitlines()
    for number, line in lines_of(strip_comments(text)):
        above = comment_above(lines, number)
        if re.search(ORDERED, line) and not re.search(DEFINITION, re.sub(r'\s*\n\s*\*?\s*', ' ', above)):
            yield path, number, 'an ordered access without a label directly above it'
        if re.search(RELAXED, line):
            before = lines[number - 2] if number > 1 else ''
            if not any(re.search(r'relaxed:', place) for place in (lines[number - 1], before, above)):
                yield path, number, 'a relaxed access without its reason ("relaxed: …")'


def check_labels(tree):
    defined = definitions(tree)
    yield from check_definitions(defined)
    for path, text in library(tree).items():
        yield from check_accesses(path, text)
        for number, line in lines_of(text):
            for label in re.findall(LABEL, line):
                if label not in defined:
                    yield path, number, f'[{label}] is spoken of and does not exist'
