"""The first page: steps that are done by doing them, hours, people, troubles; each part for who may see it."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from typing import Any

import httpx
import pytest

from konnektu.access.api import RIGHTS, create_source, create_token, system_caller
from konnektu.belt.deliver import seal_once
from konnektu.catalogue import api as catalogue
from konnektu.core.clock import DAY, HOUR
from konnektu.core.records import Parcel
from konnektu.imports.model import Import, Mapping, RowCounts
from konnektu.imports.store import add_import
from konnektu.jobs import api as jobs
from konnektu.log import api as log
from konnektu.reading.api import Layout
from konnektu.storage.api import change_workspace
from tests.belt.support import identify, run_writer, track
from tests.shelf import Shelf
from tests.web.house import NOW, House, bearer

PARTS = {
    "flow": "events.read", "people": "profiles.read", "sources": "acquisition.read",
    "imports": "imports.run", "problems": "jobs.read", "running": "jobs.read",
}  # fmt: skip


@pytest.fixture
def shop(house: House, shelf: Shelf) -> Iterator[House]:
    """A workspace in which nothing has happened, with a token of every right."""
    record = shelf.take("web-home", "Home", NOW)
    system = system_caller(record)
    token = create_token(house.storage.control, system, name="test", scopes=RIGHTS, now=NOW)
    yield replace(house, workspace=record, system=system, token=token.secret)
    shelf.give_back(record)


def home(client: httpx.Client, house: House, token: str = "") -> dict[str, Any]:
    answer = client.get(house.path("/home"), headers=bearer(token or house.token))
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def done(client: httpx.Client, house: House) -> list[str]:
    return [one["name"] for one in home(client, house)["steps"] if one["is_done"]]


def file(accepted: int) -> Import:
    return Import(
        id=0, name="База", file_name="base.csv", sha256=f"{accepted}", size=10, source=7, kind="history", state="done",
        layout=Layout("csv"), mapping=Mapping("people"), as_of=NOW, chunk=0, cursor=0,
        counts=RowCounts(read=accepted, accepted=accepted), error_bytes=0, reason="", created_at=NOW, created_by="olga",
    )  # fmt: skip


def test_each_step_is_done_by_doing_it(client: httpx.Client, shop: House) -> None:
    shown = home(client, shop)["steps"]
    assert [one["name"] for one in shown] == ["source", "event", "base", "catalogue", "team", "backup"]
    assert all(one["en"].isascii() and not one["ru"].isascii() for one in shown)
    assert done(client, shop) == []
    source = create_source(shop.storage.control, shop.system, kind="web", name="Site", now=NOW)
    assert done(client, shop) == ["source"]
    send(shop, source.id, track("Viewed", 1, anonymous="cookie"))
    assert done(client, shop) == ["source", "event"]
    db = shop.storage.workspace(shop.workspace)
    for accepted, steps in ((0, ["source", "event"]), (3, ["source", "event", "base"])):
        with db.transaction() as conn:
            number = add_import(conn, file(accepted))
            conn.execute(
                "UPDATE import SET read = %s, accepted = %s WHERE id = %s", [accepted, accepted, number]
            )
        assert done(client, shop) == steps
    catalogue.put(db, "products", [{"id": "p1", "name": "Чайник"}], by="test", now=lambda: NOW)
    jobs.put_schedule(shop.storage, shop.workspace, "keeping.backup", cron="0 4 * * *", arguments={}, now=NOW)
    assert done(client, shop) == ["source", "event", "base", "catalogue", "backup"]
    assert home(client, shop)["imports"][0]["name"] == "База"


def send(house: House, source: int, *bodies: bytes, at: int = NOW) -> None:
    log.append(house.storage.inbox, house.workspace.id, [Parcel(source, "wire", at, list(bodies))])
    run_writer(house.storage, house.workspace)


def test_people_and_troubles_are_counted(client: httpx.Client, shop: House) -> None:
    source = create_source(shop.storage.control, shop.system, kind="pos", name="Till", now=NOW)
    send(
        shop,
        source.id,
        identify("u1", 1, firstName="Анна"),
        track("Viewed", 2, anonymous="c2"),
        b'{"type":"trick"}',
    )
    found = home(client, shop)
    people = found["people"]
    assert (people["everybody"], people["known"]) == (2, 1)
    assert (people["new_day"], people["known_day"]) == (2, 1)
    assert not people["is_more"]
    (trouble,) = [one for one in found["sources"] if one["name"] == "Till"]
    assert (trouble["rejected_day"], trouble["accepted_day"], trouble["is_silent"]) == (1, 2, False)
    assert sum(found["flow"]["quarantine"].values()) == 1
    assert found["flow"]["waiting_events"] == 0


def test_many_people_are_counted_about(
    client: httpx.Client, shop: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("konnektu.web.home.COUNTED_MOST", 10)
    assert home(client, shop)["people"]["is_about"] is False
    with shop.storage.workspace(shop.workspace).transaction() as db:
        db.execute(
            "INSERT INTO profile (id, born, known, position, attributes, state)"
            " SELECT n, n, n % 4 = 0, n, '{}', '' FROM generate_series(1, 1000) AS n"
        )
        db.execute("ANALYZE profile")
    people = home(client, shop)["people"]
    assert (people["everybody"], people["known"], people["is_about"]) == (1_000, 250, True)


def test_problems_and_jobs_at_work_are_shown(client: httpx.Client, shop: House) -> None:
    control, words = shop.storage.control, jobs.Words("Late", "Опаздывает")
    jobs.raise_problem(control, shop.workspace, "feed:1", "problem", what=words, to_do=words, now=NOW)
    job = jobs.defer(shop.storage, shop.workspace, "catalogue.feed", "1", {"feed": 1}, now=NOW, by="olga")
    assert home(client, shop)["running"] == []
    with control.transaction() as conn:
        conn.execute("UPDATE job SET state = 'running' WHERE id = %s", [job.id])
    found = home(client, shop)
    assert [one["what"]["ru"] for one in found["problems"]] == ["Опаздывает"]
    assert [one["kind"] for one in found["running"]] == ["catalogue.feed"]


def hours_of(client: httpx.Client, house: House, count: int) -> list[dict[str, int]]:
    answer = client.get(house.path(f"/home/hours?hours={count}"), headers=bearer(house.token))
    assert answer.status_code == 200, answer.text
    return list(answer.json())


@pytest.mark.usefixtures("event_store_server")
def test_hours_are_the_last_ones_without_imported_history(client: httpx.Client, shop: House) -> None:
    source = create_source(shop.storage.control, shop.system, kind="server", name="Back", now=NOW)
    assert [one["events"] for one in hours_of(client, shop, 3)] == [0, 0, 0]
    send(shop, source.id, track("Bought", 31, user="u1"), track("Bought", 32, user="u1"))
    send(shop, source.id, track("Bought", 33, user="u1"), at=NOW - 5 * HOUR)
    old = Parcel(source.id, "import", NOW, [track("Bought", 34, user="u1")], history=True)
    log.append(shop.storage.inbox, shop.workspace.id, [old])
    run_writer(shop.storage, shop.workspace)
    while seal_once(shop.storage, shop.workspace, 1_000):
        pass
    hours = hours_of(client, shop, 48)
    assert len(hours) == 48
    assert [one["at"] - two["at"] for two, one in pairwise(hours)] == [HOUR] * 47
    assert hours[-1]["at"] == NOW - NOW % HOUR
    assert [hours[at]["events"] for at in (-1, -6)] == [2, 1]


def days_of(client: httpx.Client, house: House, count: int) -> tuple[list[tuple[int, int]], bool]:
    answer = client.get(house.path(f"/home/newcomers?days={count}"), headers=bearer(house.token))
    assert answer.status_code == 200, answer.text
    found = answer.json()
    return [(one["everybody"], one["known"]) for one in found["days"]], found["is_more"]


def test_new_people_are_told_by_day_of_the_projects_zone(
    client: httpx.Client, shop: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert days_of(client, shop, 3) == ([(0, 0)] * 3, False)
    midnight = NOW - (NOW + 3 * HOUR) % DAY
    change_workspace(shop.storage, shop.workspace, name=None, timezone="Europe/Moscow")
    born = [midnight - 3 * DAY, midnight - DAY - 1, midnight - 1, midnight, midnight]
    with shop.storage.workspace(shop.workspace).transaction() as db:
        db.execute(
            "INSERT INTO profile (id, born, known, position, attributes, state)"
            " SELECT n, born, n %% 2 = 1, n, '{}', '' FROM unnest(%s::bigint[]) WITH ORDINALITY AS t (born, n)",
            [born],
        )
    assert days_of(client, shop, 3) == ([(1, 0), (1, 1), (2, 1)], False)
    monkeypatch.setattr("konnektu.web.home_plots.LATEST_MOST", 3)
    assert days_of(client, shop, 3) == ([(1, 1), (2, 1)], True)


@pytest.mark.parametrize("part", sorted(PARTS))
def test_a_part_is_null_for_who_may_not_see_it(client: httpx.Client, house: House, part: str) -> None:
    found = home(client, house, house.token_without(PARTS[part]))  # type: ignore[arg-type]
    assert found[part] is None
    assert all(found[other] is not None for other, right in PARTS.items() if right != PARTS[part])


def test_steps_that_one_cannot_take_are_not_shown(client: httpx.Client, house: House) -> None:
    shown = home(client, house, house.token_without("users.manage"))["steps"]
    assert "team" not in {one["name"] for one in shown}
