"""Lists of people asked for by a tree: whom it holds of, page by page, as of one instant; and trees kept for links."""

from collections.abc import Mapping
from typing import Any

import pytest
from msgspec.structs import replace

from konnektu.access.api import system_caller
from konnektu.core.asking import naming, wanted
from konnektu.core.errors import Forbidden, NotFound, Retry, Unprocessable
from konnektu.core.section import Found, sections
from konnektu.segments import api as segments
from konnektu.segments import views
from konnektu.segments.counting import Counter, TooManyPeople, counted
from konnektu.segments.trees import choosing, keeping
from konnektu.segments.trees.choosing import NoTree
from konnektu.segments.trees.reading import read
from konnektu.storage.api import Asker, Storage, WorkspaceRecord
from tests.belt.support import NOW, identify, run_writer, send
from tests.privacy.support import seal_all
from tests.segments.facts import member, saved
from tests.segments.test_counting import RULES, shop
from tests.segments.test_live import bring_into_force

RIGHTS = frozenset({"segments.read"})
TULA = RULES["city"]
OREL = {**TULA, "test": {**TULA["test"], "values": ["орёл"]}}
NO_MAIL = {"is": "not", "rule": RULES["known"]}
BY_MAIL = {"is": "attribute", "name": "email", "test": {"is": "text", "op": "begins", "values": ["a"]}}


@pytest.fixture
def asker(storage: Storage, workspace: WorkspaceRecord, event_store_server: object) -> Asker:
    shop(storage, workspace)
    run_writer(storage, workspace)
    seal_all(storage, workspace)
    return Asker(storage, workspace, NOW, is_open=True, rights=RIGHTS)


def page(asker: Asker, name: str, filters: Mapping[str, Any], after: str = "", limit: int = 100) -> Found:
    section = sections()[name]
    return section.rows(asker, wanted(section, filters, "", after, limit, asker))


def keys(asker: Asker, name: str, filters: Mapping[str, Any], limit: int = 100) -> list[str]:
    """Every row, page by page."""
    found: list[str] = []
    after: str | None = ""
    while after is not None:
        some = page(asker, name, filters, after, limit)
        found += [row.key for row in some.rows]
        after = some.next
    return found


def count(asker: Asker, name: str, filters: Mapping[str, Any]) -> int:
    section = sections()[name]
    assert section.count is not None
    return section.count(asker, wanted(section, filters, "", "", 1_000, asker))


def test_a_list_holds_those_of_whom_the_tree_does(asker: Asker) -> None:
    counter = Counter(asker.storage, system_caller(asker.workspace), NOW)
    for name, rule in RULES.items():
        if name in {"inside", "both"}:
            continue
        filters = {"tree": rule}
        for section, people in (("people", "known"), ("profiles", "all")):
            found = keys(asker, section, filters, limit=1)
            draft = views.Draft(definition={"entry": rule, "people": people})
            assert len(found) == count(asker, section, filters) == counted(counter, draft).people, name
            assert found == keys(asker, section, filters), name
        strangers = set(keys(asker, "profiles", filters)) - set(keys(asker, "people", filters))
        assert set(keys(asker, "visitors", filters)) == strangers
        assert count(asker, "visitors", filters) == len(strangers)


def test_a_tree_is_asked_with_other_filters(asker: Asker) -> None:
    mail = {"email": {"begins": "ANNA@"}}
    anna = keys(asker, "people", mail)
    assert len(anna) == 1
    assert keys(asker, "profiles", {"tree": TULA, **mail}) == anna
    assert count(asker, "profiles", {"tree": TULA, **mail}) == 1
    assert keys(asker, "profiles", {"tree": OREL, **mail}) == []
    assert keys(asker, "profiles", {"tree": TULA, "identifier": "anna@shop.example"}) == anna
    assert keys(asker, "profiles", {"tree": OREL, "identifier": "anna@shop.example"}) == []
    send(asker.storage, asker.workspace, saved(1, "tula", TULA), at=NOW, origin="system")
    bring_into_force(asker.storage, asker.workspace)
    seal_all(asker.storage, asker.workspace)
    later = replace(asker, now=NOW + 120_000)
    assert keys(later, "people", {"segment": "tula", "tree": RULES["known"]}) == anna
    assert count(later, "people", {"segment": "tula", "tree": RULES["known"]}) == 1


def test_pages_that_were_begun_are_of_one_instant(asker: Asker) -> None:
    everybody = {"is": "all", "rules": [{"is": "not", "rule": {"is": "tag", "names": ["staff"]}}]}
    first = page(asker, "people", {"tree": everybody}, limit=1)
    assert first.next is not None
    assert first.at == NOW
    send(asker.storage, asker.workspace, identify("gleb", 9, city="Тула"), at=NOW + 1)
    run_writer(asker.storage, asker.workspace)
    seal_all(asker.storage, asker.workspace)
    later = replace(asker, now=NOW + 120_000)
    second = page(later, "people", {"tree": everybody}, first.next)
    assert (second.at, second.next) == (NOW, None)
    anew = page(later, "people", {"tree": everybody})
    assert anew.at == NOW + 120_000
    assert len(anew.rows) == len(second.rows) + 2


