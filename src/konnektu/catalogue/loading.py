"""A load: staged, judged, and in effect by one transaction.

In: what a source tells. Out: a `Load` that says what became of it. Invariant: a source that breaks off, a
process that dies and a load that waits for a person all leave the catalogue as it was; loads take effect one
after another, and versions are in the order of commits.
"""

from collections.abc import Callable, Iterable, Mapping

from msgspec import Struct

from konnektu.catalogue import store, tree
from konnektu.catalogue.model import Kind, Load, Numbers, Placed, Scope, Subject
from konnektu.catalogue.staging import Staged, stage
from konnektu.catalogue.store import SUBJECTS, L
from konnektu.core.clock import DAY
from konnektu.core.errors import Conflict, NotFound, Refused
from konnektu.storage.api import Connection, Db

Now = Callable[[], int]
NO_LIMIT = "SET LOCAL statement_timeout = 0"
"""A whole feed takes effect in one transaction, however long its statements last."""
PATIENCE = "SET LOCAL lock_timeout = '120s'"
"""How long a load waits for the one before it."""
SUSPICIOUS_SHARE = 2
"""A load that takes away more than one in so many of its feed's products waits for a person."""
MANY = 10_000
"""Rows from which on the planner must be told that a table has changed."""
UNIT_SEPARATOR = "\x1f"


class Beginning(Struct, frozen=True, kw_only=True):
    """What is known of a load before its first row."""

    kind: Kind
    name: str
    by: str
    """Who loads: a login, a token's name, a command."""
    scope: Scope = "partial"
    subjects: tuple[Subject, ...] = SUBJECTS
    """What the source speaks of: a full load takes away nothing else."""
    feed: int = 0
    sha256: str = ""
    is_forced: bool = False
    """Takes effect however much it takes away."""


def load(db: Db, beginning: Beginning, source: Iterable[Placed], now: Now) -> Load:
    """Take everything a source tells; a source that raises `Refused` ends as a failed load, not an exception."""
    number = _begin(db, beginning, now())
    try:
        staged = stage(db, number, source)
    except Refused as error:
        with db.transaction() as conn:
            store.discard_loads(conn, [number], state="failed", reason=error.message, now=now())
        return find(db, number)
    with db.transaction() as conn:
        _conclude(conn, number, beginning, staged, now())
    return find(db, number)


def confirm(db: Db, number: int, now: Now) -> Load:
    """Let a suspicious load take effect. Raises `Conflict` where it waits no more."""
    told = find(db, number)
    with db.transaction() as conn:
        held = store.lock_load(conn, number)
        if held is None or held[0] != "suspicious":
            raise Conflict(
                f"The load is {held[0] if held else 'gone'}; only a suspicious one can be confirmed."
            )
        if sum(store.staged_counts(conn, number).values()) != held[1]:
            raise Conflict("What was staged is gone with a crash of the server. Load it again.")
        staged = Staged(held[1], told.rejected, told.remarks)
        beginning = Beginning(
            kind=told.kind, name=told.name, by=told.started_by, scope=told.scope, feed=told.feed,
            subjects=_subjects(told), sha256=told.sha256, is_forced=True,
        )  # fmt: skip
        _apply(conn, number, beginning, staged, now())
    return find(db, number)


def discard(db: Db, number: int, now: Now) -> Load:
    """Drop a suspicious load. Raises `Conflict` where it waits no more."""
    with db.transaction() as conn:
        held = store.lock_load(conn, number)
        if held is None or held[0] != "suspicious":
            raise Conflict("Only a suspicious load can be discarded.")
        store.discard_loads(conn, [number], state="discarded", reason="Discarded by a person.", now=now())
    return find(db, number)


def unchanged(db: Db, beginning: Beginning, now: Now) -> Load:
    """Note that a feed was asked and is as it was."""
    number = _begin(db, beginning, now())
    with db.transaction() as conn:
        store.end_load(conn, number, state="unchanged", now=now())
    return find(db, number)


def failed(db: Db, beginning: Beginning, reason: str, now: Now) -> Load:
    """Note that a feed could not be fetched."""
    number = _begin(db, beginning, now())
    with db.transaction() as conn:
        store.end_load(conn, number, state="failed", reason=reason, now=now())
    return find(db, number)


def find(db: Db, number: int) -> Load:
    """One load; raises `NotFound`."""
    with db.read() as conn:
        found = store.find_load(conn, number)
    if found is None:
        raise NotFound("There is no such load.")
    return found


