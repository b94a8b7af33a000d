"""Sizes over time, what people come to, alarms; entries and exits under the ids that people have by now."""

import pytest

from konnektu.access.api import system_caller
from konnektu.core.asking import wanted
from konnektu.core.clock import DAY
from konnektu.core.clock import HOUR as AN_HOUR
from konnektu.core.section import sections
from konnektu.jobs import api as jobs
from konnektu.segments.members import reading
from konnektu.segments.members.reading import Asked, Looker
from konnektu.segments.members.sizes import PROBLEM, is_alarming, note_sizes, schedule_sizes
from konnektu.storage.api import Asker, Storage, WorkspaceRecord
from tests.belt.support import NOW, identify, run_writer, send, track
from tests.segments.facts import saved, told
from tests.segments.test_explaining import public
from tests.segments.test_live import ORDERED, bring_into_force

pytestmark = pytest.mark.usefixtures("event_store_server")


def looker(storage: Storage, record: WorkspaceRecord, now: int = NOW) -> Looker:
    return Looker(storage.workspace(record), system_caller(record), now)


def alarms(storage: Storage, record: WorkspaceRecord) -> dict[str, str]:
    found = jobs.problems(storage.control)
    return {
        one.key: one.severity for one in found if one.workspace == record.id and one.key.startswith(PROBLEM)
    }


def bought(user: str, n: int, total: int) -> bytes:
    return track("Order Completed", n, user=user, order_id=f"N-{n}", total=total, currency="RUB")


def test_points_say_who_came_and_left_since_the_one_before(
    storage: Storage, workspace: WorkspaceRecord
) -> None:
    send(storage, workspace, identify("anna", 1, city="Тула"), bought("anna", 1, 30), bought("boris", 2, 10))
    send(storage, workspace, saved(1, "tula"), at=NOW, origin="system")
    bring_into_force(storage, workspace)
    assert note_sizes(storage, workspace, NOW + 1) == 1
    send(storage, workspace, identify("vera", 2, city="Тула"), identify("anna", 3, city="Орёл"))
    run_writer(storage, workspace)
    note_sizes(storage, workspace, NOW + AN_HOUR)

    found = reading.sizes(looker(storage, workspace, NOW + AN_HOUR), "tula", 1)
    assert [(one.at, one.people, one.entered, one.gone) for one in found.points] == [
        (NOW + 1, 1, 1, 0),
        (NOW + AN_HOUR, 1, 1, 1),
    ]
    assert found.now == 1
    assert found.figures is not None
    assert (found.figures.people, found.figures.base, found.figures.share) == (1, 3, 1 / 3)


def test_what_people_come_to_beside_everybody(storage: Storage, workspace: WorkspaceRecord) -> None:
    send(
        storage,
        workspace,
        identify("anna", 1, city="Тула"),
        bought("anna", 1, 30),
        bought("anna", 2, 20),
        bought("boris", 3, 50),
    )
    send(storage, workspace, saved(1, "tula"), at=NOW, origin="system")
    bring_into_force(storage, workspace)
    note_sizes(storage, workspace, NOW + 1)
    found = reading.sizes(looker(storage, workspace), "tula", 1)
    assert found.figures is not None
    (money,) = found.figures.money
    assert (money.currency, money.buyers, money.purchases, money.net, money.share) == ("RUB", 1, 2, 5000, 0.5)
    assert (money.average, money.base_average) == (2500, 3333)
    section = sections()["segments"]
    row = section.rows(Asker(storage, workspace, NOW, is_open=True), wanted(section, {}, "", "", 10)).rows[0]
    shown = dict(zip([one.name for one in section.columns], row.values, strict=True))
    assert (shown["people"], shown["share"], shown["revenue_share"], shown["average"]) == (
        1,
        50.0,
        50.0,
        25.0,
    )


