#!/usr/bin/env python3
"""Which lines and branches of the library the tests have run, and why not the others.

usage: coverage.py --build FOLDER [--reasons FILE] [--report FILE]
       coverage.py --self-test       shows that what is checked of the reasons is noticed

Reads what gcov makes of the counters in a build folder (meson -Db_coverage=true) whose tests were run. A line of src/ or include/
counts once, however many programs have it inlined; it was run if any of them ran it.

The file of reasons (reasons.txt) has an entry for each place that was not run:

    == src/thread/os.c
        cpu_set_t *set = CPU_ALLOC(cpus);
        if (!set)
    >       return 1;
    why: the C library has no memory for 128 bytes

The lines are lines of that file, one after the other, in one place only; blanks at either end do not count. '>': not run. '~': run or
not, as the threads' timing has it. A line without a reason, a reason for a line that was run after all, and a reason for a place that is no
longer there are errors. Branches are reported and need no reason.

SPDX-License-Identifier: MIT"""
import argparse
import json
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor


class Source:
    """What is known of one file."""
    def __init__(self):
        self.lines = {}     # number: how often it was run
        self.shapes = {}    # number: {how many branches the compiler made there: [how often each was taken, in how many functions]}

    def add(self, line):
        number, branches = line['line_number'], [branch['count'] for branch in line.get('branches', [])]
        self.lines[number] = self.lines.get(number, 0) + line['count']
        if branches:
            shape = self.shapes.setdefault(number, {}).setdefault(len(branches), [[0] * len(branches), 0])
            shape[0] = [a + b for a, b in zip(shape[0], branches)]
            shape[1] += 1

    def branches(self):
        """{line: how often each of its branches was taken}. What is inlined has another shape in each place: several copies, or
        conditions that are constant there. The commonest shape counts, with those that are copies of it."""
        lines = {}
        for number, shapes in self.shapes.items():
            length = max(shapes, key=lambda n: (shapes[n][1], -n))
            taken = [0] * length
            for n, (counts, _) in shapes.items():
                if n % length == 0:
                    for i, count in enumerate(counts):
                        taken[i % length] += count
            lines[number] = taken
        return lines

    def not_run(self):
        return sorted(number for number, count in self.lines.items() if count == 0)

    def branches_not_taken(self):
        """Of the lines that were run: {line: (taken, all)} where some branch was not."""
        lines = {number: (sum(count > 0 for count in counts), len(counts)) for number, counts in sorted(self.branches().items())}
        return {number: of for number, of in lines.items() if of[0] < of[1] and self.lines[number]}


