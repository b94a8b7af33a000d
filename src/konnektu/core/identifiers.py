"""Kinds of identifiers as data, and their extraction.

In: what an event says of its person. Out: identifiers in normal form, strongest first.

Pure and total: a value that is blocked, unreadable or of another type is left out, never an error.
Invariant: a value in normal form extracted again is the same value.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from hashlib import md5, sha256
from typing import Any, Final, Literal

from msgspec import Struct

from konnektu.core.contacts import Email, Phone, email, is_blocked, phone
from konnektu.core.records import Identifier
from konnektu.core.text import clean

Level = Literal["person", "household", "device"]
"""Whom a value speaks of. Only `person` makes a profile known; `household` identifies nobody."""

Form = Literal["text", "folded", "code", "phone", "landline", "email", "hash"]
"""Normal form: as written; without case; without case, blanks and dashes; E.164 of one person or of a household;
mailbox key; hex digest."""

Hash = Literal["", "sha256", "md5"]

PREVIOUS_ID: Final = "previous_id"
"""Pseudo-kind of an alias event's `previousId`, which may be a user id or a cookie; identity looks it up as both."""

LONGEST: Final = 256
"""Characters of the longest value; a longer one is text that a program put in the wrong place."""


class Kind(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """One kind of identifier and how far it may be trusted."""

    name: str
    rank: int
    """Strength: the lower number wins a conflict. The defaults leave gaps for a workspace's own kinds."""
    level: Level = "person"
    limit: int = 5
    """Active values one profile may gain without a person's decision; 0 for any number."""
    window_days: int = 0
    """The limit counts values first seen in so many days before the event; 0 for ever."""
    life_days: int = 0
    """Silence after which a contradicting newcomer takes the value over; 0 for never."""
    unique: bool = False
    """Two different values forbid a merge, and the value is believed against the event's other statements."""
    max_people: int = 0
    """A value carried by more profiles than this is shared and identifies nobody; 0 for no limit."""
    form: Form = "text"
    paths: tuple[str, ...] = ()
    """Where it stands: `user_id`, `anonymous_id`, `traits.NAME` (standard spelling), `context.NAME[.NAME]`."""
    blocked: tuple[str, ...] = ()
    """Regular expressions (whole value, any case) of values that identify nobody, beside the general ones."""
    of: str = ""
    """For hashed kinds: the kind whose clear values are hashed so that both meet."""
    hashed: Hash = ""
    """Digest of a hashed kind."""


DEFAULT_KINDS: Final[tuple[Kind, ...]] = (
    Kind("user_id", 10, limit=1, unique=True, paths=("user_id",)),
    Kind(
        "loyalty_card",
        20,
        max_people=8,
        form="code",
        paths=("traits.loyalty_card", "traits.card_number", "context.loyalty_card"),
    ),
    Kind("login", 30, limit=1, max_people=8, form="folded", paths=("traits.login", "traits.username")),
    Kind("phone", 40, life_days=365, max_people=8, form="phone", paths=("traits.phone",)),
    Kind("email", 50, max_people=8, form="email", paths=("traits.email",)),
    Kind("telegram_id", 60, max_people=8, form="folded", paths=("traits.telegram_id",)),
    Kind("vk_id", 62, max_people=8, form="folded", paths=("traits.vk_id",)),
    Kind("max_id", 64, max_people=8, form="folded", paths=("traits.max_id",)),
    Kind("whatsapp_id", 66, max_people=8, form="folded", paths=("traits.whatsapp_id",)),
    Kind("viber_id", 68, max_people=8, paths=("traits.viber_id",)),
    Kind("landline", 90, level="household", form="landline", paths=("traits.phone",)),
    Kind(
        "client_id",
        100,
        level="device",
        limit=100,
        window_days=365,
        max_people=20,
        paths=("context.client_id", "context.clientId"),
    ),
    Kind(
        "push_token",
        110,
        level="device",
        limit=20,
        window_days=365,
        max_people=20,
        paths=("context.device.token", "traits.push_token"),
    ),
    Kind(
        "device_id",
        120,
        level="device",
        limit=20,
        window_days=365,
        max_people=20,
        form="folded",
        paths=("context.device.id", "context.device.advertisingId", "traits.device_id"),
    ),
    Kind(
        "anonymous_id",
        130,
        level="device",
        limit=100,
        window_days=365,
        max_people=20,
        paths=("anonymous_id",),
    ),
)
"""Ranks and limits that measurement supports; a workspace changes them by a `rules` fact."""

_DIGESTS: Final[tuple[tuple[str, Hash, int, int], ...]] = (
    ("phone", "sha256", 80, 365),
    ("email", "sha256", 82, 0),
    ("phone", "md5", 84, 365),
    ("email", "md5", 86, 0),
)

HASHED_KINDS: Final[tuple[Kind, ...]] = tuple(
    Kind(
        f"{of}_{digest}",
        rank,
        limit=0,
        life_days=life,
        max_people=8,
        form="hash",
        paths=(f"traits.{of}_{digest}",),
        of=of,
        hashed=digest,
    )
    for of, digest, rank, life in _DIGESTS
)
"""Kinds to add where a source sends digests only.

Not among the defaults: each clear contact then gets two identifiers more for every digest.
"""


def extract(
    kinds: tuple[Kind, ...],
    *,
    user_id: Any,
    anonymous_id: Any,
    traits: Mapping[str, Any],
    context: Mapping[str, Any],
    previous_id: Any = None,
) -> tuple[Identifier, ...]:
    """Identifiers of an event in normal form, strongest first, each once; blocked and unreadable values are gone.

    `traits` are keyed by standard names. `context.externalIds` entries `{"type": KIND, "id": VALUE}` count for any kind
    (Segment specification). `previous_id` comes out last, as `PREVIOUS_ID`.
    """
    plan = _plan(kinds)
    found: list[tuple[int, Identifier]] = []
    if user_id is not None:
        _take(found, plan.user_id, user_id)
    if anonymous_id is not None:
        _take(found, plan.anonymous_id, anonymous_id)
    if traits:
        for name in plan.traits.keys() & traits.keys():
            _take(found, plan.traits[name], traits[name])
    if context:
        _take_context(found, plan, context)
    if previous_id is not None and (value := _text(_as_text(previous_id))):
        found.append((1 << 30, Identifier(PREVIOUS_ID, value)))
    if len(found) == 1:
        return (found[0][1],)
    if found:
        found = sorted(set(found))
    return tuple([identifier for _, identifier in found])


def normal(kind: Kind, raw: Any) -> str:
    """The normal form of one value of a kind, empty where it identifies nobody: what a look-up by hand needs."""
    text = _as_text(raw)
    value = _FORMS[kind.form](text) if text else ""
    if not value or any(re.fullmatch(pattern, value, re.IGNORECASE) for pattern in kind.blocked):
        return ""
    return value


class _Reader(Struct, frozen=True):
    """How values at one place of an event become identifiers of one kind."""

    rank: int
    name: str
    normal_form: Callable[[str], str]
    blocked: tuple[re.Pattern[str], ...]
    digests: tuple[tuple[int, str, Hash], ...]
    """(rank, name, digest) of the hashed kinds made from this one."""
    is_plain: bool
    """Its normal form is that of any text, and nothing else is asked of a value."""


_Inside = dict[str, list[_Reader]]


class _Plan(Struct, frozen=True):
    kinds: tuple[Kind, ...]
    user_id: list[_Reader]
    anonymous_id: list[_Reader]
    traits: dict[str, list[_Reader]]
    context: dict[str, _Inside]
    """First name of the path to second name ("" where the value stands at the first) to readers."""
    by_name: dict[str, _Reader]


_PLANS_KEPT: Final = 1024
_plans: dict[int, _Plan] = {}


def _plan(kinds: tuple[Kind, ...]) -> _Plan:
    """The readers of these kinds, found by the tuple's identity: hashing the kinds would cost more than extracting."""
    plan = _plans.get(id(kinds))
    if plan is None or plan.kinds is not kinds:
        if len(_plans) >= _PLANS_KEPT:
            _plans.clear()
        plan = _plans[id(kinds)] = _planned(kinds)
    return plan


def _planned(kinds: tuple[Kind, ...]) -> _Plan:
    plan = _Plan(kinds, [], [], {}, {}, {})
    for kind in kinds:
        reader = _reader(kind, kinds)
        plan.by_name[kind.name] = reader
        for path in kind.paths:
            _at(plan, path).append(reader)
    return plan


def _reader(kind: Kind, kinds: Iterable[Kind]) -> _Reader:
    digests = tuple(
        (other.rank, other.name, other.hashed) for other in kinds if other.of == kind.name and other.hashed
    )
    return _Reader(
        kind.rank,
        kind.name,
        _FORMS[kind.form],
        tuple(re.compile(pattern, re.IGNORECASE) for pattern in kind.blocked),
        digests,
        kind.form == "text" and not kind.blocked and not digests,
    )


def _at(plan: _Plan, path: str) -> list[_Reader]:
    place, _, rest = path.partition(".")
    if place == "traits":
        return plan.traits.setdefault(rest, [])
    if place == "context":
        first, _, second = rest.partition(".")
        return plan.context.setdefault(first, {}).setdefault(second, [])
    return plan.user_id if place == "user_id" else plan.anonymous_id


def _take(found: list[tuple[int, Identifier]], readers: Sequence[_Reader], raw: Any) -> None:
    if type(raw) is str:
        if raw:
            for reader in readers:
                _take_one(found, reader, raw)
        return
    for one in raw if type(raw) is list else (raw,):
        text = one if type(one) is str else _as_text(one)
        if text:
            for reader in readers:
                _take_one(found, reader, text)


def _take_one(found: list[tuple[int, Identifier]], reader: _Reader, text: str) -> None:
    if reader.is_plain and len(text) <= LONGEST:
        one = _plain(reader.rank, reader.name, text)
        if one is not None:
            found.append(one)
        return
    value = reader.normal_form(text)
    if not value or (reader.blocked and any(pattern.fullmatch(value) for pattern in reader.blocked)):
        return
    found.append((reader.rank, Identifier(reader.name, value)))
    if reader.digests:
        for rank, name, digest in reader.digests:
            made = digests(digest, reader.name, text, value)
            found.extend((rank, Identifier(name, hashed)) for hashed in made)


def _take_inside(found: list[tuple[int, Identifier]], inside: _Inside, raw: Any) -> None:
    for name, readers in inside.items():
        if not name:
            _take(found, readers, raw)
        elif type(raw) is dict and name in raw:
            _take(found, readers, raw[name])


def _take_context(found: list[tuple[int, Identifier]], plan: _Plan, context: Mapping[str, Any]) -> None:
    for name, inside in plan.context.items():
        if name in context:
            _take_inside(found, inside, context[name])
    if "externalIds" in context:
        _take_external(found, plan.by_name, context["externalIds"])


def _take_external(found: list[tuple[int, Identifier]], by_name: Mapping[str, _Reader], raw: Any) -> None:
    for entry in raw if type(raw) is list else ():
        if type(entry) is dict and type(name := entry.get("type")) is str and (reader := by_name.get(name)):
            _take(found, (reader,), entry.get("id"))


_EXACT_INTEGERS: Final = 1 << 53


def _as_text(raw: Any) -> str:
    """Text of an id that a program sent as a number; empty for what is no id."""
    if type(raw) is str:
        return raw
    if type(raw) is float and raw.is_integer() and abs(raw) < _EXACT_INTEGERS:
        return str(int(raw))
    return str(raw) if type(raw) is int else ""


def _text(raw: str) -> str:
    # The length is looked at outside of the cache, which strangers could fill with long texts.
    return _short_text(raw) if len(raw) <= 2 * LONGEST else ""


@lru_cache(maxsize=1 << 16)
def _short_text(raw: str) -> str:
    value = clean(raw).strip()
    return "" if len(value) > LONGEST or is_blocked(value) else value


@lru_cache(maxsize=1 << 16)
def _plain(rank: int, name: str, raw: str) -> tuple[int, Identifier] | None:
    """(rank, identifier) of a short text of a plain kind; those of a person come again and again."""
    value = _short_text.__wrapped__(raw)
    return (rank, Identifier(name, value)) if value else None


def _folded(raw: str) -> str:
    folded = _text(raw).casefold()
    return folded if len(folded) <= LONGEST else ""


_CODE_FILLERS: Final = re.compile(r"[\s\-\u00ad\u2010-\u2015\u2212]+")


def _code(raw: str) -> str:
    return _short_code(raw) if len(raw) <= 2 * LONGEST else ""


@lru_cache(maxsize=1 << 16)
def _short_code(raw: str) -> str:
    return _text(_CODE_FILLERS.sub("", _folded(raw)))


def _personal_phone(raw: str) -> str:
    found = phone(raw)
    return found.value if isinstance(found, Phone) and found.is_personal else ""


def _shared_phone(raw: str) -> str:
    found = phone(raw)
    return found.value if isinstance(found, Phone) and found.is_identifier and not found.is_personal else ""


def _mailbox(raw: str) -> str:
    found = email(raw)
    return found.value if isinstance(found, Email) and found.is_identifier else ""


_DIGEST: Final = re.compile(r"[0-9a-f]{32}|[0-9a-f]{64}")


def _digest(raw: str) -> str:
    value = raw.strip().lower() if len(raw) <= LONGEST else ""
    return value if _DIGEST.fullmatch(value) and not is_blocked(value) else ""


_FORMS: Final[Mapping[Form, Callable[[str], str]]] = {
    "text": _text,
    "folded": _folded,
    "code": _code,
    "phone": _personal_phone,
    "landline": _shared_phone,
    "email": _mailbox,
    "hash": _digest,
}


@lru_cache(maxsize=1 << 14)
def digests(algorithm: Hash, kind: str, raw: str, value: str) -> tuple[str, ...]:
    """Digests (lower-case hex) under which other systems know a clear value, each once.

    Phones are hashed with and without "+", e-mails as written in lower case and as the mailbox key.
    """
    spellings = {value}
    if kind == "phone":
        spellings.add(value.lstrip("+"))
    elif isinstance(mailbox := email(raw), Email):
        spellings.add(mailbox.address.lower())
    make = sha256 if algorithm == "sha256" else md5
    return tuple(sorted(make(text.encode(), usedforsecurity=False).hexdigest() for text in spellings))
