"""A source before it is stated: what it would have found, sealed and not, and what it then finds."""

import pytest

from konnektu.acquisition.model import Condition, Stated
from konnektu.acquisition.preview import preview
from konnektu.core.errors import Unprocessable
from konnektu.storage.api import History, Storage, WorkspaceRecord
from tests.acquisition.facts import source, visit
from tests.belt.support import everything, run_writer, send
from tests.belt.test_history import seal_all

CPC = "https://shop.ru/?utm_source=yandex&utm_medium=cpc"
ADS = Stated(
    name="Ads",
    kind="promotion",
    rules=((Condition("utm_medium", ("cpc",)),), (Condition("form", ("f1",)),)),
    active=False,
)


def test_events_sealed_and_not_with_their_people(
    storage: Storage, workspace: WorkspaceRecord, history: History, monkeypatch: pytest.MonkeyPatch
) -> None:
    send(storage, workspace, visit(1, user="u1", url=CPC, at=1), visit(2, user="u1", at=2))
    run_writer(storage, workspace)
    seal_all(storage, workspace)
    assert history.scalar("SELECT count() FROM fact", {}) == 2
    send(storage, workspace, visit(3, user="u1", url=CPC, form_id="f1", at=3))
    send(
        storage,
        workspace,
        visit(4, user="u2", form_id="F1", at=4),
        visit(5, user="u3", url=CPC, marks="test"),
    )
    run_writer(storage, workspace)
    found = preview(storage, workspace, ADS)
    assert (found.events, found.matched, found.people, found.by_rule) == (5, 3, 2, [2, 2])
    assert everything(storage, workspace)["arrival"] == []
    monkeypatch.setattr("konnektu.acquisition.preview.EVENTS", 4)
    assert preview(storage, workspace, ADS).matched == 2
    monkeypatch.setattr("konnektu.acquisition.preview.EVENTS", 2)
    assert preview(storage, workspace, ADS).events == 2


def test_a_partner_by_its_code(
    storage: Storage, workspace: WorkspaceRecord, event_store_server: object
) -> None:
    programme = source("friends", 1, kind="partner_programme", parameter="ref", days=30)
    send(storage, workspace, programme, origin="system")
    send(storage, workspace, visit(1, user="u1", url="https://shop.ru/?ref=ivan", at=1))
    run_writer(storage, workspace)
    partner = Stated(name="Ivan", kind="partner", parent="friends", code="ivan")
    found = preview(storage, workspace, partner)
    assert (found.matched, found.people, found.by_code, found.by_rule) == (1, 1, 1, [])
    with pytest.raises(Unprocessable):
        preview(storage, workspace, Stated(name="Petr", kind="partner", parent="nobody", code="petr"))
