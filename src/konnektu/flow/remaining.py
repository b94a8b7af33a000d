"""What is left of people some of whose events are gone for their age.

In: `remainder` facts, and the history of the people whom they name. Out: their identity, states, consents and
arrivals as what is left makes them.
"""

from collections.abc import Sequence

from konnektu.core.records import Event, Resolved
from konnektu.flow.batch import At, Remainder
from konnektu.flow.reading import history
from konnektu.flow.recognising import retell_arrivals
from konnektu.identity import api as identity
from konnektu.privacy import api as privacy
from konnektu.profiles import api as profiles
from konnektu.storage.api import Connection, Storage, WorkspaceRecord


def remainders(
    storage: Storage, record: WorkspaceRecord, db: Connection, known: identity.Known, events: Sequence[Event]
) -> list[Remainder]:
    """What is left of the people whom `remainder` facts name. Each stands alone in its batch, so that all before it is
    told; their identity keeps the days that the facts tell, and claims what the rest says.
    """
    left = [_remainder(storage, record, known, event) for event in events if event.type == identity.REMAINDER]
    stated = identity.rules_history(db) if left else []
    for each in left:
        identity.reclaim(known, each.atoms, [(one.event, one.atom) for one in each.facts], stated)
    return left


def _remainder(storage: Storage, record: WorkspaceRecord, known: identity.Known, event: Event) -> Remainder:
    homes = known.homes
    named = {homes[atom] for atom, _, _ in identity.told_days(event) if atom in homes}
    atoms = sorted(atom for profile in named for atom in known.persons[profile].atoms)
    found = history(storage, record, atoms, event.position - 1) if atoms else []
    borns = dict.fromkeys(named, event.instant) | privacy.told_borns(event)
    facts = [Resolved(one, atom, homes[atom]) for one, atom in found]
    return Remainder(event.position, atoms, facts, {profile: borns[profile] for profile in sorted(named)})


def restate(working: profiles.Working, known: identity.Known, left: Remainder) -> None:
    """Give people the states that what is left of them makes."""
    facts: dict[int, list[Resolved]] = {known.homes[atom]: [] for atom in left.atoms}
    for one in left.facts:
        facts[one.profile].append(one)
    for profile, several in facts.items():
        profiles.restate(working, profile, profiles.refold(several), left.borns[profile])


def remain(at: At, known: identity.Known, left: Sequence[Remainder]) -> None:
    """Bring in step with what is left of people whatever stands beside their states."""
    if left:
        at.behind.wait()
    for each in left:
        _forget_said(at.db, each)
        profiles.set_borns(at.db, each.borns)
        retell_arrivals(at, known.homes, each.atoms, each.facts, each.position - 1)


def _forget_said(db: Connection, left: Remainder) -> None:
    """Forget consents whose facts are gone."""
    speaking = [one.event.position for one in left.facts if profiles.speaks_of_consent(one.event)]
    profiles.forget_statements(db, left.atoms, speaking)
