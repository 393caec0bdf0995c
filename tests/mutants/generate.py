#!/usr/bin/env python3
"""Writes the library out with all mutants in it.

usage: generate.py ROOT OUT TABLE…

OUT gets tree/src and tree/include, one file around each .c that is to be compiled (mutated_channel_gate.c, …), and mutants.json.

SPDX-License-Identifier: MIT"""
import json
import os
import sys

import mutate


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, 'w', encoding='utf-8') as file:
        file.write(text)


def main():
    root, out, tables = sys.argv[1], sys.argv[2], sys.argv[3:]
    tree, mutants, stale = mutate.mutate(mutate.library(root), tables)
    for path, text in tree.items():
        ours = 'MUTANT' in text
        write(os.path.join(out, 'tree', path), (f'#include "mutants.h"\n#line 1 "{path}"\n' if ours else '') + text)
        if path.endswith('.c'):
            write(os.path.join(out, 'mutated_' + '_'.join(path.split('/')[-2:])), f'#include "{os.path.abspath(out)}/tree/{path}"\n')
    write(os.path.join(out, 'mutants.json'), json.dumps({'stale': stale, 'mutants': [vars(m) for m in mutants]}, indent=1) + '\n')
    for one in stale: # which run.py makes a failure of
        print(f'mutants: {one}')
    return 0


if __name__ == '__main__':
    sys.exit(main())
