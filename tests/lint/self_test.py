"""Made-up files that break one rule each, and some that break none.

SPDX-License-Identifier: MIT"""

SPDX = '/* SPDX-License-Identifier: MIT */\n'

GOOD = {
    'src/spsc/good.c': '''#include "flavour.h"
#include <string.h>
#include <sluice/detail/spsc.h>

static void f(sluice__a64 *a)
{
    /* [GOOD.P1] release: publishes. Pairs with [GOOD.C1].
     * Without it: it breaks. */
    sluice__a64_store_release(a, sluice__a64_load_relaxed(a)); /* relaxed: owner-only */
    /* relaxed: a hint */
    sluice__a64_store_relaxed(a, 1);
    uint64_t x =
        sluice__a64_load_relaxed(a); /* relaxed: a hint */
}
''',
    'src/thread/good.c': '''#include "thread/os.h"

bool sluice__good(sluice__a32 *a)
{
    do {
        /* [GOOD.C1] acquire: sees it. Pairs with [GOOD.P1].
         * Without it: it breaks. */
    } while (sluice__a32_load_acquire(a));
    /* [GOOD.X1] acq_rel: one comes last. Pairs with [GOOD.X1], of the others.
     * Without it: it breaks. */
    return sluice__a32_add_acq_rel(a, 1) == 0;
}
''',
    'src/thread/os.c': '#include <linux/futex.h>\n#include <pthread.h>\n',
    'src/thread/park.c': 'void sluice__f(void)\n{\n    sluice__os_futex_wait(0, 0, 0);\n}\n',
    'include/sluice/good.h': '#define SLUICE_GOOD 1\nstruct sluice_good {\n    int a;\n};\n',
}


def function(body, name='sluice__f'):
    return f'void {name}(sluice__a32 *a)\n{{\n{body}}}\n'


LABELLED = '    /* [BAD.P1] release: %s. Pairs with [%s].\n     * %s: it breaks. */\n    sluice__a32_store_release(a, 1);\n'

