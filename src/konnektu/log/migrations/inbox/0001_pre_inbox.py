"""Inbox: blocks by day, what is pending, leases of writers."""

from alembic import op

revision = "log_inbox_0001"
down_revision = None
branch_labels = ("log",)
depends_on = None


def upgrade() -> None:
    """Make the tables of the inbox; partitions of `block` are made day by day."""
    op.execute(
        """
        CREATE TABLE block (
            id          bigint GENERATED ALWAYS AS IDENTITY,
            day         date    NOT NULL,
            workspace   integer NOT NULL,
            received_at bigint  NOT NULL,
            events      integer NOT NULL,
            body        bytea   NOT NULL,
            PRIMARY KEY (day, id)
        ) PARTITION BY RANGE (day)
        """
    )
    # The body is compressed already; PostgreSQL need not try again.
    op.execute("ALTER TABLE block ALTER COLUMN body SET STORAGE EXTERNAL")
    op.execute(
        """
        CREATE TABLE pending (
            workspace integer NOT NULL,
            block     bigint  NOT NULL,
            day       date    NOT NULL,
            events    integer NOT NULL,
            PRIMARY KEY (workspace, block)
        )
        """
    )
    op.execute(
        """
        CREATE TABLE appended (
            workspace integer NOT NULL,
            key       text    NOT NULL,
            block     bigint  NOT NULL,
            at        timestamptz NOT NULL DEFAULT now(),
            PRIMARY KEY (workspace, key)
        )
        """
    )
    op.execute(
        """
        CREATE TABLE lease (
            workspace integer PRIMARY KEY,
            holder    text        NOT NULL,
            epoch     bigint      NOT NULL,
            until     timestamptz NOT NULL
        )
        """
    )
