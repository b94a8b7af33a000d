"""Surnames without sex. In: raw text. Out: the set of stems, one for each part of a double surname.

Иванов and Иванова, Толстой and Толстая, Ivanov and Ivanova have one stem.
"""

import re
from functools import lru_cache
from typing import Any, Final

from konnektu.core.names.keys import LONGEST, sound, words
from konnektu.core.text import within_one_edit, word_list

_PARTICLES: Final = frozenset(word_list("de von van der fon dela al el ibn bin oglu"))
_ENDINGS: Final = (
    (re.compile(r"(sk|tsk|zk)(?:aia|ia|i|oi|ei)$"), r"\1"),
    (re.compile(r"(ov|ev|in)a$"), r"\1"),
    (re.compile(r"(?<=..)(?:aia|oi|ei|i)$"), ""),
)
_LONG_ENOUGH_FOR_A_TYPO: Final = 5


def surname_keys(raw: Any) -> frozenset[str]:
    """Stems of a surname, free of sex and script; two for a double surname; empty where the text holds none."""
    return _keys(raw[:LONGEST]) if isinstance(raw, str) else frozenset()


@lru_cache(maxsize=1 << 16)
def _keys(raw: str) -> frozenset[str]:
    whole = [sound(word) for word in words(raw) if len(word.rstrip(".")) > 1]
    named = [key for key in whole if key not in _PARTICLES] or whole
    return frozenset(_stem(key) for key in named if key)


def _stem(key: str) -> str:
    # Soft signs are written as i by some romanisations and left out by others: Grigoriev, Grigorev.
    text = key.replace("ie", "e")
    for ending, kept in _ENDINGS:
        text, found = ending.subn(kept, text)
        if found:
            break
    return text


def compatible_surnames(left: Any, right: Any) -> bool:
    """Whether two texts may be one surname: stems meet, or differ by one typo in five sounds or more; unknown fits.

    A woman may have changed hers, so this is evidence for a match and never by itself against one.
    """
    a, b = surname_keys(left), surname_keys(right)
    if not a or not b or not a.isdisjoint(b):
        return True
    return any(min(len(x), len(y)) >= _LONG_ENOUGH_FOR_A_TYPO and within_one_edit(x, y) for x in a for y in b)