# (path, text, what must be said)
BAD = [
    ('src/spsc/a.c', '#include <sluice/detail/gate.h>\n', 'may not include sluice/detail/gate.h'),
    ('src/spsc/a.c', 'x = sluice__os_now();\n', 'a flavour asks the system for memory only, and for others to run'),
    ('src/spsc/a.c', '#include "thread/park.h"\n', 'may not include thread/park.h'),
    ('src/spsc/a.c', '#include <sluice/detail/mutex.h>\n', 'may not include sluice/detail/mutex.h'),
    ('src/mutex/a.c', '#include "channel/gate.h"\n', 'may not include channel/gate.h'),
    ('include/sluice/detail/spsc.h', '#include <sluice/detail/endpoint.h>\n', 'may not include sluice/detail/endpoint.h'),
    ('include/sluice/detail/mutex.h', '#include <sluice/detail/spsc.h>\n', 'may not include sluice/detail/spsc.h'),
    ('src/thread/a.c', '#include "channel/channel.h"\n', 'another layer'),
    ('src/thread/a.c', '#include <sluice/detail/endpoint.h>\n', 'another layer'),
    ('src/channel/a.c', '#include <sluice/detail/spsc.h>\n', 'another layer'),
    ('src/channel/a.c', '#include <sched.h>\n', 'only src/thread/os.c knows the system'),
    ('src/thread/a.c', '#include <linux/futex.h>\n', 'only src/thread/os.c knows the system'),
    ('include/sluice/a.h', '#include <pthread.h>\n', 'only src/thread/os.c knows the system'),
    ('src/channel/a.c', '#include <sys/syscall.h>\n', 'only src/thread/os.c knows the system'),
    ('src/channel/z.c', '#include <urcu.h>\n', 'urcu is included by more than one file'),
    ('src/channel/a.c', function('    sluice__os_futex_wait(a, 0, 0);\n'), 'sluice__os_futex_wait may be called from'),
    ('src/thread/park.c', function('    sluice__os_futex_wait(a, 0, 0);\n    sluice__os_futex_wait(a, 0, 0);\n'),
     'a second place where a thread sleeps'),
    ('src/channel/a.c', function('    sluice__os_condition_wait(0, 0, 0);\n'), 'sluice__os_condition_wait may be called from'),
    ('src/channel/a.c', function('    if (sluice__sleep_while(a, 0, 0))\n        return;\n'), 'sluice__sleep_while may be called from'),
    ('src/channel/a.c', function('    __atomic_store_n(&a->value, 1, 0);\n'), "the compiler's atomics"),
    ('src/thread/os.c', '#include <stdatomic.h>\n', "the compiler's atomics"),
    ('src/channel/a.c', function('    sluice__a32_store_release(a, 1);\n'), 'without a label'),
    ('src/channel/a.c', function('    sluice__fence_full();\n'), 'without a label'),
    ('src/channel/a.c', function('    sluice__compiler_barrier();\n'), 'without a label'),
    ('src/channel/a.c', function('    if (sluice__a32_exchange_acquire(a, 1))\n        return;\n'), 'without a label'),
    ('src/channel/a.c', function('    /* [BAD.P1] release: it. Pairs with [GOOD.C1].\n     * Without it: it breaks. */\n    int b = 1;\n'
                                 '    sluice__a32_store_release(a, 1);\n'), 'without a label'),
    ('src/channel/a.c', function(LABELLED % ('it', 'GOOD.C9', 'Without it')), 'pairs with [GOOD.C9], which does not exist'),
    ('src/channel/a.c', function((LABELLED % ('it', 'GOOD.C1', 'Without it')).replace('Pairs with', 'See')), 'names no partner'),
    ('src/channel/a.c', function(LABELLED % ('it', 'GOOD.C1', 'Otherwise')), 'does not say what breaks'),
    ('src/channel/a.c', function((LABELLED % ('it', 'GOOD.C1', 'Without it')).replace('BAD.P1', 'GOOD.P1')),
     '[GOOD.P1] is defined more than once'),
    ('src/channel/a.c', function('    /* as [GONE.P1] says */\n'), '[GONE.P1] is spoken of and does not exist'),
    ('src/channel/a.c', function('    sluice__a32_store_relaxed(a, 1);\n'), 'a relaxed access without its reason'),
    ('src/channel/a.c', function('    int x = sluice__a32_cas_relaxed(a, 0, 1); /* quick */\n'), 'a relaxed access without its reason'),
    ('src/channel/a.c', function('    a++;\n' * 61), 'a function of 61 lines'),
    ('src/channel/a.c', '\n' * 401, 'at most 400'),
    ('include/sluice/a.h', '#define BAD 1\n', 'BAD: a public macro'),
    ('include/sluice/a.h', 'struct bad {\n    int a;\n};\n', 'bad: a public type'),
    ('src/channel/a.c', function('', 'bad'), 'bad: a function that others see'),
    ('docs/a.md', 'built in /ho' + 'me/someone/sluice\n', 'a path of one machine'),
    ('src/channel/a.c', '/* from an earlier sess' + 'ion */\n', 'a word of the workplace'),
]


def with_licence(tree):
    return {path: SPDX + text for path, text in tree.items()}


def run(findings):
    failures = 0
    quiet = findings(with_licence(GOOD))
    for finding in quiet:
        failures += 1
        print(f'FAILED: nothing is wrong here: {finding}')
    for path, text, expected in BAD:
        tree = with_licence({**GOOD, 'src/channel/urcu.c': '#include <urcu.h>\n', path: text})
        messages = [message for where, _, message in findings(tree) if where == path]
        if not any(expected in message for message in messages):
            failures += 1
            print(f'FAILED: {path}: not noticed: {expected}\n{text[:300]}')
    if not any('no SPDX line' in message for _, _, message in findings({'src/channel/a.c': 'int a;\n'})):
        failures += 1
        print('FAILED: not noticed: no SPDX line')
    print(f'{len(BAD) + 1} broken rules, {failures} failures')
    return 1 if failures else 0
