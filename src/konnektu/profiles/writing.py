"""Changes asked for from outside: checked against the profile, audited, appended as facts, waited for.

In: a caller's wish. Out: the block that holds it on disk, and whether it was applied in time.
Invariant: what was answered is on disk; a refusal is obeyed from the answer on, applied or not. The audit log
names the profile and what kind of thing was said, and never a value.
"""

from collections.abc import Sequence
from typing import Any

from msgspec import Struct

from konnektu.access.api import Author
from konnektu.core.attributes import standard
from konnektu.core.errors import Forbidden, NotFound, Unprocessable
from konnektu.core.identifiers import Kind
from konnektu.core.ids import public_id, uuid7
from konnektu.core.records import Identifier, Parcel
from konnektu.identity import api as identity
from konnektu.log import api as log
from konnektu.profiles import changes, consent_views, looking, reading, stated_views, views
from konnektu.profiles.consents import CONTACT_KINDS, normal_contact
from konnektu.profiles.model import Contact, ProfileRow, Refusal, Statement
from konnektu.profiles.refusals import record_refusals
from konnektu.storage.api import Connection

REACHABLE = frozenset(kind for kinds in CONTACT_KINDS.values() for kind in kinds)
"""Kinds of identifiers that a message can be sent to."""


class Deed(Struct, frozen=True):
    """What the audit log says of a change."""

    what: str
    about: str
    """Public id of the profile; empty where nobody is known yet."""
    detail: dict[str, Any]


def _changed(db: Connection, named: Sequence[Identifier], profile: int) -> str | None:
    found = identity.current(db, profile) if profile else None
    if found is None and named:
        found = next(iter(identity.find_many(db, named).values()), None)
    row = looking.profile(db, found) if found else None
    return public_id(row.born, row.id) if row else None


def _append(
    author: Author,
    body: bytes,
    deed: Deed,
    refused: Sequence[Refusal] = (),
    named: Sequence[Identifier] = (),
    profile: int = 0,
) -> views.Accepted:
    """Audit and append a fact, with the refusals in it, and wait; answer with the profile that it changed."""
    author.record(deed.what, deed.about, deed.detail)
    parcel = Parcel(0, author.origin, author.now, [body])
    workspace = author.caller.workspace
    if refused:
        block = record_refusals(author.storage, workspace, refused, parcel)
    else:
        block = log.append(author.storage.inbox, workspace.id, [parcel])
    if not author.is_applied(block):
        return views.Accepted(str(block), applied=False)
    with author.db.read() as own:
        return views.Accepted(str(block), applied=True, profile=_changed(own, named, profile))


def _change(author: Author, public: str = "", identifiers: tuple[Identifier, ...] = ()) -> changes.Change:
    """What the author's change says of itself."""
    return changes.Change(
        message_id=uuid7(author.now), by=author.caller.login, profile=public, identifiers=identifiers
    )


def make(author: Author, asked: stated_views.ProfileNew) -> views.Accepted:
    """Make a profile, or add to the one that the identifiers name."""
    stated = [(one.kind, one.value) for one in asked.identifiers]
    with author.db.read() as db:
        identifiers = changes.checked_identifiers(identity.rules(db).kinds, stated)
        known = _changed(db, identifiers, 0)
    attributes = changes.checked_attributes(asked.attributes)
    body = changes.edit(_change(author, identifiers=identifiers), attributes, (), asked.origin)
    detail = {"identifiers": [one.kind for one in identifiers], "attributes": sorted(attributes)}
    return _append(author, body, Deed("profile.made", known or "", detail), named=identifiers)


def edit(author: Author, public: str, asked: stated_views.AttributesChange) -> views.Accepted:
    """State and clear attributes of a profile."""
    attributes = changes.checked_attributes(asked.attributes)
    if not attributes and not asked.clear:
        raise Unprocessable("Name attributes to state in `attributes`, or to remove in `clear`.")
    with author.db.read() as db:
        row, identifiers, kinds = _target(db, public)
    names = [standard(name) for name in asked.clear]
    attributes, clear = changes.completed(attributes, names, row.state.attributes)
    own = identifiers[:1] if changes.names_identifiers(kinds, attributes) else ()
    body = changes.edit(_change(author, _public(row), own), attributes, clear, asked.origin)
    detail = {"attributes": sorted(attributes), "cleared": sorted(clear)}
    return _append(author, body, Deed("profile.edited", _public(row), detail), profile=row.id)


def retag(author: Author, public: str, asked: stated_views.TagsChange) -> views.Accepted:
    """Give and take tags."""
    if not asked.add and not asked.remove:
        raise Unprocessable("Name tags in `add` or in `remove`.")
    with author.db.read() as db:
        row, _, _ = _target(db, public)
    body = changes.retag(_change(author, _public(row)), asked.add, asked.remove)
    detail = {"added": len(asked.add), "removed": len(asked.remove)}
    return _append(author, body, Deed("profile.tagged", _public(row), detail), profile=row.id)