def test_a_segment_that_says_the_same_answers_by_its_members(
    asker: Asker, monkeypatch: pytest.MonkeyPatch
) -> None:
    send(
        asker.storage, asker.workspace, saved(1, "tula", TULA), saved(2, "orel", OREL, is_on=False), at=NOW,
        origin="system",
    )  # fmt: skip
    bring_into_force(asker.storage, asker.workspace)
    found = keys(asker, "people", {"segment": "tula"})
    monkeypatch.setattr(choosing, "_made", None)
    same = {"is": "any", "rules": [{**TULA, "test": {**TULA["test"], "values": ["тула", "Тула"]}}]}
    assert keys(asker, "people", {"tree": same}, limit=1) == found
    assert keys(asker, "people", {"tree": member("tula")}) == found
    assert count(asker, "people", {"tree": same}) == len(found) > 0
    assert page(asker, "people", {"tree": same}).at == NOW


def test_what_cannot_be_asked_is_refused(asker: Asker, monkeypatch: pytest.MonkeyPatch) -> None:
    for tree, error in (
        ({"is": "attribute", "name": "city"}, Unprocessable), (5, Unprocessable), ("short", Unprocessable),
        (member("nothing"), Unprocessable), ("0" * 32, NoTree),
    ):  # fmt: skip
        with pytest.raises(error):
            page(asker, "people", {"tree": tree})
    with pytest.raises(Forbidden):
        page(replace(asker, rights=frozenset()), "people", {"tree": TULA})
    limited = replace(asker, workspace=replace(asker.workspace, row_limit="x"))
    with pytest.raises(Forbidden):
        page(limited, "people", {"tree": TULA})
    covered = replace(asker, is_open=False)
    assert keys(covered, "people", {"tree": TULA})
    with pytest.raises(Forbidden):
        page(covered, "people", {"tree": BY_MAIL})
    monkeypatch.setattr(choosing, "GLANCED", -1)
    with pytest.raises(Retry):
        page(replace(asker, is_glancing=True), "people", {"tree": NO_MAIL})
    # Identifiers are read person by person, attributes are not.
    monkeypatch.setattr("konnektu.segments.counting.MOST_BY_PERSON", -1)
    with pytest.raises(TooManyPeople):
        page(asker, "people", {"tree": NO_MAIL})
    elsewhere = {"is": "not", "rule": TULA}
    assert keys(asker, "people", {"tree": elsewhere})
    monkeypatch.setattr("konnektu.segments.counting.MOST_PEOPLE", -1)
    with pytest.raises(TooManyPeople):
        page(replace(asker, now=asker.now + 2 * choosing.SERVES), "people", {"tree": elsewhere})


@pytest.mark.parametrize(
    ("tree", "is_personal"),
    [
        (TULA, False),
        (BY_MAIL, True),
        ({"is": "not", "rule": BY_MAIL}, True),
        ({"is": "attribute", "name": "phone", "test": {"is": "present"}}, False),
        ({"is": "attribute", "name": "birth_date", "test": {"is": "anniversary", "most": 7}}, False),
        ({**TULA, "test": {**TULA["test"], "values": ["anna@shop.example"]}}, True),
        ({"is": "measured", "figure": {"is": "events", "what": {"where": {
            "is": "field", "path": ["properties", "email"], "test": TULA["test"]}}},
          "test": {"is": "number", "op": "at_least", "values": [1]}}, True),
        ("0" * 32, True),
    ],
)  # fmt: skip
def test_a_tree_that_names_somebody_is_known(tree: Any, is_personal: bool) -> None:
    assert read(tree).is_personal is is_personal
    assert naming(sections()["people"], {"tree": tree}) == (["tree"] if is_personal else [])


def test_kept_trees_are_asked_by_their_keys_until_somebody_is_erased(asker: Asker) -> None:
    caller = system_caller(asker.workspace)
    db = asker.db
    plain = keeping.keep(db, caller, views.TreeAsked(TULA), NOW)
    personal = keeping.keep(db, caller, views.TreeAsked(BY_MAIL), NOW)
    assert keys(asker, "people", {"tree": plain.key}) == keys(asker, "people", {"tree": TULA}) != []
    assert keeping.found(db, caller, plain.key, NOW) == plain
    covered = replace(asker, is_open=False)
    assert keys(covered, "people", {"tree": plain.key}) == keys(asker, "people", {"tree": TULA})
    with pytest.raises(Forbidden):
        page(covered, "people", {"tree": personal.key})
    with db.transaction() as own:
        segments.erase(own, [])
    assert keeping.found(db, caller, plain.key, NOW) == plain
    with pytest.raises(NotFound):
        keeping.found(db, caller, personal.key, NOW)
    with db.read() as own:
        assert own.execute("SELECT count(*) FROM people_set").fetchone() == (0,)
