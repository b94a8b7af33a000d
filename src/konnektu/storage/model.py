"""Records of the storage slice. In: nothing. Out: what other slices hold in hand. Invariant: frozen, no secrets."""

from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

WorkspaceState = Literal["making", "active", "paused", "dropping", "restoring"]
"""`making`, `dropping` and `restoring` are left half-way by a crash and taken up again; `paused` waits for a person."""


class WorkspaceRecord(Struct, frozen=True, kw_only=True):
    """One client of the installation, with a schema, a login role and an event-store database of its own."""

    id: int
    uuid: str
    slug: str
    """The part of its link, unique in the installation."""
    name: str
    timezone: str
    """IANA name of the zone its calendar days are counted in."""
    schema: str
    role: str
    database: str
    """Name of its ClickHouse database, and of its user there."""
    state: WorkspaceState
    reason: str
    """Why it is paused, for a person; empty otherwise."""
    created_at: int
    """Milliseconds UTC."""
    row_limit: str = ""
    """The rows that may be read through this record, as JSON (`storage.rows`); empty for all of them."""

    @property
    def whole(self) -> "WorkspaceRecord":
        """The same without a row limit: for what belongs to rows that were found within it."""
        return replace(self, row_limit="") if self.row_limit else self

    @property
    def limited_role(self) -> str:
        """Name of the login role that reads within a row limit, and does nothing else."""
        return f"{self.role}_limited"


class Migrated(Struct, frozen=True):
    """What a migration run did: how many workspaces are up to date, and which were paused and why."""

    workspaces: int
    paused: tuple[tuple[str, str], ...] = ()
    """(slug, reason) of each workspace whose migration failed."""
