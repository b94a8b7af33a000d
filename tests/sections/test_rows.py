"""Rows of each section with real data: whole, in both orders, by every filter, covered, and paged while rows come."""

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from konnektu.access.api import record_alone, system_caller
from konnektu.core.asking import value_of, wanted
from konnektu.core.errors import BadRequest, Forbidden, NotFound, Unprocessable
from konnektu.core.fitting import fits
from konnektu.core.ids import public_id
from konnektu.core.money import minor
from konnektu.core.section import Amounts, Closed, Row, Section, sections
from konnektu.storage.api import Asker, Storage, WorkspaceRecord
from tests.belt.support import NOW, identify, run_writer, send, track
from tests.orders.facts import DAY, order
from tests.sections.story import EMAIL, PERSONAL, PHONE, tell_everything
from tests.segments.facts import saved, told
from tests.segments.test_live import bring_into_force

pytestmark = pytest.mark.usefixtures("event_store_server")


@pytest.fixture
def asker(storage: Storage, workspace: WorkspaceRecord) -> Asker:
    tell_everything(storage, workspace)
    return Asker(storage, workspace, NOW + DAY, is_open=True)


def closed(asker: Asker) -> Asker:
    return msgspec.structs.replace(asker, is_open=False)


def page(
    asker: Asker, name: str, filters: Any = None, order: str = "", after: str = "", limit: int = 1_000
) -> tuple[list[Row], str | None]:
    section = sections()[name]
    found = section.rows(asker, wanted(section, filters or {}, order, after, limit, asker))
    return list(found.rows), found.next


def all_rows(asker: Asker, name: str, filters: Any = None, order: str = "", limit: int = 1_000) -> list[Row]:
    """Every row, page by page; no page holds more than asked for."""
    rows: list[Row] = []
    after: str | None = ""
    while after is not None:
        some, after = page(asker, name, filters, order, after, limit)
        assert len(some) <= limit
        rows += some
    return rows


def column(section: Section, row: Row, name: str) -> Any:
    return row.values[[one.name for one in section.columns].index(name)]


def test_each_section_shows_what_happened(asker: Asker) -> None:
    for name, section in sections().items():
        rows = all_rows(asker, name)
        assert len(rows) >= (1 if name in {"merges", "identity_refusals", "visitors"} else 2), name
        assert len({row.key for row in rows}) == len(rows), name
        assert all(row.key for row in rows), name
        for row in rows:
            assert len(row.values) == len(section.columns), name
            msgspec.json.encode(row)


def test_pages_of_one_row_are_the_whole_list_in_each_order(asker: Asker) -> None:
    for name, section in sections().items():
        for way in section.orders:
            whole = all_rows(asker, name, order=way)
            assert all_rows(asker, name, order=way, limit=1) == whole, (name, way)
            opposite = way.removeprefix("-") if way.startswith("-") else f"-{way}"
            if opposite in section.orders:
                assert all_rows(asker, name, order=opposite, limit=2) == whole[::-1], (name, way)
            if way.removeprefix("-") in {one.name for one in section.columns}:
                shown = [column(section, row, way.removeprefix("-")) for row in whole]
                assert shown == sorted(shown, reverse=way.startswith("-")), (name, way)


PARTLY = {("events", "properties"), ("events", "attributes"), ("scheduled_exports", "target")}
"""Values of which only what may name a person is covered."""


def test_who_may_not_see_personal_data_reads_none(asker: Asker) -> None:
    for name, section in sections().items():
        whole, covered = all_rows(asker, name), all_rows(closed(asker), name)
        assert [row.key for row in covered] == [row.key for row in whole]
        text = msgspec.json.encode([row.values for row in covered]).decode()
        assert not [secret for secret in PERSONAL if secret in text], name
        hidden = [one.name for one in section.columns if one.is_personal and (name, one.name) not in PARTLY]
        for before, after in zip(whole, covered, strict=True):
            for one in hidden:
                value = column(section, before, one)
                # What names only a browser is shown to everybody.
                if value not in {None, ""} and "anonymous_id" not in str(value) and "size" not in str(value):
                    assert column(section, after, one) != value, (name, one)


