"""First names. In: raw text. Out: the set of full names it may stand for, and whether two texts fit one person.

A colloquial form may stand for several names (Саша, Женя, Слава), hence sets; two texts fit where the sets meet.
"""

from functools import lru_cache
from typing import Any, Final

from konnektu.core.names.keys import LONGEST, sound, words
from konnektu.core.names.table import canonicals, sexes
from konnektu.core.text import within_one_edit

_NOBODY: Final[frozenset[str]] = frozenset()
_LONG_ENOUGH_FOR_A_TYPO: Final = 5
# Я, Ю and Е are written with y or j in Latin, so such an initial fits more names.
_VAGUE_INITIALS: Final = "yjYJ"


def first_name_keys(raw: Any, sex: str = "") -> frozenset[str]:
    """Keys of the full names that a text may stand for; empty where it holds no name.

    An unknown name stands for itself. `sex` (m, f or empty) leaves only the names given to it, where any remain.
    """
    if not isinstance(raw, str):
        return _NOBODY
    keys = _keys(raw[:LONGEST])
    if not sex:
        return keys
    return frozenset(k for k in keys if sex in sexes().get(k, sex)) or keys


@lru_cache(maxsize=1 << 16)
def _keys(raw: str) -> frozenset[str]:
    own = [key for key in map(sound, _whole_words(raw)) if key]
    if not own:
        return _NOBODY
    table = canonicals()
    # A double name is one name: Анна-Мария is called by either part.
    return frozenset().union(*(table.get(key, frozenset({key})) for key in own))


def _whole_words(raw: str) -> list[str]:
    return [word for word in words(raw) if len(word.rstrip(".")) > 1]


@lru_cache(maxsize=1 << 16)
def _initials(raw: str) -> tuple[str, ...]:
    """The initials of a text that gives nothing more of the first name."""
    found = words(raw)
    return () if _whole_words(raw) else tuple(word[0] for word in found[:1])


def compatible_first_names(left: Any, right: Any) -> bool:
    """Whether two texts may be the first name of one person.

    Full and colloquial forms, Cyrillic and Latin, initials; a typo is forgiven where one side is in no table
    and both have five sounds or more, so that Мария and Марина, Олег and Ольга stay apart.
    """
    if not isinstance(left, str) or not isinstance(right, str) or left == right:
        return True
    left, right = left[:LONGEST], right[:LONGEST]
    a, b = _keys(left), _keys(right)
    if a and b:
        return not a.isdisjoint(b) or _are_one_typo_apart(left, right)
    return _initial_fits(left, b) and _initial_fits(right, a) if a or b else _same_initials(left, right)


@lru_cache(maxsize=1 << 16)
def _are_one_typo_apart(left: str, right: str) -> bool:
    table = canonicals()
    a = {sound(w) for w in _whole_words(left)}
    b = {sound(w) for w in _whole_words(right)}
    if all(k in table for k in a) and all(k in table for k in b):
        return False
    return any(_is_typo(x, y) for x in a | _keys(left) for y in b | _keys(right))


def _is_typo(a: str, b: str) -> bool:
    if min(len(a), len(b)) < _LONG_ENOUGH_FOR_A_TYPO or not within_one_edit(a, b):
        return False
    return not _is_other_sex(a, b)


def _is_other_sex(a: str, b: str) -> bool:
    """Рамиль and Рамиля: an ending makes the woman's name of the man's, which is no typo."""
    shorter, longer = sorted((a, b), key=len)
    return len(shorter) < len(longer) and longer == shorter + "a"


def _initial_fits(initialled: str, keys: frozenset[str]) -> bool:
    """Whether the initial of one text may begin a name of the other; a text without any name fits."""
    return not keys or all(any(_begins(key, initial) for key in keys) for initial in _initials(initialled))


def _begins(key: str, initial: str) -> bool:
    if initial in _VAGUE_INITIALS:
        return key[0] in "ie"
    heard = sound(initial)
    if not key.startswith(heard):
        return not heard
    # One letter must not take the first half of another's: И is not the beginning of Ю, nor С of Ш.
    return len(heard) > 1 or key[:2] not in _TWO_LETTER_SOUNDS or initial.isascii()


_TWO_LETTER_SOUNDS: Final = frozenset({"ia", "iu", "zh", "ts", "sh", "ch"})


def _same_initials(left: str, right: str) -> bool:
    a, b = _initials(left), _initials(right)
    if not a or not b or {a[0], b[0]} & set(_VAGUE_INITIALS):
        return True
    return sound(a[0]) == sound(b[0])
