"""What was said about consent, and what follows from it.

In: facts (an event of type `consent`, a track "Consent Given" or "Consent Withdrawn", `context.consent`),
or the statements heard so far. Out: statements, and the one that decides about a use.
Invariant: the decision is a function of the set of statements. Each belongs to its atom, so merging two
people unites their sets, and the most restrictive statement decides: a refusal is lifted only by a later
explicit consent with proof that names all that the refusal names, or by a later word of the same atom.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import product
from typing import Any

from konnektu.core.contacts import Phone, phone
from konnektu.core.identifiers import DEFAULT_KINDS, normal
from konnektu.core.records import Event, Identifier
from konnektu.core.text import clean
from konnektu.profiles.model import ConsentState, Contact, Refusal, Standing, Statement

GIVEN, WITHDRAWN = "Consent Given", "Consent Withdrawn"
"""Names of the documented track events."""
CONSENT_EVENTS = frozenset((GIVEN, WITHDRAWN))
STATES: dict[Any, ConsentState] = {
    True: "given",
    False: "withdrawn",
    "given": "given",
    "granted": "given",
    "withdrawn": "withdrawn",
    "denied": "withdrawn",
    "objected": "objected",
}
PROOFS = ("form", "url", "document", "recording", "message", "operator", "point_of_sale", "declaration")
"""Properties kept as proof beside the object `proof`: which form, page, paper, call, message, employee, file."""
CONTACT_KINDS = {
    "email": ("email",),
    "sms": ("phone",),
    "call": ("phone",),
    "phone": ("phone",),
    "whatsapp": ("whatsapp_id", "phone"),
    "viber": ("viber_id", "phone"),
    "telegram": ("telegram_id",),
    "vk": ("vk_id",),
    "max": ("max_id",),
    "push": ("push_token",),
}
"""Which identifiers of an event a channel's consent speaks of when it names no contact, best first."""
STATEMENTS = 100
"""Statements taken from one event."""
TEXT = 200
"""Characters of an entity, channel, category, purpose or version."""

_KINDS = {kind.name: kind for kind in DEFAULT_KINDS}

Unreadable = str
"""Why a statement cannot be read, for a person."""


def speaks_of_consent(event: Event) -> bool:
    """Whether statements are to be looked for in an event; cheap, asked of every one."""
    return (
        event.type == "consent"
        or (event.type == "track" and event.name in (GIVEN, WITHDRAWN))
        or "consent" in event.context
    )


def statements_of(event: Event, atom: int) -> tuple[list[Statement], list[Unreadable]]:
    """Return the statements of one event, numbered in their order, and what could not be read."""
    heard: list[Statement] = []
    unreadable: list[Unreadable] = []
    for said, explicit in _sayings(event):
        for statement in _read(said, event, explicit=explicit):
            if isinstance(statement, str):
                unreadable.append(statement)
            elif len(heard) == STATEMENTS:
                return heard, [*unreadable, f"more than {STATEMENTS} statements in one event"]
            else:
                heard.append(_placed(statement, event, atom, len(heard)))
    return heard, unreadable


def normal_contact(kind: str, value: Any) -> Contact | None:
    """A contact in the normal form of identifiers of its kind, landlines as phones too; None where it is unusable."""
    if kind == "phone":
        found = phone(value)
        return Contact(kind, found.value) if isinstance(found, Phone) else None
    known = _KINDS.get(kind)
    text = normal(known, value) if known else _text(value)
    return Contact(kind, text) if kind and text else None


def has_proof(statement: Statement) -> bool:
    """Whether something shows what was consented to: the text, or a form, document, call, message or employee."""
    return bool(
        statement.text_version or statement.text_hash or any(name in statement.proof for name in PROOFS)
    )


def covers(statement: Statement, use: Statement) -> bool:
    """Whether a statement speaks of a use: each thing it names is the use's."""
    return all(mine in (theirs, "", Contact()) for mine, theirs in zip(statement.key, use.key, strict=True))


