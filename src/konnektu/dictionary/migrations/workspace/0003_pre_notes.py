"""What people say of events, properties and attributes, and how many profiles have an attribute."""

from alembic import op

revision = "dictionary_0003"
down_revision = "dictionary_0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables of notes and of counted profiles."""
    op.execute(
        """
        CREATE TABLE dictionary_note (
            type          text COLLATE "C" NOT NULL,
            name          text COLLATE "C" NOT NULL,
            path          text COLLATE "C" NOT NULL,
            en            text    NOT NULL,
            ru            text    NOT NULL,
            owner         text    NOT NULL,
            is_personal   boolean,
            is_deprecated boolean NOT NULL,
            PRIMARY KEY (type, name, path)
        )
        """
    )
    op.execute(
        """
        CREATE TABLE attribute_count (
            path       text COLLATE "C" PRIMARY KEY,
            profiles   bigint NOT NULL,
            counted_at bigint NOT NULL
        )
        """
    )
