"""Erasure of one person: from state at once, from inbox and event store as soon as they answer.

In: an `erase` fact whose person identity has named. Out: no row, block, fact or piece of evidence with
anything of the person; decisions with keyed hashes in place of identifiers; tombstones. Every step may be
repeated, so that a crash or an absent event store delays the rest and loses none of it.
"""

from collections.abc import Callable, Collection, Sequence
from functools import partial
from pathlib import Path

import msgspec

from konnektu.acquisition import api as acquisition
from konnektu.collect import api as collect
from konnektu.core.logging import Action, get
from konnektu.core.records import Event, Identifier, Parcel
from konnektu.core.secrets import derived_key, seal, unseal
from konnektu.identity import api as identity
from konnektu.imports import api as imports
from konnektu.log import api as log
from konnektu.orders import api as orders
from konnektu.privacy import store
from konnektu.privacy.logic import cover, is_kept_out, mentions, sought, tombstone_of
from konnektu.privacy.model import Erasure, Gone, Sought
from konnektu.privacy.noted import FOLDER, note
from konnektu.product_lists import api as product_lists
from konnektu.profiles import api as profiles
from konnektu.related import api as related
from konnektu.segments import api as segments
from konnektu.storage.api import Connection, History, Storage, WorkspaceRecord

_log = get("privacy")
USE = "tombstones"
ORDER = "order"
"""In place of a kind in the keyed hashes of orders' numbers."""
RECORD = "record"
"""The same of related records."""
LATEST = 2**62
EVIDENCE = 100_000
"""Decisions about one person at most: above the largest person that identity makes, many times."""


def tombstone_key(storage: Storage, record: WorkspaceRecord, db: Connection) -> bytes:
    """The key of this workspace's tombstones: its own, or the one that a restore brought with them."""
    carried = store.carried_key(db)
    if carried is not None:
        return unseal(storage.secret_key, USE, carried)
    return own_key(storage.secret_key, record.uuid)


def own_key(secret_key: bytes, workspace: str) -> bytes:
    """The key of tombstones that a workspace has where it was made, given by its uuid."""
    return derived_key(secret_key, f"{USE} {workspace}")


def carry(storage: Storage, db: Connection, key: bytes, opened: Callable[[bytes], bytes]) -> None:
    """Let a restored workspace go on with its key of tombstones, and what unfinished erasures keep encrypted be
    read under this installation's key; `opened` decrypts it under the one it comes from.
    """
    store.carry_key(db, seal(storage.secret_key, USE, key))
    for position, sealed in store.sealed_erasures(db).items():
        store.reseal_erasure(db, position, seal(storage.secret_key, USE, opened(sealed)))


def erase(
    storage: Storage, record: WorkspaceRecord, db: Connection, event: Event, person: identity.Person
) -> None:
    """Remove a person's state inside the writer's transaction, and begin the rest. Identity removed its own part."""
    key = tombstone_key(storage, record, db)
    values = [atom.identifier for atom in person.atoms.values()]
    atoms = tuple(sorted(person.atoms))
    numbers = orders.erase(db, [person.id])
    orders.bury(db, [_hash_of(key, number) for number in numbers], event.position)
    records = related.erase(db, [person.id], atoms)
    related.bury(db, [_hash_of_record(key, one) for one in records], event.position)
    removed = {
        "identifier": len(values),
        "order": len(numbers),
        "record": len(records),
        "arrival": acquisition.erase(db, [person.id]),
        "member": segments.erase(db, sorted({person.id, *atoms})),
        "product_list": product_lists.erase(db, [person.id]),
        **profiles.erase(db, [person.id]),
        "quarantine": log.erase_quarantine(db, sought(values)),
        "evidence": identity.cover_evidence(db, person, partial(cover, key)),
    }
    contacts = {profiles.Contact(*value): cover(key, value.value) for value in values}
    profiles.blind_refusals(db, contacts)
    store.add_tombstones(db, [tombstone_of(key, value) for value in values], event.instant)
    sealed = seal(storage.secret_key, USE, msgspec.msgpack.encode(Sought(values, numbers, records)))
    store.add_erasure(db, Erasure(event.position, event.instant, person.id, atoms, removed, sealed))


def _hash_of(key: bytes, number: str) -> bytes:
    return tombstone_of(key, Identifier(ORDER, number))


def buried_orders(storage: Storage, record: WorkspaceRecord, numbers: Collection[str]) -> dict[str, int]:
    """Of these orders those that were erased with their people, with the position at which they were."""
    if not numbers:
        return {}
    with storage.workspace(record).read() as db:
        key = tombstone_key(storage, record, db)
        hashes = {_hash_of(key, number): number for number in numbers}
        found = orders.buried(db, list(hashes))
    return {hashes[one]: position for one, position in found.items()}


def _hash_of_record(key: bytes, record: related.Key) -> bytes:
    return tombstone_of(key, Identifier(RECORD, " ".join(record)))


def buried_records(
    storage: Storage, record: WorkspaceRecord, keys: Collection[related.Key]
) -> dict[related.Key, int]:
    """Of these related records those that were erased with their people, with the position at which they were."""
    if not keys:
        return {}
    with storage.workspace(record).read() as db:
        key = tombstone_key(storage, record, db)
        hashes = {_hash_of_record(key, one): one for one in keys}
        found = related.buried(db, list(hashes))
    return {hashes[one]: position for one, position in found.items()}


