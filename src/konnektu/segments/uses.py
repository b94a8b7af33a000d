"""What segments use, for the data dictionary. In: definitions. Out: attributes and events, each with its segment."""

from collections.abc import Iterator

from konnektu.core.attributes import standard
from konnektu.dictionary.api import Subject, declare_event_uses, declare_uses
from konnektu.jobs.api import Words
from konnektu.rules.formulas import asked_for
from konnektu.rules.model import Attribute
from konnektu.rules.model import Segment as Definition
from konnektu.rules.walking import leaves, whats
from konnektu.segments.logic import living
from konnektu.segments.store import segments
from konnektu.storage.api import Connection


@declare_uses
def attributes_used(db: Connection) -> Iterator[tuple[str, Words]]:
    """The attributes that definitions ask for."""
    for definition, words in _stated(db):
        for leaf in leaves(definition):
            if isinstance(leaf, Attribute) and not asked_for(leaf.name):
                yield standard(leaf.name), words


@declare_event_uses
def events_used(db: Connection) -> Iterator[tuple[Subject, Words]]:
    """The events that definitions ask for, by name, or by type where they ask for every name."""
    for definition, words in _stated(db):
        for leaf in leaves(definition):
            for what in whats(leaf):
                for kind in what.types:
                    yield from ((Subject(kind, name), words) for name in what.names or ("",))


def _stated(db: Connection) -> Iterator[tuple[Definition, Words]]:
    for one in living(segments(db)):
        if one.written is not None and one.stated.kind == "live":
            yield one.written, Words(f"Segment “{one.stated.name}”", f"Сегмент «{one.stated.name}»")
