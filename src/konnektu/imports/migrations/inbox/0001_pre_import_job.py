"""Imports that wait for a runner, of all workspaces in one place, so that idle workspaces cost no query."""

from alembic import op

revision = "imports_inbox_0001"
down_revision = None
branch_labels = ("imports_inbox",)
depends_on = None


def upgrade() -> None:
    """Make the table of waiting imports."""
    op.execute(
        """
        CREATE TABLE import_job (
            workspace bigint NOT NULL,
            import    bigint NOT NULL,
            PRIMARY KEY (workspace, import)
        )
        """
    )
