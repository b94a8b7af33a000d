"""Where a consent stands, as a closure over the picture. In: a use. Out: whether it stands so, and until when. Pure.

Of what one atom said about one thing the latest explicit word counts, and the latest passive one where it is later
still.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from konnektu.rules.known import KnownStatement
from konnektu.rules.live.clock import NEVER, Clock, Verdict
from konnektu.rules.live.figures import Held
from konnektu.rules.model import Consent

NAMED = ("entity", "contact", "channel", "category", "purpose")
"""What a statement may name; an empty one means every one."""
EVERY = ("", ("", ""))
NO_CONTACT = ("", "")
Moment = tuple[int, int, int]


def consent(leaf: Consent) -> Held:
    """Whether a consent stands as asked."""

    def holds(state: Any, clock: Clock) -> Verdict:
        spoken = [one for one in state.picture.statements if _speaks_of(one, leaf)]
        heard = [one for one in spoken if one.time <= clock.at]
        coming = [end for one in spoken for end in (one.time, one.valid_until or NEVER) if end > clock.at]
        return _standing(heard, clock.at) == leaf.state, min(coming, default=NEVER)

    return holds


def _speaks_of(said: KnownStatement, use: Consent) -> bool:
    return all(
        getattr(said, name) in {"", getattr(use, name)}
        for name in ("entity", "channel", "category", "purpose")
    )


def _standing(heard: list[KnownStatement], at: int) -> str:
    """Of several contacts one with a consent is enough; words without a contact count beside each."""
    last = list(_last(heard))
    contacts = {one.contact for one in last} - {NO_CONTACT} or {NO_CONTACT}
    states = {_of([one for one in last if one.contact in {contact, NO_CONTACT}], at) for contact in contacts}
    for word in ("given", "refused"):
        if word in states:
            return word
    return "unknown"


def _last(heard: Iterable[KnownStatement]) -> Iterator[KnownStatement]:
    explicit: dict[Any, KnownStatement] = {}
    passive: dict[Any, KnownStatement] = {}
    for one in sorted(heard, key=_moment):
        about = one.atom, *(getattr(one, name) for name in NAMED)
        (explicit if one.explicit else passive)[about] = one
    yield from explicit.values()
    for about, one in passive.items():
        if about not in explicit or _moment(explicit[about]) < _moment(one):
            yield one


def _of(last: list[KnownStatement], at: int) -> str:
    given = [
        one for one in last if one.state == "given" and (one.valid_until is None or one.valid_until > at)
    ]
    for refusal in last:
        if refusal.state != "given" and not any(_lifts(one, refusal) for one in given):
            return "refused"
    return "given" if given else "unknown"


def _lifts(given: KnownStatement, refusal: KnownStatement) -> bool:
    return (
        given.explicit
        and given.proven
        and _moment(given) > _moment(refusal)
        and all(getattr(refusal, name) in {*EVERY, getattr(given, name)} for name in NAMED)
    )


def _moment(said: KnownStatement) -> Moment:
    return said.time, said.position, said.number
