"""The block: how parcels lie in the inbox.

In: parcels of one workspace, gathered by one group commit. Out: bytes, and back. The format is a
format byte, then a Zstandard frame of MessagePack; a reader refuses a format byte it does not know.
"""

from collections.abc import Sequence

import msgspec
from msgspec import Raw, structs

from konnektu.core.errors import Fatal
from konnektu.core.records import Parcel
from konnektu.log.frames import framed, unframed

FORMAT = b"\x01"
_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(list[Parcel])


def encode_block(parcels: Sequence[Parcel] | Sequence[Raw]) -> bytes:
    """The bytes of a block holding these parcels in this order; `Raw` are parcels packed already."""
    return FORMAT + framed(_encoder.encode(parcels))


def decode_block(body: bytes) -> list[Parcel]:
    """The parcels of a block. Raises `Fatal` for a format of another release."""
    if body[:1] != FORMAT:
        message = (
            f"An inbox block has format {body[:1]!r}. Let the release that wrote it drain the inbox first."
        )
        raise Fatal(message)
    return _decoder.decode(unframed(body[1:]))


def count_events(parcels: list[Parcel]) -> int:
    """How many positions these parcels take."""
    return sum(len(parcel.events) for parcel in parcels)


def without_sender(parcel: Parcel) -> Parcel:
    """The parcel without its sender's address and what its events shared, where all their bytes are gone."""
    return parcel if any(parcel.events) else structs.replace(parcel, ip="", user_agent="", context=b"")
