"""Records of the catalogue: what a load may tell, what became of it, and the feeds that bring loads."""

from typing import Literal, NamedTuple, TypeAlias

from msgspec import Struct

MAX_ID = 200
"""Characters of an external id."""
MAX_NAME = 500
MAX_TEXT = 4_000
"""Characters of a description; the rest is cut off."""
MAX_LINK = 2_048
MAX_PICTURES = 20
MAX_BARCODES = 20
MAX_PARAMS = 100
MAX_PARAM = 500
MAX_BATCH = 1_000
"""Rows of one request."""

State = Literal["active", "gone"]
"""gone: a full load does not name it any more, or it was removed; orders and reports may still speak of it."""
Kind = Literal["yml", "csv", "api"]
Subject = Literal["products", "stores", "stock", "categories"]
Scope = Literal["full", "partial"]
"""full: what the load does not name is gone; partial: it stays."""
LoadState = Literal["running", "applied", "unchanged", "suspicious", "failed", "discarded"]


class Product(Struct, frozen=True, kw_only=True):
    """One product, or one variant of a group."""

    id: str
    """The shop's own id of it."""
    name: str
    group: str = ""
    """Id that the variants of one product share; empty where it has none."""
    category: str = ""
    """Id of its category; the tree need not know it yet."""
    brand: str = ""
    price: int | None = None
    """Minor units of `currency`."""
    old_price: int | None = None
    currency: str = ""
    """ISO 4217; empty where there is no price."""
    pictures: tuple[str, ...] = ()
    link: str = ""
    barcodes: tuple[str, ...] = ()
    sku: str = ""
    available: bool = True
    description: str = ""
    params: dict[str, str] = {}


class Category(Struct, frozen=True, kw_only=True):
    """One node of the category tree."""

    id: str
    name: str
    parent: str = ""
    """Id of the category above; empty at the top."""


class Store(Struct, frozen=True, kw_only=True):
    """A place where people buy or pick up."""

    code: str
    name: str
    address: str = ""
    zone: str = ""
    """IANA time zone; empty for the workspace's."""
    region: str = ""
    latitude: float | None = None
    longitude: float | None = None
    opening_hours: str = ""


class Stock(Struct, frozen=True, kw_only=True):
    """How much of a product there is in a store, in a region, or in all (neither named)."""

    product: str
    quantity: int
    store: str = ""
    region: str = ""


class Gone(Struct, frozen=True):
    """What the load takes away."""

    subject: Literal["products", "stores", "categories"]
    id: str


class Fault(Struct, frozen=True):
    """What is wrong with one row: a value, not an exception."""

    number: int
    """Line, row or element where it stands; 0 where that is not known."""
    id: str
    """External id, as far as it can be read."""
    reason: str
    """A word of a closed set: `no_id`, `no_name`, `wrong_price`, `wrong_currency`, `wrong_value`, `wrong_link`,
    `repeated`, `cycle`, or a reason of reading tables."""
    detail: str
    is_kept: bool = False
    """The row was taken without the part that is wrong."""
    text: str = ""


Told: TypeAlias = Product | Category | Store | Stock | Gone | Fault
"""One thing that a source says."""


class Placed(NamedTuple):
    """Something told, with its place in the source."""

    number: int
    told: Told


class Numbers(Struct, frozen=True):
    """What a load does to the things of one subject."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    gone: int = 0


class Load(Struct, frozen=True, kw_only=True):
    """One telling of the catalogue, and what became of it."""

    id: int
    feed: int
    """Id of the feed; 0 for the API and the command line."""
    kind: Kind
    name: str
    scope: Scope
    state: LoadState
    version: int | None
    """Place in the order of what took effect; None where it did not."""
    products: Numbers
    categories: Numbers
    stores: Numbers
    stock: Numbers
    rejected: int
    remarks: int
    """Rows that were taken without a part of theirs."""
    reason: str
    sha256: str
    started_at: int
    started_by: str
    finished_at: int | None


class Field(Struct, frozen=True):
    """What one column of a table means."""

    column: str
    field: str
    """A field of the subject; `param` keeps the column as a parameter of its own name."""


class Mapping(Struct, frozen=True, omit_defaults=True):
    """How the columns of a table are read."""

    subject: Subject = "products"
    fields: tuple[Field, ...] = ()
    """Empty: columns are known by their names."""
    currency: str = ""
    """Of prices without a currency of their own; empty for RUB."""


class Feed(Struct, frozen=True, kw_only=True):
    """A price list that is fetched again and again."""

    id: int
    name: str
    address: str
    """HTTPS address; credentials never stand in it."""
    kind: Literal["yml", "csv"]
    scope: Scope
    mapping: Mapping
    schedule: str
    """Cron expression in the workspace's zone; empty: only when asked."""
    is_active: bool
    late_hours: int
    """Content that has not changed for so long is late; 0 for never."""
    has_credentials: bool
    etag: str
    modified: str
    sha256: str
    """Digest of the content that last took effect."""
    created_at: int
    created_by: str
