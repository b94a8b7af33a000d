"""The statements of segments, one short function each. Everything takes a connection of the workspace's role.

In: a connection and records. Out: records.
"""

from pathlib import Path
from typing import Any

import aiosql
import msgspec
from msgspec import structs

from konnektu.rules.model import Segment as Definition
from konnektu.segments.logic import Done, on_list
from konnektu.segments.model import Defined, Edit, Standing, Stated, Version
from konnektu.storage.api import Connection

Q: Any = aiosql.from_path(Path(__file__).with_name("queries.sql"), "psycopg")

_stated = msgspec.json.Decoder(Stated)
_definition = msgspec.json.Decoder(Definition)


def version(db: Connection) -> int:
    """Position of the newest fact about segments, computed attributes or the zone; 0 where there was none."""
    found: int = Q.version(db)
    return found


def segments(db: Connection) -> dict[str, Standing]:
    """Every segment by its key, deleted ones too, in the order of their making."""
    return {one.key: one for one in map(_standing, Q.segments(db))}


def _standing(row: Any) -> Standing:
    number, key, position, instant, author, stated, definition, written, is_on, is_deleted, *versions = row
    said = _stated.decode(stated)
    return Standing(
        id=number,
        key=key,
        position=position,
        instant=instant,
        author=author,
        stated=structs.replace(said, definition=None if said.kind == "list" else _decoded(definition)),
        is_on=is_on,
        is_deleted=is_deleted,
        version=versions[0],
        current=versions[1],
        building=versions[2],
        written=None if said.kind == "list" else _decoded(written or definition),
    )


def _decoded(definition: str | None) -> Definition | None:
    return _definition.decode(definition) if definition else None


def put_segment(db: Connection, one: Standing) -> None:
    """Write a segment as a fact leaves it."""
    Q.put_segment(
        db,
        id=one.id,
        key=one.key,
        position=one.position,
        instant=one.instant,
        author=one.author,
        stated=_plain(structs.replace(one.stated, definition=None)),
        is_on=one.is_on,
        is_deleted=one.is_deleted,
        version=one.version,
        current=one.current,
        building=one.building,
    )


def _plain(record: Any) -> str:
    return msgspec.json.encode(record).decode()


def add_version(db: Connection, one: Version) -> None:
    """Write a version of a definition."""
    Q.add_version(
        db,
        segment=one.segment,
        version=one.version,
        position=one.position,
        instant=one.instant,
        definition=_plain(one.definition),
        written=None if one.written == one.definition else _plain(one.written),
        author=one.author,
        note=one.note,
    )


def add_edit(db: Connection, one: Edit) -> None:
    """Write one change of a segment."""
    Q.add_edit(
        db,
        segment=one.segment,
        position=one.position,
        instant=one.instant,
        act=one.act,
        author=one.author,
        note=one.note,
        version=one.version,
        stated=_plain(one.stated),
    )


def edits(db: Connection, segment: int, before: int, most: int) -> list[Edit]:
    """Changes of a segment before a position, the latest first."""
    return [
        Edit(
            segment=number,
            position=position,
            instant=instant,
            act=act,
            author=author,
            note=note,
            version=version,
            stated=msgspec.json.decode(stated, type=Stated | None),
        )
        for number, position, instant, act, author, note, version, stated in Q.edits(
            db, segment=segment, before=before, most=most
        )
    ]


def versions(db: Connection, segment: int) -> list[Version]:
    """Every version of a segment's definition, the first one first."""
    return [
        Version(
            segment=number,
            version=version,
            position=position,
            instant=instant,
            definition=_definition.decode(definition),
            written=_definition.decode(written or definition),
            author=author,
            note=note,
        )
        for number, version, position, instant, definition, written, author, note in Q.versions(
            db, segment=segment
        )
    ]


def defined(db: Connection) -> list[Defined]:
    """The definitions in force and those being built, in the order in which the segments were made.

    Their computed attributes are written out.
    """
    return [
        Defined(
            id=number,
            key=key,
            kind=kind,
            version=version,
            position=position,
            instant=instant,
            definition=_definition.decode(definition) if kind == "live" else on_list(key),
            is_building=is_building,
        )
        for number, key, kind, version, position, instant, definition, is_building in Q.defined(db)
    ]


def number(db: Connection, key: str) -> int:
    """The number of a segment that is not deleted; 0 where there is none."""
    found: int | None = Q.number(db, key=key)
    return found or 0


def decided(db: Connection) -> int:
    """Position of the newest fact that brought a definition into force, or out of it; 0 where there was none."""
    found: int = Q.decided(db)
    return found


def acts(db: Connection) -> list[Done]:
    """Everything that was done to segments as such, in order."""
    return [
        Done(position, instant, number, key, act, version, stated)
        for position, instant, number, key, act, version, stated in Q.acts(db)
    ]


def stated_definitions(db: Connection) -> dict[tuple[int, int], Definition]:
    """Every version of every definition, by segment and version, computed attributes written out."""
    return {
        (number, version): _definition.decode(definition)
        for number, version, definition in Q.stated_definitions(db)
    }


def tags(db: Connection) -> list[str]:
    """Every tag that somebody was given, in the order of the alphabet."""
    return [tag for (tag,) in Q.tags(db)]


def homes(db: Connection) -> list[tuple[int, int, str]]:
    """(position, instant, zone) of every zone of the workspace, in order; the first from the beginning on."""
    return list(Q.homes(db))


def home(db: Connection) -> str:
    """The zone by whose clock people are decided; empty before the first writer."""
    return Q.home(db) or ""


def move_home(db: Connection, position: int, instant: int, zone: str) -> None:
    """From a position on the workspace is in a zone; nothing where it is there already."""
    if home(db) != zone:
        Q.add_home(db, position=position, instant=instant, zone=zone)


def seat_home(db: Connection, zone: str) -> None:
    """Say in which zone the workspace has been from the beginning, where nobody has said it yet."""
    if not home(db):
        Q.add_home(db, position=0, instant=0, zone=zone)
