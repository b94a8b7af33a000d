"""Every table there is is kept, or is left out for a reason."""

from konnektu.keeping.facts import MIRRORS, PASSING
from konnektu.keeping.rows import VERSION_TABLE
from konnektu.keeping.shared import CONTROL, INBOX, LEFT_OUT
from konnektu.storage.api import Db, Storage, declared_tables

FOREIGN = "procrastinate_"
"""Tables of the job library: what it holds is work of this installation."""


def tables(db: Db) -> set[str]:
    query = """
        SELECT relname::text FROM pg_class
        WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition
    """
    with db.read() as conn:
        return {row[0] for row in conn.execute(query) if not row[0].startswith(FOREIGN)}


def test_of_control_and_inbox(storage: Storage) -> None:
    there = tables(storage.control) | tables(storage.inbox)
    assert there == {*CONTROL, *INBOX, *LEFT_OUT, VERSION_TABLE}


def test_of_the_event_store() -> None:
    for table in (each for each in declared_tables() if each.name not in PASSING):
        assert (table.name in MIRRORS) != any(column.name == "position" for column in table.columns), (
            table.name
        )
