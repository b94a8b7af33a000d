"""One query in the making. In: what leaves want to know of the rows of a person. Out: aggregates, each written once."""

from konnektu.rules.figures import What
from konnektu.rules.sql.binding import Binding


class Writing:
    """Aggregates over the rows of a pair; equal ones are computed once.

    `step` is the sort of row: event, attribute, tag, identifier, order, line, item, record, person,
    verdict (of a leaf decided elsewhere), member or revenue.
    """

    def __init__(self, *, has_words: bool = False) -> None:
        """Begin with nothing asked; `has_words` where verdicts on leaves of other engines stand among the rows."""
        self.has_words = has_words
        self.binding = Binding()
        self.columns: dict[str, str] = {}
        self.steps: set[str] = set()
        self.whats: list[What] = []

    def column(self, step: str, function: str, value: str = "", condition: str = "") -> str:
        """The column of an aggregate of a value over the rows of a step that meet a condition."""
        self.steps.add(step)
        met = f"step = '{step}'" + (f" AND {condition}" if condition else "")
        written = f"{function}If({value}{', ' if value else ''}{met})"
        return self.columns.setdefault(written, f"made{len(self.columns)}")

    def asks(self, what: What) -> None:
        """Note which events are looked at, so that others need not be read."""
        self.whats.append(what)
