"""What tests of keeping share: people with a history, a backup of them, and a restore on a machine of its own."""

from pathlib import Path

from konnektu.access.api import create_source, system_caller
from konnektu.belt.deliver import seal_once
from konnektu.belt.opening import Kept as Files
from konnektu.belt.opening import open_restored
from konnektu.belt.rebuild import Rebuilt, rebuild
from konnektu.keeping import api as keeping
from konnektu.keeping.rows import table_sum, tables
from konnektu.log import api as log
from konnektu.storage.api import Storage, WorkspaceRecord
from tests.belt.support import NOW, identify, run_writer, send, track

LATER = NOW + 3_600_000


def quiet(part: str) -> None:
    """Nobody looks."""


def unseen(done: int, total: int) -> None:
    """Nobody looks at a bar."""


def live(storage: Storage, record: WorkspaceRecord, people: int = 30, start: int = 0) -> None:
    """Some people come, tell who they are, and buy; one of them says things twice, and one thing cannot be read."""
    for n in range(start, start + people):
        user = f"u{n}"
        send(
            storage,
            record,
            identify(user, n, email=f"{user}@example.org", firstName="Анна", phone=f"+7903{n:07d}"),
            track("Product Viewed", n * 10, anonymous=f"a{n}"),
            track("Order Completed", n * 10 + 1, user=user, anonymous=f"a{n}", revenue=10 + n),
            b'{"type":"track","userId":"u1","messageId":"bad"}',
            at=NOW + n,
        )


def sealed(storage: Storage, record: WorkspaceRecord) -> None:
    """Everything that is applied is in the event store."""
    while seal_once(storage, record, 1_000):
        pass


def settled(storage: Storage, record: WorkspaceRecord) -> None:
    """Three thirds of a history: sealed, applied and not sealed, waiting."""
    caller = system_caller(record)
    create_source(storage.control, caller, kind="server", name="Shop", now=NOW)
    live(storage, record)
    run_writer(storage, record)
    sealed(storage, record)
    live(storage, record, 10, start=100)
    run_writer(storage, record)
    live(storage, record, 5, start=200)


def back_up(storage: Storage, record: WorkspaceRecord, folder: Path, passphrase: str = "") -> keeping.Kept:
    """A backup into the folder."""
    place = keeping.Place(folder / "data", folder / "data" / "erased", folder / "backups", passphrase)
    return keeping.back_up(storage, record, place, LATER, quiet)


def restored(
    storage: Storage,
    folder: Path,
    slug: str,
    passphrase: str = "",
    secret_key: bytes | None = None,
    data: Path | None = None,
) -> tuple[WorkspaceRecord, keeping.Restored, int]:
    """The latest backup of the folder, opened as `slug`; with how many people were erased again."""
    data = data or folder / "data"
    origin = keeping.From(keeping.source(folder / "backups", passphrase), secret_key)
    record, loaded = keeping.restore(storage, data, origin, slug, LATER, quiet)
    notes = keeping.notes_of(storage, origin, data / "erased")
    aged = keeping.aged_of(storage, origin, data / "erased")
    erased = open_restored(storage, record, notes, Files(data, data / "erased"), LATER, "test", aged=aged)
    return record, loaded, erased


def is_rebuilt_equal(storage: Storage, record: WorkspaceRecord) -> Rebuilt:
    """The rebuild, asserted to be equal."""
    found = rebuild(storage, record, "test", unseen)
    assert found.is_equal, found.tables
    return found


def hashes(storage: Storage, record: WorkspaceRecord, *but: str) -> dict[str, tuple[int, str]]:
    """Rows and hash of each table of the workspace's schema."""
    with storage.workspace(record).read() as db:
        sums = {
            table: table_sum(db, table, columns) for table, columns in tables(db).items() if table not in but
        }
    return {table: (each.rows, each.hash) for table, each in sums.items()}


def applied(storage: Storage, record: WorkspaceRecord) -> None:
    """Everything that waits is applied and sealed."""
    run_writer(storage, record)
    sealed(storage, record)


def position(storage: Storage, record: WorkspaceRecord) -> int:
    """The writer's place."""
    return log.place(storage.workspace(record)).position
