"""The sound of a name. In: text in Cyrillic or Latin letters. Out: its ASCII key.

One scheme for both scripts: Cyrillic is written in Latin letters, then both are reduced by the same rules,
so that Юлия, Yuliya, Iuliia and Julia meet. Invariant: a key is lower-case ASCII letters only.
"""

import re
from functools import lru_cache
from typing import Final
from unicodedata import combining, normalize

from konnektu.core.text import word_list

LONGEST: Final = 100
"""Characters of a name that are looked at."""

_CYRILLIC: Final = str.maketrans(
    {
        **dict(zip("абвгдезийклмнопрстуфыэ", "abvgdeziyklmnoprstufye", strict=True)),
        **dict(zip("ёжхцчшщюя", word_list("e zh kh ts ch sh shch iu ia"), strict=True)),
        **dict.fromkeys("ъь", ""),
        # letters of Ukrainian, Belarusian, Serbian, Tatar, Bashkir, Kazakh
        **dict(zip("іїєґўјљњђәөүұқңғһ", "iieguilndaouukngh", strict=True)),
        "җ": "zh",
    }
)
_LATIN: Final = str.maketrans(
    {"ı": "i", "ł": "l", "ø": "o", "ß": "ss", "æ": "e", "œ": "e", "đ": "d", "þ": "t"}
)
_REDUCTIONS: Final = (
    ("shch", "sh"),
    ("sch", "sh"),
    ("tch", "ch"),
    ("kh", "h"),
    ("ph", "f"),
    ("tz", "ts"),
    ("x", "ks"),
    ("w", "v"),
    ("q", "k"),
    ("yo", "e"),
    ("ye", "e"),
    ("y", "i"),
    ("j", "i"),
)
_HARD_C: Final = re.compile(r"c(?!h)")
_DOUBLES: Final = re.compile(r"(.)\1+")
_NOT_LETTERS: Final = re.compile(r"[^a-z]+")


def sound(name: str) -> str:
    """The ASCII key of one word of a name; empty where it holds no Cyrillic or Latin letter.

    ё and э as е, no ь and ъ, doubled letters single, y, j and й as i, c as k, x as ks.
    """
    return _sound(name[:LONGEST])


@lru_cache(maxsize=1 << 16)
def _sound(name: str) -> str:
    text = _NOT_LETTERS.sub("", _latin(name))
    while (reduced := _reduced(text)) != text:
        text = reduced
    return text[:LONGEST]


def _reduced(text: str) -> str:
    for written, heard in _REDUCTIONS:
        text = text.replace(written, heard)
    return _DOUBLES.sub(r"\1", _HARD_C.sub("k", text))


def _latin(name: str) -> str:
    """The name in plain Latin letters; й and ё are written out before marks are taken off the rest."""
    text = normalize("NFC", name).lower().translate(_CYRILLIC).translate(_LATIN)
    return text if text.isascii() else "".join(c for c in normalize("NFD", text) if not combining(c))


_WORDS: Final = re.compile(r"[^\W\d_]+(?:['\u2019\u02bc`][^\W\d_]+)*\.?")


def words(name: str) -> list[str]:
    """The words of a name, each with the full stop that marks it as an initial; hyphens separate."""
    return _WORDS.findall(normalize("NFC", name[:LONGEST]))
