"""Patronymics. In: raw text. Out: the key of the father's first name, equal for sons and daughters.

Петрович and Петровна, Petrovich, Мамед оглы and Мамед кызы.
"""

import re
from functools import lru_cache
from typing import Any, Final

from konnektu.core.names.keys import LONGEST, sound, words
from konnektu.core.names.table import canonicals, fathers
from konnektu.core.text import within_one_edit

_SON: Final = re.compile(r"(?:ov|ev)(?:ich|ych)$|(?<=[^aeiou])ich$")
_DAUGHTER: Final = re.compile(r"(?:ov|ev)na$|(?:in)?ichna$")
_TURKIC_SON: Final = frozenset({"ogli", "oglu", "uli", "ulu", "uglu", "ugli"})
_TURKIC_DAUGHTER: Final = frozenset({"kizi", "gizi", "kiz", "giz"})
_TURKIC_TAIL: Final = re.compile(r"(?:ogli|oglu|uli|kizi|gizi)$")
_LONG_ENOUGH_FOR_A_TYPO: Final = 5


def father_key(raw: Any) -> str:
    """Key of the father's first name; the letter's sound for an initial; empty where the text holds no name."""
    return _father_key(raw[:LONGEST]) if isinstance(raw, str) else ""


@lru_cache(maxsize=1 << 16)
def _father_key(raw: str) -> str:
    keys = [key for key in map(sound, words(raw)) if key]
    own = [key for key in keys if key not in _TURKIC_SON | _TURKIC_DAUGHTER]
    if not own:
        return ""
    return fathers().get(own[0]) or _father_by_ending(own[0])


def _father_by_ending(key: str) -> str:
    softened = key.replace("ie", "e")
    if known := fathers().get(softened):
        return known
    for ending in (_SON, _DAUGHTER, _TURKIC_TAIL):
        bare, found = ending.subn("", key)
        if found and bare:
            return _full(bare)
    return _full(key)


def _full(key: str) -> str:
    """The only full name a key stands for, or the key."""
    full = canonicals().get(key, frozenset())
    return next(iter(full)) if len(full) == 1 else key


def is_patronymic(word: str) -> bool:
    """Whether a word has the form of a patronymic, in Cyrillic or Latin."""
    return bool(patronymic_sex(word))


def patronymic_sex(raw: str) -> str:
    """By the form of a patronymic, m or f; empty where the text has none of the forms."""
    keys = [key for key in map(sound, words(raw)) if key]
    if not keys:
        return ""
    last = keys[-1]
    if last in _TURKIC_SON or _is_son(last):
        return "m"
    if last in _TURKIC_DAUGHTER or (len(keys[0]) > _LONG_ENOUGH_FOR_A_TYPO and _DAUGHTER.search(keys[0])):
        return "f"
    return ""


def _is_son(key: str) -> bool:
    return (key in fathers() and key.endswith("ich")) or re.search(r"(?:ov|ev)ich$", key) is not None


def compatible_patronymics(left: Any, right: Any) -> bool:
    """Whether two texts may be one person's patronymic: one father, an initial, or one typo; unknown fits."""
    a, b = father_key(left), father_key(right)
    if not a or not b or a == b:
        return True
    if min(len(a), len(b)) <= 2 and _is_initial(left if len(a) < len(b) else right):
        return a.startswith(b) or b.startswith(a)
    return min(len(a), len(b)) >= _LONG_ENOUGH_FOR_A_TYPO and within_one_edit(a, b) and not _are_known(a, b)


def _is_initial(raw: str) -> bool:
    return len(raw.strip(" .")) == 1


def _are_known(a: str, b: str) -> bool:
    return a in canonicals() and b in canonicals()
