"""Events and rules for the tests of identity."""

from konnektu.core.identifiers import DEFAULT_KINDS, extract
from konnektu.core.ids import public_id
from konnektu.core.records import Event

DAY = 86_400_000
BEGIN = 20_000 * DAY
KINDS = {kind.name: kind for kind in DEFAULT_KINDS}


def event(
    position,
    *,
    day=0,
    user=None,
    cookie=None,
    previous=None,
    type="track",
    kinds=DEFAULT_KINDS,
    origin="wire",
    props=None,
    context=None,
    **traits,
):
    """One event as decoding would make it; identifiers of other kinds are traits."""
    context = context or {}
    found = extract(
        kinds, user_id=user, anonymous_id=cookie, traits=traits, context=context, previous_id=previous
    )
    time = BEGIN + day * DAY
    return Event(
        position=position,
        instant=BEGIN + position,
        source=1,
        origin=origin,
        type=type,
        name=type,
        message_id=str(position),
        time=time,
        raw_time=time,
        received_at=time,
        identifiers=found,
        traits=traits,
        properties=props or {},
        context=context,
    )


def fact(position, kind, /, day=0, **props):
    """One fact of identity, from the console."""
    return event(position, day=day, type=kind, origin="console", props=props)


def profile(atom):
    """A reference to a profile."""
    return {"profile": public_id(BEGIN, atom)}


def value(kind, text):
    """A reference to whoever carries a value."""
    return {"kind": kind, "value": text}


def phone(number):
    """A mobile phone of the tests."""
    return f"+7903{number:07d}"
