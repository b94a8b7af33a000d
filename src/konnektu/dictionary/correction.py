"""Corrections of rejected events. In: the JSON of an event and steps. Out: the JSON to send in its place.

A path begins at the event: `event`, `userId`, `properties.price`, `properties.products[].sku`. `[]` after a name
means every element of the list there. Invariant: a correction is a pure function, and an event that a step
does not fit is told, never sent half corrected.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct

from konnektu.core.attributes import boolean, number
from konnektu.core.errors import Refused
from konnektu.core.invalid import Invalid

MOST_STEPS = 50
Path = Annotated[str, Meta(min_length=1, max_length=200)]


class Rename(Struct, frozen=True, tag="rename", tag_field="do"):
    """Give a property another name, in the same place."""

    path: Path
    to: Annotated[str, Meta(min_length=1, max_length=200)]
    """Its last name alone."""


class SetValue(Struct, frozen=True, tag="set", tag_field="do"):
    """Give a property a value, whether it is there or not."""

    path: Path
    value: Any


class Cast(Struct, frozen=True, tag="cast", tag_field="do"):
    """Read a property's value as another type; what is not there stays so."""

    path: Path
    to: Literal["number", "text", "boolean"]


class NameEvent(Struct, frozen=True, tag="name", tag_field="do"):
    """Say what a track event is called."""

    name: Annotated[str, Meta(min_length=1, max_length=200)]


class Drop(Struct, frozen=True, tag="drop", tag_field="do"):
    """Leave a property out."""

    path: Path


Step = Rename | SetValue | Cast | NameEvent | Drop
Correction = Annotated[list[Step], Meta(max_length=MOST_STEPS)]

_steps = msgspec.json.Decoder(Any)


class DoesNotFit(Refused):
    """The correction does not fit this event."""


def corrected(body: bytes, steps: Sequence[Step]) -> bytes:
    """The event after the steps, in their order. Raises `DoesNotFit`; without steps it is sent as it came."""
    if not steps:
        return body
    try:
        event = _steps.decode(body)
    except (ValueError, RecursionError):
        raise DoesNotFit("The event is no JSON, so that nothing in it can be corrected.") from None
    if not isinstance(event, dict):
        raise DoesNotFit("The event is no JSON object.")
    for step in steps:
        _do(event, step)
    return msgspec.json.encode(event)


def _do(event: dict[str, Any], step: Step) -> None:
    if isinstance(step, NameEvent):
        event["event"] = step.name
        return
    for holder, name in _places(event, step.path, makes=isinstance(step, SetValue)):
        _STEPS[type(step)](holder, name, step)


def _places(event: dict[str, Any], path: str, *, makes: bool) -> Iterator[tuple[dict[str, Any], str]]:
    """(object, name) of every place that a path means; objects on the way are made where a value is set."""
    *way, last = path.split(".")
    holders: list[dict[str, Any]] = [event]
    for part in way:
        name = part.removesuffix("[]")
        if makes and part == name:
            for holder in holders:
                holder.setdefault(name, {})
        found = [holder.get(name) for holder in holders]
        inner = [
            one for each in found for one in (each if part != name and isinstance(each, list) else [each])
        ]
        holders = [one for one in inner if isinstance(one, dict)]
    return ((holder, last) for holder in holders)


def _rename(holder: dict[str, Any], name: str, step: Rename) -> None:
    if name not in holder or name == step.to:
        return
    if step.to in holder:
        raise DoesNotFit(f"{step.path} cannot be named {step.to}: there is one of that name.")
    holder[step.to] = holder.pop(name)


def _set(holder: dict[str, Any], name: str, step: SetValue) -> None:
    holder[name] = step.value


def _cast(holder: dict[str, Any], name: str, step: Cast) -> None:
    if name not in holder or holder[name] is None:
        return
    value = _CASTS[step.to](holder[name])
    if isinstance(value, Invalid):
        raise DoesNotFit(f"{step.path} cannot be read as a {step.to}.")
    holder[name] = value


def _drop(holder: dict[str, Any], name: str, _: Drop) -> None:
    holder.pop(name, None)


def _text(value: Any) -> str | Invalid:
    if isinstance(value, str):
        return value
    return Invalid("not_text") if isinstance(value, dict | list) else msgspec.json.encode(value).decode()


_CASTS: Mapping[str, Callable[[Any], Any]] = {"number": number, "text": _text, "boolean": boolean}
_STEPS: Mapping[type, Callable[[dict[str, Any], str, Any], None]] = {
    Rename: _rename,
    SetValue: _set,
    Cast: _cast,
    Drop: _drop,
}
