"""Orders by number, the figures of their people, and the mapping of statuses."""

from alembic import op

revision = "orders_0001"
down_revision = None
branch_labels = ("orders",)
depends_on = None


def upgrade() -> None:
    """Make the tables of orders."""
    # Numbers sort by their bytes, so that pages of lists are the same on every server.
    op.execute(
        """
        CREATE TABLE orders (
            number      text COLLATE "C" PRIMARY KEY,
            atom        bigint  NOT NULL,
            profile     bigint  NOT NULL,
            source      bigint  NOT NULL,
            status      text    NOT NULL,
            stage       text    NOT NULL,
            stage_at    bigint  NOT NULL,
            currency    text    NOT NULL,
            gross       bigint  NOT NULL,
            returned    bigint  NOT NULL,
            net         bigint  NOT NULL,
            is_returned boolean NOT NULL,
            ordered_at  bigint  NOT NULL,
            position    bigint  NOT NULL,
            store       text    NOT NULL,
            region      text    NOT NULL,
            brand       text    NOT NULL,
            state       bytea   NOT NULL
        ) WITH (fillfactor = 85, autovacuum_vacuum_scale_factor = 0.05)
        """
    )
    op.execute("CREATE INDEX orders_of_profile ON orders (profile, ordered_at, number) WHERE profile <> 0")
    op.execute("CREATE INDEX orders_by_time ON orders (ordered_at, number)")
    op.execute("CREATE INDEX orders_unmapped ON orders (status) WHERE stage = ''")
    # Sums are numeric: no number of orders, however large each, may be more than they hold.
    op.execute(
        """
        CREATE TABLE order_figures (
            profile   bigint  NOT NULL,
            currency  text    NOT NULL,
            orders    bigint  NOT NULL,
            purchases bigint  NOT NULL,
            gross     numeric NOT NULL,
            cancelled numeric NOT NULL,
            returned  numeric NOT NULL,
            net       numeric NOT NULL,
            average   numeric NOT NULL,
            largest   bigint  NOT NULL,
            first_at  bigint,
            last_at   bigint,
            PRIMARY KEY (profile, currency)
        )
        """
    )
    # Which numbers were erased with their people, as keyed hashes: what others said of them before is not taken again.
    op.execute("CREATE TABLE order_tombstone (hash bytea PRIMARY KEY, position bigint NOT NULL)")
    op.execute(
        """
        CREATE TABLE order_stages (
            is_only  boolean PRIMARY KEY DEFAULT true CHECK (is_only),
            position bigint  NOT NULL,
            stages   jsonb   NOT NULL
        )
        """
    )
