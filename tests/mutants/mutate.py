"""Mutants of the library: what they are, and how the source is written out with all of them in it.

A mutant is a small change that must not go unnoticed. Two kinds of sources:

Orders    Every labelled access (tests/lint/rules_labels.py) gets one mutant for each weaker order, every full fence, compiler
          barrier and call of membarrier one in which it does nothing. They follow from the source: whoever adds an access gets its
          mutants.
Tables    table/*.txt: everything else. An entry is

              name: gate-look-again              unique
              kind: recheck                      ordering fence recheck wake-up counter null-out step bug
              file: src/channel/wait.c
              what: what it stands for           optional, as are the following
              build: unit gate ...               a bug that another program than the explorer finds (bugs.py)
              survives: why nothing can notice it
              runs: scenario patterns            where to look first
              ---
              text in the file, exactly once
              +++
              what takes its place ('@@' stands for the text itself)
              ===

          A text that ends in ';' or '}' is a statement, or several; any other an expression. Lines are compared without the blanks
          at their beginning and end. An anchor that is not there, or there twice, is an error: the source has changed and the table
          must follow. With `times: N` all N places change at once.

          An entry `mutants: NAME…` without an anchor is about mutants that live elsewhere: `survives:`, the argument why nothing can
          notice them, or `open:`, what would have to be done to notice them, and has not been.

The changed text becomes `(MUTANT(17) ? new : old)` or `{ if (MUTANT(17)) { new } else { old } }`, on the same lines. MUTANT and
what an order's mutant calls stand in mutants.h. Changes may lie in one another, not overlap.

SPDX-License-Identifier: MIT"""
import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lint'))
import rules_labels  # noqa: E402
from rules_text import comment_above, strip_comments  # noqa: E402

KINDS = ('ordering', 'fence', 'recheck', 'wake-up', 'counter', 'null-out', 'step', 'bug', 'none')
WEAKER = {'acquire': ['relaxed'], 'release': ['relaxed'], 'acq_rel': ['acquire', 'release', 'relaxed']}
ACCESS = re.compile(r'\bsluice__a(?:8|32|64)_(?:load|store|add|or|and|exchange|cas)_(acquire|release|acq_rel)\(')
FENCE = re.compile(r'\bsluice__(fence_full|compiler_barrier|barrier_on_all_threads)\(\)')
EXEMPT = {'include/sluice/detail/atomic.h', 'src/thread/os.h', 'src/thread/os.c', 'src/thread/barrier.c', 'src/thread/barrier.h'}


class Stale(Exception):
    """The table does not fit the source."""


class Mutant:
    def __init__(self, name, kind, file, line=0, **more):
        self.name, self.kind, self.file, self.line = name, kind, file, line
        self.number = 0
        self.what = more.get('what', '')
        self.build = more.get('build', '')
        self.survives, self.open = more.get('survives', ''), more.get('open', '')
        self.runs = more.get('runs', '').split()


class Edit:
    """Of text [start, end): before(numbers) and after come around it; new is for a choice between two texts."""

    def __init__(self, start, end, mutants, wrap):
        self.start, self.end, self.mutants, self.wrap = start, end, mutants, wrap


# ---- orders ----

def label_of(lines, number):
    found = re.findall(rules_labels.DEFINITION, re.sub(r'\s*\n\s*\*?\s*', ' ', comment_above(lines, number)))
    return found[-1][0] if found else None


def call_of(function, mutants):
    return lambda inner: f'MUTANT_CALL({function}, {mutants[0].number}, '


def order_edits(path, text, names):
    if path in EXEMPT:
        return []
    edits, lines, bare = [], text.splitlines(), strip_comments(text)

    def named(label, weaker, line):
        base = f'{label}:{weaker}'
        names[base] = names.get(base, 0) + 1
        return base if names[base] == 1 else f'{base}#{names[base]}'

    for found in ACCESS.finditer(bare):
        line = bare.count('\n', 0, found.start()) + 1
        label = label_of(lines, line) or f'{os.path.basename(path)}'
        mutants = [Mutant(named(label, weaker, line), 'ordering', path, line) for weaker in WEAKER[found.group(1)]]
        edits.append(Edit(found.start(), found.end(), mutants, call_of(found.group()[:-1], mutants)))
    for found in FENCE.finditer(bare):
        if bare[:found.start()].endswith('bool '):
            continue # a declaration
        line = bare.count('\n', 0, found.start()) + 1
        what = {'fence_full': 'no-fence', 'compiler_barrier': 'no-barrier', 'barrier_on_all_threads': 'no-membarrier'}[found.group(1)]
        label = label_of(lines, line) if what != 'no-membarrier' else os.path.basename(path)
        mutants = [Mutant(named(label or os.path.basename(path), what, line), 'fence', path, line)]
        new = 'true' if what == 'no-membarrier' else '(void)0'
        edits.append(Edit(found.start(), found.end(), mutants, choice(mutants, new, False)))
    return edits


# ---- tables ----

