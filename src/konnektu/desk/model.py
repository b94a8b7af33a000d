"""Records of the desk. In: nothing. Out: what an operator carries from finding a customer to serving them.

Invariant: whatever is carried is bound to one caller and one person, and is over soon.
"""

from typing import Final, Literal

from msgspec import Struct

from konnektu.core.clock import MINUTE

By = Literal["phone", "order"]
"""What a customer was found by."""
ORDER: Final = "order"
"""The proof by an order's number, beside the kinds of identifiers."""

FOUND_LIFE: Final = 15 * MINUTE
OPENING_LIFE: Final = 10 * MINUTE


class Operator(Struct, frozen=True):
    """To whom something carried belongs: one caller, in one session."""

    workspace: int
    kind: str
    name: str
    session: bytes


class Found(Struct, frozen=True):
    """A person who was found, and by what: the same value proves nothing."""

    operator: Operator
    profile: int
    by: By
    tail: str
    """Last digits of what was asked."""


class Opening(Struct, frozen=True):
    """A person who was verified, for one caller, until an instant."""

    operator: Operator
    profile: int
    until: int
    """Milliseconds UTC."""
