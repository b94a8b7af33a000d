"""Looking people up by their present ids, many at once in one statement each.

In: a connection and ids. Out: rows, tags, consents by id; ids without any are missing.
"""

import re
from collections.abc import Sequence
from typing import Final

from konnektu.core.text import HIGHEST, fold
from konnektu.profiles import store
from konnektu.profiles.consents import standings
from konnektu.profiles.model import ProfileRow, Standing, Statement
from konnektu.profiles.tags import present_tags
from konnektu.storage.api import Connection

_WORD: Final = re.compile(r"[^\W_]+(?:-[^\W_]+)*")


def profiles(db: Connection, ids: Sequence[int]) -> dict[int, ProfileRow]:
    """Return these profiles by id; those that do not exist are missing. Ids are present ones, not aliases."""
    return store.profiles(db, ids)


def profile(db: Connection, id: int) -> ProfileRow | None:  # noqa: A002  the word of the domain
    """Return one profile, or None."""
    return store.profiles(db, [id]).get(id)


def named(db: Connection, text: str, limit: int) -> list[int]:
    """Return the people whose name has words that begin like those of a text, the first of them at either end."""
    words = _WORD.findall(fold(text))
    if not words:
        return []
    found = store.named(db, words[0], words[0] + HIGHEST, words[1:], limit)
    return list(dict.fromkeys(found))[:limit]


def tags(db: Connection, ids: Sequence[int]) -> dict[int, list[str]]:
    """Return the tags that each of these people bears, in alphabetical order."""
    return {one: present_tags(words) for one, words in store.tags_of(db, ids).items()}


def consents(db: Connection, ids: Sequence[int], now: int) -> dict[int, list[Standing]]:
    """Return where the consents of these people stand at an instant."""
    return {one: standings(heard, now) for one, heard in store.statements_of(db, ids).items()}


def statements(db: Connection, id: int) -> list[Statement]:  # noqa: A002  the word of the domain
    """Return everything one person said about consent, in order."""
    return store.statements_of(db, [id]).get(id, [])


def whole(db: Connection, id: int, now: int) -> tuple[ProfileRow, list[str], list[Standing]] | None:  # noqa: A002  the word of the domain
    """Return one profile, its tags, and where its consents stand at an instant, by one statement; or None."""
    found = store.whole_profile(db, id)
    return None if found is None else (found[0], present_tags(found[1]), standings(found[2], now))
