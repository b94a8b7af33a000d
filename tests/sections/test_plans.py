"""Every question that a section of a large table allows is served by an index: no plan sorts, none reads on and on."""

from collections.abc import Iterator
from typing import Any

import pytest
from psycopg.sql import SQL

from konnektu.core.asking import cursor, wanted
from konnektu.core.ids import public_id
from konnektu.core.section import Filter, Section, sections
from konnektu.storage import lists
from konnektu.storage.api import (
    Asker,
    Connection,
    Db,
    Listing,
    Storage,
    WorkspaceRecord,
    create_workspace,
    drop_workspace,
)

ROWS = 20_000
LIMIT = 100
MOST_READ = 10 * LIMIT
"""Rows that a page may read: its own, and those it passes over where every few rows one fits."""
MOMENT = 1_760_000_000_000

FILL = {
    "profiles": """
        INSERT INTO profile (id, born, known, position, attributes, state)
        SELECT n, n, n > {rows} / 2, n, '{{}}', '' FROM generate_series(1, {rows}) AS n;
        INSERT INTO tag (atom, tag, profile, present, time, position)
        SELECT n, CASE WHEN n % 5000 = 0 THEN 'rare' WHEN n % 20 = 1 THEN 'medium' ELSE 'common' END, n, true, n, n
        FROM generate_series(1, {rows}) AS n;
        INSERT INTO segment (id, key, position, instant, author, stated, is_on, is_deleted, version, current, building)
        SELECT n, (ARRAY['common', 'medium', 'rare'])[n], n, n, '', '{{}}', true, false, 1, 1, 0
        FROM generate_series(1, 3) AS n;
        INSERT INTO member (segment, profile, position, instant)
        SELECT CASE WHEN n % 5000 = 0 THEN 3 WHEN n % 20 = 1 THEN 2 ELSE 1 END, n, n, n
        FROM generate_series(1, {rows}) AS n;
        INSERT INTO identifier (kind, value, atom, profile, status)
        SELECT 'user_id', 'u' || n, n, n, 'active' FROM generate_series(1, {rows}) AS n
    """,
    "consents": """
        INSERT INTO consent (atom, fact, number, profile, entity, contact_kind, contact_value, channel, category,
                             purpose, state, time, position, body)
        SELECT n, n, 0, n, '', '', '', 'email', '', '', 'given', n, n, '' FROM generate_series(1, {rows}) AS n
    """,
    "orders": """
        INSERT INTO orders (number, atom, profile, source, status, stage, stage_at, currency, gross, returned, net,
                            is_returned, ordered_at, position, store, region, brand, state)
        SELECT 'N-' || n, n, n % 3000, 1, 'x', CASE WHEN n % 5000 = 0 THEN 'returned' ELSE 'paid' END, n, 'RUB', 1, 0,
               1, false, {moment} + n, n, CASE WHEN n % 5000 = 0 THEN 'rare' WHEN n % 20 = 1 THEN 'medium' ELSE 'common' END, '', '', ''
        FROM generate_series(1, {rows}) AS n
    """,
    "products": """
        INSERT INTO product (state, feed, version, id, name, group_id, category, brand, currency, pictures, link,
                             barcodes, sku, available, description, params, words, hash)
        SELECT CASE WHEN n % 20 = 3 THEN 'gone' ELSE 'active' END, 0, 1, 'p' || n, 'Name ' || md5(n::text),
               CASE WHEN n % 5000 = 0 THEN 'rare' WHEN n % 20 = 1 THEN 'medium' WHEN n % 2 = 0 THEN 'common' ELSE '' END,
               CASE WHEN n % 5000 = 0 THEN 'rare' WHEN n % 20 = 1 THEN 'medium' ELSE 'common' END,
               CASE WHEN n % 5000 = 0 THEN 'rare' WHEN n % 20 = 1 THEN 'medium' ELSE 'common' END, '', '{{}}', '', '{{}}', '', true, '', '{{}}', '', ''
        FROM generate_series(1, {rows}) AS n
    """,
    "quarantine": """
        INSERT INTO quarantine (position, instant, source, reason, detail, body, parcel, fingerprint, state)
        SELECT n, {moment} + n, CASE WHEN n % 5000 = 0 THEN 2 ELSE 1 END,
               CASE WHEN n % 5000 = 0 THEN 'rare' WHEN n % 20 = 1 THEN 'medium' ELSE 'common' END, '', '', '', decode(md5(n::text), 'hex'),
               CASE WHEN n % 20 = 3 THEN 'discarded' ELSE 'open' END
        FROM generate_series(1, {rows}) AS n
    """,
    "identity_refusals": """
        INSERT INTO decision (position, ordinal, kind, atom, profile, other, other_atom, moved, identifier_kind,
                              identifier_value, reason, rules, detail)
        SELECT n, 0, CASE WHEN n % 7 = 0 THEN 'refuse' WHEN n % 20 = 1 THEN 'merge' ELSE 'link' END, n, n, 0, 0,
               '{{}}', '', '', CASE WHEN n % 5 = 0 THEN 'common' WHEN n % 7 = 0 THEN 'medium' ELSE 'rare' END, 1, '{{}}'
        FROM generate_series(1, {rows}) AS n
    """,
}
AUDIT = """
    INSERT INTO audit (workspace, at, actor_kind, actor, ip, what, about, detail)
    SELECT CASE WHEN n % 3 = 0 THEN {workspace} ELSE -1 END, {moment} + n, 'user',
           CASE WHEN n % 5000 = 0 THEN 'rare' WHEN n % 20 = 1 THEN 'medium' ELSE 'common' END, '',
           CASE WHEN n % 5000 = 0 THEN 'rare' WHEN n % 20 = 1 THEN 'medium' ELSE 'common' END, '', '{{}}'
    FROM generate_series(1, {rows}) AS n
"""
FILL["related_records"] = """
    INSERT INTO record (kind, id, atom, profile, source, is_removed, position, fields, state)
    SELECT CASE WHEN n % 5000 = 0 THEN 'rare' WHEN n % 20 = 1 THEN 'medium' ELSE 'common' END, 'N-' || n, n, n % 3000, 1,
           n % 20 = 3, n, '{{}}', '' FROM generate_series(1, {rows}) AS n
"""
FILL["product_lists"] = """
    INSERT INTO product_list (atom, list, profile, is_own, state)
    SELECT n, 'cart', n, false, '' FROM generate_series(1, {rows}) AS n
"""
TABLES = ("profile", "tag", "member", "segment", "identifier", "consent", "orders", "product", "quarantine", "decision",
          "record", "product_list")  # fmt: skip
