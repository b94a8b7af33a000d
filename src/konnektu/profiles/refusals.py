"""Refusals at once: recorded, with their fact, before anybody is answered.

In: a contact and what its owner refuses. Out: a row of `refusal` and a block of the inbox, in one
transaction that holds the contact's lock. A message leaves at the commit of its own transaction, which takes
the same lock and reads the same table: whichever commits first, a refusal that was answered is obeyed.
"""

from collections.abc import Iterable, Sequence
from hashlib import blake2b
from typing import Any

import msgspec
from psycopg import sql

from konnektu.core.records import Parcel
from konnektu.log import api as log
from konnektu.profiles.model import Contact, Refusal
from konnektu.storage.api import Connection, Storage, WorkspaceRecord

_ADD = sql.SQL(
    "INSERT INTO {} (contact_kind, contact_value, entity, channel, category, purpose, reason, time)"
    " VALUES (%s, %s, %s, %s, %s, %s, %s, %s)"
)


def record_refusals(
    storage: Storage, workspace: WorkspaceRecord, refused: Sequence[Refusal], parcel: Parcel
) -> int:
    """Write refusals and append the parcel that states them as a fact; return the parcel's block id.

    When this returns, both are on disk. Raises `Retry` where the database is away; then neither is there.
    """
    log.ensure_partitions(storage.inbox, [parcel.received_at])
    block = (workspace.id, parcel.received_at, len(parcel.events), log.encode_block([parcel]))
    with storage.inbox.transaction() as inbox:
        lock_contacts(inbox, workspace, [one.contact for one in refused])
        _add(inbox, workspace, list(dict.fromkeys(refused)))
        return log.store.add_blocks(inbox, [block])[0]


def lock_contacts(db: Connection, workspace: WorkspaceRecord, contacts: Iterable[Contact]) -> None:
    """Hold the locks of contacts until the transaction ends; taken in one order, so that no holders wait in a ring."""
    for key in sorted({lock_key(workspace, contact) for contact in contacts}):
        db.execute("SELECT pg_advisory_xact_lock(%s)", [key])


def lock_key(workspace: WorkspaceRecord, contact: Contact) -> int:
    """The number of a contact's lock: 64 bits of a hash of workspace and contact."""
    named = msgspec.msgpack.encode((workspace.uuid, contact.kind, contact.value))
    return int.from_bytes(blake2b(named, digest_size=8, person=b"contact lock").digest(), "big", signed=True)


def _add(inbox: Connection, workspace: WorkspaceRecord, refused: Sequence[Refusal]) -> None:
    """The inbox's role may add rows to the workspace's table of refusals, and nothing else there."""
    statement = _ADD.format(sql.Identifier(workspace.schema, "refusal"))
    with inbox.cursor() as cursor:
        cursor.executemany(statement, [_row(one) for one in refused])


def _row(one: Refusal) -> tuple[Any, ...]:
    contact = one.contact
    return (
        contact.kind,
        contact.value,
        one.entity,
        one.channel,
        one.category,
        one.purpose,
        one.reason,
        one.time,
    )
