"""In: the raw JSON of one event. Out: its fields by the names of the wire format, or a `Fault`.

Any bytes give a value; nothing here raises for what a client sent. Well-formed events take the typed
decoder; all others a slower way that accepts what real clients do (numbers as ids, empty lists for
empty objects, NaN, halves of emoji) and names the field that is wrong otherwise.

Contexts of events repeat (a page, an app, a server's library), so the same bytes give the same object: nobody
changes a context.
"""

from functools import lru_cache
from typing import Any, Final
from unicodedata import is_normalized

import msgspec
from msgspec import Struct

from konnektu.collect.model import Fault
from konnektu.collect.repair import repaired
from konnektu.collect.values import MAX_DEPTH, cleaned, depth, fraction, fraction_or_text

Scalar = str | int | float | None
NAMED_BY_EVENT: Final = "track"
NAMED_BY_NAME: Final = frozenset(("page", "screen"))


class Payload(Struct, rename="camel"):
    """One event as the Segment specification spells it; fields it does not know stay in the body alone."""

    type: str | None = None
    message_id: str | None = None
    user_id: Scalar = None
    anonymous_id: Scalar = None
    previous_id: Scalar = None
    group_id: Scalar = None
    event: str | None = None
    name: str | None = None
    category: str | None = None
    timestamp: Scalar = None
    original_timestamp: Scalar = None
    sent_at: Scalar = None
    traits: dict[str, Any] | None = None
    properties: dict[str, Any] | None = None
    context: dict[str, Any] | None = None


class Content(Struct, rename="camel"):
    """What an event says beside whom and when."""

    type: str | None = None
    group_id: Scalar = None
    category: str | None = None
    traits: dict[str, Any] | None = None
    properties: dict[str, Any] | None = None


class _Sent(Payload):
    """The same with its context as it came."""

    context: msgspec.Raw = msgspec.Raw(b"null")  # type: ignore[assignment]


_typed: Final = msgspec.json.Decoder(Payload, float_hook=fraction)
_sent: Final = msgspec.json.Decoder(_Sent, float_hook=fraction)
_content: Final = msgspec.json.Decoder(Content, float_hook=fraction)
_context: Final = msgspec.json.Decoder(dict[str, Any] | None, float_hook=fraction)
LONGEST_REMEMBERED: Final = 2_048
"""Bytes of a context that may be remembered: strangers choose them."""
_untyped: Final = msgspec.json.Decoder(float_hook=fraction_or_text)
_OTHER: Final = b"\xff"
_MAY_COMPOSE: Final = bytes(lead for lead in range(0xC0, 0x100) if lead not in b"\xc2\xc3\xd0\xd1")
"""First bytes, in UTF-8, of characters other than U+0080-U+00FF and U+0400-U+047F, of which no two compose."""
_SHAPES: Final = bytes.maketrans(b"123456789[" + _MAY_COMPOSE, b"000000000{" + _OTHER * len(_MAY_COMPOSE))
"""Every digit to 0, every opening bracket to {, every letter that may be one of several spellings to one byte: long
numbers, nesting and such letters are then found by plain searches."""
_LONG_NUMBER: Final = b"0" * 19
"""Nineteen digits in a row may be a number beyond 64 bits."""
_TEXTS: Final = ("type", "message_id", "event", "name", "category")
_SCALARS: Final = (
    "user_id",
    "anonymous_id",
    "previous_id",
    "group_id",
    "timestamp",
    "original_timestamp",
    "sent_at",
)
_OBJECTS: Final = ("traits", "properties", "context")
_SPELLING: Final = {field.name: field.encode_name for field in msgspec.structs.fields(Payload)}


def read(raw: bytes, largest: int) -> tuple[Payload, bytes] | Fault:
    """The event's fields and its body as accepted: the raw bytes, or their cleaned form where they had to change."""
    if len(raw) > largest:
        return Fault("too_large", f"The event has {len(raw)} bytes; at most {largest} are accepted.")
    has_escapes = b"\\" in raw
    if not _needs_cleaning(raw, has_escapes=has_escapes):
        try:
            payload = _typed.decode(raw) if has_escapes else _decoded(raw)
        except (ValueError, RecursionError):
            return _read_any(raw)
        if not has_escapes or is_normalized("NFC", msgspec.json.encode(payload).decode()):
            return payload, raw
    return _read_any(raw)


