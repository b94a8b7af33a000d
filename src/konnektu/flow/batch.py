"""A batch on its way through the writer's stages: where it is folded, what it has in hand, what it leaves.

In: records that the stages made. Out: the same, together. Invariant: what a writer keeps from batch to batch is
changed after a commit alone.
"""

from collections.abc import Mapping, Sequence

from msgspec import Struct, field

from konnektu.core.records import Rejected, Resolved, StatusChanged
from konnektu.identity import api as identity
from konnektu.orders import api as orders
from konnektu.profiles import api as profiles
from konnektu.related import api as related
from konnektu.segments import api as segments
from konnektu.storage.api import AT_ONCE, Behind, Connection, Storage, WorkspaceRecord


class Kept(Struct, frozen=True):
    """What a writer keeps from batch to batch; a writer that was fenced or met an exception loses it with itself."""

    people: identity.Kept
    states: profiles.Kept
    force: segments.Kept = field(default_factory=segments.Kept)

    def keep(self, applied: "Applied") -> None:
        """Take what a batch left. Call it after the commit, and never without one."""
        self.people.keep(applied.known)
        self.states.keep(applied.working)


class Applied(Struct, frozen=True):
    """A batch that went through every stage of the writer."""

    resolved: Sequence[Resolved]
    """Its events, each with its person."""
    visits: list[int]
    """For each of them the start of the visit it belongs to, milliseconds; 0 for none."""
    rejected: list[Rejected]
    """What a stage could not take of events whose rest it took; kept beside them, to be corrected."""
    known: identity.Known
    working: profiles.Working
    decisions: Mapping[str, int]
    """How many decisions identity took, by kind."""
    status_changes: list[StatusChanged]
    """Orders that came to stand elsewhere, in the order of positions."""


class Remainder(Struct, frozen=True):
    """People some of whose events are gone for their age, and all that is left of these."""

    position: int
    """Of the fact that names them."""
    atoms: list[int]
    """All of theirs, in order."""
    facts: list[Resolved]
    """In order of positions, each with its present profile."""
    borns: dict[int, int]
    """When each was made, which events that are gone may have told."""


class Hand(Struct, frozen=True):
    """What a batch touches beside profiles, in hand while these are folded."""

    told: orders.Working | None
    records: related.Working | None
    left: Sequence[Remainder]
    force: segments.InForce | None = None
    """The definitions of segments to follow; None where there is nothing to follow."""
    noted: segments.Noted = field(default_factory=segments.Noted)


class At(Struct, frozen=True):
    """Where a batch is folded."""

    storage: Storage
    record: WorkspaceRecord
    db: Connection
    behind: Behind = AT_ONCE
