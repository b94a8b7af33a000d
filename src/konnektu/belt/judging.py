"""Which events of a batch are accepted, and what becomes of the others.

In: decoded events, the verdicts of deduplication, of the tracking plan and of erasure. Out: `Judged`. Pure.
"""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet

from msgspec import Struct

from konnektu.belt.batches import Batch
from konnektu.belt.decoding import Read
from konnektu.core.records import Event, Parcel, Rejected, rejected
from konnektu.dictionary import api as dictionary
from konnektu.log import api as log

UNFORESEEN = (
    "No part of the system foresaw this event. The log names the fault; replay it when that is mended."
)


class Judged(Struct, frozen=True):
    """The events of a batch after decoding and deduplication."""

    accepted: list[Event]
    rejected: list[tuple[Rejected, Parcel]]
    atoms: list[int]
    """For each position of the batch NOBODY (to be replaced by the atom), REPEATED or REJECTED."""
    planned: dictionary.Judged
    """What the tracking plan says of them."""

    def broken(self) -> dictionary.Found:
        """What events break that were accepted, or rejected for that; a repeat breaks nothing anew."""
        if not self.planned.found:
            return {}
        counted = {one.position for one in self.accepted} | self.planned.rejected.keys()
        return {place: one for place, one in self.planned.found.items() if place in counted}


def judged_of(
    read: Sequence[Read],
    verdicts: Sequence[str],
    kept_out: AbstractSet[int],
    planned: dictionary.Judged,
) -> Judged:
    """Who is accepted, who is rejected, and what the stamps say of the rest."""
    if not kept_out and verdicts.count("fresh") == len(read):
        return Judged(
            [one for one, _ in read if isinstance(one, Event)], [], [log.NOBODY] * len(read), planned
        )
    judged = Judged([], [], [], planned)
    remaining = iter(verdicts)
    for one, parcel in read:
        if isinstance(one, Rejected):
            judged.rejected.append((one, parcel))
            judged.atoms.append(log.REJECTED)
            continue
        verdict = next(remaining)
        if verdict == "other_content":
            judged.rejected.append((_reused_id(one), parcel))
            judged.atoms.append(log.REJECTED)
        elif verdict == "repeated":
            judged.atoms.append(log.REPEATED)
        elif one.position in kept_out:
            judged.atoms.append(log.ERASED)
        else:
            judged.accepted.append(one)
            judged.atoms.append(log.NOBODY)
    return judged


def set_aside(one: Event | Rejected) -> Rejected:
    """An event that a stage could not take for a reason that nobody foresaw."""
    if isinstance(one, Rejected):
        return one
    return rejected(one, "unforeseen", UNFORESEEN)


def without(
    events: Sequence[Event], records: Sequence[bytes], out: AbstractSet[int]
) -> tuple[list[Event], list[bytes]]:
    """Events, and their records where these are at hand, without those at some positions."""
    kept = [place for place, one in enumerate(events) if one.position not in out]
    return [events[place] for place in kept], [records[place] for place in kept] if records else []


def in_parcels(
    rejected: Sequence[Rejected], read: Sequence[Read], first: int
) -> list[tuple[Rejected, Parcel]]:
    """Rejected events with the parcel each came in; `read` begins at position `first`."""
    return [(one, read[one.position - first][1]) for one in rejected]


def replays(batch: Batch, first: int, accepted: Sequence[Event]) -> dict[int, int]:
    """Rejected events that the batch holds again and that were accepted this time, with what they became."""
    position, again = first, {}
    for parcels in batch.parcels:
        for parcel in parcels:
            if parcel.key and (of := log.replay_of(parcel)) is not None:
                again[position] = of
            position += len(parcel.events)
    return {again[one.position]: one.position for one in accepted if one.position in again} if again else {}


def _reused_id(event: Event) -> Rejected:
    wrong = f"The message id {event.message_id!r} came before with other content. Give it an id of its own."
    return rejected(event, "same_id_other_content", wrong)
