"""Which names are meant, which sizes are usual, where a file is put away. In: names, sizes, moments. Out: answers.

Pure: moments and zones are arguments.
"""

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Sequence
from statistics import median
from zoneinfo import ZoneInfo

from msgspec import Struct

from konnektu.transfers.model import WrongPattern
from konnektu.transfers.place_model import Entry

HOUR = 3_600_000
FEWEST_SIZES = 3
"""Sizes known before one can be called unusual."""
LAST_SIZES = 10
PARTS = {"YYYY": r"\d{4}", "MM": r"\d{2}", "DD": r"\d{2}", "hh": r"\d{2}", "mm": r"\d{2}"}
_STRFTIME = {"YYYY": "%Y", "MM": "%m", "DD": "%d", "hh": "%H", "mm": "%M"}
_PIECE = re.compile(r"\{(\w+)\}|([*?])|([^{}*?]+)")
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


class Pattern(Struct, frozen=True):
    """A pattern of paths: a folder as it stands, and a name with wildcards and date parts."""

    text: str
    folder: str
    """Without a slash at its end; empty: where the place begins."""
    name: str

    def matches(self, name: str) -> bool:
        """Whether a name in the folder is meant; a date that no calendar has is not."""
        found = re.fullmatch(_regex(self.name), name)
        return found is not None and _is_date(found.groupdict())

    def order(self, path: str) -> tuple[str, str]:
        """What files are taken by, the earliest first: the date in the name, then the name."""
        name = path.rpartition("/")[2]
        found = re.fullmatch(_regex(self.name), name)
        parts = found.groupdict() if found else {}
        return "".join(parts.get(part) or "" for part in PARTS), name

    def path(self, name: str) -> str:
        """The path of a name in the folder."""
        return f"{self.folder}/{name}" if self.folder else name

    def expanded(self, now: int, zone: ZoneInfo) -> list[str]:
        """The paths meant today and yesterday, for places that cannot be listed."""
        local = (_EPOCH + dt.timedelta(milliseconds=now)).astimezone(zone)
        days = (local - dt.timedelta(days=1), local)
        return list(dict.fromkeys(_dated(self.text, day) for day in days))

    @property
    def beginning(self) -> str:
        """What every name that is meant begins with."""
        return re.split(r"[{*?]", self.name, maxsplit=1)[0]

    @property
    def is_exact(self) -> bool:
        """Whether it holds no * and no ?."""
        return not set("*?") & set(self.name)


def pattern(text: str) -> Pattern:
    """A pattern written by a person. Raises `WrongPattern`, saying what would be right."""
    folder, _, name = text.strip().rpartition("/")
    rest = _PIECE.sub("", name)
    unknown = [found for found in re.findall(r"\{(\w+)\}", name) if found not in PARTS]
    if not name or rest or unknown:
        what = "{" + unknown[0] + "}" if unknown else rest[:1] or "the empty name"
        raise WrongPattern(
            f"{what} means nothing in a pattern. Date parts are {{YYYY}} {{MM}} {{DD}} {{hh}} {{mm}}."
        )
    if set("*?{}") & set(folder):
        raise WrongPattern("Wildcards and date parts stand in the name, not in the folder before it.")
    if ".." in folder.split("/"):
        raise WrongPattern("A folder does not lead upwards. Name it from where the place begins.")
    return Pattern(text.strip(), folder, name)


def unusual(size: int, before: Sequence[int], factor: float) -> str:
    """Why a size is unusual against those of the last files; empty where it is not, or too few are known."""
    known = [one for one in before[:LAST_SIZES] if one > 0]
    if not factor or len(known) < FEWEST_SIZES:
        return ""
    middle = median(known)
    if middle / factor <= size <= middle * factor:
        return ""
    return f"It has {size} bytes; the middle of the last {len(known)} is {middle:.0f}."


def is_late(since: int, hours: int, now: int) -> bool:
    """Whether nothing was taken for longer than allowed."""
    return bool(hours) and now - since > hours * HOUR


def archived(path: str, folder: str, taken_at: int, number: int) -> str:
    """Where a file is put away: under the moment of taking, its own number and its name; the same at every try."""
    name = path.rpartition("/")[2]
    stamp = (_EPOCH + dt.timedelta(milliseconds=taken_at)).strftime("%Y%m%dT%H%M%S")
    return f"{folder.strip('/') or 'archive'}/{stamp}-{number}-{name}"


def is_same(one: Entry, other: Entry) -> bool:
    """Whether two looks at a path saw one content, as far as the place tells."""
    return (one.size, one.modified, one.tag) == (other.size, other.modified, other.tag)


def in_order(entries: Iterable[Entry], by: Pattern) -> Iterator[Entry]:
    """Entries in the order in which they are taken."""
    return iter(sorted(entries, key=lambda entry: by.order(entry.path)))


def _regex(name: str) -> str:
    seen: set[str] = set()

    def part(piece: re.Match[str]) -> str:
        date, wild, plain = piece.groups()
        if wild:
            return ".*" if wild == "*" else "."
        if plain:
            return re.escape(plain)
        if date in seen:
            return f"(?P={date})"
        seen.add(date)
        return f"(?P<{date}>{PARTS[date]})"

    return _PIECE.sub(part, name)


def _is_date(parts: dict[str, str]) -> bool:
    numbers = {name: int(text) for name, text in parts.items()}
    try:
        dt.datetime(
            numbers.get("YYYY", 2_000), numbers.get("MM", 1), numbers.get("DD", 1), numbers.get("hh", 0),
            numbers.get("mm", 0), tzinfo=dt.UTC,
        )  # fmt: skip
    except ValueError:
        return False
    return True


def _dated(text: str, day: dt.datetime) -> str:
    return _PIECE.sub(lambda piece: day.strftime(_STRFTIME[piece[1]]) if piece[1] else piece[0], text)
