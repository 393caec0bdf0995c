#!/usr/bin/env python3
"""The mutation gate: lets the explorer loose on each mutant of the library (mutate.py) and says which went unnoticed.

usage: run.py quick EXPLORE MUTANTS KILLERS
       run.py bugs EXPLORE MUTANTS KILLERS [NAME=PROGRAM…]
       run.py full EXPLORE MUTANTS KILLERS [option…]

quick   kills each mutant again by what killed it before: KILLERS has one line for each, `name<tab>replay line`. Where the
        line has gone stale its scenario is searched anew, and then all scenarios near the mutant. Fails if a mutant survives of
        which the table does not say why, and if a line of KILLERS kills one of which it does.
bugs    the same for seeded bugs (kind: bug). Those that name another program in the table are run under that, which must fail, and
        must not without the bug.
full    searches from the beginning: scenarios near the mutant first and a little of each, then more and more, until it is noticed.
        Writes down what killed each (--write), in the order of mutants, and a report. Goes on where it was ended.

    --state=FILE      what is known so far; the run goes on from there   --report=FILE   what came of it, in words
    --only=PATTERN    mutants whose names or files contain it            --kind=KIND     mutants of that kind
    --seconds=N       ends after so long; exit status 3 if not done       --jobs=N        so many at a time
    --depth=1|2|3|4|5 how far the search goes (2)                         --again         also those that survived before
    --write           rewrites KILLERS                                    --argued        also those that are argued to survive, or open
    --bugs            seeded bugs, instead of mutants

SPDX-License-Identifier: MIT"""
import concurrent.futures
import json
import os
import re
import resource
import subprocess
import sys
import time

# Where to look first: part of a file's path, groups of scenarios. All that match count, in this order.
NEAR = [
    (r'detail/spsc\.h|src/spsc/spsc', 'spsc_bounded mpsc_bounded_per_sender'),
    (r'detail/spsc_chain\.h|src/spsc/chain|src/queue/chain\.[ch]',
     'pool spsc_unbounded spsc_unbounded_edge mpsc_unbounded_per_sender_edge'),
    (r'detail/ring_tx', 'mpsc_bounded spmc_bounded mpmc_bounded'),
    (r'detail/ring_rx', 'spmc_bounded mpmc_bounded mpsc_bounded'),
    (r'detail/ring\.h|src/queue/ring|detail/(mpsc|spmc|mpmc)\.h', 'mpsc_bounded mpmc_bounded spmc_bounded mpmc_bounded_refused'),
    (r'detail/chain\.h|src/queue/(chain|segments|receiving)',
     'mpmc_unbounded_edge mpsc_unbounded_edge spmc_unbounded_edge mpmc_unbounded mpsc_unbounded spmc_unbounded'),
    (r'src/queue/lanes_lock', 'lanes_lock'),
    (r'lanes_hot|src/mpmc/lanes', 'lanes_hot'),
    (r'mpmc_lanes|src/mpmc/lanes|lanes_lock', 'mpmc_bounded_per_sender mpmc_bounded_per_sender_cold mpmc_unbounded_per_sender_refused'),
    (r'src/queue/lanes|detail/lanes', 'lanes'),
    (r'lanes', 'mpsc_bounded_per_sender_cold mpmc_bounded_per_sender_cold mpsc_bounded_per_sender_refused mpsc_bounded_per_sender '
               'mpmc_unbounded_per_sender_refused mpmc_unbounded_per_sender_edge'),
    (r'gate', 'gate mpmc_bounded_refused mpmc_bounded spsc_bounded spsc_bounded_refused mpsc_bounded mpmc_unbounded'),
    (r'src/channel/(wait|channel)|endpoint|typed', 'spsc_bounded mpsc_bounded mpmc_bounded spmc_bounded mpmc_unbounded_edge '
                                                   'mpmc_bounded_per_sender mpsc_unbounded'),
    (r'rendezvous', 'mpmc_rendezvous'),
    (r'src/mutex|typed_mutex', 'mutex_bounded mutex_unbounded'),
    (r'quarantine', 'quarantine'),
    (r'orphans|thread/status', 'orphans'),
    (r'src/thread/', 'thread gate spsc_bounded mpmc_rendezvous mpmc_bounded'),
]
# How much of each scenario, and whether of all scenarios or of those near.
DEPTHS = [
    (True, ['--dfs=25', '--pct=8', '--random=8'], 60),
    (True, ['--dfs=0', '--pct=60', '--random=60', '--bounds=3,1,3,4,1'], 300), # several stores that wait, or old values, at once
    (True, ['--dfs=200', '--pct=60', '--random=60'], 300),
    (False, ['--dfs=200', '--pct=40', '--random=40'], 900),
    (True, ['--dfs=3000', '--pct=1500', '--random=1500'], 7200),
]


