"""In: a request body as it came and the encoding its header names. Out: the plain bytes, bounded in size.

What the bytes say outranks the header: one official client compresses without saying so, and some
proxies decompress and leave the header. No input unpacks to more than the limit.
"""

import zlib
from typing import Final

import zstandard

from konnektu.core.errors import BadRequest, TooLarge

_GZIP: Final = b"\x1f\x8b"
_ZSTD: Final = b"\x28\xb5\x2f\xfd"
_ZLIB: Final = (b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda")
_GZIP_WINDOW: Final = 16 + zlib.MAX_WBITS
_RAW_WINDOW: Final = -zlib.MAX_WBITS
_PLAIN: Final = frozenset((b"", b"identity", b"gzip", b"x-gzip", b"zstd"))
"""Encodings under which a body without magic bytes is taken as plain."""


def inflated(body: bytes, encoding: bytes, largest: int) -> bytes:
    """The plain body, at most `largest` bytes. Raises `BadRequest` (broken or unknown packing) or `TooLarge`."""
    if body.startswith(b"{"):
        return _bounded(body, largest)
    head = body[:2]
    if head == _GZIP:
        return _by_zlib(body, _GZIP_WINDOW, largest)
    if body[:4] == _ZSTD:
        return _by_zstd(body, largest)
    if head in _ZLIB:
        return _by_zlib(body, zlib.MAX_WBITS, largest)
    encoding = encoding.strip().lower()
    if encoding == b"deflate" and body.lstrip()[:1] not in (b"{", b"["):
        return _by_zlib(body, _RAW_WINDOW, largest)
    if encoding in _PLAIN or body.lstrip()[:1] == b"{":
        return _bounded(body, largest)
    raise BadRequest("The body's Content-Encoding is unknown. Use gzip, deflate, zstd or none.")


def _by_zlib(body: bytes, window: int, largest: int) -> bytes:
    unpacker = zlib.decompressobj(window)
    try:
        plain = unpacker.decompress(body, largest + 1)
    except zlib.error as error:
        raise BadRequest(f"The compressed body is broken: {error}.") from error
    _bounded(plain, largest)
    if not unpacker.eof:
        raise BadRequest("The compressed body ends too early.")
    return plain


def _by_zstd(body: bytes, largest: int) -> bytes:
    unpacker = zstandard.ZstdDecompressor(max_window_size=2**23).decompressobj()
    plain = bytearray()
    try:
        for start in range(0, len(body), _STEP):
            plain += unpacker.decompress(body[start : start + _STEP])
            if len(plain) > largest:
                break
    except zstandard.ZstdError as error:
        raise BadRequest(f"The compressed body is broken: {error}.") from error
    unpacked = _bounded(bytes(plain), largest)
    if not unpacker.eof:
        raise BadRequest("The compressed body ends too early.")
    return unpacked


_STEP: Final = 1_024
"""Compressed bytes ununpacked at once: bounds what one step can produce before the size is looked at."""


def _bounded(plain: bytes, largest: int) -> bytes:
    if len(plain) > largest:
        raise TooLarge(f"The request is larger than {largest} bytes. Send less at once.")
    return plain
