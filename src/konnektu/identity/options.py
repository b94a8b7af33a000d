"""What decoding depends on in a workspace. In: its settings and its identity rules. Out: `Options`."""

from msgspec import structs

from konnektu.access import api as access
from konnektu.collect.api import Options
from konnektu.core.records import Identifier
from konnektu.identity import store
from konnektu.identity.model import Rules
from konnektu.storage.api import Connection, Storage, WorkspaceRecord


def options(storage: Storage, record: WorkspaceRecord, db: Connection) -> Options:
    """What decoding depends on, as the workspace has it at this moment."""
    return with_kinds(settled_options(storage, record), db)


def settled_options(storage: Storage, record: WorkspaceRecord) -> Options:
    """What decoding depends on, as people have set it: whose events are marked as staff's or as a test's."""
    settings = access.settings(storage.control, record.id)
    return Options(
        staff_networks=tuple(settings.staff_ips),
        staff=frozenset(Identifier(kind, value) for kind, value in settings.staff_identifiers),
        test_sources=access.test_sources(storage.control, record.id),
    )


def with_kinds(chosen: Options, db: Connection) -> Options:
    """The same options with the kinds of identifiers that the rules in force have."""
    return structs.replace(chosen, kinds=(store.rules(db) or Rules()).kinds)
