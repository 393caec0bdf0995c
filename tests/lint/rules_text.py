"""Text of C files: lines, and what is left without comments.

SPDX-License-Identifier: MIT"""
import re


def lines_of(text):
    return list(enumerate(text.splitlines(), 1))


def strip_comments(text):
    """Comments become blanks; line numbers stay."""
    return re.sub(r'/\*.*?\*/|//[^\n]*', lambda m: re.sub(r'[^\n]', ' ', m.group()), text, flags=re.S)


def comment_above(lines, number):
    """The comment directly above the statement that line `number` (from 1) belongs to, or ''.

    Goes up over the statement's own lines: those before it that neither end a statement nor open or close a block."""
    i = number - 2
    while i >= 0:
        line = lines[i].rstrip()
        if line.endswith('*/'):
            start = i
            while start > 0 and '/*' not in lines[start]:
                start -= 1
            if lines[start].lstrip().startswith('/*'):
                return '\n'.join(lines[start:i + 1])
            return '' # a comment at the end of another statement
        if not line or line.endswith((';', '{', '}')):
            return ''
        i -= 1
    return ''
