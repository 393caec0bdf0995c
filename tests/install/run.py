#!/usr/bin/env python3
"""Installs into a staging folder, and compiles, links (shared, then static) and runs a program against what lies there, by
pkg-config. Looks at the exported symbols, and that everything a header includes was installed.

usage: run.py --build DIR --meson PROGRAM --compiler PROGRAM

SPDX-License-Identifier: MIT"""
import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))


def run(command, **options):
    print('$ ' + ' '.join(command), flush=True)
    result = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, **options)
    if result.returncode != 0:
        sys.exit(f'{result.stdout}\nfailed with {result.returncode}')
    return result.stdout


def find(folder, pattern):
    return sorted(os.path.join(path, name) for path, _, names in os.walk(folder) for name in names
                  if re.fullmatch(pattern, name))


def pkg_config(staging, *arguments):
    """As a cross-compilation would: the .pc file names the final places, the staging folder is their root."""
    metadata = find(staging, r'sluice\.pc')
    if len(metadata) != 1:
        sys.exit(f'one sluice.pc expected: {metadata}')
    environment = {**os.environ, 'PKG_CONFIG_LIBDIR': os.path.dirname(metadata[0]), 'PKG_CONFIG_SYSROOT_DIR': staging}
    return run(['pkg-config', *arguments, 'sluice'], env=environment).split()


def check_symbols(files, command, what):
    """All that a program could see of the library begins with sluice_."""
    names = set()
    for file in files:
        for line in run([*command, file]).splitlines():
            parts = line.split()
            if len(parts) >= 2 and parts[-2] in 'TtDdBbRrVvWwiu' and len(parts[-2]) == 1:
                names.add(parts[-1].split('@')[0])
    wrong = sorted(name for name in names if not name.startswith('sluice_'))
    if wrong or not names:
        sys.exit(f'{what}: {wrong or "no symbols at all"}')
    for needed in 'sluice_spawn', 'sluice_status_name', 'sluice__channel_open', 'sluice__end_wait':
        if needed not in names:
            sys.exit(f'{what}: {needed} is missing')
    print(f'{what}: {len(names)} symbols, all sluice_*')


def check_headers(staging):
    headers = find(staging, r'.*\.h')
    installed = {re.sub(r'.*/include/', '', header) for header in headers}
    for header in headers:
        with open(header, encoding='utf-8') as file:
            for included in re.findall(r'^\s*#\s*include\s*<(sluice/[^>]*)>', file.read(), flags=re.M):
                if included not in installed:
                    sys.exit(f'{header} includes {included}, which was not installed')
    for public in 'channel', 'shared', 'status', 'thread':
        if f'sluice/{public}.h' not in installed:
            sys.exit(f'sluice/{public}.h was not installed')
    print(f'{len(headers)} headers')


def build_and_run(compiler, staging, work, linking, expected_library):
    program = os.path.join(work, 'consumer')
    shutil.copy(os.path.join(HERE, 'consumer.c'), work) # nothing of the source tree is near
    flags = pkg_config(staging, '--cflags')
    libraries = pkg_config(staging, '--libs', *(['--static'] if linking == 'static' else []))
    run([*compiler, '-std=c11', '-Wall', '-Wextra', '-Werror', '-O2', *flags, 'consumer.c', '-o', program, *libraries], cwd=work)
    library_folder = os.path.dirname(find(staging, r'libsluice\.a')[0])
    output = run([program], env={**os.environ, 'LD_LIBRARY_PATH': library_folder})
    if output != 'received 1000, sum 499500\n':
        sys.exit(f'{linking}: it says {output!r}')
    needs = 'libsluice.so' in run(['readelf', '-d', program])
    if needs != expected_library:
        sys.exit(f'{linking}: the program {"needs" if needs else "does not need"} the shared library')
    print(f'{linking}: ok')


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--build', required=True)
    parser.add_argument('--meson', required=True)
    parser.add_argument('--compiler', required=True)
    arguments = parser.parse_args()
    for tool in 'pkg-config', 'nm', 'readelf':
        if not shutil.which(tool):
            print(f'skipped: there is no {tool}')
            return 77
    with tempfile.TemporaryDirectory() as folder:
        staging, work = os.path.join(folder, 'staging'), os.path.join(folder, 'elsewhere')
        os.mkdir(work)
        run([*arguments.meson.split(), 'install', '-C', arguments.build, '--no-rebuild', '--destdir', staging],
            env={**os.environ, 'DESTDIR': staging})
        shared = [file for file in find(staging, r'libsluice\.so.*') if not os.path.islink(file)]
        check_symbols(shared, ['nm', '-D', '--defined-only'], 'the shared library')
        check_symbols(find(staging, r'libsluice\.a'), ['nm', '-g', '--defined-only'], 'the static library')
        check_headers(staging)
        build_and_run(arguments.compiler.split(), staging, work, 'shared', True)
        for file in find(staging, r'libsluice\.so.*'):
            os.remove(file)
        build_and_run(arguments.compiler.split(), staging, work, 'static', False)
    return 0


sys.exit(main())
