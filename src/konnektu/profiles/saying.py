"""The history of one attribute: every fact that stated or cleared it, whichever of them survived.

In: who reads, a profile, an attribute's name. Out: statements, the latest first. Invariant: what is shown holds to the
reader's limit of rows, as the timeline does.
"""

from collections.abc import Iterator

from konnektu.core.attributes import standard
from konnektu.core.ids import internal_id
from konnektu.identity import api as identity
from konnektu.profiles import views
from konnektu.profiles.logic import origin_of, stated_attributes
from konnektu.profiles.reading import Reader, within
from konnektu.profiles.timeline import LATEST, Only, Told, timeline

MOST = 100
"""Statements that are shown."""
AT_ONCE = 500
PAGES = 20
"""So many parts of a history are looked through, at most."""
STATING = Only(texts=('"traits"', '"clear"'))
"""Facts that may state or clear an attribute, by the names that the wire gives to the places where they do."""


def attribute_history(reader: Reader, public: str, name: str) -> views.AttributeHistory:
    """What was ever said of an attribute. Raises `NotFound`."""
    with reader.db.read() as db:
        atoms = sorted(identity.person(db, internal_id(public)).atoms)
    wanted = standard(name)
    found: list[Told] = []
    for facts in _parts(reader, atoms):
        found += [one for one in within(reader, facts) if wanted in stated_attributes(one.event)]
        if len(found) >= MOST:
            break
    return views.AttributeHistory([_said(reader, one, wanted) for one in found[:MOST]])


def _parts(reader: Reader, atoms: list[int]) -> Iterator[list[Told]]:
    before = LATEST
    for _ in range(PAGES):
        facts = timeline(reader.storage, reader.workspace.whole, atoms, before, AT_ONCE, STATING)
        yield facts
        if len(facts) < AT_ONCE:
            return
        before = facts[-1].moment


def _said(reader: Reader, told: Told, name: str) -> views.AttributeSaid:
    event = told.event
    by = event.properties.get("by")
    return views.AttributeSaid(
        value=views.shown_value(name, stated_attributes(event)[name], is_open=reader.is_open),
        origin=origin_of(event),
        time=event.time,
        position=event.position,
        source=reader.source(event.source),
        door=event.origin,
        type=event.type,
        by=by if isinstance(by, str) and event.type == "edit" else "",
    )
