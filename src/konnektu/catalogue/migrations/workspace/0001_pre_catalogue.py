"""The catalogue of a workspace, the loads that told it, the feeds that bring them, and where loads are staged."""

from alembic import op

revision = "catalogue_0001"
down_revision = None
branch_labels = ("catalogue",)
depends_on = None

PRODUCT = """
    id          text    NOT NULL,
    name        text    NOT NULL,
    group_id    text    NOT NULL,
    category    text    NOT NULL,
    brand       text    NOT NULL,
    price       bigint,
    old_price   bigint,
    currency    text    NOT NULL,
    pictures    text[]  NOT NULL,
    link        text    NOT NULL,
    barcodes    text[]  NOT NULL,
    sku         text    NOT NULL,
    available   boolean NOT NULL,
    description text    NOT NULL,
    params      jsonb   NOT NULL,
    words       tsvector NOT NULL,
    hash        bytea   NOT NULL
"""
CATEGORY = """
    id     text  NOT NULL,
    parent text  NOT NULL,
    name   text  NOT NULL,
    hash   bytea NOT NULL
"""
STORE = """
    id            text  NOT NULL,
    name          text  NOT NULL,
    address       text  NOT NULL,
    zone          text  NOT NULL,
    region        text  NOT NULL,
    latitude      double precision,
    longitude     double precision,
    opening_hours text  NOT NULL,
    hash          bytea NOT NULL
"""
STOCK = """
    product  text   NOT NULL,
    store    text   NOT NULL,
    region   text   NOT NULL,
    quantity bigint NOT NULL
"""
STANDING = """
    number  bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    state   text   NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'gone')),
    feed    bigint NOT NULL,
    version bigint NOT NULL
"""
STAGED = "load bigint NOT NULL, number integer NOT NULL"


def upgrade() -> None:
    """Make the tables of the catalogue."""
    _make_loads()
    _make_standing()
    _make_staged()


def _make_loads() -> None:
    # Its one row is the lock under which loads take effect, so that versions are in the order of commits.
    op.execute(
        """
        CREATE TABLE catalogue_state (
            one      boolean PRIMARY KEY DEFAULT true CHECK (one),
            version  bigint  NOT NULL DEFAULT 0,
            mirrored bigint  NOT NULL DEFAULT 0
        )
        """
    )
    op.execute("INSERT INTO catalogue_state DEFAULT VALUES")
    op.execute(
        """
        CREATE TABLE catalogue_load (
            id          bigint  GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            feed        bigint  NOT NULL,
            kind        text    NOT NULL CHECK (kind IN ('yml', 'csv', 'api')),
            name        text    NOT NULL,
            scope       text    NOT NULL CHECK (scope IN ('full', 'partial')),
            state       text    NOT NULL DEFAULT 'running'
                CHECK (state IN ('running', 'applied', 'unchanged', 'suspicious', 'failed', 'discarded')),
            version     bigint,
            numbers     jsonb   NOT NULL DEFAULT '{}',
            staged      bigint  NOT NULL DEFAULT 0,
            rejected    bigint  NOT NULL DEFAULT 0,
            remarks     bigint  NOT NULL DEFAULT 0,
            reason      text    NOT NULL DEFAULT '',
            sha256      text    NOT NULL DEFAULT '',
            started_at  bigint  NOT NULL,
            started_by  text    NOT NULL,
            finished_at bigint
        )
        """
    )
    op.execute("CREATE INDEX catalogue_load_feed ON catalogue_load (feed, id)")
    op.execute(
        "CREATE INDEX catalogue_load_open ON catalogue_load (id) WHERE state IN ('running', 'suspicious')"
    )
    op.execute(
        """
        CREATE TABLE catalogue_fault (
            load    bigint  NOT NULL REFERENCES catalogue_load ON DELETE CASCADE,
            ordinal bigint  GENERATED ALWAYS AS IDENTITY,
            number  integer NOT NULL,
            id      text    NOT NULL,
            reason  text    NOT NULL,
            detail  text    NOT NULL,
            is_kept boolean NOT NULL,
            text    text    NOT NULL,
            PRIMARY KEY (load, ordinal)
        )
        """
    )
    # The last full load of each feed: it named all that stands of the feed, changed or not.
    op.execute("CREATE TABLE catalogue_origin (feed bigint PRIMARY KEY, version bigint NOT NULL)")
    op.execute(
        """
        CREATE TABLE feed (
            id          bigint  GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            name        text    NOT NULL UNIQUE,
            address     text    NOT NULL,
            kind        text    NOT NULL CHECK (kind IN ('yml', 'csv')),
            scope       text    NOT NULL CHECK (scope IN ('full', 'partial')),
            mapping     jsonb   NOT NULL,
            schedule    text    NOT NULL,
            is_active   boolean NOT NULL,
            late_hours  integer NOT NULL,
            credentials bytea,
            etag        text    NOT NULL DEFAULT '',
            modified    text    NOT NULL DEFAULT '',
            sha256      text    NOT NULL DEFAULT '',
            created_at  bigint  NOT NULL,
            created_by  text    NOT NULL
        )
        """
    )


def _make_standing() -> None:
    op.execute(f"CREATE TABLE product ({STANDING}, {PRODUCT}, UNIQUE (id)) WITH (fillfactor = 90)")
    op.execute("CREATE INDEX product_category ON product (category, number)")
    op.execute("CREATE INDEX product_brand ON product (brand, number)")
    op.execute("CREATE INDEX product_group ON product (group_id) WHERE group_id <> ''")
    op.execute("CREATE INDEX product_words ON product USING gin (words)")
    op.execute(
        f"CREATE TABLE category ({STANDING}, {CATEGORY}, path text[] NOT NULL DEFAULT '{{}}', UNIQUE (id))"
    )
    op.execute("CREATE INDEX category_path ON category USING gin (path)")
    op.execute(f"CREATE TABLE store ({STANDING}, {STORE}, UNIQUE (id))")
    op.execute(
        f"CREATE TABLE stock ({STOCK}, feed bigint NOT NULL, version bigint NOT NULL, "
        "PRIMARY KEY (product, store, region))"
    )


def _make_staged() -> None:
    # Unlogged: what a crash empties is told again by the next load.
    op.execute(f"CREATE UNLOGGED TABLE staged_product ({STAGED}, {PRODUCT})")
    op.execute(
        f"CREATE UNLOGGED TABLE staged_category ({STAGED}, {CATEGORY}, is_refused boolean NOT NULL DEFAULT false)"
    )
    op.execute(f"CREATE UNLOGGED TABLE staged_store ({STAGED}, {STORE})")
    op.execute(f"CREATE UNLOGGED TABLE staged_stock ({STAGED}, {STOCK})")
    op.execute(f"CREATE UNLOGGED TABLE staged_gone ({STAGED}, subject text NOT NULL, id text NOT NULL)")
    for table in ("product", "category", "store", "stock", "gone"):
        op.execute(f"CREATE INDEX staged_{table}_load ON staged_{table} (load)")
