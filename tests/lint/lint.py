#!/usr/bin/env python3
"""The rules of the source tree that a compiler does not know.

usage: lint.py ROOT        looks at the tree
       lint.py --self-test shows that each rule notices what breaks it

Layers    a flavour includes the atomics and little else; the thread layer knows no channels; one file knows the operating
          system, one function sleeps, one file has the compiler's atomics
Labels    every ordered access has a label, a partner that exists, and says what breaks without it; every relaxed access
          gives its reason
Size      functions of at most 60 lines, files of at most 400
Names     sluice_* and SLUICE_* for whatever others can see
Words     nothing about the machine or the workplace it was written on; a licence line in every file

SPDX-License-Identifier: MIT"""
import os
import re
import sys

import rules_labels
from rules_text import lines_of, strip_comments

STANDARD = {'ctype.h', 'errno.h', 'inttypes.h', 'limits.h', 'stdarg.h', 'stdbool.h', 'stddef.h', 'stdint.h', 'stdio.h', 'stdlib.h',
            'string.h'}
DETAIL = 'sluice/detail/'
QUEUE_CORE = {DETAIL + name + '.h' for name in ('atomic', 'config', 'run')} | {'sluice/status.h'}
# What is shared by several kinds of queue, and is therefore none of them.
QUEUE_PARTS = {DETAIL + name + '.h' for name in ('ring', 'ring_rx', 'ring_tx', 'chain', 'lanes')}
FLAVOUR_CORE = QUEUE_CORE | QUEUE_PARTS | {'flavour.h', 'thread/os.h'}
FLAVOURS = r'(spsc|mpsc|spmc|mpmc)'

# path pattern: what it may include beside the standard headers; the first that matches counts
ALLOWED = [
    (rf'include/sluice/detail/({FLAVOURS}(_chain)?|run|ring(_rx|_tx)?|chain)\.h', QUEUE_CORE | QUEUE_PARTS),
    # lanes are made of spsc queues: the one arrow between flavours
    (r'include/sluice/detail/((mpsc|mpmc)_)?lanes.*\.h', QUEUE_CORE | QUEUE_PARTS | {DETAIL + 'spsc.h', DETAIL + 'spsc_chain.h'} |
     {DETAIL + name + '.h' for name in ('lanes_sender', 'mpsc_lanes', 'mpsc_lanes_receiver', 'mpmc_lanes', 'mpmc_lanes_receiver')}),
    (r'include/sluice/detail/mutex\.h', {DETAIL + 'endpoint.h'}),
    (r'src/queue/lanes.*', FLAVOUR_CORE | {'queue/lanes.h', 'queue/chain.h', 'thread/barrier.h', DETAIL + 'spsc.h', DETAIL + 'spsc_chain.h'}),
    (r'src/queue/.*', FLAVOUR_CORE | {'queue/ring.h', 'queue/chain.h', 'queue/segments.h', 'queue/receiving.h'}),
] + [
    (rf'src/{name}/lanes.*', FLAVOUR_CORE | {name + '/lanes_hands.h', DETAIL + name + '_lanes.h', 'queue/lanes.h', DETAIL + 'spsc.h', DETAIL + 'spsc_chain.h'})
    for name in ('mpsc', 'mpmc')
] + [
    (rf'src/{name}/.*', FLAVOUR_CORE | {DETAIL + name + '.h', DETAIL + name + '_chain.h', 'queue/ring.h', 'queue/chain.h'})
    for name in ('spsc', 'mpsc', 'spmc', 'mpmc')
] + [
    (r'src/mutex/.*', FLAVOUR_CORE | {DETAIL + 'mutex.h', 'mutex/queue.h'}),
    (r'src/flavour\.h', {'sluice/status.h'}),
]
# path pattern: what it must not include, as a pattern
QUEUES = rf'({FLAVOURS}|mutex|queue)/.*'
FORBIDDEN = [
    (r'src/thread/.*', rf'channel/.*|any/.*|{QUEUES}|flavour\.h|sluice/chan(nel)?\.h|'
                       r'sluice/detail/(endpoint|gate|typed.*|run|ring.*|chain|lanes|mutex|kind.*|(spsc|mpsc|spmc|mpmc).*)\.h'),
    (r'src/channel/.*', rf'any/.*|{QUEUES}|sluice/detail/(mutex|typed.*|run|ring.*|chain|lanes|kind.*|(spsc|mpsc|spmc|mpmc).*)\.h|sluice/chan(nel)?\.h'),
    # the any-channel stands beside the typed ones, on the channel layer: it knows every kind by the headers that users get
    (r'src/any/.*', rf'{QUEUES}|sluice/channel\.h'),
]
SYSTEM_MAY = {'src/thread/os.c': r'.*', 'src/thread/os.h': r'pthread\.h'}
# a function of the seam: the files that may call it
CALLERS = {
    'sluice__os_futex_wait': r'src/thread/park\.c',
    'sluice__os_condition_wait': r'src/mutex/.*',
    'sluice__sleep_while': r'src/thread/.*|src/channel/(gate|rendezvous|wait)\.c',
    'sluice__gate_sleep': r'src/channel/wait\.c',
}


def library(tree):
    return {path: text for path, text in tree.items() if re.match(r'(src|include)/.*\.[ch]$', path)}


def includes(text):
    for number, line in lines_of(text):
        found = re.match(r'\s*#\s*include\s*[<"]([^>"]+)[>"]', line)
        if found:
            yield number, found.group(1)


