"""`konnektu profile`. In: a workspace and an identifier, however it is spelt. Out: the person it points to."""

from datetime import UTC, datetime

from msgspec import Struct
from rich.table import Table

from konnektu.cli.answer import Answer, Injected, table
from konnektu.cli.serve import doors, wait_for_store
from konnektu.core.clock import SECOND, SystemClock
from konnektu.profiles import api as profiles
from konnektu.storage.api import find


class Shown(Struct, frozen=True):
    """A profile, and the newest of its facts where they were asked for."""

    profile: profiles.ProfileView
    timeline: list[profiles.FactView]


def show_profile(workspace: str, kind: str, value: str, *, timeline: int = 0, context: Injected) -> Answer:
    """Show the person that an identifier points to.

    Parameters
    ----------
    workspace
        Slug of the workspace.
    kind
        Kind of the identifier: user_id, phone, email, loyalty_card, anonymous_id, …
    value
        The identifier, spelt in any way: +7 903 123-45-67, 89031234567.
    timeline
        How many of the newest facts to show, too.
    """
    config = context.settings().config
    with doors(config, ("store",) if timeline else ()) as storage:
        record = find(storage, workspace)
        if timeline:
            wait_for_store(storage, record)
        reader = profiles.Reader(storage, record, SystemClock().now_ms(), is_open=True)
        found = profiles.view_found(reader, kind, value)
        facts = profiles.timeline_view(reader, found.id, profiles.LATEST, timeline)[0] if timeline else []
    return Answer(Shown(found, facts), as_table(found, facts))


def as_table(found: profiles.ProfileView, facts: list[profiles.FactView]) -> Table:
    """The profile for a person, one thing a line."""
    rows: list[tuple[str, str, str]] = [("profile", found.id, "known" if found.known else "anonymous")]
    rows += [("identifier", f"{each.kind} {each.value}", each.status) for each in found.identifiers]
    rows += [(f"attribute {name}", str(held.value), held.origin) for name, held in found.attributes.items()]
    rows += [("tag", tag, "") for tag in found.tags]
    rows += [
        (
            f"consent {each.state}",
            " ".join(filter(None, (each.channel, each.category, each.purpose))),
            day(each.time),
        )
        for each in found.consents
    ]
    rows += [(f"events {each.name}", f"{each.count:,}", day(each.last)) for each in found.basics.by_name]
    rows += [("fact", f"{fact.type} {fact.name}".strip(), day(fact.time)) for fact in facts]
    return table(("", "", ""), rows)


def day(instant: int) -> str:
    """A time in milliseconds UTC as 2026-03-01 12:30."""
    return datetime.fromtimestamp(instant / SECOND, UTC).strftime("%Y-%m-%d %H:%M")
