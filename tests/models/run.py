#!/usr/bin/env python3
"""Checks a Spin model, and that each of its broken variants fails.

usage: run.py MODEL.pml

The variants stand in the model's head, one a line: five blanks, its name in capitals, what is wrong with it. `Sound:` says which
variants hold, as -DNAME, beside the model as it is; they are looked at where SLUICE_REAL_FULL is set. Exits with 77 where there is no
spin.

SPDX-License-Identifier: MIT"""
import os
import re
import shutil
import subprocess
import sys
import tempfile


def check(model, variant, broken):
    """Returns the number of errors, and of states, that the whole search finds."""
    with tempfile.TemporaryDirectory() as folder:
        defines = [f'-D{variant}'] if variant else []
        subprocess.run(['spin', '-a', *defines, model], cwd=folder, check=True, stdout=subprocess.DEVNULL)
        subprocess.run(['cc', '-O0' if broken else '-O2', '-w', '-DSAFETY', '-o', 'pan', 'pan.c'], cwd=folder, check=True)
        text = subprocess.run(['./pan', '-m200000'], cwd=folder, check=True, capture_output=True, text=True).stdout
    if 'search depth too small' in text or not re.search(r'errors: \d', text):
        sys.exit(f'{model} {variant}: the search was not complete:\n{text}')
    errors = int(re.search(r'errors: (\d+)', text).group(1))
    states = int(re.search(r'(\d+) states, stored', text).group(1))
    what = re.search(r'^pan:\d+: (.*?) \(at', text, flags=re.M)
    return errors, states, what.group(1) if what else ''


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    if not shutil.which('spin'):
        print('skipped: there is no spin here (scripts/setup verify installs it)')
        return 77
    model = os.path.abspath(sys.argv[1])
    with open(model, encoding='utf-8') as file:
        head = file.read().split('*/')[0]
    sound = ['']
    if os.environ.get('SLUICE_REAL_FULL'):
        sound += re.findall(r'-D(\w+)', re.search(r'Sound:(.*?)Each', head, flags=re.S).group(1))
    broken = re.findall(r'^ \*     ([A-Z_]+)\b', head, flags=re.M)
    bad = 0
    for variant in sound + broken:
        errors, states, what = check(model, variant, variant in broken)
        wrong = (errors > 0) == (variant in sound)
        bad += wrong
        print(f'{variant or "as it is":22} {states:8} states  {what or "holds"}{"  UNEXPECTED" if wrong else ""}')
    print(f'{len(sound)} sound, {len(broken)} that must fail, {bad} unexpected')
    return 1 if bad or not broken else 0


if __name__ == '__main__':
    sys.exit(main())
