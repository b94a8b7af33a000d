"""A workspace as a command works on it. In: the settings and a slug. Out: open doors, with the roles it needs running.

Beside a server its roles serve; where nobody serves the data folder, the command runs them for as long as it lasts.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event

from konnektu.cli.serve import doors
from konnektu.cli.world import event_store_answers
from konnektu.core.config import Config, Role
from konnektu.storage.api import Storage, WorkspaceRecord, find


@contextmanager
def workplace(
    config: Config, slug: str, roles: tuple[Role, ...]
) -> Iterator[tuple[Storage, WorkspaceRecord]]:
    """The doors and the workspace, while `roles` run. Raises `NotFound`."""
    with doors(config, roles) as storage:
        record = find(storage, slug)
        if "store" in roles:
            event_store_answers(storage, Event())
        yield storage, record
