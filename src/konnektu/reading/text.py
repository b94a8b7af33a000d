"""Bytes become lines of text: compression by magic bytes, encoding by BOM, validity and statistics.

In: a file of any encoding that Excel, 1C or a Russian CRM writes. Out: lines with their numbers.
Invariant: no line is dropped, memory is bounded by the longest allowed line.
"""

import codecs
import gzip
import io
import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, Literal, cast

import zstandard
from charset_normalizer import from_bytes

from konnektu.core.errors import Unprocessable
from konnektu.reading.model import MAX_CELL

Compression = Literal["", "gzip", "zstd"]

SAMPLE = 256 * 1024
"""Bytes looked at where a guess is needed."""
_PACKED_CHUNK = 64 * 1024
MOSTLY_UTF8 = 0.02
"""A file with fewer bad bytes than this share of its non-ASCII ones is UTF-8 with a few broken rows."""
LEGACY = ["cp1251", "koi8_r", "cp866", "mac_cyrillic", "cp1252"]
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16: its first two bytes are the same
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_NON_ASCII_WORD = re.compile(rb"[A-Za-z]*[\x80-\xff][A-Za-z\x80-\xff]*")
_ESCAPED = re.compile("[\udc80-\udcff]")


def compression(path: Path) -> Compression:
    """How the file is packed, by its magic bytes."""
    with path.open("rb") as file:
        head = file.read(4)
    if head[:2] == b"\x1f\x8b":
        return "gzip"
    return "zstd" if head == b"\x28\xb5\x2f\xfd" else ""


class BrokenArchive(Unprocessable):
    """The packed file is cut off or damaged. Pack it again, or upload it unpacked."""


@contextmanager
def opened(path: Path, packed: Compression) -> Iterator[BinaryIO]:
    """The unpacked bytes of the file, as a stream. Raises `BrokenArchive` where they end."""
    try:
        with path.open("rb") as file:
            yield _unpacked(file, packed)
    except (EOFError, gzip.BadGzipFile, zlib.error, zstandard.ZstdError) as error:
        raise BrokenArchive from error


class _Zstd(io.RawIOBase):
    """The bytes in zstd frames. Unlike the library's own reader it says so when the last frame is cut off."""

    def __init__(self, packed: BinaryIO) -> None:
        self._packed = packed
        self._frame = zstandard.ZstdDecompressor().decompressobj()
        self._ready = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._ready:
            if self._frame.eof and not self._next_frame():
                return 0
            chunk = self._packed.read(_PACKED_CHUNK)
            if not chunk:
                raise EOFError
            self._ready = self._frame.decompress(chunk)
        size = min(len(buffer), len(self._ready))
        buffer[:size], self._ready = self._ready[:size], self._ready[size:]
        return size

    def _next_frame(self) -> bool:
        """Whether another frame follows."""
        rest = self._frame.unused_data or self._packed.read(_PACKED_CHUNK)
        if not rest:
            return False
        self._frame = zstandard.ZstdDecompressor().decompressobj()
        self._ready = self._frame.decompress(rest)
        return True


def _unpacked(file: BinaryIO, packed: Compression) -> BinaryIO:
    if packed == "gzip":
        return cast(BinaryIO, gzip.GzipFile(fileobj=file))
    return cast(BinaryIO, io.BufferedReader(_Zstd(file), SAMPLE)) if packed == "zstd" else file


def count_lines(path: Path, packed: Compression) -> int:
    """How many line ends the file has."""
    with opened(path, packed) as stream:
        return sum(chunk.count(b"\n") for chunk in iter(lambda: stream.read(SAMPLE), b""))


def encoding(path: Path, packed: Compression) -> tuple[str, bool]:
    """The codec of a text file, and whether every byte of it is valid there. Reads the whole file once:
    a megabyte of ASCII before the first Russian letter must not decide.
    """
    with opened(path, packed) as stream:
        head = stream.read(SAMPLE)
        if marked := _by_bom(head) or _utf16_without_bom(head):
            return marked, False
        bad = _first_not_utf8(head, stream)
    if bad is None:
        return "utf-8", True
    return ("utf-8", False) if _mostly_utf8(bad) else (_legacy(bad), False)


def lines(path: Path, packed: Compression, codec: str) -> Iterator[str]:
    """Lines with their ends. Bytes that the codec does not know come as lone surrogates (see `has_bad_bytes`);
    of a line over `MAX_CELL` only the beginning comes, without an end.
    """
    errors = "replace" if codec.startswith(("utf-16", "utf-32")) else "surrogateescape"
    with opened(path, packed) as stream, io.TextIOWrapper(stream, codec, errors, newline="") as text:
        while line := text.readline(MAX_CELL):
            yield line
            while len(line) == MAX_CELL and line[-1] not in "\r\n":
                line = text.readline(MAX_CELL)


def has_bad_bytes(text: str) -> bool:
    """Whether the text holds bytes that its encoding does not know."""
    return not text.isascii() and (_ESCAPED.search(text) is not None or "\ufffd" in text)


def shown(text: str) -> str:
    """The text with unreadable bytes replaced, fit for a file of errors."""
    return text.encode("utf-8", "replace").decode("utf-8") if has_bad_bytes(text) else text


def _by_bom(head: bytes) -> str:
    return next((codec for bom, codec in _BOMS if head.startswith(bom)), "")


def _utf16_without_bom(head: bytes) -> str:
    """UTF-16 shows itself by zero bytes (of ASCII letters, delimiters, line ends) on one side of each pair."""
    first, second = head[0::2].count(0), head[1::2].count(0)
    if max(first, second) * 20 < len(head) or min(first, second) * 20 > max(first, second):
        return ""
    return "utf-16-le" if second > first else "utf-16-be"


def _first_not_utf8(head: bytes, rest: BinaryIO) -> bytes | None:
    """The first part of the stream that is no UTF-8; None where all of it is."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    part = head
    while True:
        try:
            decoder.decode(part, final=not part)
        except UnicodeDecodeError:
            return head if part is head else part or head
        if not part:
            return None
        part = rest.read(SAMPLE)


def _mostly_utf8(part: bytes) -> bool:
    """Whether the part is UTF-8 but for a few bytes."""
    text = part.decode("utf-8", "surrogateescape")
    bad = len(_ESCAPED.findall(text))
    good = sum(1 for letter in text if letter > "\x7f") - bad
    return bad < MOSTLY_UTF8 * max(good, 1)


def _legacy(part: bytes) -> str:
    """The single-byte encoding in which the non-ASCII words read best; Windows-1251 where nothing decides."""
    words = b" ".join(_NON_ASCII_WORD.findall(part)[:5_000])
    best = from_bytes(words, cp_isolation=LEGACY).best()
    return best.encoding if best else "cp1251"
