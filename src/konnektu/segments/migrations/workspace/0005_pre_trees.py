"""Trees of conditions that links name, and the people for whom they held at an instant."""

from alembic import op

revision = "segments_0005_trees"
down_revision = "segments_0004_listed"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables of kept trees and of sets of people."""
    op.execute(
        """
        CREATE TABLE kept_tree (
            key         text    COLLATE "C" PRIMARY KEY,
            rule        text    NOT NULL,
            is_personal boolean NOT NULL,
            used_at     bigint  NOT NULL
        )
        """
    )
    op.execute("CREATE INDEX kept_tree_used ON kept_tree (used_at)")
    op.execute(
        """
        CREATE TABLE people_set (
            id       bigint   GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            tree     text     COLLATE "C" NOT NULL,
            at       bigint   NOT NULL,
            position bigint   NOT NULL,
            people   bigint[] NOT NULL,
            size     integer  NOT NULL,
            used_at  bigint   NOT NULL
        )
        """
    )
    op.execute("CREATE INDEX people_set_tree ON people_set (tree, at)")
