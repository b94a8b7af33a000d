"""In: bytes that strict JSON refuses. Out: the same document in strict JSON, where its meaning is plain.

Official clients do send such bytes: JavaScript cuts an emoji in half and writes a lone surrogate,
Python writes NaN for a missing number. Refusing them would lose a whole batch for one value. What is
repaired: lone surrogates and undecodable bytes become U+FFFD, control characters inside texts are
escaped, NaN and infinities become null, numbers of more than 29 digits become texts.
"""

import re
from typing import Final

LONGEST_NUMBER: Final = 29
"""Digits of the largest whole number of decimal(38, 9); longer ones are kept as text."""

_TOKEN: Final = re.compile(
    r'"(?:[^"\\]|\\.)*"|-?(?:NaN|Infinity)\b|-?\d[\d.eE+-]*',
    re.DOTALL,
)
_SURROGATES: Final = re.compile(
    r"(\\\\)|(\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2})|\\u[dD][89a-fA-F][0-9a-fA-F]{2}",
)
_CONTROL: Final = re.compile(r"[\x00-\x1f]")


def repaired(raw: bytes) -> bytes:
    """The document with the known faults mended; bytes that are no JSON in other ways stay no JSON."""
    text = raw.decode("utf-8-sig", errors="replace")
    return _TOKEN.sub(_mended, text).encode()


def _mended(match: re.Match[str]) -> str:
    token = match[0]
    if token[0] == '"':
        return _mended_text(token)
    if token.endswith(("NaN", "Infinity")):
        return "null"
    return f'"{token}"' if len(token) > LONGEST_NUMBER else token


def _mended_text(token: str) -> str:
    if "\\u" in token:
        token = _SURROGATES.sub(_without_lone, token)
    return _CONTROL.sub(lambda found: f"\\u{ord(found[0]):04x}", token)


def _without_lone(match: re.Match[str]) -> str:
    return match[0] if match[1] or match[2] else "\\ufffd"