def decisive(statements: Iterable[Statement], now: int) -> Statement | None:
    """Return the statement that decides about one use: a standing refusal, else a valid consent, else an ended one."""
    heard = _last_words(statements)
    consents = [s for s in heard if s.state == "given"]
    valid = [s for s in consents if is_valid(s, now)]
    standing = [s for s in heard if s.state != "given" and not any(_lifts(c, s) for c in valid)]
    return max(standing or valid or consents, key=lambda s: s.moment, default=None)


def is_valid(statement: Statement, now: int) -> bool:
    """Whether a consent's term has not ended."""
    return statement.valid_until is None or statement.valid_until > now


def permits(statements: Iterable[Statement], use: Statement, now: int) -> Statement | None:
    """Return the consent that permits a use of a contact at an instant, or None.

    `use` names entity, contact, channel, category and purpose; its other fields do not matter.
    """
    decides = decisive((s for s in statements if covers(s, use)), now)
    return decides if decides is not None and decides.state == "given" and is_valid(decides, now) else None


def standings(statements: Iterable[Statement], now: int) -> list[Standing]:
    """Where each consent stands that was ever spoken of, newest decision first."""
    by_key: dict[Any, list[Statement]] = {}
    for statement in statements:
        by_key.setdefault(statement.key, []).append(statement)
    found = [
        Standing(statement=decides, statements=len(heard))
        for heard in by_key.values()
        if (decides := decisive(heard, now)) is not None
    ]
    return sorted(found, key=lambda standing: standing.statement.moment, reverse=True)


def refusals_of(statements: Iterable[Statement]) -> list[Refusal]:
    """Return the refusals that hold for a contact whomever it belongs to."""
    return [
        Refusal(
            contact=contact,
            time=s.time,
            entity=s.entity,
            channel=s.channel,
            category=s.category,
            purpose=s.purpose,
            reason=s.state,
        )
        for s in statements
        if s.state != "given"
        for contact in ([s.contact] if s.contact.value else s.contacts)
    ]


def as_statement(refusal: Refusal) -> Statement:
    """A refusal as a statement of no atom, to be judged beside a profile's own."""
    return Statement(
        state="objected" if refusal.reason == "objected" else "withdrawn",
        time=refusal.time,
        entity=refusal.entity,
        contact=refusal.contact,
        channel=refusal.channel,
        category=refusal.category,
        purpose=refusal.purpose,
        proof={"refusal": refusal.reason},
    )


def _last_words(statements: Iterable[Statement]) -> list[Statement]:
    """The newest explicit statement of each atom about each key, and the newest passive one if it is newer still."""
    explicit: dict[Any, Statement] = {}
    passive: dict[Any, Statement] = {}
    for statement in statements:
        words = explicit if statement.explicit else passive
        key = (statement.atom, statement.key)
        if key not in words or statement.moment > words[key].moment:
            words[key] = statement
    newer = [s for key, s in passive.items() if key not in explicit or s.moment > explicit[key].moment]
    return [*explicit.values(), *newer]


def _lifts(consent: Statement, refusal: Statement) -> bool:
    return (
        consent.explicit
        and has_proof(consent)
        and consent.moment > refusal.moment
        and covers(refusal, consent)
    )


def _sayings(event: Event) -> Iterator[tuple[Any, bool]]:
    """What an event says about consent, as objects, and whether in so many words."""
    if event.type == "consent" or (event.type == "track" and event.name in (GIVEN, WITHDRAWN)):
        yield from ((said, True) for said in _listed(event.properties))
    passive = event.context.get("consent")
    preferences = passive.get("categoryPreferences") if isinstance(passive, dict) else None
    if isinstance(preferences, dict):
        yield from (({"category": name, "state": state}, False) for name, state in preferences.items())
    elif passive is not None:
        yield from ((said, False) for said in _listed(passive))


def _listed(said: Any) -> list[Any]:
    """One object, a list of them, or an object whose `consents` are completed by its other fields."""
    if isinstance(said, list):
        return said
    if isinstance(said, dict) and isinstance(several := said.get("consents"), list):
        common = {name: value for name, value in said.items() if name != "consents"}
        return [{**common, **one} if isinstance(one, dict) else one for one in several]
    return [said]


