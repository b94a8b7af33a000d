"""A full name in one field. In: raw text in any order. Out: its parts, as they were written.

«Иванов Иван Петрович», «Иван Петрович Иванов», «Ivan Petrov», «Иванов И. П.», «Мамедов Али Гасан оглы».
"""

from functools import lru_cache
from typing import Any, Final

from msgspec import Struct

from konnektu.core.names.keys import sound
from konnektu.core.names.patronymic import is_patronymic, patronymic_sex
from konnektu.core.names.surname import surname_keys
from konnektu.core.names.table import canonicals, sexes
from konnektu.core.text import squeeze, word_list

LONGEST: Final = 200
"""Characters of the longest text that is split; a longer one is not a name."""

_SURNAME_ENDINGS: Final = word_list(
    "ov ova ev eva in ina ski skaia skoi tski enko uk iuk chuk ih ian dze shvili aia"
)
_TURKIC: Final = frozenset({"ogli", "oglu", "uli", "ulu", "kizi", "gizi"})


class FullName(Struct, frozen=True):
    """The parts of a name; empty where the text does not give one."""

    last: str = ""
    first: str = ""
    patronymic: str = ""


def split_full_name(raw: Any) -> FullName:
    """The parts of a name, whatever their order; a text of more than five words is taken as no name."""
    if not isinstance(raw, str) or len(raw) > LONGEST:
        return FullName()
    return _split(raw)


@lru_cache(maxsize=1 << 14)
def _split(raw: str) -> FullName:
    head, comma, rest = squeeze(raw).partition(",")
    if comma and rest.strip():
        given = rest.split()
        return FullName(head.strip(), given[0], " ".join(given[1:]))
    parts = _parts(head)
    if len(parts) == 1:
        return _one(parts[0])
    if len(parts) == 2:
        return _two(parts[0], parts[1])
    return _three(parts) if len(parts) == 3 else FullName()


def _parts(text: str) -> list[str]:
    """Words, with initials written together taken apart and оглы joined to the name before it."""
    parts: list[str] = []
    for word in text.replace(".", ". ").split():
        if parts and sound(word) in _TURKIC:
            parts[-1] += " " + word
        elif word.strip(".-"):
            parts.append(word)
    return parts


def _one(word: str) -> FullName:
    if is_patronymic(word) and sound(word) not in canonicals():
        return FullName(patronymic=word)
    return FullName(last=word) if _surname_weight(word) > 0 else FullName(first=word)


def _two(a: str, b: str) -> FullName:
    if is_patronymic(b) and _surname_weight(a) <= 0:
        return FullName(first=a, patronymic=b)
    if _is_initial(b) or _surname_weight(a) > _surname_weight(b):
        return FullName(last=a, first=b)
    return FullName(last=b, first=a)


def _three(parts: list[str]) -> FullName:
    a, b, c = parts
    if _is_initial(a) and _is_initial(b):
        return FullName(last=c, first=a, patronymic=b)
    if is_patronymic(b) and not is_patronymic(c):
        return FullName(last=c, first=a, patronymic=b)
    if is_patronymic(b) and _surname_weight(a) < 0:
        # Both look like patronymics (Иван Петрович Абрамович): a known first name decides.
        return FullName(last=c, first=a, patronymic=b)
    if patronymic_sex(c) or _is_initial(b) or _surname_weight(a) >= _surname_weight(c):
        return FullName(last=a, first=b, patronymic=c)
    return FullName(last=c, first=a, patronymic=b)


def _is_initial(word: str) -> bool:
    return len(word.rstrip(".")) == 1


def _surname_weight(word: str) -> int:
    """How much a word looks like a surname: below 0 for a known first name, above 0 for a surname's ending."""
    key = sound(word)
    if key in sexes():
        return -2
    if key in canonicals():
        return -1
    return 1 if surname_keys(word) and key.endswith(_SURNAME_ENDINGS) else 0
