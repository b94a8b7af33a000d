"""The front door of profiles: the writer's load, fold and save; reading; refusals; the timeline.

`Connection` arguments are transactions of the workspace's own role; `Storage` is taken where the inbox or
the event store is needed too.
"""

from collections.abc import Iterable, Sequence

from konnektu.core.records import Resolved
from konnektu.profiles import store
from konnektu.profiles.consents import as_statement, normal_contact, permits, standings
from konnektu.profiles.logic import DEFAULT_FOLDING, Folding, refold, unite
from konnektu.profiles.masking import PERSONAL, covered, covered_identifier
from konnektu.profiles.model import (
    Contact,
    Held,
    Moment,
    ProfileRow,
    ProfileState,
    Refusal,
    Standing,
    Statement,
)
from konnektu.profiles.refusals import lock_contacts, record_refusals
from konnektu.profiles.store import (
    blind_refusals,
    counts,
    empty,
    erase,
    profiles_after,
    refusals,
    save,
    statements_about,
)
from konnektu.profiles.tags import present_tags
from konnektu.profiles.timeline import LATEST, Told, timeline
from konnektu.profiles.working import Working, fold, profiles_of, replace
from konnektu.storage.api import Connection


def load(db: Connection, resolved: Iterable[Resolved], folding: Folding = DEFAULT_FOLDING) -> Working:
    """Return the working set of a batch: every profile that its events read or change, in one statement."""
    states = store.load(db, profiles_of(resolved))
    return Working(folding, states, set(states))


def profiles(db: Connection, ids: Sequence[int]) -> dict[int, ProfileRow]:
    """Return these profiles by id; those that do not exist are missing. Ids are present ones, not aliases."""
    return store.profiles(db, ids)


def profile(db: Connection, id: int) -> ProfileRow | None:  # noqa: A002  the word of the domain
    """Return one profile, or None."""
    return store.profiles(db, [id]).get(id)


def tags(db: Connection, ids: Sequence[int]) -> dict[int, list[str]]:
    """Return the tags that each of these people bears, in alphabetical order."""
    return {one: present_tags(words) for one, words in store.tags_of(db, ids).items()}


def consents(db: Connection, ids: Sequence[int], now: int) -> dict[int, list[Standing]]:
    """Return where the consents of these people stand at an instant."""
    return {one: standings(heard, now) for one, heard in store.statements_of(db, ids).items()}


def statements(db: Connection, id: int) -> list[Statement]:  # noqa: A002  the word of the domain
    """Return everything one person said about consent, in order."""
    return store.statements_of(db, [id]).get(id, [])


def may_contact(db: Connection, id: int, use: Statement, now: int, blinded: str = "") -> Statement | None:  # noqa: A002
    """Return the consent that permits a use of a contact of a person, or None.

    The caller holds the contact's lock (`lock_contacts`) where a message leaves with this transaction.
    `blinded` is the contact's keyed hash, under which refusals of erased people are kept.
    """
    refused = [as_statement(one) for one in store.refusals(db, use.contact, blinded)]
    return permits([*statements(db, id), *refused], use, now)


__all__ = [
    "DEFAULT_FOLDING",
    "LATEST",
    "PERSONAL",
    "Contact",
    "Folding",
    "Held",
    "Moment",
    "ProfileRow",
    "ProfileState",
    "Refusal",
    "Standing",
    "Statement",
    "Told",
    "Working",
    "blind_refusals",
    "consents",
    "counts",
    "covered",
    "covered_identifier",
    "empty",
    "erase",
    "fold",
    "load",
    "lock_contacts",
    "may_contact",
    "normal_contact",
    "profile",
    "profiles",
    "profiles_after",
    "record_refusals",
    "refold",
    "refusals",
    "replace",
    "save",
    "statements",
    "statements_about",
    "tags",
    "timeline",
    "unite",
]
