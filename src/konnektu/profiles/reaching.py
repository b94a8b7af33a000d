"""By which channels somebody can be reached. In: statements, contacts, refusals of these. Out: until when. Pure.

Somebody is reached by a channel while one of the contacts that identify them has a consent that stands for it: of
whatever entity, category and purpose, not ended, and not overruled by a refusal, whoever the contact belonged to when
it was recorded. Whether a given message may leave is asked of its own entity, category and purpose (`may_contact`).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import product
from typing import Final, Literal

from konnektu.profiles.consents import as_statement, permits
from konnektu.profiles.model import Contact, Refusal, Statement

Channel = Literal["email", "sms", "push", "messengers"]
CHANNELS: Final[Mapping[Channel, Mapping[str, str]]] = {
    "email": {"email": "email"},
    "sms": {"sms": "phone"},
    "push": {"push": "push_token"},
    "messengers": {
        "telegram": "telegram_id",
        "vk": "vk_id",
        "max": "max_id",
        "whatsapp": "whatsapp_id",
        "viber": "viber_id",
    },
}
"""The channels that consents speak of, as they are counted, each with the kind of contact that it needs."""
_OF_KIND: Final[Mapping[str, tuple[Channel, str]]] = {
    kind: (counted, name) for counted, channels in CHANNELS.items() for name, kind in channels.items()
}
ENDLESS: Final = 2**62
"""Where no consent ends."""


def may_be_reached(statements: Iterable[Statement], now: int) -> bool:
    """Whether a consent could permit anything at all; cheap."""
    return any(
        one.state == "given" and (one.valid_until is None or one.valid_until > now) for one in statements
    )


def reach(
    statements: Sequence[Statement],
    contacts: Iterable[Contact],
    refused: Mapping[Contact, Sequence[Refusal]],
    now: int,
) -> dict[Channel, int]:
    """The channels by which somebody is reached, each with the instant from which on time alone ends it."""
    found: dict[Channel, int] = {}
    for contact in contacts:
        if contact.kind in _OF_KIND:
            counted, channel = _OF_KIND[contact.kind]
            said = [*statements, *map(as_statement, refused.get(contact, ()))]
            ends = [_ends(said, use, now) for use in _uses(said, channel, contact)]
            if (end := max(ends, default=now)) > now:
                found[counted] = max(found.get(counted, now), end)
    return found


def _uses(statements: Iterable[Statement], channel: str, contact: Contact) -> Iterator[Statement]:
    """The uses of a contact by a channel that somebody has ever consented to."""
    given = [
        one
        for one in statements
        if one.state == "given" and one.channel in (channel, "") and one.contact in (contact, Contact())
    ]
    # Together, because what one consent names may be lifted for what another names.
    named = product(*({getattr(one, name) for one in given} for name in ("entity", "category", "purpose")))
    for entity, category, purpose in named:
        yield Statement(
            state="given",
            time=0,
            entity=entity,
            contact=contact,
            channel=channel,
            category=category,
            purpose=purpose,
        )


def _ends(statements: Sequence[Statement], use: Statement, now: int) -> int:
    """The first instant from `now` on at which nothing permits a use: what time ends it never gives back."""
    ends = {one.valid_until for one in statements if one.valid_until is not None and one.valid_until > now}
    instants = [now, *sorted(ends)]
    return next((at for at in instants if permits(statements, use, at) is None), ENDLESS)
