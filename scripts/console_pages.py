"""Every page of the console, found by itself. In: the sources of the front end, and what the server answers to somebody
who is signed in. Out: addresses below the project's link.

A list stands at its name; `ui/src/features/*/pages.ts` say the other addresses, in which `$name` is the key of a
record. Invariant: a page that nothing leads to here fails loudly (`Unknown`), so that none is left out unseen.
"""

import json
import re
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import Any, NamedTuple

SOURCES = Path(__file__).resolve().parent.parent / "ui" / "src"
ADDRESS = re.compile(r"\bpath:\s*\"([^\"]*)\".*?\btitle:\s*\"(\w+)\.([\w.]+)\"", re.DOTALL)
"""Address of a page, and the text that names it: its file and its key."""
LOOKED_AT = 50
"""Rows of a list of which the fullest record is taken."""
FULLEST = "events"
"""Column by which a record has much to show."""
LISTS = {"$profile": "people"}
"""List in which the record of an address is looked for, where it is not the one that the address begins with."""

WATCH = """(() => {
  const ask = window.fetch;
  window.konnektuAsked = 0;
  window.fetch = (...said) => {
    window.konnektuAsked += 1;
    return ask(...said).finally(() => { window.konnektuAsked -= 1; });
  };
})()"""
"""Script of a browser that counts the questions without an answer; it runs before the page's own."""
SETTLED = """() => window.konnektuAsked === 0 && document.querySelector("h1") !== null
  && document.querySelector(".k-waiting, [aria-busy=true]") === null && performance.now()"""
"""When everything that a page shows is there: milliseconds since it was asked for, else false."""


class Unknown(Exception):
    """A page whose record stands in no list; the message says what to do."""


class Place(NamedTuple):
    """One page."""

    name: str
    """What its picture is called."""
    address: str
    """Below the project's link."""
    title: str
    """In English."""


def places(ask: Callable[[str], Any]) -> list[Place]:
    """Every page that can be opened now, lists first. `ask` answers a path of the project's API, as JSON read.

    A page of one record is left out while its list is empty.
    """
    lists = {str(one["name"]): str(one["en"]) for one in ask("/sections")}
    found = {name: Place(name, name, title) for name, title in lists.items()}
    for address, title in written():
        opened = _opened(address, lists, ask)
        if opened is not None:
            found[opened] = Place(re.sub(r"[/$]+", "-", address).strip("-") or "home", opened, title)
    return list(found.values())


def written() -> Iterator[tuple[str, str]]:
    """(Address, English name) of the pages that the features give, in the order of their files."""
    for path in sorted((SOURCES / "features").glob("*/pages.ts")):
        for address, file, key in ADDRESS.findall(path.read_text(encoding="utf-8")):
            text = json.loads((SOURCES / "i18n" / "en" / f"{file}.json").read_text(encoding="utf-8"))
            for part in key.split("."):
                text = text[part]
            yield address, str(text)


def _opened(address: str, lists: Collection[str], ask: Callable[[str], Any]) -> str | None:
    """An address with the key of a record in it; None where there is no record."""
    first, *rest = address.split("/")
    parts = [first]
    for part in rest:
        if not part.startswith("$"):
            parts.append(part)
            continue
        name = LISTS.get(part, first)
        if name not in lists:
            raise Unknown(f"{address}: say in scripts/console_pages.py in which list its record stands")
        key = fullest(ask(f"/sections/{name}/rows?limit={LOOKED_AT}")["items"])
        if key is None:
            return None
        parts.append(key)
    return "/".join(parts)


def fullest(rows: list[dict[str, Any]]) -> str | None:
    """Key of the row with the most to show, the first one else; None of none."""
    return max(rows, key=lambda row: row["values"].get(FULLEST) or 0)["key"] if rows else None
