"""What a collector and its appender say to each other through their socket: frames of MessagePack behind a length.

The collector opens with an `Opening`; then it hands over one group of shares at a time, and hears one `Outcome`.
"""

from collections import defaultdict
from collections.abc import Sequence
from typing import Final

from msgspec import Raw, Struct, msgpack

from konnektu.core.records import Parcel
from konnektu.log.api import NewBlock, encode_block

LENGTH_BYTES: Final = 4


class Opening(Struct, frozen=True, array_like=True):
    """Where to append."""

    conninfo: str
    name: str
    """Of the database door, for messages."""


class Outcome(Struct, frozen=True, array_like=True):
    """What became of a group: durable where nothing is said."""

    away: str = ""
    """Why the database does not serve; repeating helps."""
    fault: str = ""
    """An error that nobody foresaw."""


class Given(Struct, frozen=True, array_like=True, gc=False):
    """A parcel on its way to the inbox of its workspace."""

    workspace: int
    received_at: int
    events: int
    parcel: Parcel


class Share(Struct, frozen=True, array_like=True, gc=False):
    """The same as it arrives: its parcel stays packed, for it goes into the block as it is."""

    workspace: int
    received_at: int
    events: int
    parcel: Raw


_encode: Final = msgpack.Encoder().encode
_shares: Final = msgpack.Decoder(list[Share]).decode
_openings: Final = msgpack.Decoder(Opening).decode
_outcomes: Final = msgpack.Decoder(Outcome).decode


def frame(said: Opening | Outcome | Sequence[Given]) -> bytes:
    """What is written to the socket."""
    packed = _encode(said)
    return len(packed).to_bytes(LENGTH_BYTES, "big") + packed


def opening(packed: bytes) -> Opening:
    """The first thing that an appender hears."""
    return _openings(packed)


def outcome(packed: bytes | bytearray) -> Outcome:
    """What an appender answers."""
    return _outcomes(packed)


def blocks(packed: bytes) -> list[NewBlock]:
    """One block for each workspace of a group, its parcels in order of arrival, workspaces in order of id."""
    by_workspace: dict[int, list[Share]] = defaultdict(list)
    for share in _shares(packed):
        by_workspace[share.workspace].append(share)
    return [_block(workspace, own) for workspace, own in sorted(by_workspace.items())]


def _block(workspace: int, shares: list[Share]) -> NewBlock:
    received_at = max(share.received_at for share in shares)
    events = sum(share.events for share in shares)
    return workspace, received_at, events, encode_block([share.parcel for share in shares])