def near(mutant):
    groups = []
    for pattern, names in NEAR:
        if re.search(pattern, mutant['file']):
            groups += [name for name in names.split() if name not in groups]
    return mutant['runs'] + [f'{name}/' for name in groups]


class Gate:
    def __init__(self, explore, mutants, killers, bugs=False):
        self.explore, self.killers_file = explore, killers
        with open(mutants, encoding='utf-8') as file:
            content = json.load(file)
        self.all, self.stale = content['mutants'], content['stale']
        self.mutants = [m for m in self.all if m['kind'] != 'none' and (m['kind'] == 'bug') == bugs and not m['build']]
        self.elsewhere = [m for m in self.all if m['build']] if bugs else []
        self.killers = read_killers(killers)

    def call(self, mutant, arguments, seconds, cpu_seconds=None):
        """None: nothing noticed; else what was, and the line that does it again."""
        command = [self.explore, f'--mutant={mutant["number"]}'] + arguments
        try:
            limit = (lambda: resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds))) if cpu_seconds else None
            done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=seconds, check=False, preexec_fn=limit)
        except subprocess.TimeoutExpired:
            return 'never ends', None
        output = done.stdout.decode(errors='replace')
        if done.returncode == 0 or output.startswith('0 scenarios'):
            return None
        if done.returncode < 0:
            return f'crashed by signal {-done.returncode}', None
        line = re.findall(r"explore --replay '(.*)'", output)
        what = re.findall(r'^    (.*)\n    explore --replay', output, flags=re.M)
        return what[-1] if what else (output.strip().splitlines() or ['no answer'])[-1], line[-1] if line else None

    def replay(self, mutant, line, seconds=10):
        return self.call(mutant, ['--replay', line], seconds)

    def search(self, mutant, depth):
        """The first kill in [0, depth): (what, line), or None."""
        for number, (near_only, budget, seconds) in enumerate(DEPTHS[:depth]):
            for pattern in near(mutant)[:2 + number] if near_only else ['']:
                found = self.call(mutant, budget + ([pattern] if pattern else []), seconds)
                if found and found[1] is None:
                    found = self.pinpoint(mutant, budget, pattern, found)
                if found:
                    return found
        return None

    def pinpoint(self, mutant, budget, pattern, found):
        """The explorer died or hung: of which scenario?"""
        names = subprocess.run([self.explore, '--list', pattern], stdout=subprocess.PIPE, check=False).stdout.decode().split()
        for name in names:
            again = self.call(mutant, budget + [name], 20)
            if again:
                return again if again[1] else (found[0], f'! {name}')
        return found

    def kill_as_recorded(self, mutant):
        """What the mutant's line in KILLERS shows, or None."""
        line = self.killers.get(mutant['name'])
        if line and line.startswith('! '): # it died, or loops without a step of the explorer's: a second of CPU time says so
            return self.call(mutant, [line[2:], '--dfs=25', '--pct=8', '--random=8'], 120, cpu_seconds=1)
        return self.replay(mutant, line) if line else None

    def quick_kill(self, mutant):
        """(what killed it or None, whether the recorded line still does)"""
        line, found = self.killers.get(mutant['name']), self.kill_as_recorded(mutant)
        if found or (line and line.startswith('! ')):
            return found, True
        if line:
            name, mode = line.split()[:2]
            found = self.call(mutant, [name, f'--mode={mode}', '--dfs=2000', '--pct=1000', '--random=1000'], 60)
            if found:
                return found, False
        return self.search(mutant, 1), False


