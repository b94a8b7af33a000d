"""The inbox on a real PostgreSQL: appended blocks wait, keys hold, leases have one holder."""

from konnektu.core.records import Parcel
from konnektu.log import store
from konnektu.log.api import Inlet, append, append_blocks, decode_block, encode_block
from konnektu.storage.api import Storage, WorkspaceRecord

NOW = 1_760_000_000_000


def a_parcel(*bodies: bytes, key: str = "") -> Parcel:
    return Parcel(1, "wire", NOW, list(bodies), key=key)


def test_block_returns_its_parcels() -> None:
    parcels = [a_parcel(b'{"a":1}', b"{}"), a_parcel()]
    assert decode_block(encode_block(parcels)) == parcels


def test_appended_blocks_wait_in_order_of_their_ids(storage: Storage, workspace: WorkspaceRecord) -> None:
    first = append(storage.inbox, workspace.id, [a_parcel(b'{"a":1}')])
    second = append(storage.inbox, workspace.id, [a_parcel(b'{"a":2}', b'{"a":3}')])
    with storage.inbox.read() as inbox:
        waiting = store.pending_blocks(inbox, workspace.id, 10)
        assert [(block.id, block.events) for block in waiting] == [(first, 1), (second, 2)]
        assert decode_block(waiting[1].body)[0].events == [b'{"a":2}', b'{"a":3}']
        assert workspace.id in store.busy_workspaces(inbox)


def test_one_commit_holds_blocks_of_several_workspaces(storage: Storage, workspace: WorkspaceRecord) -> None:
    other = workspace.id + 1_000_000
    ids = append_blocks(
        storage.inbox, [(workspace.id, NOW, 1, b"x"), (other, NOW, 2, b"y"), (workspace.id, NOW, 3, b"z")]
    )
    assert ids == sorted(ids)
    with storage.inbox.transaction() as inbox:
        assert [block.body for block in store.pending_blocks(inbox, workspace.id, 10)] == [b"x", b"z"]
        store.clear_pending(inbox, other, ids)
        assert store.pending_count(inbox, other) == 0


def test_an_inlet_appends_the_same_and_makes_a_partition_at_need(
    storage: Storage, workspace: WorkspaceRecord
) -> None:
    inlet = Inlet(storage.inbox)
    far = NOW + 400 * 24 * 3_600_000
    inlet.append([(workspace.id, NOW, 1, b"x"), (workspace.id, far, 2, b"y")])
    inlet.append([(workspace.id, NOW, 3, b"z")])
    inlet.close()
    with storage.inbox.read() as inbox:
        waiting = store.pending_blocks(inbox, workspace.id, 10)
    assert [(block.received_at, block.events, block.body) for block in waiting] == [
        (NOW, 1, b"x"),
        (far, 2, b"y"),
        (NOW, 3, b"z"),
    ]


def test_a_key_is_appended_once(storage: Storage, workspace: WorkspaceRecord) -> None:
    first = append(storage.inbox, workspace.id, [a_parcel(b"{}", key="import:7:0")])
    again = append(storage.inbox, workspace.id, [a_parcel(b"{}", key="import:7:0")])
    assert again == first
    with storage.inbox.read() as inbox:
        assert store.pending_count(inbox, workspace.id) == 1


def test_a_lease_has_one_holder_and_a_higher_epoch_each_time(
    storage: Storage, workspace: WorkspaceRecord
) -> None:
    with storage.inbox.transaction() as inbox:
        epoch = store.take_lease(inbox, workspace.id, "belt one", 60)
        assert epoch == 1
        assert store.take_lease(inbox, workspace.id, "belt two", 60) is None
        assert store.renew_lease(inbox, workspace.id, "belt one", epoch, 60)
        store.release_lease(inbox, workspace.id, "belt one", epoch)
        assert store.take_lease(inbox, workspace.id, "belt two", 60) == epoch + 1
        assert not store.renew_lease(inbox, workspace.id, "belt one", epoch, 60)
