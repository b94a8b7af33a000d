"""Transfers of a workspace: places, scheduled imports, what was seen and taken, scheduled exports, their files."""

from alembic import op

revision = "transfers_0001"
down_revision = None
branch_labels = ("transfers",)
depends_on = None


def upgrade() -> None:
    """Make the tables of transfers."""
    op.execute(
        """
        CREATE TABLE transfer_place (
            id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            name       text   NOT NULL UNIQUE,
            settings   jsonb  NOT NULL,
            secret     bytea,
            host_key   text   NOT NULL DEFAULT '',
            created_at bigint NOT NULL,
            created_by text   NOT NULL
        )
        """
    )
    op.execute(
        """
        CREATE TABLE scheduled_import (
            id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            name       text   NOT NULL UNIQUE,
            place      bigint NOT NULL REFERENCES transfer_place,
            mapping    bigint NOT NULL,
            source     bigint NOT NULL,
            rules      jsonb  NOT NULL,
            created_at bigint NOT NULL,
            created_by text   NOT NULL,
            taken_at   bigint
        )
        """
    )
    op.execute("CREATE INDEX scheduled_import_place ON scheduled_import (place)")
    op.execute(
        """
        CREATE TABLE seen_file (
            id          bigint  GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            scheduled   bigint  NOT NULL REFERENCES scheduled_import ON DELETE CASCADE,
            path        text    NOT NULL,
            size        bigint  NOT NULL,
            modified    bigint  NOT NULL,
            tag         text    NOT NULL,
            bytes       bigint  NOT NULL DEFAULT 0,
            sha256      text    NOT NULL DEFAULT '',
            state       text    NOT NULL CHECK (state IN
                        ('seen', 'held', 'importing', 'imported', 'repeated', 'failed', 'done')),
            held        text    NOT NULL DEFAULT '',
            detail      text    NOT NULL DEFAULT '',
            is_accepted boolean NOT NULL DEFAULT false,
            imported    bigint  NOT NULL DEFAULT 0,
            seen_at     bigint  NOT NULL,
            taken_at    bigint,
            UNIQUE (scheduled, path, size, modified, tag)
        )
        """
    )
    op.execute("CREATE INDEX seen_file_sha256 ON seen_file (scheduled, sha256) WHERE sha256 <> ''")
    op.execute(
        """
        CREATE INDEX seen_file_open ON seen_file (scheduled)
        WHERE state IN ('seen', 'held', 'importing', 'imported', 'repeated')
        """
    )
    op.execute(
        """
        CREATE TABLE scheduled_export (
            id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            name       text   NOT NULL UNIQUE,
            place      bigint REFERENCES transfer_place,
            rules      jsonb  NOT NULL,
            created_at bigint NOT NULL,
            done_at    bigint
        )
        """
    )
    op.execute("CREATE INDEX scheduled_export_place ON scheduled_export (place)")
    op.execute(
        """
        CREATE TABLE export_file (
            id         bigint  GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            scheduled  bigint  NOT NULL,
            job        bigint  NOT NULL UNIQUE,
            name       text    NOT NULL,
            list       text    NOT NULL,
            login      text    NOT NULL,
            is_open    boolean NOT NULL,
            size       bigint  NOT NULL,
            created_at bigint  NOT NULL,
            expires_at bigint  NOT NULL,
            mailed_at  bigint
        )
        """
    )
