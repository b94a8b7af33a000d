"""What the API says of marketing sources. In: records. Out: views. Invariant: times are milliseconds UTC."""

from collections.abc import Mapping

from msgspec import Struct

from konnektu.access.api import Source as DataSource
from konnektu.access.api import SourceKind, SourceState
from konnektu.acquisition.model import About, Counted, Kind, Party, Rule, Sent, Source
from konnektu.core.ids import public_id


class PeopleView(Struct, frozen=True):
    """How many people a source has brought."""

    first: int
    """People whose first source it is; of an arrival that several sources recognise, each is the first."""
    last: int
    any: int


class SourceView(Struct, frozen=True, kw_only=True):
    """A marketing source."""

    key: str
    name: str
    kind: Kind
    party: Party
    purposes: list[str]
    until: int | None
    """Until when what came from it may be used."""
    description: str
    owner: str
    active: bool
    retired: bool
    parent: str
    """Key of its partner programme; empty for none."""
    parameter: str
    days: int
    code: str
    rules: list[Rule]
    position: int
    """Place on the log of what was last stated of it; its rules hold from there on."""
    people: PeopleView


class PreviewView(Struct, frozen=True, kw_only=True):
    """What a source would have recognised of the latest events."""

    events: int
    """Events that were looked at, at most 10,000."""
    since: int | None
    """Time of the earliest of them on the log."""
    matched: int
    people: int
    by_rule: list[int]
    """Events for each rule; one may be found by several."""
    by_code: int
    """Events that bear the partner's code."""


class SourceAccepted(Struct, frozen=True):
    """A statement about a source that is on disk."""

    block: str
    applied: bool
    """Whether the writer has applied it within the time asked for."""


def of_source(source: Source, counted: Counted) -> SourceView:
    """A source as the API shows it."""
    stated = source.stated
    return SourceView(
        key=source.key,
        name=stated.name,
        kind=stated.kind,
        party=stated.party,
        purposes=list(stated.purposes),
        until=stated.until,
        description=stated.description,
        owner=stated.owner,
        active=stated.active,
        retired=source.retired,
        parent=stated.parent,
        parameter=stated.parameter,
        days=stated.days,
        code=stated.code,
        rules=list(stated.rules),
        position=source.position,
        people=PeopleView(counted.first, counted.last, counted.any),
    )


class SentView(Struct, frozen=True):
    """What came within the last hour, day and seven days, to five minutes."""

    hour: int
    day: int
    week: int
    last: int | None


class DataSourceView(Struct, frozen=True, kw_only=True):
    """A source of data: what is said of it, and whether it sends."""

    id: str
    name: str
    kind: SourceKind
    state: SourceState
    about: About
    accepted: SentView
    rejected: dict[str, SentView]
    """By reason."""
    silent: bool
    """Whether the alarm of silence stands."""


def of_data_source(
    source: DataSource, about: About, sent: Mapping[str, Sent], *, silent: bool
) -> DataSourceView:
    """A source of data as the API shows it."""
    return DataSourceView(
        id=public_id(source.created_at, source.id),
        name=source.name,
        kind=source.kind,
        state=source.state,
        about=about,
        accepted=_sent(sent.get("", Sent())),
        rejected={reason: _sent(one) for reason, one in sent.items() if reason},
        silent=silent,
    )


def _sent(sent: Sent) -> SentView:
    return SentView(sent.hour, sent.day, sent.week, sent.last or None)
