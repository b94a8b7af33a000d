"""What is written of people: entries and exits, states, due instants. In: flips, states. Out: rows."""

from collections.abc import Iterable, Mapping

from konnektu.rules.live import NEVER, Flip, State, next_due
from konnektu.segments.live import store
from konnektu.segments.live.definitions import InForce
from konnektu.segments.live.store import Turn
from konnektu.storage.api import Connection


def note(
    force: InForce, turns: list[Turn], profile: int, flips: Iterable[Flip], position: int, cause: str
) -> None:
    """Note entries and exits of a person."""
    for flip in flips:
        segment, version = force.ids[flip.segment]
        turns.append(
            Turn(
                segment=segment,
                version=version,
                profile=profile,
                entered=flip.entered,
                position=position,
                instant=flip.at,
                cause=cause,
            )
        )


def put(
    db: Connection,
    force: InForce,
    states: Mapping[int, State],
    built: Mapping[int, int],
    stood: Mapping[int, int] | None = None,
) -> None:
    """Write states, each with the version until which it lacks nothing, and their due instants.

    `stood` holds those that are written already: who is due no earlier is not written again.
    """
    dues = {profile: next_due(force.ready, state) for profile, state in states.items()}
    rows = [(profile, built[profile], state.pack()) for profile, state in states.items()]
    if rows:
        store.put_states(db, force.decided, rows, dues if stood is None else _other(dues, stood))


def _other(dues: Mapping[int, int], stood: Mapping[int, int]) -> dict[int, int]:
    """Instants that are earlier than those that stand, or none where one stands."""
    return {
        profile: due
        for profile, due in dues.items()
        if due < (was := stood.get(profile, NEVER)) or (due == NEVER and was < NEVER)
    }
