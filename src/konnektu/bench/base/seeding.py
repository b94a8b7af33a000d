"""A base made: its catalogue by the loader, its first people by the writer, the others as copies of these.

In: a workspace without people. Out: the people, known by their numbers, and a writer's place behind them.
"""

from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path

import msgspec
from msgspec import Struct

from konnektu.access import api as access
from konnektu.acquisition import api as acquisition
from konnektu.belt.writer import Writer
from konnektu.bench.base.multiplying import TABLES, Span, multiply
from konnektu.bench.base.story import AGENT, FIRST_DAY, REGIONS, SOURCES, STORES, Setting, story
from konnektu.bench.catalogue import write_price_list
from konnektu.bench.report import timed
from konnektu.bench.world import World
from konnektu.bench.writer import append, await_sink, drain, epoch
from konnektu.catalogue import api as catalogue
from konnektu.core.clock import DAY, HOUR, SystemClock
from konnektu.core.errors import Unprocessable
from konnektu.core.records import Parcel
from konnektu.identity import api as identity

ORIGINALS = 1_000
"""People whom the writer makes of their events."""
FIRST = 32_000_000
"""Position behind which the facts of people begin: from here up to `LAST`, positions and atoms have as many digits
and bytes each, and lie beyond every other number of a row."""
LAST = 99_999_999
SHIFT = 12 * HOUR
"""By how much less the facts of the last copy are later than those of the first: days stay what they are."""
A_PARCEL = 50


class Base(Struct, frozen=True):
    """What stands in the workspace."""

    people: int
    setting: Setting
    originals: int
    copies: int
    facts: int
    """Of the originals."""
    step: int
    """Milliseconds by which each copy's facts are later than those of the one before."""
    sources: tuple[int, int]
    """Ids of the sources of data: the site, the shop's own system."""

    @property
    def numbers(self) -> range:
        """Of everybody, the originals first. Nobody is 0: a phone of zeros alone identifies nobody."""
        return range(1, self.people + 1)

    def original_of(self, person: int) -> int:
        """The person whose rows this one's are copied from."""
        return (person - 1) % self.originals + 1

    def later(self, person: int) -> int:
        """Milliseconds by which this person's facts are later than the original's."""
        return (person - 1) // self.originals * self.step


def load_catalogue(here: World, products: int, scratch: Path) -> float:
    """Load the stores and a price list of so many products; seconds of the latter."""
    db, clock = here.storage.workspace(here.workspace), SystemClock()
    stores = [
        {"code": f"m{number}", "name": f"Магазин {number}", "region": REGIONS[number % len(REGIONS)]}
        for number in range(1, STORES + 1)
    ]
    catalogue.put(db, "stores", stores, by="bench", now=clock.now_ms)
    file = scratch / "list.yml"
    write_price_list(file, products)
    done, seconds = timed(
        lambda: catalogue.load_file(db, file, kind="yml", by="bench", now=clock.now_ms, is_forced=True)
    )
    assert done.products.new == products, done.reason  # noqa: S101 - a base without its catalogue is another
    return seconds


def make_base(here: World, people: int, orders: int, products: int) -> Base:
    """Make the people. Raises `Unprocessable` for more than there are places for."""
    setting = Setting(SystemClock().now_ms() // DAY * DAY, orders, products)
    originals = min(people, ORIGINALS)
    copies = -(-people // originals)
    sources = _sources(here)
    _begin(here, setting)
    writer = Writer(here.storage, here.workspace, epoch(here))
    append(here, list(_parcels(originals, setting, sources)))
    facts = drain(here, writer, here.config.belt_block_events)
    last = FIRST + facts * copies
    if last > LAST:
        raise Unprocessable(f"A base has room for {(LAST - FIRST) // facts * originals} such people.")
    await_sink(here, writer.place.position)
    base = Base(originals * copies, setting, originals, copies, facts, SHIFT // copies, sources)
    _multiply(here, base, last)
    return base


def _sources(here: World) -> tuple[int, int]:
    """The sources of data."""
    control, by, now = (
        here.storage.control,
        access.system_caller(here.workspace),
        SystemClock().now_ms(),
    )
    site = access.create_source(control, by, kind="web", name="Site", now=now)
    shop = access.create_source(control, by, kind="server", name="Shop", now=now)
    return site.id, shop.id


def _begin(here: World, setting: Setting) -> None:
    """State the marketing sources, and let the log of people begin at `FIRST`."""
    now = SystemClock().now_ms()
    writer = Writer(here.storage, here.workspace, epoch(here))
    append(here, [Parcel(0, "system", now, [_marketing_source(key, now)]) for key in SOURCES], a_block=1)
    drain(here, writer, here.config.belt_block_events)
    await_sink(here, writer.place.position)
    _move(here, FIRST)
    assert now > setting.today  # noqa: S101 - instants must lie outside the span of times


def _marketing_source(key: str, now: int) -> bytes:
    rule = [{"field": "utm_source", "values": [key]}]
    stated = {"name": f"Реклама {key}", "kind": "promotion", "rules": [rule]}
    told = {"told": {"key": key, "source": stated}, "by": "bench"}
    return msgspec.json.encode(
        {"type": acquisition.FACT, "messageId": f"bench-{key}-{now}", "properties": told}
    )


def _parcels(people: int, setting: Setting, sources: tuple[int, int]) -> Iterator[Parcel]:
    """What the browsers sent and what the shop's system told, as it happened: people's facts lie between each other."""
    now, (site, shop) = SystemClock().now_ms(), sources
    facts = sorted(fact for person in range(1, people + 1) for fact in story(person, setting))
    for door, several in groupby(facts, key=lambda fact: fact.door):
        bodies = [fact.body for fact in several]
        for start in range(0, len(bodies), A_PARCEL):
            part = bodies[start : start + A_PARCEL]
            if door == "site":
                yield Parcel(site, "wire", now, part, now, ip="77.88.21.8", user_agent=AGENT)
            else:
                yield Parcel(shop, "import", now, part, history=True)


def _multiply(here: World, base: Base, last: int) -> None:
    today = base.setting.today
    positions = Span(FIRST, FIRST + base.facts + 1, base.facts)
    atoms = Span(positions.first << 5, positions.last << 5, base.facts << 5)
    times = Span(today - (FIRST_DAY + 1) * DAY, today, base.step)
    for table in TABLES:
        with here.storage.workspace(here.workspace).transaction() as db:
            db.execute("SET LOCAL statement_timeout = 0")
            db.execute("SET LOCAL maintenance_work_mem = '1GB'")
            multiply(db, table, (positions, atoms, times), base.originals, base.copies)
    _move(here, last)


def _move(here: World, position: int) -> None:
    """Let the log go on behind a position, as if the event store had everything up to it."""
    with here.storage.workspace(here.workspace).transaction() as db:
        db.execute("UPDATE writer SET position = %s", [position])
        db.execute("UPDATE seal SET position = %s WHERE upto IS NULL", [position])


def profiles_of(here: World, phones: Iterable[str]) -> list[int]:
    """The profiles of these people, in their order. Raises `KeyError` for somebody who is not there."""
    asked = [("phone", one) for one in phones]
    with here.storage.workspace(here.workspace).read() as db:
        held = identity.find_many(db, asked)
    return [held[one] for one in asked]


__all__ = ["Base", "load_catalogue", "make_base", "profiles_of"]
