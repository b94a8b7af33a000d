"""Where people went in a batch. In: decisions in their order. Out: whose profile ended in which other, who was parted.

Whatever is kept by profile goes with its people: a stage parts first, and then joins what is left.
"""

from collections.abc import Iterable

from konnektu.core.records import Decision


def survivors(decisions: Iterable[Decision]) -> dict[int, int]:
    """For every profile that lost its id, the one that has its people at the end."""
    merged: dict[int, int] = {}
    for one in decisions:
        if one.kind == "merge":
            merged = {
                loser: one.profile if winner == one.other else winner for loser, winner in merged.items()
            }
            merged[one.other] = one.profile
    return merged


def parted(decisions: Iterable[Decision]) -> list[Decision]:
    """The cuts that took effect: `profile` leaves `other` with what `moved`."""
    return [one for one in decisions if one.kind == "cut"]