SHOWN_BY: dict[tuple[str, str], str] = {
    ("orders", "stage"): "stage", ("orders", "store"): "store", ("orders", "profile"): "profile",
    ("consents", "profile"): "profile", ("products", "category"): "category", ("products", "brand"): "brand",
    ("stores", "region"): "region", ("sources", "kind"): "kind", ("sources", "state"): "state",
    ("sources", "is_test"): "is_test", ("users", "role"): "role", ("users", "state"): "state",
    ("audit", "actor"): "actor", ("audit", "what"): "what", ("jobs", "kind"): "kind", ("jobs", "state"): "state",
    ("problems", "severity"): "severity", ("quarantine", "reason"): "reason", ("retention", "state"): "state", ("imports", "state"): "state", ("identifier_kinds", "level"): "level", ("marketing_sources", "kind"): "kind",
    ("marketing_sources", "party"): "party", ("marketing_sources", "active"): "active", ("product_lists", "profile"): "profile",
    ("related_records", "kind"): "kind", ("related_records", "profile"): "profile", ("events", "name"): "name",
    ("events", "profile"): "profile", ("segments", "kind"): "kind", ("segments", "status"): "status",
    ("segments", "folder"): "folder",
}  # fmt: skip
"""Filters whose value a column shows."""
OTHER = {
    ("profiles", "tag"), ("profiles", "identifier"), ("people", "tag"), ("people", "identifier"), ("visitors", "tag"),
    ("visitors", "identifier"), ("quarantine", "state"), ("quarantine", "source"), ("products", "state"),
    ("stores", "state"), ("products", "group"), ("events", "source"), ("segments", "tag"),
    ("profiles", "segment"), ("people", "segment"), ("visitors", "segment"),
    ("profiles", "tree"), ("people", "tree"), ("visitors", "tree"), ("orders", "where"), ("events", "where"),
}  # fmt: skip
"""Filters that have a test of their own below; trees have theirs in tests/segments, conditions on rows in test_wheres.py."""
PERIODS = {("orders", "ordered_at"), ("audit", "at"), ("quarantine", "at"), ("events", "time")}


def test_every_filter_is_tried() -> None:
    named = set(SHOWN_BY) | OTHER | PERIODS
    declared = {(name, one.name) for name, section in sections().items() for one in section.filters}
    assert named <= declared
    # Those named as a column are tried in every way they have.
    assert all(one in {column.name for column in sections()[name].columns} for name, one in declared - named)


def test_a_filter_gives_the_rows_that_show_its_value(asker: Asker) -> None:
    for (name, asked), shown in SHOWN_BY.items():
        section = sections()[name]
        everything = all_rows(asker, name)
        for value in {column(section, row, shown) for row in everything} - {None, ""}:
            fitting = [row for row in everything if column(section, row, shown) == value]
            assert all_rows(asker, name, {asked: value}, limit=1) == fitting, (name, asked, value)


def count(asker: Asker, name: str, filters: Any = None, most: int = 1_000) -> int:
    section = sections()[name]
    assert section.count is not None
    return section.count(asker, wanted(section, filters or {}, "", "", most))


def test_a_count_is_the_length_of_the_list_up_to_what_was_asked_for(asker: Asker) -> None:
    people = {"tag": ("vip", "nobody's"), "identifier": (EMAIL, "cookie-1", "nobody")}
    for name, section in sections().items():
        if section.count is None:
            continue
        questions: list[dict[str, Any]] = [{}]
        for (of, asked), shown in SHOWN_BY.items():
            if of == name:
                values = {column(section, row, shown) for row in all_rows(asker, name)} - {None, ""}
                questions += [{asked: value} for value in values]
        if name in {"profiles", "people", "visitors"}:
            questions += [{asked: value} for asked, values in people.items() for value in values]
        if name == "quarantine":
            questions += [{"state": "discarded"}, {"source": public_id(NOW, 1)}]
        for filters in questions:
            rows = len(all_rows(asker, name, filters))
            assert count(asker, name, filters) == rows, (name, filters)
            assert count(asker, name, filters, most=1) == min(rows, 1), (name, filters)


