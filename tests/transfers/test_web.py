"""Files of the web: asked for by today's and yesterday's name, taken once, cut ones never."""

from collections.abc import Iterator

import pytest

from konnektu.core.errors import Unprocessable
from konnektu.imports import api as imports
from konnektu.outgoing.api import InnerAddress, Unanswered, WrongAddress
from konnektu.transfers import api
from konnektu.transfers.model import PlaceRefused, WrongPattern
from tests.doubles.https import WebServer
from tests.transfers.conftest import Desk
from tests.transfers.test_taking import people

TODAY, YESTERDAY = "20251009", "20251008"
"""Of the clock of the tests, in Moscow."""


@pytest.fixture
def web() -> Iterator[WebServer]:
    with WebServer() as server:
        yield server


def place_of(desk: Desk, web: WebServer, secret: api.Secret | None = None, **more: str) -> api.Place:
    settings = api.HttpsPlace(url=f"{web.url}/feeds/", **more)
    return api.add_place(desk.storage, desk.caller, "feeds", settings, secret, now=desk.now)


def test_names_of_today_and_yesterday_are_taken_once(desk: Desk, web: WebServer) -> None:
    for day, first in ((YESTERDAY, 0), (TODAY, 10)):
        web.put(f"/feeds/people_{day}.csv", people(first, 4))
    plan = desk.plan(place_of(desk, web), "people_{YYYY}{MM}{DD}.csv", after="keep")
    for _ in range(2):
        assert desk.run_to_end(plan) == "done"
    assert (desk.people(), desk.problems()) == (8, {})
    assert [one.file_name for one in imports.imports(desk.storage, desk.workspace)] == [
        f"people_{TODAY}.csv", f"people_{YESTERDAY}.csv",
    ]  # fmt: skip
    assert sum(asked.startswith("GET") for asked in web.asked) == 2


def test_a_server_that_says_nothing_beforehand_is_read_and_compared(desk: Desk, web: WebServer) -> None:
    web.put("/feeds/people.csv", people(0, 4))
    web.faults["/feeds/people.csv"] = "mute"
    plan = desk.plan(place_of(desk, web), "people.csv", after="keep")
    for count in (4, 4, 9):
        web.put("/feeds/people.csv", people(0, count))
        assert desk.run_to_end(plan) == "done"
    assert len(imports.imports(desk.storage, desk.workspace)) == 2
    assert [file.state for file in desk.files(plan)] == ["done", "done"]


def test_a_cut_answer_is_never_taken(desk: Desk, web: WebServer) -> None:
    web.put("/feeds/people.csv", people(0, 5_000))
    web.faults["/feeds/people.csv"] = "cut"
    plan = desk.plan(place_of(desk, web), "people.csv", after="keep", settle_seconds=0)
    with pytest.raises(Unanswered):
        desk.run(plan)
    assert "does not answer" in desk.problems()["place"]
    assert imports.imports(desk.storage, desk.workspace) == []
    web.faults.clear()
    assert desk.run_to_end(plan) == "done"
    assert (desk.people(), desk.problems()) == (5_000, {})


def test_a_page_made_for_each_request_is_taken_once(desk: Desk, web: WebServer) -> None:
    web.put("/feeds/people.csv", people(0, 4))
    web.faults["/feeds/people.csv"] = "fresh"
    plan = desk.plan(place_of(desk, web), "people.csv", after="keep", settle_seconds=0)
    for _ in range(3):
        assert desk.run_to_end(plan) == "done"
    assert (desk.people(), desk.problems(), len(imports.imports(desk.storage, desk.workspace))) == (4, {}, 1)


def test_what_the_web_does_is_said(desk: Desk, web: WebServer) -> None:
    plan = desk.plan(place_of(desk, web), "people.csv", after="keep", settle_seconds=0)
    assert desk.run(plan) == "done"
    web.put("/feeds/people.csv", people(0, 4))
    web.faults["/feeds/people.csv"] = "busy"
    with pytest.raises(Unanswered):
        desk.run(plan)
    web.faults["/feeds/people.csv"] = "away"
    assert desk.run(plan) == "done"
    assert desk.one(plan).held == "changed_while_read"


def test_credentials_go_to_their_own_server_alone(desk: Desk, web: WebServer) -> None:
    web.headers = {"x-api-key": "s3cret"}
    web.put("/feeds/people.csv", people(0, 4))
    place = place_of(desk, web, api.Secret("s3cret"), header="x-api-key")
    assert desk.run_to_end(desk.plan(place, "people.csv", after="keep")) == "done"
    assert desk.people() == 4
    away = desk.plan(place, "//127.0.0.2/people.csv", name="away", after="keep")
    with pytest.raises(WrongPattern, match="another server"):
        desk.run(away)
    settings = api.HttpsPlace(url="http://127.0.0.2/", header="x-api-key")
    with pytest.raises(Unprocessable, match="give its password or key again"):
        api.change_place(
            desk.storage, desk.caller, place.id, name="feeds", settings=settings, secret=None, forget_key=False,
            now=desk.now,
        )  # fmt: skip
    web.headers = {"x-api-key": "another"}
    with pytest.raises(PlaceRefused, match="401"):
        desk.run(desk.plan(place, "other.csv", name="other", after="keep"))


def test_the_query_of_a_place_goes_with_every_name_and_stands_in_no_message(
    desk: Desk, web: WebServer
) -> None:
    web.put("/feeds/people.csv", people(0, 4))
    settings = api.HttpsPlace(url=f"{web.url}/feeds/?key=s3cret")
    place = api.add_place(desk.storage, desk.caller, "keyed", settings, None, now=desk.now)
    plan = desk.plan(place, "people.csv", after="keep", settle_seconds=0)
    assert desk.run_to_end(plan) == "done"
    assert (desk.people(), web.queries) == (4, {"key=s3cret"})
    web.headers = {"x-api-key": "another"}
    with pytest.raises(PlaceRefused) as caught:
        desk.run(plan)
    assert "s3cret" not in caught.value.message


@pytest.mark.parametrize("url", ["ftp://host/", "https://user:word@host/", "no address"])
def test_an_address_is_checked_when_it_is_written(desk: Desk, url: str) -> None:
    with pytest.raises(WrongAddress):
        api.add_place(desk.storage, desk.caller, "wrong", api.HttpsPlace(url=url), None, now=desk.now)


def test_inner_addresses_are_not_reached(desk: Desk, web: WebServer) -> None:
    plan = desk.plan(place_of(desk, web), "people.csv", after="keep")
    inner = api.SftpPlace(host="127.0.0.1", port=22, user="root")
    sftp = api.add_place(desk.storage, desk.caller, "inner", inner, api.Secret("x"), now=desk.now)
    other = desk.plan(sftp, name="inner")
    desk.config = type(desk.config)(data=desk.config.data)
    for one in (plan, other):
        with pytest.raises(InnerAddress):
            desk.run(one)


def test_wildcards_and_putting_away_are_not_of_the_web(desk: Desk, web: WebServer) -> None:
    place = place_of(desk, web)
    for pattern, after in (("people_*.csv", "keep"), ("people.csv", "archive")):
        with pytest.raises(Unprocessable):
            desk.plan(place, pattern, after=after)
