"""A refusal and a message meet: whichever commits first, a refusal that was answered is obeyed."""

from threading import Event as Signal
from threading import Thread

import msgspec
import pytest

from konnektu.core.records import Parcel
from konnektu.log import api as log
from konnektu.profiles import api
from konnektu.profiles.model import Contact, Refusal, Statement
from konnektu.profiles.refusals import lock_key
from konnektu.storage.api import Storage, WorkspaceRecord
from tests.profiles.facts import NOW

PHONE = Contact("phone", "+79031234567")
USE = Statement(state="given", time=0, contact=PHONE, channel="sms")
REFUSED = Refusal(contact=PHONE, time=NOW, channel="sms", reason="withdrawn")


def a_parcel() -> Parcel:
    fact = {"type": "consent", "properties": {"state": "withdrawn", "channel": "sms"}}
    return Parcel(0, "api", NOW, [msgspec.json.encode(fact)])


def test_both_are_on_disk_or_neither(
    storage: Storage, workspace: WorkspaceRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(log.store, "add_blocks", fail)
        with pytest.raises(RuntimeError):
            api.record_refusals(storage, workspace, [REFUSED], a_parcel())
    db = storage.workspace(workspace)
    with db.read() as own:
        assert api.refusals(own, PHONE) == []
    block = api.record_refusals(storage, workspace, [REFUSED], a_parcel())
    with db.read() as own, storage.inbox.read() as inbox:
        assert api.refusals(own, PHONE) == [REFUSED]
        assert [one.id for one in log.store.pending_blocks(inbox, workspace.id, 10)] == [block]


def fail(*_: object) -> list[int]:
    raise RuntimeError


def test_a_refusal_waits_for_a_message_that_is_leaving(storage: Storage, workspace: WorkspaceRecord) -> None:
    recorded = Signal()

    def refuse() -> None:
        api.record_refusals(storage, workspace, [REFUSED], a_parcel())
        recorded.set()

    with storage.workspace(workspace).transaction() as sender:
        api.lock_contacts(sender, workspace, [PHONE])
        thread = Thread(target=refuse)
        thread.start()
        assert not recorded.wait(0.3), "the message is leaving under the contact's lock"
        assert api.refusals(sender, PHONE) == []
    assert recorded.wait(10)
    thread.join()


def test_a_message_that_comes_after_a_refusal_sees_it(storage: Storage, workspace: WorkspaceRecord) -> None:
    api.record_refusals(storage, workspace, [REFUSED], a_parcel())
    with storage.workspace(workspace).transaction() as sender:
        api.lock_contacts(sender, workspace, [PHONE])
        assert api.may_contact(sender, 1, USE, NOW + 1) is None


def test_a_contact_has_a_lock_of_its_own_in_each_workspace(workspace: WorkspaceRecord) -> None:
    elsewhere = msgspec.structs.replace(workspace, uuid="another")
    keys = {
        lock_key(workspace, PHONE),
        lock_key(workspace, Contact("email", PHONE.value)),
        lock_key(elsewhere, PHONE),
    }
    assert len(keys) == 3


def test_an_erased_contact_is_kept_under_its_hash(storage: Storage, workspace: WorkspaceRecord) -> None:
    api.record_refusals(storage, workspace, [REFUSED], a_parcel())
    with storage.workspace(workspace).transaction() as own:
        api.blind_refusals(own, {PHONE: "hash-of-phone"})
        assert api.refusals(own, PHONE) == []
        assert api.refusals(own, PHONE, "hash-of-phone") == [REFUSED]
        assert api.may_contact(own, 1, USE, NOW + 1, "hash-of-phone") is None
