"""How people fill in forms. In: a name or a phone and a seeded generator. Out: a spelling a real form would get."""

from random import Random
from typing import Final

from konnektu.core.names.table import known_names

_LATIN: Final = {
    **dict(zip("абвгдеёзийклмнопрстуфыэ", "abvgdeeziiklmnoprstufye", strict=True)),
    "ж": "zh",
    "х": "kh",
    "ц": "ts",
    "ч": "ch",
    "ш": "sh",
    "щ": "shch",
    "ю": "yu",
    "я": "ya",
    "ь": "",
    "ъ": "",
}
_KEYBOARD: Final = ("йцукенгшщзхъ", "фывапролджэ", "ячсмитьбю")
_CASUAL, _IN_LATIN, _MISTYPED, _WITHOUT_CASE = 0.14, 0.06, 0.03, 0.05
"""Shares of forms: a colloquial name, Latin letters, a typo, no capitals."""


def latin(text: str) -> str:
    """Latin spelling by the rules of Russian passports, without soft signs."""
    written = "".join(_LATIN.get(letter, letter) for letter in text.lower())
    return written.capitalize() if text[:1].isupper() else written


def as_in_a_form(rng: Random, first: str, last: str) -> tuple[str, str]:
    """(first name, surname) as one form gets them: often right, at times colloquial, Latin, mistyped, uncapitalised."""
    if rng.random() < _CASUAL:
        first = rng.choice(_colloquial(first) or [first])
    if rng.random() < _IN_LATIN:
        return latin(first), latin(last)
    if rng.random() < _MISTYPED:
        last = mistyped(rng, last)
    return (first.lower(), last.lower()) if rng.random() < _WITHOUT_CASE else (first, last)


def _colloquial(first: str) -> list[str]:
    """The usual short forms of a name, the first ones of the table."""
    forms = next((known.forms for known in known_names() if known.name == first), ())
    return [form for form in forms if not form.isascii()][:3]


def mistyped(rng: Random, word: str) -> str:
    """The word with one slip of the fingers: a neighbour's key, a letter left out, doubled or swapped with the next."""
    at = rng.randrange(1, max(2, len(word) - 1))
    slip = rng.randrange(4)
    if slip == 0:
        return word[:at] + _neighbour(rng, word[at]) + word[at + 1 :]
    if slip == 1:
        return word[:at] + word[at + 1 :]
    if slip == 2:
        return word[:at] + word[at] + word[at:]
    return word[:at] + word[at : at + 2][::-1] + word[at + 2 :]


def _neighbour(rng: Random, letter: str) -> str:
    for row in _KEYBOARD:
        if letter in row:
            at = row.index(letter)
            return rng.choice(row[max(0, at - 1) : at] + row[at + 1 : at + 2])
    return letter


def phone_as_written(rng: Random, phone: str) -> str:
    """A Russian number of E.164 as people write it."""
    national = phone[2:]
    area, head, middle, tail = national[:3], national[3:6], national[6:8], national[8:]
    return rng.choice(
        (
            phone,
            f"8{national}",
            f"8 ({area}) {head}-{middle}-{tail}",
            f"+7 {area} {head} {middle} {tail}",
            national,
        )
    )