def test_hours_become_days_and_what_is_too_old_is_forgotten(
    storage: Storage, workspace: WorkspaceRecord
) -> None:
    send(storage, workspace, saved(1, "tula"), at=NOW, origin="system")
    bring_into_force(storage, workspace)
    midnight = NOW // DAY * DAY
    with storage.workspace(workspace).transaction() as db:
        number = db.execute("SELECT id FROM segment").fetchone()[0]  # type: ignore[index]
        for n, at in enumerate((midnight + 1, midnight + 2, midnight + DAY, midnight - 3_000 * DAY)):
            db.execute("INSERT INTO segment_point VALUES (%s, %s, %s, 1, 2, 0)", (number, at, n))
    note_sizes(storage, workspace, midnight + 37 * DAY)
    points = reading.sizes(looker(storage, workspace, midnight + 37 * DAY), "tula", 9_000).points
    assert [(one.at - midnight, one.people, one.entered, one.gone) for one in points[:2]] == [
        (2, 1, 2, 4),
        (DAY, 2, 1, 2),
    ]
    assert len(points) == 3


def test_a_segment_that_loses_everybody_is_a_problem_until_somebody_comes(
    storage: Storage, workspace: WorkspaceRecord
) -> None:
    send(storage, workspace, saved(1, "tula"), at=NOW, origin="system")
    send(storage, workspace, identify("anna", 1, city="Тула"))
    bring_into_force(storage, workspace)
    note_sizes(storage, workspace, NOW + 1)
    send(storage, workspace, identify("anna", 2, city="Орёл"))
    run_writer(storage, workspace)
    note_sizes(storage, workspace, NOW + DAY + 2)
    assert alarms(storage, workspace) == {f"{PROBLEM}tula": "problem"}
    send(storage, workspace, identify("anna", 3, city="Тула"))
    run_writer(storage, workspace)
    note_sizes(storage, workspace, NOW + DAY + 3)
    assert alarms(storage, workspace) == {}


@pytest.mark.parametrize(
    ("was", "is_now", "is_new", "is_so"),
    [
        (1, 0, True, True),
        (0, 0, False, False),
        (100, 70, False, True),
        (100, 71, False, False),
        (100, 130, False, True),
        (100, 130, True, False),
        (10, 14, False, False),
        (0, 20, False, True),
    ],
)
def test_what_is_alarming(was: int, is_now: int, is_new: bool, is_so: bool) -> None:
    assert is_alarming(was, is_now, is_new=is_new) is is_so


def test_the_schedule_is_put_once_and_stays_as_somebody_set_it(
    storage: Storage, workspace: WorkspaceRecord
) -> None:
    schedule_sizes(storage, workspace, NOW)
    jobs.put_schedule(storage, workspace, "segments.sizes", cron="30 2 * * *", now=NOW)
    schedule_sizes(storage, workspace, NOW)
    assert [one.cron for one in jobs.schedules(storage, workspace)] == ["30 2 * * *"]


def test_entries_and_exits_are_of_people_as_they_are_now(
    storage: Storage, workspace: WorkspaceRecord
) -> None:
    send(
        storage,
        workspace,
        saved(1, "fresh", ORDERED, definition={"entry": ORDERED, "people": "all"}),
        origin="system",
    )
    bring_into_force(storage, workspace)
    send(storage, workspace, track("Order Completed", 1, anonymous="a1", order_id="1", total=10))
    send(storage, workspace, identify("anna", 2, firstName="Анна"))
    joined = identify("anna", 4).replace(b'"userId"', b'"anonymousId":"a1","userId"')
    send(storage, workspace, joined, at=NOW + 1)
    run_writer(storage, workspace)
    anna = public(storage, workspace, "anna")

    items = reading.changes(looker(storage, workspace), "fresh", Asked(0, 10)).items
    assert {one.person.id for one in items if one.person} == {anna}
    assert [one.id for one in items] == sorted((one.id for one in items), reverse=True)
    of_anna = reading.changes(looker(storage, workspace), "fresh", Asked(0, 10, profile=anna)).items
    assert of_anna == items
    first = reading.changes(looker(storage, workspace), "fresh", Asked(0, 1))
    rest = reading.changes(looker(storage, workspace), "fresh", Asked(int(first.next or 0), 10))
    assert [*first.items, *rest.items] == items
    entered = reading.changes(looker(storage, workspace), "fresh", Asked(0, 10, entered=True)).items
    assert entered == [one for one in items if one.entered]

    stays = reading.of_person(looker(storage, workspace), anna)
    assert [one.segment.key for one in stays.segments] == ["fresh"]
    send(storage, workspace, told(9, key="fresh", act="off"), origin="system")
    run_writer(storage, workspace)
    assert reading.of_person(looker(storage, workspace), anna).segments == []
