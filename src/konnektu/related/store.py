"""The statements of related records, one short function each. Everything takes a connection of the workspace's role.

In: a connection and records. Out: records. Invariant: a batch is a fixed number of statements, whatever its size.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from hashlib import blake2b
from pathlib import Path
from typing import Any, Final

import aiosql
import msgspec
from psycopg.sql import SQL, Identifier, Literal

from konnektu.related.logic import in_order, is_removed, owner_of, searched, source_of
from konnektu.related.model import (
    MOST_RANGES,
    MOST_VERSIONS,
    ORDERED,
    Key,
    Kind,
    Match,
    RecordRow,
    RecordState,
    Said,
)
from konnektu.related.values import json_of
from konnektu.storage.api import Bigints, Booleans, Byteas, Connection, Texts

Q: Any = aiosql.from_path(Path(__file__).with_name("queries.sql"), "psycopg")

WIDE = 10_000
"""Records of a range from which on a page is sooner found by reading on in the order of ids."""

_pack = msgspec.msgpack.Encoder()
_state = msgspec.msgpack.Decoder(RecordState)
_said = msgspec.msgpack.Decoder(dict[str, Any])
_kind = msgspec.json.Decoder(Kind)


def kinds(db: Connection) -> dict[str, Kind]:
    """Every kind of records by its name."""
    found = [_kind.decode(row[0]) for row in Q.kinds(db)]
    return {one.name: one for one in found}


def put_kinds(db: Connection, changed: Mapping[int, Kind]) -> None:
    """Write kinds as a batch leaves them, by the position of the fact that changed each last."""
    latest = {one.name: (position, one) for position, one in sorted(changed.items())}
    Q.put_kinds(
        db,
        names=Texts(latest),
        positions=Bigints(position for position, _ in latest.values()),
        definitions=Texts(msgspec.json.encode(one) for _, one in latest.values()),
    )


def index_ranges(db: Connection, kind: Kind) -> None:
    """Let lists of a kind find ranges of its first fields that have an order; what there is stays as it is.

    An index of all fields together serves equality and no range.
    """
    # However many records there are, they are indexed at once or not at all.
    db.execute("SET LOCAL statement_timeout = 0")
    fields = [one.name for one in kind.fields if one.type in ORDERED and not one.is_retired]
    for field in fields[:MOST_RANGES]:
        name = "record_" + blake2b(f"{kind.name}.{field}".encode(), digest_size=12).hexdigest()
        query = SQL(
            "CREATE INDEX IF NOT EXISTS {name} ON record ((fields -> {kind} -> {field}), id) WHERE kind = {kind}"
        )
        db.execute(query.format(name=Identifier(name), kind=Literal(kind.name), field=Literal(field)))


def index_kinds(db: Connection) -> None:
    """Let lists of every kind find ranges, as `index_ranges`: for a schema whose kinds were loaded, not told."""
    for kind in kinds(db).values():
        index_ranges(db, kind)


def load(db: Connection, keys: Collection[Key]) -> dict[Key, RecordRow]:
    """The records of these keys; those that are not known are missing."""
    found = [_row(row) for row in Q.load_records(db, **_keys(sorted(keys)))]
    return {row.key: row for row in found}


def put(db: Connection, rows: Sequence[RecordRow], defined: Mapping[str, Kind]) -> None:
    """Write records as a batch leaves them."""
    states = [row.state for row in rows]
    Q.put_records(
        db,
        **_keys([row.key for row in rows]),
        atoms=Bigints(owner_of(one) for one in states),
        profiles=Bigints(row.profile for row in rows),
        sources=Bigints(source_of(one) for one in states),
        removed=Booleans(is_removed(one) for one in states),
        positions=Bigints(one.position for one in states),
        fields=Texts(searched(defined[row.key.kind], row.state) for row in rows),
        states=Byteas(_pack.encode(in_order(one)) for one in states),
    )


def add_versions(db: Connection, said: Sequence[Said]) -> None:
    """Keep what a batch said."""
    Q.add_versions(
        db,
        **_keys([one.key for one in said]),
        times=Bigints(one.time for one in said),
        positions=Bigints(one.position for one in said),
        ranks=Bigints(one.rank for one in said),
        sources=Bigints(one.source for one in said),
        bys=Texts(one.by for one in said),
        atoms=Bigints(one.atom for one in said),
        owners=Bigints(one.owner for one in said),
        removed=Booleans(one.removed for one in said),
        said=Byteas(_pack.encode(dict(sorted(one.fields.items()))) for one in said),
    )


def trim_versions(db: Connection, keys: Sequence[Key]) -> None:
    """Keep the latest statements about these records."""
    Q.trim_versions(db, **_keys(keys), most=MOST_VERSIONS)


def versions(db: Connection, keys: Sequence[Key]) -> dict[Key, list[Said]]:
    """What was said of these records, the latest first."""
    found: dict[Key, list[Said]] = {}
    for kind, id_, position, time, rank, source, by, atom, owner, removed, said in Q.versions_of(
        db, **_keys(keys)
    ):
        key = Key(kind, id_)
        one = Said(
            key=key,
            position=position,
            time=time,
            rank=rank,
            source=source,
            by=by,
            atom=atom,
            owner=owner,
            removed=removed,
            fields=_said.decode(said),
        )
        found.setdefault(key, []).append(one)
    return found


def merge(db: Connection, merged: Mapping[int, int]) -> None:
    """Give the records of losers to their winners."""
    Q.merge_records(db, losers=Bigints(merged), winners=Bigints(merged.values()))


def part(db: Connection, leaving: int, staying: int, moved: Iterable[int]) -> None:
    """Give the records of these atoms to who leaves, the others of both to who stays."""
    Q.part_records(db, leaving=leaving, staying=staying, moved=Bigints(moved))


def erase_owned(db: Connection, profiles: Sequence[int]) -> list[Key]:
    """Remove the records of erased people with all that was said of them; their keys."""
    keys = sorted(Key(*row) for row in Q.erase_records(db, profiles=Bigints(profiles)))
    if keys:
        Q.erase_versions(db, **_keys(keys))
    return keys


def erase_said(db: Connection, atoms: Sequence[int]) -> dict[Key, set[int]]:
    """Remove what these atoms said of other people's records; the positions by record."""
    gone: dict[Key, set[int]] = {}
    for kind, id_, position in Q.erase_said(db, atoms=Bigints(atoms)):
        gone.setdefault(Key(kind, id_), set()).add(position)
    return gone


