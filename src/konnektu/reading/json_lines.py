"""JSON Lines and JSON arrays, element by element in bounded memory.

In: bytes. Out: objects with their numbers; a broken element is a bad row and the next one is read.
"""

import re
from collections.abc import Iterator
from typing import Any, BinaryIO

import msgspec

from konnektu.reading.model import MAX_CELL, BadRow, Row

_CHUNK = 256 * 1024
_TOKEN = re.compile(rb'"(?:[^"\\]++|\\.)*+"|["\[\]{},]', re.DOTALL)
_decoder = msgspec.json.Decoder()


def json_lines(stream: BinaryIO) -> Iterator[Row | BadRow]:
    """One object a line; blank lines are passed over."""
    number = 0
    while line := stream.readline(MAX_CELL + 1):
        number += 1
        if len(line) > MAX_CELL:
            yield _too_long(number, line)
            while line and not line.endswith(b"\n"):
                line = stream.readline(MAX_CELL + 1)
        elif text := line.removeprefix(b"\xef\xbb\xbf").strip():
            yield _row(number, text)


def json_array(stream: BinaryIO) -> Iterator[Row | BadRow]:
    """The objects of one array, which may be larger than memory. After an element over `MAX_CELL`
    the rest cannot be told apart, and one last bad row says so.
    """
    number = 0
    for text in _elements(stream):
        number += 1
        if text is None:
            yield BadRow(number, "wrong_json", "The array breaks off or its brackets do not match here.", "")
        elif text:
            yield _row(number, text)
        else:
            number -= 1


def _row(number: int, text: bytes) -> Row | BadRow:
    try:
        found = _decoder.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        return BadRow(number, "wrong_json", f"This is no JSON: {error}", _shown(text))
    if not isinstance(found, dict):
        return BadRow(number, "wrong_json", "A row must be a JSON object {…}.", _shown(text))
    return Row(number, flat(found))


def flat(found: dict[str, Any]) -> dict[str, Any]:
    """Objects one level down become columns of their own, named with a dot; deeper ones stay values."""
    if not any(type(value) is dict for value in found.values()):
        return found
    cells: dict[str, Any] = {}
    for name, value in found.items():
        if type(value) is dict:
            cells.update({f"{name}.{inner}": deep for inner, deep in value.items()})
        else:
            cells[name] = value
    return cells


def _shown(text: bytes) -> str:
    return text[:10_000].decode("utf-8", "replace")


def _too_long(number: int, line: bytes) -> BadRow:
    return BadRow(number, "too_long", f"The line is longer than {MAX_CELL} bytes.", _shown(line[:1_000]))


def _elements(stream: BinaryIO) -> Iterator[bytes | None]:
    """Texts of the array's elements; None once where the array breaks."""
    buffer, at, depth, start = b"", 0, 0, 0
    while chunk := stream.read(_CHUNK):
        buffer = buffer[start:] + chunk
        at, start = at - start, 0
        for token in _TOKEN.finditer(buffer, at):
            mark = token.group()
            if mark == b'"':  # a string that goes on in the next chunk
                at = token.start()
                break
            at = token.end()
            if mark in b"[{":
                depth += 1
                start = at if depth == 1 else start
            elif mark in b"]}" or (mark == b"," and depth == 1):
                if depth == 1:
                    yield buffer[start : token.start()].strip()
                    start = at
                depth -= mark != b","
                if depth == 0:
                    return
        else:
            at = len(buffer)
        if len(buffer) - start > MAX_CELL:
            break
    yield None
