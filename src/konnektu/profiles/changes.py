"""Changes of a profile as facts. In: what a caller asks for. Out: the JSON of an event for the inbox.

A change from outside never touches a profile: it becomes a fact, and the writer folds it like any other.
Invariant: what is wrong with a change is told before it is appended; what is appended is folded whole.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from msgspec import Struct

from konnektu.core.attributes import coerce, standard
from konnektu.core.errors import TooLarge, Unprocessable
from konnektu.core.identifiers import Kind, extract, normal
from konnektu.core.invalid import Invalid
from konnektu.core.records import Identifier
from konnektu.core.text import clean
from konnektu.profiles.attributes import DEFAULT_SURVIVORSHIP
from konnektu.profiles.model import AttributeOrigin, Contact, Held, Refusal, Statement, Survivorship
from konnektu.profiles.tags import tag_names

EVENT_BYTES = 32 * 1024


class Change(Struct, frozen=True, kw_only=True):
    """What every change says of itself."""

    message_id: str
    by: str
    """Login or token that asked."""
    profile: str = ""
    """Public id of the profile; empty where identifiers name the person."""
    identifiers: tuple[Identifier, ...] = ()


def edit(
    change: Change, attributes: Mapping[str, Any], clear: Sequence[str], origin: AttributeOrigin
) -> bytes:
    """Return the fact that states attributes (standard names, checked values) and clears others."""
    return _fact("edit", change, {"origin": origin, "clear": list(clear)}, attributes)


def retag(change: Change, add: Sequence[str], remove: Sequence[str]) -> bytes:
    """Return the fact that gives and takes tags. Raises `Unprocessable` for a tag that is no usable text."""
    for tags in (add, remove):
        if len(tag_names(list(tags))) != len(set(tags)):
            raise Unprocessable(
                "A tag is text of 1 to 100 characters without blanks around it, each named once."
            )
    return _fact("tag", change, {"add": list(add), "remove": list(remove)})


def note(change: Change, text: str) -> bytes:
    """Return the fact that keeps what somebody wrote down about a person. Raises `Unprocessable` for an empty text."""
    written = clean(text).strip()
    if not written:
        raise Unprocessable("A note needs a text.")
    return _fact("note", change, {"text": written})


def consent(change: Change, statements: Sequence[Mapping[str, Any]]) -> bytes:
    """Return the fact that states consents and refusals, in the documented form."""
    return _fact("consent", change, {"consents": list(statements)})


def _fact(
    kind: str, change: Change, properties: Mapping[str, Any], traits: Mapping[str, Any] | None = None
) -> bytes:
    named = {"profile": change.profile} if change.profile else {}
    fact: dict[str, Any] = {
        "type": kind,
        "messageId": change.message_id,
        "properties": {**properties, **named, "by": change.by},
    }
    if traits:
        fact["traits"] = dict(traits)
    if change.identifiers:
        external = [{"type": one.kind, "id": one.value} for one in change.identifiers]
        fact["context"] = {"externalIds": external}
    body = msgspec.json.encode(fact)
    if len(body) > EVENT_BYTES:
        raise TooLarge(
            f"The change has {len(body)} bytes; at most {EVENT_BYTES} are accepted. Send less at once."
        )
    return body


def checked_attributes(stated: Mapping[str, Any]) -> dict[str, Any]:
    """Return attributes by standard names in their types. Raises `Unprocessable` naming every unusable one."""
    checked = {standard(name): coerce(standard(name), value) for name, value in stated.items()}
    wrong = [f"{name} ({value.reason})" for name, value in checked.items() if isinstance(value, Invalid)]
    empty = [name for name, value in checked.items() if value is None or not name]
    if wrong or empty:
        raise Unprocessable(
            f"These attributes cannot be stated: {', '.join([*wrong, *empty])}. To remove one, name it in `clear`."
        )
    return checked


def completed(
    stated: Mapping[str, Any],
    clear: Sequence[str],
    held: Mapping[str, Held],
    rules: Survivorship = DEFAULT_SURVIVORSHIP,
) -> tuple[dict[str, Any], list[str]]:
    """Return statements and names to clear, completed to whole groups by what is held.

    A corrected first name keeps its last name, and a patronymic that was cleared stays cleared.
    """
    spoken = [*stated, *clear]
    groups = {rules.group_of[name] for name in spoken if name in rules.group_of}
    rest = [name for group in groups for name in rules.groups[group] if name in held and name not in spoken]
    kept = {name: held[name].value for name in rest if held[name].value is not None}
    return {**stated, **kept}, [*clear, *(name for name in rest if name not in kept)]


def checked_identifiers(kinds: Sequence[Kind], stated: Sequence[tuple[str, Any]]) -> tuple[Identifier, ...]:
    """Return identifiers in normal form. Raises `Unprocessable` where a kind is unknown or a value unusable."""
    by_name = {kind.name: kind for kind in kinds}
    found = []
    for name, value in stated:
        text = normal(by_name[name], value) if name in by_name else ""
        if not text:
            raise Unprocessable(f"{name} is no known kind of identifier, or its value identifies nobody.")
        found.append(Identifier(name, text))
    return tuple(found)


def names_identifiers(kinds: tuple[Kind, ...], attributes: Mapping[str, Any]) -> bool:
    """Whether attributes hold identifiers, so that their fact must say beside them whose they are."""
    return bool(extract(kinds, user_id=None, anonymous_id=None, traits=attributes, context={}))


def refused_contacts(statements: Sequence[Statement], own: Sequence[Contact], now: int) -> list[Refusal]:
    """Return the refusals among statements, one for each contact: the named one, or all of the person's own."""
    return [
        Refusal(
            contact=contact,
            time=now,
            entity=one.entity,
            channel=one.channel,
            category=one.category,
            purpose=one.purpose,
            reason=one.state,
        )
        for one in statements
        if one.state != "given"
        for contact in ([one.contact] if one.contact.value else own)
    ]
