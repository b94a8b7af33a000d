"""What a definition asks for beside events. In: a rule. Out: the mirrors that must stand, leaves decided elsewhere."""

from collections.abc import Iterator

from msgspec import Struct

from konnektu.rules import model as m
from konnektu.rules.figures import Lines, Orders, ProductList, Related
from konnektu.rules.sql.leaves import DECIDED
from konnektu.rules.walking import figures, leaves


class Needs(Struct, frozen=True):
    """What has to stand in the mirrors."""

    things: frozenset[tuple[str, str]]
    """(kind, name) of mirror rows; an empty name means every one of the kind."""
    decided: tuple[m.Leaf, ...] = ()
    """Leaves without a form in the event store."""


def needs(rule: m.Rule) -> Needs:
    """What a rule asks for."""
    every = list(leaves(rule))
    return Needs(
        frozenset(thing for one in every for thing in _things(one)),
        tuple(dict.fromkeys(one for one in every if isinstance(one, DECIDED))),
    )


def _things(leaf: m.Leaf) -> Iterator[tuple[str, str]]:
    if isinstance(leaf, m.Attribute):
        yield from (("attribute", leaf.name), ("attribute", "currency"))
    if isinstance(leaf, m.Tag):
        yield "tag", ""
    if isinstance(leaf, m.Identified):
        yield "identifier", ""
    for figure in figures(leaf):
        match figure:
            case Orders() | Lines():
                yield "order", ""
            case ProductList():
                yield "item", figure.list
            case Related():
                yield "record", figure.kind