def read_killers(path):
    if not os.path.exists(path):
        return {}
    with open(path, encoding='utf-8') as file:
        return dict(line.rstrip('\n').split('\t') for line in file if '\t' in line)


def write_killers(path, mutants, killers):
    with open(path, 'w', encoding='utf-8') as file:
        for mutant in mutants:
            if killers.get(mutant['name']):
                file.write(f'{mutant["name"]}\t{killers[mutant["name"]]}\n')


# ---- quick ----

def fails(program, mutant):
    environment = dict(os.environ, SLUICE_MUTANT=str(mutant))
    try:
        return subprocess.run([program], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=60, check=False).returncode
    except subprocess.TimeoutExpired:
        return True


def found_elsewhere(gate, programs):
    """The bugs that other programs find; prints what is wrong."""
    found = 0
    for mutant in gate.elsewhere:
        program = programs.get(mutant['build'])
        if not program:
            print(f'FAILED: {mutant["name"]}: no program is called {mutant["build"]}')
        elif fails(program, 0):
            print(f'FAILED: {mutant["build"]} fails without a bug')
        elif not fails(program, mutant['number']):
            print(f'FAILED: {mutant["name"]}: not found by {mutant["build"]}')
        else:
            found += 1
    return found


def quick(gate, programs):
    survivors, stale, kills, start = [], [], {}, time.monotonic()
    if gate.elsewhere:
        kills['bug'] = found_elsewhere(gate, programs)
        survivors += [None] * (len(gate.elsewhere) - kills['bug'])
    for mutant in gate.mutants:
        if mutant['survives'] or mutant['open']:
            if gate.kill_as_recorded(mutant):
                print(f'FAILED: {mutant["name"]} is argued or open, yet its line in the list of killers kills it')
                survivors.append(None)
            continue
        found, as_recorded = gate.quick_kill(mutant)
        if not found:
            survivors.append(mutant)
            continue
        kills[mutant['kind']] = kills.get(mutant['kind'], 0) + 1
        if not as_recorded:
            stale.append(mutant['name'])
    for one in gate.stale:
        print(f'FAILED: {one}')
        survivors.append(None)
    # What kills a mutant must be the mutant's doing.
    names = {m['name'] for m in gate.mutants}
    for line in sorted({line for name, line in gate.killers.items() if name in names}):
        found = None if line.startswith('! ') else gate.replay({'number': 0}, line)
        if found:
            print(f'FAILED: it fails without a mutant: {line}: {found[0]}')
            survivors.append(None)
    for mutant in filter(None, survivors):
        print(f'FAILED: {mutant["name"]} ({mutant["kind"]}, {mutant["file"]}:{mutant["line"]}) went unnoticed')
    if stale:
        print(f'{len(stale)} recorded lines are stale (full --write finds new ones): {" ".join(stale)}')
    argued, unsolved = sum(1 for m in gate.mutants if m['survives']), sum(1 for m in gate.mutants if m['open'])
    print(', '.join(f'{kind}: {count} killed' for kind, count in sorted(kills.items())) + f'; {argued} argued, {unsolved} open; {len(survivors)} failures; {time.monotonic() - start:.1f} s')
    return 1 if survivors or not kills else 0


# ---- full ----

COLUMNS = ('killed', 'argued', 'survived', 'not run')


