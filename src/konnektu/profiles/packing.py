"""A state as its row keeps it: packed bytes, and the columns that show what is inside.

In: a state. Out: its row, or the other way round. Invariant: equal states are equal bytes, because every map
of a state stands in the order of its keys (`bounds.put`, `logic.in_order`).
"""

from typing import Any, Final, NoReturn

import msgspec
from msgspec import Struct

from konnektu.core.errors import Fatal
from konnektu.profiles.model import Basics, Held, ProfileState

_basics = msgspec.msgpack.Decoder(Basics).decode
_attributes = msgspec.json.Decoder(dict[str, Held]).decode
_pack = msgspec.msgpack.Encoder().encode
_json = msgspec.json.Encoder().encode


class Row(Struct, frozen=True, gc=False):
    """What is written of a profile."""

    known: bool
    first_seen: int | None
    last_seen: int | None
    position: int
    state: bytes
    attributes: bytes | None
    """JSON; None where they are as they were."""


class _Unread(dict[str, Held]):
    """Attributes of a state that was opened without them; whoever looks at them would take them for empty."""

    def _refuse(self, *_: Any) -> NoReturn:
        message = (
            "The attributes of this state were not loaded. `states_attributes` must foresee who needs them."
        )
        raise Fatal(message)

    __contains__ = __getitem__ = __setitem__ = __delitem__ = __iter__ = __len__ = _refuse
    get = items = keys = values = update = _refuse  # type: ignore[assignment]


UNREAD: Final = _Unread()


def packed(state: ProfileState, *, is_restated: bool) -> Row:
    """The row of a state; with its attributes where they were stated anew."""
    basics = state.basics
    first, last = basics.first, basics.last
    return Row(
        basics.known,
        first and first[0],
        last and last[0],
        basics.position,
        _pack(basics),
        _json(state.attributes) if is_restated else None,
    )


def opened(state: bytes, attributes: bytes | str | None) -> ProfileState:
    """The state of a row; without attributes where these are not at hand."""
    return ProfileState(_basics(state), UNREAD if attributes is None else _attributes(attributes))
