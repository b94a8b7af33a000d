"""Bytes in Zstandard frames, as blocks and stamps lie in PostgreSQL. In: bytes. Out: a frame, and back."""

import threading
from typing import Final

import zstandard

LEVEL: Final = 1
"""The fastest, still a fifth to a tenth of a block's size."""
MAGIC: Final = zstandard.FRAME_HEADER
"""How every frame begins."""


class _Thread(threading.local):
    """A thread's own: none may be shared, and to make one costs as much as a small block."""

    def __init__(self) -> None:
        self.compress = zstandard.ZstdCompressor(level=LEVEL).compress
        self.decompress = zstandard.ZstdDecompressor().decompress


_thread = _Thread()


def framed(body: bytes) -> bytes:
    """A frame that holds these bytes and says how many they are."""
    return _thread.compress(body)


def unframed(frame: bytes) -> bytes:
    """The bytes of a frame."""
    return _thread.decompress(frame)