def _begin(db: Db, beginning: Beginning, now: int) -> int:
    with db.transaction() as conn:
        deserted = store.numbers_column(L.deserted_loads(conn, before=now - DAY))
        reason = "Whoever ran it ended before it did."
        store.discard_loads(conn, deserted, state="failed", reason=reason, now=now)
        return store.begin_load(
            conn,
            feed=beginning.feed,
            kind=beginning.kind,
            name=beginning.name[:200],
            scope=beginning.scope,
            sha256=beginning.sha256,
            now=now,
            by=beginning.by,
        )


def _conclude(conn: Connection, number: int, beginning: Beginning, staged: Staged, now: int) -> None:
    """Apply what is staged, or hold it back."""
    conn.execute(NO_LIMIT)
    conn.execute(PATIENCE)
    if staged.rows > MANY:
        store.analyze_staged(conn)
    _refuse_repeated(conn, number, staged)
    if beginning.scope == "full" and "products" in beginning.subjects and not beginning.is_forced:
        L.present_version(conn)
        stands = L.active_products(conn, feed=beginning.feed)
        lost = L.unnamed_products(conn, load=number, feed=beginning.feed)
        if lost * SUSPICIOUS_SHARE > stands:
            reason = f"It would take away {lost} of {stands} products. Confirm it, or discard it."
            store.end_load(
                conn, number, state="suspicious", numbers={s: Numbers() for s in beginning.subjects}, now=now,
                staged=sum(store.staged_counts(conn, number).values()), rejected=staged.rejected,
                remarks=staged.remarks, reason=reason,
            )  # fmt: skip
            _discard_outdated(conn, number, beginning, now)
            return
    _apply(conn, number, beginning, staged, now)


def _refuse_repeated(conn: Connection, number: int, staged: Staged) -> None:
    before = sum(store.staged_counts(conn, number).values())
    store.refuse_repeated(conn, number)
    staged.rejected += before - sum(store.staged_counts(conn, number).values())


def _apply(conn: Connection, number: int, beginning: Beginning, staged: Staged, now: int) -> None:
    conn.execute(NO_LIMIT)
    conn.execute(PATIENCE)
    version: int = L.next_version(conn)
    refused = _refuse_circles(conn, number)
    counts = store.staged_counts(conn, number)
    is_full = beginning.scope == "full"
    numbers: dict[Subject, Numbers] = {
        subject: store.write_subject(
            conn, subject, number, feed=beginning.feed, version=version, staged=counts[subject],
            is_full=is_full and subject in beginning.subjects,
        )
        for subject in SUBJECTS
        if counts[subject] or counts["gone"] or (is_full and subject in beginning.subjects)
    }  # fmt: skip
    _set_paths(conn, numbers, version)
    if is_full and "products" in beginning.subjects:
        L.mark_origin(conn, feed=beginning.feed, version=version)
    _discard_outdated(conn, number, beginning, now)
    store.end_load(
        conn, number, state="applied", version=version, numbers=numbers, staged=staged.rows,
        rejected=staged.rejected + refused, remarks=staged.remarks, now=now,
    )  # fmt: skip
    store.forget_staged(conn, [number])
    if any(one.new + one.changed > MANY for one in numbers.values()):
        store.analyze_standing(conn)


def _discard_outdated(conn: Connection, number: int, beginning: Beginning, now: int) -> None:
    """Drop loads of the same feed that wait for a person: a later one says what they said, or more."""
    outdated = store.numbers_column(L.outdated_loads(conn, feed=beginning.feed, id=number))
    store.discard_loads(conn, outdated, state="discarded", reason="A later load came.", now=now)


def _refuse_circles(conn: Connection, number: int) -> int:
    """Refuse categories that would stand in a circle; how many."""
    stated = dict(L.staged_parents(conn, load=number))
    if not stated:
        return 0
    _, refused = tree.accepted(dict(L.standing_parents(conn)), stated)
    details = [" → ".join((*circle, circle[0])) for circle in refused.values()]
    L.refuse_categories(conn, load=number, ids=list(refused), details=details)
    return len(refused)


def _set_paths(conn: Connection, numbers: Mapping[Subject, Numbers], version: int) -> None:
    told = numbers.get("categories", Numbers())
    if told.new or told.changed or told.gone:
        paths = tree.paths(dict(L.standing_parents(conn)))
        joined = [UNIT_SEPARATOR.join(path) for path in paths.values()]
        L.set_paths(conn, ids=list(paths), paths=joined, version=version)


def _subjects(told: Load) -> tuple[Subject, ...]:
    """What the source of a suspicious load spoke of: a table of products says nothing of categories."""
    return ("products", "categories", "stock") if told.kind == "yml" else ("products", "stock")
