"""Segments, the versions of their definitions, and every change of them."""

from alembic import op

from konnektu.storage.rows import open_whole

revision = "segments_0001"
down_revision = None
branch_labels = ("segments",)
depends_on = "orders_0002"


def upgrade() -> None:
    """Make the tables of definitions; none holds anything of a person, so a limited caller may read them."""
    op.execute(
        """
        CREATE TABLE segment (
            id         bigint  PRIMARY KEY,
            key        text    COLLATE "C" NOT NULL UNIQUE,
            position   bigint  NOT NULL,
            instant    bigint  NOT NULL,
            author     text    NOT NULL,
            stated     jsonb   NOT NULL,
            is_on      boolean NOT NULL,
            is_deleted boolean NOT NULL,
            version    integer NOT NULL,
            current    integer NOT NULL,
            building   integer NOT NULL
        )
        """
    )
    op.execute(
        """
        CREATE TABLE segment_version (
            segment    bigint  NOT NULL,
            version    integer NOT NULL,
            position   bigint  NOT NULL,
            instant    bigint  NOT NULL,
            definition jsonb   NOT NULL,
            author     text    NOT NULL,
            note       text    NOT NULL,
            PRIMARY KEY (segment, version)
        )
        """
    )
    op.execute(
        """
        CREATE TABLE segment_edit (
            segment  bigint  NOT NULL,
            position bigint  NOT NULL,
            instant  bigint  NOT NULL,
            act      text    NOT NULL,
            author   text    NOT NULL,
            note     text    NOT NULL,
            version  integer NOT NULL,
            stated   jsonb   NOT NULL,
            PRIMARY KEY (segment, position)
        )
        """
    )
    for table in ("segment", "segment_version", "segment_edit"):
        for statement in open_whole(table):
            op.execute(statement)
