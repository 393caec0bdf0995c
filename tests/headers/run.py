#!/usr/bin/env python3
"""Each public header alone, in strict C11 and in C++17 and later, by every compiler there is, at several levels of
optimisation and with no warning; and a program in C++ that links the library and runs.

usage: run.py --include DIR [--library FILE --link-with COMPILER [--link-args ARGS]] COMPILER...

SPDX-License-Identifier: MIT"""
import argparse
import os
import subprocess
import sys
import tempfile

STRICT = '-pedantic-errors -Wall -Wextra -Wshadow -Wundef -Wwrite-strings -Werror'.split()
C = ['-Wstrict-prototypes', '-Wmissing-prototypes', '-Wno-unused-function']
# What the optimiser sees makes its warnings: the inlined channels are compiled in full, the rest is only parsed.
INLINED = ['channel.h, SPSC', 'channel.h, three kinds']
LEVELS = [['-O0'], ['-O1'], ['-O3'], ['-O2', '-DSLUICE_HARDENED=1']]

CHANNEL = '''#define SLUICE_NAME {name}
#define SLUICE_TYPE {type}
#define SLUICE_FLAVOUR {flavour}
#define SLUICE_BUFFER {buffer}
#define SLUICE_DROP(m) ((void)(m))
#include <sluice/channel.h>
'''

# Whatever is generated is called once, so that what the optimiser makes of it is seen, too.
USE = '''
int use_{name}({name}_tx tx, {name}_rx rx, {type} *m, size_t n, {type} **cells);
int use_{name}({name}_tx tx, {name}_rx rx, {type} *m, size_t n, {type} **cells)
{{
    struct sluice_options options = {{ 4, 0 }};
    int ok = {name}_open(&tx, &rx, &options) == SLUICE_OK;
    ok += {name}_try_send(tx, *m) == SLUICE_OK;
    ok += {name}_send(tx, *m) == SLUICE_OK;
    ok += {name}_send_until(tx, *m, SLUICE_NOW) == SLUICE_OK;
    ok += {name}_try_recv(rx, m) == SLUICE_OK;
    ok += {name}_recv(rx, m) == SLUICE_OK;
    ok += {name}_recv_until(rx, m, SLUICE_FOREVER) == SLUICE_OK;
    ok += {name}_try_send_n(tx, m, n, &n) == SLUICE_OK;
    ok += {name}_send_n(tx, m, n, &n) == SLUICE_OK;
    ok += {name}_send_n_until(tx, m, n, &n, 5) == SLUICE_OK;
    ok += {name}_try_recv_n(rx, m, n, &n) == SLUICE_OK;
    ok += {name}_recv_n(rx, m, n, &n) == SLUICE_OK;
    ok += {name}_recv_n_until(rx, m, n, &n, 5) == SLUICE_OK;
    ok += {name}_try_reserve(tx, n, cells, &n) == SLUICE_OK;
    ok += {name}_reserve(tx, n, cells, &n) == SLUICE_OK;
    ok += {name}_reserve_until(tx, n, cells, &n, 5) == SLUICE_OK;
    ok += {name}_commit(tx, n) == SLUICE_OK;
    {name}_abort(tx);
    ok += {name}_try_peek(rx, n, cells, &n) == SLUICE_OK;
    ok += {name}_peek(rx, n, cells, &n) == SLUICE_OK;
    ok += {name}_peek_until(rx, n, cells, &n, 5) == SLUICE_OK;
    ok += {name}_release(rx, n) == SLUICE_OK;
    ok += {name}_same_channel(tx, rx) + {name}_tx_is_closed(tx) + {name}_rx_is_closed(rx);
    ok += {name}_tx_len_hint(tx) + {name}_rx_len_hint(rx) > 4;
    ok += {name}_tx_capacity(tx) == {name}_rx_capacity(rx);
    {name}_tx_close(tx);
    {name}_tx_drop(&tx);
    {name}_rx_drop(&rx);
    return ok;
}}
'''

SHARED = '#define SLUICE_NAME counter\n#define SLUICE_TYPE int\n#include <sluice/shared.h>\n'