def gcov(program, path):
    run = subprocess.run([program, '--json-format', '--stdout', '--branch-probabilities', os.path.basename(path)],
                         cwd=os.path.dirname(path), stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    if run.returncode:
        sys.exit(f'coverage: {program} {path}: {run.stderr.decode()}')
    return [json.loads(line) for line in run.stdout.splitlines() if line.startswith(b'{')]


def collect(build, root, program):
    counters = [os.path.join(folder, name) for folder, _, names in os.walk(build) for name in names if name.endswith('.gcda')]
    if not counters:
        sys.exit(f'coverage: no counters in {build}: was anything run there?')
    sources = {}
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for answers in pool.map(lambda path: gcov(program, path), counters):
            for answer in answers:
                for file in answer['files']:
                    path = os.path.normpath(os.path.join(answer['current_working_directory'], file['file']))
                    path = os.path.relpath(path, root)
                    if re.match(r'(src|include)/', path):
                        for line in file['lines']:
                            sources.setdefault(path, Source()).add(line)
    return sources


# ---- reasons ----

class Reason:
    def __init__(self, path, lines, why, where):
        self.path, self.lines, self.why, self.where = path, lines, why, where # lines: (mark, text)

    def places(self, text):
        """Where the lines stand in the file: (number, mark) of each."""
        wanted = [line for _, line in self.lines]
        stripped = [line.strip() for line in text.splitlines()]
        found = [i for i in range(len(stripped)) if stripped[i:i + len(wanted)] == wanted]
        return [[(i + k + 1, mark) for k, (mark, _) in enumerate(self.lines)] for i in found]


def read_reasons(text):
    reasons = []
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith('== '):
            reasons.append(Reason(line[3:].strip(), [], '', number))
        elif not reasons or not line.strip() or line.startswith('#'):
            continue
        elif line.startswith('why:') or reasons[-1].why:
            reasons[-1].why = (reasons[-1].why + ' ' + re.sub(r'^why:', '', line).strip()).strip()
        else:
            mark = line[0] if line[0] in '>~' else ' '
            reasons[-1].lines.append((mark, line.lstrip('>~').strip()))
    return reasons


def check(sources, texts, reasons):
    """Errors, and {(path, line): why} of the lines that have a reason and were not run."""
    errors, excused = [], {}
    for reason in reasons:
        where = f'reasons, line {reason.where}: {reason.path}'
        places = reason.places(texts.get(reason.path, ''))
        if len(places) != 1:
            errors.append(f'{where}: these lines are there {len(places)} times, not once')
        elif not reason.why or all(mark == ' ' for mark, _ in reason.lines):
            errors.append(f'{where}: no reason, or no line that it is for')
        else:
            for number, mark in places[0]:
                count = sources[reason.path].lines.get(number) if reason.path in sources else None
                if mark == '>' and count != 0:
                    errors.append(f'{where}:{number} was run after all' if count else f'{where}:{number}: no code there')
                elif mark != ' ' and not count:
                    excused[reason.path, number] = reason.why
    for path, source in sorted(sources.items()):
        for number in source.not_run():
            if (path, number) not in excused:
                line = texts[path].splitlines()[number - 1].strip()
                errors.append(f'{path}:{number}: not run, and no reason given: {line}')
    return errors, excused


# ---- report ----

def percent(part, whole):
    return f'{100 * part / whole:.1f}' if whole else '-'


def report(sources, texts, excused):
    out = ['# Coverage', '', '| file | lines run | of | % | branches taken | of | % |', '|---|---|---|---|---|---|---|']
    total = [0, 0, 0, 0]
    for path, source in sorted(sources.items()):
        branches = [count for counts in source.branches().values() for count in counts]
        row = [len(source.lines) - len(source.not_run()), len(source.lines), sum(count > 0 for count in branches), len(branches)]
        total = [a + b for a, b in zip(total, row)]
        out.append(f'| {path} | {row[0]} | {row[1]} | {percent(*row[:2])} | {row[2]} | {row[3]} | {percent(*row[2:])} |')
    out.append(f'| **all** | {total[0]} | {total[1]} | {percent(*total[:2])} | {total[2]} | {total[3]} | {percent(*total[2:])} |')
    out += ['', '## Lines not run', '']
    for (path, number), why in sorted(excused.items()):
        out.append(f'- `{path}:{number}` `{texts[path].splitlines()[number - 1].strip()}`: {why}')
    out += ['', '## Branches not taken, of lines that were run', '']
    for path, source in sorted(sources.items()):
        for number, (taken, whole) in source.branches_not_taken().items():
            out.append(f'- `{path}:{number}` {taken} of {whole}: `{texts[path].splitlines()[number - 1].strip()}`')
    summary = (f'{total[0]} of {total[1]} lines ({percent(*total[:2])} %), {total[2]} of {total[3]} branches '
               f'({percent(*total[2:])} %), {len(excused)} lines not run with a reason')
    return '\n'.join(out) + '\n', summary


# ---- its own test ----

def self_test():
    text = 'int f(void)\n{\n    if (a)\n        return 1;\n    if (b)\n        return 1;\n    return 0;\n}\n'
    def source(counts):
        made = Source()
        for number, count in counts.items():
            made.add({'line_number': number, 'count': count})
        return {'src/f.c': made}
    entry = '== src/f.c\n    if (b)\n>       return 1;\nwhy: b\nnever is\n'
    usual = {3: 5, 4: 1, 5: 4, 6: 0, 7: 4}
    cases = [
        ('all is well', usual, entry, 0),
        ('a line without a reason', {**usual, 7: 0}, entry, 1),
        ('a reason for a line that was run', {**usual, 6: 2}, entry, 1),
        ('timing may run it', {**usual, 6: 2}, entry.replace('>', '~'), 0),
        ('timing may not run it', usual, entry.replace('>', '~'), 0),
        ('two places', usual, '== src/f.c\n>   return 1;\nwhy: x\n', 2),
        ('a place that is gone', usual, entry + '== src/f.c\n>   return 2;\nwhy: x\n', 1),
        ('no reason given', usual, entry.replace('why: b\nnever is\n', ''), 2),
        ('a line without code', usual, entry + '== src/f.c\n> {\nwhy: x\n', 1),
        ('a file that is gone', usual, entry + '== src/g.c\n> {\nwhy: x\n', 1),
    ]
    failed = 0
    for name, counts, reasons, expected in cases:
        errors, excused = check(source(counts), {'src/f.c': text}, read_reasons(reasons))
        if len(errors) != expected or (name == 'all is well' and excused != {('src/f.c', 6): 'b never is'}):
            failed += 1
            print(f'{name}: {len(errors)} errors, expected {expected}: {errors}')
    merged = Source()
    for counts in ([1, 0], [0, 0], [1, 0], [1, 0, 0, 0], [0, 1, 1]):
        merged.add({'line_number': 1, 'count': sum(counts), 'branches': [{'count': c} for c in counts]})
    if merged.branches_not_taken() != {1: (1, 2)}:
        failed += 1
        print(f'branches: {merged.branches_not_taken()}')
    merged.add({'line_number': 1, 'count': 1, 'branches': [{'count': c} for c in (0, 0, 0, 1)]})
    if merged.branches_not_taken():
        failed += 1
        print('branches of a copy do not count')
    print(f'{len(cases) + 2 - failed} passed, {failed} failed')
    return 1 if failed else 0


def main():
    here = os.path.dirname(os.path.abspath(__file__))
    options = argparse.ArgumentParser()
    options.add_argument('--self-test', action='store_true')
    options.add_argument('--build')
    options.add_argument('--reasons', default=os.path.join(here, 'reasons.txt'))
    options.add_argument('--report')
    options.add_argument('--gcov', default='gcov')
    given = options.parse_args()
    if given.self_test:
        return self_test()
    root = os.path.dirname(os.path.dirname(here))
    sources = collect(os.path.abspath(given.build), root, given.gcov)
    texts = {}
    with open(given.reasons, encoding='utf-8') as file:
        reasons = read_reasons(file.read())
    for path in set(sources) | {reason.path for reason in reasons}:
        if os.path.exists(os.path.join(root, path)):
            with open(os.path.join(root, path), encoding='utf-8') as file:
                texts[path] = file.read()
    errors, excused = check(sources, texts, reasons)
    text, summary = report(sources, texts, excused)
    if given.report:
        with open(given.report, 'w', encoding='utf-8') as file:
            file.write(text)
    for error in errors:
        print(error)
    print(f'coverage: {summary}; {len(errors)} errors')
    return 1 if errors else 0


if __name__ == '__main__':
    sys.exit(main())