def delete(db: Connection, keys: Sequence[Key]) -> None:
    """Remove records of which nothing is left."""
    Q.delete_records(db, **_keys(keys))


def bury(db: Connection, hashes: Sequence[bytes], position: int) -> None:
    """Remember these keyed hashes of records as erased at a position."""
    Q.bury(db, hashes=Byteas(hashes), position=position)


def buried(db: Connection, hashes: Sequence[bytes]) -> dict[bytes, int]:
    """The position at which each of these records was last erased, by keyed hash."""
    return {bytes(found): position for found, position in Q.buried(db, hashes=Byteas(hashes))}


def of_person(db: Connection, profile: int, kind: str, after: Key, limit: int) -> list[RecordRow]:
    """A page of a person's records by kind and id; of one kind where one is named."""
    rows = Q.records_of_after(
        db, profile=profile, kind=kind, after_kind=after.kind, after=after.id, limit=limit
    )
    return [_row(row) for row in rows]


def of_people(db: Connection, profiles: Sequence[int]) -> list[RecordRow]:
    """Every record of these people, removed ones too."""
    return [_row(row) for row in Q.records_of_people(db, profiles=Bigints(profiles))]


def listed(
    db: Connection, kind: str, matches: Sequence[Match], after: str, limit: int, *, removed: bool = False
) -> list[RecordRow]:
    """A page of a kind's records by id, of those that meet every condition."""
    asked: dict[str, Any] = {"kind": kind, "removed": removed, "after": after, "limit": limit}
    if matches:
        # Which index serves depends on the values; a plan for any values would read the whole kind.
        db.execute("SET LOCAL plan_cache_mode = force_custom_plan")
    equal, ranges = [one for one in matches if one.is_equal], _ranges(matches)
    if equal:
        asked["match"] = _match(kind, equal)
    if ranges:
        asked |= _bounds(ranges)
    query = {
        (False, False): Q.records_after,
        (True, False): Q.matching_after,
        (False, True): Q.ranging_after,
        (True, True): Q.matching_ranging_after,
    }[bool(equal), bool(ranges)]
    if not ranges or not _is_narrow(db, asked):
        return [_row(row) for row in query(db, **asked)]
    # The planner, which takes every range for equally wide, would rather read the kind in the order of ids.
    db.execute("SET LOCAL enable_indexscan = off")
    found = [_row(row) for row in query(db, **asked)]
    db.execute("SET LOCAL enable_indexscan = on")
    return found


