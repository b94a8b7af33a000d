"""People by what somebody types of an identifier. In: text in any writing. Out: profiles, the likeliest first."""

import re
from collections.abc import Iterator
from typing import Final

from konnektu.core.identifiers import Kind, normal
from konnektu.core.records import Identifier
from konnektu.core.text import HIGHEST
from konnektu.identity import store
from konnektu.identity.model import Rules
from konnektu.storage.api import Connection

LEAST: Final = 3
"""Characters from which on a beginning says something."""
_COUNTRY: Final = "7"
"""Of phones that are written without one."""
_NO_DIGIT: Final = re.compile(r"\D")
_PHONE: Final = re.compile(r"[+\d][\d\s().-]*")


def exactly(db: Connection, rules: Rules, text: str) -> list[int]:
    """The profiles that a text identifies, whatever kind of identifier it is read as; the strongest kind first."""
    read = {kind.name: Identifier(kind.name, normal(kind, text)) for kind in rules.kinds}
    found = store.find(db, (one for one in read.values() if one.value))
    ranked = (found.get(read[kind.name]) for kind in sorted(rules.kinds, key=lambda kind: kind.rank))
    return list(dict.fromkeys(profile for profile in ranked if profile is not None))


def beginning(db: Connection, rules: Rules, text: str, limit: int) -> list[int]:
    """The profiles one of whose identifiers, of kinds that name a person, begins so; each once."""
    asked = [(kind.name, low) for kind in rules.kinds for low in _beginnings(kind, text) if len(low) >= LEAST]
    found = store.beginning(db, [(kind, low, low + HIGHEST) for kind, low in asked], limit) if asked else []
    return list(dict.fromkeys(found))[:limit]


def _beginnings(kind: Kind, text: str) -> Iterator[str]:
    """What the normal form of a value that begins so begins with."""
    if kind.level == "device" or kind.form == "hash":
        return
    if kind.form in {"phone", "landline"}:
        if _PHONE.fullmatch(text):
            yield _phone(text)
    elif kind.form == "email":
        yield text.casefold()
    elif kind.form == "text":
        yield text
    else:
        yield normal(kind, text)


def _phone(text: str) -> str:
    """The digits of a phone as far as they are typed, in the way of E.164; Russian ones begin with 8, 7 or neither."""
    digits = _NO_DIGIT.sub("", text)
    if text.startswith("+"):
        return f"+{digits}"
    return f"+{_COUNTRY}{digits[1:]}" if digits[:1] in {"7", "8"} else f"+{_COUNTRY}{digits}"
