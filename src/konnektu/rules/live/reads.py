"""What leaves look at beside events. In: leaves. Out: the names that a picture must keep. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from konnektu.rules import walking
from konnektu.rules.figures import Events, Figure, Lines, Orders, ProductList
from konnektu.rules.live import leaves as leaf_closures
from konnektu.rules.live.picture import Reads
from konnektu.rules.model import Attribute, Leaf


def reads(parts: Iterable[Leaf]) -> Reads:
    """The names that leaves look at; a currency may stand beside any amount."""
    found: dict[str, set[str]] = defaultdict(lambda: {"currency"})
    for leaf in parts:
        found["kinds"] |= set(leaf_closures.kinds(leaf))
        if isinstance(leaf, Attribute):
            found["attributes"].add(leaf.name)
        for figure in walking.figures(leaf):
            for sort, name in _read_by(figure):
                found[sort].add(name)
    return Reads(**{name: frozenset(found[name]) for name in Reads.__struct_fields__})


def _read_by(figure: Figure) -> Iterator[tuple[str, str]]:
    """Of a figure: of which things it looks at which fields."""
    if isinstance(figure, Events):
        return
    sort = _SORTS.get(type(figure), "records")
    if isinstance(figure, Lines):
        yield "lines", "id"
        if figure.order is not None:
            yield from (("orders", one.path[0]) for one in walking.fields(figure.order))
    if figure.where is not None:
        yield from ((sort, one.path[0]) for one in walking.fields(figure.where))
    yield from ((sort, name) for name in figure.measure.field[:1])


_SORTS: Final[Mapping[type, str]] = {Orders: "orders", Lines: "lines", ProductList: "items"}
