"""Who people are. In: a query in the making. Out: conditions on its rows of people."""

from konnektu.rules.model import Segment
from konnektu.rules.sql.writing import Given, Writing


def is_counted(segment: Segment, writing: Writing) -> str:
    """That a segment is of such people at all."""
    return f"({_standing(writing)} > 0)" if segment.people == "all" else is_known(writing)


def is_known(writing: Writing) -> str:
    """That a fact has named the person, and that they are one."""
    return f"({_standing(writing)} = 2)"


def _standing(writing: Writing) -> str:
    """2 of known people, 1 of others, 0 of who is none or excluded."""
    value = Given("if(body = 'known', 2, 1)", "UInt8")
    return writing.column("person", "max", ("body != 'excluded'",), value)
