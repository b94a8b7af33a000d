"""Computed attributes, the versions of their formulas, and definitions with these written out."""

from alembic import op

from konnektu.storage.rows import open_whole

revision = "segments_0005_computed"
down_revision = "segments_0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables of formulas; none holds anything of a person, so a limited caller may read them."""
    op.execute(
        """
        CREATE TABLE computed (
            id         bigint  PRIMARY KEY,
            key        text    COLLATE "C" NOT NULL UNIQUE,
            position   bigint  NOT NULL,
            instant    bigint  NOT NULL,
            author     text    NOT NULL,
            stated     jsonb   NOT NULL,
            is_deleted boolean NOT NULL,
            version    integer NOT NULL,
            current    integer NOT NULL,
            building   integer NOT NULL
        )
        """
    )
    op.execute(
        """
        CREATE TABLE computed_version (
            computed bigint  NOT NULL,
            version  integer NOT NULL,
            position bigint  NOT NULL,
            instant  bigint  NOT NULL,
            formula  jsonb   NOT NULL,
            author   text    NOT NULL,
            note     text    NOT NULL,
            PRIMARY KEY (computed, version)
        )
        """
    )
    for table in ("computed", "computed_version"):
        for statement in open_whole(table):
            op.execute(statement)
    op.execute("ALTER TABLE segment_version ADD COLUMN written jsonb")
