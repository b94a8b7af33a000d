"""What retention leaves of one event. In: the event as it came, cuts. Out: the event without what grew old.

Values that stay keep their very bytes, so that exact numbers are what they were. An event is taken out whole or keeps
its place, and what stands nowhere else of a person's consents is never taken out.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

import msgspec
from msgspec import Raw, Struct, structs

from konnektu.core.attributes import read_traits
from konnektu.core.records import Event, Parcel, Rejected
from konnektu.privacy.model import Cut
from konnektu.profiles import api as profiles

KINDS = frozenset(("page", "screen", "group"))
"""Types whose events are one kind, named with a dollar sign before."""
_object = msgspec.json.Decoder(dict[str, Raw]).decode
_any = msgspec.json.Decoder(Any).decode
_encode = msgspec.json.Encoder().encode


class Left(Struct, frozen=True):
    """What becomes of an event."""

    parcel: Parcel | None
    """With the event as it stays; None where it is taken out."""
    by: frozenset[Cut]
    """The cuts that it fell under; the event stays as it is where there are none."""


def left_of(
    one: Event | Rejected, parcel: Parcel, cuts: Iterable[Cut], standing: Collection[int] = frozenset()
) -> Left:
    """What is left of the one event of a parcel.

    `standing` are positions of events that alone say how a consent stands which is repeated with every event.
    """
    if isinstance(one, Rejected):
        return _left_of_rejected(one, parcel, cuts)
    out, names = set(), {}
    for cut in cuts:
        is_old = one.time < cut.before
        if cut.subject == "attribute" and is_old:
            names[cut.name] = cut
        elif cut.subject == "event" and is_old and kind_of(one) == cut.name and one.position not in standing:
            out.add(cut)
    if ended := _ended(one, cuts):
        out |= ended
    if out:
        return Left(None, frozenset(out))
    return _without(parcel, names, is_person=one.type != "group") if names else Left(parcel, frozenset())


def kind_of(event: Event) -> str:
    """Under which name events are counted and kept."""
    return event.name if event.type == "track" else f"${event.type}"


def _ended(event: Event, cuts: Iterable[Cut]) -> set[Cut]:
    """The cuts under which a fact of consent falls: where all that it says are consents whose terms have ended so long
    ago. What is said beside them keeps it; a refusal, for ever.
    """
    ends = {cut.name: cut for cut in cuts if cut.subject == "purpose"}
    is_explicit = event.type == "consent" or (event.type == "track" and event.name in profiles.CONSENT_EVENTS)
    if not ends or not is_explicit:
        return set()
    said, unreadable = profiles.statements_of(event, 0)
    found = set()
    for one in said:
        cut = ends.get(one.purpose)
        if (
            cut is None
            or one.state != "given"
            or not one.explicit
            or one.valid_until is None
            or one.valid_until >= cut.before
        ):
            return set()
        found.add(cut)
    return set() if unreadable else found


def _left_of_rejected(one: Rejected, parcel: Parcel, cuts: Iterable[Cut]) -> Left:
    """A rejected event is as old as its receipt. What cannot be read at all falls under every cut."""
    old = [cut for cut in cuts if cut.subject != "purpose" and one.received_at < cut.before]
    if not old:
        return Left(parcel, frozenset())
    try:
        body = _object(one.body)
        kind, name = _text(body, "type"), _text(body, "event")
    except msgspec.DecodeError:
        return Left(None, frozenset(old))
    kind = name if kind == "track" else f"${kind}"
    if out := frozenset(cut for cut in old if cut.subject == "event" and cut.name == kind):
        return Left(None, out)
    names = {cut.name: cut for cut in old if cut.subject == "attribute"}
    return _without(parcel, names, is_person=kind != "$group") if names else Left(parcel, frozenset())


def _text(body: Mapping[str, Raw], name: str) -> str:
    value = _any(body[name]) if name in body else ""
    return value.strip() if isinstance(value, str) else ""


def _without(parcel: Parcel, names: Mapping[str, Cut], *, is_person: bool) -> Left:
    """The event without statements of these attributes, its own and its parcel's context.

    `is_person`: what the event itself states is the person's, and not a group's.
    """
    by: set[Cut] = set()
    (event,) = parcel.events
    body = _stripped(event, names, by, (*("traits",) * is_person, "context"))
    context = _stripped(parcel.context, names, by, ("traits",)) if parcel.context else b""
    if not by:
        return Left(parcel, frozenset())
    return Left(structs.replace(parcel, events=[body], context=context), frozenset(by))


def _stripped(raw: bytes, names: Mapping[str, Cut], by: set[Cut], members: Iterable[str]) -> bytes:
    """A JSON object without statements of attributes in these members; the very bytes where it states none."""
    try:
        parts = _object(raw)
    except msgspec.DecodeError:
        return raw
    kept = dict(parts)
    for name in members:
        if name == "traits" and name in kept:
            kept[name] = _stripped_traits(kept[name], names, by)
        elif name in kept:
            kept[name] = Raw(_stripped(bytes(kept[name]), names, by, ("traits",)))
    return raw if kept == parts else _encode(kept)


def _stripped_traits(raw: Raw, names: Mapping[str, Cut], by: set[Cut]) -> Raw:
    try:
        traits = _object(raw)
    except msgspec.DecodeError:
        return raw
    kept: dict[str, Raw] = {}
    for key, value in traits.items():
        stated = _stated(key, _any(value), names)
        by.update(stated)
        left = _parts_left(key, value, names) if stated else value
        if left is not None:
            kept[key] = left
    return raw if kept == traits else Raw(_encode(kept))


def _stated(key: str, value: Any, names: Mapping[str, Cut]) -> list[Cut]:
    """The cuts under which a member of `traits` falls, by the attributes that it states or fails to state."""
    held, refused = read_traits({key: value})
    return [names[name] for name in (*held, *refused) if name in names]


def _parts_left(key: str, raw: Raw, names: Mapping[str, Cut]) -> Raw | None:
    """Of an object that is spread over attributes the parts that stay; None for every other value."""
    try:
        parts = _object(raw)
    except msgspec.DecodeError:
        return None
    kept = {part: value for part, value in parts.items() if not _stated(key, {part: _any(value)}, names)}
    return Raw(_encode(kept)) if kept else None
