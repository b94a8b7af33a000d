"""Folders of sections, where people put them, and how people and roles arrange what the console shows."""

from alembic import op

revision = "console_0001"
down_revision = None
branch_labels = ("console",)
depends_on = "access_0001"


def upgrade() -> None:
    """Make the tables of the console."""
    op.execute(
        """
        CREATE TABLE folder (
            id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            workspace  bigint NOT NULL REFERENCES workspace ON DELETE CASCADE,
            owner      bigint REFERENCES app_user ON DELETE CASCADE,
            section    text   NOT NULL,
            name       text   NOT NULL,
            question   jsonb  NOT NULL,
            created_at bigint NOT NULL,
            created_by text   NOT NULL,
            UNIQUE NULLS NOT DISTINCT (workspace, section, owner, name)
        )
        """
    )
    op.execute("CREATE INDEX folder_of_owner ON folder (owner)")
    # Where a person put a folder: one of the table, or one that the product declares.
    op.execute(
        """
        CREATE TABLE folder_place (
            workspace bigint  NOT NULL REFERENCES workspace ON DELETE CASCADE,
            owner     bigint  NOT NULL REFERENCES app_user ON DELETE CASCADE,
            folder    bigint  REFERENCES folder ON DELETE CASCADE,
            declared  text    NOT NULL,
            is_pinned boolean NOT NULL,
            position  integer,
            UNIQUE NULLS NOT DISTINCT (owner, folder, declared)
        )
        """
    )
    op.execute("CREATE INDEX folder_place_of_folder ON folder_place (folder)")
    op.execute("CREATE INDEX folder_place_of_workspace ON folder_place (workspace)")
    # Of a person where there is an owner; else of a role, or of everybody where the role is empty.
    op.execute(
        """
        CREATE TABLE arrangement (
            workspace  bigint NOT NULL REFERENCES workspace ON DELETE CASCADE,
            owner      bigint REFERENCES app_user ON DELETE CASCADE,
            role       text   NOT NULL,
            subject    text   NOT NULL CHECK (subject IN ('columns', 'menu', 'card')),
            section    text   NOT NULL,
            body       jsonb  NOT NULL,
            changed_at bigint NOT NULL,
            changed_by text   NOT NULL,
            UNIQUE NULLS NOT DISTINCT (workspace, subject, section, owner, role)
        )
        """
    )
    op.execute("CREATE INDEX arrangement_of_owner ON arrangement (owner)")
