"""Text at the door. In: any Python text, NUL and lone surrogates included. Out: text every store accepts.

Invariant: `clean` is idempotent, its result is NFC, can be encoded as UTF-8 and holds no NUL
(PostgreSQL refuses both). Unusable characters become U+FFFD, so that their loss can be seen.
"""

import re
from unicodedata import normalize

HIGHEST = chr(0x10FFFF)
"""Above every character, in the order of their bytes: what begins with a text stands below the text with this."""
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_SPACES = re.compile(r"\s+")


def word_list(text: str) -> tuple[str, ...]:
    """The words of a text between white space: how lists of words stand in the code."""
    return tuple(text.split())


def clean(text: str) -> str:
    """The same text in NFC, each NUL and lone surrogate replaced by U+FFFD."""
    if text.isascii() and "\x00" not in text:
        return text
    return normalize("NFC", _UNSTORABLE.sub("\ufffd", text))


def squeeze(text: str) -> str:
    """Clean text, each run of white space one blank, none at the ends."""
    if text.isascii() and text.isalnum():
        return text
    return _SPACES.sub(" ", clean(text)).strip()


def fold(text: str) -> str:
    """The copy of a text that comparisons use: clean, case folded, ё as е."""
    return normalize("NFC", clean(text).casefold()).replace("ё", "е")


def edits(left: str, right: str) -> int:
    """Optimal string alignment distance: insertions, deletions, replacements and neighbours swapped, each 1.

    Costs len(left) x len(right) steps: for words, not for documents.
    """
    if left == right:
        return 0
    before: list[int] = []
    above = list(range(len(right) + 1))
    for row, a in enumerate(left, 1):
        line = [row]
        for column, b in enumerate(right, 1):
            cost = min(above[column] + 1, line[-1] + 1, above[column - 1] + (a != b))
            if row > 1 and column > 1 and a == right[column - 2] and left[row - 2] == b:
                cost = min(cost, before[column - 2] + 1)
            line.append(cost)
        before, above = above, line
    return above[-1]


def within_one_edit(left: str, right: str) -> bool:
    """Whether `edits(left, right)` is at most 1, in linear time."""
    if left == right:
        return True
    if abs(len(left) - len(right)) > 1:
        return False
    start = next((i for i, (a, b) in enumerate(zip(left, right, strict=False)) if a != b), None)
    if start is None:
        return True
    a, b = left[start:], right[start:]
    if len(a) == len(b):
        return a[1:] == b[1:] or (a[:2] == b[1::-1] and a[2:] == b[2:])
    return a[1:] == b if len(a) > len(b) else a == b[1:]
