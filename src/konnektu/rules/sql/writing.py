"""One query in the making: what its steps have to give. In: aggregates that leaves ask for. Out: their columns."""

from collections import defaultdict

from konnektu.rules.figures import What
from konnektu.rules.sql.binding import Binding


class Writing:
    """Columns by the step that gives them; equal ones are computed once."""

    def __init__(self) -> None:
        """Begin with nothing asked."""
        self.binding = Binding()
        self.columns: defaultdict[str, dict[str, str]] = defaultdict(dict)
        self.begun: dict[str, str] = {}
        self.needs_begun: set[str] = set()
        self.whats: list[What] = []

    def column(self, step: str, aggregate: str) -> str:
        """The column of an aggregate over the rows of a step."""
        return self.columns[step].setdefault(aggregate, f"{step}_{len(self.columns[step])}")

    def since(self, condition: str, step: str) -> str:
        """The column of the moment of the latest event that meets a condition, for the rows of a step."""
        self.needs_begun.add(step)
        return self.begun.setdefault(condition, f"begun{len(self.begun)}")

    def asks(self, what: What) -> None:
        """Note which events are looked at, so that others need not be read."""
        self.whats.append(what)