def choice(mutants, new, statement):
    def wrap(inner):
        number, other = mutants[0].number, new.replace('@@', inner)
        if statement:
            return f'{{ if (MUTANT({number})) {{ {other} }} else {{ {inner} }} }}'
        return f'(MUTANT({number}) ? ({other}) : ({inner}))'
    return wrap


def read_table(path):
    """[(fields, anchor, replacement)]"""
    entries = []
    with open(path, encoding='utf-8') as file:
        content = file.read()
    content = re.sub(r'(?m)^#.*\n', '', content)
    for part in re.split(r'(?m)^===\n', content):
        if not part.strip():
            continue
        head, _, rest = part.partition('\n---\n')
        anchor, found, new = rest.partition('\n+++\n')
        if not found:
            head, anchor, new = part, '', ''
        fields = {}
        for line in head.strip().splitlines():
            key, colon, value = line.partition(':')
            if line[:1].isspace() and fields:
                fields[last] += ' ' + line.strip()
            elif colon:
                last = key.strip()
                fields[last] = value.strip()
            else:
                raise Stale(f'{path}: not a field: {line}')
        entries.append((fields, anchor, new.strip()))
    return entries


def find_anchor(text, anchor):
    """All [start, end) in which the anchor's lines stand, whatever their indentation."""
    lines = [line.strip() for line in anchor.strip().splitlines()]
    pattern = r'[ \t]*\n[ \t]*'.join(re.escape(line) for line in lines)
    return [found.span() for found in re.finditer(pattern, text)]


def table_edits(path, fields, anchor, new, text):
    for needed in ('name', 'kind', 'file'):
        if needed not in fields:
            raise Stale(f'{path}: an entry without {needed}: {fields}')
    if fields['kind'] not in KINDS:
        raise Stale(f'{path}: {fields["name"]}: no such kind: {fields["kind"]}')
    if not anchor.strip():
        raise Stale(f'{path}: {fields["name"]}: no anchor')
    places = find_anchor(text, anchor)
    if len(places) != int(fields.get('times', 1)):
        raise Stale(f'{path}: {fields["name"]}: its anchor is in {fields["file"]} {len(places)} times')
    mutant = Mutant(line=text.count('\n', 0, places[0][0]) + 1, **{key: fields[key] for key in fields if key != 'times'})
    statement = strip_comments(anchor).rstrip().endswith((';', '}'))
    if statement and not new.endswith((';', '}')):
        new += ';'
    return [Edit(start, end, [mutant], choice([mutant], ' '.join(new.split('\n')), statement)) for start, end in places]


# ---- all of it ----

def rewrite(text, edits, stale):
    """The text with every edit in it, inner ones first; but one that overlaps another is left out."""
    edits = sorted(edits, key=lambda e: (e.start, -e.end))

    def span(start, end, inside):
        out, at = '', start
        while inside:
            edit = inside.pop(0)
            if edit.start < at or edit.end > end:
                stale.append(f'{edit.mutants[0].name} overlaps another change')
                continue
            inner = []
            while inside and inside[0].start < edit.end:
                inner.append(inside.pop(0))
            out += text[at:edit.start] + edit.wrap(span(edit.start, edit.end, inner))
            at = edit.end
        return out + text[at:end]

    return span(0, len(text), edits)


def library(root):
    tree = {}
    for top in ('src', 'include'):
        for folder, folders, files in os.walk(os.path.join(root, top)):
            folders.sort()
            for name in sorted(files):
                if name.endswith(('.c', '.h')):
                    path = os.path.join(folder, name)
                    with open(path, encoding='utf-8') as file:
                        tree[os.path.relpath(path, root)] = file.read()
    return tree


def mutate(tree, tables):
    """(tree with all mutants in it, mutants, what of the tables does not fit). tree: {path: text}; tables: [path]."""
    edits = {path: [] for path in tree}
    names, survivors, stale = {}, {}, []
    for path, text in tree.items():
        edits[path] += order_edits(path, text, names)
    for table in tables:
        for fields, anchor, new in read_table(table):
            if 'mutants' in fields:
                survivors.update({name: fields for name in fields['mutants'].split()})
                continue
            try:
                if fields.get('file') not in tree:
                    raise Stale(f'{table}: {fields.get("name")}: no such file: {fields.get("file")}')
                edits[fields['file']] += table_edits(table, fields, anchor, new, tree[fields['file']])
            except Stale as error:
                stale.append(str(error))
    mutants, seen = [], set()
    for path in sorted(edits):
        for edit in sorted(edits[path], key=lambda e: (e.start, -e.end)):
            for mutant in edit.mutants:
                if mutant.number == 0:
                    mutants.append(mutant)
                    mutant.number = len(mutants)
    for mutant in mutants:
        if mutant.name in seen:
            stale.append(f'two mutants are called {mutant.name}')
        seen.add(mutant.name)
        said = survivors.pop(mutant.name, {})
        mutant.survives, mutant.open = said.get('survives', mutant.survives), said.get('open', mutant.open)
    if survivors:
        stale.append(f'no such mutants: {", ".join(sorted(survivors))}')
    return {path: rewrite(text, edits[path], stale) for path, text in tree.items()}, mutants, stale
