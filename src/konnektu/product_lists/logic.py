"""What a list holds, from the words about it. In: states and words. Out: states, items. Pure.

Invariant: `bound` of a set of entries is the same however the set was cut and in whatever order it came: each of
its bounds keeps the latest by a total order, and remembers in `since` what it has pushed out.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from msgspec import structs

from konnektu.core.money import LARGEST, minor, shortest
from konnektu.core.records import ListFigures
from konnektu.product_lists.model import NEVER, Entry, Heard, Item, ListState, Moment, Op, Told

MOST_PRODUCTS = 200
"""Products of a list: those spoken of last."""
MOST_ENTRIES = 50
"""Words about one product: the latest."""
MOST_OF_LIST = 1_000
"""Words about one list: the latest."""

DEFAULT_CURRENCY = "RUB"
"""Of a price whose currency nobody names, where the workspace had stated no other when it was told of."""


def take(state: ListState, told: Told, time: int, position: int, source: int) -> None:
    """Take what a fact says into its list; `bound` puts it in order."""
    if told.clears and (cleared := Moment(time, position, 0)) > state.since:
        state.since = cleared
        _forget(state)
    for ordinal, one in enumerate(told.said, 1):
        if (time, position, ordinal) > state.since:
            entry = Entry(time, position, ordinal, one.op, one.quantity, one.price, one.currency, source)
            state.entries.setdefault(one.key, []).append(entry)


def puts(op: Op, quantity: str) -> bool:
    """Whether a word puts something on a list, whatever stood there; every other word may take something off."""
    return op in {"add", "set"} and Decimal(quantity) > 0


def hear(heard: Heard, told: Told, time: int) -> None:
    """Note when a fact puts something on its list, and when it takes something off."""
    put = [puts(one.op, one.quantity) for one in told.said]
    if any(put):
        heard.put_at = time if heard.put_at is None else max(heard.put_at, time)
    if told.clears or not all(put):
        heard.taken_at = time if heard.taken_at is None else max(heard.taken_at, time)


def told_last(state: ListState) -> tuple[int | None, int | None]:
    """When something was put on a list last, and taken off last, by all that is kept of it."""
    words = [one for entries in state.entries.values() for one in entries]
    taken = [state.since.time] if state.since > NEVER else []
    taken += [one.time for one in words if not puts(one.op, one.quantity)]
    return max((one.time for one in words if puts(one.op, one.quantity)), default=None), max(
        taken, default=None
    )


def in_currency(told: Told, currency: str) -> Told:
    """What a fact says, its prices that name no currency in the one that was in force."""
    if currency == DEFAULT_CURRENCY or all(one.currency or not one.price for one in told.said):
        return told
    said = (
        structs.replace(one, currency=one.currency or currency) if one.price else one for one in told.said
    )
    return structs.replace(told, said=tuple(said))


def bound(state: ListState) -> ListState:
    """Put a state in order, without what its bounds push out; the same state."""
    words = 0
    for entries in state.entries.values():
        entries.sort()
        del entries[:-MOST_ENTRIES]
        words += len(entries)
    if len(state.entries) > MOST_PRODUCTS or words > MOST_OF_LIST:
        state.since = _floor(state)
        _forget(state)
    state.entries = dict(sorted(state.entries.items()))
    return state


def _floor(state: ListState) -> Moment:
    """The latest moment that does not fit."""
    everything = state.entries.values()
    latest = sorted((entries[-1].moment for entries in everything), reverse=True)
    moments = sorted((entry.moment for entries in everything for entry in entries), reverse=True)
    return max(
        latest[MOST_PRODUCTS] if len(latest) > MOST_PRODUCTS else state.since,
        moments[MOST_OF_LIST] if len(moments) > MOST_OF_LIST else state.since,
    )


def _forget(state: ListState) -> None:
    """Drop what was said at `since` or before."""
    kept = {
        key: [entry for entry in entries if entry.moment > state.since]
        for key, entries in state.entries.items()
    }
    state.entries = {key: entries for key, entries in kept.items() if entries}


def united(states: Iterable[ListState]) -> ListState:
    """One person's list from those of its atoms."""
    whole = ListState()
    for state in states:
        whole.since = max(whole.since, Moment(*state.since))
        for key, entries in state.entries.items():
            whole.entries.setdefault(key, []).extend(entries)
    _forget(whole)
    return bound(whole)


def items(state: ListState) -> list[Item]:
    """What stands on a list, the latest first."""
    found = [item for key, entries in state.entries.items() if (item := _item(*key, entries))]
    return sorted(found, key=lambda one: (-one.last, one.product, one.variant))


def _item(product: str, variant: str, entries: Sequence[Entry]) -> Item | None:
    """A product by the words about it in order; None where it was taken off."""
    quantity, first, price, currency = Decimal(0), 0, "", ""
    for entry in entries:
        before, quantity = quantity, _after(quantity, entry)
        if not before and quantity:
            first, price, currency = entry.time, "", ""
        if entry.price:
            price, currency = entry.price, entry.currency
    if not quantity:
        return None
    last = entries[-1]
    return Item(
        product=product,
        variant=variant,
        quantity=shortest(quantity),
        price=price,
        currency=(currency or DEFAULT_CURRENCY) if price else "",
        first=first,
        last=last.time,
        source=last.source,
    )


def _after(quantity: Decimal, entry: Entry) -> Decimal:
    if entry.op == "drop":
        return Decimal(0)
    told = Decimal(entry.quantity)
    if entry.op == "set":
        return told
    found = quantity + told if entry.op == "add" else quantity - told
    return min(max(found, Decimal(0)), LARGEST)


def figures(name: str, found: Sequence[Item]) -> ListFigures:
    """How much stands on a list, and what it comes to at the prices that were stated."""
    sums: dict[str, Decimal] = {}
    for one in found:
        if one.price:
            worth = Decimal(one.price) * Decimal(one.quantity)
            sums[one.currency] = sums.get(one.currency, Decimal(0)) + worth
    return ListFigures(
        name=name,
        products=len(found),
        quantity=shortest(sum((Decimal(one.quantity) for one in found), Decimal(0))),
        sums=tuple((currency, minor(sums[currency], currency)) for currency in sorted(sums)),
    )
