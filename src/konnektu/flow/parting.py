"""Cuts and erasures: people who are put apart get the states that their own facts make, others are forgotten.

In: resolved events and what was decided with them. Out: the working sets without what was cut or erased.
"""

from collections.abc import Sequence

from konnektu.core.records import Decision, Resolved
from konnektu.flow.batch import At
from konnektu.flow.reading import history
from konnektu.identity import api as identity
from konnektu.privacy import api as privacy
from konnektu.profiles import api as profiles
from konnektu.storage.api import Storage, WorkspaceRecord


def part_and_erase(
    at: At, known: identity.Known, working: profiles.Working, resolved: Sequence[Resolved]
) -> None:
    """Carry out the cuts and erasures of a batch; each stands alone in its own."""
    for one in resolved:
        for decision in one.decisions:
            if decision.kind == "cut":
                _part(at.storage, at.record, working, known, decision, one.event.instant)
            elif decision.kind == "erase":
                at.behind.wait()
                privacy.erase(at.storage, at.record, at.db, one.event, known.erased[decision.profile])
        if one.event.type == privacy.RETENTION:
            at.behind.wait()
            privacy.begin_run(at.db, one.event)


def _part(
    storage: Storage,
    record: WorkspaceRecord,
    working: profiles.Working,
    known: identity.Known,
    decision: Decision,
    instant: int,
) -> None:
    """Give both sides of a cut the states that their own facts make. The cut stands alone in its batch."""
    for side in (decision.profile, decision.other):
        atoms = sorted(known.persons[side].atoms)
        found = history(storage, record, atoms, decision.position - 1)
        facts = [Resolved(event, atom, side) for event, atom in found]
        born = facts[0].event.instant if facts else instant
        profiles.replace(working, side, profiles.refold(facts), atoms, born)