def kept_out(storage: Storage, record: WorkspaceRecord, db: Connection, events: Sequence[Event]) -> set[int]:
    """Positions of events that late-sending clients bring of people who were erased."""
    if not events or not store.any_tombstone(db):
        return set()
    key = tombstone_key(storage, record, db)
    hashes = {one.position: [tombstone_of(key, value) for value in one.identifiers] for one in events}
    found = store.tombstones(db, sorted({one for several in hashes.values() for one in several}))
    return {one.position for one in events if is_kept_out(one, hashes[one.position], found)}


def finish_erasures(
    storage: Storage, record: WorkspaceRecord, data: Path, notes: Path | None = None
) -> list[Erasure]:
    """Remove from inbox, event store and the data folder's import files what open erasures name.

    Each is noted first in the folder `notes`, `erased` in the data folder where none is given. Raises `Retry`
    while the event store is away.
    """
    db = storage.workspace(record)
    with db.read() as own:
        waiting = store.open_erasures(own)
        key = tombstone_key(storage, record, own) if waiting else b""
    for erasure in waiting:
        note(storage, record, notes or data / FOLDER, _gone(storage, key, erasure))
    for erasure in waiting:
        with db.read() as own:
            sealed, underway = log.store.sealed(own)
            evidence = identity.decisions_about(own, erasure.atoms, limit=EVIDENCE)
            chosen = collect.Options(kinds=identity.rules(own).kinds)
        if sealed < erasure.position or underway is not None:
            return []
        gone = _sought(storage, erasure)
        identifiers = frozenset(gone.identifiers)
        names = _namer(identifiers, erasure.instant, chosen)
        of_theirs = _thing_namer(gone, erasure.instant, chosen) if gone.orders or gone.records else None
        history = storage.history(record)
        removed = {
            "fact_in_inbox": log.erase_from_inbox(
                db, storage.inbox, erasure.atoms, names, erasure.position, of_theirs
            ),
            "fact": log.erase_from_history(
                history, erasure.atoms, evidence, _of_nobody(history, gone, of_theirs, erasure.position)
            ),
            "entry_or_exit": segments.erase_from_history(history, [erasure.profile, *erasure.atoms]),
            "row_of_import": imports.erase_rows(
                imports.Folder(data, record), partial(mentions, identifiers=identifiers)
            ),
        }
        with db.transaction() as own:
            store.finish_erasure(own, erasure.position, removed)
        _log.info(Action.PERSON_ERASED, workspace=record.slug, position=erasure.position)
    with db.read() as own:
        finished = {one.position for one in waiting}
        return [one for one in store.erasures(own, LATEST, len(waiting)) if one.position in finished]


def _gone(storage: Storage, key: bytes, erasure: Erasure) -> Gone:
    """What is noted of an erasure apart from its workspace."""
    hashes = sorted(tombstone_of(key, value) for value in _sought(storage, erasure).identifiers)
    return Gone(erasure.position, erasure.instant, erasure.atoms, tuple(hashes))


def _sought(storage: Storage, erasure: Erasure) -> Sought:
    """What the erasure keeps encrypted of the person until it is finished."""
    opened = unseal(storage.secret_key, USE, erasure.sealed or b"")
    found = msgspec.msgpack.decode(opened, type=Sought | list[Identifier])
    return found if isinstance(found, Sought) else Sought(found)


def _thing_namer(gone: Sought, instant: int, chosen: collect.Options) -> Callable[[Parcel], bool]:
    """Whether a fact that is nobody's names one of the person's orders or related records."""
    numbers, records = frozenset(gone.orders), frozenset(gone.records)

    def names(parcel: Parcel) -> bool:
        (one,) = collect.decode(parcel, 0, instant, chosen)
        return isinstance(one, Event) and (orders.number_of(one) in numbers or related.key_of(one) in records)

    return names


def _of_nobody(
    history: History, gone: Sought, of_theirs: Callable[[Parcel], bool] | None, upto: int
) -> list[int]:
    """Positions of sealed facts that are nobody's and name one of the person's orders or related records."""
    if of_theirs is None:
        return []
    # A number stands in JSON as it is, unless it has letters that some senders escape.
    texts = [
        max(number.split(), key=len) if number.isascii() and number.isprintable() else ""
        for number in (*gone.orders, *(id_ for _, id_ in gone.records))
    ]
    types, events = [orders.FACT, related.FACT], [*orders.EVENTS, *related.EVENTS]
    found = log.of_nobody(history, types, events, texts, upto)
    return [entry.position for entry in found if of_theirs(entry.parcel)]


def _namer(
    identifiers: frozenset[Identifier], instant: int, chosen: collect.Options
) -> Callable[[Parcel], bool]:
    """Whether an event that was repeated or rejected names the person: by an identifier, or in its text."""

    def names(parcel: Parcel) -> bool:
        (one,) = collect.decode(parcel, 0, instant, chosen)
        if isinstance(one, Event):
            return not identifiers.isdisjoint(one.identifiers)
        return mentions(one.body, identifiers)

    return names


def request(storage: Storage, record: WorkspaceRecord, profile: str, now: int, by: str) -> int:
    """Ask the writer to erase a profile, given by its public id; the block that asks."""
    return log.append(storage.inbox, record.id, [Parcel(0, "system", now, [fact(profile, now, by)])])


def fact(profile: str, now: int, by: str) -> bytes:
    """The fact that asks for it."""
    told = {"profile": profile, "by": by}
    return msgspec.json.encode({"type": "erase", "messageId": f"erase-{profile}-{now}", "properties": told})
