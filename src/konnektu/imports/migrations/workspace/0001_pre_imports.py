"""Imports of a workspace: what each file is, how far it got, what became of its rows."""

from alembic import op

revision = "imports_0001"
down_revision = None
branch_labels = ("imports",)
depends_on = None


def upgrade() -> None:
    """Make the table of imports."""
    op.execute(
        """
        CREATE TABLE import (
            id          bigint  GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            name        text    NOT NULL,
            file_name   text    NOT NULL,
            sha256      text    NOT NULL,
            size        bigint  NOT NULL,
            source      bigint  NOT NULL,
            kind        text    NOT NULL CHECK (kind IN ('history', 'live')),
            state       text    NOT NULL
                        CHECK (state IN ('uploaded', 'waiting', 'running', 'done', 'cancelled', 'failed')),
            layout      jsonb   NOT NULL,
            mapping     jsonb   NOT NULL,
            as_of       bigint  NOT NULL,
            chunk       integer NOT NULL DEFAULT 0,
            cursor      bigint  NOT NULL DEFAULT 0,
            read        bigint  NOT NULL DEFAULT 0,
            accepted    bigint  NOT NULL DEFAULT 0,
            rejected    bigint  NOT NULL DEFAULT 0,
            events      bigint  NOT NULL DEFAULT 0,
            error_bytes bigint  NOT NULL DEFAULT 0,
            reason      text    NOT NULL DEFAULT '',
            runner      text    NOT NULL DEFAULT '',
            beat_at     bigint  NOT NULL DEFAULT 0,
            created_at  bigint  NOT NULL,
            created_by  text    NOT NULL,
            started_at  bigint,
            finished_at bigint,
            CHECK (read = accepted + rejected)
        )
        """
    )
    op.execute("CREATE INDEX import_sha256 ON import (sha256)")
