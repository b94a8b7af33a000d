"""`konnektu flow`. In: the stages and, where the servers run, every workspace's place. Out: the flow with its lag."""

from msgspec import Struct
from rich.console import Group, RenderableType

from konnektu.cli.answer import Answer, Injected, table
from konnektu.cli.world import is_installed, no_installation, open_storage
from konnektu.core.config import Config
from konnektu.flow import STAGES, Stage
from konnektu.log import api as log
from konnektu.storage.api import Storage, WorkspaceRecord, list_workspaces, postgres_pid


class Lag(Struct, frozen=True):
    """How far one workspace's writer and sink are."""

    workspace: str
    state: str
    position: int
    """Facts applied."""
    waiting_blocks: int
    """Accepted and not yet applied."""
    unsealed: int
    """Applied and not yet in the event store."""


class Flow(Struct, frozen=True):
    """The stages in order, and every workspace's lag; no lags where the servers do not run."""

    stages: tuple[Stage, ...]
    lags: list[Lag]


def flow(*, context: Injected) -> Answer:
    """Show every stage of the flow, and how far each workspace is behind."""
    config = context.settings().config
    lags = read_lags(config)
    stages = [
        (each.name, each.process, each.reads, each.writes, each.batch, each.bad_data) for each in STAGES
    ]
    shown = table(("stage", "role", "reads", "writes", "batch", "bad data"), stages)
    return Answer(Flow(STAGES, lags), Group(shown, "", lag_table(config, lags)))


def lag_table(config: Config, lags: list[Lag]) -> RenderableType:
    """Every workspace's place for a person; where none is known, why."""
    if not is_installed(config):
        return no_installation(config)
    if not lags:
        return "No workspace, or the servers do not run: konnektu serve starts them."
    rows = [
        (each.workspace, each.state, f"{each.position:,}", f"{each.waiting_blocks:,}", f"{each.unsealed:,}")
        for each in lags
    ]
    return table(("workspace", "state", "events applied", "blocks waiting", "events not yet sealed"), rows)


def read_lags(config: Config) -> list[Lag]:
    """The lag of every workspace, in the order of their making."""
    if not config.postgres_url and postgres_pid(config.data) is None:
        return []
    storage = open_storage(config)
    try:
        return [lag_of(storage, record) for record in list_workspaces(storage)]
    finally:
        storage.close()


def lag_of(storage: Storage, record: WorkspaceRecord) -> Lag:
    """How far the writer and the sink of one workspace are."""
    with storage.inbox.read() as inbox:
        waiting = log.store.pending_count(inbox, record.id)
    with storage.workspace(record).read() as db:
        place, (sealed, _) = log.store.place(db), log.store.sealed(db)
    return Lag(record.slug, record.state, place.position, waiting, place.position - sealed)