def test_a_period_begins_at_its_first_instant_and_ends_before_its_last(asker: Asker) -> None:
    for name, asked in PERIODS:
        section = sections()[name]
        everything = all_rows(asker, name)
        times = sorted({column(section, row, asked) for row in everything})
        for first, last in ((times[0], times[-1]), (times[-1], times[-1] + 1)):
            fitting = [row for row in everything if first <= column(section, row, asked) < last]
            assert all_rows(asker, name, {asked: {"from": first, "to": last}}, limit=1) == fitting
        assert all_rows(asker, name, {asked: {"from": times[0]}}) == everything
        assert all_rows(asker, name, {asked: {"to": times[0]}}) == []


def test_events_are_the_same_however_narrow_the_windows_they_are_looked_for_in(
    asker: Asker, monkeypatch: pytest.MonkeyPatch
) -> None:
    anna = all_rows(asker, "people", {"identifier": EMAIL})[0].key
    asked: list[dict[str, Any]] = [{}, {"name": "Viewed"}, {"profile": anna}, {"name": "none"}]
    for way in ("-position", "position"):
        whole = [all_rows(asker, "events", filters, way) for filters in asked]
        monkeypatch.setattr("konnektu.log.history.WINDOW", 2)
        monkeypatch.setattr("konnektu.log.history.WIDER", 2)
        assert [all_rows(asker, "events", filters, way, limit=3) for filters in asked] == whole
        monkeypatch.undo()
        assert [bool(rows) for rows in whole] == [True, True, True, False]


def test_events_of_nobody_known_are_none(asker: Asker) -> None:
    assert all_rows(asker, "events", {"profile": public_id(0, 999_999)}) == []
    assert all_rows(asker, "events", {"time": {"from": -(2**53), "to": 2**53}})


def test_people_and_visitors_are_all_profiles(asker: Asker) -> None:
    people, visitors = all_rows(asker, "people"), all_rows(asker, "visitors")
    assert {row.key for row in people} | {row.key for row in visitors} == {
        row.key for row in all_rows(asker, "profiles")
    }
    known = [column(sections()["people"], row, "known") for row in (*people, *visitors)]
    assert known == [True] * len(people) + [False] * len(visitors)


def test_people_are_found_by_tag_and_by_whatever_identifies_them(asker: Asker) -> None:
    anna = all_rows(asker, "people", {"identifier": EMAIL})
    assert [column(sections()["people"], row, "email") for row in anna] == [EMAIL]
    for filters in (
        {"tag": "vip"},
        {"tag": "новая"},
        {"identifier": "anna"},
        {"identifier": EMAIL, "tag": "vip"},
    ):
        assert all_rows(asker, "profiles", filters, limit=1) == anna
        assert all_rows(asker, "people", filters) == anna
        assert all_rows(asker, "visitors", filters) == []
    assert all_rows(asker, "people", {"tag": "nobody's"}) == []
    assert all_rows(asker, "people", {"identifier": "8 (903) 123-45-67"}) == all_rows(
        asker, "people", {"identifier": PHONE}
    )
    assert len(all_rows(asker, "visitors", {"identifier": "cookie-1"})) == 1