CHAN = '''#include <sluice/chan.h>
int use_chan(void);
int use_chan(void)
{
    SLUICE_AUTO(sluice_chan_tx_handle) tx = NULL;
    SLUICE_AUTO(sluice_chan_rx_handle) rx = NULL;
    struct sluice_chan_options options = { sizeof options, SLUICE_SPSC, 0, 0, 0, 4, sizeof(int), 0, NULL, NULL };
    int m = 1;
    return sluice_chan_open(&tx, &rx, &options) == SLUICE_OK && sluice_chan_send(tx, &m) == SLUICE_OK;
}
'''


def channel(name, flavour, buffer='SLUICE_BOUNDED', message='int'):
    text = {'name': name, 'type': message, 'flavour': flavour, 'buffer': buffer}
    return CHANNEL.format(**text) + USE.format(**text)


def sources():
    yield 'status.h', '#include <sluice/status.h>\n'
    yield 'thread.h', '#include <sluice/thread.h>\n'
    yield 'shared.h', SHARED
    yield 'chan.h', CHAN
    yield 'channel.h, SPSC', channel('ring', 'SLUICE_SPSC')
    yield 'channel.h, MUTEX', channel('locked', 'SLUICE_MUTEX')
    yield 'channel.h, unbounded MUTEX', channel('endless', 'SLUICE_MUTEX', 'SLUICE_UNBOUNDED')
    yield 'channel.h, three kinds', (channel('ring', 'SLUICE_SPSC', message='double') + channel('locked', 'SLUICE_MUTEX') +
                                     channel('other', 'SLUICE_SPSC', message='char'))
    yield 'all of them', '#include <sluice/thread.h>\n' + CHAN + SHARED + channel('ring', 'SLUICE_SPSC') + '#include <sluice/status.h>\n'
    yield 'once more', '#include <sluice/status.h>\n#include <sluice/status.h>\n#include <sluice/thread.h>\n#include <sluice/thread.h>\n'


def is_cxx(compiler):
    return '++' in os.path.basename(compiler.split()[-1])


def run(command):
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)


class Tally:
    runs = failures = 0

    def note(self, what, result):
        self.runs += 1
        if result.returncode != 0:
            self.failures += 1
            print(f'FAILED {what}\n{result.stdout}')


def compile_all(tally, compiler, include, folder):
    standards = ['c++17', 'c++20'] if is_cxx(compiler) else ['c11', 'gnu11', 'c17']
    source = os.path.join(folder, 'case.cc' if is_cxx(compiler) else 'case.c')
    for name, text in sources():
        with open(source, 'w', encoding='utf-8') as file:
            file.write(text + ('' if is_cxx(compiler) else 'typedef int not_empty;\n'))
        for standard in standards:
            in_full = standard == standards[0] and name in INLINED
            for level in LEVELS if in_full else [['-fsyntax-only']]:
                command = [*compiler.split(), '-std=' + standard, *STRICT, *([] if is_cxx(compiler) else C), *level,
                           '-I', include, '-c', source, '-o', os.path.join(folder, 'case.o')]
                tally.note(f"{compiler} {standard} {' '.join(level)}: {name}", run(command))
    print(f'{compiler}: {", ".join(standards)}: done')


def link_and_run(tally, arguments, folder):
    program = os.path.join(folder, 'program')
    source = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'program.cc')
    command = [*arguments.link_with.split(), '-std=c++17', *STRICT, '-O2', *arguments.link_args.split(), '-I', arguments.include,
               source, arguments.library, '-pthread', '-o', program]
    built = run(command)
    tally.note('linking program.cc', built)
    if built.returncode == 0:
        result = run([program])
        tally.note('running program.cc', result)
        print(result.stdout, end='')


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--include', required=True)
    parser.add_argument('--library')
    parser.add_argument('--link-with')
    parser.add_argument('--link-args', default='')
    parser.add_argument('compilers', nargs='+')
    arguments = parser.parse_args()
    tally = Tally()
    with tempfile.TemporaryDirectory() as folder:
        for compiler in arguments.compilers:
            compile_all(tally, compiler, arguments.include, folder)
        if arguments.link_with:
            link_and_run(tally, arguments, folder)
        else:
            print('no C++ compiler that fits the library: program.cc was not run')
    print(f'{tally.runs} runs, {tally.failures} failures')
    return 1 if tally.failures or not tally.runs else 0


sys.exit(main())
