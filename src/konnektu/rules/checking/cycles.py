"""Segments of segments. In: definitions. Out: which others one names; a cycle as its path."""

from collections.abc import Mapping

from konnektu.rules.model import Member, Rule, Segment
from konnektu.rules.walking import leaves


def referred(rule: Rule | Segment) -> tuple[str, ...]:
    """The segments that a rule names, each once, in its order."""
    return tuple(dict.fromkeys(one.segment for one in leaves(rule) if isinstance(one, Member)))


def cycle(start: str, definitions: Mapping[str, Segment]) -> tuple[str, ...]:
    """The path of a cycle that can be reached from a segment, its first name repeated at the end; empty for none.

    Segments without a definition among these end a path.
    """
    done: set[str] = set()

    def search(path: tuple[str, ...]) -> tuple[str, ...]:
        here = path[-1]
        if here in path[:-1]:
            return path[path.index(here) :]
        if here in done or here not in definitions:
            return ()
        found = (search((*path, one)) for one in referred(definitions[here]))
        cyclic = next((one for one in found if one), ())
        done.add(here)
        return cyclic

    return search((start,))