def _read(said: Any, event: Event, *, explicit: bool) -> Iterator[Statement | Unreadable]:
    """Statements of one object: one for each channel, category and purpose it lists."""
    if not isinstance(said, dict):
        yield "a consent is an object"
        return
    state = _state(said, event, explicit=explicit)
    contact = _stated_contact(said.get("contact"))
    contacts = _stated_contacts(said.get("contacts"))
    until = _instant(said.get("valid_until"))
    if state is None:
        yield "state is none of given, withdrawn, objected"
    elif contact is None:
        yield "contact must be an object with a kind and a usable value"
    elif isinstance(until, str):
        yield until
    else:
        proof = _proof(said, event)
        for channel, category, purpose in product(
            *(_texts(said.get(n)) for n in ("channel", "category", "purpose"))
        ):
            yield Statement(
                state=state,
                time=event.time,
                entity=_text(said.get("entity")),
                contact=contact if contact.value else _own_contact(channel, event.identifiers),
                contacts=contacts,
                channel=channel,
                category=category,
                purpose=purpose,
                explicit=explicit,
                valid_until=until,
                text_version=_text(said.get("text_version")),
                text_hash=_text(said.get("text_hash")),
                proof=proof,
            )


def _placed(statement: Statement, event: Event, atom: int, number: int) -> Statement:
    fields = {name: getattr(statement, name) for name in statement.__struct_fields__}
    return Statement(**{**fields, "position": event.position, "atom": atom, "number": number})


def _state(said: dict[str, Any], event: Event, *, explicit: bool) -> ConsentState | None:
    """The name of the track event decides; elsewhere `state`, as a word or a boolean."""
    if explicit and event.type == "track":
        return "given" if event.name == GIVEN else "withdrawn"
    state = said.get("state")
    word = state.strip().lower() if isinstance(state, str) else state
    return STATES.get(word) if isinstance(word, str | bool) else None


def _stated_contact(contact: Any) -> Contact | None:
    if contact is None:
        return Contact()
    if not isinstance(contact, dict):
        return None
    return normal_contact(_text(contact.get("kind")), contact.get("value"))


def _stated_contacts(contacts: Any) -> tuple[Contact, ...]:
    """The usable ones of a list of contacts."""
    found = [_stated_contact(one) for one in contacts[:STATEMENTS]] if isinstance(contacts, list) else []
    return tuple(one for one in found if one is not None and one.value)


def _own_contact(channel: str, identifiers: Iterable[Identifier]) -> Contact:
    """The event's own contact that the channel reaches; none for a channel without contacts."""
    for kind in CONTACT_KINDS.get(channel, ()):
        for identifier in identifiers:
            if identifier.kind == kind:
                return Contact(kind, identifier.value)
    return Contact()


def _proof(said: dict[str, Any], event: Event) -> dict[str, Any]:
    """Everything that shows how it was said: where from, on what device, by which form, document or call."""
    stated = said.get("proof")
    proof: dict[str, Any] = {"source": event.source, "origin": event.origin, "received_at": event.received_at}
    proof |= {name: event.context[name] for name in ("ip", "userAgent", "locale") if event.context.get(name)}
    proof |= {name: said[name] for name in PROOFS if said.get(name)}
    return proof | (stated if isinstance(stated, dict) else {})


def _text(value: Any) -> str:
    return clean(str(value)).strip()[:TEXT] if isinstance(value, str | int) else ""


def _texts(value: Any) -> list[str]:
    return [_text(one) for one in value] or [""] if isinstance(value, list) else [_text(value)]


def _instant(value: Any) -> int | Unreadable | None:
    """Milliseconds UTC of a number of them or of an ISO 8601 text (UTC where it names no zone)."""
    if value is None or (isinstance(value, int) and not isinstance(value, bool)):
        return value
    try:
        moment = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return "valid_until is neither milliseconds nor an ISO 8601 time"
    return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() * 1000)
