"""The statements of computed attributes, one short function each. In: a connection, records. Out: records."""

from pathlib import Path
from typing import Any

import aiosql
import msgspec

from konnektu.rules.formulas import Formula
from konnektu.segments.formulas.model import Followed, Standing, Stated, Version
from konnektu.storage.api import Connection

Q: Any = aiosql.from_path(Path(__file__).with_name("queries.sql"), "psycopg")

_stated = msgspec.json.Decoder(Stated)
_formula: msgspec.json.Decoder[Formula] = msgspec.json.Decoder(Formula)


def version(db: Connection) -> int:
    """Position of the newest fact about computed attributes; 0 where there was none."""
    found: int = Q.version(db)
    return found


def computed(db: Connection) -> dict[str, Standing]:
    """Every computed attribute by its key, deleted ones too, in the order of their making."""
    return {row[1]: _standing(*row) for row in Q.computed(db)}


def _standing(  # noqa: PLR0913, PLR0917 - the columns of a row
    number: int, key: str, position: int, instant: int, author: str, stated: str, is_deleted: bool,  # noqa: FBT001
    version: int, current: int, building: int,
) -> Standing:  # fmt: skip
    return Standing(
        id=number,
        key=key,
        position=position,
        instant=instant,
        author=author,
        stated=_stated.decode(stated),
        is_deleted=is_deleted,
        version=version,
        current=current,
        building=building,
    )


def put(db: Connection, one: Standing) -> None:
    """Write a computed attribute as a fact leaves it."""
    Q.put(
        db,
        id=one.id,
        key=one.key,
        position=one.position,
        instant=one.instant,
        author=one.author,
        stated=msgspec.json.encode(one.stated).decode(),
        is_deleted=one.is_deleted,
        version=one.version,
        current=one.current,
        building=one.building,
    )


def add_version(db: Connection, one: Version) -> None:
    """Write a version of a formula."""
    Q.add_version(
        db,
        computed=one.computed,
        version=one.version,
        position=one.position,
        instant=one.instant,
        formula=msgspec.json.encode(one.formula).decode(),
        author=one.author,
        note=one.note,
    )


def followed(db: Connection) -> list[Followed]:
    """The formulas that values are read by and those being built, in the order in which they were first stated."""
    return [
        Followed(
            key=key,
            version=version,
            position=position,
            formula=_formula.decode(formula),
            is_building=is_building,
        )
        for key, version, position, formula, is_building in Q.followed(db)
    ]


def sample(db: Connection, most: int) -> list[int]:
    """People spread evenly over the whole base, in the order of their making."""
    return [row[0] for row in Q.sample(db, most=most)]


def versions(db: Connection, computed: int) -> list[Version]:
    """Every version of a formula, the latest first."""
    return [
        Version(
            computed=number,
            version=version,
            position=position,
            instant=instant,
            formula=_formula.decode(formula),
            author=author,
            note=note,
        )
        for number, version, position, instant, formula, author, note in Q.versions(db, computed=computed)
    ]
