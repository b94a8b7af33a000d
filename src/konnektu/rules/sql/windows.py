"""Windows as SQL. In: a window and the SQL of an instant. Out: that the instant lies in it, at the row's `at`."""

from konnektu.rules.sql.binding import Binding, Edge
from konnektu.rules.windows import Absolute, Ever, Rolling, TimeWindow


def lies_in(time: str, window: TimeWindow, binding: Binding) -> str:
    """That an instant (milliseconds UTC) lies in a window."""
    bounds: list[str] = []
    if isinstance(window, Ever):
        return f"({time} IS NOT NULL)"
    if isinstance(window, Absolute):
        bounds += [] if window.start is None else [f"{time} >= {binding.whole(window.start)}"]
        bounds += [] if window.end is None else [f"{time} < {binding.whole(window.end)}"]
    elif isinstance(window, Rolling):
        bounds += [] if window.far is None else [f"{time} > at - {binding.whole(window.far.ms)}"]
        bounds += [f"{time} <= at - {binding.whole(window.near.ms)}"]
    else:
        bounds += [f"{time} >= {binding.edge(Edge('start', window.zone, window))}"]
        bounds += [f"{time} < {binding.edge(Edge('end', window.zone, window))}"]
    return f"({' AND '.join(bounds or [f'{time} IS NOT NULL'])})"
