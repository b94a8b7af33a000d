"""Case folding by a table made by Python. In: SQL of a text. Out: SQL of the copy that `core.text.fold` makes of it.

The engine's own case functions are of another version of Unicode; a table of what `fold` makes of each character is
the same everywhere. Texts of ASCII alone take the short way.
"""

import sys
from functools import cache
from unicodedata import normalize

from konnektu.core.text import fold
from konnektu.rules.sql.binding import Binding


def folded(text: str, binding: Binding) -> str:
    """The folded copy of a text."""
    one, other, several, longer = tables()
    told = f"translateUTF8({normal(text)}, {binding.text(one)}, {binding.text(other)})"
    pairs = f"arrayZip({binding.texts(several)}, {binding.texts(longer)})"
    whole = normal(f"arrayFold((told, pair) -> replaceAll(told, pair.1, pair.2), {pairs}, {told})")
    return f"if(isASCII({text}), lower({text}), {whole})"


def normal(text: str) -> str:
    """A text in NFC, as the door makes every text."""
    return f"normalizeUTF8NFC({text})"


@cache
def tables() -> tuple[str, str, tuple[str, ...], tuple[str, ...]]:
    """Characters that fold to one, and those; characters that fold to several, and those."""
    every = (chr(code) for code in range(1, sys.maxunicode + 1) if not 0xD800 <= code <= 0xDFFF)
    changed = {one: fold(one) for one in every if normalize("NFC", one) == one and fold(one) != one}
    single = {one: made for one, made in changed.items() if len(made) == 1}
    several = {one: made for one, made in changed.items() if len(made) > 1}
    return "".join(single), "".join(single.values()), tuple(several), tuple(several.values())
