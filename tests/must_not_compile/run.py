#!/usr/bin/env python3
"""Programs that must not compile, and what the compiler must say about them.

usage: run.py --include DIR COMPILER...

cases.txt holds the cases: a line `== name`, lines `option: value`, an empty line, and the program's text. Options:
    expect   a regular expression that the compiler's messages must match; without it the program must compile
    language c (default) or c++
    args     more arguments for the compiler
Each case is compiled by every compiler of its language. Programs that must compile stand beside those that must not: they
show that a refusal is for the reason expected.

SPDX-License-Identifier: MIT"""
import argparse
import os
import re
import subprocess
import sys
import tempfile


def read_cases(path):
    cases = []
    with open(path, encoding='utf-8') as file:
        text = file.read()
    for part in re.split(r'^== ', text, flags=re.M)[1:]:
        head, _, program = part.partition('\n\n')
        name, *options = head.splitlines()
        case = {'name': name, 'program': program, 'language': 'c', 'args': '', 'expect': None}
        for option in options:
            key, value = option.split(':', 1)
            if key not in case:
                sys.exit(f'{path}: {name}: unknown option {key}')
            case[key] = value.strip()
        cases.append(case)
    return cases


def is_cxx(compiler):
    return '++' in os.path.basename(compiler.split()[-1])


def compile_case(case, compiler, include):
    suffix = '.cc' if case['language'] == 'c++' else '.c'
    standard = '-std=c++17' if case['language'] == 'c++' else '-std=gnu11'
    with tempfile.TemporaryDirectory() as folder:
        source = os.path.join(folder, 'case' + suffix)
        with open(source, 'w', encoding='utf-8') as file:
            file.write(case['program'])
        command = [*compiler.split(), standard, '-Wall', '-O1', '-I', include, *case['args'].split(), '-c', source,
                   '-o', os.path.join(folder, 'case.o')]
        result = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
                                env={**os.environ, 'LC_ALL': 'C'})
    return result.returncode, result.stdout


def judge(case, status, output):
    """Returns what is wrong, or None."""
    if case['expect'] is None:
        return None if status == 0 else 'must compile, and does not'
    if status == 0:
        return 'must not compile, and does'
    if not re.search(case['expect'], output, flags=re.S):
        return f"does not say /{case['expect']}/"
    return None


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--include', required=True)
    parser.add_argument('compilers', nargs='+')
    arguments = parser.parse_args()
    cases = read_cases(os.path.join(os.path.dirname(os.path.abspath(__file__)), 'cases.txt'))
    failures = runs = 0
    for case in cases:
        for compiler in arguments.compilers:
            if is_cxx(compiler) != (case['language'] == 'c++'):
                continue
            runs += 1
            status, output = compile_case(case, compiler, arguments.include)
            wrong = judge(case, status, output)
            print(f"{'FAILED' if wrong else 'ok    '} {compiler}: {case['name']}")
            if wrong:
                failures += 1
                print(f'    {wrong}; it says:\n{output}')
    controls = sum(case['expect'] is None for case in cases)
    print(f'{runs} compilations of {len(cases)} programs, {controls} of which must compile; {failures} failures')
    return 1 if failures or not runs or not controls else 0


sys.exit(main())
