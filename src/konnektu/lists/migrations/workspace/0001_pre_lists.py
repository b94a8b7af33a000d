"""What people asked of whole lists, with the files that wait for them."""

from alembic import op

revision = "lists_0001"
down_revision = None
branch_labels = ("lists",)
depends_on = None


def upgrade() -> None:
    """Make the table of what was asked."""
    op.execute(
        """
        CREATE TABLE list_work (
            id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            login      text   NOT NULL,
            section    text   NOT NULL,
            question   jsonb  NOT NULL,
            deed       jsonb  NOT NULL,
            job        bigint NOT NULL DEFAULT 0,
            size       bigint NOT NULL DEFAULT -1,
            row_limit  text   NOT NULL DEFAULT '',
            created_at bigint NOT NULL,
            expires_at bigint NOT NULL
        )
        """
    )
    op.execute("CREATE INDEX list_work_login ON list_work (login, id)")
