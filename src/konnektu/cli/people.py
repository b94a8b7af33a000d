"""`konnektu profile`. In: a workspace and an identifier. Out: the person as the operator of the machine sees them."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Struct
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from konnektu.access import api as access
from konnektu.acquisition.api import arrivals_of
from konnektu.cli.answer import Answer, Injected
from konnektu.cli.workplace import workplace
from konnektu.core.clock import SystemClock
from konnektu.core.errors import BadRequest
from konnektu.core.ids import public_id
from konnektu.flow import options
from konnektu.orders.api import figures_of
from konnektu.product_lists.api import figures_of as list_figures_of
from konnektu.profiles.api import LATEST, FactView, ProfileView, Reader, Tellers, timeline_view, view_found
from konnektu.storage.api import Storage, WorkspaceRecord

LONG = 40
"""A last column with longer text takes the rest of the line."""


class Shown(Struct, frozen=True):
    """A profile with the latest of its timeline."""

    profile: ProfileView
    timeline: list[FactView]


class Words(Struct, frozen=True):
    """How a person reads times and sources."""

    zone: ZoneInfo
    sources: dict[str, str]
    """Name by public id."""

    def time(self, milliseconds: int | None) -> str:
        """A time of the workspace's zone."""
        if milliseconds is None:
            return "—"
        return f"{datetime.fromtimestamp(milliseconds / 1000, UTC).astimezone(self.zone):%Y-%m-%d %H:%M}"

    def source(self, public: str) -> str:
        """The name of a source; a dash for the platform itself."""
        return self.sources.get(public, public) or "—"


def show_profile(workspace: str, kind: str, value: str, *, events: int = 20, context: Injected) -> Answer:
    """Show one person: identifiers, attributes, what is counted, consents, tags, the latest events.

    Parameters
    ----------
    workspace
        Slug of the workspace.
    kind
        Kind of the identifier: user_id, email, phone …
    value
        Its value, however it is spelt.
    events
        How many of the latest events are shown, 1,000 at most.
    """
    now = SystemClock().now_ms()
    with workplace(context.settings().config, workspace, ("store",)) as (storage, record):
        check_kind(storage, record, kind)
        tellers = Tellers(figures_of, arrivals_of, list_figures_of)
        reader = Reader(storage, record, now, is_open=True, tellers=tellers)
        profile = view_found(reader, kind, value)
        facts = timeline_view(reader, profile.id, LATEST, max(1, min(events, 1000)))[0]
        sources = access.sources(storage.control, record.id, now=now)
    words = Words(ZoneInfo(record.timezone), {public_id(one.created_at, one.id): one.name for one in sources})
    return Answer(Shown(profile, facts), Group(*parts(profile, facts, words)))


def check_kind(storage: Storage, workspace: WorkspaceRecord, kind: str) -> None:
    """Raise `BadRequest` for a kind of identifiers that the workspace does not have."""
    with storage.workspace(workspace).read() as db:
        kinds = [one.name for one in options(storage, workspace, db).kinds]
    if kind not in kinds:
        raise BadRequest(f"There is no kind of identifier {kind}. Kinds: {', '.join(kinds)}.")


def counted(number: int, one: str) -> str:
    """A number with its noun: 1 event, 2 events."""
    return f"{number:,} {one}{'' if number == 1 else 's'}"


def parts(profile: ProfileView, facts: list[FactView], words: Words) -> Iterator[RenderableType]:
    """The sections of the page that hold anything."""
    basics = profile.basics
    yield Text(f"{profile.id}  {'known' if profile.known else 'anonymous'}", style="bold")
    yield (
        f"{counted(basics.events or 0, 'event')}, {counted(basics.visits or 0, 'visit')}, "
        f"first seen {words.time(basics.first_seen)}, last seen {words.time(basics.last_seen)}"
    )
    sections: dict[str, list[Any]] = {
        "identifiers": [(one.kind, one.value, one.status) for one in profile.identifiers],
        "attributes": [
            (name, plain(one.value), one.origin, words.time(one.time), words.source(one.source))
            for name, one in profile.attributes.items()
        ],
        "tags": [(tag,) for tag in profile.tags],
        "consents": [
            (one.state, one.channel or "every channel", one.contact.value or "every contact",
             one.category or "every category", one.purpose, words.time(one.time))
            for one in profile.consents
        ],
        "counted": [
            (one.name, f"{one.count:,}", words.time(one.last),
             ", ".join(f"{total.property} {total.sum} {total.currency}".rstrip() for total in one.totals))
            for one in basics.by_name
        ],
        "orders": [
            (f"{one.net} {one.currency}", f"{one.purchases:,} of {counted(one.orders, 'order')}",
             f"average {one.average}", f"returned {one.returned}, cancelled {one.cancelled}",
             f"last {words.time(one.last_at)}")
            for one in profile.orders
        ],
        "sources": [
            (one.name, one.kind, f"first {words.time(one.first)}", f"last {words.time(one.last)}",
             counted(one.events, "event"))
            for one in profile.sources.marketing
        ],
        "product lists": [
            (one.name, counted(one.products, "product"),
             ", ".join(f"{each.sum} {each.currency}" for each in one.sums))
            for one in profile.product_lists
        ],
        "devices": [
            (each.device_type, each.os, each.browser, words.time(each.last_seen)) for each in basics.devices
        ],
        "places": [(each.country, each.city, words.time(each.last_seen)) for each in basics.places],
        "timeline": [
            (words.time(one.time), one.type, one.name, words.source(one.source), plain(one.properties))
            for one in facts
        ],
    }  # fmt: skip
    for title, rows in sections.items():
        if rows:
            yield Text(f"\n{title}", style="bold")
            yield section(rows)


def section(rows: list[Any]) -> Table:
    """Rows without a head, a little to the right; the last column is cut where the line ends."""
    # A ratio makes the last column give way first, so that long text never squeezes the others out of sight.
    is_long = any(len(row[-1]) > LONG for row in rows)
    made = Table.grid(padding=(0, 2, 0, 0), expand=is_long)
    for _ in rows[0][:-1]:
        made.add_column(overflow="fold")
    made.add_column(no_wrap=True, overflow="ellipsis", ratio=1 if is_long else None)
    for row in rows:
        made.add_row(f"  {row[0]}", *row[1:])
    return made


def plain(value: Any) -> str:
    """A value as a person reads it: text as it is, an empty object as nothing, the rest as JSON."""
    if isinstance(value, str):
        return value
    return msgspec.json.encode(value).decode() if value != {} else ""