LARGE = (
    "profiles", "people", "visitors", "consents", "orders", "products", "quarantine", "identity_refusals", "merges",
    "audit", "related_records", "product_lists",
)  # fmt: skip
BY_KEY = {name: {"identifier"} for name in ("profiles", "people", "visitors")} | {
    "consents": {"profile"},
    "product_lists": {"profile"},
}
"""Filters that lead to people by their keys, without a question to the listing."""
BESIDE = {
    "sources", "users", "tokens", "stores", "imports", "jobs", "problems", "identifier_kinds", "marketing_sources",
    "feeds", "invitations", "places", "scheduled_imports", "scheduled_exports", "dictionary_events",
    "dictionary_attributes", "tracking_plan", "plan_violations", "retention", "segments", "computed",
}  # fmt: skip
"""Sections of lists that a company keeps short, that the product bounds, or that forget what is old."""
AS_PEOPLE = {"profiles", "visitors"}
"""Sections whose filters are those of people, and are served alike."""
AWAY = {"events"}
"""Sections of the event store."""


@pytest.fixture(scope="module")
def filled(storage: Storage) -> Iterator[WorkspaceRecord]:
    """A workspace with so many rows in every large table, and the same in the audit log."""
    record = create_workspace(storage, "plans-shop", "Plans", created_at=MOMENT)
    for text in FILL.values():
        _run(storage.workspace(record), text.format(rows=ROWS, moment=MOMENT), TABLES)
    _run(storage.control, AUDIT.format(rows=ROWS, moment=MOMENT, workspace=record.id), ("audit",))
    yield record
    drop_workspace(storage, record)


def _run(db: Db, statements: str, tables: tuple[str, ...]) -> None:
    with db.transaction() as conn:
        for statement in statements.split(";"):
            conn.execute(statement.encode())
        for table in tables:
            conn.execute(f"ANALYZE {table}".encode())


def test_every_section_is_measured_or_short() -> None:
    assert {*LARGE} | BESIDE | AWAY == set(sections())


