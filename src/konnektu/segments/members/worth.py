"""What people come to, in the words of a list. In: figures. Out: shares and the average bill. Pure."""

from msgspec import Struct

from konnektu.core.money import major
from konnektu.segments.members.model import Figures, Worth


class MainWorth(Struct, frozen=True):
    """What people ordered in the currency in which the company sells most often."""

    currency: str
    net: tuple[int, int]
    """Of these people, of everybody; minor units."""
    average: float | None
    """Net of a purchase, in whole units of the currency; None without purchases."""


def main_worth(one: Figures) -> MainWorth | None:
    """What people ordered in the main currency; None where nobody ever bought."""
    if not one.base_worth:
        return None
    main = max(one.base_worth, key=lambda each: (each.purchases, each.currency))
    own = next((each for each in one.worth if each.currency == main.currency), Worth(main.currency, 0, 0, 0))
    average = float(major(round(own.net / own.purchases), main.currency)) if own.purchases else None
    return MainWorth(main.currency, (own.net, main.net), average)


def percent(part: int, whole: int) -> float | None:
    """A share in percent, to a hundredth; None of nothing."""
    return round(100 * part / whole, 2) if whole > 0 else None
