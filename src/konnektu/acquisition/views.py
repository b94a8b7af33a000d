"""What the API says of marketing sources. In: records. Out: views. Invariant: times are milliseconds UTC."""

from msgspec import Struct

from konnektu.acquisition.model import Counted, Kind, Party, Rule, Source


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