def note(author: Author, public: str, asked: stated_views.NoteWritten) -> views.Accepted:
    """Keep a note about a person among their facts."""
    with author.db.read() as db:
        row, _, _ = _target(db, public)
    body = changes.note(_change(author, _public(row)), asked.text)
    return _append(author, body, Deed("profile.noted", _public(row), {}), profile=row.id)


def consent(author: Author, public: str, asked: consent_views.ConsentsStated) -> views.Accepted:
    """State consents and refusals of a person; the refusals hold at once."""
    with author.db.read() as db:
        row, identifiers, _ = _target(db, public)
    said = [_statement(one, author) for one in asked.consents]
    own = [Contact(one.kind, one.value) for one in identifiers if one.kind in REACHABLE]
    if author.caller.workspace.row_limit and any(
        one.contact.value and one.contact not in own for one in said
    ):
        raise Forbidden("You see some rows alone: state consents of the person's own contacts.")
    several = [_refused(one, own, author.now) for one in said]
    refused = [refusal for some in several for refusal in some]
    stated = [_stated(one, some) for one, some in zip(said, several, strict=True)]
    body = changes.consent(_change(author, _public(row)), stated)
    detail = {"consents": [_use(one) for one in said]}
    return _append(author, body, Deed("consents.stated", _public(row), detail), refused, profile=row.id)


def refuse(author: Author, asked: consent_views.RefusalStated) -> views.Accepted:
    """Record a refusal of whoever owns a contact; it holds at once, also where nobody is known by the contact."""
    one = consent_views.ConsentStated(
        state=asked.state,
        entity=asked.entity,
        contact=asked.contact,
        channel=asked.channel,
        category=asked.category,
        purpose=asked.purpose,
        proof=asked.proof,
    )
    said = _statement(one, author)
    named = (Identifier(said.contact.kind, said.contact.value),)
    with author.db.read() as db:
        known = _changed(db, named, 0)
    body = changes.consent(_change(author, identifiers=named), [_stated(said, ())])
    deed = Deed("refusal.recorded", known or "", _use(said))
    return _append(author, body, deed, _refused(said, (), author.now), named)


def _target(db: Connection, public: str) -> tuple[ProfileRow, tuple[Identifier, ...], tuple[Kind, ...]]:
    """The profile to change, its active identifiers by strength, and the kinds there are."""
    row = looking.profile(db, reading.present_id(db, public))
    if row is None:
        raise NotFound
    person = identity.person(db, row.id)
    kinds = identity.rules(db).kinds
    ranks = {kind.name: kind.rank for kind in kinds}
    active = [atom.identifier for atom in person.atoms.values() if atom.status == "active"]
    return row, tuple(sorted(active, key=lambda one: (ranks.get(one.kind, 10**6), one))), kinds


def _public(row: ProfileRow) -> str:
    return public_id(row.born, row.id)


def _refused(said: Statement, own: Sequence[Contact], now: int) -> list[Refusal]:
    """Refusals of one statement; where it names no contact, of each of the person's that its channel reaches."""
    reached = CONTACT_KINDS.get(said.channel, REACHABLE)
    return changes.refused_contacts([said], [one for one in own if one.kind in reached], now)


def _statement(asked: consent_views.ConsentStated, author: Author) -> Statement:
    contact: Contact | None = Contact()
    if asked.contact is not None:
        contact = normal_contact(asked.contact.kind, asked.contact.value)
    if contact is None:
        raise Unprocessable(
            "The contact's value is not usable for its kind, such as a phone that is no phone."
        )
    return Statement(
        state=asked.state,
        time=author.now,
        entity=asked.entity,
        contact=contact,
        channel=asked.channel,
        category=asked.category,
        purpose=asked.purpose,
        valid_until=asked.valid_until,
        text_version=asked.text_version,
        text_hash=asked.text_hash.lower(),
        proof={**asked.proof, "operator": author.caller.login, "ip": author.caller.actor.ip},
    )


def _use(said: Statement) -> dict[str, Any]:
    """What a statement speaks of, without the contact's value and the proof."""
    told = {
        "state": said.state,
        "contact_kind": said.contact.kind,
        "entity": said.entity,
        "channel": said.channel,
        "category": said.category,
        "purpose": said.purpose,
    }
    return {name: value for name, value in told.items() if value}


def _stated(said: Statement, refused: Sequence[Refusal]) -> dict[str, Any]:
    """A statement in the form of the documented fact, with the contacts of a refusal that names none.

    What was recorded at once must follow from the fact, or no rebuild could come to it.
    """
    reached = [{"kind": one.contact.kind, "value": one.contact.value} for one in refused]
    contact = {"kind": said.contact.kind, "value": said.contact.value} if said.contact.value else None
    return {
        "state": said.state,
        "entity": said.entity,
        "contact": contact,
        "contacts": [] if contact else reached,
        "channel": said.channel,
        "category": said.category,
        "purpose": said.purpose,
        "valid_until": said.valid_until,
        "text_version": said.text_version,
        "text_hash": said.text_hash,
        "proof": said.proof,
    }
