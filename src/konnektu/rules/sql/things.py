"""Conditions on events, for a list of them. In: conditions. Out: an expression over `fact`, and its parameters."""

from collections.abc import Mapping
from typing import Any

from konnektu.rules.conditions import Where
from konnektu.rules.sql.binding import Binding, NotInSql
from konnektu.rules.sql.readers import of_event
from konnektu.rules.sql.testing import meets
from konnektu.rules.sql.values import Value


def event_meets(where: Where) -> tuple[str, Mapping[str, Any]]:
    """That an event of `fact` meets conditions, 0 or 1, with the values of its places. They cannot move with time."""
    binding = Binding()
    read = of_event(binding)

    def of_fact(path: tuple[str, ...]) -> Value:
        if path == ("time",):
            return Value(present="true", instant="toUnixTimestamp64Milli(time)")
        return read(path)

    condition = meets(where, of_fact, binding)
    if binding.edges:
        raise NotInSql("A condition on an event cannot change with time.")
    return condition, binding.parameters