def _decoded(raw: bytes) -> Payload:
    """The fields of an event in whose texts nothing is escaped."""
    payload = _sent.decode(raw)
    sent = bytes(payload.context)
    payload.context = _remembered(sent) if len(sent) <= LONGEST_REMEMBERED else _context.decode(sent)  # type: ignore[assignment]
    return payload


def content(body: bytes) -> Payload | Content | Fault:
    """What an event says that was accepted with this body, the rest unread."""
    if b"\\" not in body and not _needs_cleaning(body, has_escapes=False):
        try:
            return _content.decode(body)
        except (ValueError, RecursionError):
            pass
    found = read(body, len(body))
    return found if isinstance(found, Fault) else found[0]


@lru_cache(maxsize=1 << 12)
def _remembered(sent: bytes) -> dict[str, Any] | None:
    found: dict[str, Any] | None = _context.decode(sent)
    return found


def name_of(kind: str, event: str | None, name: str | None) -> str:
    """The event name of a track, the page's or screen's own name, the type of all others."""
    if kind == NAMED_BY_EVENT:
        return (event or "").strip()
    return ((name or "").strip() or kind) if kind in NAMED_BY_NAME else kind


def _needs_cleaning(raw: bytes, *, has_escapes: bool) -> bool:
    """Whether anything in the bytes may be more than the stores hold; cheap, and sometimes yes without need."""
    shapes = raw.translate(_SHAPES)
    if _LONG_NUMBER in shapes or shapes.count(b"{") > MAX_DEPTH:
        return True
    if has_escapes and b"\\u0000" in raw:
        return True
    if raw.isascii():
        return False
    try:
        text = raw.decode()
        return _OTHER in shapes and not is_normalized("NFC", text)
    except UnicodeDecodeError:
        return True


def _read_any(raw: bytes) -> tuple[Payload, bytes] | Fault:
    tree = _tree(raw)
    if isinstance(tree, Fault):
        return tree
    if not isinstance(tree, dict):
        return Fault("wrong_type", "An event must be a JSON object.")
    if depth(tree) > MAX_DEPTH:
        return Fault("too_deep", f"The event nests deeper than {MAX_DEPTH} levels.")
    clean = cleaned(tree)
    payload = _payload(clean)
    return payload if isinstance(payload, Fault) else (payload, msgspec.json.encode(clean))


def _tree(raw: bytes) -> Any:
    """The JSON value of the bytes, mended where that is all they need; a Fault where they are no JSON."""
    try:
        return _untyped.decode(raw.decode())
    except (ValueError, RecursionError):
        pass
    try:
        return _untyped.decode(repaired(raw))
    except RecursionError:
        return Fault("too_deep", f"The event nests deeper than {MAX_DEPTH} levels.")
    except ValueError as error:
        return Fault("unreadable", f"The event is not JSON: {error}.")


def _payload(tree: dict[str, Any]) -> Payload | Fault:
    """The fields of an object, each in the type it must have; null is the same as absent."""
    fields: dict[str, Any] = {}
    for names, accept in ((_TEXTS, _text), (_SCALARS, _scalar), (_OBJECTS, _object)):
        for name in names:
            value = accept(tree.get(_SPELLING[name]))
            if value is _WRONG:
                return Fault("wrong_type", f"{_SPELLING[name]} must be {_EXPECTED[accept]}.")
            fields[name] = value
    return Payload(**fields)


_WRONG: Final = object()


def _text(value: Any) -> Any:
    if value is None or isinstance(value, str):
        return value
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else _WRONG


def _scalar(value: Any) -> Any:
    is_scalar = value is None or (isinstance(value, str | int | float) and not isinstance(value, bool))
    return value if is_scalar else _WRONG


def _object(value: Any) -> Any:
    """An object; PHP writes an empty one as an empty list."""
    if value is None or isinstance(value, dict):
        return value
    return {} if value == [] else _WRONG


_EXPECTED: Final = {_text: "text", _scalar: "text or a number", _object: "an object"}