@pytest.mark.parametrize("name", LARGE)
def test_no_plan_sorts_or_reads_on(
    storage: Storage, filled: WorkspaceRecord, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    section, asker = sections()[name], Asker(storage, filled, MOMENT, is_open=True)
    asked, by_key, tried = _asked(monkeypatch), BY_KEY.get(name, set()), 0
    for order in section.orders:
        for filters in questions(section, order):
            for is_deep in (False, True) if not filters.keys() & by_key else ():
                asked.is_deep = is_deep
                section.rows(asker, wanted(section, filters, order, "", LIMIT))
                tried += 1
    asked.is_deep = False
    for filters in looked_for(section) if name not in AS_PEOPLE else ():
        section.rows(asker, wanted(section, filters, "", "", LIMIT))
        tried += 1
    assert asked.plans == tried > 1
    assert not asked.faults


def questions(section: Section, order: str) -> Iterator[dict[str, Any]]:
    """Nothing, and each filter by common, medium and rare values, each with every order that it goes with."""
    yield {}
    for one in section.filters:
        is_looked_for = bool(one.ways) and section.name in {"people", *AS_PEOPLE}
        if not is_looked_for and (not one.orders or order.removeprefix("-") in one.orders):
            yield from ({one.name: said} for said in _plain(one))


def looked_for(section: Section) -> Iterator[dict[str, Any]]:
    """What no index serves, by every way; and one of them beside a filter that one does."""
    found = [{one.name: said} for one in section.filters for said in _looked_for(one)]
    yield from found
    if found and (plain := [one for one in section.filters if one.kind == "choice" and not one.default]):
        yield {**found[-1], plain[0].name: plain[0].choices[0].value}


def _plain(one: Filter) -> Iterator[Any]:
    if one.kind == "choice":
        yield from (choice.value for choice in one.choices)
    elif one.kind == "period":
        yield from (
            {"from": MOMENT + ROWS - 50},
            {"to": MOMENT + 50},
            {"from": MOMENT + 5_000, "to": MOMENT + 15_000},
        )
    elif one.kind == "text" or one.refers == "segments":
        yield from ("rare", "medium", "common", "none")
    elif one.kind == "reference":
        yield _reference(one.refers)


def _looked_for(one: Filter) -> Iterator[Any]:
    """What is found nowhere, or everywhere, by each way: so is the most read."""
    for way in one.ways:
        found = one.choices[0].value if one.choices else "none"
        yield from {"empty": ({"empty": True}, {"empty": False}), "any": ({"any": [found]},)}.get(
            way, ({way: "zz"},)
        )
    if one.kind == "money":
        yield {"currency": "RUB", "from": "10000000"}


def _reference(section: str) -> str:
    return {"sources": public_id(MOMENT, 2), "profiles": public_id(MOMENT, 77), "stores": "rare"}[section]


class Asked:
    """What was asked of tables, and the plans that are no good."""

    def __init__(self) -> None:
        self.plans = 0
        self.is_deep = False
        self.faults: list[str] = []


def _asked(monkeypatch: pytest.MonkeyPatch) -> Asked:
    """Explain every question to a listing in place of answering it."""
    kept, statement = Asked(), lists.statement

    def explained(
        db: Connection, listing: Listing, question: Any, given: Any = None
    ) -> tuple[list[Any], str | None]:
        if kept.is_deep:
            keys = listing.orders[question.order.removeprefix("-")]
            middle = ["Name 8" if key.is_text and key.column == "name" else "N-9" if key.is_text
                      else MOMENT + ROWS // 2 if key.column in {"ordered_at", "instant", "at"} else ROWS // 2
                      for key in keys]  # fmt: skip
            question = type(question)(
                filters=question.filters, order=question.order, after=cursor(middle), limit=question.limit
            )
        text, parameters = statement(listing, question)
        explain = SQL("EXPLAIN (ANALYZE, FORMAT JSON, TIMING off, COSTS off) ") + text
        row = db.execute(explain, {**parameters, **(given or {})}, prepare=False).fetchone()
        assert row is not None
        kept.plans += 1
        most = lists.SEEN_MOST + MOST_READ if "seen_most" in parameters else MOST_READ
        kept.faults += [
            f"{fault}: {text.as_string(db)} {parameters}" for fault in faults(row[0][0]["Plan"], most)
        ]
        return [], None

    for module in ("konnektu.access.section", "konnektu.catalogue.section", "konnektu.log.section",
                   "konnektu.identity.section", "konnektu.orders.lists", "konnektu.profiles.narrowing",
                   "konnektu.profiles.consent_list", "konnektu.related.section",
                   "konnektu.product_lists.section"):  # fmt: skip
        monkeypatch.setattr(f"{module}.listed", explained)
    return kept


def faults(plan: dict[str, Any], most: int = MOST_READ) -> Iterator[str]:
    """What is wrong with a plan that was carried out, which may read so many rows."""
    read = max([inner["Actual Rows"] for inner in plan.get("Plans", ())], default=0)
    if plan["Node Type"] == "Seq Scan" or ("Sort" in plan["Node Type"] and read > LIMIT):
        yield f"a {plan['Node Type']} of {read} rows"
    passed = plan.get("Rows Removed by Filter", 0) + plan.get("Rows Removed by Index Recheck", 0)
    if plan["Actual Rows"] + passed > most:
        yield f"reads {plan['Actual Rows']} rows and passes over {passed}"
    for inner in plan.get("Plans", ()):
        yield from faults(inner, most)