def test_people_of_a_segment_also_by_tag_and_identifier(
    storage: Storage, workspace: WorkspaceRecord, asker: Asker
) -> None:
    tagged = {"is": "tag", "names": ["vip"]}
    both = {"is": "any", "rules": [tagged, {"is": "identified", "kinds": ["phone"]}]}
    named = {"is": "all", "rules": []}
    stated = [saved(81, "vip", tagged), saved(82, "named", both)]
    everybody = saved(83, "everybody", named, definition={"entry": named, "people": "all"})
    send(storage, workspace, *stated, everybody, origin="system")
    bring_into_force(storage, workspace, 9_000)
    anna = all_rows(asker, "people", {"identifier": EMAIL})
    assert all_rows(asker, "people", {"segment": "vip"}, limit=1) == anna
    assert len(all_rows(asker, "people", {"segment": "named"})) == 2
    for filters in ({"segment": "named", "tag": "vip"}, {"segment": "named", "identifier": EMAIL}):
        assert all_rows(asker, "profiles", filters, limit=1) == anna
        assert count(asker, "profiles", filters) == 1
    assert all_rows(asker, "people", {"segment": "nothing"}) == []
    for name in ("people", "visitors", "profiles"):
        for way in ("made", "-made"):
            inside = all_rows(asker, name, {"segment": "everybody"}, way, limit=1)
            assert inside == all_rows(asker, name, order=way)
        assert count(asker, name, {"segment": "everybody"}) == len(inside) > 0


def test_a_tag_that_was_taken_away_is_not_found(
    storage: Storage, workspace: WorkspaceRecord, asker: Asker
) -> None:
    body = {"type": "tag", "userId": "anna", "messageId": "off", "properties": {"remove": ["vip"]}}
    send(storage, workspace, msgspec.json.encode(body), at=NOW + 1, origin="api")
    run_writer(storage, workspace)
    assert all_rows(asker, "people", {"tag": "vip"}) == []
    assert count(asker, "people", {"tag": "vip"}) == 0


def test_what_is_gone_is_shown_where_it_is_asked_for(asker: Asker) -> None:
    products = sections()["products"]
    gone = all_rows(asker, "products", {"state": "gone"})
    assert [column(products, row, "id") for row in gone] == ["p4"]
    assert all_rows(asker, "products", {"state": "active"}) == all_rows(asker, "products")
    assert all_rows(asker, "stores", {"state": "gone"}) == []
    assert all_rows(asker, "products", {"group": "none"}) == []
    assert all_rows(asker, "quarantine", {"state": "replayed"}) == []


def test_what_is_not_declared_is_refused_by_naming_what_is(asker: Asker) -> None:
    for filters, way, named in (
        ({"colour": "red"}, "", "stage, store, profile, ordered_at, net"),
        ({}, "colour", "-ordered_at, ordered_at"),
        ({"stage": "eaten"}, "", "created, paid"),
        ({"ordered_at": {"since": 1}}, "", '"from" and "to"'),
        ({"ordered_at": {}}, "", '"from" and "to"'),
        ({"ordered_at": {"from": True}}, "", '"from" and "to"'),
        ({"store": ""}, "", "1 to 1000"),
        ({"store": ["a"]}, "", "1 to 1000"),
        ({"store": {"begins": "a"}}, "", "any, empty"),
        ({"ordered_at": {"empty": True}}, "", "value alone"),
        ({"stage": {"any": ["paid", "eaten"]}}, "", "created, paid"),
        ({"stage": {"any": []}}, "", "list of 1 to"),
        ({"region": {"empty": "yes"}}, "", "true or false"),
        ({"net": {"from": 1}}, "", "ISO 4217"),
        ({"net": {"currency": "RUB", "from": "x"}}, "", "ISO 4217"),
        ({"store": "\0"}, "", "1 to 1000"),
    ):
        with pytest.raises(Unprocessable, match=named):
            page(asker, "orders", filters, way)
    with pytest.raises(Unprocessable, match="they can by made"):
        page(asker, "products", {"brand": "First"}, "name")
    with pytest.raises(Unprocessable, match="true or false"):
        page(asker, "sources", {"is_test": "yes"})
    with pytest.raises(NotFound):
        page(asker, "orders", {"profile": "nobody"})


