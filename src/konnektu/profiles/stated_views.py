"""What callers state of people, as the API takes it. In: nothing. Out: records of requests."""

from typing import Annotated, Any

from msgspec import Meta, Struct

from konnektu.profiles.model import AttributeOrigin

AttributeName = Annotated[str, Meta(min_length=1, max_length=200)]


class NoteWritten(Struct, frozen=True):
    """A note about a person, for colleagues."""

    text: Annotated[str, Meta(min_length=1, max_length=4000)]


class IdentifierStated(Struct, frozen=True):
    """An identifier as the caller spells it."""

    kind: Annotated[str, Meta(min_length=1, max_length=100)]
    value: Annotated[str, Meta(min_length=1, max_length=512)]


class Unmasking(Struct, frozen=True):
    """Why somebody looks at a person's data."""

    reason: Annotated[str, Meta(min_length=5, max_length=500)]


class Lookup(Struct, frozen=True):
    """Whom to look up, up to 1,000 at once."""

    identifiers: Annotated[list[IdentifierStated], Meta(max_length=1000)] = []
    ids: Annotated[list[Annotated[str, Meta(max_length=100)]], Meta(max_length=1000)] = []


class ProfileNew(Struct, frozen=True):
    """A profile to make, or to add to where an identifier is known."""

    identifiers: Annotated[list[IdentifierStated], Meta(min_length=1, max_length=20)]
    attributes: Annotated[dict[AttributeName, Any], Meta(max_length=200)] = {}
    origin: AttributeOrigin = "stated"


class AttributesChange(Struct, frozen=True):
    """Attributes to state and to clear."""

    attributes: Annotated[dict[AttributeName, Any], Meta(max_length=200)] = {}
    clear: Annotated[list[AttributeName], Meta(max_length=200)] = []
    origin: AttributeOrigin = "confirmed"


class TagsChange(Struct, frozen=True):
    """Tags to give and to take."""

    add: Annotated[list[Annotated[str, Meta(min_length=1, max_length=100)]], Meta(max_length=200)] = []
    remove: Annotated[list[Annotated[str, Meta(min_length=1, max_length=100)]], Meta(max_length=200)] = []


class Meeting(Struct, frozen=True):
    """Who would be one person."""

    people: Annotated[list[Annotated[str, Meta(max_length=100)]], Meta(min_length=2, max_length=20)]
    """Ids of profiles."""