def report(gate, state):
    lines, kinds = [], {}
    for mutant in gate.mutants:
        known = state.get(mutant['name'])
        row = kinds.setdefault(mutant['kind'], dict.fromkeys(COLUMNS, 0))
        row['killed' if known and known['what'] else 'argued' if mutant['survives'] else
            'survived' if known or mutant['open'] else 'not run'] += 1
    lines.append(f'{"kind":<10} {"mutants":>8} ' + ' '.join(f'{column:>8}' for column in COLUMNS))
    for kind, row in sorted(kinds.items()):
        lines.append(f'{kind.replace("-", "_"):<10} {sum(row.values()):>8} ' + ' '.join(f'{row[column]:>8}' for column in COLUMNS))
    lines.append('')
    for mutant in gate.mutants:
        known = state.get(mutant['name'])
        where = f'{mutant["file"]}:{mutant["line"]}'
        if mutant['survives']:
            lines.append(f'argued    {mutant["name"]} ({where}): {mutant["survives"]}')
        if mutant['open']:
            lines.append(f'open      {mutant["name"]} ({where}): {mutant["open"]}')
        if known and not known['what']:
            lines.append(f'survived  {mutant["name"]} ({where}), at depth {known["depth"]}, {known["seconds"]:.0f} s')
        elif known and (mutant['survives'] or mutant['open']):
            lines.append(f'KILLED, though argued or open: {mutant["name"]}: {known["what"]}')
        elif known:
            lines.append(f'killed    {mutant["name"]} ({where}): {known["what"]} [{known["line"]}]')
    return '\n'.join(lines) + '\n'


def full(gate, options):
    state = {}
    if options.get('state') and os.path.exists(options['state']):
        with open(options['state'], encoding='utf-8') as file:
            state = json.load(file)
    depth, end = int(options.get('depth', 2)), time.monotonic() + float(options.get('seconds', 1e9))

    def is_wanted(mutant):
        if options.get('only') and not re.search(options['only'], mutant['name'] + ' ' + mutant['file']):
            return False
        if options.get('kind') and options['kind'] != mutant['kind']:
            return False
        if (mutant['survives'] or mutant['open']) and 'argued' not in options:
            return False
        known = state.get(mutant['name'])
        return not known or ('again' in options and not known['what'] and known['depth'] < depth)

    def work(mutant):
        if time.monotonic() > end:
            return mutant, None
        start = time.monotonic()
        line = gate.killers.get(mutant['name'])
        found = gate.quick_kill(mutant)[0] if line else None
        if found and not found[1]: # a replay does not print itself
            found = found[0], line
        found = found or gate.search(mutant, depth) or ('', None)
        return mutant, {'what': found[0], 'line': found[1], 'depth': depth, 'seconds': time.monotonic() - start}

    wanted, left = [m for m in gate.mutants if is_wanted(m)], 0
    with concurrent.futures.ThreadPoolExecutor(int(options.get('jobs', 1))) as pool:
        for mutant, known in pool.map(work, wanted):
            if not known:
                left += 1
                continue
            state[mutant['name']] = known
            print(f'{"killed  " if known["what"] else "SURVIVED"} {mutant["name"]} {known["seconds"]:.1f} s: {known["what"][:90]}', flush=True)
            if options.get('state'):
                with open(options['state'] + '.new', 'w', encoding='utf-8') as file:
                    json.dump(state, file, indent=1)
                os.replace(options['state'] + '.new', options['state'])
    if 'write' in options:
        lines = {**gate.killers, **{name: known['line'] for name, known in state.items() if known['line']}}
        write_killers(gate.killers_file, gate.all, lines)
    text = report(gate, state)
    if options.get('report'):
        with open(options['report'], 'w', encoding='utf-8') as file:
            file.write(text)
    print(text.partition('\n\n')[0])
    if left:
        print(f'{left} still to be run')
        return 3
    known = {m['name']: state.get(m['name'], {'what': m['survives'] + m['open'] == ''})['what'] for m in gate.mutants}
    return 1 if any(bool(known[m['name']]) != (not m['survives'] and not m['open']) for m in gate.mutants) else 0


def main():
    if len(sys.argv) < 5 or sys.argv[1] not in ('quick', 'bugs', 'full'):
        sys.exit(__doc__)
    options = {}
    for argument in sys.argv[5:]:
        key, _, value = argument.removeprefix('--').partition('=')
        options[key] = value
    gate = Gate(*sys.argv[2:5], bugs=sys.argv[1] == 'bugs' or 'bugs' in options)
    return full(gate, options) if sys.argv[1] == 'full' else quick(gate, options)


if __name__ == '__main__':
    sys.exit(main())
