"""`konnektu rebuild` and `konnektu dictionary rebuild`. In: a workspace. Out: how many rows history makes otherwise.

Invariant: a rebuild of the state changes nothing of the workspace, one of the dictionary replaces it; the writer
waits meanwhile, and what arrives waits in the inbox.
"""

import os
import socket

from msgspec import Struct

from konnektu.belt.rebuild import Compared, Rebuilt, rebuild, relearn
from konnektu.cli.answer import Answer, Injected, table
from konnektu.cli.progress import bar
from konnektu.cli.workplace import workplace


class Outcome(Struct, frozen=True):
    """What a rebuild found."""

    workspace: str
    equal: bool
    position: int
    """The last position of the log that was folded."""
    facts: int
    tables: tuple[Compared, ...]


def rebuild_workspace(workspace: str, *, context: Injected) -> Answer:
    """Fold the whole history into empty state and compare it with what stands; exit code 1 where they differ.

    Parameters
    ----------
    workspace
        Slug of the workspace.
    """
    config = context.settings().config
    holder = f"rebuild {socket.gethostname()} {os.getpid()}"
    with (
        workplace(config, workspace, ("store",)) as (storage, record),
        bar("Rebuild", None, is_quiet=context.as_json) as shown,
    ):
        found = rebuild(storage, record, holder, shown)
    return answer(workspace, found)


def answer(workspace: str, found: Rebuilt) -> Answer:
    """The outcome for a script and for a person."""
    rows = [(each.table, f"{each.rows:,}", f"{each.missing:,}", f"{each.extra:,}") for each in found.tables]
    shown = table(("table", "rebuilt rows", "do not stand", "stand and were not rebuilt"), rows)
    different = [each.table for each in found.tables if each.missing or each.extra]
    shown.caption = (
        f"Differ: {', '.join(different)}." if different else f"Equal at position {found.position:,}."
    )
    shown.caption_justify = "left"
    document = Outcome(workspace, found.is_equal, found.position, found.facts, found.tables)
    return Answer(document, shown, exit_code=int(not found.is_equal))


class Learnt(Struct, frozen=True):
    """What the dictionary was learnt from."""

    workspace: str
    events: int


def rebuild_dictionary(workspace: str, *, context: Injected) -> Answer:
    """Learn which events and attributes came anew, from the whole history.

    Parameters
    ----------
    workspace
        Slug of the workspace.
    """
    config = context.settings().config
    holder = f"dictionary {socket.gethostname()} {os.getpid()}"
    with (
        workplace(config, workspace, ("store",)) as (storage, record),
        bar("Dictionary", None, is_quiet=context.as_json) as shown,
    ):
        events = relearn(storage, record, holder, shown)
    return Answer(Learnt(workspace, events), f"Learnt from {events:,} events.")
