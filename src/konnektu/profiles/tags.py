"""Tags a person bears: the last word on each tag holds.

In: a fact of type `tag` with properties {"add": [...], "remove": [...]}. Out: words by (atom, tag).
Invariant: a word belongs to its atom and is replaced only by a later one, so that people unite by
uniting their atoms' words; of one fact that adds and removes the same tag, the removal holds.
"""

from collections.abc import Iterable
from typing import Any

from konnektu.core.records import Event
from konnektu.core.text import squeeze
from konnektu.profiles.model import TagWord

TAG_LENGTH = 100
TAGS = 200
"""Tags taken from one fact."""


def tag_words(event: Event, atom: int) -> list[TagWord]:
    """Return the words of one fact: additions, then removals, so that a removal overrides."""
    added = dict.fromkeys(tag_names(event.properties.get("add")), True)
    removed = dict.fromkeys(tag_names(event.properties.get("remove")), False)
    said = added | removed
    return [TagWord(atom, tag, present, event.time, event.position) for tag, present in said.items()]


def tag_names(stated: Any) -> list[str]:
    """Return the usable tags of a list: text of 1 to 100 characters, at most 200 of them, each once."""
    named = stated if isinstance(stated, list) else []
    tags = dict.fromkeys(
        tag for one in named if isinstance(one, str) and 0 < len(tag := squeeze(one)) <= TAG_LENGTH
    )
    return list(tags)[:TAGS]


def is_later(left: TagWord, right: TagWord) -> bool:
    """Whether the first word overrides the second."""
    return (left.time, left.position) > (right.time, right.position)


def present_tags(words: Iterable[TagWord]) -> list[str]:
    """Return the tags that a person bears by the words of all its atoms, in alphabetical order."""
    last: dict[str, TagWord] = {}
    for word in words:
        if word.tag not in last or is_later(word, last[word.tag]):
            last[word.tag] = word
    return sorted(tag for tag, word in last.items() if word.present)
