"""How far back a rule looks at events. In: a rule, when and by whose clocks it is asked. Out: the earliest instant."""

from collections.abc import Iterator, Sequence

from konnektu.rules import model as m
from konnektu.rules.figures import Events, Since
from konnektu.rules.known import Known
from konnektu.rules.memory.asked import FOREVER, Asked, interval
from konnektu.rules.walking import figures, leaves
from konnektu.rules.windows import Ever, TimeWindow

_EVER = Ever()


def earliest(rule: m.Rule, at: int, home: str, zones: Sequence[str]) -> int:
    """The earliest time of an event that the rule can look at, milliseconds UTC; far in the past where there is none.

    Steps and absences of a sequence come after its first step, which the window binds.
    """
    clocks = clocks_of(at, home, zones)
    starts = (
        interval(window, clock)[0] for one in leaves(rule) for window in _windows(one) for clock in clocks
    )
    return max(min(starts, default=at), -FOREVER)


def clocks_of(at: int, home: str, zones: Sequence[str]) -> list[Asked]:
    """The clocks that people have at an instant: the workspace's, and those of the zones that they have."""
    return [Asked(Known(workspace_zone=home, zone=zone), at) for zone in ("", *zones)]


def _windows(leaf: m.Leaf) -> Iterator[TimeWindow]:
    """The windows within which a leaf looks at events."""
    if isinstance(leaf, m.LastEvents):
        yield _EVER
    if isinstance(leaf, m.Sequence):
        yield leaf.window
    for figure in figures(leaf):
        window = getattr(figure, "window", None)
        if isinstance(window, Since):
            yield _EVER
        elif isinstance(figure, Events) and window is not None:
            yield window