@pytest.mark.parametrize(
    "after", ["x", "!", "W10", "WzFd", "WzEsMl0", "WzEsIlx1MDAwMCJd", "WzFlOTksIjEiXQ", "я"]
)
def test_a_foreign_cursor_is_refused(asker: Asker, after: str) -> None:
    with pytest.raises(BadRequest):
        page(asker, "orders", after=after)


def test_paging_loses_and_doubles_nothing_while_rows_come(
    storage: Storage, workspace: WorkspaceRecord, asker: Asker
) -> None:
    def people(n: int) -> None:
        send(storage, workspace, identify(f"new-{n}", 900 + n), track("x", 900 + n, anonymous=f"new-{n}"))
        send(
            storage, workspace, track("Consent Given", 800 + n, user="anna", channel="sms", category=f"c{n}")
        )

    def orders(n: int) -> None:
        send(
            storage,
            workspace,
            order(f"A-{n}", 700 + n, "anna", n * 1_500, total=1, status="paid"),
            origin="api",
        )

    def lines(n: int) -> None:
        record_alone(storage.control, system_caller(workspace), "came.meanwhile", str(n), now=NOW + 1)

    def rejected(n: int) -> None:
        send(storage, workspace, b'{"type":"trick","n":%d}' % n)

    come: dict[str, Callable[[int], None]] = {
        "profiles": people, "people": people, "visitors": people, "consents": people, "orders": orders, "audit": lines,
        "quarantine": rejected,
    }  # fmt: skip
    number = 0
    for name, add in come.items():
        for way in sections()[name].orders:
            before = [row.key for row in all_rows(asker, name, order=way)]
            seen: list[str] = []
            after: str | None = ""
            while after is not None:
                rows, after = page(asker, name, order=way, after=after, limit=2)
                seen += [row.key for row in rows]
                # Rows come as long as those that were there are not all seen: forwards, the end would run away.
                if len(seen) < len(before):
                    number += 1
                    add(number)
                    run_writer(storage, workspace)
            assert len(seen) == len(set(seen)), (name, way)
            assert set(before) <= set(seen), (name, way)
            assert [key for key in seen if key in set(before)] == before, (name, way)


def test_segments_by_what_is_said_of_them(storage: Storage, workspace: WorkspaceRecord) -> None:
    for n, tags in enumerate((["vip"], [], ["vip", "shop"])):
        send(storage, workspace, saved(n, f"s{n}", tags=tags, folder=f"f{n}"), origin="system")
    send(storage, workspace, told(9, key="s1", act="off"), origin="system")
    run_writer(storage, workspace)
    asker = Asker(storage, workspace, now=NOW, is_open=True)

    def keys(**filters: str) -> list[str]:
        return [row.key for row in all_rows(asker, "segments", filters)]

    assert (keys(tag="vip"), keys(folder="f2"), keys(kind="list")) == (["s0", "s2"], ["s2"], [])
    assert (keys(status="off"), keys(status="building"), keys(kind="live")) == (
        ["s1"],
        ["s0", "s2"],
        ["s0", "s1", "s2"],
    )


def ways_of(section: Section, name: str, shown: list[Any]) -> list[Any]:
    """Questions by a filter in every way that it has, made of what its column shows."""
    asked = next(one for one in section.filters if one.name == name)
    held = sorted({one for one in shown if one not in {None, ""}})
    found: list[Any] = [{"empty": is_empty} for is_empty in (True, False) if "empty" in asked.ways]
    if not held:
        return found
    if "any" in asked.ways:
        found.append({"any": [str(one) for one in held[:2]]})
    if asked.kind == "text":
        found += [held[0], held[-1][:3].upper().strip()] if "begins" not in asked.ways else [
            held[0], {"begins": held[-1][:3].upper()}, {"contains": held[-1][-3:].lower()}, {"contains": "%"},
        ]  # fmt: skip
    elif asked.kind == "period":
        found += [{"from": held[-1]}, {"to": held[-1]}, {"from": held[0], "to": held[-1]}]
    elif asked.kind == "date":
        found += [{"from": held[-1]}, {"to": held[0]}, {"days": 30}]
    elif asked.kind == "number":
        found += [{"from": int(held[-1])}, {"from": int(held[0]), "to": int(held[0]) + 1}]
    elif asked.kind == "money":
        found += [
            {"currency": "RUB", "from": str(held[-1])},
            {"currency": "RUB", "from": 0, "to": str(held[0])},
        ]
    elif asked.kind == "boolean":
        found += [True, False]
    return found


