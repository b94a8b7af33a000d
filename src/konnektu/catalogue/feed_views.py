"""What the API takes and says of feeds. In: records. Out: views; credentials come in and never leave."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from konnektu.catalogue.model import MAX_LINK, Feed, Load, Mapping, Scope
from konnektu.catalogue.views import LoadView, feed_id, of_load

Name = Annotated[str, Meta(min_length=1, max_length=200)]
Address = Annotated[str, Meta(min_length=8, max_length=MAX_LINK)]
LateHours = Annotated[int, Meta(ge=0, le=24 * 365)]


class Credentials(Struct, frozen=True, forbid_unknown_fields=True):
    """How a feed's server lets in: HTTP Basic. Kept encrypted, shown to nobody."""

    login: str
    password: str


class FeedNew(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A feed to be made."""

    name: Name
    address: Address
    kind: Literal["yml", "csv"] = "yml"
    scope: Scope = "full"
    mapping: Mapping = Mapping()
    schedule: Annotated[str, Meta(max_length=100)] = ""
    is_active: bool = True
    late_hours: LateHours = 0
    """Content unchanged for so long is told of as late; 0 for never."""
    credentials: Credentials | None = None


class FeedChange(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Parts of a feed to be changed; null leaves a part as it is."""

    name: Name | None = None
    address: Address | None = None
    scope: Scope | None = None
    mapping: Mapping | None = None
    schedule: Annotated[str, Meta(max_length=100)] | None = None
    is_active: bool | None = None
    late_hours: LateHours | None = None
    credentials: Credentials | None = None


class FeedView(Struct, frozen=True, kw_only=True):
    """A price list that is fetched again and again."""

    id: str
    name: str
    address: str
    kind: Literal["yml", "csv"]
    scope: Scope
    mapping: Mapping
    schedule: str
    is_active: bool
    late_hours: int
    has_credentials: bool
    created_at: int
    created_by: str
    latest: LoadView | None
    """What became of it the last time."""


class Asked(Struct, frozen=True):
    """A job that will do what was asked."""

    job: str


def of_feed(feed: Feed, latest: Load | None) -> FeedView:
    """A feed with what became of it last."""
    public = feed_id(feed)
    return FeedView(
        id=public, name=feed.name, address=feed.address, kind=feed.kind, scope=feed.scope, mapping=feed.mapping,
        schedule=feed.schedule, is_active=feed.is_active, late_hours=feed.late_hours,
        has_credentials=feed.has_credentials,
        created_at=feed.created_at, created_by=feed.created_by,
        latest=of_load(latest, {feed.id: public}) if latest else None,
    )  # fmt: skip