def check_includes(tree):
    external = {}
    for path, text in library(tree).items():
        allowed = next((names for pattern, names in ALLOWED if re.fullmatch(pattern, path)), None)
        forbidden = [pattern for where, pattern in FORBIDDEN if re.fullmatch(where, path)]
        for number, name in includes(text):
            own = name.startswith(('sluice/', 'thread/', 'channel/', 'queue/', 'mutex/', 'mpmc/', 'any/')) or name == 'flavour.h'
            if allowed is not None and name not in allowed and name not in STANDARD:
                yield path, number, f'may not include {name}'
            elif any(re.fullmatch(pattern, name) for pattern in forbidden):
                yield path, number, f'may not include {name}: another layer'
            elif not own and name not in STANDARD:
                library_name = re.match(r'(ck|urcu)', name)
                if library_name:
                    external.setdefault(library_name.group(), {}).setdefault(path, number)
                elif not re.fullmatch(SYSTEM_MAY.get(path, r'(?!)'), name):
                    yield path, number, f'may not include {name}: only src/thread/os.c knows the system'
    for name, users in external.items():
        for path, number in sorted(users.items())[1:]:
            yield path, number, f'{name} is included by more than one file'


def check_seam(tree):
    sleeps = []
    for path, text in library(tree).items():
        for number, line in lines_of(strip_comments(text)):
            if re.search(r'\b__(atomic|sync)_|stdatomic|\b_Atomic\b', line) and path != 'include/sluice/detail/atomic.h':
                yield path, number, "the compiler's atomics outside detail/atomic.h"
            if path.startswith('src/thread/os.'):
                continue
            if re.match(r'src/(queue|spsc|mpsc|spmc|mpmc)/', path) and re.search(r'\bsluice__os_(?!allocate\b|discard\b|free\b|yield\b)', line):
                yield path, number, 'a flavour asks the system for memory only, and for others to run'
            for function, callers in CALLERS.items():
                is_call = re.search(rf'(?<![\w*] )\b{function}\(', line) and not re.match(r'(static |bool |int )', line)
                if is_call and not re.fullmatch(callers, path):
                    yield path, number, f'{function} may be called from {callers} only'
                if is_call and function == 'sluice__os_futex_wait':
                    sleeps.append((path, number))
    for path, number in sleeps[1:]:
        yield path, number, 'a second place where a thread sleeps'


def check_size(tree):
    for path, text in library(tree).items():
        lines = text.splitlines()
        if len(lines) > 400:
            yield path, len(lines), f'{len(lines)} lines: at most 400'
        start = None
        for number, line in enumerate(lines, 1):
            if line == '{':
                start = number
            elif line.startswith('}') and start:
                if number - start - 1 > 60:
                    yield path, start, f'a function of {number - start - 1} lines: at most 60'
                start = None


def check_names(tree):
    for path, text in library(tree).items():
        public = path.startswith('include/')
        clean = strip_comments(text)
        lines = clean.splitlines()
        for number, line in enumerate(lines, 1):
            macro = re.match(r'\s*#\s*define\s+(\w+)', line)
            if public and macro and not re.match(r'(SLUICE_|sluice__)', macro.group(1)):
                yield path, number, f'{macro.group(1)}: a public macro is called SLUICE_…'
            tag = re.match(r'(?:typedef\s+)?(?:struct|enum|union)\s+(?:SLUICE_ALIGNED\([^)]*\)\)?\s+)?(\w+)\s*\{', line)
            if tag and public and not tag.group(1).startswith(('sluice_', 'SLUICE__N')):
                yield path, number, f'{tag.group(1)}: a public type is called sluice_…'
            body = number < len(lines) and lines[number] == '{'
            function = re.match(r'(?!static|SLUICE_|#|\s|typedef|struct \w+ \{)[A-Za-z].*?\b(\w+)\(', line)
            if body and function and not function.group(1).startswith('sluice_'):
                yield path, number, f'{function.group(1)}: a function that others see is called sluice_…'


WORDS = [(r'(?<![\w.])/(work|home|root|Users)/', 'a path of one machine'), (r'\b[Ss]essions?\b', 'a word of the workplace')]


def check_words(tree):
    for path, text in tree.items():
        if path.startswith('tests/lint/'):
            continue
        for number, line in lines_of(text):
            for pattern, what in WORDS:
                if re.search(pattern, line):
                    yield path, number, f'{what}: {line.strip()[:60]}'
        if re.match(r'(src|include|tests|bench|examples)/.*\.([ch]|cc|py)$', path) and 'SPDX-License-Identifier: MIT' not in text:
            yield path, 1, 'no SPDX line'


CHECKS = [check_includes, check_seam, rules_labels.check_labels, check_size, check_names, check_words]


def findings(tree):
    return [finding for check in CHECKS for finding in check(tree)]


def read_tree(root):
    tree = {}
    for folder, folders, files in os.walk(root):
        folders[:] = [name for name in folders if not name.startswith(('.', 'build', '__pycache__'))]
        for name in files:
            path = os.path.join(folder, name)
            if name.endswith(('.c', '.h', '.cc', '.py', '.md', '.map', '.txt', '.sh')) or name == 'meson.build' or '/scripts' in folder:
                with open(path, encoding='utf-8') as file:
                    tree[os.path.relpath(path, root)] = file.read()
    return tree


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    if sys.argv[1] == '--self-test':
        import self_test # needs this module's findings
        return self_test.run(findings)
    tree = read_tree(sys.argv[1])
    found = findings(tree)
    for path, number, message in found:
        print(f'{path}:{number}: {message}')
    accesses = rules_labels.count_accesses(tree)
    print(f'{len(tree)} files, {accesses} ordered accesses, {len(found)} findings')
    return 1 if found or not library(tree) or not accesses else 0


if __name__ == '__main__':
    sys.exit(main())
