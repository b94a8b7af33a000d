"""Where a consent stands. In: what was said of it, a use. Out: given, refused or unknown.

The same decision as `profiles.consents` takes of one contact: the last words of each atom about each thing, a refusal
standing until a later explicit and proven consent that names all that it names lifts it. Of several contacts that are
named, one with a consent is enough; words that name no contact count beside the named ones, and alone where none is.
"""

from collections.abc import Sequence

from konnektu.rules.known import KnownStatement
from konnektu.rules.memory.asked import Asked
from konnektu.rules.model import Consent

NO_CONTACT = ("", "")


def standing(use: Consent, asked: Asked) -> str:
    """given, refused or unknown."""
    heard = deciding(use, asked)
    contacts = {one.contact for one in heard} - {NO_CONTACT} or {NO_CONTACT}
    states = {
        _state([one for one in heard if one.contact in (contact, NO_CONTACT)], asked.at)
        for contact in contacts
    }
    return "given" if "given" in states else "refused" if "refused" in states else "unknown"


def deciding(use: Consent, asked: Asked) -> list[KnownStatement]:
    """What was said of the use."""
    return [one for one in asked.known.statements if one.time <= asked.at and _speaks_of(one, use)]


def _speaks_of(said: KnownStatement, use: Consent) -> bool:
    """Whether each thing that a statement names is the use's."""
    return (
        said.entity in (use.entity, "")
        and said.channel in (use.channel, "")
        and said.category in (use.category, "")
        and said.purpose in (use.purpose, "")
    )


def _state(heard: Sequence[KnownStatement], at: int) -> str:
    last = [one for one in heard if not any(_replaces(other, one) for other in heard)]
    given = [
        one for one in last if one.state == "given" and (one.valid_until is None or one.valid_until > at)
    ]
    refusals = [one for one in last if one.state != "given"]
    if any(not any(_lifts(consent, refusal) for consent in given) for refusal in refusals):
        return "refused"
    return "given" if given else "unknown"


def _moment(said: KnownStatement) -> tuple[int, int, int]:
    return said.time, said.position, said.number


def _about(said: KnownStatement) -> tuple[object, ...]:
    return said.atom, said.entity, said.contact, said.channel, said.category, said.purpose


def _replaces(later: KnownStatement, earlier: KnownStatement) -> bool:
    """Whether a statement of the same atom about the same is newer; a passive one never replaces an explicit one."""
    is_strong = later.explicit or not earlier.explicit
    return _about(later) == _about(earlier) and _moment(later) > _moment(earlier) and is_strong


def _lifts(consent: KnownStatement, refusal: KnownStatement) -> bool:
    names_all = all(
        mine in (theirs, "", NO_CONTACT)
        for mine, theirs in zip(_about(refusal)[1:], _about(consent)[1:], strict=True)
    )
    return consent.explicit and consent.proven and _moment(consent) > _moment(refusal) and names_all