def expected(asker: Asker, section: Section, name: str, said: Any, row: Row) -> bool:
    value = value_of(next(one for one in section.filters if one.name == name), said, asker)
    shown = column(section, row, name)
    if not isinstance(value, Amounts):
        return fits(value, shown)
    currency = column(section, row, "currency")
    units = None if shown is None else minor(shown, currency)
    return currency == value.currency and fits(Closed(value.first, value.last), units)


@pytest.mark.parametrize("seen_most", [2, 5_000])
def test_every_way_of_every_filter_finds_what_its_column_shows(
    asker: Asker, monkeypatch: pytest.MonkeyPatch, seen_most: int
) -> None:
    for module in ("storage.lists", "profiles.consent_list", "product_lists.section"):
        monkeypatch.setattr(f"konnektu.{module}.SEEN_MOST", seen_most)
    tried = 0
    for name, section in sections().items():
        every = all_rows(asker, name, {})
        shown = {one.name for one in section.columns}
        for asked in (one for one in section.filters if one.name in shown and one.kind != "reference"):
            for said in ways_of(section, asked.name, [column(section, row, asked.name) for row in every]):
                found = all_rows(asker, name, {asked.name: said}, limit=2)
                fitting = [row for row in every if expected(asker, section, asked.name, said, row)]
                assert [row.key for row in found] == [row.key for row in fitting], (name, asked.name, said)
                if section.count is not None:
                    assert count(asker, name, {asked.name: said}) == len(fitting), (name, asked.name, said)
                tried += 1
    assert tried > 300


def test_filters_are_asked_together_however_each_is_served(asker: Asker) -> None:
    people, orders = sections()["people"], sections()["orders"]
    anna = all_rows(asker, "people", {"identifier": EMAIL})
    name = column(people, anna[0], "last_name")
    for more in ({"tag": "vip"}, {"identifier": PHONE}, {"identifier": EMAIL, "tag": "vip"}, {}):
        for last_name, found in (({"begins": name[:2].lower()}, anna), ({"contains": "ъъ"}, [])):
            asked = {**more, "last_name": last_name, "email": {"contains": EMAIL[3:8].upper()}}
            assert all_rows(asker, "people", asked) == found, asked
            assert count(asker, "people", asked) == len(found), asked
    every = all_rows(asker, "orders")
    stage = column(orders, every[0], "stage")
    nobody = all_rows(asker, "orders", {"profile": {"empty": True}, "stage": stage})
    assert nobody == [
        row
        for row in every
        if column(orders, row, "profile") is None and column(orders, row, "stage") == stage
    ]


def test_who_may_not_see_personal_data_cannot_guess_it_letter_by_letter(asker: Asker) -> None:
    covered = closed(asker)
    for section in sections().values():
        for one in section.filters:
            if one.is_guarded:
                with pytest.raises(Forbidden, match=r"profiles\.personal"):
                    wanted(section, {one.name: {"empty": False}}, "", "", 10, covered)
    plain = wanted(sections()["people"], {"identifier": PHONE, "city": {"begins": "М"}}, "", "", 10, covered)
    assert set(plain.filters) == {"identifier", "city"}
    seeking = msgspec.structs.replace(covered, is_seeking=True)
    asked = wanted(sections()["people"], {"last_name": {"begins": "п"}}, "", "", 10, seeking)
    assert sections()["people"].rows(seeking, asked).rows