def rows_of(found: Iterable[Sequence[Any]]) -> list[RecordRow]:
    """Records as rows of the columns that `records_after` selects."""
    return [_row(row) for row in found]


def _is_narrow(db: Connection, asked: Mapping[str, Any]) -> bool:
    """Whether the first range holds so few records that they are better fetched all and sorted."""
    wanted = {name: asked[name] for name in ("kind", "path", "low", "high")}
    return int(Q.between(db, **wanted, most=WIDE)) < WIDE


def counts_of(db: Connection, profiles: Sequence[int]) -> dict[int, dict[str, int]]:
    """How many records of each kind these people have; those without any are missing."""
    return counts_in(Q.counts_of(db, profiles=Bigints(profiles)))


COUNTS: Final[str] = Q.counts_of.sql
"""The statement of `counts_of`."""


def counts_in(rows: Iterable[Sequence[Any]]) -> dict[int, dict[str, int]]:
    """What rows of `COUNTS` say, by profile."""
    found: dict[int, dict[str, int]] = {}
    for profile, kind, count in rows:
        found.setdefault(profile, {})[kind] = count
    return found


def _match(kind: str, matches: Sequence[Match]) -> str:
    wanted: dict[str, Any] = {}
    for one in matches:
        if one.field.type == "texts":
            wanted.setdefault(one.field.name, []).append(one.low)
        else:
            wanted[one.field.name] = json_of(one.field, one.low)
    return msgspec.json.encode({kind: wanted}).decode()


def _ranges(matches: Sequence[Match]) -> dict[str, tuple[str | None, str | None]]:
    """(least, most) value as JSON by field, of conditions on ranges, at most one of each; None for no bound."""
    found: dict[str, tuple[str | None, str | None]] = {}
    for one in matches:
        if one.is_equal:
            continue
        low, high = found.get(one.field.name, (None, None))
        bound = msgspec.json.encode(json_of(one.field, one.high if one.low is None else one.low)).decode()
        found[one.field.name] = (low, bound) if one.low is None else (bound, high)
    return found


def _bounds(ranges: Mapping[str, tuple[str | None, str | None]]) -> dict[str, Any]:
    """The first range, which an index serves, and the others."""
    (path, (low, high)), *others = ranges.items()
    return {
        "path": path,
        "low": low,
        "high": high,
        "paths": Texts(name for name, _ in others),
        "lows": Texts(least for _, (least, _) in others),
        "highs": Texts(most for _, (_, most) in others),
    }


def _keys(keys: Sequence[Key]) -> dict[str, Texts]:
    return {"kinds": Texts(key.kind for key in keys), "ids": Texts(key.id for key in keys)}


def _row(row: Sequence[Any]) -> RecordRow:
    kind, id_, profile, state = row
    return RecordRow(key=Key(kind, id_), profile=profile, state=_state.decode(state))
