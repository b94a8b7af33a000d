"""Event-store tables: made on one server or on a cluster, grown by columns, the same each time."""

from konnektu.storage.api import Column, History, Storage, Table, WorkspaceRecord
from konnektu.storage.tables import bring, declared, make

VISIT = Table(
    name="visit",
    columns=(Column("id", "Int64"), Column("begun", "DateTime64(3)"), Column("version", "UInt64")),
    order_by="(id)",
    partition_by="toYYYYMM(begun)",
    engine="ReplacingMergeTree",
    version="version",
)


def test_a_table_grows_and_a_second_time_changes_nothing(storage: Storage, history: History) -> None:
    admin, database = storage.histories.administration, history.database
    for statement in bring([VISIT], {}, database):
        admin.command(statement)
    wider = Table(name="visit", columns=(*VISIT.columns, Column("pages", "Int32 DEFAULT 1")), order_by="(id)")
    present = {"visit": {"id", "begun", "version"}}
    for statement in bring([wider], present, database):
        admin.command(statement)
    names = history.rows("SELECT name FROM system.columns WHERE table = 'visit' ORDER BY position")
    assert [name for (name,) in names] == ["id", "begun", "version", "pages"]
    assert bring([wider], {"visit": {"id", "begun", "version", "pages"}}, database) == []


def test_every_declared_table_is_in_every_workspace(
    storage: Storage, workspace: WorkspaceRecord, history: History
) -> None:
    there = history.rows(
        "SELECT name FROM system.tables WHERE database = {name:String}", {"name": history.database}
    )
    assert {name for (name,) in there} >= {table.name for table in declared()} != set()
    storage.histories.prepare(workspace)


def test_on_a_cluster_a_table_is_replicated_and_spread(history: History) -> None:
    local, spread = make(VISIT, "shop", "main")
    assert "CREATE TABLE IF NOT EXISTS shop.visit_local ON CLUSTER main" in local
    assert (
        "ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/{shard}/{database}/{table}', '{replica}', version)"
        in local
    )
    assert "ENGINE = Distributed(main, shop, visit_local, rand())" in spread
    for statement in (local, spread):
        assert history.scalar("SELECT formatQuerySingleLine({sql:String})", {"sql": statement})
