#!/usr/bin/env python3
"""Tests of the mutation gate itself: that it refuses what is wrong in its table, changes what it says it changes, notices what must
be noticed and lets live what must live.

usage: self_test.py EXPLORE MUTANTS

SPDX-License-Identifier: MIT"""
import os
import sys
import tempfile

import mutate
import run

SOURCE = '''void f(sluice__a32 *a)
{
    /* [SELF.P1] release: it. Pairs with [SELF.C1].
     * Without it: it breaks. */
    sluice__a32_store_release(a, g(1, 2));
    /* [SELF.X1] acq_rel: it. Pairs with [SELF.X1].
     * Without it: it breaks. */
    if (sluice__a32_cas_acq_rel(a, &b, c) && d)
        return;
    /* [SELF.F1] full fence: it. Pairs with [SELF.F1].
     * Without it: it breaks. */
    sluice__fence_full();
    x = x + 1;
}
'''
ENTRY = 'name: {0}\nkind: {1}\nfile: src/f.c\n---\n{2}\n+++\n{3}\n===\n'

# (entries, what must be said)
REFUSED = [
    (ENTRY.format('stale', 'step', 'x = x + 2;', 'x = 0;'), 'its anchor is in src/f.c 0 times'),
    (ENTRY.format('twice', 'step', 'SELF.X1', 'b'), 'its anchor is in src/f.c 2 times'),
    (ENTRY.format('kind', 'whim', 'x = x + 1;', 'x = 0;'), 'no such kind'),
    (ENTRY.format('same', 'step', 'x + 1', 'x') * 2, 'two mutants are called same'),
    (ENTRY.format('one', 'step', 'g(1, 2));\nif', 'h') .replace('\nif', '') + ENTRY.format('two', 'step', '(a, g(1', 'h'), 'overlaps'),
    (ENTRY.format('none', 'step', '', 'x = 0;'), 'no anchor'),
    (ENTRY.format('gone', 'step', 'x + 1', 'x').replace('src/f.c', 'src/gone.c'), 'no such file'),
    ('mutants: SELF.P9:relaxed\nsurvives: it is gone\n===\n', 'no such mutants'),
]

failures = 0


def check(condition, what):
    global failures
    if not condition:
        failures += 1
        print(f'FAILED: {what}')


def mutated(entries):
    source = SOURCE.replace('if (sluice__a32_cas', 'if (sluice__a64_cas')
    with tempfile.TemporaryDirectory() as folder:
        table = os.path.join(folder, 'table.txt')
        with open(table, 'w', encoding='utf-8') as file:
            file.write(entries)
        return mutate.mutate({'src/f.c': source}, [table])


def test_table():
    for entries, said in REFUSED:
        _, _, stale = mutated(entries)
        check(any(said in one for one in stale), f'not refused: {said}: {stale}')
    tree, mutants, stale = mutated(ENTRY.format('inner', 'counter', 'x + 1', 'x + 2') + ENTRY.format('outer', 'step', 'x = x + 1;', 'x = 0;'))
    names = [m.name for m in mutants]
    check(not stale, stale)
    check(names == ['SELF.P1:relaxed', 'SELF.X1:acquire', 'SELF.X1:release', 'SELF.X1:relaxed', 'SELF.F1:no-fence', 'outer', 'inner'], names)
    text = tree['src/f.c']
    for part in ('MUTANT_CALL(sluice__a32_store_release, 1, a, g(1, 2));', 'MUTANT_CALL(sluice__a64_cas_acq_rel, 2, a, &b, c) && d',
                 '(MUTANT(5) ? ((void)0) : (sluice__fence_full()));',
                 '{ if (MUTANT(6)) { x = 0; } else { x = (MUTANT(7) ? (x + 2) : (x + 1)); } }'):
        check(part in text, f'not in the text: {part}\n{text}')
    check(text.count('\n') == SOURCE.count('\n'), 'lines have moved')


def test_gate(explore, mutants):
    gate = run.Gate(explore, mutants, os.devnull)
    named = {m['name']: m for m in gate.all}
    check(gate.search(named['selftest.equivalent'], 1) is None, 'an equivalent mutant was noticed')
    for name in ('selftest.deadly', 'selftest.crashes'):
        found = gate.search(named[name], 1)
        check(found and found[1] and gate.replay(named[name], found[1]), f'{name} was not noticed, or does not come again: {found}')
        check(found and gate.replay(named['selftest.equivalent'], found[1]) is None, f'the line of {name} kills an equivalent one')
    gate.mutants, gate.stale = [named['selftest.deadly']], ['an anchor is gone']
    check(run.quick(gate, {}) == 1, 'a stale table is no failure')
    gate.mutants, gate.stale = [named['selftest.equivalent']], []
    check(run.quick(gate, {}) == 1, 'a survivor is no failure')
    gate.mutants = [dict(named['selftest.deadly'], survives='an argument that is wrong')]
    check(run.full(gate, {'depth': 1, 'argued': ''}) == 1, 'a wrong argument is no failure')
    # Beside one that is killed: a run in which nothing is killed fails anyway.
    line = gate.search(named['selftest.deadly'], 1)[1]
    argued = dict(named['selftest.equivalent'], name='argued', survives='an argument that is right')
    gate.mutants, gate.killers = [named['selftest.deadly'], argued], {'selftest.deadly': line, 'argued': line}
    check(run.quick(gate, {}) == 0, 'a right argument is a failure')
    gate.mutants[1] = dict(named['selftest.deadly'], name='argued', survives='an argument that is wrong')
    check(run.quick(gate, {}) == 1, 'an argument is taken, though a recorded line kills the mutant')


test_table()
test_gate(*sys.argv[1:])
print(f'{failures} failures')
sys.exit(1 if failures else 0)
