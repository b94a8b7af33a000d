"""`konnektu retention`. In: a workspace with rules. Out: what is too old at this moment; with --run, what was removed.

Beside a server its roles do the work; where none runs, the command runs them. A run that was stopped goes on.
"""

from contextlib import ExitStack
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from msgspec import Struct

from konnektu.access import api as access
from konnektu.cli.answer import Answer, Injected, table
from konnektu.cli.progress import bar
from konnektu.cli.workplace import workplace
from konnektu.core.clock import SystemClock
from konnektu.core.config import Role
from konnektu.privacy import api as privacy
from konnektu.storage.api import WorkspaceRecord

LOOKING: tuple[Role, ...] = ("store",)
RUNNING: tuple[Role, ...] = ("store", "belt", "deliver")


class Due(Struct, frozen=True):
    """What a rule would remove."""

    subject: str
    name: str
    before: int
    """What happened, was stated or ended before, milliseconds UTC."""
    facts: int
    purposes: tuple[str, ...]
    """For which it is kept, where rules say so."""


class Ran(Struct, frozen=True):
    """A run that ended."""

    workspace: str
    position: int
    """Of its fact on the log."""
    removed: dict[str, int]
    people: int


def retention(workspace: str, *, run: bool = False, context: Injected) -> Answer:
    """Show what is older than the rules of retention allow, by rule; with --run remove it.

    Parameters
    ----------
    workspace
        Slug of the workspace.
    run
        Remove it, for good, and tell anew of the people whom it was about.
    """
    config, clock = context.settings().config, SystemClock()
    with workplace(config, workspace, RUNNING if run else LOOKING) as (storage, record), ExitStack() as stack:
        where = privacy.working(
            storage,
            record,
            data=config.data,
            notes=privacy.notes_folder(config),
            now=clock.now_ms,
            progress=stack.enter_context(bar("People", None, is_quiet=context.as_json or not run)),
        )
        if not run:
            now = clock.now_ms()
            cuts = privacy.due(where)
            return shown(record, cuts, privacy.tried(where, cuts, now))
        caller = access.system_caller(record)
        access.record_alone(storage.control, caller, "retention.run", "", now=clock.now_ms())
        ended = privacy.retain(where)
        privacy.tell_ended(storage, record)
    return ran(record, ended)


def shown(record: WorkspaceRecord, cuts: tuple[privacy.Cut, ...], counts: dict[str, int]) -> Answer:
    """What would be removed, by rule."""
    found = [Due(one.subject, one.name, one.before, counts[one.key], one.purposes) for one in cuts]
    rows = [
        (one.subject, one.name, ", ".join(one.purposes), day(record, one.before), f"{one.facts:,}")
        for one in found
    ]
    return Answer(
        found,
        table(("about", "name", "for", "older than", "facts"), rows)
        if rows
        else "This workspace has no rules.",
    )


def ran(record: WorkspaceRecord, ended: privacy.Run) -> Answer:
    """What was removed, by rule and by place."""
    rows = [(name, f"{count:,}") for name, count in sorted(ended.removed.items())]
    made = table(("removed", "rows"), rows)
    made.caption = f"{ended.people:,} people were told of anew."
    made.caption_justify = "left"
    return Answer(Ran(record.slug, ended.position, dict(ended.removed), ended.people), made)


def day(record: WorkspaceRecord, instant: int) -> str:
    """The minute of an instant in the workspace's zone."""
    zone = ZoneInfo(record.timezone)
    return f"{datetime.fromtimestamp(instant / 1_000, UTC).astimezone(zone):%Y-%m-%d %H:%M}"
